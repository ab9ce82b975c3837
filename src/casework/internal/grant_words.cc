// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/grant_words.h"

namespace countersign::casework::internal {
namespace {

std::string say(const kernel::DrawBody& body) {
  std::string words = fmt::format("{}{}", body.quantity, words_of(body.place));
  if (!body.categories.empty()) words += " under " + names_of(body.categories);
  return words;
}

std::string say(const kernel::ReportBody& body) {
  std::string words = fmt::format("{} used at {}", body.quantity, base::to_text(body.at));
  if (body.place) words += ", " + kernel::words_of(*body.place);
  if (!body.categories.empty()) words += ", under " + names_of(body.categories);
  if (body.allotment) words += fmt::format(", from the allotment in entry {}", *body.allotment);
  if (!body.text.empty()) words += ": " + base::quoted(body.text);
  return words;
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

std::string rules_of(const std::vector<base::Refusal>& reasons) {
  std::vector<std::string_view> rules;
  for (const base::Refusal& reason : reasons) rules.push_back(reason.rule);
  return rules.empty() ? "inside the grant" : fmt::format("{}", fmt::join(rules, ", "));
}

void describe_use(const kernel::UseReport& report, Lines& lines) {
  std::string line =
      fmt::format("    reported: {}; by {}", say(report.body), words_of(report.done));
  add_corrections(report.corrections, [](const auto& body) { return say(body); }, line);
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
                                 say(draw.body), words_of(draw.done));
  add_corrections(draw.corrections, [](const auto& body) { return say(body); }, line);
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

}  // namespace

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
    add_reasons(grant.suspended->reasons, lines.back());
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
  add_reasons(grant.revoked_reasons, lines.back());
}

}  // namespace countersign::casework::internal
