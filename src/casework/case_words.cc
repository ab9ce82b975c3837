// SPDX-License-Identifier: Apache-2.0
#include "casework/case_words.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "casework/clock_words.h"
#include "casework/internal/exchange_words.h"
#include "casework/internal/grant_words.h"
#include "casework/internal/lane_words.h"
#include "kernel/terms.h"

namespace countersign::casework {
namespace {

using internal::add_window;
using internal::Lines;
using internal::names_of;
using internal::words_of;

void describe_request(const kernel::Request& request, const kernel::Done& asked,
                      std::vector<std::string>& lines) {
  std::string line = fmt::format("  {} asks to {}", request.requester.text(),
                                 words_of(request.action, request.quantity, request.item));
  if (request.recipient) line += " to " + request.recipient->text();
  if (request.end_user && request.end_user != request.recipient) {
    line += ", for " + request.end_user->text();
  }
  if (request.place) line += " at " + kernel::words_of(*request.place);
  add_window(request.window, line);
  lines.push_back(std::move(line));
  lines.push_back(fmt::format("    asked by {}", words_of(asked)));
  if (!request.used_with.empty()) lines.push_back("    with " + names_of(request.used_with));
  if (request.categories && !request.categories->empty()) {
    lines.push_back("    under the categories " + names_of(*request.categories));
  }
  for (const auto& source : request.data_sources.value_or(std::vector<registry::DataSource>())) {
    lines.push_back(fmt::format("    relying on the {} data of {}", source.kind.text(),
                                source.authority.text()));
  }
  if (request.funded_by && !request.funded_by->empty()) {
    lines.push_back("    funded by " + names_of(*request.funded_by));
  }
  if (request.needed_by) lines.push_back("    needed by " + base::to_text(*request.needed_by));
  if (request.priority) {
    lines.push_back(fmt::format("    {}: {}", kernel::name_of(request.priority->level),
                                base::quoted(request.priority->reason)));
  }
  if (request.purpose) lines.push_back("    purpose: " + base::quoted(*request.purpose));
}

// The request as it is now and, where it was amended, which version that is.
void describe_version(const kernel::Case& of, std::int64_t number, Lines& lines) {
  describe_request(of.request, of.stated(), lines);
  if (!of.amended) return;
  lines.push_back(fmt::format(
      "    this is version {}{}", number,
      of.amended_because.empty() ? std::string() : ": " + base::quoted(of.amended_because)));
}

// What was asked and said before, which binds no more. `numbers`: which versions these are.
void describe_earlier(const kernel::Case& of, const std::vector<std::int64_t>& numbers,
                      Lines& lines) {
  for (std::size_t i = 0; i < of.earlier.size(); ++i) {
    const kernel::EarlierVersion& version = of.earlier[i];
    Lines said;
    describe_request(version.request, version.done, said);
    for (const auto& [authority, lane] : version.lanes) {
      internal::describe_lane(authority, lane, nullptr, {}, internal::Reviews::Told, {}, said);
    }
    lines.push_back(fmt::format("  version {}, which binds no more:", numbers[i]));
    for (const std::string& line : said) lines.push_back("  " + line);
  }
}

// Which of the offices that are asked have holders who are away, and who acts for them.
void describe_absences(const std::vector<AbsentOffice>& absent, Lines& lines) {
  for (const AbsentOffice& one : absent) {
    std::string line = fmt::format("  {} is away until {} (entry {})", one.office.text(),
                                   base::to_text(one.until), one.notice);
    if (one.told) {
      line += one.acts ? fmt::format(": {} acts for it in this case", one.acts->text())
                       : ": nobody in its order of succession is left to act for it";
    }
    lines.push_back(std::move(line));
  }
}

// What keeps a pending case from being granted. Clerks sign when the grant is asked for, so their
// consents are none of it.
std::string waits_for(const kernel::State& state, const kernel::Case& of,
                      const kernel::Determined& now) {
  kernel::Case with = of;
  for (const auto& finding : now.determination.authorities) {
    kernel::Lane& lane = with.lanes[finding.authority];
    if (finding.outcome != kernel::Outcome::Authorised || lane.findings.empty()) continue;
    const kernel::Finding& last = lane.findings.back();
    lane.consents.push_back({{}, {last.commitment, last.position}});
  }
  const auto terms = kernel::check_terms(with, {*now.rules, now.determination, state.now()},
                                         std::nullopt, state.now());
  return terms ? "  nothing stands in the way of the grant: `countersign grant` issues it"
               : "  no grant yet: " + terms.error().message;
}

internal::StepLines queries_of(const kernel::Case& of, const registry::PartyId& authority) {
  internal::StepLines queries;
  for (const kernel::Query& query : of.queries) {
    if (query.authority == authority) internal::add_query(query, queries);
  }
  return queries;
}

// How it ended without a decision, or how it may go on.
void describe_end(const kernel::Case& of, const std::vector<std::int64_t>& numbers, Lines& lines) {
  if (of.status == kernel::CaseStatus::Returned) {
    lines.emplace_back(
        "  it waits for the requester, who may amend it (`countersign amend`) or withdraw it");
  }
  if (of.refused_by_silence) {
    lines.push_back("  denied: " + kernel::words_of(*of.refused_by_silence));
  }
  const bool denied = of.status == kernel::CaseStatus::Denied && !of.refused_by_silence;
  if (denied && !of.reconsideration) {
    lines.emplace_back(
        "  the requester may ask once that it be looked at again (`countersign reconsider`)");
  }
  describe_earlier(of, numbers, lines);
  if (!of.withdrawn) return;
  lines.push_back("  the requester took it back: " + words_of(*of.withdrawn));
  if (!of.withdrawn_because.empty()) lines.push_back("    " + base::quoted(of.withdrawn_because));
}

std::string say(const kernel::ClaimBody& body) {
  return fmt::format("{} of {}: {}", registry::name_of(body.basis), body.item.text(),
                     base::quoted(body.text));
}

void describe_claim(const kernel::CaseClaim& claim, Lines& lines) {
  std::string line = fmt::format(
      "  {} claims a say ({}{}){}; by {}", claim.authority.text(),
      claim.body.marking ? fmt::format("[{}] ", claim.body.marking->level.text()) : std::string(),
      say(claim.body), claim.withdrawn ? ", since withdrawn" : "", words_of(claim.done));
  internal::add_corrections(claim.corrections, [](const auto& body) { return say(body); }, line);
  lines.push_back(std::move(line));
}

// What the announced directives make of the part, and the time they give.
void describe_announced(const AnnouncedView& view, Lines& lines) {
  const kernel::AuthorityRequesterView& said = view.said;
  lines.push_back(fmt::format("  {}: {}{}", said.authority.text(), kernel::words_of(said.shown),
                              internal::approvals_of(said.approvals)));
  for (const kernel::Ground& ground : said.grounds) lines.push_back("    - " + ground.sentence);
  if (!said.advisories.empty()) {
    lines.push_back("    with the advisories " + names_of(said.advisories));
  }
  for (const AnnouncedTime& time : view.times) {
    lines.push_back(fmt::format(
        "    {} gives {} time for its advice {}; {}", time.directive.text(), time.office.text(),
        registry::words_of(time.silence, registry::Awaited::Advice),
        time.due ? "that is, until " + base::to_text(*time.due)
                 : std::string("its clock stands still until the requester has answered")));
  }
  for (const kernel::DecisionDeadline& deadline : said.deadlines) {
    lines.push_back(
        fmt::format("    {} gives {} time for its decision, once it has the advice it asks for: {}",
                    deadline.directive.text(), said.authority.text(),
                    registry::words_of(*deadline.silence, registry::Awaited::Decision)));
  }
  if (said.stock_left_out) lines.push_back(fmt::format("    {}", kernel::kNoStockFigure));
}

}  // namespace

std::string describe_case(const kernel::State& state, const SeenCase& seen) {
  const kernel::Case& of = seen.of;
  Lines lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  if (seen.request) {
    describe_version(of, seen.version, lines);
  } else {
    lines.push_back(fmt::format("  asked by {}; what is asked is not shown to you",
                                of.request.requester.text()));
  }
  for (const auto& [authority, lane] : of.lanes) {
    const auto at = seen.now.find(authority);
    const bool whole = seen.whole.contains(authority);
    internal::describe_lane(authority, lane, at == seen.now.end() ? nullptr : &at->second,
                            state.now(),
                            whole ? internal::Reviews::Told : internal::Reviews::DueOnly,
                            queries_of(of, authority), lines);
    if (!whole) continue;
    for (std::string& line : clock_lines(state, *state.find(of.id), authority)) {
      lines.push_back(std::move(line));
    }
  }
  describe_absences(seen.absent, lines);
  for (const AnnouncedView& view : seen.announced) describe_announced(view, lines);
  for (const std::string& note : kernel::came_after_approvals(of)) {
    lines.push_back("  note: " + note);
  }
  if (of.reconsideration) internal::describe_reconsideration(*of.reconsideration, lines);
  for (const kernel::CaseClaim& claim : of.claims) describe_claim(claim, lines);
  if (seen.refused_at) {
    lines.push_back(fmt::format("  refused at {}: the time for an answer was over",
                                base::to_text(*seen.refused_at)));
  }
  describe_end(of, seen.earlier, lines);
  if (of.rest) {
    lines.push_back(
        fmt::format("  what {} left open may still be decided, in this case", of.rest->text()));
  }
  for (const auto& [id, grant] : seen.grants) {
    internal::describe_grant(grant, state.now(), lines);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string describe_case(const kernel::State& state, const kernel::Case& of) {
  Lines lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  describe_version(of, of.version(), lines);
  const bool pending = of.status == kernel::CaseStatus::Pending;
  std::optional<kernel::Determined> now;
  if (pending) {
    auto determined = state.determine(of.request, state.now());
    if (determined) now = std::move(determined.value());
  }
  for (const auto& [authority, lane] : of.lanes) {
    internal::describe_lane(authority, lane, now ? now->determination.find(authority) : nullptr,
                            state.now(), internal::Reviews::Told, queries_of(of, authority), lines);
    for (std::string& line : clock_lines(state, of, authority)) lines.push_back(std::move(line));
  }
  if (now) {
    for (const auto& finding : now->determination.authorities) {
      describe_absences(absent_offices(state, of, finding, true), lines);
    }
  }
  for (const std::string& note : kernel::came_after_approvals(of)) {
    lines.push_back("  note: " + note);
  }
  if (of.reconsideration) internal::describe_reconsideration(*of.reconsideration, lines);
  for (const kernel::CaseClaim& claim : of.claims) {
    describe_claim(claim, lines);
  }
  std::vector<std::int64_t> numbers(of.earlier.size());
  std::iota(numbers.begin(), numbers.end(), 1);
  describe_end(of, numbers, lines);
  if (now) lines.push_back(waits_for(state, of, *now));
  if (of.rest) {
    lines.push_back(fmt::format("  what {} left open may be decided: `countersign decide --rest`",
                                of.rest->text()));
  }
  for (const registry::GrantId& id : of.grants) {
    internal::describe_grant(*state.find(id), state.now(), lines);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string describe_earlier(const kernel::LegacyCase& earlier) {
  const kernel::LegacyBody& body = earlier.body;
  const bool approved = body.outcome == kernel::DecisionOutcome::Approve;
  std::string text = fmt::format(
      "{}: {} before this ledger began, at {}, by {}\n  {} asked to {}{}{}", body.id.text(),
      approved ? "approved" : "denied", base::to_text(body.decided_at),
      base::quoted(body.decided_by), body.what.requester.text(),
      words_of(body.what.action, body.what.quantity, body.what.item),
      body.what.recipient ? " to " + body.what.recipient->text() : "", words_of(body.place));
  if (approved) text += fmt::format("\n  {} of them count towards tallies", body.counts);
  if (!body.text.empty()) text += "\n  " + base::quoted(body.text);
  return text + fmt::format("\n  as {} says, {}\n  it is no grant: nothing can be drawn under it",
                            earlier.authority.text(), words_of(earlier.done));
}

}  // namespace countersign::casework
