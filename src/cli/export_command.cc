// SPDX-License-Identifier: Apache-2.0
// `export`: the history of cases, for tools that look at processes.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>

#include "casework/export.h"
#include "casework/files.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct ExportArguments : InstanceOptions {
  std::string ocel;
  std::string csv;
};

Exit write_out(const std::string& file, const std::string& text, const ExportArguments& arguments) {
  const auto written = casework::write_file(file, text, casework::Secrecy::Public);
  if (!written) return complain(written.error(), arguments.format());
  return say_written(file, arguments.format());
}

Exit export_history(const ExportArguments& arguments) {
  return with_instance(arguments, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, arguments);
    if (!reader) return tell(reader.error(), arguments.format());
    if (!arguments.ocel.empty()) {
      const auto log = casework::export_ocel(instance, reader.value());
      if (!log) return complain(log.error(), arguments.format());
      return write_out(arguments.ocel, base::write_json(marked(log.value())), arguments);
    }
    const auto table = casework::export_csv(instance, reader.value());
    if (!table) return complain(table.error(), arguments.format());
    return write_out(arguments.csv, marked_table(table.value()), arguments);
  });
}

}  // namespace

void add_export(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command =
      app.add_subcommand("export", "write the history of all cases, for other programs");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  CLI::Option* ocel =
      command
          ->add_option("--ocel", arguments->ocel,
                       "as an object-centric event log (OCEL 2.0, JSON), for process-mining tools")
          ->type_name("FILE.json");
  CLI::Option* csv =
      command->add_option("--csv", arguments->csv, "as a table, a line each entry of a case")
          ->type_name("FILE.csv")
          ->excludes(ocel);
  command->callback([arguments, ocel, csv, &exit] {
    if (ocel->empty() && csv->empty()) throw CLI::RequiredError("one of --ocel and --csv");
    exit = export_history(*arguments);
  });
}

}  // namespace countersign::cli
