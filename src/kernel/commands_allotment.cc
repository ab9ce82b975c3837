// SPDX-License-Identifier: Apache-2.0
// Allotments: what the holder takes from a grant for somebody to use offline, and what of it is
// given back.
#include <fmt/format.h>

#include "kernel/internal/using.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

base::Ruled<AllotmentBody> read_allotment(const State& state, const Submission& submission,
                                          base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Allotment, at));
  return read_body<AllotmentBody>(submission.statement);
}

}  // namespace

base::Ruled<DrawnUse> check_allotment(const State& state, const Submission& submission,
                                      base::Instant at) {
  BOOST_OUTCOME_TRY(const AllotmentBody body, read_allotment(state, submission, at));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(DrawnUse use,
                    check_use(state, submission.statement, *grant, body.draw(), 0, at));
  if (body.until <= at || body.until > grant->scope.window.until) {
    return Refusal{"outside-window",
                   fmt::format("the allotment ends at {}; it must end after now, and with the "
                               "grant at the latest, at {}",
                               base::to_text(body.until), base::to_text(grant->scope.window.until)),
                   "until"};
  }
  return use;
}

base::Ruled<Drafts> rule_on_allotment(const State& state, const Submission& submission,
                                      const Grant& proved, base::Instant at) {
  BOOST_OUTCOME_TRY(const DrawnUse asked, check_allotment(state, submission, at));
  BOOST_OUTCOME_TRY(check_proved_use(state, asked, proved));
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_give_back(const State& state, const Submission& submission,
                                      base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::GiveBack, at));
  BOOST_OUTCOME_TRY(const GiveBackBody body, read_body<GiveBackBody>(submission.statement));
  BOOST_OUTCOME_TRY(const GrantRecord* const grant,
                    grant_in_case(state, submission.statement, body.grant));
  BOOST_OUTCOME_TRY(check_holder(*grant, submission.statement));
  BOOST_OUTCOME_TRY(case_for_step(state, submission.statement, at, grant));
  const Draw* allotment = grant->allotment(body.allotment);
  if (allotment == nullptr) {
    return Refusal{
        "no-allotment",
        fmt::format("entry {} is no allotment of grant `{}`", body.allotment, grant->id.text()),
        "allotment"};
  }
  if (at >= allotment->allotment->until) {
    return Refusal{"allotment-ended",
                   fmt::format("the allotment ended at {}: what was not given back by then counts "
                               "as drawn",
                               base::to_text(allotment->allotment->until)),
                   "allotment"};
  }
  const std::int64_t unused = grant->unused(*allotment);
  if (body.quantity > unused) {
    return Refusal{"quantity",
                   fmt::format("{} given back; {} of the allotment is neither reported as used nor "
                               "given back",
                               body.quantity, std::max<std::int64_t>(unused, 0)),
                   "quantity"};
  }
  return Drafts{draft_of(submission)};
}

}  // namespace countersign::kernel
