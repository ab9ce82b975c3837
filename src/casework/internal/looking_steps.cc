// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/looking_steps.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/bundle.h"
#include "casework/case_words.h"
#include "casework/clock_words.h"
#include "casework/count.h"
#include "casework/internal/office_steps.h"
#include "casework/queue.h"
#include "kernel/clock.h"

namespace countersign::casework {
namespace {

using base::Json;
using Looked = base::Result<base::Parsed<Came>>;

kernel::CaseId case_in(const Json& s) { return kernel::CaseId(text_of(s, "case")); }
registry::GrantId grant_in(const Json& s) { return registry::GrantId(text_of(s, "grant")); }

// `full`, `holder`, or the lane of the authority named.
kernel::Audience audience_in(const Json& s) {
  if (text_of(s, "bundle") == "holder") return kernel::Audience::holder();
  if (text_of(s, "bundle") == "full") return kernel::Audience::overseer();
  return kernel::Audience::of(registry::PartyId(text_of(s, "authority")));
}

Looked queue(Instance& instance, const Json& s) {
  const registry::OfficeId office(text_of(s, "office"));
  Came came;
  instance.look([&](const kernel::State& state) {
    const auto waiting = own_queue_of(state, office);
    came = waiting
               ? Came{write(waiting.value()), describe_queue(office, waiting.value(), state.now())}
               : refusal_came(waiting.error());
  });
  return base::Parsed<Came>(std::move(came));
}

// What the clocks of a case say, office by office.
void add_clocks(const kernel::State& state, const kernel::Case& of, Json& answer) {
  std::vector<std::string> waits;
  std::vector<std::string> overdue;
  std::vector<std::string> no_advice;
  const base::Instant at = clock_time(state, of);
  for (const auto& [authority, lane] : of.lanes) {
    for (const kernel::Stage& stage :
         kernel::stages_of(of, authority, state.authorities().registers(), at)) {
      for (const registry::OfficeId& office : stage.offices) {
        if (stage.waits) waits.push_back(office.text());
        if (overdue_ms(stage, at) > 0) overdue.push_back(office.text());
        if (stage.silent && !stage.waits && !stage.met) no_advice.push_back(office.text());
      }
    }
  }
  const bool pending = of.status == kernel::CaseStatus::Pending;
  answer.members.push_back(
      {"waits_for", {}, base::json_texts(pending ? waits : std::vector<std::string>())});
  answer.members.push_back(
      {"overdue", {}, base::json_texts(pending ? overdue : std::vector<std::string>())});
  answer.members.push_back({"no_advice", {}, base::json_texts(no_advice)});
  answer.members.push_back({"text", {}, base::json_text(describe_case(state, of))});
}

// The case as one office sees it.
Looked show_as(Instance& instance, const Json& s) {
  Came came;
  instance.look([&](const kernel::State& state) {
    const auto reader = Reader::as(state, text_of(s, "as"));
    if (!reader) {
      came = refusal_came(reader.error());
      return;
    }
    const kernel::Case* of = state.find(case_in(s));
    const auto seen = of == nullptr ? std::nullopt : reader.value().look(state, *of);
    if (!seen) {
      came = refusal_came({"unknown-case", "there is no such case", "case"});
      return;
    }
    const std::string text = describe_case(state, *seen);
    came.answer = base::json_object({{"case", base::json_text(kernel::name_of(seen->of.status))},
                                     {"seen", base::json_text(text)}});
    came.words =
        fmt::format("case {}, seen as {}", kernel::name_of(seen->of.status), text_of(s, "as"));
  });
  return base::Parsed<Came>(std::move(came));
}

Looked show(Instance& instance, const Json& s) {
  if (s.find("as") != nullptr) return show_as(instance, s);
  Came came{base::json_object({}), {}};
  instance.look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(case_in(s));
    const kernel::GrantRecord* grant = state.find(grant_in(s));
    std::vector<std::string> words;
    if (of != nullptr) {
      came.answer.members.push_back({"case", {}, base::json_text(name_of(of->status))});
      add_clocks(state, *of, came.answer);
      came.answer.members.push_back({"version", {}, base::json_integer(of->version())});
      const auto queries =
          std::count_if(of->queries.begin(), of->queries.end(),
                        [](const auto& asked) { return !asked.settled().has_value(); });
      came.answer.members.push_back({"open_queries", {}, base::json_integer(queries)});
      words.push_back(fmt::format("case {}", name_of(of->status)));
      std::int64_t suspected = 0;
      kernel::Case::each_ground(*of, [&](const auto&, auto, const kernel::Done& done) {
        suspected += done.suspected ? 1 : 0;
      });
      came.answer.members.push_back({"suspected", {}, base::json_integer(suspected)});
      if (suspected > 0) words.push_back(fmt::format("{} steps suspected", suspected));
      if (of->version() > 1) words.push_back(fmt::format("version {}", of->version()));
      if (queries > 0) words.push_back(fmt::format("{} queries unanswered", queries));
      came.answer.members.push_back({"rest_open", {}, base::json_bool(of->rest.has_value())});
      if (of->rest) words.push_back("what the grant leaves out is open");
      came.answer.members.push_back({"acting", {}, who_acts(state, *of)});
      std::int64_t overdue = 0;
      for (const auto& [authority, lane] : of->lanes) {
        overdue +=
            std::count_if(lane.decisions.begin(), lane.decisions.end(),
                          [&](const auto& decision) { return decision.is_overdue(state.now()); });
      }
      came.answer.members.push_back({"overdue_reviews", {}, base::json_integer(overdue)});
      if (overdue > 0) words.push_back(fmt::format("{} reviews overdue", overdue));
    }
    if (grant != nullptr) {
      const auto status = name_of(status_of(*grant, state.now()));
      const auto open = grant->open_discrepancies();
      const auto overdue =
          std::count_if(grant->checks.begin(), grant->checks.end(),
                        [&](const auto& check) { return check.overdue(state.now()); });
      came.answer.members.push_back({"overdue_checks", {}, base::json_integer(overdue)});
      if (overdue > 0) words.push_back(fmt::format("{} overdue checks", overdue));
      came.answer.members.push_back({"grant", {}, base::json_text(status)});
      came.answer.members.push_back({"left", {}, base::json_integer(grant->left())});
      came.answer.members.push_back({"emergency", {}, base::json_bool(grant->scope.emergency)});
      const auto missing =
          grant->unacknowledged(kernel::provisos_of(state, *grant, state.now()), state.now());
      came.answer.members.push_back({"open_discrepancies", {}, base::json_integer(open)});
      came.answer.members.push_back({"unacknowledged", {}, base::json_texts(missing)});
      words.push_back(fmt::format("grant {}, {} left", status, grant->left()));
      if (!missing.empty()) words.push_back("the holder has provisos to acknowledge");
      if (open > 0) words.push_back(fmt::format("{} open discrepancies", open));
    }
    came.words = words.empty() ? "nothing of that name" : fmt::format("{}", fmt::join(words, ", "));
  });
  return base::Parsed<Came>(std::move(came));
}

Looked count(Instance& instance, const Json& s, base::Instant now) {
  BOOST_OUTCOME_TRY(const Json counted, count_since(instance, {time_of(s, "since").value_or(now)}));
  // Believed only as a stranger would: counted again from the document alone.
  const auto again = verify_count(base::write_json(counted), "count", instance.own_anchors().log);
  if (!again) return base::Parsed<Came>(again.error());
  if (!again.value()) return base::Parsed<Came>(refusal_came(again.value().error()));
  const Tallied& tallied = again.value().value();
  std::uint64_t denied = 0;
  if (const auto found = tallied.cases.find("denied"); found != tallied.cases.end()) {
    denied = found->second;
  }
  return base::Parsed<Came>(
      Came{write(tallied), fmt::format("{} requests, {} denied; proved over entries {} to {}",
                                       tallied.requests, denied, tallied.first, tallied.size - 1)});
}

Looked verify_grant(Instance& instance, const Json& s) {
  BOOST_OUTCOME_TRY(const kernel::Evidence evidence, instance.evidence_of(grant_in(s)));
  const auto written = write_bundle(evidence, audience_in(s));
  if (!written) return base::Parsed<Came>(refusal_came(written.error()));
  const auto bundle = read_bundle(base::write_json(written.value()), "bundle");
  if (!bundle) return base::Parsed<Came>(bundle.error());
  const bool exercise = instance.name().kind == kernel::InstanceKind::Exercise;
  kernel::Anchors anchors = instance.own_anchors();
  const auto verified = verify(bundle.value(), {anchors.roots, std::move(anchors.log)},
                               exercise ? Practice::Accept : Practice::Refuse, Aids{});
  if (!verified) return base::Parsed<Came>(refusal_came(verified.error()));
  std::vector<std::string> consents;
  for (const kernel::LaneConsent& consent : verified.value().consents) {
    consents.push_back(consent.by_clerk ? consent.authority.text() + "'s clerk"
                                        : kernel::offices_of(consent));
  }
  return base::Parsed<Came>(
      Came{base::json_object(
               {{"accepted", base::json_bool(true)}, {"consents", base::json_texts(consents)}}),
           fmt::format("{}; by {}", words_of(*verified.value().examination.endorsement),
                       fmt::join(consents, ", "))});
}

}  // namespace

bool is_looking_step(std::string_view verb) {
  return verb == "show" || verb == "queue" || verb == "count" || verb == "verify";
}

base::Result<base::Parsed<Came>> carry_out_looking_step(Instance& instance, std::string_view verb,
                                                        const Json& step, base::Instant now) {
  if (verb == "show") return show(instance, step);
  if (verb == "queue") return queue(instance, step);
  if (verb == "count") return count(instance, step, now);
  return verify_grant(instance, step);
}

}  // namespace countersign::casework
