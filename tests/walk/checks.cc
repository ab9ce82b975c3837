// SPDX-License-Identifier: Apache-2.0
// What is held against the oracle after every command, and against the ledger at the end.
#include <algorithm>

#include <fmt/format.h>

#include "casework/audit.h"
#include "walk/world.h"

namespace countersign::walk {

Answer answer_of(const casework::Handled& handled) {
  if (!handled) return {handled.error().message, 0, 0, true};
  if (!handled.value()) return {handled.value().error().rule, 0, 0, false};
  return {{}, handled.value().value().first, handled.value().value().count, false};
}

const Standing& World::standing() const {
  static const Standing kNone;
  const auto found = standing_.find(about_);
  return found == standing_.end() ? kNone : found->second;
}

std::string World::grant_is(const std::string& grant) const {
  const auto found = standing().grants.find(grant);
  return found == standing().grants.end() ? std::string() : found->second.status;
}

Signed World::signed_by(const Hand& by, const Answer& answer) const {
  return {by, now(), answer.first, {}};
}

Asked World::what_of(const std::string& of) const {
  const auto found = asked_.find(of);
  return found == asked_.end() ? Asked() : found->second;
}

std::optional<kernel::GrantRecord> World::record(const std::string& grant) {
  std::optional<kernel::GrantRecord> found;
  drill_.instance().look([&](const kernel::State& state) {
    if (const kernel::GrantRecord* of = state.find(registry::GrantId(grant))) found = *of;
  });
  return found;
}

void World::finding(const std::string& what) {
  walked_.findings.push_back(fmt::format("command {} ({}): {}", walked_.commands, last_, what));
}

void World::judge(const std::string& said, const std::string& against) {
  if (!against.empty()) finding(fmt::format("{} though: {}", said, against));
}

bool World::count(const std::string& words, const Hand& by, const Answer& answer) {
  ++walked_.commands;
  last_ = fmt::format("{} {} by {}{} {}", words, about_, by.key,
                      by.acting_for.empty() ? "" : " for " + by.acting_for, answer.rule);
  ++walked_.answers[answer.accepted() ? words : words + ": " + answer.rule];
  if (answer.failed) finding("the machine failed: " + answer.rule);
  if (!answer.accepted()) {
    ++walked_.steps[words].refused;
    return false;
  }
  ++walked_.accepted;
  size_ = std::max(size_, answer.first + answer.count);
  judge("accepted", oracle_.against_hand(by, words, about_, now()));
  return true;
}

bool World::took_aside(const std::string& words, const Hand& by, const Answer& answer) {
  if (!count(words, by, answer)) return false;
  ++walked_.steps[words].accepted;
  return true;
}

bool World::took(const Step& step, const Hand& by, const Answer& answer) {
  if (!count(step.words, by, answer)) return false;
  if (oracle_.is_legacy(about_)) finding("accepted though it is an earlier case");
  judge("accepted", against_table(standing(), step, !oracle_.rest(about_).empty()));
  return true;
}

Standings World::standings() {
  Standings all;
  drill_.instance().look([&](const kernel::State& state) {
    if (state.size() < size_) finding("acknowledged entries are gone");
    for (const auto& [id, of] : state.cases()) {
      Standing& standing = all[id.text()];
      standing.status = name_of(of.status);
      for (const kernel::GrantRecord* grant : state.grants_of(of)) {
        standing.grants[grant->id.text()] = {
            std::string(name_of(kernel::status_of(*grant, state.now()))), grant->scope.quantity};
      }
    }
  });
  return all;
}

void World::settle(const Step& step) { settle({{about_, step}}, "another case"); }

void World::settle(const std::map<std::string, Step>& steps, const std::string& otherwise) {
  Standings now = standings();
  for (const auto& [id, before] : standing_) {
    if (!now.contains(id)) finding(fmt::format("case `{}` is gone", id));
  }
  for (const auto& [id, after] : now) {
    const auto own = steps.find(id);
    const Step step = own == steps.end() ? Step{otherwise, {}} : own->second;
    const std::string against = against_transition(standing_[id], after, step);
    if (!against.empty()) finding(against);
    if (oracle_.is_legacy(id)) finding("an earlier case has become one of this ledger");
    // What the rules would deny now is suspended now.
    for (const auto& [grant, is] : after.grants) {
      if (is.status == "active" && !green_ && !what_of(id).transfer) {
        finding(fmt::format("grant `{}` is active though the rating is red", grant));
      }
    }
  }
  check_silence(now, otherwise);
  judge("so it stands", oracle_.against_stock(now));
  standing_ = std::move(now);
}

void World::check_silence(const Standings& now, const std::string& step) {
  if (step != "time") return;
  for (const auto& [id, before] : standing_) {
    const auto after = now.find(id);
    if (before.status != "pending" || after == now.end()) continue;
    const bool refused = oracle_.refused_by_silence(id, this->now());
    const bool is_refused = after->second.status == "denied";
    if (refused != is_refused) {
      finding(fmt::format("silence {} refused `{}`, and it is {}", refused ? "has" : "has not", id,
                          after->second.status));
    }
  }
}

void World::check_reports(const std::string& grant) {
  const auto now = record(grant);
  if (!now) return;
  std::set<Entry> inside;
  for (const kernel::UseReport& report : now->reports) {
    if (report.discrepancies.empty()) inside.insert(report.done.position);
  }
  judge("reported", oracle_.against_reports(grant, inside));
  if (now->drawn() != oracle_.drawn(grant)) {
    finding(fmt::format("{} are drawn under `{}`, and {} were", now->drawn(), grant,
                        oracle_.drawn(grant)));
  }
}

// What the lanes of the case come to, by the published table.
std::optional<kernel::LaneState> World::mix() {
  std::optional<kernel::LaneState> strictest;
  drill_.instance().look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id());
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

// What was acknowledged is there again, leaf by leaf, when the instance is opened anew.
void World::open_anew() {
  drill_.reopen();
  const auto leaves = drill_.instance().leaves(size_);
  if (!leaves) return finding("the ledger is shorter than what was acknowledged");
  if (!std::equal(leaves_.begin(), leaves_.end(), leaves.value().begin())) {
    finding("an acknowledged entry is another now");
  }
  leaves_ = leaves.value();
  settle_time();
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
  count_entries();
}

void World::count_entries() {
  constexpr std::uint64_t kAtOnce = 512;
  for (Entry from = 0;; from += kAtOnce) {
    const auto stored = drill_.instance().entries(from, kAtOnce);
    if (!stored) return finding("the ledger does not read");
    for (const store::StoredEntry& each : stored.value()) {
      const auto logged = casework::Instance::open_stored(each);
      if (!logged) return finding("an entry does not open");
      const kernel::Step step = kernel::step_of(logged.value());
      if (kernel::find(step) == nullptr) {
        if (logged.value().case_id) finding("an entry of a case is no step of the table");
        continue;
      }
      ++walked_.steps[words_of(kernel::name_of(step.kind), step.variant)].accepted;
    }
    if (stored.value().size() < kAtOnce) return;
  }
}

}  // namespace countersign::walk
