// SPDX-License-Identifier: Apache-2.0
#include "casework/case_count.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/csv.h"

namespace countersign::casework {
namespace {

using base::Json;

constexpr std::int64_t kDayMs = 86'400'000;

constexpr std::array<std::pair<CountBy, std::string_view>, 7> kNames = {
    {{CountBy::Nothing, "nothing"},
     {CountBy::Authority, "authority"},
     {CountBy::Requester, "requester"},
     {CountBy::Item, "item"},
     {CountBy::Action, "action"},
     {CountBy::Outcome, "outcome"},
     {CountBy::Month, "month"}}};

// When the case was first answered, denied, returned or granted, or taken back.
std::optional<base::Instant> answered_at(const kernel::State& state, const kernel::Case& of) {
  std::optional<base::Instant> first;
  const auto see = [&first](base::Instant at) {
    if (!first || at < *first) first = at;
  };
  if (!of.closures.empty()) see(of.closures.front().from);
  if (of.closed_at) see(*of.closed_at);
  for (const registry::GrantId& id : of.grants) see(state.find(id)->at);
  for (const auto& [authority, lane] : of.lanes) {
    for (const kernel::Decision& decision : lane.decisions) {
      const auto outcome = decision.body.outcome;
      const bool ends =
          outcome == kernel::DecisionOutcome::Deny || outcome == kernel::DecisionOutcome::Return;
      if (ends && !decision.body.resumes) see(decision.done.at);
    }
  }
  return first;
}

std::vector<std::string> keys_of(const kernel::Case& of, CountBy by) {
  switch (by) {
    case CountBy::Nothing:
      return {};
    case CountBy::Authority: {
      std::vector<std::string> keys;
      for (const auto& [authority, lane] : of.lanes) keys.push_back(authority.text());
      if (keys.empty()) keys.emplace_back("none");
      return keys;
    }
    case CountBy::Requester:
      return {of.request.requester.text()};
    case CountBy::Item:
      return {of.request.item.text()};
    case CountBy::Action:
      return {std::string(registry::name_of(of.request.action))};
    case CountBy::Outcome:
      return {outcome_of(of)};
    case CountBy::Month:
      return {base::to_text(of.submitted.at).substr(0, 7)};
  }
  return {};
}

void add(CountRow& row, std::int64_t age_s, const std::string& outcome,
         const std::vector<std::string_view>& marks) {
  row.all.ages_s.push_back(age_s);
  row.outcomes[outcome].ages_s.push_back(age_s);
  for (const std::string_view mark : marks) row.marks[std::string(mark)].ages_s.push_back(age_s);
}

Json json_of(const AgedCount& counted) {
  Json json = base::json_object(
      {{"count", base::json_integer(static_cast<std::int64_t>(counted.count()))}});
  if (const auto median = counted.median_s()) {
    json.members.push_back({"median_age_s", {}, base::json_integer(*median)});
  }
  return json;
}

Json json_of(const std::map<std::string, AgedCount>& counts) {
  std::vector<std::pair<std::string, Json>> members;
  for (const auto& [name, counted] : counts) members.emplace_back(name, json_of(counted));
  return base::json_object(std::move(members));
}

Json json_of(const CountRow& row) {
  Json json = json_of(row.all);
  json.members.push_back({"outcomes", {}, json_of(row.outcomes)});
  json.members.push_back({"marks", {}, json_of(row.marks)});
  return json;
}

std::string words_of_age(std::int64_t age_s) {
  if (age_s < 60) return "under a minute";
  const std::int64_t days = age_s / 86'400;
  const std::string rest = fmt::format("{} h {} min", age_s % 86'400 / 3'600, age_s % 3'600 / 60);
  return days == 0 ? rest : fmt::format("{} {} {}", days, days == 1 ? "day" : "days", rest);
}

void add_lines(const std::string& heading, const CountRow& row, std::vector<std::string>& lines) {
  const auto line = [&](std::string_view name, const AgedCount& counted) {
    std::string text = fmt::format("  {:<24}{:>8}", name, counted.count());
    if (const auto median = counted.median_s()) {
      text += fmt::format("   median age {}", words_of_age(*median));
    }
    lines.push_back(std::move(text));
  };
  lines.push_back(heading);
  line("all", row.all);
  for (const auto& [name, counted] : row.outcomes) line(name, counted);
  for (const auto& [name, counted] : row.marks) line(name, counted);
}

void add_records(const std::string& key, const CountRow& row, std::string& csv) {
  const auto record = [&](std::string_view kind, const std::string& name,
                          const AgedCount& counted) {
    const auto median = counted.median_s();
    csv += csv_line({key, std::string(kind), name, fmt::format("{}", counted.count()),
                     median ? fmt::format("{}", *median) : std::string()});
  };
  record("all", "all", row.all);
  for (const auto& [name, counted] : row.outcomes) record("outcome", name, counted);
  for (const auto& [name, counted] : row.marks) record("mark", name, counted);
}

}  // namespace

std::string_view name_of(CountBy by) {
  for (const auto& [value, name] : kNames) {
    if (value == by) return name;
  }
  return {};
}

std::optional<CountBy> find_count_by(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> AgedCount::median_s() const {
  if (ages_s.empty()) return std::nullopt;
  std::vector<std::int64_t> sorted = ages_s;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

std::string outcome_of(const kernel::Case& of) { return std::string(kernel::name_of(of.status)); }

std::vector<std::string_view> marks_of(const kernel::State& state, const kernel::Case& of,
                                       const CountQuestion& question) {
  std::vector<std::string_view> marks;
  bool discrepancy = false;
  bool open = false;
  const auto see = [&](bool there, bool closed) {
    discrepancy = discrepancy || there;
    open = open || (there && !closed);
  };
  bool lapsed = false;
  bool revoked = false;
  bool suspended = false;
  for (const registry::GrantId& id : of.grants) {
    const kernel::GrantRecord& grant = *state.find(id);
    const kernel::GrantStatus status = kernel::status_of(grant, state.now());
    lapsed = lapsed || status == kernel::GrantStatus::Lapsed;
    revoked = revoked || grant.revoked.has_value();
    suspended = suspended || grant.suspended || !grant.pauses.empty();
    for (const kernel::UseReport& report : grant.reports) {
      see(!report.discrepancies.empty(), report.closed.has_value());
    }
    for (const kernel::EndUseCheck& check : grant.checks) {
      const bool found = check.done && check.found.finding == kernel::CheckFinding::Discrepancy;
      see(found, check.closed.has_value());
    }
  }
  bool urgent = false;
  bool overdue = false;
  const auto look = [&](const std::map<registry::PartyId, kernel::Lane>& lanes) {
    for (const auto& [authority, lane] : lanes) {
      for (const kernel::Decision& decision : lane.decisions) {
        urgent = urgent || decision.body.outcome == kernel::DecisionOutcome::Emergency;
        overdue = overdue || decision.is_overdue(state.now());
      }
    }
  };
  look(of.lanes);
  for (const kernel::EarlierVersion& version : of.earlier) look(version.lanes);
  if (urgent) marks.emplace_back("emergency");
  if (overdue) marks.emplace_back("emergency not reviewed in time");
  if (!of.closures.empty()) marks.emplace_back("reopened");
  if (discrepancy) marks.emplace_back("discrepancy");
  if (open) marks.emplace_back("discrepancy open");
  if (lapsed) marks.emplace_back("lapsed");
  if (revoked) marks.emplace_back("revoked");
  if (suspended) marks.emplace_back("suspended at some time");
  if (question.unanswered_over_days && !answered_at(state, of)) {
    const std::int64_t age_ms = state.now().unix_ms - of.submitted.at.unix_ms;
    if (age_ms / kDayMs >= *question.unanswered_over_days) marks.emplace_back("unanswered");
  }
  return marks;
}

CaseCount count_cases(const kernel::State& state, const CountQuestion& question,
                      const Reader& reader) {
  CaseCount counted;
  counted.question = question;
  counted.as_of = state.now();
  counted.size = state.size();
  counted.overlapping = question.by == CountBy::Authority;
  for (const auto& [id, of] : state.cases()) {
    if (!question.submitted.contains(of.submitted.at)) continue;
    if (!reader.sees(kernel::Sight::Case, of) || !reader.sees(kernel::Sight::Request, of)) continue;
    if (!counted.first || of.submitted.position < *counted.first) {
      counted.first = of.submitted.position;
    }
    const base::Instant until = answered_at(state, of).value_or(state.now());
    const std::int64_t age_s = (until.unix_ms - of.submitted.at.unix_ms) / 1000;
    const std::string outcome = outcome_of(of);
    const auto marks = marks_of(state, of, question);
    add(counted.total, age_s, outcome, marks);
    for (const std::string& key : keys_of(of, question.by)) {
      add(counted.rows[key], age_s, outcome, marks);
    }
  }
  return counted;
}

Json to_json(const CaseCount& counted) {
  Json json = base::json_object({{"by", base::json_text(name_of(counted.question.by))}});
  const base::Period& period = counted.question.submitted;
  json.members.push_back({"since", {}, base::json_text(base::to_text(period.from))});
  if (period.until != base::kDistantFuture) {
    json.members.push_back({"until", {}, base::json_text(base::to_text(period.until))});
  }
  json.members.push_back({"as_of", {}, base::json_text(base::to_text(counted.as_of))});
  if (counted.first) {
    json.members.push_back(
        {"first", {}, base::json_integer(static_cast<std::int64_t>(*counted.first))});
  }
  json.members.push_back({"size", {}, base::json_integer(static_cast<std::int64_t>(counted.size))});
  if (counted.question.unanswered_over_days) {
    json.members.push_back(
        {"unanswered_over_days", {}, base::json_integer(*counted.question.unanswered_over_days)});
  }
  json.members.push_back({"total", {}, json_of(counted.total)});
  std::vector<std::pair<std::string, Json>> rows;
  for (const auto& [key, row] : counted.rows) rows.emplace_back(key, json_of(row));
  json.members.push_back({"rows", {}, base::json_object(std::move(rows))});
  json.members.push_back({"overlapping", {}, base::json_bool(counted.overlapping)});
  return json;
}

std::string to_text(const CaseCount& counted) {
  std::vector<std::string> lines;
  add_lines("cases first submitted then, as they stand now:", counted.total, lines);
  for (const auto& [key, row] : counted.rows) {
    add_lines(fmt::format("{} {}:", name_of(counted.question.by), key), row, lines);
  }
  if (counted.overlapping) {
    lines.emplace_back(
        "a case stands under every authority with a part in it: rows add up to more");
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string to_csv(const CaseCount& counted) {
  const bool by = counted.question.by != CountBy::Nothing;
  std::string csv = csv_line({by ? std::string(name_of(counted.question.by)) : "cases", "kind",
                              "name", "count", "median_age_s"});
  add_records("", counted.total, csv);
  for (const auto& [key, row] : counted.rows) add_records(key, row, csv);
  return csv;
}

}  // namespace countersign::casework
