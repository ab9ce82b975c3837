// SPDX-License-Identifier: Apache-2.0
// One small instance, and whoever may do anything in it. Each move tries one command, by whoever
// happens to sign, and holds what came of it against the oracle.
#ifndef COUNTERSIGN_TESTS_WALK_WORLD_H_
#define COUNTERSIGN_TESTS_WALK_WORLD_H_

#include <initializer_list>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "casework/testing/drill.h"
#include "kernel/lifecycle.h"
#include "walk/oracle.h"
#include "walk/standing.h"
#include "walk/walk.h"

namespace countersign::walk {

// The directory a world begins with.
casework::testing::Files world_files();
// Rows for the book of N, of which the world begins with kStock.
std::string movement_row(const std::string& id, const std::string& from, const std::string& to,
                         std::int64_t quantity, const std::string& on);
constexpr std::int64_t kStock = 12;

// What became of one command.
struct Answer {
  std::string rule;  // empty: accepted
  Entry first = 0;
  std::uint64_t count = 0;
  bool failed = false;

  bool accepted() const { return rule.empty(); }
};
Answer answer_of(const casework::Handled& handled);

class World {
 public:
  World(std::mt19937_64& random, Walked& walked);
  // Takes at least so many commands; then the ledger is audited and folded anew.
  void run(std::uint64_t commands);

 private:
  // Chance.
  std::uint64_t upto(std::uint64_t most) { return random_() % (most + 1); }
  bool once_in(std::uint64_t times) { return upto(times - 1) == 0; }
  std::int64_t one_to(std::uint64_t most) { return 1 + static_cast<std::int64_t>(upto(most - 1)); }
  template <class X>
  const X& pick(const std::vector<X>& from) {
    return from[upto(from.size() - 1)];
  }

  // Hands.
  Hand hand_of(const std::string& office);
  void appoint(Hand hand);
  void appoint(const std::string& office, const std::string& whose);
  casework::Actor actor(const Hand& hand);
  // The right one for the step most of the time, anybody otherwise.
  Hand hand(std::initializer_list<const char*> offices);
  // The first holder of an office who may sign; where they are away, who acts for them.
  Hand holder_of(const std::string& office);
  bool is_good(const Hand& hand) const { return !gone_.contains(hand.key); }

  // Counting and judging (checks.cc).
  Ms now() const { return drill_.now().unix_ms; }
  base::Instant instant(Ms at) const { return {at}; }
  kernel::CaseId id() const { return kernel::CaseId(about_); }
  const Standing& standing() const;
  std::string status() const { return standing().status; }
  std::string grant_is(const std::string& grant) const;
  Signed signed_by(const Hand& by, const Answer& answer) const;
  void finding(const std::string& what);
  // Holds what `against` gives, where that is not empty.
  void judge(const std::string& said, const std::string& against);
  // Counts; judges by the hand and, of a step of the present case, by the table; and says whether
  // it was accepted.
  bool count(const std::string& words, const Hand& by, const Answer& answer);
  bool took(const Step& step, const Hand& by, const Answer& answer);
  bool took_aside(const std::string& words, const Hand& by, const Answer& answer);
  Standings standings();
  // Holds every change since the last time against what each step may do.
  void settle(const Step& step);
  void settle(const std::map<std::string, Step>& steps, const std::string& otherwise);
  void settle_time() { settle(std::map<std::string, Step>(), "time"); }
  void check_silence(const Standings& now, const std::string& step);
  void check_reports(const std::string& grant);
  void open_anew();
  void close();
  void count_entries();
  std::optional<kernel::LaneState> mix();

  // Moves, of a case (moves_case.cc) ...
  void ask();
  void amend();
  void reconfirm();
  void advise();
  void override_advice();
  void decide(Hand by);
  void decide_together();
  void claim();
  void exchange();
  void grant();
  // ... in haste, and once more (moves_urgent.cc) ...
  void emergency(const Hand& by);
  void write_up();
  void review();
  void reconsider();
  void answer_again();
  void correct();
  // ... of a grant (moves_grant.cc) ...
  void draw();
  void allot();
  void give_back();
  void report();
  void act(kernel::EntryKind kind);
  void acknowledge();
  void close_discrepancy();
  void check();
  // ... and of offices and registers (moves_office.cc).
  void withdraw_key();
  void confirm();
  void absence();
  void import_earlier();
  void restock();
  void move_stock();

  // What to try next (world.cc).
  void step();
  void go_on();
  void go_on_pending();
  // What the case lacks now for a grant: an office to approve it, "advice", "claim", or nothing.
  std::string lacks();
  void in_pending();
  void in_granted();
  void anything();
  std::string some_case();
  std::string some_grant();  // of the present case; one that there is not, where it has none

  // What to ask for and say (moves_case.cc).
  Asked some_request();
  base::Json request_of(const Asked& what);
  kernel::Provisos some_provisos(Limits& limits);
  std::string outcome_words(const Decided& what) const;
  casework::DecisionPlan some_plan(Decided& what);
  void took_decision(const std::string& of, const Signed& by, const Decided& what);
  std::optional<geo::Place> place(bool in_ru);
  Issued issued_as(const kernel::GrantRecord& made);
  // An entry that somebody may say was wrong.
  struct Wrong {
    std::string what;  // as corrections call it
    Entry entry = 0;
    std::string office;
    std::string grant;
  };
  std::vector<Wrong> perhaps_wrong();
  Asked what_of(const std::string& of) const;
  // The grant as the product holds it, or nothing.
  std::optional<kernel::GrantRecord> record(const std::string& grant);

  std::mt19937_64& random_;
  Walked& walked_;
  casework::testing::Drill drill_;
  Ms began_ = 0;
  Oracle oracle_;
  std::vector<Hand> hands_;
  std::set<std::string> gone_;  // keys that were withdrawn
  std::vector<std::string> live_;
  int next_case_ = 1;
  int next_name_ = 1;          // of keys, rows and earlier cases
  std::string about_;          // the case of the present step
  std::string last_;           // that step, for a finding
  kernel::Position size_ = 0;  // of the ledger, by what was acknowledged
  std::vector<ledger::Hash> leaves_;
  Standings standing_;
  std::map<std::string, Asked> asked_;
  std::map<std::string, int> progress_;  // of cases, by go_on()
  std::set<std::string> urgent_;         // cases with a consent in an emergency
  std::set<std::string> allotted_;       // cases with an allotment
  std::set<std::string> queried_;        // cases with a query
  std::set<std::string> again_;          // cases to be reconsidered
  std::int64_t held_ = kStock;
  bool green_ = true;
  bool right_ = false;  // the present step is the right one, by the right hand
};

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_WORLD_H_
