// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.h"

namespace {

constexpr const char* kFooter = R"(
Exit codes: 0 done; 1 refused, by a rule that is named; 2 bad input, with its place; 3 could not
finish. `countersign COMMAND --help` says more about each command.
)";

}  // namespace

int main(int argc, char** argv) {
  using countersign::cli::Exit;
  CLI::App app("Case-by-case consent: whose approval a request needs, and proof that it was given.",
               "countersign");
  app.footer(kFooter);
  app.set_version_flag("--version", "countersign 0.1.0");
  app.require_subcommand(1);
  Exit exit = Exit::Done;
  countersign::cli::add_determine(app, exit);
  countersign::cli::add_setup_commands(app, exit);
  countersign::cli::add_case_commands(app, exit);
  countersign::cli::add_proof_commands(app, exit);
  countersign::cli::add_verify(app, exit);
  countersign::cli::add_play(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 speaks of its own mistakes by exceptions; its other codes are folded into ours.
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::BadInput);
  }
  return static_cast<int>(exit);
}
