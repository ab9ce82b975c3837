// SPDX-License-Identifier: Apache-2.0
// A random walk through casework: commands of every kind, by whoever happens to sign, in whatever
// order (README.md). After each, the oracle says whether what was accepted may have been, and
// whether every case and grant came from where it was to where it is by that command.
#ifndef COUNTERSIGN_TESTS_WALK_WALK_H_
#define COUNTERSIGN_TESTS_WALK_WALK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace countersign::walk {

// How often one step was accepted and refused.
struct Tried {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
};

struct Walked {
  std::uint64_t commands = 0;
  std::uint64_t accepted = 0;
  std::uint64_t grants = 0;
  std::uint64_t worlds = 0;
  // By step. What the published table names is counted where it stands in the ledger of a world
  // that has ended, the machine's own steps too: that is what was kept of it.
  std::map<std::string, Tried> steps;
  std::map<std::string, std::uint64_t> answers;  // by step and, where it was refused, the rule
  std::vector<std::string> findings;             // empty: nothing was found wrong
};

// A step of the published table in its words: "decision: approve".
std::string words_of(std::string_view kind, std::string_view variant);

// Walks at least `commands` commands from a seed; the same seed walks the same way. Stops at the
// first finding, which says by which command it came. `told` hears of every world that has ended.
// Worlds are made in the system's folder for temporary files (TMPDIR): in one that is kept in
// memory the walk is several times as fast.
Walked walk(std::uint64_t seed, std::uint64_t commands,
            const std::function<void(const Walked&)>& told = nullptr);

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_WALK_H_
