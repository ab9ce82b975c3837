// SPDX-License-Identifier: Apache-2.0
#include "walk/walk.h"

#include <gtest/gtest.h>

namespace countersign::walk {
namespace {

TEST(WalkTest, FindsNothingAndGetsEverywhere) {
  constexpr std::uint64_t kSeed = 20'251'125;
  const Walked walked = walk(kSeed, 8'000);
  RecordProperty("seed", std::to_string(kSeed));
  for (const std::string& finding : walked.findings) ADD_FAILURE() << finding;
  // Otherwise it missed what it is for.
  EXPECT_GT(walked.grants, 100U);
  for (const char* answer : {"request",
                             "advice",
                             "override",
                             "approve",
                             "deny",
                             "return",
                             "recall",
                             "grant",
                             "draw",
                             "report",
                             "suspend",
                             "revoke",
                             "acknowledge",
                             "close",
                             "claim",
                             "withdraw a claim",
                             "issue",
                             "query",
                             "answer",
                             "amend",
                             "reconfirm",
                             "withdraw",
                             "surrender",
                             "approve, to resume",
                             "approve: adviser-decides",
                             "approve: requester-decides",
                             "approve: one-person",
                             "approve: override-missing",
                             "approve: advice-missing",
                             "approve: case-closed",
                             "grant: approval-missing",
                             "grant: claim-open",
                             "draw: suspended",
                             "draw: revoked",
                             "draw: exhausted",
                             "draw: lapsed",
                             "draw: provisos-unacknowledged"}) {
    EXPECT_TRUE(walked.answers.contains(answer)) << answer;
  }
}

}  // namespace
}  // namespace countersign::walk
