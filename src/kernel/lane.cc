// SPDX-License-Identifier: Apache-2.0
#include "kernel/lane.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/internal/held.h"
#include "kernel/internal/opening.h"
#include "kernel/internal/proving.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

// The way through the entries up to the grant's own: what is the authority's is folded, of the rest
// its signature and its place in the case's chain are checked.
class Walk {
 public:
  Walk(State::Folded& known, const registry::PartyId& own, const Exposure& exposed,
       const Anchors& believed, const Evidence& given)
      : folded(known), authority(own), exposure(exposed), anchors(believed), evidence(given) {}

  base::Ruled<void> take(const LoggedEntry& entry) {
    switch (entry.kind) {
      case EntryKind::Manifest: {
        BOOST_OUTCOME_TRY(take_manifest(manifests, entry));
        return is_own(entry) ? own(entry) : checked(entry);
      }
      case EntryKind::Record:
        if (!is_own(entry)) others.insert(entry.statement->head.authority);
        return own(entry);
      case EntryKind::Determination:
      case EntryKind::Claim:
      case EntryKind::Correction:
      case EntryKind::Advice:
      case EntryKind::Override:
      case EntryKind::Decision:
      case EntryKind::Consent:
      case EntryKind::Query:
      case EntryKind::Answer:
      case EntryKind::Reconfirm:
      case EntryKind::Review:
      case EntryKind::Oral:
        return step(entry);
      case EntryKind::Confirm:
        return entry.case_id ? step(entry) : own(entry);
      case EntryKind::Amend:
        // What was decided on the version before binds no more, a return included.
        consents.clear();
        returned.reset();
        return own(entry);
      case EntryKind::Reconsider:
        return asked_again(entry);
      case EntryKind::Reconsidered:
        return exposure.is_own_step(entry) ? own(entry) : answered(entry);
      case EntryKind::Outcome:
        // What became of the case on the way: its grant says where that ended.
        return fold_course(folded, entry);
      case EntryKind::Grant:
        if (!exposure.is_grant(entry)) return step(entry);
        grant = &entry;
        return own(entry);
      default:
        return entry.case_id && entry.kind != EntryKind::Request ? step(entry) : own(entry);
    }
  }

  // Everything that the grant's entry commits to as this lane was met on the way.
  base::Ruled<void> finish(std::span<const LoggedEntry> entries) const {
    BOOST_OUTCOME_TRY(check_instance(folded, evidence));
    if (grant == nullptr) {
      return Refusal{"grant-differs", "the grant's own entry is missing", "grant"};
    }
    if (returned) return no_consent(*returned, "return");
    if (!denied.empty()) return no_consent(denied.begin()->first, denied.begin()->second);
    std::set<Position> met;
    for (const LoggedEntry& entry : entries) {
      if (entry.kind != EntryKind::Record || !is_own(entry)) met.insert(entry.position);
    }
    for (const auto* list : {&exposure.lane().steps, &exposure.lane().records}) {
      for (const Position position : *list) {
        if (met.contains(position)) continue;
        return differs(
            fmt::format("entry {} of the lane of {} is not here", position, authority.text()));
      }
    }
    return base::outcome::success();
  }

  State::Folded& folded;
  const registry::PartyId& authority;
  const Exposure& exposure;
  const Anchors& anchors;
  const Evidence& evidence;
  ShownConsents consents;
  ShownManifests manifests;
  std::set<registry::PartyId> others;      // who vouched for records that are not the authority's
  std::map<Position, std::string> denied;  // others' denials that stand
  std::size_t unseen = 0;  // steps of others that show nothing but that they are steps
  const LoggedEntry* grant = nullptr;
  std::optional<Position> returned;  // the present version, by another authority

 private:
  static Refusal differs(std::string message) {
    return {"lane-differs", std::move(message), "lane"};
  }

  bool is_own(const LoggedEntry& entry) const {
    return entry.statement && entry.statement->head.authority == authority;
  }

  base::Ruled<void> own(const LoggedEntry& entry) {
    return take_entry(folded, anchors, evidence, entry);
  }

  // Whose it is, without what it rests on.
  base::Ruled<void> checked(const LoggedEntry& entry) {
    BOOST_OUTCOME_TRY(check_instance(folded, evidence));
    return check_signature(folded, anchors, entry);
  }

  base::Ruled<void> step(const LoggedEntry& entry) {
    if (exposure.is_own_step(entry)) {
      // An answer is the requester's, to a query of the lane: the fold finds that.
      if (entry.statement && entry.kind != EntryKind::Answer && !is_own(entry)) {
        return differs(fmt::format("entry {} is committed to as a step of {}, and is none",
                                   entry.position, authority.text()));
      }
      if (entry.kind == EntryKind::Decision || entry.kind == EntryKind::Consent) {
        consents.emplace(entry.position, &entry);
      }
      return own(entry);
    }
    BOOST_OUTCOME_TRY(checked(entry));
    if (entry.case_id != evidence.case_id) {
      return Refusal{"case-incomplete", "an entry of another case is among the evidence", "case"};
    }
    BOOST_OUTCOME_TRY(follow_chain(folded, entry));
    if (entry.kind == EntryKind::Confirm) return confirmation(entry);
    if (entry.statement) {
      consents.emplace(entry.position, &entry);
    } else {
      ++unseen;
    }
    return check_no_denial(entry);
  }

  // A confirmation by another authority, which is shown where what it confirms is.
  base::Ruled<void> confirmation(const LoggedEntry& entry) {
    if (!entry.statement) return base::outcome::success();
    const base::Json* named = entry.statement->body.find("statement");
    const Done& asked = folded.cases.at(evidence.case_id).submitted;
    if (named != nullptr && named->text == to_text(asked.statement)) {
      return fold_confirmation(folded, entry);
    }
    return take_confirmation(folded, consents, entry);
  }

  // The requester asks for a denial to be looked at again: of this lane's, or of another's.
  base::Ruled<void> asked_again(const LoggedEntry& entry) {
    BOOST_OUTCOME_TRY(const ReconsiderBody body, body_of<ReconsiderBody>(entry));
    const auto of = folded.cases.find(evidence.case_id);
    if (of == folded.cases.end() || entry.case_id != evidence.case_id) {
      return Refusal{"case-incomplete", "an entry of another case is among the evidence", "case"};
    }
    const auto lane = of->second.lanes.find(authority);
    if (lane != of->second.lanes.end() && lane->second.denial(body.decision) != nullptr)
      return own(entry);
    BOOST_OUTCOME_TRY(checked(entry));
    return follow_chain(folded, entry);
  }

  // Another authority sets its denial aside, or upholds it.
  base::Ruled<void> answered(const LoggedEntry& entry) {
    BOOST_OUTCOME_TRY(follow_chain(folded, entry));
    const base::Json* denial = entry.field("denial");
    if (entry.field("outcome")->text == name_of(ReconsideredOutcome::SetAside) &&
        denial->kind == base::Json::Kind::Integer) {
      denied.erase(static_cast<Position>(denial->integer));
    }
    return base::outcome::success();
  }

  // A denial stands above any approval, whoever's it is, unless it was set aside.
  base::Ruled<void> check_no_denial(const LoggedEntry& entry) {
    if (entry.kind != EntryKind::Decision) return base::outcome::success();
    // Whether a grant goes on says nothing of the next one.
    if (entry.field("about")->text == kAboutResuming) return base::outcome::success();
    const std::string& outcome = entry.field("outcome")->text;
    const auto found = find_decision_outcome(outcome);
    if (found && found != DecisionOutcome::Deny && found != DecisionOutcome::Return) {
      return base::outcome::success();
    }
    if (found != DecisionOutcome::Return) {
      denied.emplace(entry.position, outcome);
    } else if (!returned) {
      returned = entry.position;
    }
    return base::outcome::success();
  }

  static Refusal no_consent(Position position, std::string_view outcome) {
    return {"denied",
            fmt::format("a decision of another authority (entry {}) says `{}`", position, outcome),
            fmt::format("entry {}", position)};
  }
};

// The authority's own part, by the code that proves a Grant.
base::Ruled<std::pair<AuthorityDetermination, LaneConsent>> evaluate_again(
    const Walk& walk, const Case& of, Examination* examination) {
  const Evidence& evidence = walk.evidence;
  BOOST_OUTCOME_TRY(const registry::Registers registers,
                    walk.folded.authorities.registers_of(walk.authority));
  const Rules rules(registers, evidence.at);
  BOOST_OUTCOME_TRY(const registry::Ties ties,
                    trace_again(rules, of.request, evidence.facts, evidence.rows.ties_attested));
  const registry::TieFacts* tie = ties.find(walk.authority);
  if (tie == nullptr || evidence.facts.size() != 1) {
    return Refusal{
        "facts-differ",
        fmt::format("what is here gives {} no tie (nexus), or facts are given for others",
                    walk.authority.text()),
        walk.authority.text()};
  }
  Determination determination;
  determination.request = of.request;
  determination.at = evidence.at;
  BOOST_OUTCOME_TRY(AuthorityDetermination finding,
                    determine_again(evidence, rules, of.request, *tie, examination));
  determination.overall = finding.outcome;
  determination.authorities.push_back(finding);
  const GrantRecord& grant = walk.folded.grants.at(*evidence.grant);
  BOOST_OUTCOME_TRY(
      Agreement agreement,
      check_agreement(of, {rules, determination, evidence.at, grant.after, grant.rest},
                      evidence.grant));
  return std::pair(std::move(finding), std::move(agreement.consents.front()));
}

// The grant names the authority's consent once, as it was given.
base::Ruled<void> check_own_consent(const HolderView& view, const LaneConsent& own) {
  const auto named =
      std::count_if(view.consents.begin(), view.consents.end(),
                    [&](const LaneConsent& consent) { return consent.authority == own.authority; });
  const auto given = std::count(view.consents.begin(), view.consents.end(), own);
  if (named == 1 && given == 1) return base::outcome::success();
  return Refusal{"grant-differs",
                 fmt::format("the grant names another consent of {} than its lane proves",
                             own.authority.text()),
                 own.authority.text()};
}

void tell(Examination& examination, const Walk& walk, const LaneView& view, const LaneConsent& own,
          std::size_t entries) {
  const std::string& authority = view.authority.text();
  examination.reevaluated.push_back(fmt::format(
      "{} entries in the ledger; every signature, by keys that lead back to pinned roots; the "
      "case's chain without a gap up to the grant, {} of its steps shown as no more than that",
      entries, walk.unseen));
  tell_finding(examination, view.finding, own, walk.evidence.rows.ties_attested);
  for (const LaneConsent& consent : view.grant.consents) {
    if (consent.authority != view.authority) tell_consent(examination, consent);
  }
  examination.reevaluated.push_back("the scope: what the request and all provisos leave");
  if (!walk.others.empty()) {
    std::vector<std::string_view> names;
    for (const registry::PartyId& other : walk.others) names.push_back(other.text());
    examination.attested.push_back(fmt::format(
        "that the descriptions and prices of {} which the ties (nexus) of {} rest on are in force, "
        "and no others: signed, but the manifests that list them are not shown",
        fmt::join(names, ", "), authority));
  }
  examination.attested.push_back(fmt::format(
      "which steps of the case are {}'s: what the log committed to in the grant's entry",
      authority));
  examination.attested.push_back(
      "that the consents named are those of all authorities with a tie, that the others' rules "
      "allow it, and that their procedure, advice and stock were as required");
  examination.unchecked.push_back(
      fmt::format("whether who decided for {} advised in another authority's lane, or answered a "
                  "query of one",
                  authority));
  examination.unchecked.push_back(
      "whether a newer manifest was held back: that rests on the expiry of those here; whether a "
      "later charter or manifest of another authority had withdrawn a power or key here");
  const bool acting =
      std::any_of(view.grant.consents.begin(), view.grant.consents.end(),
                  [](const LaneConsent& consent) { return !consent.acting.empty(); });
  if (acting) {
    examination.attested.emplace_back(
        "that whoever stands before those who acted, in the order of succession, was away or "
        "barred");
  }
  examination.unchecked.push_back("receipt times: the log's own word");
}

}  // namespace

base::Ruled<LaneView> check_lane_bundle(const Evidence& evidence,
                                        const registry::PartyId& authority, const Anchors& anchors,
                                        const Sources& sources, Examination* examination) {
  BOOST_OUTCOME_TRY(ledger::Endorsement endorsement, check_checkpoint(evidence, anchors));
  const ledger::TreeHead& head = endorsement.checkpoint.head;
  BOOST_OUTCOME_TRY(const std::vector<LoggedEntry> opened, open_entries(evidence, head));
  BOOST_OUTCOME_TRY(const Exposure exposure, Exposure::create(Audience::of(authority), opened));
  BOOST_OUTCOME_TRY(check_shown(exposure, opened));
  const std::span<const LoggedEntry> entries(opened);
  const std::size_t issue = issue_part(evidence, entries);
  State::Folded folded(sources, Reach::Extract);
  Walk walk(folded, authority, exposure, anchors, evidence);
  for (const LoggedEntry& entry : entries.first(issue)) {
    BOOST_OUTCOME_TRY(walk.take(entry));
  }
  BOOST_OUTCOME_TRY(walk.finish(entries.first(issue)));
  LaneView view;
  view.authority = authority;
  BOOST_OUTCOME_TRY(view.grant, read_grant(*walk.grant));
  if (view.grant.grant != evidence.grant || view.grant.at != evidence.at) {
    return Refusal{"grant-differs", "the bundle is about another grant than its entries", "grant"};
  }
  BOOST_OUTCOME_TRY(check_register(folded, authority, evidence.at));
  BOOST_OUTCOME_TRY(check_manifests(walk.manifests, anchors, evidence.at));
  const Case& of = folded.cases.at(evidence.case_id);
  BOOST_OUTCOME_TRY(auto evaluated, evaluate_again(walk, of, examination));
  view.finding = std::move(evaluated.first);
  BOOST_OUTCOME_TRY(check_own_consent(view.grant, evaluated.second));
  BOOST_OUTCOME_TRY(check_scope(view.grant, of.request, walk.consents));
  BOOST_OUTCOME_TRY(check_unsuspected(folded.authorities, view.grant, walk.consents));
  const std::int64_t asked = of.request.quantity;
  BOOST_OUTCOME_TRY(
      check_stock(view.finding, view.grant.scope, asked - view.grant.rest.value_or(asked)));
  if (examination != nullptr) tell(*examination, walk, view, evaluated.second, entries.size());
  BOOST_OUTCOME_TRY(view.grant.since,
                    follow(folded, anchors, evidence, head,
                           {view.grant, of.request_digest, walk.consents}, entries.subspan(issue)));
  if (examination != nullptr) {
    tell_since(*examination, view.grant.since);
    examination->endorsement = std::move(endorsement);
  }
  return view;
}

}  // namespace countersign::kernel
