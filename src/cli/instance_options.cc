// SPDX-License-Identifier: Apache-2.0
#include "cli/instance_options.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "casework/keys.h"
#include "cli/help.h"
#include "cli/input.h"

namespace countersign::cli {

void add_instance_options(CLI::App& command, InstanceOptions& options) {
  command.add_option("-i,--instance", options.instance, "the instance's folder")
      ->type_name("INSTANCE")
      ->required();
  command.add_flag("--json", options.json, "answer in JSON");
}

void add_actor_options(CLI::App& command, ActorOptions& options) {
  add_instance_options(command, options);
  command.add_option("--by", options.by, "the office that acts")
      ->type_name("OFFICE")
      ->check(id_mistake)
      ->required();
  command
      .add_option("--acting-for", options.acting_for,
                  "the office you act for, whose holder is away (`countersign absence`)")
      ->type_name("OFFICE")
      ->check(id_mistake);
  command.add_option("--key", options.key, "the private key of the office's holder")
      ->type_name("FILE")
      ->required();
}

void mark(const casework::Instance& instance) {
  if (instance.name().kind == kernel::InstanceKind::Exercise) mark_exercise();
}

Exit tell(const base::Refusal& refusal, Format format) {
  if (format == Format::Json) {
    print(base::json_object(
        {{"refused", base::json_object({{"rule", base::json_text(refusal.rule)},
                                        {"message", base::json_text(refusal.message)},
                                        {"where", base::json_text(refusal.where)}})}}));
  } else {
    print_error(fmt::format("refused ({}): {}", refusal.rule, refusal.message));
  }
  return Exit::Refused;
}

Exit tell(const casework::Handled& handled, Format format) {
  if (!handled) return complain(handled.error(), format);
  if (!handled.value()) return tell(handled.value().error(), format);
  const casework::Receipt& receipt = handled.value().value();
  if (format == Format::Json) {
    print(base::json_object(
        {{"accepted", base::json_object(
                          {{"first", base::json_integer(static_cast<std::int64_t>(receipt.first))},
                           {"count", base::json_integer(static_cast<std::int64_t>(receipt.count))},
                           {"repeated", base::json_bool(receipt.repeated)},
                           {"notes", base::json_texts(receipt.notes)}})}}));
    return Exit::Done;
  }
  if (receipt.count == 0) {
    print("nothing had to be entered");
  } else if (receipt.count == 1) {
    print(fmt::format("entered in the ledger, as entry {}", receipt.first));
  } else {
    print(fmt::format("entered in the ledger, as entries {} to {}", receipt.first,
                      receipt.first + receipt.count - 1));
  }
  for (const std::string& note : receipt.notes) print("note: " + note);
  return Exit::Done;
}

void add_as_option(CLI::App& command, InstanceOptions& options, const char* about) {
  command.add_option("--as", options.as, about)->type_name("OFFICE")->check(id_mistake);
}

CLI::Option* add_known_at_option(CLI::App& command, std::optional<std::uint64_t>& known_at) {
  return command
      .add_option("--known-at", known_at, "as it was known when the ledger had so many entries")
      ->type_name("NUMBER")
      ->check(whole_number());
}

base::Ruled<casework::Reader> reader_of(casework::Instance& instance,
                                        const InstanceOptions& options) {
  if (options.as.empty()) return casework::Reader::keeper();
  base::Ruled<casework::Reader> reader = casework::Reader::keeper();
  instance.look(
      [&](const kernel::State& state) { reader = casework::Reader::as(state, options.as); });
  return reader;
}

Exit look_at(const InstanceOptions& options,
             const std::function<Exit(const kernel::State&, const casework::Reader&)>& show) {
  return with_instance(options, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, options);
    if (!reader) return tell(reader.error(), options.format());
    Exit exit = Exit::Done;
    instance.look([&](const kernel::State& state) { exit = show(state, reader.value()); });
    return exit;
  });
}

Exit with_instance(const InstanceOptions& options,
                   const std::function<Exit(casework::Instance&)>& act) {
  const auto instance = casework::Instance::open(options.instance);
  if (!instance) return complain(instance.error(), options.format());
  mark(*instance.value());
  return act(*instance.value());
}

Exit with_actor(
    const ActorOptions& options,
    const std::function<casework::Handled(casework::Instance&, const casework::Actor&)>& act) {
  const auto key = casework::load_key(options.key);
  if (!key) return complain(key.error(), options.format());
  return with_instance(options, [&](casework::Instance& instance) {
    casework::Actor actor{key.value(), registry::OfficeId(options.by)};
    if (!options.acting_for.empty()) actor.acting_for = registry::OfficeId(options.acting_for);
    return tell(act(instance, actor), options.format());
  });
}

base::Parsed<base::Json> read_document(const std::string& file) {
  BOOST_OUTCOME_TRY(const std::string text, read_file(file));
  return base::read_json(text, file);
}

base::Parsed<base::Json> read_sound_request(const std::string& file) {
  BOOST_OUTCOME_TRY(const std::string text, read_file(file));
  BOOST_OUTCOME_TRY(base::Json document, base::read_json(text, file));
  base::Report report(text, file);
  BOOST_OUTCOME_TRY(const auto request, kernel::read_request(document, report));
  BOOST_OUTCOME_TRY(const base::Instant now, instant_or_now(std::nullopt, {}));
  // What a rule refuses, its command tells.
  if (request && request.value().window.until <= now) {
    report.add_at(*document.find("window"),
                  fmt::format("the window ended at {}: nothing could be granted",
                              base::to_text(request.value().window.until)),
                  "ask for a time that is still to come");
    return report.take();
  }
  return document;
}

base::Parsed<kernel::Provisos> read_provisos(const std::string& file) {
  if (file.empty()) return kernel::Provisos{};
  BOOST_OUTCOME_TRY(const std::string text, read_file(file));
  BOOST_OUTCOME_TRY(const base::Json document, base::read_json(text, file));
  base::Report report(text, file);
  kernel::Provisos provisos = kernel::Provisos::read(&document, report);
  if (!report.clean()) return report.take();
  return provisos;
}

}  // namespace countersign::cli
