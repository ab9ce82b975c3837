// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <optional>
#include <string>

#include "casework/directory.h"
#include "casework/instance.h"
#include "casework/question.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "cli/output.h"

namespace countersign::cli {

namespace {

struct Arguments : InstanceOptions {
  std::string directory;
  std::optional<std::uint64_t> known_at;
  std::optional<std::string> as_of;
  std::string view = "full";
  std::string request;
};

Exit tell(const base::Parsed<casework::Answer>& answer, Format format) {
  if (!answer) return complain(answer.error(), format);
  if (format == Format::Json) {
    print(answer.value().json);
  } else {
    print(answer.value().text);
  }
  return answer.value().refused ? Exit::Refused : Exit::Done;
}

// As the instance's ledger has it, now or as it was known at a position.
Exit determine_in_instance(const Arguments& arguments, const casework::Question& question) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  if (arguments.known_at) {
    return with_instance(arguments, [&](casework::Instance& instance) {
      // Who may see what goes by the present, whatever was known then.
      const auto reader = reader_of(instance, arguments);
      if (!reader) return cli::tell(reader.error(), format);
      const auto then = instance.known_at(*arguments.known_at);
      if (!then) return complain(then.error(), format);
      return tell(casework::answer(*then.value(), question, reader.value()), format);
    });
  }
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    return tell(casework::answer(state, question, reader), format);
  });
}

Exit determine(const Arguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto at = instant_or_now(arguments.as_of, "--as-of");
  if (!at) return complain(at.error(), format);
  const auto text = read_file(arguments.request);
  if (!text) return complain(text.error(), format);
  casework::Question question;
  question.request = text.value();
  question.file = arguments.request;
  if (arguments.request == "-") question.file = "standard input";
  question.at = at.value();
  question.view =
      arguments.view == "full" ? casework::AnswerView::Full : casework::AnswerView::Requester;
  if (!arguments.instance.empty()) return determine_in_instance(arguments, question);
  const auto directory = casework::read_directory(arguments.directory);
  if (!directory) return complain(directory.error(), format);
  return tell(casework::answer(directory.value().registers, question), format);
}

constexpr const char* kFooter = R"(
Says which authorities have a say over the request, and what each one's directives in force make of
it: no approval needed, approval required (and the smallest sets of offices that suffice),
prohibited (and what bars it), or undetermined (something failed or is not known). Nothing is
granted, and nothing is kept.

DIR is laid out as docs/formats/registers.md says; the request too is described there. `--view
requester` shows what the requester would see: what announced directives bar or require.
)";

}  // namespace

void add_determine(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("determine", "say whose approval a request needs");
  command->footer(kFooter);
  CLI::Option* directory =
      command->add_option("-d,--directory", arguments->directory, "the registers and directives")
          ->type_name("DIR");
  CLI::Option* instance =
      command->add_option("-i,--instance", arguments->instance, "an instance, in place of DIR")
          ->type_name("INSTANCE");
  directory->excludes(instance);
  add_as_option(*command, *arguments);
  command->get_option("--as")->needs(instance);
  add_known_at_option(*command, arguments->known_at)->needs(instance);
  command->add_option("--as-of", arguments->as_of, "the date asked about (now)")->type_name("TIME");
  command->add_option("--view", arguments->view, "how much is shown")
      ->type_name("VIEW")
      ->check(one_of({"full", "requester"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "answer in JSON (docs/formats/determination.md)");
  command
      ->add_option("request", arguments->request,
                   "the request's file; - where another program hands it on")
      ->type_name("REQUEST.json")
      ->required();
  command->callback([arguments, directory, instance, &exit] {
    if (directory->empty() && instance->empty()) {
      throw CLI::RequiredError("one of --directory and --instance");
    }
    exit = determine(*arguments);
  });
}

}  // namespace countersign::cli
