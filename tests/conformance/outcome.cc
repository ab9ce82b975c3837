// SPDX-License-Identifier: Apache-2.0
#include "conformance/outcome.h"

#include <iterator>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace countersign::conformance {
namespace {

constexpr std::array<std::string_view, kChecks> kNames = {
    "readable",          "decision",      "reasons", "errors",  "shouldValidate", "policy strict",
    "policy permissive", "message kinds", "entity",  "request", "JSON schema",    "round trip"};

}  // namespace

std::string_view name_of(Check check) { return kNames[static_cast<std::size_t>(check)]; }

void Outcome::count(Check check, bool right, std::string subject, std::string expected,
                    std::string got) {
  ++(right ? passed : failed)[static_cast<std::size_t>(check)];
  if (!right)
    differences.push_back({.check = check,
                           .subject = std::move(subject),
                           .expected = std::move(expected),
                           .got = std::move(got)});
}

void Outcome::add(Outcome other) {
  cases += other.cases;
  for (const auto& [reason, count] : other.set_aside) set_aside[reason] += count;
  for (std::size_t i = 0; i < kChecks; ++i) {
    passed[i] += other.passed[i];
    failed[i] += other.failed[i];
  }
  std::move(other.differences.begin(), other.differences.end(), std::back_inserter(differences));
}

std::string to_text(const Difference& difference) {
  return fmt::format("{}: {}\n  expected {}\n  got      {}\n", difference.subject,
                     name_of(difference.check), difference.expected, difference.got);
}

std::string summary_of(const Outcome& outcome) {
  std::string text = fmt::format("{} cases\n", outcome.cases);
  for (std::size_t i = 0; i < kChecks; ++i)
    if (outcome.passed[i] + outcome.failed[i] != 0)
      text += fmt::format("{:18} {:7} passed {:7} failed\n", kNames[i], outcome.passed[i],
                          outcome.failed[i]);
  for (const auto& [reason, count] : outcome.set_aside)
    text += fmt::format("{} set aside: {}\n", count, reason);
  const auto sum = [](const auto& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  };
  return text + fmt::format("{} passed, {} failed\n", sum(outcome.passed), sum(outcome.failed));
}

}  // namespace countersign::conformance
