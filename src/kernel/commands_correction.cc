// SPDX-License-Identifier: Apache-2.0
// Corrections: a new entry names the wrong one; both stay.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/corrigible.h"
#include "kernel/internal/may_act.h"
#include "kernel/internal/using.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::Power;

struct Correcting {
  Signer signer;
  CorrectionBody body;
  const Case* of = nullptr;
  CorrigibleStep step;
};

Refusal not_corrigible(const Case& of, Position entry) {
  std::string message = fmt::format("entry {} is no entry of case `{}`", entry, of.id.text());
  if (of.submitted.position == entry) {
    return {"request-is-amended",
            fmt::format("entry {} is the request: others have looked at it and rest on it, so what "
                        "is asked is amended, not corrected; ask anew, with the right words",
                        entry),
            "entry"};
  }
  for (const auto& [authority, lane] : of.lanes) {
    for (const Decision& decision : lane.decisions) {
      if (decision.done.position != entry) continue;
      message =
          fmt::format("entry {} is a decision: its office recalls it and decides again", entry);
    }
  }
  if (std::find(of.entries.begin(), of.entries.end(), entry) != of.entries.end() &&
      message.starts_with(fmt::format("entry {} is no", entry))) {
    message = fmt::format(
        "entry {} is none that is corrected: claims, advice, draws and reports "
        "are",
        entry);
  }
  return {"not-corrigible", std::move(message), "entry"};
}

Power power_for(Corrigible what) {
  switch (what) {
    case Corrigible::Claim:
      return Power::Vouch;
    case Corrigible::Advice:
      return Power::Advise;
    default:
      return Power::Request;
  }
}

base::Ruled<Correcting> check_correction(const State& state, const Submission& submission,
                                         base::Instant at) {
  Correcting correcting;
  auto admitted = admit(state, submission, EntryKind::Correction, at);
  if (!admitted && admitted.error().rule == "no-power") {
    // Which power it takes goes by what is corrected; what is not corrected takes none.
    const auto body = read_body<CorrectionBody>(submission.statement);
    const auto of = case_of(state, submission.statement);
    if (body && of && !find_corrigible(*of.value(), state.grants(), body.value().entry)) {
      return not_corrigible(*of.value(), body.value().entry);
    }
  }
  BOOST_OUTCOME_TRY(correcting.signer, std::move(admitted));
  BOOST_OUTCOME_TRY(correcting.body, read_body<CorrectionBody>(submission.statement));
  BOOST_OUTCOME_TRY(correcting.of, case_of(state, submission.statement));
  const CorrectionBody& body = correcting.body;
  const auto step = find_corrigible(*correcting.of, state.grants(), body.entry);
  if (!step) return not_corrigible(*correcting.of, body.entry);
  if (step->what != body.what) {
    return Refusal{"not-corrigible",
                   fmt::format("entry {} is a {}, not a {}", body.entry, name_of(step->what),
                               name_of(body.what)),
                   "what"};
  }
  if (step->done->statement != body.statement) {
    return Refusal{
        "other-statement",
        fmt::format("the statement of entry {} is another than the correction names", body.entry),
        "statement"};
  }
  const registry::OfficeId& office = step->done->signer.office;
  if (office != correcting.signer.office) {
    return Refusal{"not-the-signer",
                   fmt::format("entry {} is {}'s: who holds that office corrects it", body.entry,
                               office.text()),
                   office.text()};
  }
  if (!state.authorities().may(submission.statement.head.authority, office,
                               power_for(step->what))) {
    return Refusal{"no-power",
                   fmt::format("the charter no longer lets {} {}", office.text(),
                               registry::name_of(power_for(step->what))),
                   office.text()};
  }
  const GrantRecord* grant = step->grant;
  BOOST_OUTCOME_TRY(case_for_step(state, submission.statement, at, grant));
  correcting.step = *step;
  return correcting;
}

// The corrected content, of the same grant where it is about one. Rules: `body`, `other-grant`,
// `nothing-corrected`.
template <class Body>
base::Ruled<Body> read_content(const Submission& submission, const CorrectionBody& body,
                               const Body& stands) {
  base::Report report(submission.statement.payload_text, "content");
  Body content = Body::read(body.content, report);
  if (!report.clean()) return Refusal{"body", base::to_text(report.take()), "content"};
  if constexpr (requires { content.grant; }) {
    if (content.grant != stands.grant) {
      return Refusal{"other-grant", "a correction does not move an entry to another grant",
                     "grant"};
    }
  }
  if (base::write_json(Body::write(content)) == base::write_json(Body::write(stands))) {
    return Refusal{"nothing-corrected", "the corrected content is what stands already", "content"};
  }
  return content;
}

base::Ruled<void> check_claim(const State& state, const Submission& submission,
                              const Correcting& correcting) {
  const CaseClaim& claim = correcting.of->claims[correcting.step.index];
  if (claim.withdrawn) {
    return Refusal{"claim-unknown", "the claim was withdrawn: there is nothing to correct",
                   "entry"};
  }
  BOOST_OUTCOME_TRY(const ClaimBody content, read_content(submission, correcting.body, claim.body));
  if (content.withdraws) {
    return Refusal{"body", "a claim is withdrawn by a claim, not by a correction", "content"};
  }
  return check_known(state.authorities().registers(), content.item);
}

base::Ruled<void> check_advice(const Submission& submission, const Correcting& correcting) {
  const Lane& lane = correcting.of->lanes.at(correcting.step.lane);
  const Advice& stands = lane.advice[correcting.step.index];
  const Advice* last = lane.advice_of(correcting.signer.office);
  if (last != &stands) {
    return Refusal{"superseded",
                   fmt::format("the advice in entry {} was replaced by that in entry {}",
                               correcting.body.entry, last->done.position),
                   "entry"};
  }
  BOOST_OUTCOME_TRY(read_content(submission, correcting.body, stands.body));
  return refuse_by(bars_to_advise(*correcting.of, correcting.signer));
}

base::Ruled<DrawnUse> check_corrected_draw(const State& state, const Submission& submission,
                                           const Correcting& correcting, base::Instant at) {
  const GrantRecord& grant = *correcting.step.grant;
  const Draw& draw = grant.draws[correcting.step.index];
  if (draw.allotment) {
    return Refusal{"not-corrigible",
                   "an allotment has been handed on: give back what is not to be used of it, and "
                   "take another",
                   "entry"};
  }
  BOOST_OUTCOME_TRY(const DrawBody content, read_content(submission, correcting.body, draw.body));
  return check_use(state, submission.statement, grant, content, draw.taken(), at);
}

base::Ruled<Draft> corrected_draw(const Submission& submission, const Correcting& correcting) {
  GrantRecord after = *correcting.step.grant;
  Draw& draw = after.draws[correcting.step.index];
  BOOST_OUTCOME_TRY(draw.body, read_content(submission, correcting.body, draw.body));
  const std::vector<ReportEvaluation> changed = evaluate_again(after);
  for (const ReportEvaluation& evaluation : changed) {
    const bool short_now =
        std::any_of(evaluation.discrepancies.begin(), evaluation.discrepancies.end(),
                    [](const Refusal& reason) { return reason.rule == "not-drawn"; });
    if (!short_now) continue;
    return Refusal{
        "reported",
        fmt::format("the use reported in entry {} rests on this draw: it would no longer "
                    "be covered",
                    evaluation.report),
        "content"};
  }
  Draft draft = draft_of(submission);
  if (!changed.empty()) draft.fields.push_back({"reevaluated", write(changed)});
  return draft;
}

base::Ruled<Draft> corrected_report(const State& state, const Submission& submission,
                                    const Correcting& correcting) {
  const GrantRecord& grant = *correcting.step.grant;
  const auto index = static_cast<std::ptrdiff_t>(correcting.step.index);
  const UseReport& stands = grant.reports[correcting.step.index];
  BOOST_OUTCOME_TRY(const ReportBody content,
                    read_content(submission, correcting.body, stands.body));
  GrantRecord before = grant;
  before.reports.erase(before.reports.begin() + index, before.reports.end());
  GrantRecord after = grant;
  UseReport& corrected = after.reports[correcting.step.index];
  corrected.body = content;
  corrected.discrepancies =
      examine_report(state, before, content, submission.statement.head.authority, stands.done.at);
  std::vector<ReportEvaluation> changed = evaluate_again(after);
  changed.insert(changed.begin(), {stands.done.position, corrected.discrepancies});
  Draft draft = draft_of(submission);
  draft.fields.push_back(
      {"outcome", base::json_text(corrected.discrepancies.empty() ? "inside" : "discrepancy")});
  draft.fields.push_back({"reevaluated", write(changed)});
  return draft;
}

}  // namespace

base::Ruled<std::optional<DrawnUse>> corrected_use(const State& state, const Submission& submission,
                                                   base::Instant at) {
  BOOST_OUTCOME_TRY(const Correcting correcting, check_correction(state, submission, at));
  if (correcting.step.what != Corrigible::Draw) return std::optional<DrawnUse>();
  BOOST_OUTCOME_TRY(DrawnUse use, check_corrected_draw(state, submission, correcting, at));
  return std::optional(std::move(use));
}

base::Ruled<Drafts> rule_on_correction(const State& state, const Submission& submission,
                                       const Grant* proved, base::Instant at) {
  BOOST_OUTCOME_TRY(const Correcting correcting, check_correction(state, submission, at));
  switch (correcting.step.what) {
    case Corrigible::Claim: {
      BOOST_OUTCOME_TRY(check_claim(state, submission, correcting));
      return Drafts{draft_of(submission)};
    }
    case Corrigible::Advice: {
      BOOST_OUTCOME_TRY(check_advice(submission, correcting));
      return Drafts{draft_of(submission)};
    }
    case Corrigible::Draw: {
      BOOST_OUTCOME_TRY(const DrawnUse asked,
                        check_corrected_draw(state, submission, correcting, at));
      if (proved == nullptr) {
        return Refusal{"not-proved", "a corrected draw is proved like a draw", "entry"};
      }
      BOOST_OUTCOME_TRY(check_proved_use(state, asked, *proved));
      BOOST_OUTCOME_TRY(Draft draft, corrected_draw(submission, correcting));
      return Drafts{std::move(draft)};
    }
    case Corrigible::Report: {
      BOOST_OUTCOME_TRY(Draft draft, corrected_report(state, submission, correcting));
      return Drafts{std::move(draft)};
    }
  }
  return Refusal{"not-corrigible", "it is none that is corrected", "entry"};
}

}  // namespace countersign::kernel
