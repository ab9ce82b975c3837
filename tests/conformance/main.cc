// SPDX-License-Identifier: Apache-2.0
// cedar_conformance PATH  compares the engine with a conformance corpus.
//
// Leaves with 0 when there is no difference, 1 when there is one, 2 when PATH held nothing that
// could be compared.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "conformance/comparison.h"
#include "conformance/corpus.h"

namespace countersign::conformance {
namespace {

struct Options {
  std::string path;
  std::string only;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

bool is_asked_for(const Case& one, const Options& options) {
  return options.only.empty() || one.file.stem().string().starts_with(options.only) ||
         one.name == options.only;
}

// Each worker takes the next case until there is none; outcomes are kept in the cases' order.
std::vector<Outcome> compare_all(const std::vector<const Case*>& cases) {
  std::vector<Outcome> outcomes(cases.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < cases.size(); i = next++) outcomes[i] = compare(*cases[i]);
  };
  std::vector<std::jthread> workers;
  const unsigned count = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  for (unsigned i = 0; i < count; ++i) workers.emplace_back(work);
  workers.clear();
  return outcomes;
}

int run(const Options& options) {
  const base::Parsed<Corpus> opened = Corpus::open(options.path);
  if (!opened) {
    fmt::print(stderr, "{}\n", base::to_text(opened.error()));
    return 2;
  }
  const Corpus& corpus = opened.value();
  for (const auto& aid : corpus.aids())
    fmt::print("cases that `{}` does not hold may come from `{}`\n", options.path, aid.string());
  std::vector<const Case*> asked_for;
  for (const Case& one : corpus.cases())
    if (asked_for.size() < options.most && is_asked_for(one, options)) asked_for.push_back(&one);

  Outcome all;
  for (Outcome& outcome : compare_all(asked_for)) all.add(std::move(outcome));
  if (options.only.empty())
    for (const std::string& stray : corpus.strays())
      all.count(Check::Readable, false, stray, "the case it belongs to", "no such case");
  for (const Difference& difference : all.differences) fmt::print("{}\n", to_text(difference));
  fmt::print("{}", summary_of(all));
  if (all.cases == 0) {
    fmt::print(stderr, "{}: no case{}\n", options.path,
               options.only.empty() ? "" : fmt::format(" `{}`", options.only));
    return 2;
  }
  return all.differences.empty() ? 0 : 1;
}

}  // namespace
}  // namespace countersign::conformance

int main(int argc, char** argv) {
  countersign::conformance::Options options;
  CLI::App app("Compares the Cedar engine with a conformance corpus.", "cedar_conformance");
  app.add_option("PATH", options.path, "a folder or an archive of cases")->required();
  app.add_option("--only", options.only, "only the cases whose name begins so");
  app.add_option("--most", options.most, "at most so many cases, in the order of their names");
  CLI11_PARSE(app, argc, argv);
  return countersign::conformance::run(options);
}
