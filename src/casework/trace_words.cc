// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/internal/traced_use.h"
#include "casework/trace.h"

namespace countersign::casework {
namespace {

using registry::ComponentRule;
using Ask = TraceQuestion::Ask;

std::string percent(std::int64_t bp) { return fmt::format("{}.{:02} %", bp / 100, bp % 100); }

std::string way(const std::string& item, const std::vector<TracedStep>& steps) {
  std::string text = item;
  for (const TracedStep& step : steps) text += fmt::format(" > {} {}", step.how, step.name);
  return text;
}

std::string share(const Trace& trace, const TracedTie& tie) {
  if (tie.content.empty()) return {};
  return fmt::format(
      ", {} of {} {} is {}'s: {}", tie.content, trace.price, trace.currency, tie.authority,
      tie.bp_floor == tie.bp_ceiling
          ? percent(tie.bp_ceiling)
          : fmt::format("between {} and {}", percent(tie.bp_floor), percent(tie.bp_ceiling)));
}

std::string rule(const TracedTie& tie) {
  if (tie.content.empty()) return {};
  return tie.rule.component.kind == ComponentRule::Kind::AnyShare
             ? " (any share counts)"
             : fmt::format(" (counts from {})", percent(tie.rule.component.threshold_bp));
}

void tell(const Trace& trace, const TracedTie& tie, std::string& text) {
  text += fmt::format("\n  {}: {}{}{}", tie.authority,
                      tie.bases.empty() ? "no say" : fmt::format("{}", fmt::join(tie.bases, ", ")),
                      share(trace, tie), rule(tie));
  for (const TracedPath& path : tie.paths) {
    text += fmt::format("\n    {}: {}", path.basis, way(trace.item, path.steps));
    if (!path.claims.empty()) text += fmt::format(" [claim {}]", fmt::join(path.claims, ", "));
  }
  for (const TracedPart& part : tie.parts) {
    text += fmt::format("\n    part: {} pieces of {} in {}, {} each: {}", part.pieces, part.part,
                        part.whole, part.value, part.amount);
    if (!part.origin.empty()) text += fmt::format(" [origin {}]", part.origin);
    if (!part.claims.empty()) text += fmt::format(" [claim {}]", fmt::join(part.claims, ", "));
  }
  for (const std::string& data : tie.data) text += fmt::format("\n    relies on: {}", data);
}

std::string heading(const Trace& trace) {
  std::string text = fmt::format("{} on {}", trace.item, base::to_text(trace.at));
  if (!trace.destination.empty()) text += fmt::format(", for {}", trace.destination);
  if (trace.known_at) text += fmt::format(", as known at {} entries", *trace.known_at);
  if (!trace.alone.empty()) text += fmt::format(", by {}'s own registers alone", trace.alone);
  if (trace.rows_read > 0) text += fmt::format(", {} rows of lists read", trace.rows_read);
  return text;
}

std::string used_by(const Trace& trace) {
  std::string text = heading(trace);
  if (trace.if_origin.empty()) {
    text += fmt::format(": {} contain or need it", trace.uses.size());
    for (const TracedUse& use : trace.uses) text += "\n  " + use.item;
    return text;
  }
  text += fmt::format(": were it of origin {}, {} of the {} above would change", trace.if_origin,
                      trace.uses.size(), trace.looked_at);
  for (const TracedUse& use : trace.uses) text += "\n  " + internal::words_of(use);
  return text;
}

}  // namespace

std::string to_text(const Trace& trace) {
  if (trace.ask == Ask::UsedBy) return used_by(trace);
  std::string text = heading(trace);
  if (!trace.determined()) {
    text += ": undetermined";
    for (const TracedGap& gap : trace.gaps) {
      text += fmt::format("\n  {}: {}", gap.kind, gap.message);
      if (!gap.way.empty()) text += fmt::format("\n    {}", way(trace.item, gap.way));
    }
    if (!trace.ties.empty()) text += "\nFound in spite of it, for display only:";
  } else if (trace.ask == Ask::WhyNot) {
    text += fmt::format(": why {} has {}say", trace.authority, trace.ties.empty() ? "no " : "a ");
  } else {
    text += ": who has a say";
  }
  for (const std::string& reason : trace.reasons) text += "\n  - " + reason;
  if (trace.ask == Ask::WhyNot) return text;
  if (trace.determined() && trace.ties.empty()) text += "\n  nobody asked about";
  for (const TracedTie& tie : trace.ties) tell(trace, tie, text);
  if (!trace.below.empty()) text += "\nHas something in it, and no say:";
  for (const TracedTie& tie : trace.below) tell(trace, tie, text);
  return text;
}

}  // namespace countersign::casework
