// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "registry/graph/tables_json.h"

namespace countersign::registry::graph {
namespace {

constexpr std::string_view kMagic = "countersign catalogue 1\n";
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kHeader = 64;

// Four lanes, so that a processor works on several words at a time. Of pieces all but the last are
// multiples of 32 bytes.
class Checksum {
 public:
  void add(std::span<const std::byte> bytes) {
    size_ += bytes.size();
    std::size_t at = 0;
    for (; at + 32 <= bytes.size(); at += 32) {
      std::array<std::uint64_t, 4> words;
      std::memcpy(words.data(), bytes.data() + at, 32);
      for (std::size_t i = 0; i < 4; ++i) lanes_[i] = mix(lanes_[i], words[i]);
    }
    for (; at < bytes.size(); ++at) {
      lanes_[0] = mix(lanes_[0], static_cast<std::uint64_t>(bytes[at]) + 1);
    }
  }
  std::uint64_t sum() const {
    std::uint64_t sum = size_;
    for (const std::uint64_t lane : lanes_) sum = mix(sum, lane);
    return sum;
  }

 private:
  static std::uint64_t mix(std::uint64_t lane, std::uint64_t word) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
    lane = (lane ^ word) * kFactor;
    return lane ^ (lane >> 32);
  }

  std::array<std::uint64_t, 4> lanes_ = {1, 2, 3, 4};
  std::uint64_t size_ = 0;
};

std::uint64_t checksum(std::span<const std::byte> bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.sum();
}

// Calls f(name, column) for each, in the order of the file.
template <class Catalogue_, class F>
void each_column(Catalogue_& catalogue, F&& f) {
  f("names.text", catalogue.names.text);
  f("names.ends", catalogue.names.ends);
  f("names.kinds", catalogue.names.kinds);
  f("names.table", catalogue.names.table);
  f("levels", catalogue.level_begin);
  f("joined", catalogue.joined);
  f("described", catalogue.described);
  f("descriptions", catalogue.descriptions);
  f("large", catalogue.large);
  const auto rows = [&](const std::string& name, auto& one) {
    f(name + ".begin", one.begin);
    f(name, one.entries);
  };
  rows("lines", catalogue.lines);
  rows("needs", catalogue.needs);
  rows("made_with", catalogue.made_with);
  rows("suppliers", catalogue.suppliers);
  rows("classes", catalogue.classes);
  rows("prices", catalogue.prices);
  rows("used_in", catalogue.used_in);
  rows("needed_by", catalogue.needed_by);
  rows("makes", catalogue.makes);
}

struct Section {
  std::string name;
  std::size_t offset = 0;
  std::size_t bytes = 0;
  std::uint64_t sum = 0;
};

}  // namespace

class SnapshotWriter {
 public:
  SnapshotWriter(const TieEngine& engine, const Sink& sink) : engine_(engine), sink_(sink) {}

  bool run() {
    // The header names where the table will stand: it is written last, and found from the end.
    put(std::as_bytes(std::span(kMagic)));
    pad();
    each_column(engine_.catalogue_, [&](const std::string& name, const auto& column) {
      section(name, std::as_bytes(column.all()));
    });
    section("profiles", std::as_bytes(std::span(engine_.profiles_)));
    put_states();
    put_rows();
    const std::string table = base::write_json(contents());
    const std::uint64_t table_begin = written_;
    put(std::as_bytes(std::span(table)));
    const std::array<std::uint64_t, 3> tail = {table_begin, table.size(),
                                               checksum(std::as_bytes(std::span(table)))};
    put(std::as_bytes(std::span(tail)));
    return good_;
  }

 private:
  void put(std::span<const std::byte> bytes) {
    good_ = good_ && sink_(bytes);
    written_ += bytes.size();
  }
  void pad() {
    static constexpr std::array<std::byte, kAlignment> kZeros{};
    if (written_ % kAlignment != 0) {
      put(std::span(kZeros).first(kAlignment - written_ % kAlignment));
    }
  }
  void begin(const std::string& name) { sections_.push_back({name, written_, 0, 0}); }
  void add(std::span<const std::byte> bytes) {
    put(bytes);
    sections_.back().bytes += bytes.size();
    sections_.back().sum = sections_.back().sum * 31 + checksum(bytes);
  }
  void end() { pad(); }
  void section(const std::string& name, std::span<const std::byte> bytes) {
    begin(name);
    add(bytes);
    end();
  }

  // Rows lie in memory where the threads that worked them out put them. In the file they lie in the
  // order of their nodes, so that the same facts give the same bytes.
  struct Places {
    std::uint32_t next = 0;
    std::uint32_t left = 0;
    std::uint32_t chunks = 0;

    // As RowPool::Writer gives them.
    std::uint32_t of(const NodeState& state) {
      const auto count = static_cast<std::uint32_t>(words_of(state));
      if (count == 0) return 0;
      if (count > left) {
        next = chunks++ * RowPool::kChunkWords + 1;
        left = RowPool::kChunkWords - 1;
      }
      next += count;
      left -= count;
      return next - count;
    }
  };

  void put_states() {
    constexpr std::size_t kPiece = 1U << 14;
    Places places;
    Checksum sum;
    begin("states");
    const auto states = engine_.states_.all();
    std::vector<NodeState> piece;
    for (std::size_t at = 0; at < states.size(); at += kPiece) {
      const auto some = states.subspan(at, std::min(kPiece, states.size() - at));
      piece.assign(some.begin(), some.end());
      for (NodeState& state : piece) state.row = places.of(state);
      const auto bytes = std::as_bytes(std::span<const NodeState>(piece));
      put(bytes);
      sum.add(bytes);
      sections_.back().bytes += bytes.size();
    }
    sections_.back().sum = sum.sum();
    end();
  }

  void put_rows() {
    Places places;
    std::vector<std::uint64_t> chunk;
    begin("rows");
    for (const NodeState& state : engine_.states_.all()) {
      const std::size_t count = words_of(state);
      if (count == 0) continue;
      const std::uint32_t row = places.of(state);
      if (row % RowPool::kChunkWords == 1) {
        if (!chunk.empty()) add(std::as_bytes(std::span<const std::uint64_t>(chunk)));
        chunk.assign(RowPool::kChunkWords, 0);
      }
      const std::uint64_t* words = engine_.rows_.row(state.row);
      std::copy(words, words + count,
                chunk.begin() + static_cast<std::ptrdiff_t>(row % RowPool::kChunkWords));
    }
    if (!chunk.empty()) add(std::as_bytes(std::span<const std::uint64_t>(chunk)));
    end();
  }

  base::Json contents() const {
    std::vector<base::Json> sections;
    for (const Section& one : sections_) {
      sections.push_back(
          base::json_object({{"name", base::json_text(one.name)},
                             {"offset", base::json_integer(static_cast<std::int64_t>(one.offset))},
                             {"bytes", base::json_integer(static_cast<std::int64_t>(one.bytes))},
                             {"sum", base::json_text(fmt::format("{:016x}", one.sum))}}));
    }
    return base::json_object({{"at", base::json_integer(engine_.at_.unix_ms)},
                              {"sections", base::json_array(std::move(sections))},
                              {"tables", write_tables(engine_.catalogue_.tables)}});
  }

  const TieEngine& engine_;
  const Sink& sink_;
  std::vector<Section> sections_;
  std::size_t written_ = 0;
  bool good_ = true;
};

class SnapshotReader {
 public:
  SnapshotReader(std::span<std::byte> bytes, std::string_view file, unsigned threads)
      : bytes_(bytes), file_(file), threads_(std::max(threads, 1U)) {}

  base::Parsed<TieEngine> run() {
    std::array<std::uint64_t, 3> tail{};
    if (bytes_.size() < kHeader + sizeof tail ||
        std::memcmp(bytes_.data(), kMagic.data(), kMagic.size()) != 0) {
      return issue("is no catalogue of this version", "import it again");
    }
    std::memcpy(tail.data(), bytes_.data() + bytes_.size() - sizeof tail, sizeof tail);
    const std::size_t most = bytes_.size() - sizeof tail;
    if (tail[0] > most || tail[1] != most - tail[0]) return damaged("the end");
    const auto table = bytes_.subspan(tail[0], tail[1]);
    if (checksum(table) != tail[2]) return damaged("the table of contents");
    const std::string text(static_cast<const char*>(static_cast<const void*>(table.data())),
                           table.size());
    BOOST_OUTCOME_TRY(const base::Json document,
                      base::read_json(text, file_, {.bytes = 1U << 30, .values = 100'000'000}));
    base::Report report(text, file_);
    read(document, report);
    if (!report.clean()) return report.take();
    if (!problem_.empty()) return damaged(problem_);
    return std::move(engine_);
  }

 private:
  base::Issues issue(std::string message, std::string remedy) const {
    base::Issue one;
    one.file = file_;
    one.message = std::move(message);
    one.remedy = std::move(remedy);
    return {std::move(one)};
  }
  base::Issues damaged(std::string_view what) const {
    return issue(fmt::format("is damaged: {} is not what was written", what), "import it again");
  }
  void need(bool holds, std::string_view what) {
    if (!holds && problem_.empty()) problem_ = what;
  }

  void read(const base::Json& document, base::Report& report) {
    base::Fields fields(document, "the table of contents", report);
    engine_.at_.unix_ms = fields.integer("at");
    for (const base::Json& element : fields.array("sections")) {
      base::Fields one(element, "a section", report);
      Section section;
      section.name = one.text("name");
      const auto size = static_cast<std::int64_t>(bytes_.size());
      section.offset = static_cast<std::size_t>(one.integer("offset", 0, size));
      section.bytes = static_cast<std::size_t>(one.integer("bytes", 0, size));
      section.sum = std::strtoull(one.text("sum").c_str(), nullptr, 16);
      one.finish();
      need(section.bytes <= bytes_.size() - section.offset && section.offset % kAlignment == 0,
           section.name);
      sections_.push_back(std::move(section));
    }
    const base::Json* tables = fields.need("tables");
    fields.finish();
    if (!report.clean() || tables == nullptr || !problem_.empty()) return;
    check_sums();
    if (!problem_.empty()) return;
    take_columns();
    if (!problem_.empty()) return;
    engine_.catalogue_.tables = read_tables(*tables, engine_.catalogue_.nodes(), report);
    if (!report.clean()) return;
    check_catalogue();
    check_states();
    if (!problem_.empty()) return;
    engine_.take_rules();
    engine_.take_currencies();
    engine_.take_claims();
    for (std::uint32_t i = 1; i < engine_.profiles_.size(); ++i) {
      engine_.profile_numbers_.emplace(engine_.profiles_[i], i);
    }
  }

  std::uint64_t sum_of(const Section& section) const {
    const auto bytes = bytes_.subspan(section.offset, section.bytes);
    if (section.name != "rows") return checksum(bytes);
    std::uint64_t sum = 0;
    constexpr std::size_t kChunk = RowPool::kChunkWords * sizeof(std::uint64_t);
    for (std::size_t at = 0; at < bytes.size(); at += kChunk) {
      sum = sum * 31 + checksum(bytes.subspan(at, std::min(kChunk, bytes.size() - at)));
    }
    return sum;
  }

  void check_sums() {
    std::atomic<std::size_t> next = 0;
    std::vector<std::uint8_t> right(sections_.size(), 0);
    const auto work = [&] {
      for (std::size_t i = next++; i < sections_.size(); i = next++) {
        right[i] = sum_of(sections_[i]) == sections_[i].sum;
      }
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads_; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    for (std::size_t i = 0; i < sections_.size(); ++i) need(right[i] != 0, sections_[i].name);
  }

  template <class T>
  std::span<T> values(const std::string& name) {
    const auto found = std::find_if(sections_.begin(), sections_.end(),
                                    [&](const Section& one) { return one.name == name; });
    if (found == sections_.end() || found->bytes % sizeof(T) != 0) {
      need(false, name);
      return {};
    }
    void* begin = bytes_.data() + found->offset;
    return {static_cast<T*>(begin), found->bytes / sizeof(T)};
  }

  void take_columns() {
    each_column(engine_.catalogue_, [&]<class T>(const std::string& name, Column<T>& column) {
      column = Column<T>::over(values<T>(name));
    });
    engine_.states_ = Column<NodeState>::over(values<NodeState>("states"));
    const auto profiles = values<Profile>("profiles");
    engine_.profiles_.assign(profiles.begin(), profiles.end());
    const auto words = values<std::uint64_t>("rows");
    need(words.size() % RowPool::kChunkWords == 0 &&
             words.size() / RowPool::kChunkWords <= RowPool::kMostChunks,
         "rows");
    if (!problem_.empty()) return;
    for (std::size_t at = 0; at < words.size(); at += RowPool::kChunkWords) {
      engine_.rows_.map_chunk(words.data() + at);
    }
  }

  template <class T>
  void check_rows(const Rows<T>& rows, std::size_t count, std::string_view name) {
    if (rows.begin.empty()) return need(rows.entries.empty(), name);
    const auto begin = rows.begin.all();
    need(begin.size() == count + 1 && begin.front() == 0 && begin.back() == rows.entries.size() &&
             std::is_sorted(begin.begin(), begin.end()),
         name);
  }

  template <class T, class F>
  void check_each(std::span<const T> all, std::string_view name, F&& holds) {
    need(std::all_of(all.begin(), all.end(), holds), name);
  }

  void check_catalogue() {
    const Catalogue& catalogue = engine_.catalogue_;
    const Tables& tables = catalogue.tables;
    const std::size_t nodes = catalogue.nodes();
    const std::size_t descriptions = catalogue.descriptions.size();
    const auto below = [](std::size_t limit) {
      return [limit](std::size_t value) { return value < limit; };
    };
    check_names();
    const auto levels = catalogue.level_begin.all();
    need(levels.empty() ? nodes == 0
                        : levels.front() == 0 && levels.back() == nodes &&
                              std::is_sorted(levels.begin(), levels.end()),
         "levels");
    need(catalogue.joined.size() == nodes && (nodes == 0 || catalogue.joined[0] == 0), "joined");
    const auto described = catalogue.described.all();
    need(described.size() == nodes + 1 && described.front() == 0 &&
             described.back() == descriptions && std::is_sorted(described.begin(), described.end()),
         "described");
    check_each(catalogue.descriptions.all(), "descriptions", [&](const Description& one) {
      return one.node < nodes && one.period < tables.periods.size() &&
             one.by < tables.authorities.size();
    });
    check_rows(catalogue.lines, descriptions, "lines");
    check_rows(catalogue.needs, descriptions, "needs");
    check_rows(catalogue.made_with, descriptions, "made_with");
    check_rows(catalogue.suppliers, nodes, "suppliers");
    check_rows(catalogue.classes, nodes, "classes");
    check_rows(catalogue.prices, nodes, "prices");
    check_rows(catalogue.used_in, nodes, "used_in");
    check_rows(catalogue.needed_by, nodes, "needed_by");
    check_rows(catalogue.makes, nodes, "makes");
    check_lines();
    check_each(catalogue.needs.entries.all(), "needs", below(nodes));
    check_each(catalogue.made_with.entries.all(), "made_with", below(nodes));
    check_each(catalogue.suppliers.entries.all(), "suppliers", below(tables.suppliers.size()));
    check_each(catalogue.classes.entries.all(), "classes", below(tables.classes.size()));
    check_each(catalogue.used_in.entries.all(), "used_in", below(descriptions));
    check_each(catalogue.needed_by.entries.all(), "needed_by", below(descriptions));
    check_each(catalogue.makes.entries.all(), "makes", below(descriptions));
    check_each(catalogue.prices.entries.all(), "prices", [&](const PriceFact& one) {
      return one.price > 0 && one.period < tables.periods.size() &&
             one.by < tables.authorities.size();
    });
  }

  void check_names() {
    const Names& names = engine_.catalogue_.names;
    const auto ends = names.ends.all();
    need(ends.size() == names.size() && std::is_sorted(ends.begin(), ends.end()) &&
             (ends.empty() ? 0 : ends.back()) == names.text.size(),
         "names.ends");
    check_each(names.kinds.all(), "names.kinds",
               [](NodeKind kind) { return kind <= NodeKind::Technology; });
    const auto table = names.table.all();
    const bool is_power = !table.empty() && (table.size() & (table.size() - 1)) == 0;
    need(is_power && std::find(table.begin(), table.end(), kNoNode) != table.end(), "names.table");
    check_each(table, "names.table",
               [&](Node node) { return node == kNoNode || node < names.size(); });
  }

  // A line of large numbers has them, in the order of the lines.
  void check_lines() {
    const Catalogue& catalogue = engine_.catalogue_;
    const std::size_t nodes = catalogue.nodes();
    const std::size_t origins = catalogue.tables.origins.size();
    std::size_t next = 0;
    bool holds = true;
    const auto lines = catalogue.lines.entries.all();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      holds = holds && lines[i].part < nodes && lines[i].origin < origins;
      if (lines[i].quantity != Line::kLarge && lines[i].value != Line::kLarge) continue;
      holds = holds && next < catalogue.large.size() && catalogue.large[next].line == i &&
              catalogue.large[next].quantity >= 0 && catalogue.large[next].value >= 0;
      ++next;
    }
    need(holds && next == catalogue.large.size(), "lines");
  }

  void check_states() {
    const Catalogue& catalogue = engine_.catalogue_;
    need(engine_.states_.size() == catalogue.nodes(), "states");
    need(!engine_.profiles_.empty(), "profiles");
    if (!problem_.empty()) return;
    bool holds = true;
    for (Node node = 0; node < catalogue.nodes(); ++node) {
      const NodeState& state = engine_.states_[node];
      const std::size_t words = words_of(state);
      const std::size_t end = state.row % RowPool::kChunkWords + words;
      holds = holds && state.profile < engine_.profiles_.size() && state.price >= 0 &&
              (words == 0 || (state.row / RowPool::kChunkWords < engine_.rows_.chunks() &&
                              end <= RowPool::kChunkWords)) &&
              (state.description == kNone || (state.description >= catalogue.described[node] &&
                                              state.description < catalogue.described[node + 1]));
    }
    need(holds, "states");
  }

  std::span<std::byte> bytes_;
  std::string file_;
  unsigned threads_;
  std::vector<Section> sections_;
  std::string problem_;
  TieEngine engine_;
};

bool write_snapshot(const TieEngine& engine, const Sink& sink) {
  return SnapshotWriter(engine, sink).run();
}

base::Parsed<TieEngine> read_snapshot(std::span<std::byte> bytes, std::string_view file,
                                      unsigned threads) {
  return SnapshotReader(bytes, file, threads).run();
}

}  // namespace countersign::registry::graph
