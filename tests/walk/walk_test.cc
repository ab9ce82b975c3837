// SPDX-License-Identifier: Apache-2.0
#include "walk/walk.h"

#include <gtest/gtest.h>

#include <string>

#include "kernel/lifecycle.h"

namespace countersign::walk {
namespace {

TEST(WalkTest, FindsNothingAndTakesEveryStepOfTheTable) {
  constexpr std::uint64_t kSeed = 20'251'126;
  const Walked walked = walk(kSeed, 12'000);
  RecordProperty("seed", std::to_string(kSeed));
  for (const std::string& finding : walked.findings) ADD_FAILURE() << finding;
  // Otherwise it missed what it is for.
  EXPECT_GT(walked.grants, 300U);
  for (const kernel::StepRule& rule : kernel::step_rules()) {
    const std::string words = words_of(kernel::name_of(rule.kind), rule.variant);
    const auto found = walked.steps.find(words);
    EXPECT_TRUE(found != walked.steps.end() && found->second.accepted > 0) << words;
  }
  for (const char* beside : {"batch", "key_withdrawal", "absence", "return", "legacy", "issue"}) {
    const auto found = walked.steps.find(beside);
    EXPECT_TRUE(found != walked.steps.end() && found->second.accepted > 0) << beside;
  }
  for (const char* refused : {"decision: approve: adviser-decides",
                              "decision: approve: requester-decides",
                              "decision: approve: one-person",
                              "decision: approve: override-missing",
                              "decision: approve: advice-missing",
                              "decision: approve: case-closed",
                              "decision: approve: not-your-turn",
                              "decision: approve: absent",
                              "decision: approve: key-withdrawn",
                              "decision: emergency: not-in-emergency",
                              "grant: approval-missing",
                              "grant: claim-open",
                              "grant: key-suspected",
                              "grant: stock-short",
                              "draw: suspended",
                              "draw: revoked",
                              "draw: exhausted",
                              "draw: lapsed",
                              "draw: quantity",
                              "draw: provisos-unacknowledged"}) {
    EXPECT_TRUE(walked.answers.contains(refused)) << refused;
  }
}

}  // namespace
}  // namespace countersign::walk
