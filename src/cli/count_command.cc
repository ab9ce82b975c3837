// SPDX-License-Identifier: Apache-2.0
// `count`: cases by first submission, requests and decisions with a proof, and what may be
// published of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <optional>
#include <string>

#include "casework/case_count.h"
#include "casework/count.h"
#include "casework/files.h"
#include "casework/publication.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/instance_options.h"

namespace countersign::cli {
namespace {

constexpr std::uint64_t kLeast = 5;

struct CountArguments : InstanceOptions {
  std::string since;
  std::string until;
  std::string by = "nothing";
  std::string out;
  std::optional<std::int64_t> unanswered;
  std::uint64_t least = kLeast;
  bool linked = false;
  bool publish = false;
  bool csv = false;
};

// What the state says, in the form asked for.
template <class Counted>
void show(const Counted& counted, const CountArguments& arguments) {
  if (arguments.json) {
    print(casework::to_json(counted));
  } else if (arguments.csv) {
    fmt::print("{}", marked_table(casework::to_csv(counted)));
  } else {
    print(casework::to_text(counted));
  }
}

// "1 deny, 4 approve" of an object of numbers.
std::string words_of(const base::Json& counts) {
  std::vector<std::string> words;
  for (const base::Json::Member& count : counts.members) {
    words.push_back(fmt::format("{} {}", count.value.integer, count.name));
  }
  return words.empty() ? std::string("none") : fmt::format("{}", fmt::join(words, ", "));
}

void print_proved(const base::Json& document, const CountArguments& arguments) {
  const base::Json* until = document.find("until");
  print(fmt::format(
      "since {}{}: {} requests; decisions: {}; outcomes: {}\nover the ledger's entries {} to {}{}",
      document.find("since")->text, until == nullptr ? "" : fmt::format(", until {}", until->text),
      document.find("requests")->integer, words_of(*document.find("decisions")),
      words_of(*document.find("cases")), document.find("first")->integer,
      document.find("size")->integer - 1,
      arguments.out.empty() ? "" : fmt::format("; proof written to {}", arguments.out)));
}

Exit count(const CountArguments& arguments) {
  const Format format = arguments.format();
  const auto since = instant_or_now(arguments.since, "--since");
  if (!since) return complain(since.error(), format);
  casework::CountRange range{since.value(), base::kDistantFuture, arguments.linked};
  if (!arguments.until.empty()) {
    const auto until = instant_or_now(arguments.until, "--until");
    if (!until) return complain(until.error(), format);
    range.until = until.value();
    if (base::Period{range.since, range.until}.empty()) {
      base::Issue issue;
      issue.message =
          fmt::format("--until {} does not lie after --since {}", arguments.until, arguments.since);
      issue.remedy = "what is counted is received from the one on and before the other";
      return complain(base::Issues{issue}, format);
    }
  }
  casework::CountQuestion question;
  question.submitted = {range.since, range.until};
  question.by = casework::find_count_by(arguments.by).value_or(casework::CountBy::Nothing);
  question.unanswered_over_days = arguments.unanswered;
  return with_instance(arguments, [&](casework::Instance& instance) {
    const auto reader = reader_of(instance, arguments);
    if (!reader) return tell(reader.error(), format);
    if (!reader.value().sees(kernel::Sight::Count, kernel::Part{})) {
      return tell(casework::not_shown(reader.value(), "counts"), format);
    }
    std::optional<casework::CaseCount> cases;
    instance.look([&](const kernel::State& state) {
      cases = casework::count_cases(state, question, reader.value());
    });
    if (arguments.publish) {
      show(casework::publish(*cases, arguments.least), arguments);
      return Exit::Done;
    }
    if (arguments.csv) {
      show(*cases, arguments);
      return Exit::Done;
    }
    const auto counted = casework::count_since(instance, range);
    if (!counted) return complain(counted.error(), format);
    if (!arguments.out.empty()) {
      const auto written = casework::write_file(arguments.out, base::write_json(counted.value()),
                                                casework::Secrecy::Public);
      if (!written) return complain(written.error(), format);
    }
    if (arguments.json) {
      base::Json document = counted.value();
      document.members.push_back({"stated", {}, casework::to_json(*cases)});
      print(document);
      return Exit::Done;
    }
    print_proved(counted.value(), arguments);
    print(casework::to_text(*cases));
    print(
        "the first two lines are proved by the entries alone (`-o`, then `countersign verify`);\n"
        "what follows them is what this instance says of its cases" +
        std::string(arguments.linked ? ", of which outcomes and their ages are proved too" : ""));
    return Exit::Done;
  });
}

constexpr const char* kFooter = R"(
Requests, decisions and outcomes are counted by when they were received, with a proof that none was
left out. Cases are counted by when they were first submitted: how each stands now, what else is true
of it (a discrepancy, a lapsed grant), and the median age. An age runs from the first submission to
the first denial, return or grant; of a case without one, to now. Of an even number the median is the
lower of the two in the middle. With --linked the proof shows which entries belong to one case, not
which case it is, and so proves outcomes and ages too; --by shows what no proof covers.

--publish gives a table for the public: numbers below --least are withheld, and as many others as it
takes that none can be worked out from the totals.
)";

}  // namespace

void add_count(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<CountArguments>();
  CLI::App* command = app.add_subcommand(
      "count", "how many requests, decisions and cases, with proof that none was left out");
  add_instance_options(*command, *arguments);
  add_as_option(*command, *arguments);
  command->add_option("--since", arguments->since, "from when on")->type_name("TIME")->required();
  command->add_option("--until", arguments->until, "before when; to the end unless said")
      ->type_name("TIME");
  command->add_option("--by", arguments->by, "a line of its own for each")
      ->type_name("WHAT")
      ->check(one_of({"authority", "requester", "item", "action", "outcome", "month"}));
  command
      ->add_option("--unanswered-over", arguments->unanswered,
                   "also count cases without an answer after so many days")
      ->type_name("DAYS")
      ->check(whole_number());
  command->add_flag("--linked", arguments->linked,
                    "let the proof show which entries belong to one case");
  CLI::Option* publish = command->add_flag("--publish", arguments->publish,
                                           "a table that may be published: small numbers withheld");
  command->add_option("--least", arguments->least, "the smallest number that is published")
      ->needs(publish)
      ->type_name("NUMBER")
      ->check(whole_number(2, 1'000'000))
      ->capture_default_str();
  CLI::Option* csv =
      command->add_flag("--csv", arguments->csv, "the table as CSV, without the proof")
          ->excludes("--json");
  command
      ->add_option("-o,--output", arguments->out,
                   "write the count with its proof; check it with `countersign verify`")
      ->type_name("COUNT.json")
      ->excludes(publish)
      ->excludes(csv);
  command->footer(kFooter);
  command->callback([arguments, &exit] { exit = count(*arguments); });
}

}  // namespace countersign::cli
