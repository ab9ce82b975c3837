// SPDX-License-Identifier: Apache-2.0
// What is done in haste, looked at once more, and put right.
#include <algorithm>

#include <fmt/format.h>

#include "casework/corrections.h"
#include "walk/world.h"

namespace countersign::walk {

void World::emergency(const Hand& by) {
  casework::DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Emergency;
  plan.text = "an emergency";
  Decided what{"emergency", {}, {}, {}, {}};
  if (right_ || !once_in(6)) what.limits.quantity = one_to(4);
  if (right_ || !once_in(6)) what.limits.until = now() + kHour * one_to(right_ ? 6 : 8);
  what.review_by = now() + kHour * one_to(right_ ? 48 : 60);
  plan.provisos.quantity = what.limits.quantity;
  if (what.limits.until) plan.provisos.window = base::Period{{began_}, {*what.limits.until}};
  plan.review_by = instant(*what.review_by);
  const Answer answer = answer_of(casework::decide(drill_.instance(), actor(by), id(), plan));
  const Step step{"decision: emergency"};
  if (took(step, by, answer)) {
    took_decision(about_, signed_by(by, answer), what);
    urgent_.insert(about_);
  }
  settle(step);
}

// What SecDef said is written up. It lets nothing happen.
void World::write_up() {
  const Hand by = hand({"US/USDP", "US/Legal", "US/Deputy"});
  const std::string office = once_in(6) ? by.as() : "US/SecDef";
  const Ms said_at = now() - (once_in(2) ? kHour : static_cast<Ms>(upto(6)) * kHour);
  const Answer answer =
      answer_of(casework::write_up(drill_.instance(), actor(by), id(),
                                   {registry::OfficeId(office), instant(said_at), "go ahead"}));
  const Step step{"oral"};
  if (took(step, by, answer)) {
    const Signed signature = signed_by(by, answer);
    judge("written up", oracle_.against_oral(about_, signature, office, said_at));
    oracle_.written_up(about_, signature, office, said_at);
  }
  settle(step);
}

void World::review() {
  const Hand by = hand({"US/Auditor", "US/SecDef", "US/Deputy"});
  std::optional<Entry> consent;
  drill_.instance().look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id());
    const auto* lane = of == nullptr || !of->lanes.contains(registry::PartyId("US"))
                           ? nullptr
                           : &of->lanes.at(registry::PartyId("US"));
    if (lane == nullptr) return;
    for (const kernel::Decision& decision : lane->decisions) {
      if (decision.body.outcome != kernel::DecisionOutcome::Emergency) continue;
      // The last that is not reviewed yet is meant; where all are, the last.
      const Entry entry = decision.done.position;
      if (!consent || !oracle_.was_reviewed(about_, entry) ||
          oracle_.was_reviewed(about_, *consent)) {
        consent = entry;
      }
    }
  });
  const Answer answer =
      answer_of(casework::review(drill_.instance(), actor(by), id(), "it had to be"));
  const Step step{"review"};
  if (took(step, by, answer)) {
    judge("reviewed", oracle_.against_review(about_, consent.value_or(0), by));
    oracle_.reviewed(about_, consent.value_or(0));
  }
  settle(step);
}

void World::reconsider() {
  const Hand by = hand({"UA/Staff"});
  const Answer answer =
      answer_of(casework::ask_again(drill_.instance(), actor(by), id(), "look again"));
  const Step step{"reconsider"};
  if (took(step, by, answer)) again_.insert(about_);
  settle(step);
}

void World::answer_again() {
  const Hand by = right_ ? holder_of(progress_[about_] % 3 == 0 ? "GB/Minister" : "US/Chair")
                         : hand({"US/Chair", "US/Deputy", "GB/Minister", "US/SecDef"});
  casework::ReconsideredPlan plan;
  const bool set_aside = !once_in(3);
  plan.outcome =
      set_aside ? kernel::ReconsideredOutcome::SetAside : kernel::ReconsideredOutcome::Uphold;
  plan.text = "looked at again";
  const Answer answer = answer_of(casework::answer_again(drill_.instance(), actor(by), id(), plan));
  const Step step{words_of("reconsidered", name_of(plan.outcome))};
  if (took(step, by, answer)) {
    const Signed signature = signed_by(by, answer);
    judge("reconsidered", oracle_.against_reconsidering(about_, signature));
    oracle_.reconsidered(about_, signature, set_aside);
  }
  settle(step);
}

// The case's claims, advice, draws and reports, and some that are none of these.
std::vector<World::Wrong> World::perhaps_wrong() {
  std::vector<Wrong> all;
  drill_.instance().look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id());
    if (of == nullptr) return;
    const auto add = [&](const char* what, const kernel::Done& done, const std::string& grant) {
      all.push_back({what, done.position, done.signer.office.text(), grant});
    };
    for (const kernel::CaseClaim& claim : of->claims) {
      if (!claim.withdrawn || once_in(6)) add("claim", claim.done, {});
    }
    for (const auto& [authority, lane] : of->lanes) {
      for (const kernel::Advice& advice : lane.advice) add("advice", advice.done, {});
      for (const kernel::Decision& each : lane.decisions) {
        if (once_in(6)) add("decision", each.done, {});
      }
    }
    for (const kernel::GrantRecord* grant : state.grants_of(*of)) {
      for (const kernel::Draw& draw : grant->draws) {
        add(draw.allotment ? "allotment" : "draw", draw.done, grant->id.text());
      }
      for (const kernel::UseReport& report : grant->reports) {
        add("report", report.done, grant->id.text());
      }
    }
  });
  return all;
}

// One of them is said to have been wrong.
void World::correct() {
  const std::vector<Wrong> all = perhaps_wrong();
  if (all.empty()) return;
  const Wrong wrong = pick(all);
  const Hand by = once_in(6) ? pick(hands_) : holder_of(wrong.office);
  const std::int64_t quantity = one_to(4);
  const bool against = once_in(2);
  const bool right = !once_in(3);
  const bool in_ru = right == what_of(about_).in_ru;
  std::string change = fmt::format(R"({{"text": "corrected {}"}})", next_name_++);
  if (wrong.what == "advice") {
    change = fmt::format(R"({{"view": "{}", "provisos": null, "text": "corrected {}"}})",
                         against ? "do_not_concur" : "concur", next_name_++);
  } else if (wrong.what == "draw" || wrong.what == "allotment") {
    change = fmt::format(R"({{"quantity": {}}})", quantity);
  } else if (wrong.what == "report") {
    const bool transfer = what_of(about_).transfer;
    change = transfer ? fmt::format(R"({{"quantity": {}}})", quantity)
                      : fmt::format(R"({{"quantity": {}, "place": {{"point": {},
                                        "uncertainty_m": 10}}, "categories": ["{}"]}})",
                                    quantity, in_ru ? "[5, 15]" : "[5, 5]",
                                    what_of(about_).depot ? "depot" : "radar");
  }
  const auto before = wrong.grant.empty() ? std::nullopt : record(wrong.grant);
  const Answer answer = answer_of(casework::correct(
      drill_.instance(), actor(by), {wrong.entry, "a slip", casework::testing::json(change)}));
  const Step step{words_of("correction", wrong.what), wrong.grant};
  if (took(step, by, answer)) {
    if (by.as() != wrong.office) finding("another office corrected it");
    if (wrong.what == "advice") {
      judge("corrected", oracle_.against_advice(about_, by));
      oracle_.advised(about_, signed_by(by, answer), against, std::nullopt);
    } else if (wrong.what == "draw") {
      oracle_.drew(wrong.grant, wrong.entry, quantity, std::nullopt);
      const GrantStanding is{grant_is(wrong.grant), before->scope.quantity};
      judge("a draw was corrected",
            oracle_.against_draw(about_, wrong.grant, oracle_.drawn(wrong.grant), is,
                                 before->scope.text));
    } else if (wrong.what == "report") {
      std::optional<Entry> allotment;
      for (const kernel::UseReport& each : before->reports) {
        if (each.done.position == wrong.entry) allotment = each.body.allotment;
      }
      const bool transfer = what_of(about_).transfer;
      oracle_.reported(wrong.grant, wrong.entry, quantity, transfer || right, allotment);
    }
    if (!wrong.grant.empty()) check_reports(wrong.grant);
  }
  settle(step);
}

}  // namespace countersign::walk
