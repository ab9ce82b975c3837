// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casework/catalogue.h"
#include "casework/catalogue_changes.h"
#include "casework/catalogue_import.h"
#include "casework/item_lists.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"

namespace countersign::cli {

namespace {

struct Arguments {
  std::string mapping;
  std::string out;
  std::optional<std::string> as_of;
  bool json = false;
  std::vector<std::string> files;
};

struct ListArguments {
  std::string catalogue;
  std::string id;
  std::string out;
  bool json = false;
};

struct ChangeArguments {
  std::string catalogue;
  std::string changes;
  std::string out;
  std::string destination;
  bool check = false;
  bool json = false;
};

// One line that is written over, and only where somebody watches.
class Bar {
 public:
  Bar() : shown_(::isatty(STDERR_FILENO) != 0) {}
  ~Bar() { clear(); }
  // Makes room for a line that stays.
  void clear() {
    if (shown_ && any_) fmt::print(stderr, "\r{:{}}\r", "", kWidth + 6);
    any_ = false;
    what_.clear();
  }
  void show(const std::string& what, std::size_t done, std::size_t of) {
    const std::size_t percent = of == 0 ? 100 : done * 100 / of;
    if (!shown_ || (what == what_ && percent == percent_)) return;
    what_ = what;
    percent_ = percent;
    any_ = true;
    fmt::print(stderr, "\r{0:{2}.{2}} {1:3} %", what, percent, kWidth);
    std::fflush(stderr);
  }

 private:
  static constexpr int kWidth = 70;

  bool shown_;
  bool any_ = false;
  std::string what_;
  std::size_t percent_ = 0;
};

// A country that the mapping spells otherwise takes a say away: who imports sees it.
std::vector<std::string> other_origins(const registry::graph::Catalogue& catalogue) {
  std::vector<std::string> others;
  for (const std::string& origin : catalogue.tables.origins) {
    if (!origin.empty() && !catalogue.tables.authority(origin)) others.push_back(origin);
  }
  return others;
}

Exit import(const Arguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto at = instant_or_now(arguments.as_of, "--as-of");
  if (!at) return complain(at.error(), format);
  Bar bar;
  const auto imported = casework::import_catalogue(
      {arguments.mapping,
       {arguments.files.begin(), arguments.files.end()},
       at.value(),
       arguments.out},
      {[&](const std::string& what, std::size_t done, std::size_t of) { bar.show(what, done, of); },
       [&](const std::string& sentence) {
         bar.clear();
         fmt::print(stderr, "{}\n", sentence);
       }});
  bar.clear();
  if (!imported) return complain(imported.error(), format);
  const registry::graph::ImportReport& report = imported.value().report;
  if (!imported.value().engine) {
    const Exit exit = complain(report.issues(), format);
    if (format == Format::Text) {
      fmt::print(stderr,
                 "{} refused, so nothing was imported; wholes among their own parts are looked for "
                 "once nothing else is wrong\n",
                 report.refused());
    }
    return exit;
  }
  const registry::graph::TieEngine& engine = *imported.value().engine;
  const registry::graph::Catalogue& catalogue = engine.catalogue();
  if (arguments.json) {
    const auto number = [](std::size_t count) {
      return base::json_integer(static_cast<std::int64_t>(count));
    };
    print(base::json_object({{"catalogue", base::json_text(arguments.out)},
                             {"other_origins", base::json_texts(other_origins(catalogue))},
                             {"as_of", base::json_text(base::to_text(engine.at()))},
                             {"nodes", number(catalogue.nodes())},
                             {"components", number(catalogue.lines.entries.size())},
                             {"needs", number(catalogue.needs.entries.size())},
                             {"rows", number(report.rows)},
                             {"skipped", number(report.skipped)}}));
  } else {
    print(
        fmt::format("{}: {} names, {} components, {} needs, as of {}; {} said more than a "
                    "catalogue holds",
                    arguments.out, catalogue.nodes(), catalogue.lines.entries.size(),
                    catalogue.needs.entries.size(), base::to_text(engine.at()), report.skipped));
    const auto others = other_origins(catalogue);
    constexpr std::size_t kMost = 12;
    const std::vector<std::string> some(
        others.begin(),
        others.begin() + static_cast<std::ptrdiff_t>(std::min(others.size(), kMost)));
    if (!others.empty()) {
      print(
          fmt::format("Origins that are no authority here, so that nobody has a say by them: {}{}",
                      fmt::join(some, ", "), others.size() > kMost ? ", ..." : ""));
    }
  }
  return Exit::Done;
}

Exit list(const ListArguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto opened = casework::open_catalogue(arguments.catalogue);
  if (!opened) return complain(opened.error(), format);
  const registry::graph::Catalogue& catalogue = opened.value().engine->catalogue();
  const auto written =
      casework::write_item_list(catalogue, registry::ListId(arguments.id), arguments.out);
  if (!written) return complain(written.error(), format);
  const auto& [list, document, rows] = written.value();
  const auto others =
      std::count_if(catalogue.tables.claims.begin(), catalogue.tables.claims.end(),
                    [&](const auto& claim) { return claim.basis != registry::Basis::Data; });
  const std::size_t left_out = static_cast<std::size_t>(others) + catalogue.tables.rules.size();
  if (arguments.json) {
    print(
        base::json_object({{"list", base::json_text(document.string())},
                           {"rows_file", base::json_text(rows.string())},
                           {"rows", base::json_integer(list.rows)},
                           {"root", base::json_text(seal::to_text(list.root))},
                           {"left_out", base::json_integer(static_cast<std::int64_t>(left_out))}}));
    return Exit::Done;
  }
  print(fmt::format("{}: {} rows, root {}; the rows are in {}, which goes with it",
                    document.string(), list.rows, seal::to_text(list.root), rows.string()));
  if (left_out > 0) {
    print(
        fmt::format("{} claims and rules of the mapping are no part of it: each authority issues "
                    "its own",
                    left_out));
  }
  return Exit::Done;
}

Exit change(const ChangeArguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto document = read_file(arguments.changes);
  if (!document) return complain(document.error(), format);
  auto opened = casework::open_catalogue(arguments.catalogue);
  if (!opened) return complain(opened.error(), format);
  registry::graph::TieEngine& engine = *opened.value().engine;
  Bar bar;
  const auto changed = casework::change_catalogue(
      engine, document.value(), arguments.changes, arguments.destination,
      [&](std::size_t done, std::size_t of) { bar.show("working out ties", done, of); });
  bar.clear();
  if (!changed) return complain(changed.error(), format);
  const std::string out = arguments.out.empty() ? arguments.catalogue : arguments.out;
  if (!arguments.check) {
    const auto saved = casework::save_catalogue(engine, out);
    if (!saved) return complain(saved.error(), format);
  }
  if (arguments.json) {
    print(casework::to_json(changed.value()));
    return Exit::Done;
  }
  print(casework::to_text(changed.value()));
  print(arguments.check ? "Nothing was written." : fmt::format("Written to {}.", out));
  return Exit::Done;
}

constexpr const char* kChangeFooter = R"(
Changes what a catalogue says on its date, and tells which items have other ties then: the origin of
a component, the quantity or value of one in an item, a price, a supplier, a claim, a rule
(docs/formats/catalogue.md). Only what stands above a change is worked out anew. All changes are
made, or none where one of them cannot be; FILE is replaced in one step. CHANGES.json:

  {"changes": [{"what": "origin", "component": "gyro-7", "origin": "FR"}]}
)";

constexpr const char* kListFooter = R"(
Writes of a catalogue what the authority that answers for it (`described_by` in its mapping) can
vouch for by one signature: FOLDER/ID.json, which it issues, and FOLDER/ID.rows, the rows beside it
(docs/formats/registers.md). What a row cannot say is refused.
It is issued by `countersign issue` with {"lists": ["lists/UA-parts-2025.json"]} as what changes.
)";

constexpr const char* kFooter = R"(
Reads parts lists (CSV) and bills of materials (CycloneDX JSON 1.4 to 1.7, SPDX 2.3 JSON; a file
whose name ends in .json is one of these, any other a table) into one file that `countersign trace
-c` answers from. The mapping says who answers for them, which column is what, and whose claims and
rules there are (docs/formats/catalogue.md). Every line that is refused is named with its place; if
any is, nothing is imported. An import that was cut off goes on with the same words: what it had read
is kept beside the catalogue, in FILE.import, until it is done.
)";

}  // namespace

void add_catalogue_commands(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("catalogue", "catalogues of many items");
  group->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = group->add_subcommand("import", "make a catalogue of lists of parts");
  command->footer(kFooter);
  command->add_option("-m,--mapping", arguments->mapping, "how the files are to be read")
      ->type_name("MAPPING.json")
      ->required();
  command->add_option("-o,--out", arguments->out, "the catalogue to write")
      ->type_name("FILE")
      ->required();
  command->add_option("--as-of", arguments->as_of, "the date it answers for at once (now)")
      ->type_name("TIME");
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->add_option("files", arguments->files, "the lists")->type_name("FILE")->required();
  command->callback([arguments, &exit] { exit = import(*arguments); });

  auto changing = std::make_shared<ChangeArguments>();
  command = group->add_subcommand("change", "keep a catalogue current, and see whose say changes");
  command->footer(kChangeFooter);
  command->add_option("-c,--catalogue", changing->catalogue, "what is changed")
      ->type_name("FILE")
      ->required();
  auto* out = command->add_option("-o,--out", changing->out, "another file to write it to")
                  ->type_name("FILE");
  command->add_option("--for", changing->destination, "tell ties for this destination")
      ->type_name("PARTY");
  command->add_flag("--check", changing->check, "only tell; write nothing")->excludes(out);
  command->add_flag("--json", changing->json, "answer in JSON");
  command->add_option("changes", changing->changes, "what has changed; `-` is standard input")
      ->type_name("CHANGES.json")
      ->required();
  command->callback([changing, &exit] { exit = change(*changing); });

  auto listing = std::make_shared<ListArguments>();
  command = group->add_subcommand("list", "make a list that an authority vouches for as one");
  command->footer(kListFooter);
  command->add_option("-c,--catalogue", listing->catalogue, "what it is made of")
      ->type_name("FILE")
      ->required();
  command->add_option("--id", listing->id, "the list's id")->type_name("ID")->required();
  command->add_option("-o,--out", listing->out, "where both files go")
      ->type_name("FOLDER")
      ->required();
  command->add_flag("--json", listing->json, "answer in JSON");
  command->callback([listing, &exit] { exit = list(*listing); });
}

}  // namespace countersign::cli
