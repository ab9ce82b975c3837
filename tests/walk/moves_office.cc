// SPDX-License-Identifier: Apache-2.0
// Keys, absence, registers, and cases from before the ledger.
#include <algorithm>

#include <fmt/format.h>

#include "casework/checks.h"
#include "walk/world.h"

namespace countersign::walk {
namespace {

Hand root_of(const std::string& authority) {
  return {authority + "/root", authority, authority + "/root", "the root"};
}

}  // namespace

// A key is withdrawn, as suspected since some time or only lost; its holder gets another.
void World::withdraw_key() {
  std::vector<Hand> good;
  for (const Hand& each : hands_) {
    // What a registrar's key has signed holds every authority's rules up: not walked here.
    if (each.office != "US/Registrar" && (is_good(each) || once_in(8))) good.push_back(each);
  }
  Hand whose = pick(good);
  // Mostly of those on whose word a grant rests.
  if (once_in(2)) {
    const std::string office = pick(std::vector<std::string>{"US/SecDef", "US/Deputy", "GB/MoD"});
    whose = *std::find_if(hands_.begin(), hands_.end(),
                          [&](const Hand& each) { return each.office == office && is_good(each); });
  }
  const Hand by = once_in(3) ? pick(hands_) : once_in(2) ? whose : root_of(whose.authority);
  kernel::KeyWithdrawalBody body;
  body.key = drill_.key(whose.key).public_key();
  std::optional<Ms> since;
  // What was signed when the registers came in is never suspected: see above.
  if (!once_in(3)) since = std::max(began_ + 1000, now() - kHour * static_cast<Ms>(upto(120)));
  if (since && *since > now()) since.reset();
  if (since) body.suspected_since = instant(*since);
  body.text = "the laptop was stolen";
  const Answer answer =
      answer_of(casework::withdraw_key(drill_.instance(), {drill_.key(by.key), by.office}, body));
  const bool taken = took_aside("key_withdrawal", by, answer);
  if (taken) {
    const bool own = by.authority == whose.authority &&
                     (by.office == root_of(whose.authority).office || by.person == whose.person);
    if (!own) finding("a key was withdrawn by another than its holder or root");
    const Standings before = standing_;
    oracle_.key_withdrawn(whose, since);
    gone_.insert(whose.key);
    settle({}, "key_withdrawal");
    // What rests on it waits; nothing else does.
    for (const auto& [of, was] : before) {
      for (const auto& [grant, is] : was.grants) {
        if (is.status != "active" && is.status != "exhausted") continue;
        const bool waits = standing_.at(of).grants.at(grant).status == "suspended";
        if (waits == oracle_.rests_on_key(of, whose)) continue;
        finding(fmt::format("grant `{}` rests on {} suspected key, and {}", grant,
                            waits ? "no" : "a", waits ? "waits" : "goes on"));
      }
    }
    Hand next = whose;
    next.acting_for.clear();
    next.key = fmt::format("{}-{}", whose.office, next_name_++);
    appoint(std::move(next));
  }
  settle({}, "issue");
}

// An office stands by what it signed by a key that is suspected since.
void World::confirm() {
  for (auto each = standing_.rbegin(); oracle_.suspected(about_).empty(); ++each) {
    if (each == standing_.rend()) break;
    if (!oracle_.suspected(each->first).empty()) about_ = each->first;
  }
  const auto suspected = oracle_.suspected(about_);
  if (suspected.empty() && !once_in(10)) return;
  const auto [entry, office] =
      suspected.empty() ? std::pair<Entry, std::string>(3, "US/SecDef") : pick(suspected);
  const Hand by = right_ || !once_in(4) ? holder_of(office) : pick(hands_);
  const Answer answer = answer_of(
      casework::confirm(drill_.instance(), {drill_.key(by.key), by.office}, entry, "I signed it"));
  const Step step{"confirm"};
  // Records are confirmed in the same way, by no step of a case.
  if (suspected.empty()) {
    took_aside("confirm", by, answer);
    if (answer.accepted()) finding("it confirms what nobody suspects");
  } else if (took(step, by, answer)) {
    judge("confirmed", oracle_.against_confirming(about_, entry, by));
    oracle_.confirmed(about_, entry, signed_by(by, answer));
  }
  settle(step);
}

void World::absence() {
  const std::string office = pick(std::vector<std::string>{"US/SecDef", "US/SecDef", "US/SecDef",
                                                           "GB/MoD", "US/Legal", "US/Deputy"});
  const std::string authority = office.substr(0, 2);
  Hand by = once_in(4) ? pick(hands_) : root_of(authority);
  if (once_in(2)) {
    for (const Hand& each : hands_) {
      if (each.office == office && is_good(each)) by = each;
    }
  }
  const bool own = by.office == office || by.office == authority + "/root";
  const casework::KeyActor actor{drill_.key(by.key), by.office};
  if (oracle_.is_away(office, now()) && !once_in(4)) {
    const Answer answer = answer_of(
        casework::give_return(drill_.instance(), actor, registry::OfficeId(office), "back"));
    if (took_aside("return", by, answer)) {
      if (!own) finding("another office gave notice");
      oracle_.back(office);
    }
  } else {
    const Ms until = now() + kHour * one_to(120);
    const Answer answer =
        answer_of(casework::give_absence(drill_.instance(), actor, registry::OfficeId(office),
                                         {drill_.now(), instant(until)}, "away"));
    if (took_aside("absence", by, answer)) {
      if (!own) finding("another office gave notice");
      if (oracle_.is_away(office, now())) finding("who is away goes away");
      oracle_.away(office, now(), until);
    }
  }
  settle({}, "another case");
}

void World::import_earlier() {
  const Hand by = hand({"US/Registrar"});
  kernel::LegacyBody body;
  const std::string name =
      once_in(6) && !live_.empty() ? pick(live_) : fmt::format("L{}", one_to(9));
  body.id = kernel::CaseId(name);
  body.what.action = registry::Action::Use;
  body.what.item = registry::ItemId("M");
  body.what.quantity = one_to(5);
  body.what.requester = registry::PartyId("UA");
  body.place = place(true);
  body.categories = {registry::CategoryId("radar")};
  body.outcome = kernel::DecisionOutcome::Approve;
  body.decided_at = instant(began_ - 24 * kHour);
  body.decided_by = "the old desk";
  body.counts = body.what.quantity;
  body.text = "file 7";
  const auto entries = [&] {
    kernel::Position size = 0;
    drill_.instance().look([&](const kernel::State& state) { size = state.size(); });
    return size;
  };
  const kernel::Position before = entries();
  const Answer answer = answer_of(casework::import_earlier(drill_.instance(), actor(by), {body}));
  // Handed in again as it is, it is there already: nothing is entered, whoever asks.
  if (answer.accepted() && entries() == before) {
    if (!oracle_.is_legacy(name)) finding("an earlier case was accepted and is not there");
  } else if (took_aside("legacy", by, answer)) {
    if (standing_.contains(name)) finding("a case of this ledger was imported as an earlier one");
    if (oracle_.is_legacy(name)) finding("an earlier case was imported twice");
    oracle_.imported(name);
  }
  settle({}, "another case");
}

// The book of M: green or red.
void World::restock() {
  const bool green = !once_in(3);
  casework::IssuePlan plan;
  casework::IssuePlan::NewDocument book;
  book.kind = registry::RecordKind::Holdings;
  book.id = "US";
  book.document = base::write_json(casework::testing::json(fmt::format(
      R"({{"holdings": [{{"item": "M", "quantity": {}, "yellow_below": 300, "red_below": 100}},
          {{"item": "N", "counted_by": "movements", "yellow_below": 0, "red_below": 0}}],
          "places": [{{"id": "North"}}]}})",
      green ? 1'000'000 : 50)));
  plan.documents.push_back(std::move(book));
  drill_.pass(1);
  settle_time();
  const Answer answer = answer_of(casework::issue(drill_.instance(), registry::PartyId("US"), plan,
                                                  drill_.keys(), drill_.now()));
  if (took_aside("issue", root_of("US"), answer)) {
    oracle_.restocked(green);
    green_ = green;
  }
  settle({}, "issue");
}

// More of N comes in.
void World::move_stock() {
  const std::string name = fmt::format("US-m{}", next_name_++);
  const std::int64_t quantity = one_to(4);
  casework::IssuePlan plan;
  plan.documents.push_back({registry::RecordKind::Movements,
                            name,
                            base::write_json(casework::testing::json(
                                R"({"id": ")" + name + R"(", "rows": [)" +
                                movement_row(name, "delivery", "held/North", quantity,
                                             base::to_text(drill_.now()).substr(0, 10)) +
                                "]}")),
                            {},
                            nullptr});
  drill_.pass(1);
  settle_time();
  const Answer answer = answer_of(casework::issue(drill_.instance(), registry::PartyId("US"), plan,
                                                  drill_.keys(), drill_.now()));
  if (took_aside("issue", root_of("US"), answer)) {
    held_ += quantity;
    oracle_.stocked(held_);
  }
  settle({}, "issue");
}

}  // namespace countersign::walk
