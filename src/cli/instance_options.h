// SPDX-License-Identifier: Apache-2.0
// What commands on an instance share: which instance, who acts, with which key, how it answers.
#ifndef COUNTERSIGN_CLI_INSTANCE_OPTIONS_H_
#define COUNTERSIGN_CLI_INSTANCE_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "casework/actions.h"
#include "casework/instance.h"
#include "casework/reader.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/output.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace countersign::cli {

struct InstanceOptions {
  std::string instance;
  std::string as;  // the office whose sight it is shown in; empty: everything
  bool json = false;

  Format format() const { return json ? Format::Json : Format::Text; }
};

struct ActorOptions : InstanceOptions {
  std::string by;
  std::string key;
  std::string acting_for;
};

// Adds `-i/--instance` and `--json`; then `--by` and `--key`.
void add_instance_options(CLI::App& command, InstanceOptions& options);
void add_actor_options(CLI::App& command, ActorOptions& options);

// Adds `--as`, to commands that show something.
void add_as_option(
    CLI::App& command, InstanceOptions& options,
    const char* about = "as this office sees it, like US/SecDef, or the clerk, like US/clerk");
// Adds `--known-at`, a position of the ledger; needs an instance, which the caller says.
CLI::Option* add_known_at_option(CLI::App& command, std::optional<std::uint64_t>& known_at);
// Who looks, by these options; refused by `unknown-office`.
base::Ruled<casework::Reader> reader_of(casework::Instance& instance,
                                        const InstanceOptions& options);
// Opens the instance and calls `show` on its state, with who looks.
Exit look_at(const InstanceOptions& options,
             const std::function<Exit(const kernel::State&, const casework::Reader&)>& show);

// What is printed from here on says so where the instance is one for practice.
void mark(const casework::Instance& instance);

// Opens the instance and calls `act`; complains when it cannot be opened.
Exit with_instance(const InstanceOptions& options,
                   const std::function<Exit(casework::Instance&)>& act);
// The same with the office's key loaded. Prints what became of the command.
Exit with_actor(
    const ActorOptions& options,
    const std::function<casework::Handled(casework::Instance&, const casework::Actor&)>& act);

// What became of a command, printed: where it stands in the ledger, or why it was refused.
Exit tell(const casework::Handled& handled, Format format);
Exit tell(const base::Refusal& refusal, Format format);

// A JSON file as a document. `file` may be "-".
base::Parsed<base::Json> read_document(const std::string& file);
// A request as it will be signed, once it is known to read as one: what is wrong in it is told with
// its place in the file, which the signed statement no longer knows.
base::Parsed<base::Json> read_sound_request(const std::string& file);
// What will be signed, read back as it will be written: options that do not go together, or a text
// that is too long, are found before anything is.
template <class Body>
base::Parsed<void> check_body(const char* command, const Body& body) {
  const std::string name = std::string("countersign ") + command;
  base::Report report({}, name);
  Body::read(Body::write(body), report);
  if (report.clean()) return base::outcome::success();
  return as_options(report.take());
}
// Provisos from a file; none when `file` is empty.
base::Parsed<kernel::Provisos> read_provisos(const std::string& file);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_INSTANCE_OPTIONS_H_
