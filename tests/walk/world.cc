// SPDX-License-Identifier: Apache-2.0
// Whose hands there are, and what is tried next.
#include "walk/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::walk {
namespace {

constexpr std::uint64_t kOpenedAnewEvery = 130;
constexpr std::size_t kLiveCases = 5;

}  // namespace

World::World(std::mt19937_64& random, Walked& walked)
    : random_(random), walked_(walked), drill_(world_files()), began_(drill_.now().unix_ms) {
  for (const char* office :
       {"UA/Staff", "US/SecDef", "US/Deputy", "US/Chair", "US/USDP", "US/Legal", "US/Auditor",
        "US/Registrar", "GB/MoD", "GB/Minister", "GB/Legal", "FR/Registrar"}) {
    hands_.push_back(hand_of(office));
    oracle_.appointed(hands_.back());
  }
  oracle_.stocked(held_);
  // One person in two posts: a decider twice, an adviser who decides, a requester who approves.
  appoint("US/Deputy", "US/SecDef");
  appoint("US/SecDef", "US/USDP");
  appoint("GB/MoD", "UA/Staff");
  appoint("US/Deputy", "UA/Staff");
  appoint("US/Legal", "US/Deputy");
}

void World::run(std::uint64_t commands) {
  const std::uint64_t until = walked_.commands + commands;
  std::uint64_t opened = walked_.commands;
  while (walked_.commands < until && walked_.findings.empty()) {
    if (walked_.commands - opened >= kOpenedAnewEvery) {
      opened = walked_.commands;
      open_anew();
    }
    const std::uint64_t most = once_in(40) ? 40 * 3600 : once_in(2) ? 6 * 3600 : 600;
    drill_.pass(static_cast<std::int64_t>(upto(most)));
    settle_time();
    step();
  }
  if (walked_.findings.empty()) close();
}

Hand World::hand_of(const std::string& office) {
  return {office, office.substr(0, office.find('/')), office,
          "p-" + drill_.key(office).public_key().id().text().substr(0, 12)};
}

void World::appoint(Hand hand) {
  const auto entered = casework::enter_appointment(
      drill_.instance(), registry::OfficeId(hand.office), registry::PersonId(hand.person),
      drill_.key(hand.key).public_key(), {drill_.now(), base::kDistantFuture},
      drill_.key(hand.authority + "/root"));
  CHECK(casework::testing::rule_of(entered).empty());
  size_ = std::max(size_, entered.value().value().first + 1);
  oracle_.appointed(hand);
  hands_.push_back(std::move(hand));
}

void World::appoint(const std::string& office, const std::string& whose) {
  Hand hand = hand_of(office);
  hand.person = hand_of(whose).person;
  hand.key = office + "-of-" + whose.substr(whose.find('/') + 1);
  appoint(std::move(hand));
}

casework::Actor World::actor(const Hand& hand) {
  casework::Actor actor{drill_.key(hand.key), registry::OfficeId(hand.office)};
  if (!hand.acting_for.empty()) actor.acting_for = registry::OfficeId(hand.acting_for);
  return actor;
}

Hand World::hand(std::initializer_list<const char*> offices) {
  if (right_) return holder_of(*offices.begin());
  if (once_in(6)) return pick(hands_);  // whoever, with whatever key
  const std::string office = pick(std::vector<std::string>(offices.begin(), offices.end()));
  if (!once_in(3)) return holder_of(office);
  std::vector<Hand> holders;
  for (const Hand& one : hands_) {
    if (one.office == office) holders.push_back(one);
  }
  Hand chosen = pick(holders);
  // Who acts, in turn or out of it.
  if (once_in(3)) {
    for (const char* absent : {"US/SecDef", "GB/MoD"}) {
      const bool theirs = chosen.authority == std::string(absent).substr(0, 2);
      if (theirs && chosen.office != absent) chosen.acting_for = absent;
    }
  }
  return chosen;
}

Hand World::holder_of(const std::string& office) {
  const auto good = [&](const Hand& one) { return one.office == office && is_good(one); };
  const auto found = std::find_if(hands_.begin(), hands_.end(), good);
  CHECK(found != hands_.end());
  if (!oracle_.is_away(office, now()) || once_in(4)) return *found;
  std::vector<std::string> order;
  if (office == "US/SecDef") order = {"US/Legal", "US/Deputy", "US/Chair"};
  if (office == "GB/MoD") order = {"GB/Minister"};
  if (order.empty()) return *found;
  Hand acting = holder_of(pick(order));
  acting.acting_for = office;
  return acting;
}

std::string World::some_case() {
  if (live_.size() < kLiveCases || once_in(12)) {
    live_.push_back(fmt::format("C{}", next_case_++));
    if (live_.size() > kLiveCases) live_.erase(live_.begin());
    return live_.back();
  }
  if (once_in(40) && next_name_ > 1) return fmt::format("L{}", one_to(9));  // an earlier case
  return pick(live_);
}

std::string World::some_grant() {
  const Standing& now = standing();
  if (now.grants.empty()) return about_ + "/G1";
  if (!once_in(3)) return fmt::format("{}/G{}", about_, now.grants.size());
  auto grant = now.grants.begin();
  std::advance(grant, static_cast<std::ptrdiff_t>(upto(now.grants.size() - 1)));
  return grant->first;
}

// The step that this case needs next, by the office that should take it, if all goes well.
void World::go_on() {
  const std::string grant = some_grant();
  const std::string is = grant_is(grant);
  const int next = progress_[about_]++;
  const bool rest = !oracle_.rest(about_).empty();
  right_ = true;
  if (!oracle_.suspected(about_).empty() && next % 3 == 0) {
    confirm();
  } else if (urgent_.contains(about_) && next % 4 == 1) {
    review();
  } else if (status() == "pending" || (rest && next % 2 == 0)) {
    go_on_pending();
  } else if (status() == "returned") {
    amend();
  } else if (status() == "denied") {
    again_.contains(about_) ? answer_again() : reconsider();
  } else if (is == "suspended") {
    right_ = once_in(2);
    decide(holder_of(next % 3 == 0 ? "US/SecDef" : next % 3 == 1 ? "GB/MoD" : "US/Deputy"));
  } else if (once_in(2) && (is == "revoked" || (is == "active" && next % 4 == 0))) {
    acknowledge();
  } else if (is == "active") {
    next % 5 == 1 ? allot() : draw();
  } else {
    right_ = false;
    in_granted();
  }
  right_ = false;
}

std::string World::lacks() {
  std::string lacking;
  const Asked what = what_of(about_);
  drill_.instance().look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id());
    if (of == nullptr) return;
    for (const kernel::CaseClaim& claim : of->claims) {
      if (!claim.withdrawn) lacking = "claim";
    }
    if (!lacking.empty()) return;
    for (const auto& [authority, lane] : of->lanes) {
      const bool review = authority.text() == "US" && what.in_ru && !what.transfer;
      if (review && lane.advice.empty()) lacking = "advice";
      for (const std::string& office : Oracle::required(authority.text(), what)) {
        const auto given = lane.approvals();
        const bool approved = std::any_of(given.begin(), given.end(), [&](const auto* each) {
          return each->done.signer.office.text() == office && each->body.after == of->rest;
        });
        if (!approved && lacking.empty()) lacking = office;
      }
    }
  });
  return lacking;
}

void World::go_on_pending() {
  const Asked what = what_of(about_);
  // One in five of the urgent ones is tried as an emergency.
  const bool urgent = what.in_ru && what.quantity <= 5 && std::hash<std::string>()(about_) % 5 == 0;
  const std::string lacking = lacks();
  if (lacking.empty()) return grant();
  if (lacking == "claim") return claim();
  if (lacking == "advice") return advise();
  if (!urgent || lacking != "US/SecDef") return decide(holder_of(lacking));
  return progress_[about_]++ % 2 == 0 ? emergency(holder_of("US/Deputy")) : grant();
}

void World::in_pending() {
  if (queried_.contains(about_) && once_in(4)) return exchange();
  switch (upto(19)) {
    case 0:
    case 1:
      return advise();
    case 2:
      return override_advice();
    case 3:
    case 4:
    case 5:
      return decide(hand({"US/SecDef", "US/SecDef", "US/Deputy", "GB/MoD"}));
    case 6:
    case 7:
      return decide_together();
    case 8:
    case 9:
      return grant();
    case 10:
    case 11:
      return claim();
    case 12:
    case 13:
      return exchange();
    case 14:
      return amend();
    case 15:
      return emergency(hand({"US/Deputy", "US/Deputy", "US/SecDef"}));
    case 16:
      return write_up();
    case 17:
      return correct();
    case 18:
      return reconfirm();
    default:
      return urgent_.contains(about_) ? review() : advise();
  }
}

void World::in_granted() {
  const bool rest = !oracle_.rest(about_).empty();
  if (rest && once_in(3)) return decide(hand({"US/SecDef", "US/Deputy", "GB/MoD"}));
  switch (upto(19)) {
    case 0:
    case 1:
      return draw();
    case 2:
      return allot();
    case 3:
    case 4:
      return allotted_.contains(about_) ? give_back() : report();
    case 5:
    case 6:
    case 7:
      return report();
    case 8:
      return act(kernel::EntryKind::Suspend);
    case 9:
      return act(once_in(3) ? kernel::EntryKind::Revoke : kernel::EntryKind::Surrender);
    case 10:
      return acknowledge();
    case 11:
    case 12:
      return close_discrepancy();
    case 13:
    case 14:
      return check();
    case 15:
    case 16:
      return correct();
    case 17:
      return decide(hand({"US/SecDef", "US/Deputy", "GB/MoD"}));
    case 18:
      return urgent_.contains(about_) || once_in(6) ? review() : close_discrepancy();
    default:
      return once_in(3) ? act(kernel::EntryKind::Revoke) : decide_together();
  }
}

void World::anything() {
  switch (upto(7)) {
    case 0:
      return in_pending();
    case 1:
      return in_granted();
    case 2:
      return reconsider();
    case 3:
      return answer_again();
    case 4:
      return ask();
    case 5:
      return amend();
    default:
      return once_in(2) ? in_pending() : in_granted();
  }
}

void World::step() {
  if (!green_ && once_in(2)) return restock();
  switch (upto(79)) {
    case 0:
      return withdraw_key();
    case 1:
    case 2:
      return absence();
    case 3:
      return import_earlier();
    case 4:
      return restock();
    case 5:
      return once_in(3) ? move_stock() : restock();
    case 6:
    case 7:
    case 8:
      return confirm();
    default:
      break;
  }
  const bool again = !about_.empty() && once_in(2);
  if (!again) about_ = some_case();
  const std::string is = status();
  if (is.empty() && !once_in(8)) return ask();
  if (!is.empty() && once_in(2)) return go_on();
  if (once_in(8)) return anything();
  if (is == "granted") return in_granted();
  if (is == "denied") return again_.contains(about_) ? answer_again() : reconsider();
  if (is == "returned") return once_in(2) ? amend() : exchange();
  return in_pending();
}

}  // namespace countersign::walk
