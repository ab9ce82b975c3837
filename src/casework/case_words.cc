// SPDX-License-Identifier: Apache-2.0
#include "casework/case_words.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "casework/clock_words.h"
#include "casework/internal/exchange_words.h"
#include "kernel/acting.h"
#include "kernel/terms.h"

namespace countersign::casework {
namespace {

using Lines = std::vector<std::string>;

using internal::words_of;

template <class Id>
std::string names_of(const std::vector<Id>& ids, std::string_view between = ", ") {
  std::vector<std::string_view> names;
  for (const Id& id : ids) names.push_back(id.text());
  return fmt::format("{}", fmt::join(names, between));
}

std::string words_of(const base::Period& period) {
  Lines ends;
  if (period.from != base::kDistantPast) ends.push_back("from " + base::to_text(period.from));
  if (period.until != base::kDistantFuture) ends.push_back("until " + base::to_text(period.until));
  return fmt::format("{}", fmt::join(ends, " "));
}

void add_window(const base::Period& window, std::string& line) {
  if (window != base::Period{}) line += ", " + words_of(window);
}

std::string words_of(const std::vector<geo::Place>& places) {
  std::vector<std::string> each;
  for (const geo::Place& place : places) each.push_back(kernel::words_of(place));
  return fmt::format("{}", fmt::join(each, " and within "));
}

// An act in words: "use 2 ATACMS at 51.73 N 36.19 E, give or take 100 m".
std::string words_of(registry::Action action, std::int64_t quantity, const registry::ItemId& item) {
  return fmt::format("{} {} {}", registry::name_of(action), quantity, item.text());
}

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

std::string_view words_of(kernel::Remainder remainder) {
  return remainder == kernel::Remainder::Open
             ? "what this leaves out of the request stays open, and may be decided later"
             : "what this leaves out of the request is refused";
}

// What an office said, beneath what it did.
void add_words(const std::string& text, const kernel::Provisos& provisos, std::string& line) {
  if (provisos.quantity) line += fmt::format("\n      at most {}", *provisos.quantity);
  if (!provisos.places.empty()) line += "\n      within " + words_of(provisos.places);
  if (provisos.window) line += "\n      " + words_of(*provisos.window);
  if (provisos.categories) {
    line += provisos.categories->empty() ? "\n      under no category"
                                         : "\n      only under " + names_of(*provisos.categories);
  }
  for (const std::string& condition : provisos.text)
    line += "\n      on condition: " + base::quoted(condition);
  if (provisos.remainder) line += fmt::format("\n      {}", words_of(*provisos.remainder));
  if (!text.empty()) line += "\n      " + base::quoted(text);
}

std::string_view words_of(kernel::AdviceView view) {
  switch (view) {
    case kernel::AdviceView::Concur:
      return "concurs";
    case kernel::AdviceView::ConcurWithProvisos:
      return "concurs with provisos";
    case kernel::AdviceView::DoNotConcur:
      return "does not concur";
    case kernel::AdviceView::NoComment:
      return "has no comment";
  }
  return {};
}

std::string_view words_of(kernel::DecisionOutcome outcome) {
  switch (outcome) {
    case kernel::DecisionOutcome::Approve:
      return "approves";
    case kernel::DecisionOutcome::Deny:
      return "denies";
    case kernel::DecisionOutcome::Return:
      return "returns it, for the requester to amend";
    case kernel::DecisionOutcome::Recall:
      return "recalls its approval";
    case kernel::DecisionOutcome::StrikeOut:
      return "strikes it out of a joint decision: it stays undecided";
    case kernel::DecisionOutcome::Emergency:
      return "consents in an emergency";
  }
  return {};
}

std::string approvals_of(const std::vector<std::vector<registry::OfficeId>>& sets) {
  std::vector<std::string> alternatives;
  for (const auto& set : sets) alternatives.push_back(names_of(set, " and "));
  return alternatives.empty() ? std::string()
                              : fmt::format(" by {}", fmt::join(alternatives, ", or by "));
}

void describe_finding(const registry::PartyId& authority, const kernel::Lane& lane,
                      const kernel::AuthorityDetermination* now, Lines& lines) {
  const kernel::Finding& last = lane.findings.back();
  const kernel::Fingerprint& finding = last.fingerprint;
  lines.push_back(fmt::format("  {}: {}{} (determined in entry {})", authority.text(),
                              kernel::words_of(finding.outcome), approvals_of(finding.approvals),
                              last.position));
  for (const kernel::ProcedureDemand& demand : finding.procedure) {
    lines.push_back(fmt::format(
        "    {} must {} before the decision ({})", demand.office.text(),
        demand.kind == registry::AdviceDemand::Kind::In ? "have given its advice" : "concur",
        demand.directive.text()));
    if (demand.silence) {
      lines.back() += "; " + registry::words_of(*demand.silence, registry::Awaited::Advice);
    }
  }
  for (const kernel::DecisionDeadline& deadline : finding.deadlines) {
    lines.push_back(
        fmt::format("    the decision ({}): {}", deadline.directive.text(),
                    registry::words_of(*deadline.silence, registry::Awaited::Decision)));
  }
  if (now == nullptr) return;
  const auto changed = kernel::differences(finding, now->fingerprint());
  if (changed.empty()) return;
  lines.push_back(fmt::format("    since then {} changed; now: {}{}", fmt::join(changed, ", "),
                              kernel::words_of(now->outcome), approvals_of(now->approvals)));
}

// `steps` are lines that stand between the lane's own.
// What one office advised as a condition, set against what was decided.
void compare(const kernel::Advice& advice, const kernel::Provisos& decided, bool overridden,
             std::string& line) {
  for (const kernel::ProvisoChange& change :
       kernel::compare_provisos(decided, advice.body.provisos)) {
    std::string words = "kept";
    if (change.kind == kernel::ProvisoChange::Kind::Tightened) words = "made stricter";
    if (change.kind == kernel::ProvisoChange::Kind::Weakened) {
      words = overridden ? "weakened, by a signed override" : "weakened";
    }
    std::string said;
    add_words({}, change.advised, said);
    // One part of the advice is one line of words.
    line += fmt::format("\n      of the advice in entry {}, {}: {}", advice.done.position, words,
                        said.substr(said.find_first_not_of("\n ")));
  }
}

// Against the conditions that were advised before the decision, what became of each.
void add_comparison(const kernel::Lane& lane, const kernel::Decision& decision, std::string& line) {
  if (decision.body.outcome != kernel::DecisionOutcome::Approve) return;
  const kernel::Position before = decision.done.position;
  std::map<registry::OfficeId, const kernel::Advice*> latest;
  for (const kernel::Advice& advice : lane.advice) {
    if (advice.done.position < before) latest[advice.done.signer.office] = &advice;
  }
  for (const auto& [office, advice] : latest) {
    const bool overridden =
        std::any_of(lane.overrides.begin(), lane.overrides.end(), [&](const auto& made) {
          return made.done.position < before && made.body.advice == advice->done.statement &&
                 made.done.signer.office == decision.done.signer.office;
        });
    compare(*advice, decision.body.provisos, overridden, line);
  }
}

std::string ground_in_words(const std::string& code) {
  return code.empty() ? std::string() : fmt::format(", ground {}", code);
}

// A denial that is looked at again.
void describe_reconsideration(const kernel::Reconsideration& of, Lines& lines) {
  lines.push_back(fmt::format("  to be reconsidered by {}: asked by {}\n      {}",
                              of.authority.text(), words_of(of.asked), base::quoted(of.body.text)));
  if (!of.decided) {
    lines.emplace_back("    the denial stands until that is answered");
    return;
  }
  const bool upheld = of.answer->outcome == kernel::ReconsideredOutcome::Uphold;
  lines.push_back(fmt::format("    {} by {}{}\n      {}", upheld ? "upheld" : "set aside",
                              words_of(*of.decided), ground_in_words(of.answer->ground),
                              base::quoted(of.answer->text)));
}

// When the review of a consent in an emergency is due, or what it found.
void add_review(const kernel::Decision& decision, base::Instant now, std::string& line) {
  if (decision.body.outcome != kernel::DecisionOutcome::Emergency) return;
  if (decision.reviewed) {
    line += fmt::format("\n      reviewed by {}: {}", words_of(*decision.reviewed),
                        base::quoted(decision.findings));
    return;
  }
  line += fmt::format("\n      its review {} {}",
                      decision.is_overdue(now) ? "was due, and is not there, by" : "is due by",
                      base::to_text(*decision.body.review_by));
}

// What an office said, by who wrote it up.
void describe_oral(const kernel::Lane& lane, std::map<kernel::Position, std::string>& steps) {
  std::map<std::pair<registry::OfficeId, base::Instant>, int> persons;
  for (const kernel::OralNote& note : lane.oral) {
    const int number = ++persons[{note.body.office, note.body.said_at}];
    steps[note.done.position] = fmt::format(
        "    oral, not a consent yet: {} is said to have consented at {}; written up by {} ({} of "
        "2)\n      {}",
        note.body.office.text(), base::to_text(note.body.said_at), words_of(note.done),
        std::min(number, 2), base::quoted(note.body.text));
  }
}

void describe_lane(const registry::PartyId& authority, const kernel::Lane& lane,
                   const kernel::AuthorityDetermination* now, base::Instant now_at,
                   internal::StepLines steps, Lines& lines) {
  if (!lane.findings.empty()) describe_finding(authority, lane, now, lines);
  for (const kernel::Advice& advice : lane.advice) {
    std::string& line = steps[advice.done.position];
    line = fmt::format("    advice: {} {}{}", words_of(advice.done), words_of(advice.body.view),
                       advice.reconfirms ? ", as on an earlier version" : "");
    add_words(advice.body.text, advice.body.provisos, line);
    if (advice.corrects) {
      line += fmt::format("\n      corrects entry {}, which was mistaken: {}", *advice.corrects,
                          base::quoted(advice.why));
    }
    const kernel::Advice* last = lane.advice_of(advice.done.signer.office);
    if (last != &advice) {
      line += fmt::format("\n      replaced by the advice in entry {}", last->done.position);
    }
  }
  for (const kernel::Override& made : lane.overrides) {
    std::string& line = steps[made.done.position];
    line = fmt::format("    override: {} decides against advice{}", words_of(made.done),
                       ground_in_words(made.body.ground));
    add_words(made.body.text, {}, line);
  }
  for (const kernel::Decision& decision : lane.decisions) {
    std::string& line = steps[decision.done.position];
    line = fmt::format("    decision: {} {}{}{}", words_of(decision.done),
                       words_of(decision.body.outcome),
                       decision.body.resumes ? " that the grant goes on" : "",
                       decision.body.after ? " what " + decision.body.after->text() + " left open"
                                           : std::string());
    line += ground_in_words(decision.body.ground);
    add_review(decision, now_at, line);
    if (decision.set_aside) line += fmt::format("; set aside (entry {})", *decision.set_aside);
    add_words(decision.body.text, decision.body.provisos, line);
    add_comparison(lane, decision, line);
  }
  for (const kernel::Consent& consent : lane.consents) {
    steps[consent.done.position] =
        fmt::format("    standing permission: {} consents", words_of(consent.done));
  }
  describe_oral(lane, steps);
  for (auto& [position, line] : steps) lines.push_back(std::move(line));
}

// The request as it is now and, where it was amended, since when.
void describe_version(const kernel::Case& of, Lines& lines) {
  describe_request(of.request, of.stated(), lines);
  if (!of.amended) return;
  lines.push_back(fmt::format(
      "    this is version {}{}", of.version(),
      of.amended_because.empty() ? std::string() : ": " + base::quoted(of.amended_because)));
}

// What was asked and said before, which binds no more.
void describe_earlier(const kernel::Case& of, Lines& lines) {
  for (std::size_t i = 0; i < of.earlier.size(); ++i) {
    const kernel::EarlierVersion& version = of.earlier[i];
    Lines said;
    describe_request(version.request, version.done, said);
    for (const auto& [authority, lane] : version.lanes) {
      describe_lane(authority, lane, nullptr, {}, {}, said);
    }
    lines.push_back(fmt::format("  version {}, which binds no more:", i + 1));
    for (const std::string& line : said) lines.push_back("  " + line);
  }
}

// Who acts for the offices that are asked and whose holders are away.
void describe_absences(const kernel::State& state, const kernel::Case& of,
                       const kernel::Determined& now, Lines& lines) {
  const auto tell = [&](const registry::PartyId& authority, const registry::OfficeId& office,
                        kernel::EntryKind kind) {
    const kernel::Entered* entered = state.authorities().find(authority);
    const auto* away = entered == nullptr ? nullptr : entered->absence_of(office, state.now());
    if (away == nullptr) return;
    const auto turn =
        kernel::whose_turn(state.authorities(), of, authority, office, kind, state.now());
    lines.push_back(fmt::format("  {} is away until {} (entry {}): {}", office.text(),
                                base::to_text(away->period.until), away->position,
                                turn ? turn->text() + " acts for it in this case"
                                     : "nobody in its order of succession is left to act for it"));
  };
  for (const auto& finding : now.determination.authorities) {
    std::set<registry::OfficeId> asked;
    for (const auto& set : finding.approvals) asked.insert(set.begin(), set.end());
    for (const auto& office : asked) tell(finding.authority, office, kernel::EntryKind::Decision);
    for (const auto& demand : finding.procedure) {
      tell(finding.authority, demand.office, kernel::EntryKind::Advice);
    }
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

void describe_scope(const kernel::GrantRecord& grant, Lines& lines) {
  const kernel::Scope& scope = grant.scope;
  if (scope.emergency) lines.emplace_back("    EMERGENCY: consented to in an emergency");
  std::string line = fmt::format("    {} may {}", scope.holder.text(),
                                 words_of(scope.action, scope.quantity, scope.item));
  if (scope.recipient) line += " to " + scope.recipient->text();
  if (!scope.places.empty()) line += " within " + words_of(scope.places);
  add_window(scope.window, line);
  lines.push_back(std::move(line));
  if (!scope.categories.empty()) {
    lines.push_back("    under no categories but " + names_of(scope.categories));
  }
  lines.push_back("    by the consent of " + names_of(grant.authorities));
  if (grant.after) lines.push_back("    of what " + grant.after->text() + " left open");
  if (grant.remainder) lines.push_back(fmt::format("    {}", words_of(*grant.remainder)));
}

std::string words_of(const std::optional<geo::Place>& place) {
  return place ? " at " + kernel::words_of(*place) : std::string();
}

std::string words_of(const kernel::DrawBody& body) {
  std::string words = fmt::format("{}{}", body.quantity, words_of(body.place));
  if (!body.categories.empty()) words += " under " + names_of(body.categories);
  return words;
}

std::string words_of(const kernel::ReportBody& body) {
  std::string words = fmt::format("{} used at {}", body.quantity, base::to_text(body.at));
  if (body.place) words += ", " + kernel::words_of(*body.place);
  if (!body.categories.empty()) words += ", under " + names_of(body.categories);
  if (body.allotment) words += fmt::format(", from the allotment in entry {}", *body.allotment);
  if (!body.text.empty()) words += ": " + base::quoted(body.text);
  return words;
}

std::string words_of(const kernel::ClaimBody& body) {
  return fmt::format("{} of {}: {}", registry::name_of(body.basis), body.item.text(),
                     base::quoted(body.text));
}

// What an entry said before, struck out, and who put it right.
template <class Body>
void add_corrections(const std::vector<kernel::Corrected<Body>>& corrections, std::string& line) {
  for (const kernel::Corrected<Body>& correction : corrections) {
    line += fmt::format("\n      [struck out: {}]\n      corrected by {}: {}",
                        words_of(correction.mistaken), words_of(correction.done),
                        base::quoted(correction.why));
  }
}

std::string rules_of(const std::vector<base::Refusal>& reasons) {
  std::vector<std::string_view> rules;
  for (const base::Refusal& reason : reasons) rules.push_back(reason.rule);
  return rules.empty() ? "inside the grant" : fmt::format("{}", fmt::join(rules, ", "));
}

void describe_use(const kernel::UseReport& report, Lines& lines) {
  std::string line =
      fmt::format("    reported: {}; by {}", words_of(report.body), words_of(report.done));
  add_corrections(report.corrections, line);
  if (report.evaluated_again) {
    line += fmt::format("\n      [struck out: {}]\n      looked at again with entry {}: {}",
                        rules_of(report.first_discrepancies), *report.evaluated_again,
                        rules_of(report.discrepancies));
  }
  for (const base::Refusal& reason : report.discrepancies) {
    line += fmt::format("\n      discrepancy ({}): {}", reason.rule, reason.message);
  }
  if (report.closed) {
    line += fmt::format("\n      closed by {}: {}", words_of(*report.closed),
                        base::quoted(report.closed_because));
  } else if (report.open()) {
    line += "\n      open";
  }
  lines.push_back(std::move(line));
}

void describe_draw(const kernel::GrantRecord& grant, const kernel::Draw& draw, base::Instant now,
                   Lines& lines) {
  std::string line = fmt::format("    {}: {}; by {}", draw.allotment ? "allotted" : "drawn",
                                 words_of(draw.body), words_of(draw.done));
  add_corrections(draw.corrections, line);
  if (draw.allotment) {
    const kernel::Allotment& allotment = *draw.allotment;
    line += fmt::format("\n      to {}, until {}", base::quoted(allotment.to),
                        base::to_text(allotment.until));
    if (const std::int64_t unused = grant.unused(draw); unused > 0) {
      line += fmt::format("; {} neither reported as used nor given back{}", unused,
                          now < allotment.until ? "" : ": counted as drawn");
    }
    for (const kernel::GivenBack& part : allotment.given_back) {
      line += fmt::format("\n      {} given back by {}{}", part.body.quantity, words_of(part.done),
                          part.body.text.empty() ? "" : ": " + base::quoted(part.body.text));
    }
  }
  lines.push_back(std::move(line));
}

void describe_check(const kernel::EndUseCheck& check, base::Instant now, Lines& lines) {
  std::string line = fmt::format("    end-use check: {} is to look, by {}: {}; asked for by {}",
                                 check.body.checker.text(), base::to_text(check.body.due),
                                 base::quoted(check.body.text), words_of(check.requested));
  if (!check.done) line += check.overdue(now) ? "\n      overdue" : "\n      not done yet";
  if (check.done) {
    const bool confirmed = check.found.finding == kernel::CheckFinding::Confirmed;
    line += fmt::format("\n      done at {}: {} {}; {}", base::to_text(check.found.at),
                        confirmed ? "confirmed" : "a discrepancy,", base::quoted(check.found.text),
                        words_of(*check.done));
  }
  if (check.closed) {
    line += fmt::format("\n      closed by {}: {}", words_of(*check.closed),
                        base::quoted(check.closed_because));
  } else if (check.open()) {
    line += "\n      open";
  }
  lines.push_back(std::move(line));
}

void describe_grant(const kernel::GrantRecord& grant, base::Instant now, Lines& lines) {
  const kernel::GrantStatus status = kernel::status_of(grant, now);
  lines.push_back(fmt::format("  grant {}: {}, {} of {} left (entry {})", grant.id.text(),
                              kernel::name_of(status), grant.left(), grant.scope.quantity,
                              grant.position));
  describe_scope(grant, lines);
  for (const std::string& text : grant.scope.text) {
    const bool open = !grant.unacknowledged({text}, now).empty();
    lines.push_back(fmt::format("    on condition: {}{}", base::quoted(text),
                                open ? "; the holder has not acknowledged it" : ""));
  }
  for (const kernel::Acknowledgement& made : grant.acknowledgements) {
    lines.push_back(fmt::format("    conditions acknowledged by {}", words_of(made.done)));
  }
  if (grant.suspended) {
    lines.push_back(fmt::format("    suspended since {}: {}", base::to_text(grant.suspended->at),
                                grant.suspended->why));
  }
  for (const kernel::Draw& draw : grant.draws) describe_draw(grant, draw, now, lines);
  for (const kernel::UseReport& report : grant.reports) describe_use(report, lines);
  if (grant.surrendered) {
    lines.push_back(fmt::format("    given up by {}{}", words_of(*grant.surrendered),
                                grant.surrendered_because.empty()
                                    ? std::string()
                                    : ": " + base::quoted(grant.surrendered_because)));
  }
  for (const kernel::EndUseCheck& check : grant.checks) describe_check(check, now, lines);
  if (!grant.revoked) return;
  lines.push_back(
      fmt::format("    revoked by {}: \"{}\"; {}", words_of(*grant.revoked), grant.revoked_because,
                  grant.acknowledged ? "acknowledged by " + words_of(*grant.acknowledged)
                                     : "the holder has not acknowledged it"));
}

void describe_announced(const kernel::AuthorityRequesterView& view, Lines& lines) {
  lines.push_back(fmt::format("  {}: {}{}", view.authority.text(), kernel::words_of(view.shown),
                              approvals_of(view.approvals)));
  for (const kernel::Ground& ground : view.grounds) {
    lines.push_back("    - " + ground.sentence);
  }
}

void describe_claim(const kernel::CaseClaim& claim, Lines& lines) {
  std::string line = fmt::format("  {} claims a say ({}){}", claim.authority.text(),
                                 words_of(claim.body), claim.withdrawn ? ", since withdrawn" : "");
  add_corrections(claim.corrections, line);
  lines.push_back(std::move(line));
}

}  // namespace

void internal::add_request(const kernel::Request& request, const kernel::Done& asked,
                           std::vector<std::string>& lines) {
  describe_request(request, asked, lines);
}

std::string describe_case(const SeenCase& seen, base::Instant now) {
  const kernel::Case& of = seen.of;
  Lines lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  if (seen.request) {
    describe_request(of.request, of.stated(), lines);
    if (of.amended) lines.emplace_back("    stated anew since it was first asked");
  } else {
    lines.push_back(fmt::format("  asked by {}; what is asked is not shown to you",
                                of.request.requester.text()));
  }
  for (const auto& [authority, lane] : of.lanes) {
    const auto at = seen.now.find(authority);
    // Of another's lane only what was sent is there, without what it was concluded from.
    internal::StepLines queries;
    for (const kernel::Query& query : of.queries) {
      if (query.authority == authority) internal::add_query(query, queries);
    }
    const bool steps = !(lane.decisions.empty() && lane.consents.empty() && queries.empty());
    if (lane.findings.empty() && steps) lines.push_back(fmt::format("  {}:", authority.text()));
    describe_lane(authority, lane, at == seen.now.end() ? nullptr : &at->second, now,
                  std::move(queries), lines);
  }
  for (const kernel::AuthorityRequesterView& view : seen.announced) {
    describe_announced(view, lines);
  }
  for (const std::string& note : kernel::came_after_approvals(of)) {
    lines.push_back("  note: " + note);
  }
  for (const kernel::CaseClaim& claim : of.claims) describe_claim(claim, lines);
  for (const auto& [id, grant] : seen.grants) describe_grant(grant, now, lines);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string describe_case(const kernel::State& state, const kernel::Case& of) {
  Lines lines;
  lines.push_back(fmt::format("{}: {}", of.id.text(), kernel::name_of(of.status)));
  describe_version(of, lines);
  const bool pending = of.status == kernel::CaseStatus::Pending;
  std::optional<kernel::Determined> now;
  if (pending) {
    auto determined = state.determine(of.request, state.now());
    if (determined) now = std::move(determined.value());
  }
  for (const auto& [authority, lane] : of.lanes) {
    internal::StepLines queries;
    for (const kernel::Query& query : of.queries) {
      if (query.authority == authority) internal::add_query(query, queries);
    }
    describe_lane(authority, lane, now ? now->determination.find(authority) : nullptr, state.now(),
                  std::move(queries), lines);
    for (std::string& line : clock_lines(state, of, authority)) lines.push_back(std::move(line));
  }
  if (now) describe_absences(state, of, *now, lines);
  for (const std::string& note : kernel::came_after_approvals(of)) {
    lines.push_back("  note: " + note);
  }
  if (of.reconsideration) describe_reconsideration(*of.reconsideration, lines);
  for (const kernel::CaseClaim& claim : of.claims) {
    describe_claim(claim, lines);
  }
  if (of.status == kernel::CaseStatus::Returned) {
    lines.push_back(
        "  it waits for the requester, who may amend it (`countersign amend`) or withdraw it");
  }
  if (of.refused_by_silence) {
    lines.push_back("  denied: " + kernel::words_of(*of.refused_by_silence));
  }
  describe_earlier(of, lines);
  if (of.withdrawn) {
    lines.push_back("  the requester took it back: " + words_of(*of.withdrawn));
    if (!of.withdrawn_because.empty()) lines.push_back("    " + base::quoted(of.withdrawn_because));
  }
  if (now) lines.push_back(waits_for(state, of, *now));
  if (of.rest) {
    lines.push_back(fmt::format("  what {} left open may be decided: `countersign decide --rest`",
                                of.rest->text()));
  }
  for (const registry::GrantId& id : of.grants) {
    describe_grant(*state.find(id), state.now(), lines);
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
