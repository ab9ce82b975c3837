// SPDX-License-Identifier: Apache-2.0
#include "kernel/grant.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "kernel/internal/folded.h"
#include "kernel/internal/held.h"
#include "kernel/internal/opening.h"
#include "kernel/internal/proving.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// The ties of the request, for each of which there are facts.
base::Ruled<registry::Ties> ties_with(const std::map<registry::PartyId, Facts>& facts,
                                      const Rules& rules, const Request& request, bool attested) {
  BOOST_OUTCOME_TRY(registry::Ties ties, trace_again(rules, request, facts, attested));
  if (facts.size() == ties.tied.size()) return ties;
  return Refusal{"facts-differ", "facts are given for other authorities than those with a tie",
                 "facts"};
}

// The determination from registers that are proved and facts held against them.
base::Ruled<Determination> determine_all_again(const Evidence& evidence, const Rules& rules,
                                               const Request& request, Examination* examination) {
  BOOST_OUTCOME_TRY(const registry::Ties ties,
                    ties_with(evidence.facts, rules, request, evidence.rows.ties_attested));
  Determination determination;
  determination.request = request;
  determination.at = evidence.at;
  determination.overall = Outcome::Authorised;
  for (const registry::TieFacts& tie : ties.tied) {
    BOOST_OUTCOME_TRY(AuthorityDetermination finding,
                      determine_again(evidence, rules, request, tie, examination));
    determination.overall = std::max(determination.overall, finding.outcome);
    determination.authorities.push_back(std::move(finding));
  }
  return determination;
}

// The use that is asked for, if any, is allowed as it is stated, with the approvals given.
base::Ruled<void> check_use(const Evidence& evidence, const Rules& rules, const Request& request,
                            const Terms& terms) {
  if (!evidence.use) return base::outcome::success();
  const Request asked = request_for(request, evidence.use->act);
  BOOST_OUTCOME_TRY(const registry::Ties ties, ties_with(evidence.use->facts, rules, asked, false));
  // Both are of the authorities with a tie, in their order.
  CHECK(ties.tied.size() == terms.consents.size());
  for (std::size_t i = 0; i < ties.tied.size(); ++i) {
    BOOST_OUTCOME_TRY(const Facts facts,
                      hold_facts(evidence.use->facts, rules, asked, ties.tied[i], nullptr));
    BOOST_OUTCOME_TRY(check_allowed(rules, facts, terms.consents[i]));
  }
  return base::outcome::success();
}

// The grant as it was issued says what the evidence proves.
base::Ruled<void> check_issued(const State::Folded& folded, const Evidence& evidence,
                               const Terms& terms) {
  if (!evidence.grant) return base::outcome::success();
  const auto found = folded.grants.find(*evidence.grant);
  if (found == folded.grants.end()) {
    return Refusal{"grant-differs", "the grant's own entry is missing", evidence.grant->text()};
  }
  const GrantRecord& grant = found->second;
  if (grant.at != evidence.from || (evidence.since && grant.at != evidence.at)) {
    return Refusal{"grant-differs", "the evidence is of another time than the grant's own entry",
                   evidence.grant->text()};
  }
  // A grant that is used later is checked anew for that moment; what was issued stands in its
  // entry.
  if (grant.at != evidence.at) return base::outcome::success();
  std::vector<registry::PartyId> authorities;
  for (const LaneConsent& consent : terms.consents) authorities.push_back(consent.authority);
  if (grant.scope != terms.scope || grant.authorities != authorities ||
      grant.remainder != terms.remainder) {
    return Refusal{"grant-differs", "the grant says something else than the consents prove",
                   evidence.grant->text()};
  }
  return base::outcome::success();
}

// The moment for which a grant is proved: of the case, or of what a grant of it left open.
base::Ruled<Moment> moment_of(const State::Folded& folded, const Case& of, const Rules& rules,
                              const Determination& determination, const Evidence& evidence) {
  Moment moment{rules, determination, evidence.at};
  if (!evidence.grant && of.rest) {
    BOOST_OUTCOME_TRY(const Rest rest, rest_of(of, folded.grants, evidence.at));
    moment.after = rest.after;
    moment.rest = rest.quantity;
  }
  moment.beside = held_beside(of, folded.grants, evidence.grant, evidence.at);
  const auto grant = evidence.grant ? folded.grants.find(*evidence.grant) : folded.grants.end();
  if (grant == folded.grants.end()) return moment;
  moment.after = grant->second.after;
  moment.rest = grant->second.rest;
  if (!moment.after || folded.grants.contains(*moment.after)) return moment;
  return Refusal{"case-incomplete", "the grant that left this open is missing",
                 moment.after->text()};
}

// What the holder has still to acknowledge, by the statements among the evidence.
std::vector<std::string> unacknowledged(const State::Folded& folded, const Evidence& evidence,
                                        const Terms& terms) {
  if (!evidence.grant) return terms.scope.text;
  const GrantRecord& grant = folded.grants.at(*evidence.grant);
  return grant.unacknowledged(grant.provisos_with(terms.scope), evidence.at);
}

// What became of it since; needs a bundle's evidence.
base::Ruled<Since> follow_issued(State::Folded& folded, const Anchors& anchors,
                                 const Evidence& evidence, const ledger::TreeHead& head,
                                 std::span<const LoggedEntry> entries, std::size_t issue) {
  BOOST_OUTCOME_TRY(const HolderView view, read_grant(entries[issue - 1]));
  IssuedGrant issued{view, folded.cases.at(evidence.case_id).request_digest, {}};
  for (const LoggedEntry& entry : entries.first(issue)) {
    if (entry.kind == EntryKind::Decision || entry.kind == EntryKind::Consent) {
      issued.consents.emplace(entry.position, &entry);
    }
  }
  return follow(folded, anchors, evidence, head, std::move(issued), entries.subspan(issue));
}

void tell(Examination& examination, const Determination& determination, const Terms& terms,
          const std::vector<LoggedEntry>& entries, bool ties_attested) {
  const auto statements = std::count_if(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.statement.has_value();
  });
  examination.reevaluated.push_back(
      fmt::format("{} entries in the ledger, {} signatures, the case's chain without a gap",
                  entries.size(), statements));
  for (std::size_t i = 0; i < terms.consents.size(); ++i) {
    tell_finding(examination, determination.authorities[i], terms.consents[i], ties_attested);
  }
  examination.unchecked.push_back(
      "whether a newer manifest was held back: that rests on the expiry of those here");
  if (ties_attested) {
    examination.attested.emplace_back("that no other authority has a tie (nexus)");
  }
  examination.unchecked.push_back("receipt times: the log's own word");
}

}  // namespace

Grant::Grant(InstanceName instance, CaseId case_id, Terms terms, Determination determination,
             base::Instant at, std::optional<Act> use, std::vector<std::string> unacknowledged)
    : instance_(std::move(instance)),
      case_id_(std::move(case_id)),
      terms_(std::move(terms)),
      determination_(std::move(determination)),
      at_(at),
      use_(std::move(use)),
      unacknowledged_(std::move(unacknowledged)) {}

base::Ruled<std::unique_ptr<const Grant>> prove_grant(const Evidence& evidence,
                                                      const Anchors& anchors,
                                                      const Sources& sources,
                                                      Examination* examination) {
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, check_checkpoint(evidence, anchors));
  const ledger::TreeHead& head = endorsement.checkpoint.head;
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> entries, open_entries(evidence, head));
  BOOST_OUTCOME_TRY(const Exposure exposure, Exposure::create(Audience::overseer(), entries));
  BOOST_OUTCOME_TRY(check_shown(exposure, entries));
  State::Folded folded(sources, Reach::Extract);
  const std::size_t issue = issue_part(evidence, entries);
  for (std::size_t i = 0; i < issue; ++i) {
    BOOST_OUTCOME_TRY(check_turn(folded, entries[i]));
    BOOST_OUTCOME_TRY(take_entry(folded, anchors, evidence, entries[i]));
  }
  BOOST_OUTCOME_TRY(check_instance(folded, evidence));
  for (const auto& [authority, root] : anchors.roots) {
    BOOST_OUTCOME_TRY(check_register(folded, authority, evidence.at));
  }
  const auto of = folded.cases.find(evidence.case_id);
  if (of == folded.cases.end() || evidence.at < folded.now) {
    return Refusal{"case-incomplete", "the case's request is missing", evidence.case_id.text()};
  }
  BOOST_OUTCOME_TRY(folded.authorities.complete());
  const Rules rules(folded.authorities.registers(), evidence.at);
  BOOST_OUTCOME_TRY(Determination determination,
                    determine_all_again(evidence, rules, of->second.request, examination));
  BOOST_OUTCOME_TRY(const Moment moment,
                    moment_of(folded, of->second, rules, determination, evidence));
  BOOST_OUTCOME_TRY(Terms terms, check_terms(of->second, moment, evidence.grant, evidence.from));
  BOOST_OUTCOME_TRY(check_use(evidence, rules, of->second.request, terms));
  BOOST_OUTCOME_TRY(check_issued(folded, evidence, terms));
  if (examination != nullptr)
    tell(*examination, determination, terms, entries, evidence.rows.ties_attested);
  if (evidence.since) {
    BOOST_OUTCOME_TRY(const Since since,
                      follow_issued(folded, anchors, evidence, head, entries, issue));
    if (examination != nullptr) tell_since(*examination, since);
  }
  if (examination != nullptr) examination->endorsement = std::move(endorsement);
  std::vector<std::string> missing = unacknowledged(folded, evidence, terms);
  std::optional<Act> use;
  if (evidence.use) use = evidence.use->act;
  return std::unique_ptr<const Grant>(new Grant(evidence.instance, evidence.case_id,
                                                std::move(terms), std::move(determination),
                                                evidence.at, std::move(use), std::move(missing)));
}

}  // namespace countersign::kernel
