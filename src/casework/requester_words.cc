// SPDX-License-Identifier: Apache-2.0
#include "casework/requester_words.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "casework/internal/exchange_words.h"
#include "kernel/answers.h"
#include "kernel/clock.h"
#include "kernel/views.h"

namespace countersign::casework {
namespace {

using Lines = std::vector<std::string>;

void add_indented(const std::string& text, Lines& lines) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back("  " + text.substr(begin, end - begin));
    begin = end + 1;
  }
}

// When what the directive gives begins: with the request, or with the directive where that came
// later. That advice is in is nobody's business here, so that the decision's time has no dates.
void add_times(const kernel::State& state, const kernel::Case& of,
               const kernel::AuthorityRequesterView& view, Lines& lines) {
  const auto rules = state.rules_at(state.now());
  const registry::AuthorityView* authority = rules->view().find(view.authority);
  const auto pauses = kernel::pauses_of(of, view.authority, state.now());
  const registry::AuthorityRegister* held = rules->registers().find(view.authority);
  if (authority == nullptr || held == nullptr) return;
  for (const kernel::ProcedureDemand& demand : view.procedure) {
    const registry::DirectiveInForce* directive = authority->find(demand.directive);
    if (directive == nullptr) continue;
    const base::Instant from = std::max(of.stated().at, directive->effective.from);
    const auto due = registry::end_of(demand.silence->deadline, from, kernel::clipped(pauses, from),
                                      held->calendars);
    lines.push_back(fmt::format(
        "  {} gives {} time for its advice {}; {}", demand.directive.text(), demand.office.text(),
        registry::words_of(*demand.silence, registry::Awaited::Advice),
        due ? "that is, until " + base::to_text(*due)
            : std::string("its clock stands still until you have answered")));
  }
  for (const kernel::DecisionDeadline& deadline : view.deadlines) {
    lines.push_back(
        fmt::format("  {} gives {} time for its decision, once it has the advice it asks for: {}",
                    deadline.directive.text(), view.authority.text(),
                    registry::words_of(*deadline.silence, registry::Awaited::Decision)));
  }
}

// The signed outcome, with the text that is the requester's.
void add_outcome(const kernel::Case& of, Lines& lines) {
  if (of.refused_by_silence) {
    lines.push_back(fmt::format("  refused at {}: the time for an answer was over",
                                base::to_text(of.refused_by_silence->at)));
  }
  for (const auto& [authority, lane] : of.lanes) {
    for (const kernel::Decision& decision : lane.decisions) {
      const bool denied = decision.body.outcome == kernel::DecisionOutcome::Deny;
      if (!denied && decision.body.outcome != kernel::DecisionOutcome::Return) continue;
      lines.push_back(fmt::format("  {} {} it", internal::words_of(decision.done),
                                  denied ? "denied" : "returned"));
      if (!decision.body.text.empty()) lines.push_back("    " + base::quoted(decision.body.text));
    }
  }
  if (of.status == kernel::CaseStatus::Returned) {
    lines.push_back("  amend it (`countersign amend`), or withdraw it");
  }
}

}  // namespace

std::string describe_for_requester(const kernel::State& state, const kernel::Case& of) {
  Lines lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  internal::add_request(of.request, of.stated(), lines);
  if (of.version() > 1) lines.push_back(fmt::format("    this is version {}", of.version()));
  for (std::size_t i = 0; i < of.earlier.size(); ++i) {
    Lines said;
    internal::add_request(of.earlier[i].request, of.earlier[i].done, said);
    lines.push_back(fmt::format("  version {}, which binds no more:", i + 1));
    for (const std::string& line : said) lines.push_back("  " + line);
  }
  internal::StepLines exchanged;
  for (const kernel::Query& query : of.queries) internal::add_query(query, exchanged);
  for (const auto& [position, line] : exchanged) lines.push_back(line);
  if (of.status == kernel::CaseStatus::Pending) {
    const auto view = kernel::requester_view(*state.rules_at(state.now()), of.request);
    if (view) {
      add_indented(kernel::to_text(view.value()), lines);
      for (const auto& authority : view.value().authorities) {
        add_times(state, of, authority, lines);
      }
    }
  }
  add_outcome(of, lines);
  for (const registry::GrantId& id : of.grants) {
    lines.push_back(fmt::format("  grant {}: {}", id.text(),
                                kernel::name_of(kernel::status_of(*state.find(id), state.now()))));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace countersign::casework
