// SPDX-License-Identifier: Apache-2.0
// What comparing a case gave: how much was right, and every difference.
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_OUTCOME_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_OUTCOME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::conformance {

enum class Check : std::uint8_t {
  Readable,  // the case itself, and everything it names
  Decision,
  Reasons,
  Errors,
  ShouldValidate,
  PolicyStrict,
  PolicyPermissive,
  MessageKinds,
  Entity,
  Request,
  JsonSchema,
  RoundTrip,  // each policy: text, JSON, text
};
inline constexpr std::size_t kChecks = 12;

// "decision", "message kinds", ...
std::string_view name_of(Check check);

struct Difference {
  Check check;
  std::string subject;  // the case, and what in it
  std::string expected;
  std::string got;
};

struct Outcome {
  std::size_t cases = 0;
  std::array<std::size_t, kChecks> passed{};
  std::array<std::size_t, kChecks> failed{};
  // Statements of a corpus that count for nothing, by the reason why.
  std::map<std::string_view, std::size_t> set_aside;
  std::vector<Difference> differences;

  void count(Check check, bool right, std::string subject, std::string expected, std::string got);
  void add(Outcome other);
};

// The difference as lines for a person; the counts by check, the last line "N passed, N failed".
std::string to_text(const Difference& difference);
std::string summary_of(const Outcome& outcome);

}  // namespace countersign::conformance

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_OUTCOME_H_
