// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <string>

#include "cli/output.h"
#include "cli/program.h"

// What the standard library throws where the system fails (a folder that may not be entered, an
// output that is full) ends the program as any other thing that could not be finished. So does an
// answer that could not be written down: who asked does not have it.
int main(int argc, char** argv) {
  using countersign::cli::Exit;
  Exit exit = Exit::CouldNotFinish;
  try {
    exit = countersign::cli::run({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    countersign::cli::print_error(std::string("countersign: could not finish: ") + failure.what());
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    countersign::cli::print_error("countersign: the answer could not be written to its end");
    exit = Exit::CouldNotFinish;
  }
  return static_cast<int>(exit);
}
