// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/lane_words.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kernel/terms.h"

namespace countersign::casework::internal {
namespace {

using internal::words_of;

// What an office said, beneath what it did.
void add_words(const std::string& text, const kernel::Provisos& provisos, std::string& line,
               const std::optional<registry::Marking>& marking = std::nullopt) {
  if (marking) line += fmt::format("\n      [{}]", marking->level.text());
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

// When the review of a consent in an emergency is due, or what it found.
void add_review(const kernel::Decision& decision, base::Instant now, Reviews reviews,
                std::string& line) {
  if (decision.body.outcome != kernel::DecisionOutcome::Emergency) return;
  if (decision.reviewed) {
    line += fmt::format("\n      reviewed by {}: {}", words_of(*decision.reviewed),
                        base::quoted(decision.findings));
    return;
  }
  line += fmt::format("\n      its review {} {}",
                      reviews == Reviews::Told && decision.is_overdue(now)
                          ? "was due, and is not there, by"
                          : "is due by",
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

}  // namespace

// A denial that is looked at again.
void describe_reconsideration(const kernel::Reconsideration& of, Lines& lines) {
  lines.push_back(fmt::format("  {} by {}: asked by {}\n      {}",
                              of.decided ? "looked at again" : "to be reconsidered",
                              of.authority.text(), words_of(of.asked), base::quoted(of.body.text)));
  if (!of.decided) {
    lines.emplace_back("    the denial stands until that is answered");
    return;
  }
  const bool upheld = of.answer->outcome == kernel::ReconsideredOutcome::Uphold;
  lines.push_back(fmt::format("    {} by {}{}\n      {}", upheld ? "upheld" : "set aside",
                              words_of(*of.decided), ground_in_words(of.answer->ground),
                              base::quoted(of.answer->text)));
  add_reasons(of.reasons, lines.back());
}

void describe_lane(const registry::PartyId& authority, const kernel::Lane& lane,
                   const kernel::AuthorityDetermination* now, base::Instant at, Reviews reviews,
                   StepLines steps, Lines& lines) {
  if (!lane.findings.empty()) describe_finding(authority, lane, now, lines);
  for (const kernel::Advice& advice : lane.advice) {
    std::string& line = steps[advice.done.position];
    line = fmt::format("    advice: {} {}{}", words_of(advice.done), words_of(advice.body.view),
                       advice.reconfirms ? ", as on an earlier version" : "");
    add_words(advice.body.text, advice.body.provisos, line, advice.body.marking);
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
    add_words(made.body.text, {}, line, made.body.marking);
  }
  for (const kernel::Decision& decision : lane.decisions) {
    std::string& line = steps[decision.done.position];
    line = fmt::format("    decision: {} {}{}{}", words_of(decision.done),
                       words_of(decision.body.outcome),
                       decision.body.resumes ? " that the grant goes on" : "",
                       decision.body.after ? " what " + decision.body.after->text() + " left open"
                                           : std::string());
    line += ground_in_words(decision.body.ground);
    add_review(decision, at, reviews, line);
    if (decision.set_aside) line += fmt::format("; set aside (entry {})", *decision.set_aside);
    add_words(decision.body.text, decision.body.provisos, line);
    add_reasons(decision.reasons, line);
    add_comparison(lane, decision, line);
  }
  for (const kernel::Consent& consent : lane.consents) {
    steps[consent.done.position] =
        fmt::format("    standing permission: {} consents", words_of(consent.done));
  }
  describe_oral(lane, steps);
  // Of another's lane only what was sent is there, without what it was concluded from.
  if (lane.findings.empty() && !steps.empty()) {
    lines.push_back(fmt::format("  {}:", authority.text()));
  }
  for (auto& [position, line] : steps) lines.push_back(std::move(line));
}

}  // namespace countersign::casework::internal
