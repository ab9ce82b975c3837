// SPDX-License-Identifier: Apache-2.0
#include "kernel/grant.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "geo/layer.h"
#include "kernel/internal/folded.h"
#include "kernel/internal/opening.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// What a decision's signed commitment to the advice stands for, held against the lane.
base::Ruled<void> check_advice(const State::Folded& folded, const LoggedEntry& entry) {
  const base::Json* advice = entry.field("advice");
  const Case& of = folded.cases.at(*entry.case_id);
  const Lane& lane = of.lanes.at(entry.statement->head.authority);
  const DecisionBody& body = lane.decisions.back().body;
  std::vector<std::string> expected;
  for (const seal::Digest& digest : lane.advice_before(entry.position)) {
    expected.push_back(to_text(digest));
  }
  if (advice == nullptr || *entry.commitment("advice") != body.advice ||
      base::write_json(*advice) != base::write_json(base::json_texts(expected))) {
    return Refusal{
        "advice-differs",
        fmt::format("decision {} was not made on exactly the advice before it", entry.position),
        fmt::format("entry {}", entry.position)};
  }
  return base::outcome::success();
}

base::Ruled<void> fold_all(State::Folded& folded, const Anchors& anchors, const Evidence& evidence,
                           const std::vector<LoggedEntry>& entries) {
  for (const LoggedEntry& entry : entries) {
    if (!folded.instance && entry.kind != EntryKind::Instance) {
      return Refusal{"other-instance", "the entry that names the instance is missing", "instance"};
    }
    BOOST_OUTCOME_TRY(check_signature(folded, anchors, entry));
    if (entry.case_id) {
      if (*entry.case_id != evidence.case_id) {
        return Refusal{"case-incomplete", "an entry of another case is among the evidence",
                       entry.case_id->text()};
      }
      BOOST_OUTCOME_TRY(fold_case_step(folded, entry));
    } else {
      BOOST_OUTCOME_TRY(fold_identity(folded, entry));
    }
    if (entry.kind == EntryKind::Decision) {
      BOOST_OUTCOME_TRY(check_advice(folded, entry));
    }
    folded.now = *entry.received_at;
    ++folded.size;
  }
  if (!folded.instance || *folded.instance != evidence.instance) {
    return Refusal{"other-instance", "the entries are of another instance", "instance"};
  }
  return base::outcome::success();
}

bool is_root_signed(const Entered& entered, Position position) {
  const auto at = [&](const auto& each) { return each.position == position; };
  return std::any_of(entered.charters.begin(), entered.charters.end(), at) ||
         std::any_of(entered.appointments.begin(), entered.appointments.end(), at);
}

// Every authority whose say counts has its manifest here, good at the time, and no record beside
// it. What the root signed is in force by that alone: a charter or appointment may be newer than
// the manifest, and a charter that was replaced before the next manifest is in none.
base::Ruled<void> check_registers(const State::Folded& folded, const Anchors& anchors,
                                  base::Instant at) {
  for (const auto& [authority, root] : anchors.roots) {
    const Entered* entered = folded.authorities.find(authority);
    if (entered == nullptr || entered->manifest() == nullptr) {
      return Refusal{"authority-missing",
                     fmt::format("the charter or manifest of {} is missing, whose say counts",
                                 authority.text()),
                     authority.text()};
    }
    const registry::Manifest& manifest = entered->manifest()->manifest;
    if (at >= manifest.expires) {
      return Refusal{"manifest-expired",
                     fmt::format("the manifest of {} expired at {}", authority.text(),
                                 base::to_text(manifest.expires)),
                     authority.text()};
    }
    for (const auto& [digest, position] : entered->documents) {
      if (is_root_signed(*entered, position)) continue;
      const auto lists = [&, &document = digest](const registry::ManifestEntry& entry) {
        return entry.digest == document;
      };
      if (std::none_of(manifest.entries.begin(), manifest.entries.end(), lists)) {
        return Refusal{"manifest-added",
                       fmt::format("entry {} is a record of {} that its manifest does not list",
                                   position, authority.text()),
                       authority.text()};
      }
    }
  }
  return base::outcome::success();
}

bool same_but_attested(Facts ours, const Facts& theirs, bool ground, Examination* examination) {
  const std::string authority = ours.authority.text();
  const auto attest = [&](std::string_view what) {
    if (examination == nullptr) return;
    examination->attested.push_back(fmt::format("{} of {}", what, authority));
  };
  if (!ground) {
    attest("the regions the place touches and lies within, by the layer");
    ours.touches = theirs.touches;
    ours.within = theirs.within;
  }
  // What was reserved and drawn elsewhere is not among the evidence.
  if (ours.rating.has_value() != theirs.rating.has_value()) return false;
  if (ours.rating) {
    attest("the rating of the stock");
    ours.rating = theirs.rating;
  }
  if (ours.tallies.size() != theirs.tallies.size()) return false;
  for (std::size_t i = 0; i < ours.tallies.size(); ++i) {
    if (ours.tallies[i].count.limit != theirs.tallies[i].count.limit) return false;
    ours.tallies[i].count = theirs.tallies[i].count;
  }
  if (!ours.tallies.empty()) attest("what the tallies have left");
  return ours == theirs;
}

// The facts given for each authority with a tie, held against registers that are proved.
base::Ruled<std::vector<Facts>> hold_facts(const std::map<registry::PartyId, Facts>& facts,
                                           const Rules& rules, const Request& request,
                                           Examination* examination) {
  if (auto unknown = refuse_unknown_names(request, rules.registers(), rules.view()))
    return *std::move(unknown);
  registry::TieQuestion question{request.item, request.used_with, {}};
  if (request.data_sources) question.data_sources = *request.data_sources;
  const registry::Ties ties = registry::trace_ties(rules.view(), question);
  if (!ties.determined()) {
    return Refusal{"undetermined", ties.gaps.front().message, request.item.text()};
  }
  if (facts.size() != ties.tied.size()) {
    return Refusal{"facts-differ", "facts are given for other authorities than those with a tie",
                   "facts"};
  }
  std::vector<Facts> held;
  for (const registry::TieFacts& tie : ties.tied) {
    const auto given = facts.find(tie.authority);
    const registry::AuthorityView* view = rules.view().find(tie.authority);
    if (given == facts.end() || view == nullptr || rules.book(tie.authority) == nullptr) {
      return Refusal{"facts-differ",
                     fmt::format("the facts or the rules of {} are missing", tie.authority.text()),
                     tie.authority.text()};
    }
    BOOST_OUTCOME_TRY(Facts ours, make_facts(rules.view(), *view, request, tie, Taken{}));
    const bool ground = view->layer == nullptr || (*view->layer)->has_ground();
    if (!same_but_attested(std::move(ours), given->second, ground, examination)) {
      return Refusal{"facts-differ",
                     fmt::format("the facts entered for {} are not what its registers say",
                                 tie.authority.text()),
                     tie.authority.text()};
    }
    held.push_back(given->second);
  }
  return held;
}

base::Ruled<Determination> determine_again(const Evidence& evidence, const Rules& rules,
                                           const Request& request, Examination* examination) {
  BOOST_OUTCOME_TRY(std::vector<Facts> facts,
                    hold_facts(evidence.facts, rules, request, examination));
  Determination determination;
  determination.request = request;
  determination.at = evidence.at;
  determination.overall = Outcome::Authorised;
  for (Facts& each : facts) {
    const RuleBook& book = *rules.book(each.authority);
    determination.authorities.push_back(determine_authority(book, std::move(each)));
    determination.overall =
        std::max(determination.overall, determination.authorities.back().outcome);
  }
  return determination;
}

// The use that is asked for, if any, is allowed as it is stated, with the approvals given.
base::Ruled<void> check_use(const Evidence& evidence, const Rules& rules, const Request& request,
                            const Terms& terms) {
  if (!evidence.use) return base::outcome::success();
  BOOST_OUTCOME_TRY(
      const std::vector<Facts> facts,
      hold_facts(evidence.use->facts, rules, request_for(request, evidence.use->act), nullptr));
  // Both are of the authorities with a tie, in their order.
  CHECK(facts.size() == terms.consents.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    BOOST_OUTCOME_TRY(check_allowed(rules, facts[i], terms.consents[i]));
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
  if (grant.at != evidence.from) {
    return Refusal{"grant-differs", "the evidence is of another time than the grant's own entry",
                   evidence.grant->text()};
  }
  // A grant that is used later is checked anew for that moment; what was issued stands in its
  // entry.
  if (grant.at != evidence.at) return base::outcome::success();
  std::vector<registry::PartyId> authorities;
  for (const LaneConsent& consent : terms.consents) authorities.push_back(consent.authority);
  if (grant.scope != terms.scope || grant.authorities != authorities) {
    return Refusal{"grant-differs", "the grant says something else than the consents prove",
                   evidence.grant->text()};
  }
  return base::outcome::success();
}

// What the holder has still to acknowledge, by the statements among the evidence.
std::vector<std::string> unacknowledged(const State::Folded& folded, const Evidence& evidence,
                                        const Terms& terms) {
  if (!evidence.grant) return terms.scope.text;
  const GrantRecord& grant = folded.grants.at(*evidence.grant);
  return grant.unacknowledged(grant.provisos_with(terms.scope), evidence.at);
}

void tell(Examination& examination, const Determination& determination, const Terms& terms,
          const std::vector<LoggedEntry>& entries) {
  const auto statements = std::count_if(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.statement.has_value();
  });
  examination.reevaluated.push_back(
      fmt::format("{} entries in the ledger, {} signatures, the case's chain without a gap",
                  entries.size(), statements));
  for (const AuthorityDetermination& finding : determination.authorities) {
    examination.reevaluated.push_back(fmt::format("{}: manifest, ties, directives and facts; {}",
                                                  finding.authority.text(),
                                                  words_of(finding.outcome)));
  }
  for (const LaneConsent& consent : terms.consents) {
    examination.reevaluated.push_back(
        consent.by_clerk
            ? fmt::format("{}: standing consent, signed by its clerk", consent.authority.text())
            : fmt::format("{}: procedure, advice and the personal decision of {}",
                          consent.authority.text(), offices_of(consent)));
  }
  examination.unchecked.push_back(
      "whether a newer manifest was held back: that rests on the expiry of those here");
  examination.unchecked.push_back("receipt times: the log's own word");
  if (!terms.scope.text.empty()) examination.unchecked.emplace_back(kAcknowledgedLater);
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
                                                      const LayerMaker& make_layer,
                                                      Examination* examination) {
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, check_checkpoint(evidence, anchors));
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> entries,
                    open_entries(evidence, endorsement.checkpoint.head, Showing::Everything));
  State::Folded folded(make_layer, Reach::Extract);
  BOOST_OUTCOME_TRY(fold_all(folded, anchors, evidence, entries));
  BOOST_OUTCOME_TRY(check_registers(folded, anchors, evidence.at));
  const auto of = folded.cases.find(evidence.case_id);
  if (of == folded.cases.end() || evidence.at < folded.now) {
    return Refusal{"case-incomplete", "the case's request is missing", evidence.case_id.text()};
  }
  const Rules rules(folded.authorities.registers(), evidence.at);
  BOOST_OUTCOME_TRY(Determination determination,
                    determine_again(evidence, rules, of->second.request, examination));
  BOOST_OUTCOME_TRY(Terms terms, check_terms(of->second, {rules, determination, evidence.at},
                                             evidence.grant, evidence.from));
  BOOST_OUTCOME_TRY(check_use(evidence, rules, of->second.request, terms));
  BOOST_OUTCOME_TRY(check_issued(folded, evidence, terms));
  if (examination != nullptr) {
    tell(*examination, determination, terms, entries);
    examination->endorsement = std::move(endorsement);
  }
  std::vector<std::string> missing = unacknowledged(folded, evidence, terms);
  std::optional<Act> use;
  if (evidence.use) use = evidence.use->act;
  return std::unique_ptr<const Grant>(new Grant(evidence.instance, evidence.case_id,
                                                std::move(terms), std::move(determination),
                                                evidence.at, std::move(use), std::move(missing)));
}

}  // namespace countersign::kernel
