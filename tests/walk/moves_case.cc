// SPDX-License-Identifier: Apache-2.0
// What is done in a case up to the grant.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "casework/exchange.h"
#include "casework/joint.h"
#include "walk/world.h"

namespace countersign::walk {

using casework::DecisionPlan;
using kernel::DecisionOutcome;

Asked World::some_request() {
  Asked what;
  what.transfer = once_in(4);
  what.quantity = what.transfer ? one_to(9) : once_in(20) ? one_to(60) : one_to(8);
  what.in_ru = !what.transfer && !once_in(4);
  what.depot = !what.transfer && once_in(4);
  what.until = now() + 24 * kHour * static_cast<Ms>(6 + upto(40));
  return what;
}

base::Json World::request_of(const Asked& what) {
  const std::string window =
      fmt::format(R"({{"from": "2025-06-01", "until": "{}"}})", base::to_text(instant(what.until)));
  if (what.transfer) {
    return casework::testing::json(fmt::format(
        R"({{"requester": "UA", "recipient": "UA", "action": "transfer", "item": "N",
             "quantity": {}, "window": {}, "categories": [], "data_sources": [],
             "funded_by": []}})",
        what.quantity, window));
  }
  return casework::testing::json(fmt::format(
      R"({{"requester": "UA", "action": "use", "item": "M", "quantity": {}, "place":
           {{"point": {}, "uncertainty_m": 100}}, "window": {}, "categories": ["{}"],
           "data_sources": [], "funded_by": []}})",
      what.quantity, what.in_ru ? "[5, 15]" : "[5, 5]", window, what.depot ? "depot" : "radar"));
}

std::optional<geo::Place> World::place(bool in_ru) {
  base::Report report({}, "walk");
  const base::Json document =
      casework::testing::json(in_ru ? R"({"point": [5, 15], "uncertainty_m": 10})"
                                    : R"({"point": [5, 5], "uncertainty_m": 10})");
  return geo::Place::read(document, "the place", report);
}

void World::ask() {
  const Asked what = some_request();
  const Hand by = hand({"UA/Staff"});
  const Answer answer =
      answer_of(casework::ask(drill_.instance(), actor(by), id(), request_of(what)));
  const Step step{"request"};
  if (took(step, by, answer)) {
    if (by.authority != "UA") finding("another party asked for UA");
    oracle_.asked(about_, signed_by(by, answer), what);
    asked_[about_] = what;
  }
  settle(step);
}

// The request's next version.
void World::amend() {
  Asked what = some_request();
  what.transfer = what_of(about_).transfer;
  if (what.transfer) {
    what.in_ru = what.depot = false;
    what.quantity = one_to(9);
  }
  const Hand by = hand({"UA/Staff"});
  const Answer answer =
      answer_of(casework::amend(drill_.instance(), actor(by), id(), request_of(what), ""));
  const Step step{"amend"};
  if (took(step, by, answer)) {
    oracle_.amended(about_, signed_by(by, answer), what);
    asked_[about_] = what;
  }
  settle(step);
  if (answer.accepted() && once_in(2)) reconfirm();
}

// An advice on an earlier version holds for the present one.
void World::reconfirm() {
  const Hand by = hand({"US/USDP", "US/USDP", "US/Legal", "GB/Legal"});
  const Answer answer = answer_of(casework::reconfirm(drill_.instance(), actor(by), id(), ""));
  const Step step{"reconfirm"};
  if (took(step, by, answer)) {
    judge("reconfirmed", oracle_.against_advice(about_, by));
    oracle_.reconfirmed(about_, signed_by(by, answer));
  }
  settle(step);
}

void World::advise() {
  const Hand by = hand({"US/USDP", "US/Legal", "GB/Legal"});
  const auto view = right_ ? kernel::AdviceView::Concur : static_cast<kernel::AdviceView>(upto(3));
  kernel::AdviceBody body{view, {}, "advice"};
  if (view == kernel::AdviceView::ConcurWithProvisos) body.provisos.quantity = one_to(8);
  const Answer answer = answer_of(casework::advise(drill_.instance(), actor(by), id(), body));
  const Step step{"advice"};
  if (took(step, by, answer)) {
    judge("advised", oracle_.against_advice(about_, by));
    oracle_.advised(about_, signed_by(by, answer), view == kernel::AdviceView::DoNotConcur,
                    body.provisos.quantity);
  }
  settle(step);
}

void World::override_advice() {
  const Hand by = hand({"US/SecDef", "US/Deputy", "GB/MoD"});
  const std::string adviser = by.authority == "GB" ? "GB/Legal"
                              : once_in(3)         ? "US/Legal"
                                                   : "US/USDP";
  const Answer answer = answer_of(casework::override_advice(drill_.instance(), actor(by), id(),
                                                            registry::OfficeId(adviser), "still"));
  const Step step{"override"};
  if (took(step, by, answer)) oracle_.overrode(about_, signed_by(by, answer), adviser);
  settle(step);
}

kernel::Provisos World::some_provisos(Limits& limits) {
  kernel::Provisos provisos;
  if (once_in(3)) limits.quantity = once_in(2) ? one_to(3) : one_to(7);
  if (once_in(8)) limits.until = now() + 24 * kHour * one_to(20);
  if (once_in(8)) limits.text = {"by day only"};
  limits.open = !once_in(3) && (limits.quantity || limits.until);
  provisos.quantity = limits.quantity;
  provisos.text = limits.text;
  if (limits.until) provisos.window = base::Period{{began_}, {*limits.until}};
  if (limits.open) provisos.remainder = kernel::Remainder::Open;
  return provisos;
}

std::string World::outcome_words(const Decided& what) const {
  return fmt::format("decision: {}{}", what.outcome,
                     !what.resumes.empty() ? ", to resume"
                     : !what.after.empty() ? ", of the rest"
                                           : "");
}

// A decision of the present case as somebody might mean it.
DecisionPlan World::some_plan(Decided& what) {
  DecisionPlan plan;
  plan.text = "decided";
  const std::string grant = some_grant();
  const std::string rest = oracle_.rest(about_);
  if (grant_is(grant) == "suspended" ? !once_in(6) : once_in(60)) what.resumes = grant;
  if (what.resumes.empty() && (rest.empty() ? once_in(60) : !once_in(6))) {
    plan.of_rest = true;
    const std::size_t last = standing().grants.size();
    if (last > 0) what.after = fmt::format("{}/G{}", about_, last);
  }
  const bool more = !what.resumes.empty() || !what.after.empty();
  plan.outcome = DecisionOutcome::Approve;
  if (once_in(right_ ? 25 : more ? 3 : 7)) {
    plan.outcome = pick(std::vector<DecisionOutcome>{
        DecisionOutcome::Deny, more ? DecisionOutcome::Recall : DecisionOutcome::Return,
        DecisionOutcome::Recall});
  }
  if (plan.outcome == DecisionOutcome::Approve) {
    plan.provisos = some_provisos(what.limits);
    if (!what.resumes.empty()) {
      plan.provisos.remainder.reset();
      what.limits.open = false;
    }
  }
  if (!what.resumes.empty()) plan.resumes = registry::GrantId(what.resumes);
  what.outcome = name_of(plan.outcome);
  return plan;
}

// Judges and takes note of a decision that was accepted.
void World::took_decision(const std::string& of, const Signed& by, const Decided& what) {
  judge(fmt::format("{} of `{}`", what.outcome, of), oracle_.against_decision(of, by, what));
  oracle_.decided(of, by, what);
  if (what.resumes.empty() || what.outcome != "approve") return;
  const auto now = record(what.resumes);
  if (!now || now->suspended) return;
  const std::string is = std::string(name_of(kernel::status_of(*now, drill_.now())));
  if (is != "active" && is != "exhausted") return;
  judge("resumed", oracle_.against_resuming(of, what.resumes));
  oracle_.resumed(what.resumes);
}

void World::decide(Hand by) {
  Decided what;
  DecisionPlan plan = some_plan(what);
  // What is taken back was mostly given.
  const bool more = !what.resumes.empty() || !what.after.empty();
  if (plan.outcome == DecisionOutcome::Recall && !once_in(4)) {
    drill_.instance().look([&](const kernel::State& state) {
      const kernel::Case* of = state.find(id());
      if (of == nullptr) return;
      for (const auto& [authority, lane] : of->lanes) {
        const auto given = lane.given_approvals();  // the latest first
        if (given.empty() || (more && !given.front()->body.resumes && !given.front()->body.after)) {
          continue;
        }
        by = holder_of(given.front()->done.signer.office.text());
        const auto& body = given.front()->body;
        what.resumes = body.resumes ? body.resumes->text() : std::string();
        what.after = body.after ? body.after->text() : std::string();
        plan.resumes = body.resumes;
        plan.of_rest = body.after.has_value();
      }
    });
  }
  const Answer answer = answer_of(casework::decide(drill_.instance(), actor(by), id(), plan));
  const Step step{outcome_words(what), what.resumes};
  if (took(step, by, answer)) took_decision(about_, signed_by(by, answer), what);
  settle(step);
}

// Several cases in one signed act: each approved, narrowed, refused or struck out on its own.
void World::decide_together() {
  const Hand by = hand({"US/SecDef", "US/SecDef", "GB/MoD", "US/Deputy"});
  std::vector<std::string> cases{about_};
  for (const std::string& other : live_) {
    const auto found = standing_.find(other);
    const bool open = found != standing_.end() &&
                      (found->second.status == "pending" || !oracle_.rest(other).empty());
    if (other != about_ && (open ? !once_in(4) : once_in(12))) cases.push_back(other);
  }
  const bool about_open = status() == "pending" || !oracle_.rest(about_).empty();
  if (!about_open && cases.size() > 1 && !once_in(8)) cases.erase(cases.begin());
  if (once_in(30)) cases.push_back(cases.front());
  std::vector<casework::JointItem> items;
  std::vector<Decided> words;
  std::map<std::string, Step> steps;
  const std::string present = about_;
  for (const std::string& each : cases) {
    about_ = each;
    Decided what;
    casework::JointItem item;
    item.case_id = id();
    item.plan = some_plan(what);
    const bool asked = Oracle::required(by.authority, what_of(each)).contains(by.as());
    if (once_in(asked ? 4 : 2)) {
      item.plan = {};
      item.plan.outcome = DecisionOutcome::StrikeOut;
      item.plan.text = "not enough is known";
      what = {"strike_out", {}, {}, {}, {}};
    }
    steps[each] = {outcome_words(what), what.resumes};
    items.push_back(std::move(item));
    words.push_back(std::move(what));
  }
  about_ = present;
  const Answer answer = answer_of(casework::decide_together(drill_.instance(), actor(by), items));
  if (took_aside("batch", by, answer)) {
    if (steps.size() != cases.size()) finding("one case was decided twice in one act");
    for (std::size_t i = 0; i < cases.size(); ++i) {
      about_ = cases[i];
      if (oracle_.is_legacy(about_)) finding("an earlier case was decided");
      judge("decided together",
            against_table(standing(), steps[about_], !oracle_.rest(about_).empty()));
      Signed signature = signed_by(by, answer);
      const kernel::Case of = drill_.case_now(id());
      const auto lane = of.lanes.find(registry::PartyId(by.authority));
      if (lane == of.lanes.end() || lane->second.decisions.empty()) {
        finding("a decision that was accepted is not there");
        continue;
      }
      signature.entry = lane->second.decisions.back().done.position;
      took_decision(about_, signature, words[i]);
    }
    about_ = present;
  }
  settle(steps, "another case");
}

// Questions and answers, and taking it all back.
void World::exchange() {
  casework::Instance& instance = drill_.instance();
  Step step{"query"};
  Answer answer;
  std::optional<Entry> query;
  std::string asker = "US/USDP";
  bool open = false;
  instance.look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id());
    if (of == nullptr) return;
    for (const kernel::Query& asked : of->queries) {
      if (query && asked.settled()) continue;
      query = asked.done.position;
      asker = asked.done.signer.office.text();
      open = !asked.settled();
    }
  });
  const std::uint64_t which = open ? 2 + upto(7) : once_in(3) ? upto(9) : 0;
  Hand by = which < 3   ? hand({"US/USDP", "US/SecDef", "GB/MoD"})
            : which < 5 ? (once_in(4) ? pick(hands_) : holder_of(asker))
                        : hand({"UA/Staff"});
  if (which < 3) {
    answer = answer_of(casework::query(instance, actor(by), id(), "what for?"));
    if (took(step, by, answer)) {
      oracle_.queried(about_, signed_by(by, answer));
      queried_.insert(about_);
    }
  } else if (which < 5) {
    step.words = "query: withdraw";
    answer = answer_of(casework::take_back_query(instance, actor(by), id(), query, "never mind"));
    if (took(step, by, answer)) oracle_.settled(about_, *query, now());
  } else if (which < 9) {
    step.words = "answer";
    casework::AnswerPlan plan;
    plan.text = "as we said";
    plan.query = query;
    answer = answer_of(casework::answer(instance, actor(by), id(), plan));
    if (took(step, by, answer)) {
      oracle_.settled(about_, *query, now());
      oracle_.spoke_for_requester(about_, signed_by(by, answer));
    }
  } else {
    step.words = "withdraw";
    answer = answer_of(casework::withdraw_request(instance, actor(by), id(), ""));
    if (took(step, by, answer)) oracle_.withdrawn(about_);
  }
  settle(step);
}

void World::claim() {
  const Hand by = hand({"FR/Registrar"});
  kernel::ClaimBody body;
  std::optional<Entry> claim;
  if (!once_in(3)) {
    drill_.instance().look([&](const kernel::State& state) {
      const kernel::Case* of = state.find(id());
      if (of == nullptr) return;
      for (const kernel::CaseClaim& each : of->claims) {
        if (each.withdrawn) continue;
        body.withdraws = each.done.command;
        claim = each.done.position;
      }
    });
  }
  if (!claim) {
    body.item = registry::ItemId("M");
    body.text = "ours too";
  }
  const Answer answer = answer_of(casework::claim(drill_.instance(), actor(by), id(), body));
  const Step step{claim ? "claim: withdraw" : "claim"};
  if (took(step, by, answer)) {
    // A claim of who has a tie holds nothing up.
    const bool tied = by.authority == "US" || (by.authority == "GB" && !what_of(about_).transfer);
    if (claim) {
      oracle_.claim_withdrawn(about_, *claim, signed_by(by, answer));
    } else if (!tied) {
      oracle_.claimed(about_, signed_by(by, answer));
    }
  }
  settle(step);
}

// The grant as the product issued it.
Issued World::issued_as(const kernel::GrantRecord& made) {
  Issued issued;
  issued.id = made.id.text();
  issued.at = made.at.unix_ms;
  issued.quantity = made.scope.quantity;
  issued.until = made.scope.window.until.unix_ms;
  issued.text = made.scope.text;
  issued.emergency = made.scope.emergency;
  for (const registry::PartyId& authority : made.authorities) {
    issued.authorities.insert(authority.text());
  }
  if (made.after) issued.after = made.after->text();
  if (made.remainder) issued.remainder = name_of(*made.remainder);
  const kernel::Case of = drill_.case_now(id());
  for (const kernel::Position position : made.consents) {
    bool clerk = false;
    for (const auto& [authority, lane] : of.lanes) {
      for (const kernel::Consent& consent : lane.consents) {
        if (consent.done.position != position) continue;
        clerk = true;
        issued.clerks.insert(authority.text());
      }
    }
    if (!clerk) issued.decisions.insert(position);
  }
  return issued;
}

void World::grant() {
  const bool pending = status() == "pending";
  const auto lanes = mix();
  const Answer answer = answer_of(casework::grant(drill_.instance(), id()));
  const std::string grant = fmt::format("{}/G{}", about_, standing().grants.size() + 1);
  const Step step{"grant", grant};
  ++walked_.commands;
  last_ = fmt::format("grant {} {}", about_, answer.rule);
  ++walked_.answers[answer.accepted() ? "grant" : "grant: " + answer.rule];
  if (answer.failed) finding("the machine failed: " + answer.rule);
  if (!answer.accepted()) {
    ++walked_.steps["grant"].refused;
    // What is no lane's to say.
    const std::set<std::string> beside{"claim-open",  "case-closed",       "withdrawn",
                                       "no-window",   "scope-empty",       "key-suspected",
                                       "stock-short", "refused-by-silence"};
    if (pending && lanes == kernel::LaneState::Consenting && !beside.contains(answer.rule)) {
      finding("all lanes consent, and there is no grant: " + answer.rule);
    }
    return settle(step);
  }
  ++walked_.accepted;
  ++walked_.grants;
  size_ = std::max(size_, answer.first + answer.count);
  if (pending && lanes && *lanes != kernel::LaneState::Consenting) {
    finding(fmt::format("granted though the strictest lane is {}", name_of(*lanes)));
  }
  judge("granted", against_table(standing(), step, !oracle_.rest(about_).empty()));
  const auto made = record(grant);
  if (!made) return finding("the grant that was issued is not there");
  const Issued issued = issued_as(*made);
  judge("granted", oracle_.is_legacy(about_) ? "it is an earlier case"
                                             : oracle_.against_grant(about_, issued, standing_));
  oracle_.granted(about_, issued);
  settle(step);
}

}  // namespace countersign::walk
