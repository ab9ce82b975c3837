// SPDX-License-Identifier: Apache-2.0
#include "walk/walk.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/audit.h"
#include "casework/exchange.h"
#include "casework/testing/drill.h"
#include "kernel/lifecycle.h"
#include "walk/oracle.h"

namespace countersign::walk {
namespace {

using casework::Actor;
using casework::DecisionPlan;
using casework::Handled;
using casework::testing::Drill;

// A world ends after so many commands, and the ledger is audited and folded anew; it is closed and
// opened again a few times in between.
constexpr std::uint64_t kWorldCommands = 1500;
constexpr std::uint64_t kOpenedAnewEvery = 350;
constexpr int kLiveCases = 6;

// As in the drill, with approvals of more than one office and authority (oracle.cc says them in
// words), and stocks that only restocking moves.
casework::testing::Files world_files() {
  auto files = casework::testing::small_directory();
  const std::string us = "authorities/US/";
  const std::string gb = "authorities/GB/";
  files[us + "holdings.json"] = R"({"holdings": [
    {"item": "M", "quantity": 1000000, "yellow_below": 300, "red_below": 100}]})";
  files[us + "directives/US-1.json"] = casework::testing::directive("US-1", "US/USDP");
  files[us + "directives/US-1.cedar"] = R"(permit (principal, action == Action::"use", resource)
    when { context.rating == Rating::"green" };)";
  files[us + "directives/US-4.json"] = casework::testing::directive("US-4", "US/SecDef");
  files[us + "directives/US-4.cedar"] = R"(forbid (principal, action == Action::"use", resource)
    when { context.quantity > 5 }
    unless { context.approvals.contains(Office::"US/Deputy") };)";
  files[gb + "charter.json"] = R"({"authority": "GB", "manifest_days": 400, "offices": [
    {"id": "GB/MoD", "rank": 1, "may": ["issue", "decide"]},
    {"id": "GB/Legal", "rank": 2, "may": ["advise"]},
    {"id": "GB/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files[gb + "directives/GB-2.json"] = casework::testing::directive("GB-2", "GB/MoD");
  files[gb + "directives/GB-2.cedar"] = R"(forbid (principal, action == Action::"use", resource)
    when { context.categories.contains(Category::"depot") }
    unless { context.approvals.contains(Office::"GB/MoD") };)";
  return files;
}

struct Answer {
  std::string rule;  // empty: accepted
  kernel::Position first = 0;
  std::uint64_t count = 0;
  bool failed = false;
};

Answer answer_of(const Handled& handled) {
  if (!handled) return {handled.error().message, 0, 0, true};
  if (!handled.value()) return {handled.value().error().rule, 0, 0, false};
  return {{}, handled.value().value().first, handled.value().value().count, false};
}

class World {
 public:
  World(std::mt19937_64& random, Walked& walked)
      : random_(random), walked_(walked), drill_(world_files()) {
    for (const char* office : {"UA/Staff", "US/SecDef", "US/Deputy", "US/USDP", "US/Legal",
                               "GB/MoD", "GB/Legal", "US/Registrar", "FR/Registrar"}) {
      hands_.push_back(hand_of(office));
    }
    // One person in two posts: a decider twice, an adviser who decides, a requester who approves.
    appoint("US/Deputy", "US/SecDef");
    appoint("US/SecDef", "US/USDP");
    appoint("GB/MoD", "UA/Staff");
    appoint("US/Deputy", "UA/Staff");
  }

  void run(std::uint64_t commands) {
    for (std::uint64_t i = 0; i < commands && walked_.findings.empty(); ++i) {
      if (i % kOpenedAnewEvery == kOpenedAnewEvery - 1) open_anew();
      drill_.pass(static_cast<std::int64_t>(upto(8 * 3600)));
      settle("time", {});
      step();
      ++walked_.commands;
    }
    if (walked_.findings.empty()) close();
  }

 private:
  std::uint64_t upto(std::uint64_t most) { return random_() % (most + 1); }
  bool once_in(std::uint64_t times) { return upto(times - 1) == 0; }
  template <class X>
  const X& pick(const std::vector<X>& from) {
    return from[upto(from.size() - 1)];
  }

  Hand hand_of(const std::string& office) {
    return {office, office.substr(0, office.find('/')), office,
            "p-" + drill_.key(office).public_key().id().text().substr(0, 12)};
  }
  void appoint(const std::string& office, const std::string& whose) {
    Hand hand = hand_of(office);
    hand.person = hand_of(whose).person;
    hand.key = office + "-of-" + whose.substr(whose.find('/') + 1);
    const auto entered = casework::enter_appointment(
        drill_.instance(), registry::OfficeId(office), registry::PersonId(hand.person),
        drill_.key(hand.key).public_key(), {drill_.now(), base::kDistantFuture},
        drill_.key(hand.authority + "/root"));
    CHECK(casework::testing::rule_of(entered).empty());
    hands_.push_back(std::move(hand));
  }
  Actor actor(const Hand& hand) { return {drill_.key(hand.key), registry::OfficeId(hand.office)}; }
  // The right one for the step most of the time, anybody otherwise.
  const Hand& hand(std::initializer_list<const char*> offices) {
    if (right_) return holder_of(*offices.begin());
    if (once_in(5)) return pick(hands_);
    const std::vector<const char*> right(offices);
    const std::string office = pick(right);
    std::vector<const Hand*> holders;
    for (const Hand& one : hands_) {
      if (one.office == office) holders.push_back(&one);
    }
    return *(once_in(3) ? pick(holders) : holders.front());
  }

  // The first holder of an office, who holds nothing else.
  const Hand& holder_of(const std::string& office) {
    return *std::find_if(hands_.begin(), hands_.end(),
                         [&](const Hand& one) { return one.office == office; });
  }

  void finding(const std::string& what) {
    walked_.findings.push_back(fmt::format("command {} ({}): {}", walked_.commands, last_, what));
  }
  void answered(const std::string& step, const Answer& answer) {
    last_ = fmt::format("{} {} {}", step, about_, answer.rule);
    ++walked_.answers[answer.rule.empty() ? step : step + ": " + answer.rule];
    if (answer.failed) finding("the machine failed: " + answer.rule);
    if (!answer.rule.empty()) return;
    ++walked_.accepted;
    size_ = std::max(size_, answer.first + answer.count);
  }

  // What every case and grant is now.
  std::map<std::string, Standing> standings() {
    std::map<std::string, Standing> all;
    drill_.instance().look([&](const kernel::State& state) {
      if (state.size() < size_) finding("acknowledged entries are gone");
      for (const auto& [id, of] : state.cases()) {
        Standing& standing = all[id.text()];
        standing.status = name_of(of.status);
        for (const kernel::GrantRecord* grant : state.grants_of(of)) {
          standing.grants[grant->id.text()] = name_of(status_of(*grant, state.now()));
        }
      }
    });
    return all;
  }
  // Holds every change since the last time against what `step` may do.
  void settle(const std::string& step, const std::string& grant) {
    auto now = standings();
    for (const auto& [id, before] : standing_) {
      if (!now.contains(id)) finding(fmt::format("case `{}` is gone", id));
    }
    for (const auto& [id, after] : now) {
      const bool whose = step == "time" || step == "issue" || id == about_;
      const std::string against =
          against_transition(standing_[id], after, whose ? step : "another case", grant);
      if (!against.empty()) finding(against);
    }
    standing_ = std::move(now);
  }

  void step();
  void ask();
  void advise();
  void override_advice();
  void decide(const Hand& by);
  void go_on();
  void grant();
  void draw();
  void use_grant(std::uint64_t which);
  void claim();
  void restock();
  void amend();
  void exchange();

  std::string some_case() {
    if (live_.size() < kLiveCases || once_in(12)) {
      live_.push_back(fmt::format("C{}", next_case_++));
      if (live_.size() > kLiveCases) live_.erase(live_.begin());
      return live_.back();
    }
    return pick(live_);
  }
  std::string some_grant() { return about_ + "/G1"; }
  kernel::Provisos some_provisos() {
    kernel::Provisos provisos;
    if (once_in(3)) provisos.quantity = 1 + static_cast<std::int64_t>(upto(7));
    if (once_in(8)) provisos.text = {"by day only"};
    return provisos;
  }
  std::optional<geo::Place> place(bool in_ru) {
    base::Report report({}, "walk");
    const base::Json document =
        casework::testing::json(in_ru ? R"({"point": [5, 15], "uncertainty_m": 10})"
                                      : R"({"point": [5, 5], "uncertainty_m": 10})");
    return geo::Place::read(document, "the place", report);
  }
  std::optional<kernel::LaneState> mix();
  Asked some_use();
  base::Json request_of(const Asked& what);
  void open_anew();
  void close();

  std::mt19937_64& random_;
  Walked& walked_;
  Drill drill_;
  Oracle oracle_;
  std::vector<Hand> hands_;
  std::vector<std::string> live_;
  int next_case_ = 1;
  std::string about_;  // the case of the present step
  std::string last_;
  kernel::Position size_ = 0;  // of the ledger, by what was acknowledged
  std::vector<ledger::Hash> leaves_;
  std::map<std::string, Standing> standing_;
  std::map<std::string, Asked> asked_;
  std::map<std::string, int> progress_;  // of cases, by go_on()
  bool green_ = true;
  bool right_ = false;  // the present step is the right one, by the right hand
};

Asked World::some_use() {
  return {1 + static_cast<std::int64_t>(once_in(20) ? upto(60) : upto(8)), !once_in(4), once_in(4)};
}

base::Json World::request_of(const Asked& what) {
  base::Json request = casework::testing::use_of_m(static_cast<int>(what.quantity),
                                                   what.in_ru ? "[5, 15]" : "[5, 5]");
  const base::Instant until{drill_.now().unix_ms +
                            86'400'000 * static_cast<std::int64_t>(10 + upto(40))};
  for (base::Json::Member& member : request.members) {
    if (member.name == "categories" && what.depot) member.value = base::json_texts({"depot"});
    if (member.name == "window") {
      member.value = base::json_object({{"from", base::json_text("2025-06-01")},
                                        {"until", base::json_text(base::to_text(until))}});
    }
  }
  return request;
}

// The request's next version, and, at once or later, an earlier advice that holds for it.
void World::amend() {
  if (!once_in(4)) {
    const Asked what = some_use();
    const Hand& by = hand({"UA/Staff"});
    const Answer answer = answer_of(casework::amend(drill_.instance(), actor(by),
                                                    kernel::CaseId(about_), request_of(what), ""));
    answered("amend", answer);
    if (answer.rule.empty()) {
      oracle_.amended(about_, by, what);
      asked_[about_] = what;
    }
    settle("amend", {});
    if (once_in(2)) return;
  }
  const Hand& by = hand({"US/USDP", "US/USDP", "US/Legal"});
  const Answer answer =
      answer_of(casework::reconfirm(drill_.instance(), actor(by), kernel::CaseId(about_), ""));
  answered("reconfirm", answer);
  if (answer.rule.empty()) oracle_.reconfirmed(about_, by);
  settle("reconfirm", {});
}

// Questions and answers, and taking it all back.
void World::exchange() {
  const kernel::CaseId id(about_);
  casework::Instance& instance = drill_.instance();
  const std::uint64_t which = upto(8);
  std::string step = "query";
  Answer answer;
  const Hand& by = which < 4 ? hand({"US/USDP", "US/SecDef", "GB/MoD"}) : hand({"UA/Staff"});
  if (which < 4) {
    answer = answer_of(casework::query(instance, actor(by), id, "what for?"));
  } else if (which < 7) {
    step = "answer";
    casework::AnswerPlan plan;
    plan.text = "as we said";
    instance.look([&](const kernel::State& state) {
      const kernel::Case* of = state.find(id);
      if (of == nullptr) return;
      for (const kernel::Query& asked : of->queries) plan.query = asked.done.position;
    });
    answer = answer_of(casework::answer(instance, actor(by), id, plan));
    if (answer.rule.empty()) oracle_.spoke_for_requester(about_, by);
  } else if (which == 7) {
    step = "withdraw";
    answer = answer_of(casework::withdraw_request(instance, actor(by), id, ""));
  } else {
    step = "surrender";
    answer = answer_of(casework::act_on_grant(instance, actor(by), kernel::EntryKind::Surrender,
                                              {registry::GrantId(some_grant()), "not needed"}));
  }
  answered(step, answer);
  settle(step, some_grant());
}

void World::ask() {
  const Asked what = some_use();
  const base::Json request = request_of(what);
  const Hand& by = hand({"UA/Staff"});
  const Answer answer =
      answer_of(casework::ask(drill_.instance(), actor(by), kernel::CaseId(about_), request));
  answered("request", answer);
  if (answer.rule.empty()) {
    if (by.authority != "UA") finding("another party asked for UA");
    oracle_.asked(about_, by, what);
    asked_[about_] = what;
  }
  settle("request", {});
}

void World::advise() {
  const Hand& by = hand({"US/USDP", "US/USDP", "US/Legal", "GB/Legal"});
  const auto view = right_ ? kernel::AdviceView::Concur : static_cast<kernel::AdviceView>(upto(3));
  kernel::AdviceBody body{view, {}, "advice"};
  if (view == kernel::AdviceView::ConcurWithProvisos) {
    body.provisos.quantity = 1 + static_cast<std::int64_t>(upto(7));
  }
  const Answer answer =
      answer_of(casework::advise(drill_.instance(), actor(by), kernel::CaseId(about_), body));
  answered("advice", answer);
  if (answer.rule.empty()) {
    oracle_.advised(about_, by, view == kernel::AdviceView::DoNotConcur, body.provisos.quantity);
  }
  settle("advice", {});
}

void World::override_advice() {
  const Hand& by = hand({"US/SecDef", "US/Deputy", "GB/MoD"});
  const std::string adviser = by.authority == "GB" ? "GB/Legal"
                              : once_in(3)         ? "US/Legal"
                                                   : "US/USDP";
  const Answer answer = answer_of(casework::override_advice(
      drill_.instance(), actor(by), kernel::CaseId(about_), registry::OfficeId(adviser), "still"));
  answered("override", answer);
  if (answer.rule.empty()) oracle_.overrode(about_, by, adviser);
  settle("override", {});
}

void World::decide(const Hand& by) {
  DecisionPlan plan;
  plan.outcome = !right_ && once_in(9) ? static_cast<kernel::DecisionOutcome>(1 + upto(2))
                                       : kernel::DecisionOutcome::Approve;
  if (plan.outcome == kernel::DecisionOutcome::Approve) plan.provisos = some_provisos();
  plan.text = "decided";
  const auto standing = standing_.find(about_);
  const bool granted = standing != standing_.end() && standing->second.status == "granted";
  if (granted ? !once_in(6) : once_in(15)) plan.resumes = registry::GrantId(some_grant());
  const Answer answer =
      answer_of(casework::decide(drill_.instance(), actor(by), kernel::CaseId(about_), plan));
  const std::string outcome(name_of(plan.outcome));
  const std::string step = outcome + (plan.resumes ? ", to resume" : "");
  answered(step, answer);
  if (answer.rule.empty()) {
    oracle_.decided(about_, by, outcome, plan.resumes.has_value(), plan.provisos.quantity);
  }
  settle(step, plan.resumes ? some_grant() : std::string());
}

// What the lanes of the case come to, by the published table.
std::optional<kernel::LaneState> World::mix() {
  std::optional<kernel::LaneState> strictest;
  drill_.instance().look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(kernel::CaseId(about_));
    if (of == nullptr) return;
    const auto determined = state.determine(of->request, state.now());
    if (!determined) return;
    const kernel::Determination& all = determined.value().determination;
    std::vector<kernel::LaneState> lanes;
    for (const auto& finding : all.authorities) {
      lanes.push_back(lane_state(*of, {*determined.value().rules, all, state.now()}, finding));
    }
    strictest = kernel::strictest(lanes);
  });
  return strictest;
}

void World::grant() {
  const auto lanes = mix();
  const Answer answer = answer_of(casework::grant(drill_.instance(), kernel::CaseId(about_)));
  answered("grant", answer);
  if (lanes && answer.rule.empty() && *lanes != kernel::LaneState::Consenting) {
    finding(fmt::format("granted though the strictest lane is {}", name_of(*lanes)));
  }
  const std::vector<std::string> beside{"claim-open", "case-closed", "withdrawn", "no-window",
                                        "scope-empty"};
  if (lanes == kernel::LaneState::Consenting && !answer.rule.empty() &&
      std::find(beside.begin(), beside.end(), answer.rule) == beside.end()) {
    finding("all lanes consent, and there is no grant: " + answer.rule);
  }
  if (answer.rule.empty()) {
    ++walked_.grants;
    std::int64_t quantity = 0;
    drill_.instance().look([&](const kernel::State& state) {
      quantity = state.find(registry::GrantId(some_grant()))->scope.quantity;
    });
    const std::string against = oracle_.against_grant(about_, quantity);
    if (!against.empty()) finding("granted though " + against);
  }
  settle("grant", some_grant());
}

void World::draw() {
  const std::string id = some_grant();
  const Asked what = asked_.contains(about_) ? asked_.at(about_) : Asked{};
  const bool right = right_ || !once_in(5);
  const kernel::DrawBody body{registry::GrantId(id),
                              1 + static_cast<std::int64_t>(upto(2)),
                              place(right == what.in_ru),
                              {registry::CategoryId(what.depot && right ? "depot" : "radar")}};
  std::int64_t granted = 0;
  bool texts = false;
  drill_.instance().look([&](const kernel::State& state) {
    if (const kernel::GrantRecord* grant = state.find(body.grant)) {
      granted = grant->scope.quantity;
      texts = !grant->scope.text.empty();
    }
  });
  const auto standing = standing_.find(about_);
  const std::string before = standing == standing_.end() || !standing->second.grants.contains(id)
                                 ? "not there"
                                 : standing->second.grants.at(id);
  const Hand& by = hand({"UA/Staff"});
  const Answer answer = answer_of(casework::draw(drill_.instance(), actor(by), body));
  answered("draw", answer);
  if (answer.rule.empty()) {
    const std::string against = oracle_.against_draw(id, body.quantity, granted, before, texts);
    if (!against.empty()) finding("drawn though " + against);
    if (by.authority != "UA") finding("another party drew");
    if (!right) finding("drawn outside what was asked for");
    oracle_.drew(id, body.quantity);
  }
  settle("draw", id);
}

void World::use_grant(std::uint64_t which) {
  const registry::GrantId id(some_grant());
  casework::Instance& instance = drill_.instance();
  std::string step;
  Answer answer;
  if (which == 0) {
    step = "report";
    answer = answer_of(casework::report(instance, actor(hand({"UA/Staff"})),
                                        {id,
                                         1 + static_cast<std::int64_t>(upto(2)),
                                         place(!once_in(4)),
                                         {registry::CategoryId("radar")},
                                         drill_.now(),
                                         "used"}));
  } else if (which == 1) {
    step = "suspend";
    answer = answer_of(casework::act_on_grant(instance, actor(hand({"US/SecDef", "GB/MoD"})),
                                              kernel::EntryKind::Suspend, {id, "for a reason"}));
  } else if (which == 2) {
    step = "revoke";
    answer = answer_of(casework::act_on_grant(instance, actor(hand({"US/SecDef", "GB/MoD"})),
                                              kernel::EntryKind::Revoke, {id, "for a reason"}));
  } else if (which == 3) {
    step = "acknowledge";
    const auto body = casework::to_acknowledge(instance, id);
    answer =
        body ? answer_of(casework::acknowledge(instance, actor(hand({"UA/Staff"})), body.value()))
             : Answer{body.error().rule, 0, 0, false};
    if (answer.rule.empty()) oracle_.acknowledged(id.text());
  } else {
    step = "close";
    std::optional<kernel::Position> open;
    instance.look([&](const kernel::State& state) {
      const kernel::GrantRecord* grant = state.find(id);
      if (grant == nullptr) return;
      for (const kernel::UseReport& report : grant->reports) {
        if (!report.discrepancies.empty() && !report.closed) open = report.done.position;
      }
    });
    answer = answer_of(casework::close(instance, actor(hand({"US/USDP", "GB/MoD", "US/SecDef"})),
                                       kernel::CaseId(about_), {open.value_or(3), "looked into"}));
  }
  answered(step, answer);
  settle(step, id.text());
}

void World::claim() {
  const Hand& by = hand({"FR/Registrar"});
  kernel::ClaimBody body;
  const bool withdraws = !once_in(3);
  if (withdraws) {
    drill_.instance().look([&](const kernel::State& state) {
      const kernel::Case* of = state.find(kernel::CaseId(about_));
      if (of == nullptr) return;
      for (const kernel::CaseClaim& each : of->claims) {
        if (!each.withdrawn) body.withdraws = each.done.command;
      }
    });
    if (!body.withdraws) return;
  } else {
    body.item = registry::ItemId("M");
    body.text = "ours too";
  }
  const Answer answer =
      answer_of(casework::claim(drill_.instance(), actor(by), kernel::CaseId(about_), body));
  const std::string step = withdraws ? "withdraw a claim" : "claim";
  answered(step, answer);
  // A claim of who has a tie holds nothing up.
  if (answer.rule.empty() && by.authority == "FR") {
    std::size_t open = 0;
    drill_.instance().look([&](const kernel::State& state) {
      for (const kernel::CaseClaim& each : state.find(kernel::CaseId(about_))->claims) {
        if (!each.withdrawn && each.authority.text() == "FR") ++open;
      }
    });
    oracle_.claimed(about_, "FR", open == 0);
  }
  settle(step, {});
}

void World::restock() {
  const bool green = !once_in(3);
  casework::IssuePlan plan;
  casework::IssuePlan::NewDocument book;
  book.kind = registry::RecordKind::Holdings;
  book.id = "US";
  book.document = casework::testing::json(
      fmt::format(R"({{"holdings": [{{"item": "M", "quantity": {}, "yellow_below": 300,
                      "red_below": 100}}]}})",
                  green ? 1'000'000 : 50));
  plan.documents.push_back(std::move(book));
  drill_.pass(1);
  const Answer answer = answer_of(casework::issue(drill_.instance(), registry::PartyId("US"), plan,
                                                  drill_.keys(), drill_.now()));
  answered("issue", answer);
  if (answer.rule.empty()) {
    oracle_.restocked(green);
    green_ = green;
  }
  settle("issue", {});
}

// The step that this case needs next, by the office that should take it, if all goes well.
void World::go_on() {
  right_ = true;
  const Standing& standing = standing_.at(about_);
  const auto grant_now = standing.grants.find(some_grant());
  const std::string status = grant_now == standing.grants.end() ? "" : grant_now->second;
  const int next = progress_[about_]++;
  if (status == "suspended") {
    decide(holder_of(next % 2 == 0 ? "US/SecDef" : "GB/MoD"));
  } else if (status == "active" && next % 3 == 0) {
    use_grant(3);
  } else if (status == "active") {
    draw();
  } else {
    switch (next % 5) {
      case 0:
        advise();
        break;
      case 1:
        decide(holder_of("US/SecDef"));
        break;
      case 2:
        decide(holder_of("US/Deputy"));
        break;
      case 3:
        decide(holder_of("GB/MoD"));
        break;
      default:
        grant();
    }
  }
  right_ = false;
}

void World::step() {
  if (!green_ && once_in(2)) return restock();
  about_ = some_case();
  const auto standing = standing_.find(about_);
  if (standing == standing_.end() && !once_in(8)) return ask();
  if (standing != standing_.end() && once_in(2)) return go_on();
  const bool granted = standing != standing_.end() && !standing->second.grants.empty();
  switch (upto(granted ? 24 : 18)) {
    case 16:
      return amend();
    case 17:
    case 18:
      return exchange();
    case 0:
      return ask();
    case 1:
    case 2:
    case 3:
      return advise();
    case 4:
      return override_advice();
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return decide(hand({"US/SecDef", "US/SecDef", "US/Deputy", "GB/MoD"}));
    case 10:
    case 11:
    case 12:
      return grant();
    case 13:
      return once_in(2) ? restock() : claim();
    case 14:
      return claim();
    case 15:
    case 19:
    case 20:
      return draw();
    default:
      return use_grant(pick(std::vector<std::uint64_t>{0, 0, 0, 0, 1, 1, 2, 3, 4, 4}));
  }
}

// What was acknowledged is there again, leaf by leaf, when the instance is opened anew.
void World::open_anew() {
  drill_.reopen();
  const auto leaves = drill_.instance().leaves(size_);
  if (!leaves) return finding("the ledger is shorter than what was acknowledged");
  if (!std::equal(leaves_.begin(), leaves_.end(), leaves.value().begin())) {
    finding("an acknowledged entry is another now");
  }
  leaves_ = leaves.value();
  settle("time", {});
}

void World::close() {
  open_anew();
  const auto audited = casework::audit(drill_.instance());
  if (!audited || !audited.value()) return finding("the audit finds the ledger in disorder");
  const std::string live = drill_.described();
  const auto again = drill_.instance().known_at(audited.value().value().entries);
  if (!again) return finding("the ledger does not fold");
  again.value()->advance(drill_.now());
  if (base::write_json(again.value()->describe()) != live) finding("folded anew it is another");
}

}  // namespace

Walked walk(std::uint64_t seed, std::uint64_t commands) {
  std::mt19937_64 random(seed);
  Walked walked;
  while (walked.commands < commands && walked.findings.empty()) {
    World world(random, walked);
    world.run(std::min(kWorldCommands, commands - walked.commands));
  }
  return walked;
}

}  // namespace countersign::walk
