// SPDX-License-Identifier: Apache-2.0
#include "registry/movements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using Kind = Account::Kind;

constexpr std::string_view kHeldPrefix = "held/";
// By Kind; what is held has a place beside it.
constexpr std::array<std::string_view, 7> kNames = {"held", "opening", "delivery",   "adjustment",
                                                    "lost", "used",    "handed-over"};
constexpr std::string_view kAccounts =
    "write `held/PLACE`, `opening`, `delivery`, `adjustment`, `lost`, `used` or `handed-over`";

bool may_come_from(Kind kind) {
  return kind == Kind::Opening || kind == Kind::Delivery || kind == Kind::Adjustment;
}

bool may_go_to(Kind kind) {
  return kind == Kind::Lost || kind == Kind::Used || kind == Kind::HandedOver ||
         kind == Kind::Adjustment;
}

Account read_account(base::Fields& row, std::string_view name) {
  const std::string text = row.text(name);
  const auto account = Account::parse(text);
  if (account) return *account;
  if (!text.empty()) {
    row.report(name, fmt::format("`{}` is no account", text), std::string(kAccounts));
  }
  return {};
}

Movement read_row(const base::Json& element, base::Report& report) {
  const std::size_t before = report.count();
  base::Fields fields(element, "a movement", report);
  Movement row;
  row.id = MovementId(fields.id("id"));
  row.on = fields.instant("on");
  row.item = ItemId(fields.id("item"));
  row.from = read_account(fields, "from");
  row.to = read_account(fields, "to");
  row.quantity = fields.integer("quantity", 1, internal::kNoLimit);
  row.reason = internal::read_name(fields, "reason");
  if (auto grant = fields.maybe_id("grant")) row.grant = GrantId(*std::move(grant));
  row.written.at = element.at;
  fields.finish();
  if (report.count() != before) return row;
  if (const auto fault = fault_in(row)) fields.report(fault->field, fault->message, fault->remedy);
  return row;
}

base::Json write_row(const Movement& row) {
  internal::Members members;
  members.emplace_back("id", base::json_text(row.id.text()));
  members.emplace_back("on", base::json_text(base::to_text(row.on)));
  members.emplace_back("item", base::json_text(row.item.text()));
  members.emplace_back("from", base::json_text(row.from.text()));
  members.emplace_back("to", base::json_text(row.to.text()));
  members.emplace_back("quantity", base::json_integer(row.quantity));
  internal::add_name(members, "reason", row.reason);
  if (row.grant) members.emplace_back("grant", base::json_text(row.grant->text()));
  return base::json_object(std::move(members));
}

}  // namespace

std::optional<Account> Account::parse(std::string_view text) {
  if (text.substr(0, kHeldPrefix.size()) == kHeldPrefix) {
    const std::string_view place = text.substr(kHeldPrefix.size());
    if (!base::is_id(place)) return std::nullopt;
    return held(HoldingPlaceId(std::string(place)));
  }
  const auto found = std::find(kNames.begin() + 1, kNames.end(), text);
  if (found == kNames.end()) return std::nullopt;
  return Account{static_cast<Kind>(found - kNames.begin()), {}};
}

std::string Account::text() const {
  if (is_held()) return std::string(kHeldPrefix) + place.text();
  return std::string(kNames[static_cast<std::size_t>(kind)]);
}

std::optional<MovementFault> fault_in(const Movement& movement) {
  const Account& from = movement.from;
  const Account& to = movement.to;
  if (from == to) {
    return MovementFault{"to", fmt::format("`{}` is where it comes from", to.text()),
                         "a movement goes from one account to another"};
  }
  if (!from.is_held() && !to.is_held()) {
    return MovementFault{"to",
                         fmt::format("neither `{}` nor `{}` is stock", from.text(), to.text()),
                         "one of the two is `held/PLACE`"};
  }
  if (!from.is_held() && !may_come_from(from.kind)) {
    return MovementFault{"from", fmt::format("nothing comes back from `{}`", from.text()),
                         "what turns up again is an `adjustment`, what is sent back a `delivery`"};
  }
  if (!to.is_held() && !may_go_to(to.kind)) {
    return MovementFault{"to", fmt::format("nothing goes to `{}`", to.text()),
                         "stock goes to `lost`, `used`, `handed-over` or `adjustment`"};
  }
  const bool unexplained =
      to.kind == Kind::Lost || to.kind == Kind::Adjustment || from.kind == Kind::Adjustment;
  if (unexplained && movement.reason.empty()) {
    return MovementFault{"reason", "a loss or an adjustment without a reason",
                         "say why, in `reason`: nothing else explains it"};
  }
  if (movement.grant && to.kind != Kind::HandedOver && to.kind != Kind::Used) {
    return MovementFault{"grant", fmt::format("nothing goes to `{}` under a grant", to.text()),
                         "only what is `handed-over` or `used` leaves under one"};
  }
  return std::nullopt;
}

Movements Movements::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a list of movements", report);
  Movements movements;
  movements.id = MovementsId(fields.id("id"));
  movements.in_force = internal::read_period(fields, "in_force");
  fields.need("rows");
  internal::OnceOnly once("rows", report);
  const auto& rows = fields.array("rows");
  movements.rows.reserve(rows.size());
  for (const base::Json& element : rows) {
    movements.rows.push_back(read_row(element, report));
    once.see(movements.rows.back().id.text(), element.at);
  }
  movements.written.at = document.at;
  fields.finish();
  return movements;
}

base::Json Movements::write(const Movements& movements) {
  internal::Members members;
  members.emplace_back("id", base::json_text(movements.id.text()));
  internal::add_period(members, "in_force", movements.in_force);
  members.emplace_back("rows", internal::write_each(movements.rows, write_row));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
