// SPDX-License-Identifier: Apache-2.0
// The program as it is called, and what it printed. For tests of the room.
#ifndef COUNTERSIGN_CLI_TESTING_RAN_H_
#define COUNTERSIGN_CLI_TESTING_RAN_H_

#include <string>
#include <vector>

#include "cli/program.h"

namespace countersign::cli {

using Words = std::vector<std::string>;

struct Ran {
  Exit exit;
  std::string out;
  std::string err;
};

// Runs the program with these words behind its name.
Ran ran(const Words& words);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_TESTING_RAN_H_
