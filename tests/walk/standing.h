// SPDX-License-Identifier: Apache-2.0
// Where cases and grants stand, and which step may follow where: the published table of states,
// written down a second time, by hand.
#ifndef COUNTERSIGN_TESTS_WALK_STANDING_H_
#define COUNTERSIGN_TESTS_WALK_STANDING_H_

#include <cstdint>
#include <map>
#include <string>

namespace countersign::walk {

struct GrantStanding {
  std::string status;  // empty: there is none
  std::int64_t quantity = 0;
  friend bool operator==(const GrantStanding&, const GrantStanding&) = default;
};

// What a case and its grants are at one moment.
struct Standing {
  std::string status;  // empty: there is none
  std::map<std::string, GrantStanding> grants;
  friend bool operator==(const Standing&, const Standing&) = default;
};
using Standings = std::map<std::string, Standing>;

// A step: its words in the published table ("decision: approve"), and the grant that it names.
// Beside those, `time` for what only time did, `issue` for a change of registers, `key_withdrawal`.
struct Step {
  std::string words;
  std::string grant = {};
};

// Why the step should not have been accepted as the case stood; empty: it may follow. `rest` says
// whether what a grant left open may be decided.
std::string against_table(const Standing& before, const Step& step, bool rest);

// Why a case could not have come from one standing to the other by this step; empty: it could.
std::string against_transition(const Standing& before, const Standing& after, const Step& step);

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_STANDING_H_
