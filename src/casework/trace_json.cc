// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "casework/internal/traced_use.h"
#include "casework/trace.h"

namespace countersign::casework {
namespace {

using base::Json;
using registry::ComponentRule;
using Members = std::vector<std::pair<std::string, Json>>;

template <class T, class F>
Json each(const std::vector<T>& all, F&& f) {
  std::vector<Json> items;
  for (const T& one : all) items.push_back(f(one));
  return base::json_array(std::move(items));
}

Json steps(const std::vector<TracedStep>& way) {
  return each(way, [](const TracedStep& step) {
    return base::json_object(
        {{"how", base::json_text(step.how)}, {"what", base::json_text(step.name)}});
  });
}

Json path(const TracedPath& traced) {
  return base::json_object({{"basis", base::json_text(traced.basis)},
                            {"path", steps(traced.steps)},
                            {"claims", base::json_texts(traced.claims)}});
}

Json part(const TracedPart& traced) {
  return base::json_object({{"whole", base::json_text(traced.whole)},
                            {"part", base::json_text(traced.part)},
                            {"origin", base::json_text(traced.origin)},
                            {"pieces", base::json_text(traced.pieces)},
                            {"value", base::json_integer(traced.value)},
                            {"amount", base::json_text(traced.amount)},
                            {"claims", base::json_texts(traced.claims)}});
}

Json tie(const Trace& trace, const TracedTie& traced) {
  Members members;
  members.emplace_back("authority", base::json_text(traced.authority));
  members.emplace_back("bases", base::json_texts(traced.bases));
  if (!traced.content.empty()) {
    Members share;
    share.emplace_back("content", base::json_text(traced.content));
    share.emplace_back("price", base::json_integer(trace.price));
    share.emplace_back("currency", base::json_text(trace.currency));
    share.emplace_back("bp_floor", base::json_integer(traced.bp_floor));
    share.emplace_back("bp_ceiling", base::json_integer(traced.bp_ceiling));
    if (traced.rule.component.kind == ComponentRule::Kind::DeMinimis) {
      share.emplace_back("threshold_bp", base::json_integer(traced.rule.component.threshold_bp));
    }
    members.emplace_back("share", base::json_object(std::move(share)));
  }
  if (trace.ask == TraceQuestion::Ask::Paths || trace.ask == TraceQuestion::Ask::Sources) {
    members.emplace_back("paths", each(traced.paths, path));
  }
  if (trace.ask == TraceQuestion::Ask::Sources) {
    members.emplace_back("parts", each(traced.parts, part));
    members.emplace_back("relies_on", base::json_texts(traced.data));
  }
  return base::json_object(std::move(members));
}

Json gap(const TracedGap& traced) {
  return base::json_object({{"kind", base::json_text(traced.kind)},
                            {"message", base::json_text(traced.message)},
                            {"path", steps(traced.way)}});
}

Json use(const Trace& trace, const TracedUse& traced) {
  if (trace.if_origin.empty()) return base::json_text(traced.item);
  return internal::json_of(traced);
}

}  // namespace

Json to_json(const Trace& trace) {
  static constexpr std::array<const char*, 5> kAsks = {"ties", "path", "all", "why-not", "used-by"};
  Members members;
  members.emplace_back("item", base::json_text(trace.item));
  members.emplace_back("as_of", base::json_text(base::to_text(trace.at)));
  if (trace.known_at) {
    members.emplace_back("known_at",
                         base::json_integer(static_cast<std::int64_t>(*trace.known_at)));
  }
  if (!trace.alone.empty()) members.emplace_back("registers_of", base::json_text(trace.alone));
  if (trace.rows_read > 0) {
    members.emplace_back("rows_read",
                         base::json_integer(static_cast<std::int64_t>(trace.rows_read)));
  }
  members.emplace_back("asked", base::json_text(kAsks[static_cast<std::size_t>(trace.ask)]));
  if (!trace.destination.empty()) {
    members.emplace_back("destination", base::json_text(trace.destination));
  }
  if (!trace.authority.empty()) members.emplace_back("authority", base::json_text(trace.authority));
  members.emplace_back("determined", base::json_bool(trace.determined()));
  members.emplace_back("gaps", each(trace.gaps, gap));
  const auto of_trace = [&](const TracedTie& traced) { return tie(trace, traced); };
  members.emplace_back("ties", each(trace.ties, of_trace));
  members.emplace_back("no_say", each(trace.below, of_trace));
  if (trace.ask == TraceQuestion::Ask::WhyNot) {
    members.emplace_back("reasons", base::json_texts(trace.reasons));
  }
  if (trace.ask == TraceQuestion::Ask::UsedBy) {
    if (!trace.if_origin.empty()) {
      members.emplace_back("if_origin", base::json_text(trace.if_origin));
    }
    members.emplace_back("used_by",
                         each(trace.uses, [&](const TracedUse& one) { return use(trace, one); }));
  }
  return base::json_object(std::move(members));
}

}  // namespace countersign::casework
