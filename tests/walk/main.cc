// SPDX-License-Identifier: Apache-2.0
// countersign_walk [--commands N] [--seed S]: the random walk, as long as one likes.
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "walk/walk.h"

namespace {

using countersign::walk::Walked;

constexpr std::uint64_t kToldEvery = 100;  // worlds

void tell(const Walked& walked) {
  if (walked.worlds % kToldEvery != 0) return;
  fmt::print("{} commands, {} accepted, {} grants, {} findings\n", walked.commands, walked.accepted,
             walked.grants, walked.findings.size());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Walks random commands through casework and looks for what must never happen.");
  std::uint64_t commands = 20'000;
  std::uint64_t seed = 1;
  bool answers = false;
  app.add_option("--commands", commands, "how many commands");
  app.add_option("--seed", seed, "where chance begins; the same seed walks the same way");
  app.add_flag("--answers", answers, "say, too, how often each rule refused each step");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", seed);
  const Walked walked = countersign::walk::walk(seed, commands, tell);
  fmt::print("seed {}: {} commands in {} worlds, {} accepted, {} grants\n", seed, walked.commands,
             walked.worlds, walked.accepted, walked.grants);
  fmt::print("{:>9} {:>9}  step\n", "accepted", "refused");
  for (const auto& [step, tried] : walked.steps) {
    fmt::print("{:>9} {:>9}  {}\n", tried.accepted, tried.refused, step);
  }
  if (answers) {
    for (const auto& [answer, times] : walked.answers) fmt::print("{:>9} {}\n", times, answer);
  }
  for (const std::string& finding : walked.findings) fmt::print("finding: {}\n", finding);
  return walked.findings.empty() ? 0 : 1;
}
