// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

int main(int argc, char** argv) {
  return static_cast<int>(countersign::cli::run({argv + 1, argv + argc}));
}
