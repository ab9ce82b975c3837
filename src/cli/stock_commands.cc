// SPDX-License-Identifier: Apache-2.0
// stock: show, rate, forecast, history, import.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casework/directory.h"
#include "casework/files.h"
#include "casework/import.h"
#include "casework/movement_csv.h"
#include "casework/stock.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

struct StockArguments : InstanceOptions {
  std::string directory;
  std::string authority;
  std::string item;
  std::string place;
  std::optional<std::string> as_of;
  std::int64_t quantity = 0;
  std::string svg;

  casework::StockFilter filter(const casework::Reader& reader) const {
    casework::StockFilter filter;
    filter.reader = reader;
    if (!authority.empty()) filter.authority = registry::AuthorityId(authority);
    if (!item.empty()) filter.item = registry::ItemId(item);
    if (!place.empty()) filter.place = registry::HoldingPlaceId(place);
    return filter;
  }
};

// Asked of a source, in the sight of whoever looks.
using Ask = std::function<Exit(const kernel::StockSource&, const casework::Reader&)>;

// Where the stock is kept: a directory, whose registers alone count, or an instance with its
// grants.
Exit with_source(const StockArguments& arguments, const Ask& ask) {
  std::optional<base::Instant> at;
  if (arguments.as_of || arguments.instance.empty()) {
    const auto read = instant_or_now(arguments.as_of, "--as-of");
    if (!read) return complain(read.error(), arguments.format());
    at = read.value();
  }
  if (arguments.instance.empty()) {
    const auto directory = casework::read_directory(arguments.directory);
    if (!directory) return complain(directory.error(), arguments.format());
    const registry::RegistersView view = directory.value().registers.view(*at);
    return ask({directory.value().registers, view, nullptr}, casework::Reader::keeper());
  }
  return look_at(arguments, [&](const kernel::State& state, const casework::Reader& reader) {
    const registry::Registers& registers = state.authorities().registers();
    const registry::RegistersView view = registers.view(at.value_or(state.now()));
    return ask({registers, view, &state}, reader);
  });
}

Exit say(const base::Ruled<casework::StockAnswer>& answer, Format format) {
  if (!answer) return tell(answer.error(), format);
  if (format == Format::Json) {
    print(answer.value().json);
  } else {
    print(answer.value().text);
  }
  return Exit::Done;
}

Exit history(const StockArguments& arguments, const kernel::StockSource& source,
             const casework::StockFilter& filter) {
  if (arguments.svg.empty()) {
    return say(casework::stock_history(source, filter), arguments.format());
  }
  const auto chart = casework::draw_stock(source, filter);
  if (!chart) return tell(chart.error(), arguments.format());
  const auto written =
      casework::write_file(arguments.svg, marked_chart(chart.value()), casework::Secrecy::Public);
  if (!written) return complain(written.error(), arguments.format());
  return say_written(arguments.svg, arguments.format());
}

// `-d` or `-i`, one of them.
void add_source(CLI::App& command, StockArguments& arguments) {
  CLI::Option* directory =
      command.add_option("-d,--directory", arguments.directory, "the registers and directives")
          ->type_name("DIR");
  command
      .add_option("-i,--instance", arguments.instance,
                  "an instance, whose grants count too, in place of DIR")
      ->type_name("INSTANCE")
      ->excludes(directory);
  command.add_flag("--json", arguments.json, "answer in JSON (docs/stock.md)");
}

void need_source(const StockArguments& arguments) {
  if (arguments.directory.empty() && arguments.instance.empty()) {
    throw CLI::RequiredError("one of --directory and --instance");
  }
}

std::shared_ptr<StockArguments> add_question(
    CLI::App& stock, const std::string& name, const std::string& what, Exit& exit,
    Exit (*ask)(const StockArguments&, const kernel::StockSource&, const casework::StockFilter&)) {
  auto arguments = std::make_shared<StockArguments>();
  CLI::App* command = stock.add_subcommand(name, what);
  add_source(*command, *arguments);
  add_as_option(*command, *arguments);
  command->get_option("--as")->needs(command->get_option("--instance"));
  command->add_option("--authority", arguments->authority, "of this authority alone")
      ->type_name("AUTHORITY")
      ->check(id_mistake);
  command->add_option("--item", arguments->item, "of this item alone")
      ->type_name("ITEM")
      ->check(id_mistake);
  command->add_option("--as-of", arguments->as_of, "the date asked about (now)")->type_name("TIME");
  command->callback([arguments, ask, &exit] {
    need_source(*arguments);
    exit = with_source(*arguments,
                       [&](const kernel::StockSource& source, const casework::Reader& reader) {
                         return ask(*arguments, source, arguments->filter(reader));
                       });
  });
  return arguments;
}

void add_place(CLI::App& stock, const std::string& name, StockArguments& arguments) {
  stock.get_subcommand(name)
      ->add_option("--place", arguments.place, "what lies at this place, and moves there")
      ->type_name("PLACE")
      ->check(id_mistake);
}

void add_questions(CLI::App& stock, Exit& exit) {
  const auto shown =
      add_question(stock, "show", "how much there is, where, and what is promised of it", exit,
                   [](const StockArguments& arguments, const kernel::StockSource& source,
                      const casework::StockFilter& filter) {
                     return say(casework::show_stock(source, filter), arguments.format());
                   });
  add_place(stock, "show", *shown);
  const auto rated = add_question(
      stock, "rate", "whether it is green, yellow or red, now and after a request", exit,
      [](const StockArguments& arguments, const kernel::StockSource& source,
         const casework::StockFilter& filter) {
        return say(casework::rate_stock(source, filter, arguments.quantity), arguments.format());
      });
  stock.get_subcommand("rate")
      ->add_option("--quantity", rated->quantity, "after a request for so many")
      ->type_name("NUMBER")
      ->check(whole_number());
  add_question(stock, "forecast", "when it turns yellow or red if it is used as it was", exit,
               [](const StockArguments& arguments, const kernel::StockSource& source,
                  const casework::StockFilter& filter) {
                 return say(casework::forecast_stock(source, filter), arguments.format());
               });
  const auto told = add_question(
      stock, "history", "what came, went and was promised, and what was left", exit, history);
  add_place(stock, "history", *told);
  stock.get_subcommand("history")
      ->add_option("--svg", told->svg, "write a chart of one item's stock to this file")
      ->type_name("FILE");
}

struct ImportArguments : StockArguments {
  std::string keys;
  std::string id;
  std::string table;
  std::string separator = ",";
  std::vector<std::string> columns;
  bool check = false;
};

base::Parsed<casework::CsvLayout> layout_of(const ImportArguments& arguments) {
  casework::CsvLayout layout;
  layout.separator = arguments.separator.front();
  for (const std::string& column : arguments.columns) {
    const std::size_t equals = column.find('=');
    if (equals == std::string::npos || equals == 0) {
      return base::Issues{{"--column",
                           {},
                           fmt::format("`{}` names no field and heading", column),
                           "write FIELD=HEADING, like --column date=Datum",
                           {}}};
    }
    layout.headings[column.substr(0, equals)] = column.substr(equals + 1);
  }
  return layout;
}

// The table's lists, as far as the registers of the source take them.
base::Parsed<std::vector<registry::Movements>> read_table(const ImportArguments& arguments,
                                                          const kernel::StockSource& source) {
  BOOST_OUTCOME_TRY(const casework::CsvLayout layout, layout_of(arguments));
  const registry::AuthorityId authority(arguments.authority);
  const registry::AuthorityView* view = source.view.find(authority);
  if (view == nullptr || view->holdings == nullptr) {
    return base::Issues{{"--authority",
                         {},
                         fmt::format("`{}` has no holdings book in force", arguments.authority),
                         "it says which items are counted, and the places where they lie",
                         {}}};
  }
  std::ifstream table(arguments.table, std::ios::binary);
  if (!table) {
    return base::Issues{{arguments.table, {}, "cannot be opened", "check its name", {}}};
  }
  BOOST_OUTCOME_TRY(auto rows,
                    casework::read_movement_csv(table, arguments.table, layout, **view->holdings));
  if (table.bad()) {
    return base::Issues{{arguments.table, {}, "cannot be read to its end", "check the disk", {}}};
  }
  std::vector<registry::Movements> lists = casework::in_lists(std::move(rows), arguments.id);
  BOOST_OUTCOME_TRY(casework::check_against(source.registers, authority, lists, arguments.table));
  return lists;
}

Exit import(const ImportArguments& arguments) {
  std::optional<base::Parsed<std::vector<registry::Movements>>> lists;
  const Exit read = with_source(arguments, [&](const kernel::StockSource& source, const auto&) {
    lists = read_table(arguments, source);
    return *lists ? Exit::Done : complain(lists->error(), arguments.format());
  });
  if (read != Exit::Done) return read;
  std::int64_t rows = 0;
  for (const registry::Movements& list : lists->value()) {
    rows += static_cast<std::int64_t>(list.rows.size());
  }
  if (arguments.check || rows == 0) {
    if (arguments.json) {
      print(base::json_object({{"rows", base::json_integer(rows)}}));
    } else {
      print(fmt::format("{} movements, none refused; nothing was entered", rows));
    }
    return Exit::Done;
  }
  return with_instance(arguments, [&](casework::Instance& instance) {
    if (!arguments.json) print(fmt::format("{} movements, none refused", rows));
    return tell(casework::issue(instance, registry::AuthorityId(arguments.authority),
                                casework::plan_of(std::move(lists->value())),
                                casework::KeyFolder(arguments.keys), casework::system_now()),
                arguments.format());
  });
}

void add_import(CLI::App& stock, Exit& exit) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command =
      stock.add_subcommand("import", "enter movements from a table, all of them or none");
  command->footer(R"(
The table's first line names its columns: id, date, item, from, to, quantity; and, if they are
there, place, reason, unit, grant. Where they are called otherwise, say so with --column, as below.
Every line that is refused is told, with its column, and why; then nothing is entered. `--check`
only tells, and needs no keys; `-d DIR` serves for it too.)");
  add_source(*command, *arguments);
  command->add_option("--authority", arguments->authority, "whose stock it is")
      ->type_name("AUTHORITY")
      ->check(id_mistake)
      ->required();
  CLI::Option* keys =
      command->add_option("--keys", arguments->keys, "the folder of its offices' keys")
          ->type_name("KEYS");
  command->add_option("--id", arguments->id, "what the lists are called: ID/1, ID/2, ...")
      ->type_name("ID")
      ->check(id_mistake)
      ->required();
  command
      ->add_option("--separator", arguments->separator,
                   "what stands between cells; a comma unless said")
      ->type_name("CHARACTER")
      ->check([](const std::string& text) {
        const bool one = text.size() == 1 && text != "\"" && text != "\n" && text != "\r";
        return one ? std::string() : std::string("it is one character, and no quotation mark");
      });
  command
      ->add_option("--column", arguments->columns,
                   "the heading of a field's column; repeat it for each")
      ->type_name("FIELD=HEADING");
  command->add_flag("--check", arguments->check, "say what would be refused, and enter nothing");
  command->add_option("table", arguments->table, "the movements")
      ->type_name("TABLE.csv")
      ->required();
  command->callback([arguments, keys, &exit] {
    need_source(*arguments);
    if (!arguments->check && arguments->instance.empty()) throw CLI::RequiredError("--instance");
    if (!arguments->check && keys->empty()) throw CLI::RequiredError("--keys");
    exit = import(*arguments);
  });
}

}  // namespace

void add_stock_commands(CLI::App& app, Exit& exit) {
  CLI::App* stock = app.add_subcommand(
      "stock", "what an authority holds, what is left of it, and until when: its own view");
  stock->require_subcommand(1);
  stock->footer(R"(
The figures are the owning authority's own: no requester is shown any of them. With --as an office
sees its own authority's; a grant whose case it does not see stands there as `not-shown`. What each
means, with a worked example: docs/stock.md.)");
  add_questions(*stock, exit);
  add_import(*stock, exit);
}

}  // namespace countersign::cli
