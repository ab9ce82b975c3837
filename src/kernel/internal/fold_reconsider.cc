// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/folded.h"
#include "kernel/terms.h"

namespace countersign::kernel {

base::Ruled<void> fold_reconsider(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(follow_chain(folded, entry));
  BOOST_OUTCOME_TRY(const ReconsiderBody body, body_of<ReconsiderBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  Case& of = folded.cases.at(*entry.case_id);
  if (of.reconsideration || entry.statement->head.authority != of.request.requester) {
    return contradiction(entry, "the requester alone asks for that, and once");
  }
  for (const auto& [authority, lane] : of.lanes) {
    if (lane.denial(body.decision) == nullptr) continue;
    of.reconsideration = Reconsideration{done, body, authority, std::nullopt, std::nullopt};
    return base::outcome::success();
  }
  return contradiction(entry, "it names no denial");
}

base::Ruled<void> fold_review(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(follow_chain(folded, entry));
  BOOST_OUTCOME_TRY(const ReviewBody body, body_of<ReviewBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  auto& lanes = folded.cases.at(*entry.case_id).lanes;
  const auto lane = lanes.find(entry.statement->head.authority);
  if (lane == lanes.end()) return contradiction(entry, "its authority has no lane");
  for (Decision& decision : lane->second.decisions) {
    const bool urgent = decision.body.outcome == DecisionOutcome::Emergency;
    if (!urgent || decision.done.statement != body.decision) continue;
    if (decision.done.signer.person == done.signer.person) {
      return contradiction(entry, "who consented reviews it");
    }
    decision.reviewed = done;
    decision.findings = body.findings;
    return base::outcome::success();
  }
  return contradiction(entry, "it reviews no consent in an emergency");
}

base::Ruled<void> fold_reconsidered(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(follow_chain(folded, entry));
  BOOST_OUTCOME_TRY(const ReconsideredBody body, body_of<ReconsideredBody>(entry));
  BOOST_OUTCOME_TRY(const Done done, done_by(folded, entry));
  Case& of = folded.cases.at(*entry.case_id);
  auto& asked = of.reconsideration;
  if (!asked || asked->decided || asked->authority != entry.statement->head.authority ||
      asked->body.decision != body.decision) {
    return contradiction(entry, "nobody asked for it");
  }
  const base::Json* stated = entry.field("outcome");
  const base::Json* named = entry.field("denial");
  for (Decision& denial : of.lanes.at(asked->authority).decisions) {
    if (denial.done.statement != body.decision) continue;
    if (auto refused = refuse_reconsiderer(of, denial, done.signer.person)) return *refused;
    if (stated == nullptr || stated->text != name_of(body.outcome) || named == nullptr ||
        named->integer != static_cast<std::int64_t>(denial.done.position)) {
      return contradiction(entry, "it states something else than was signed");
    }
    if (body.outcome == ReconsideredOutcome::SetAside) denial.set_aside = entry.position;
  }
  BOOST_OUTCOME_TRY(asked->reasons, reasons_in(entry, body.reasons));
  asked->decided = done;
  asked->answer = body;
  return base::outcome::success();
}

}  // namespace countersign::kernel
