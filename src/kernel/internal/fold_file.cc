// SPDX-License-Identifier: Apache-2.0
// Corrections, allotments, end-use checks, earlier cases.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/corrigible.h"
#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

template <class Body>
base::Ruled<Body> content_of(const LoggedEntry& entry, const CorrectionBody& body) {
  base::Report report(entry.statement->payload_text, "content");
  Body content = Body::read(body.content, report);
  if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
  return content;
}

// Puts the corrected content in the place of what stood there, which is kept.
template <class Step, class Body>
base::Ruled<void> correct(const LoggedEntry& entry, const CorrectionBody& correction,
                          const Done& done, Step& step, Body&& content) {
  if constexpr (requires { content.grant; }) {
    if (content.grant != step.body.grant) return contradiction(entry, "it names another grant");
  }
  step.corrections.push_back({done, correction.text, std::move(step.body)});
  step.body = std::forward<Body>(content);
  return base::outcome::success();
}

// What the machine says the reports of the grant come to now.
base::Ruled<void> take_evaluations(GrantRecord& grant, const LoggedEntry& entry) {
  const base::Json* field = entry.field("reevaluated");
  if (field == nullptr) return base::outcome::success();
  base::Report mistakes({}, "reevaluated");
  const auto evaluations = read_evaluations(*field, mistakes);
  if (!mistakes.clean()) return contradiction(entry, base::to_text(mistakes.take()));
  for (const ReportEvaluation& evaluation : evaluations) {
    const auto found = std::find_if(
        grant.reports.begin(), grant.reports.end(),
        [&](const UseReport& report) { return report.done.position == evaluation.report; });
    if (found == grant.reports.end()) return contradiction(entry, "it evaluates no report");
    UseReport& report = *found;
    if (!report.evaluated_again) report.first_discrepancies = report.discrepancies;
    report.evaluated_again = entry.position;
    const auto same = [](const base::Refusal& one, const base::Refusal& other) {
      return one.rule == other.rule && one.message == other.message;
    };
    const bool changed =
        !std::equal(report.discrepancies.begin(), report.discrepancies.end(),
                    evaluation.discrepancies.begin(), evaluation.discrepancies.end(), same);
    report.discrepancies = evaluation.discrepancies;
    // Who closed a discrepancy closed that one.
    if (changed) report.closed.reset();
  }
  return base::outcome::success();
}

base::Ruled<void> fold_correction(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const CorrectionBody body, body_of<CorrectionBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  Case& of = folded.cases.at(*entry.case_id);
  const auto step = find_corrigible(of, folded.grants, body.entry);
  if (!step || step->what != body.what || step->done->statement != body.statement ||
      step->done->signer.office != done.signer.office) {
    return contradiction(entry, "it corrects no entry of its office in this case");
  }
  if (step->what == Corrigible::Claim) {
    BOOST_OUTCOME_TRY(ClaimBody content, content_of<ClaimBody>(entry, body));
    return correct(entry, body, done, of.claims[step->index], std::move(content));
  }
  if (step->what == Corrigible::Advice) {
    BOOST_OUTCOME_TRY(AdviceBody content, content_of<AdviceBody>(entry, body));
    of.lanes.at(step->lane)
        .advice.push_back(
            {std::move(done), std::move(content), std::nullopt, body.entry, body.text});
    return base::outcome::success();
  }
  GrantRecord& grant = folded.grants.at(step->grant->id);
  if (step->what == Corrigible::Draw) {
    BOOST_OUTCOME_TRY(DrawBody content, content_of<DrawBody>(entry, body));
    Draw& draw = grant.draws[step->index];
    if (draw.allotment || content.quantity > grant.left() + draw.taken()) {
      return contradiction(entry, "it draws more than the grant has left, or changes an allotment");
    }
    BOOST_OUTCOME_TRY(correct(entry, body, done, draw, std::move(content)));
  } else {
    BOOST_OUTCOME_TRY(ReportBody content, content_of<ReportBody>(entry, body));
    BOOST_OUTCOME_TRY(correct(entry, body, done, grant.reports[step->index], std::move(content)));
  }
  return take_evaluations(grant, entry);
}

base::Ruled<void> fold_allotment(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(AllotmentBody body, body_of<AllotmentBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  if (body.quantity > grant->left()) {
    return contradiction(entry, "it draws more than the grant has left");
  }
  grant->draws.push_back({std::move(done), body.draw(), Allotment{body.to, body.until}});
  return base::outcome::success();
}

base::Ruled<void> fold_give_back(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(GiveBackBody body, body_of<GiveBackBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  for (Draw& draw : grant->draws) {
    if (!draw.allotment || draw.done.position != body.allotment) continue;
    if (body.quantity > grant->unused(draw) || done.at >= draw.allotment->until) {
      return contradiction(entry, "it gives back more than the allotment has, or too late");
    }
    draw.allotment->given_back.push_back({std::move(done), std::move(body)});
    return base::outcome::success();
  }
  return contradiction(entry, "it names no allotment");
}

base::Ruled<void> fold_check_request(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(CheckRequestBody body, body_of<CheckRequestBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  grant->checks.push_back({std::move(done), std::move(body)});
  return base::outcome::success();
}

base::Ruled<void> fold_check(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(CheckBody body, body_of<CheckBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(GrantRecord* const grant, grant_named(folded, entry, body.grant));
  for (EndUseCheck& check : grant->checks) {
    if (check.requested.position != body.request) continue;
    if (check.done || check.body.checker != done.signer.office) {
      return contradiction(entry, "the check was done, or is another office's to do");
    }
    folded.report_grants.emplace(entry.position, grant->id);
    check.done = std::move(done);
    check.found = std::move(body);
    return base::outcome::success();
  }
  return contradiction(entry, "nobody asked for this check");
}

}  // namespace

base::Ruled<void> fold_file_step(State::Folded& folded, const LoggedEntry& entry) {
  switch (entry.kind) {
    case EntryKind::Correction:
      return fold_correction(folded, entry);
    case EntryKind::Allotment:
      return fold_allotment(folded, entry);
    case EntryKind::GiveBack:
      return fold_give_back(folded, entry);
    case EntryKind::CheckRequest:
      return fold_check_request(folded, entry);
    case EntryKind::Check:
      return fold_check(folded, entry);
    default:
      return contradiction(entry, "it is no step of a case");
  }
}

base::Ruled<void> fold_legacy(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(LegacyBody body, body_of<LegacyBody>(entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  if (folded.cases.contains(body.id) || folded.legacy.contains(body.id)) {
    return contradiction(entry, fmt::format("there is a case `{}` already", body.id.text()));
  }
  const CaseId id = body.id;
  folded.legacy.emplace(
      id, LegacyCase{std::move(done), entry.statement->head.authority, std::move(body)});
  return base::outcome::success();
}

}  // namespace countersign::kernel
