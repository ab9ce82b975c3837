// SPDX-License-Identifier: Apache-2.0
// countersign_walk [--commands N] [--seed S]: the random walk, as long as one likes.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "walk/walk.h"

int main(int argc, char** argv) {
  CLI::App app("Walks random commands through casework and looks for what must never happen.");
  std::uint64_t commands = 20'000;
  std::uint64_t seed = 1;
  app.add_option("--commands", commands, "how many commands");
  app.add_option("--seed", seed, "where chance begins; the same seed walks the same way");
  CLI11_PARSE(app, argc, argv);
  const auto walked = countersign::walk::walk(seed, commands);
  fmt::print("seed {}: {} commands, {} accepted, {} grants\n", seed, walked.commands,
             walked.accepted, walked.grants);
  for (const auto& [answer, times] : walked.answers) fmt::print("{:>9} {}\n", times, answer);
  for (const std::string& finding : walked.findings) fmt::print("finding: {}\n", finding);
  return walked.findings.empty() ? 0 : 1;
}
