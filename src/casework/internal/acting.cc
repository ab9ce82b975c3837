// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/acting.h"

#include <fmt/format.h>

#include "base/issue.h"

namespace countersign::casework {

using base::Refusal;
using kernel::EntryKind;

base::Ruled<Receipt> refused(Refusal refusal) { return {std::move(refusal)}; }

base::Ruled<kernel::Case> case_now(Instance& instance, const kernel::CaseId& id) {
  std::optional<kernel::Case> found;
  std::optional<Refusal> legacy;
  instance.look([&](const kernel::State& state) {
    if (const kernel::Case* of = state.find(id)) found = *of;
    legacy = kernel::refuse_legacy(state, id.text());
  });
  if (found) return *std::move(found);
  if (legacy) return *std::move(legacy);
  return Refusal{"unknown-case", fmt::format("there is no case `{}`", id.text()), "case"};
}

Refusal unknown_grant(const registry::GrantId& id) {
  return {"unknown-grant", fmt::format("there is no grant `{}`", id.text()), "grant"};
}

base::Ruled<kernel::Case> case_of_grant(Instance& instance, const registry::GrantId& id) {
  std::optional<kernel::Case> found;
  std::optional<Refusal> legacy;
  instance.look([&](const kernel::State& state) {
    if (const kernel::GrantRecord* grant = state.find(id)) found = *state.find(grant->case_id);
    legacy = kernel::refuse_legacy(state, id.text());
  });
  if (found) return *std::move(found);
  if (legacy) return *std::move(legacy);
  return unknown_grant(id);
}

std::optional<registry::PartyId> whose_office(const kernel::State& state,
                                              const registry::OfficeId& office) {
  for (const auto& [authority, entered] : state.authorities().all()) {
    if (entered.charter().charter.find(office) != nullptr) return authority;
  }
  return std::nullopt;
}

Refusal unknown_office(const kernel::State& state, std::string_view name, std::string_view where) {
  std::vector<std::string_view> known;
  for (const auto& [authority, entered] : state.authorities().all()) {
    for (const registry::Office& office : entered.charter().charter.offices) {
      known.push_back(office.id.text());
    }
  }
  const auto meant = base::did_you_mean(name, known);
  return {"unknown-office",
          fmt::format("no authority of this instance has an office `{}`{}", name,
                      meant ? fmt::format("; did you mean `{}`?", *meant) : std::string()),
          std::string(where)};
}

base::Ruled<registry::PartyId> authority_of(Instance& instance, const registry::OfficeId& office,
                                            std::string_view where) {
  base::Ruled<registry::PartyId> found = Refusal{};
  instance.look([&](const kernel::State& state) {
    if (auto authority = whose_office(state, office)) {
      found = *std::move(authority);
    } else {
      found = unknown_office(state, office.text(), where);
    }
  });
  return found;
}

base::Ruled<Pen> pen_of(Instance& instance, const Actor& actor) {
  BOOST_OUTCOME_TRY(registry::PartyId authority, authority_of(instance, actor.office));
  return Pen{actor.key, instance.name(), std::move(authority), actor.office.text(),
             actor.acting_for};
}

Handled step(Instance& instance, const Actor& actor, const base::Ruled<kernel::Case>& of,
             EntryKind kind, base::Json body, std::shared_ptr<const std::string> beside) {
  if (!of) return refused(of.error());
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_statement(pen.value(), kind, &of.value(), std::move(body)));
  statement.beside = std::move(beside);
  switch (kind) {
    case EntryKind::Draw:
      return instance.draw(std::move(statement));
    case EntryKind::Allotment:
      return instance.allot(std::move(statement));
    case EntryKind::Correction:
      return instance.correct(std::move(statement));
    default:
      return instance.submit(std::move(statement));
  }
}

}  // namespace countersign::casework
