// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "casework/catalogue.h"
#include "casework/files.h"
#include "casework/trace.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "cli/output.h"

namespace countersign::cli {

namespace {

using Ask = casework::TraceQuestion::Ask;

struct Arguments : InstanceOptions {
  std::string directory;
  std::string catalogue;
  std::optional<std::uint64_t> known_at;
  std::optional<std::string> as_of;
  casework::TraceQuestion question;
  bool path = false, all = false, why_not = false, used_by = false;
  std::string svg;
};

Exit answer(registry::graph::TieEngine& engine, const Arguments& arguments,
            const std::string& alone = {}, std::size_t rows_read = 0) {
  const Format format = arguments.format();
  auto traced = casework::trace(engine, arguments.question);
  if (!traced) return complain(traced.error(), format);
  traced.value().known_at = arguments.known_at;
  traced.value().alone = alone;
  traced.value().rows_read = rows_read;
  if (!arguments.svg.empty()) {
    const auto written = casework::write_file(
        arguments.svg, marked_chart(casework::to_svg(traced.value())), casework::Secrecy::Public);
    if (!written) return complain(written.error(), format);
  }
  if (arguments.json) {
    print(casework::to_json(traced.value()));
  } else {
    print(casework::to_text(traced.value()));
  }
  return Exit::Done;
}

Exit answer(casework::RegisterTies& ties, const Arguments& arguments) {
  return answer(ties.engine, arguments, ties.alone ? ties.alone->text() : std::string(),
                ties.rows_read);
}

// As the instance's ledger has it, now or as it was known at a position.
Exit answer_of_instance(const Arguments& arguments, base::Instant at) {
  const Format format = arguments.format();
  return with_instance(arguments, [&](casework::Instance& instance) {
    // Who may see what goes by the present, whatever was known then.
    const auto reader = reader_of(instance, arguments);
    if (!reader) return tell(reader.error(), format);
    const auto answer_of = [&](const kernel::State& state) {
      auto seen = casework::ties_of_state(state, at, reader.value(), arguments.question);
      if (!seen) return complain(seen.error(), format);
      if (!seen.value()) return tell(seen.value().error(), format);
      return answer(seen.value().value(), arguments);
    };
    if (arguments.known_at) {
      const auto then = instance.known_at(*arguments.known_at);
      return then ? answer_of(*then.value()) : complain(then.error(), format);
    }
    Exit exit = Exit::Done;
    instance.look([&](const kernel::State& state) { exit = answer_of(state); });
    return exit;
  });
}

Exit trace(Arguments& arguments) {
  const Format format = arguments.format();
  arguments.question.ask = arguments.used_by                          ? Ask::UsedBy
                           : arguments.why_not                        ? Ask::WhyNot
                           : arguments.all                            ? Ask::Sources
                           : arguments.path || !arguments.svg.empty() ? Ask::Paths
                                                                      : Ask::Ties;
  const auto at = instant_or_now(arguments.as_of, "--as-of");
  if (!at) return complain(at.error(), format);
  if (!arguments.instance.empty()) return answer_of_instance(arguments, at.value());
  if (!arguments.directory.empty()) {
    auto ties = casework::ties_of_directory(arguments.directory, at.value(), arguments.question);
    return ties ? answer(ties.value(), arguments) : complain(ties.error(), format);
  }
  std::optional<base::Instant> wanted;
  if (arguments.as_of) wanted = at.value();
  auto opened = casework::open_catalogue(arguments.catalogue, wanted);
  if (!opened) return complain(opened.error(), format);
  return answer(*opened.value().engine, arguments);
}

constexpr const char* kFooter = R"(
Says which authorities have a say over an item, and why: what of it is theirs, by which part, which
data or which technology, exactly. Nothing is granted, and nothing is kept.

DIR is a directory of registers (docs/formats/registers.md), FILE a catalogue that
`countersign catalogue import` made (docs/catalogue.md). A catalogue answers at once for the date it
was made for; for another one everything is worked out anew first. INSTANCE answers by the registers
in its ledger, as they are or as they were known when it had so many entries (`--known-at`). `--as
OFFICE` tells what the registers of that office's own authority say alone. Of lists of items the rows
that the answer rests on are read; for `--used-by`, all of them.
)";

}  // namespace

void add_trace(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("trace", "say who has a say over an item, and why");
  command->footer(kFooter);
  CLI::Option* directory =
      command->add_option("-d,--directory", arguments->directory, "the registers")
          ->type_name("DIR");
  CLI::Option* catalogue =
      command->add_option("-c,--catalogue", arguments->catalogue, "a catalogue, in place of DIR")
          ->type_name("FILE");
  CLI::Option* instance =
      command->add_option("-i,--instance", arguments->instance, "an instance, in place of DIR")
          ->type_name("INSTANCE");
  directory->excludes(catalogue);
  instance->excludes(directory);
  instance->excludes(catalogue);
  add_as_option(*command, *arguments);
  command->get_option("--as")->needs(instance);
  add_known_at_option(*command, arguments->known_at)->needs(instance);
  command->add_option("--authority", arguments->question.authority, "of this authority alone")
      ->type_name("ID");
  command
      ->add_option("--for", arguments->question.destination,
                   "the destination, where rules differ by it")
      ->type_name("PARTY");
  command->add_option("--as-of", arguments->as_of, "the date asked about")->type_name("TIME");
  CLI::Option* path =
      command->add_flag("--path", arguments->path, "with the shortest way to what proves each tie");
  CLI::Option* all = command->add_flag("--all", arguments->all, "with every part, need and claim");
  CLI::Option* why_not =
      command->add_flag("--why-not", arguments->why_not, "why the authority has no say");
  CLI::Option* used_by =
      command->add_flag("--used-by", arguments->used_by, "what contains or needs the item");
  const std::vector<CLI::Option*> asks = {path, all, why_not, used_by};
  for (std::size_t i = 0; i < asks.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) asks[i]->excludes(asks[k]);
  }
  command
      ->add_option("--if-origin", arguments->question.if_origin,
                   "and what would change, were the item of that origin")
      ->type_name("PARTY")
      ->needs(used_by);
  command->add_option("--svg", arguments->svg, "draw the paths into a file")->type_name("FILE.svg");
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->add_option("item", arguments->question.item, "the item or component")
      ->type_name("ITEM")
      ->required();
  command->callback([arguments, directory, catalogue, instance, &exit] {
    if (directory->empty() && catalogue->empty() && instance->empty()) {
      throw CLI::RequiredError("one of --directory, --catalogue and --instance");
    }
    exit = trace(*arguments);
  });
}

}  // namespace countersign::cli
