// SPDX-License-Identifier: Apache-2.0
// Of reader.h: single steps of a case, as exports and lists of signatures name them.
#include <algorithm>
#include <set>

#include "casework/reader.h"
#include "kernel/acting.h"

namespace countersign::casework {
namespace {

using kernel::EntryKind;
using kernel::Sight;

// Whose lane the step is about: an answer's, of who asked.
registry::PartyId lane_of(const kernel::Case& of, kernel::Position position, EntryKind kind,
                          const kernel::SignedStatement& statement) {
  for (const kernel::Query& asked : of.queries) {
    for (const kernel::Answer& given : asked.answers) {
      if (given.done.position == position) return asked.authority;
    }
  }
  if (kind == EntryKind::Reconsider && of.reconsideration) return of.reconsideration->authority;
  return statement.head.authority;
}

}  // namespace

std::optional<registry::Marking> marking_of(const kernel::SignedStatement& statement) {
  const base::Json* said = &statement.body;
  // A request, and what a correction says in the place of what it corrects.
  for (const char* within : {"request", "content"}) {
    const base::Json* inner = statement.body.find(within);
    if (inner != nullptr && inner->kind == base::Json::Kind::Object) said = inner;
  }
  const base::Json* marking = said->find("marking");
  if (marking == nullptr) return std::nullopt;
  base::Report report({}, "marking");
  return registry::Marking::read(*marking, report);
}

bool Reader::sees_step(const kernel::State& state, const kernel::Case& of,
                       kernel::Position position, EntryKind kind,
                       const kernel::SignedStatement& statement) const {
  if (is_keeper()) return true;
  const auto sight = sight_of(kind);
  if (!sight) return false;
  const registry::PartyId& authority = statement.head.authority;
  const auto in = [&](const std::map<registry::PartyId, kernel::Lane>& lanes) {
    const auto lane = lanes.find(authority);
    if (lane == lanes.end()) return false;
    for (const kernel::Decision& decision : lane->second.decisions) {
      if (decision.done.position != position) continue;
      return sees_decision(state, of, authority, decision);
    }
    for (const kernel::Consent& consent : lane->second.consents) {
      if (consent.done.position != position) continue;
      return sees_consent(state, of, authority, consent);
    }
    return false;
  };
  switch (*sight) {
    case Sight::Decision:
    case Sight::Consent:
      return in(of.lanes) ||
             std::any_of(of.earlier.begin(), of.earlier.end(),
                         [&](const kernel::EarlierVersion& version) { return in(version.lanes); });
    case Sight::Request: {
      kernel::Part part = part_of(of);
      part.marking = marking_of(statement);
      return sees(*sight, part);
    }
    case Sight::Case:
    case Sight::Grant:
    case Sight::Use:
      return sees(*sight, of);
    case Sight::Query:
      return sees(*sight, of, lane_of(of, position, kind, statement));
    case Sight::Key: {
      const auto seen = glance(state, of);
      return seen && std::any_of(seen->of.confirmations.begin(), seen->of.confirmations.end(),
                                 [&](const kernel::Confirmation& made) {
                                   return made.done.position == position;
                                 });
    }
    default:
      return sees(*sight, of, authority, marking_of(statement));
  }
}

std::vector<AbsentOffice> absent_offices(const kernel::State& state, const kernel::Case& of,
                                         const kernel::AuthorityDetermination& finding, bool told) {
  std::vector<AbsentOffice> absent;
  const kernel::Entered* entered = state.authorities().find(finding.authority);
  if (entered == nullptr) return absent;
  const auto tell = [&](const registry::OfficeId& office, EntryKind kind) {
    const kernel::EnteredAbsence* away = entered->absence_of(office, state.now());
    if (away == nullptr) return;
    AbsentOffice& one =
        absent.emplace_back(AbsentOffice{office, away->period.until, away->position, told, {}});
    if (!told) return;
    one.acts =
        kernel::whose_turn(state.authorities(), of, finding.authority, office, kind, state.now());
  };
  std::set<registry::OfficeId> asked;
  for (const auto& set : finding.approvals) asked.insert(set.begin(), set.end());
  for (const registry::OfficeId& office : asked) tell(office, EntryKind::Decision);
  for (const kernel::ProcedureDemand& demand : finding.procedure) {
    tell(demand.office, EntryKind::Advice);
  }
  return absent;
}

}  // namespace countersign::casework
