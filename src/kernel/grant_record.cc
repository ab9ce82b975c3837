// SPDX-License-Identifier: Apache-2.0
#include "kernel/grant_record.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace countersign::kernel {

std::vector<std::string> GrantRecord::provisos_with(const Scope& now) const {
  std::vector<std::string> provisos = scope.text;
  for (const std::string& text : now.text) {
    if (std::find(provisos.begin(), provisos.end(), text) == provisos.end()) {
      provisos.push_back(text);
    }
  }
  return provisos;
}

std::vector<std::string> GrantRecord::unacknowledged(const std::vector<std::string>& provisos,
                                                     base::Instant then) const {
  std::vector<std::string> missing;
  for (const std::string& text : provisos) {
    const auto names_it = [&](const Acknowledgement& made) {
      return made.done.at <= then && std::find(made.body.provisos.begin(), made.body.provisos.end(),
                                               text) != made.body.provisos.end();
    };
    if (std::none_of(acknowledgements.begin(), acknowledgements.end(), names_it)) {
      missing.push_back(text);
    }
  }
  return missing;
}

bool GrantRecord::rests_on(const registry::PartyId& authority) const {
  return std::find(authorities.begin(), authorities.end(), authority) != authorities.end();
}

std::optional<base::Refusal> GrantRecord::barred_at(base::Instant then) const {
  if (revoked && revoked->at <= then) {
    return base::Refusal{
        "revoked", fmt::format("the grant was revoked at {}", base::to_text(revoked->at)), "at"};
  }
  if (surrendered && surrendered->at <= then) {
    return base::Refusal{
        "surrendered",
        fmt::format("the holder gave the grant up at {}", base::to_text(surrendered->at)), "at"};
  }
  if (suspended && suspended->at <= then) {
    return base::Refusal{"suspended",
                         fmt::format("the grant has been suspended since {}: {}",
                                     base::to_text(suspended->at), suspended->why),
                         "at"};
  }
  for (const Pause& pause : pauses) {
    if (!pause.period.contains(then)) continue;
    return base::Refusal{
        "suspended",
        fmt::format("the grant was suspended from {} to {}: {}", base::to_text(pause.period.from),
                    base::to_text(pause.period.until), pause.why),
        "at"};
  }
  return std::nullopt;
}

std::int64_t GrantRecord::unreported(const std::vector<registry::CategoryId>& categories,
                                     base::Instant then) const {
  std::vector<std::pair<base::Instant, std::int64_t>> moves;
  const auto same = [&](const std::vector<registry::CategoryId>& others) {
    return std::is_permutation(categories.begin(), categories.end(), others.begin(), others.end());
  };
  for (const Draw& draw : draws) {
    if (!draw.allotment && same(draw.body.categories))
      moves.emplace_back(draw.done.at, draw.body.quantity);
  }
  for (const UseReport& report : reports) {
    if (report.body.allotment || !same(report.body.categories)) continue;
    moves.emplace_back(report.body.at, -report.body.quantity);
  }
  // What is drawn and used in one instant was drawn first.
  std::sort(moves.begin(), moves.end(), [](const auto& one, const auto& other) {
    return one.first != other.first ? one.first < other.first : one.second > other.second;
  });
  std::int64_t left = 0;
  std::int64_t least = 0;
  for (const auto& [when, change] : moves) {
    if (__builtin_add_overflow(left, change, &left)) left = INT64_MIN;
    least = when <= then ? left : std::min(least, left);
  }
  return least;
}

std::int64_t GrantRecord::drawn() const {
  std::int64_t sum = 0;
  for (const Draw& draw : draws) sum += draw.taken();
  return sum;
}

std::int64_t Draw::taken() const {
  std::int64_t left = body.quantity;
  if (!allotment) return left;
  for (const GivenBack& part : allotment->given_back) left -= part.body.quantity;
  return left;
}

const Draw* GrantRecord::allotment(Position entry) const {
  const auto found = std::find_if(draws.begin(), draws.end(), [&](const Draw& draw) {
    return draw.allotment && draw.done.position == entry;
  });
  return found == draws.end() ? nullptr : &*found;
}

std::int64_t GrantRecord::unused(const Draw& allotted) const {
  std::int64_t left = allotted.taken();
  for (const UseReport& report : reports) {
    if (report.body.allotment != allotted.done.position) continue;
    if (__builtin_sub_overflow(left, report.body.quantity, &left)) return INT64_MIN;
  }
  return left;
}

std::int64_t GrantRecord::open_discrepancies() const {
  const auto open = [](const auto& each) { return each.open(); };
  return std::count_if(reports.begin(), reports.end(), open) +
         std::count_if(checks.begin(), checks.end(), open);
}

std::int64_t held_beside(const Case& of, const std::map<registry::GrantId, GrantRecord>& grants,
                         const std::optional<registry::GrantId>& one, base::Instant at) {
  std::int64_t sum = 0;
  for (const registry::GrantId& id : of.grants) {
    if (id == one) continue;
    const GrantRecord& grant = grants.at(id);
    const GrantStatus status = status_of(grant, at);
    const bool held = status == GrantStatus::Active || status == GrantStatus::Suspended;
    sum += held ? std::max(grant.scope.quantity, grant.drawn()) : grant.drawn();
  }
  return sum;
}

base::Ruled<Rest> rest_of(const Case& of, const std::map<registry::GrantId, GrantRecord>& grants,
                          base::Instant at) {
  if (!of.rest) {
    return base::Refusal{
        "no-remainder",
        fmt::format("no grant of case `{}` left anything open to be decided", of.id.text()),
        of.id.text()};
  }
  for (const registry::GrantId& id : of.grants) {
    const GrantRecord& grant = grants.at(id);
    if (!grant.suspended || !grant.suspended->done) continue;
    return base::Refusal{
        "suspended", fmt::format("grant `{}` is suspended: {}", id.text(), grant.suspended->why),
        id.text()};
  }
  const std::int64_t left = of.request.quantity - held_beside(of, grants, std::nullopt, at);
  if (left > 0) return Rest{*of.rest, left};
  return base::Refusal{
      "nothing-left",
      fmt::format("the grants of case `{}` hold or have drawn all {} that were asked for",
                  of.id.text(), of.request.quantity),
      of.id.text()};
}

std::string_view name_of(GrantStatus status) {
  switch (status) {
    case GrantStatus::Active:
      return "active";
    case GrantStatus::Suspended:
      return "suspended";
    case GrantStatus::Revoked:
      return "revoked";
    case GrantStatus::Lapsed:
      return "lapsed";
    case GrantStatus::Exhausted:
      return "exhausted";
    case GrantStatus::Surrendered:
      return "surrendered";
  }
  return {};
}

GrantStatus status_of(const GrantRecord& grant, base::Instant at) {
  if (grant.revoked) return GrantStatus::Revoked;
  if (grant.surrendered) return GrantStatus::Surrendered;
  if (at >= grant.scope.window.until) return GrantStatus::Lapsed;
  if (grant.suspended) return GrantStatus::Suspended;
  if (grant.left() <= 0) return GrantStatus::Exhausted;
  return GrantStatus::Active;
}

}  // namespace countersign::kernel
