// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "casework/files.h"
#include "casework/story.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace countersign::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string story;
  std::string keep;
  bool json = false;
};

base::Json json_of(const casework::StepResult& result) {
  return base::json_object({{"id", base::json_text(result.id)},
                            {"at", base::json_text(base::to_text(result.at))},
                            {"text", base::json_text(result.text)},
                            {"answer", base::json_text(result.answer)},
                            {"differs", base::json_texts(result.differs)}});
}

void print_row(const casework::StepResult& result) {
  print(fmt::format("{} {:<5} {}  {}", result.differs.empty() ? "ok  " : "FAIL", result.id,
                    base::to_text(result.at).substr(0, 10), result.text));
  print(fmt::format("                       -> {}", result.answer));
  for (const std::string& difference : result.differs) {
    print("                       !! " + difference);
  }
}

Exit run(const Arguments& arguments) {
  const Format format = arguments.json ? Format::Json : Format::Text;
  const auto story = casework::read_story(arguments.story);
  if (!story) return complain(story.error(), format);
  if (story.value().exercise) mark_exercise();
  fs::path folder(arguments.keep);
  if (arguments.keep.empty()) {
    std::array<std::uint8_t, 8> random{};
    if (const auto filled = casework::fill_random(random); !filled) {
      return complain(filled.error(), format);
    }
    folder = fs::temp_directory_path() / ("countersign-play-" + base::to_hex(random));
  }
  if (!arguments.json) print(story.value().title + "\n");
  std::vector<base::Json> rows;
  const auto results = casework::play(story.value(), folder, [&](const auto& result) {
    if (arguments.json) {
      rows.push_back(json_of(result));
    } else {
      print_row(result);
    }
  });
  if (arguments.keep.empty()) {
    std::error_code none;
    fs::remove_all(folder, none);
  }
  if (!results) return complain(results.error(), format);
  const auto failed = std::count_if(results.value().begin(), results.value().end(),
                                    [](const auto& result) { return !result.differs.empty(); });
  if (arguments.json) {
    print(base::json_object(
        {{"steps", base::json_array(std::move(rows))}, {"failed", base::json_integer(failed)}}));
  } else {
    print(fmt::format("\n{} steps, {}", results.value().size(),
                      failed == 0
                          ? std::string("all answered as the story says")
                          : fmt::format("{} of them answered otherwise: FAIL above", failed)));
  }
  return failed == 0 ? Exit::Done : Exit::Refused;
}

constexpr const char* kFooter = R"(
Runs a story against a fresh instance whose clock is the story's: dated steps, each with the answer
it must get (docs/formats/stories.md). Ends with 1 when an answer differs. A story is how a
directive is tried out before it is issued.
)";

}  // namespace

void add_play(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("play", "run a story and compare its answers");
  command->footer(kFooter);
  command->add_option("story", arguments->story, "a folder with a story.json")
      ->type_name("DIR")
      ->required();
  command->add_option("--keep", arguments->keep, "make the instance here, and keep it")
      ->type_name("INSTANCE");
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->callback([arguments, &exit] { exit = run(*arguments); });
}

}  // namespace countersign::cli
