// SPDX-License-Identifier: Apache-2.0
#include "kernel/acting.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/may_act.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

// Whether that person may not take such a step for the office.
bool is_barred(const Case& of, const registry::PartyId& authority, const registry::OfficeId& office,
               EntryKind kind, const registry::PersonId& person) {
  const auto lane = of.lanes.find(authority);
  const auto theirs = [&](const Decision& decision) {
    return decision.done.signer.person == person;
  };
  if (kind == EntryKind::Advice) {
    Signer signer;
    signer.office = office;
    signer.person = person;
    return !bars_to_advise(of, signer).empty();
  }
  if (refuse_decider(of, person)) return true;
  if (lane == of.lanes.end()) return false;
  const auto approvals = lane->second.approvals();
  return std::any_of(approvals.begin(), approvals.end(), [&](const Decision* approval) {
    return theirs(*approval) && approval->done.signer.office != office;
  });
}

}  // namespace

std::optional<registry::OfficeId> whose_turn(const Authorities& authorities, const Case& of,
                                             const registry::PartyId& authority,
                                             const registry::OfficeId& office, EntryKind kind,
                                             base::Instant at) {
  const Entered* entered = authorities.find(authority);
  const registry::Office* absent =
      entered == nullptr ? nullptr : entered->charter().charter.find(office);
  if (absent == nullptr) return std::nullopt;
  for (const registry::OfficeId& successor : absent->succession) {
    if (entered->absence_of(successor, at) != nullptr) continue;
    const auto holders = authorities.persons_in(authority, successor, at);
    const bool free = std::any_of(holders.begin(), holders.end(), [&](const auto& person) {
      return !is_barred(of, authority, office, kind, person);
    });
    if (free) return successor;
  }
  return std::nullopt;
}

base::Ruled<void> check_turn(const Authorities& authorities, const Case& of,
                             const StatementHead& head, base::Instant at) {
  if (!head.acting_for) return base::outcome::success();
  const registry::OfficeId own(head.by);
  const auto turn = whose_turn(authorities, of, head.authority, *head.acting_for, head.kind, at);
  // Who is barred is told so by the rule that bars them.
  if (!turn || *turn == own) return base::outcome::success();
  const Entered& entered = *authorities.find(head.authority);
  const auto& order = entered.charter().charter.find(*head.acting_for)->succession;
  if (std::find(order.begin(), order.end(), own) < std::find(order.begin(), order.end(), *turn)) {
    return base::outcome::success();
  }
  return base::Refusal{"not-your-turn",
                       fmt::format("{} acts for {} in this case: it stands before {} in the "
                                   "charter's order of succession",
                                   turn->text(), head.acting_for->text(), own.text()),
                       own.text()};
}

}  // namespace countersign::kernel
