// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/proving.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "geo/layer.h"
#include "kernel/internal/opening.h"
#include "kernel/internal/tie_paths.h"

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
    attest("the rating of the stock, from what is held, reserved and drawn,");
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

bool is_root_signed(const Entered& entered, Position position) {
  const auto at = [&](const auto& each) { return each.position == position; };
  return std::any_of(entered.charters.begin(), entered.charters.end(), at) ||
         std::any_of(entered.appointments.begin(), entered.appointments.end(), at);
}

}  // namespace

std::size_t issue_part(const Evidence& evidence, std::span<const LoggedEntry> entries) {
  if (!evidence.since) return entries.size();
  // The last: earlier grants of the case are part of what led to it.
  const auto grant = std::find_if(entries.rbegin(), entries.rend(), [](const LoggedEntry& entry) {
    return entry.kind == EntryKind::Grant;
  });
  return grant == entries.rend() ? entries.size()
                                 : static_cast<std::size_t>(entries.rend() - grant);
}

base::Ruled<void> take_entry(State::Folded& folded, const Anchors& anchors,
                             const Evidence& evidence, const LoggedEntry& entry) {
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
  return base::outcome::success();
}

base::Ruled<void> check_instance(const State::Folded& folded, const Evidence& evidence) {
  if (folded.instance && *folded.instance == evidence.instance) return base::outcome::success();
  return Refusal{"other-instance", "the entries are of another instance", "instance"};
}

base::Ruled<void> check_register(const State::Folded& folded, const registry::PartyId& authority,
                                 base::Instant at) {
  const Entered* entered = folded.authorities.find(authority);
  if (entered == nullptr || entered->manifest() == nullptr) {
    return Refusal{
        "authority-missing",
        fmt::format("the charter or manifest of {} is missing, whose say counts", authority.text()),
        authority.text()};
  }
  const registry::Manifest& manifest = entered->manifest()->manifest;
  if (at >= manifest.expires) {
    return Refusal{"manifest-expired",
                   fmt::format("the manifest of {} expired at {}", authority.text(),
                               base::to_text(manifest.expires)),
                   authority.text()};
  }
  if (const auto position = entered->suspected_record(at)) {
    return Refusal{"key-suspected",
                   fmt::format("entry {} of the register of {} was signed by a key that was "
                               "withdrawn as suspected",
                               *position, authority.text()),
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
  return base::outcome::success();
}

base::Ruled<registry::Ties> trace_again(const Rules& rules, const Request& request,
                                        const std::map<registry::PartyId, Facts>& facts,
                                        bool attested) {
  if (auto unknown = refuse_unknown_names(request, rules.registers(), rules.view()))
    return *std::move(unknown);
  if (attested) {
    registry::Ties ties;
    for (const auto& [authority, given] : facts) {
      BOOST_OUTCOME_TRY(check_paths(rules.view(), tie_question(request), authority, given.ties));
      ties.tied.push_back(given.ties);
    }
    return ties;
  }
  registry::Ties ties = registry::trace_ties(rules.view(), tie_question(request));
  if (ties.determined()) return ties;
  return Refusal{"undetermined", ties.gaps.front().message, request.item.text()};
}

base::Ruled<Facts> hold_facts(const std::map<registry::PartyId, Facts>& facts, const Rules& rules,
                              const Request& request, const registry::TieFacts& tie,
                              Examination* examination) {
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
  return given->second;
}

base::Ruled<AuthorityDetermination> determine_again(const Evidence& evidence, const Rules& rules,
                                                    const Request& request,
                                                    const registry::TieFacts& tie,
                                                    Examination* examination) {
  BOOST_OUTCOME_TRY(Facts facts, hold_facts(evidence.facts, rules, request, tie, examination));
  return determine_authority(*rules.book(tie.authority), std::move(facts));
}

void tell_finding(Examination& examination, const AuthorityDetermination& finding,
                  const LaneConsent& consent, bool ties_attested) {
  const std::string& authority = finding.authority.text();
  examination.reevaluated.push_back(fmt::format("{}: manifest, {}directives and facts; {}",
                                                authority, ties_attested ? "" : "ties, ",
                                                words_of(finding.outcome)));
  if (ties_attested) {
    examination.attested.push_back(fmt::format(
        "the ties of {}: each way that proves one was followed through signed rows; that "
        "these are all of its parts and sources, and how many pieces there are, is the "
        "log's word",
        authority));
  }
  examination.reevaluated.push_back(
      consent.by_clerk ? fmt::format("{}: standing consent, signed by its clerk", authority)
                       : fmt::format("{}: procedure, advice and the personal decision of {}",
                                     authority, offices_of(consent)));
}

}  // namespace countersign::kernel
