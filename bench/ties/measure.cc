// SPDX-License-Identifier: Apache-2.0
// bench_ties [--nodes N] [--edges N] [--seed N] [--catalogue FILE] [--rows DIR]
//
// Generates a catalogue, or opens one; asks it, changes it, writes and maps it, each beside its
// limit. With --rows what it is made of is also written for PostgreSQL (bench/ties/postgresql), and
// what this engine makes of it, for comparison: of a generated one components and contents, of one
// that was opened needs and who is relied on.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "casework/catalogue.h"
#include "registry/graph/answers.h"
#include "registry/graph/engine.h"
#include "ties/generate.h"

namespace {

using namespace countersign;                   // NOLINT(google-build-using-namespace): a program
using namespace countersign::registry::graph;  // NOLINT(google-build-using-namespace): a program
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The processor's time of this thread: what others take of a shared machine is not in it.
double processor_seconds(clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double gigabytes(const char* what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what)) return std::atof(line.c_str() + line.find(':') + 1) / 1048576;
  }
  return 0;
}

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + static_cast<long>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

void tell(const char* what, double reached, const char* unit, double limit) {
  fmt::print("| {} | {:.3g} {} | < {:g} {} | {:.0f} % |\n", what, reached, unit, limit, unit,
             100 * reached / limit);
}

std::size_t kept = 0;  // what is worked out must be used, or it need not be

// Of the last item, which in a generated catalogue everybody has parts in, and many others the one
// that most authorities have a say over.
Node busiest(const TieEngine& engine, std::mt19937_64& random) {
  const std::size_t nodes = engine.catalogue().nodes();
  Node best = static_cast<Node>(nodes - 1);
  std::size_t most = ties_of(engine, best, engine.rules()).says.size();
  for (int i = 0; i < 10'000; ++i) {
    const Node node = static_cast<Node>(random() % nodes);
    const std::size_t says = ties_of(engine, node, engine.rules()).says.size();
    if (says > most) best = node, most = says;
  }
  return best;
}

// Median of some rounds over one item, and over many that are nowhere in a cache.
void ask(const TieEngine& engine, std::mt19937_64& random) {
  const Catalogue& catalogue = engine.catalogue();
  const RuleSet& rules = engine.rules();
  const Node top = busiest(engine, random);
  const std::string name(catalogue.name(top));
  ItemTies ties;
  const auto measure = [&](int times, auto&& one) {
    std::vector<double> rounds;
    for (int round = 0; round < 7; ++round) {
      const double begin = processor_seconds();
      for (int i = 0; i < times; ++i) one();
      rounds.push_back((processor_seconds() - begin) / times);
    }
    return median(rounds);
  };
  const auto plain = [&] {
    ties_of(engine, top, rules, ties);
    kept += ties.says.size();
  };
  tell("ties of one item, warm", measure(100'000, plain) * 1e9, "ns", 1'000);
  const auto named = [&] {
    ties_of(engine, *catalogue.item(name), rules, ties);
    kept += ties.says.size();
  };
  tell("the same by its name", measure(100'000, named) * 1e9, "ns", 1'000);
  const auto with_path = [&] {
    ties_of(engine, top, rules, ties);
    for (const Say& say : ties.says) {
      for (const auto basis : {registry::Basis::Component, registry::Basis::Data}) {
        if ((say.bases & bit(basis)) != 0) kept += prove(engine, top, say.authority, basis)->size();
      }
    }
  };
  tell("with the shortest path of each tie", measure(10'000, with_path) * 1e6, "µs", 10);
  fmt::print("|   ({} authorities in it) | | | |\n", ties.says.size());
  const auto anywhere = [&] {
    ties_of(engine, static_cast<Node>(random() % catalogue.nodes()), rules, ties);
    kept += ties.says.size();
  };
  tell("ties of any item, cold", measure(100'000, anywhere) * 1e9, "ns", 1'000);
}

// How many items stand above, or `limit` when there are more.
std::size_t count_above(const Catalogue& catalogue, Node node, std::size_t limit) {
  std::unordered_set<Node> seen{node};
  std::vector<Node> open{node};
  while (!open.empty() && seen.size() <= limit) {
    const Node at = open.back();
    open.pop_back();
    for (const auto* users : {&catalogue.used_in, &catalogue.needed_by}) {
      for (const std::uint32_t description : users->of(at)) {
        const Node whole = catalogue.descriptions[description].node;
        if (seen.insert(whole).second) open.push_back(whole);
      }
    }
  }
  return seen.size() - 1;
}

// The part of a sample that most items, but at most ten thousand, stand above.
struct Below {
  Node part = kNoNode;
  std::size_t above = 0;
};
Below widely_used(const Catalogue& catalogue, std::mt19937_64& random) {
  constexpr std::size_t kMost = 10'000;
  Below found;
  for (int i = 0; i < 3'000 && found.above < kMost * 9 / 10; ++i) {
    const Node node = static_cast<Node>(random() % catalogue.nodes());
    const std::size_t count = count_above(catalogue, node, kMost + 1);
    if (count > found.above && count <= kMost) found = {node, count};
  }
  return found;
}

void change(TieEngine& engine, std::mt19937_64& random) {
  const Below below = widely_used(engine.catalogue(), random);
  const auto measure = [&](const char* what, auto&& one) {
    std::vector<double> rounds;
    std::size_t changed = 0;
    for (int round = 0; round < 10; ++round) {
      const double begin = processor_seconds();
      changed = one(round % 2 == 0).size();
      rounds.push_back(processor_seconds() - begin);
    }
    tell(what, median(rounds) * 1e3, "ms", 10);
    fmt::print("|   ({} items above, {} nodes changed) | | | |\n", below.above, changed);
  };
  if (!engine.catalogue().lines.entries.empty()) {
    measure("changing a part's origin", [&](bool first) {
      return engine.change_origin(below.part, *engine.origin(first ? "A1" : "A2"));
    });
  }
  const std::uint8_t authority = 0;
  measure("a claim on it, made or withdrawn", [&](bool made) {
    return made ? engine.add_claim({"bench", authority, registry::Basis::Supplied,
                                    ClaimFact::On::Item, below.part, 0})
                : engine.withdraw_claim("bench", authority);
  });
}

void write_contents(const TieEngine& engine, const std::filesystem::path& path) {
  std::ofstream out(path);
  const Catalogue& catalogue = engine.catalogue();
  for (Node node = 0; node < catalogue.nodes(); ++node) {
    for (const Say& say : ties_of(engine, node, engine.rules()).says) {
      if (say.content.is_zero()) continue;
      const std::string_view name = catalogue.name(node);
      out << name.substr(name.find('-') + 1) << '\t' << unsigned{say.authority} + 1 << '\t'
          << say.content.text() << '\n';
    }
  }
}

// Needs, who provides what, and who is relied on, each a node and a node or an authority a line.
void write_reliance(const TieEngine& engine, const std::filesystem::path& into) {
  std::ofstream needs(into / "needs.tsv"), provided(into / "provided.tsv"),
      relied(into / "relied.tsv");
  const Catalogue& catalogue = engine.catalogue();
  for (Node node = 0; node < catalogue.nodes(); ++node) {
    const NodeState& state = engine.state(node);
    if (state.is_described()) {
      for (const Node need : catalogue.needs.of(state.description)) {
        needs << node << '\t' << need << '\n';
      }
    }
    each(engine.profile(node).provides(),
         [&](unsigned authority, std::size_t) { provided << node << '\t' << authority << '\n'; });
    each(state.data,
         [&](unsigned authority, std::size_t) { relied << node << '\t' << authority << '\n'; });
  }
}

TieEngine generated(const bench::CatalogueSize& size, const std::filesystem::path& rows_in) {
  std::ofstream lines, prices;
  bench::Rows rows;
  if (!rows_in.empty()) {
    lines.open(rows_in / "lines.tsv");
    prices.open(rows_in / "prices.tsv");
    rows.line = [&](std::uint32_t item, std::uint32_t part, std::int64_t quantity,
                    std::int64_t value, unsigned origin) {
      lines << item << '\t' << part << '\t' << quantity << '\t' << value << '\t' << origin << '\n';
    };
    rows.price = [&](std::uint32_t item, std::int64_t price) {
      prices << item << '\t' << price << '\n';
    };
  }
  auto begin = Clock::now();
  CatalogueBuilder builder = bench::generate(size, rows);
  fmt::print("generated in {:.1f} s\n", seconds_since(begin));
  begin = Clock::now();
  auto catalogue = std::move(builder).build();
  if (!catalogue) {
    fmt::print("{}\n", base::to_text(catalogue.error()));
    std::exit(1);
  }
  fmt::print("ordered in {:.1f} s\n", seconds_since(begin));
  begin = Clock::now();
  TieEngine engine =
      TieEngine::build(std::move(catalogue.value()), *base::parse_instant("2025-06-10"),
                       casework::catalogue_threads());
  fmt::print("worked out for a date in {:.1f} s\n", seconds_since(begin));
  return engine;
}

casework::OpenCatalogue opened_at(const std::filesystem::path& file) {
  auto read = casework::open_catalogue(file);
  if (!read) {
    fmt::print("{}\n", base::to_text(read.error()));
    std::exit(1);
  }
  return std::move(read.value());
}

}  // namespace

int main(int argc, char** argv) {
  bench::CatalogueSize size;
  std::filesystem::path rows_in, catalogue;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--nodes") size.nodes = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--edges") size.edges = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--seed") size.seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--catalogue") catalogue = argv[i + 1];
    if (option == "--rows") rows_in = argv[i + 1];
  }
  if (!rows_in.empty()) std::filesystem::create_directories(rows_in);
  const unsigned threads = casework::catalogue_threads();
  casework::OpenCatalogue open;
  if (catalogue.empty()) {
    open.engine = std::make_unique<TieEngine>(generated(size, rows_in));
  } else {
    open = opened_at(catalogue);
  }
  TieEngine& engine = *open.engine;
  const Catalogue& held = engine.catalogue();
  fmt::print("{} nodes, {} components, {} needs, {} levels; rows of ties {:.2f} GB; seed {}\n\n",
             held.nodes(), held.lines.entries.size(), held.needs.entries.size(),
             held.level_begin.size() - 1, static_cast<double>(engine.bytes_of_rows()) / (1U << 30),
             size.seed);
  if (!rows_in.empty() && catalogue.empty()) write_contents(engine, rows_in / "contents.tsv");
  if (!rows_in.empty() && !catalogue.empty()) write_reliance(engine, rows_in);
  fmt::print("| work | reached | limit | of it |\n|---|--:|--:|--:|\n");
  std::mt19937_64 random(size.seed);
  ask(engine, random);
  change(engine, random);
  std::vector<double> whole, processor;
  for (int round = 0; round < 3; ++round) {
    const auto begin = Clock::now();
    const double before = processor_seconds(CLOCK_PROCESS_CPUTIME_ID);
    engine.recompute(threads);
    whole.push_back(seconds_since(begin));
    processor.push_back((processor_seconds(CLOCK_PROCESS_CPUTIME_ID) - before) / threads);
  }
  tell("recomputing everything", median(whole), "s", 10);
  tell("the same, of each processor's time", median(processor), "s", 10);
  tell("memory, the catalogue and its ties", gigabytes("VmRSS"), "GB", 4);
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("ties-{}.catalogue", size.seed);
  auto begin = Clock::now();
  if (!casework::save_catalogue(engine, file)) return 1;
  const double saved = seconds_since(begin);
  open = {};
  std::vector<double> opened, opening;
  for (int round = 0; round < 3; ++round) {
    begin = Clock::now();
    const double before = processor_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const casework::OpenCatalogue read = opened_at(file);
    opened.push_back(seconds_since(begin));
    opening.push_back(processor_seconds(CLOCK_PROCESS_CPUTIME_ID) - before);
    const TieEngine& again = *read.engine;
    kept +=
        ties_of(again, static_cast<Node>(again.catalogue().nodes() - 1), again.rules()).says.size();
  }
  tell("opening its file, every sum checked", median(opened), "s", 2);
  tell("the same, of the processor's time", median(opening), "s", 2);
  fmt::print(
      "\nwritten in {:.1f} s, {:.2f} GB; most memory while it was made {:.2f} GB; {} threads; "
      "{}\n",
      saved, static_cast<double>(std::filesystem::file_size(file)) / (1U << 30), gigabytes("VmHWM"),
      threads, kept == 0 ? "nothing found" : "done");
  std::filesystem::remove(file);
  return 0;
}
