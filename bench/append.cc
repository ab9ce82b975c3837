// SPDX-License-Identifier: Apache-2.0
// bench_append [DIRECTORY]: how fast ready entries become durable, 256 commands at a time.
//
// Four ways to put the same bytes into an SQLite file in the same directory, one after the other,
// several times; the medians and their ratios:
//   store          Store::append, one transaction for each batch
//   committer      four threads that hand in single commands, each waiting for none; group commit
//   bare, packed   one row for each command that holds all of its bytes: the least SQLite can do
//   bare, rows     one row for each piece (entry, disclosures, blob), no index, no check
// Every way uses WAL and synchronous=FULL, the bare ones SQLite's other defaults. Signatures,
// evaluation and HTTP are not in it. The target (design section 8): the store reaches at least half
// of the bare loop.
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "ledger/merkle.h"
#include "seal/digest.h"
#include "store/group_commit.h"
#include "store/sqlite/sqlite_store.h"

namespace countersign::store {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kBatches = 60;
constexpr std::size_t kRounds = 9;
constexpr unsigned kSeed = 20250610;

// What a command typically leaves: one entry with commitments to eight fields, their disclosures,
// and the envelope it came in.
constexpr std::size_t kEntrySize = 520;
constexpr std::size_t kDisclosures = 8;
constexpr std::size_t kDisclosureSize = 90;
constexpr std::size_t kEnvelopeSize = 1400;

base::Bytes random_bytes(std::mt19937_64& random, std::size_t size) {
  base::Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

std::vector<Append> make_appends() {
  std::mt19937_64 random(kSeed);
  std::vector<Append> appends(kBatch * kBatches);
  for (std::size_t i = 0; i < appends.size(); ++i) {
    NewEntry entry;
    entry.bytes = random_bytes(random, kEntrySize);
    entry.leaf = ledger::hash_leaf(entry.bytes);
    for (std::size_t j = 0; j < kDisclosures; ++j) {
      entry.disclosures.push_back(
          {fmt::format("field{}", j), base::to_hex(random_bytes(random, kDisclosureSize / 2))});
    }
    auto envelope = random_bytes(random, kEnvelopeSize);
    const auto digest = seal::sha256(envelope);
    entry.blobs.push_back({digest, std::move(envelope)});
    appends[i].entries.push_back(std::move(entry));
    appends[i].command = Command{
        {base::to_hex(random_bytes(random, 16)), base::to_hex(random_bytes(random, 16))}, digest};
  }
  return appends;
}

// An SQLite file with one table and nothing around it.
class Bare {
 public:
  explicit Bare(const std::string& path) {
    CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("CREATE TABLE pieces (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    CHECK(sqlite3_prepare_v2(database_, "INSERT INTO pieces (bytes) VALUES (?1)", -1, &insert_,
                             nullptr) == SQLITE_OK);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }

  void run(const char* sql) {
    CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  void insert(const void* bytes, std::size_t size) {
    CHECK(sqlite3_bind_blob64(insert_, 1, bytes, size, SQLITE_STATIC) == SQLITE_OK);
    CHECK(sqlite3_step(insert_) == SQLITE_DONE);
    sqlite3_reset(insert_);
  }

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

// The pieces of an append that have to be kept, in any way.
template <class Take>
void for_each_piece(const Append& append, Take take) {
  for (const auto& entry : append.entries) {
    take(entry.bytes.data(), entry.bytes.size());
    take(entry.leaf.bytes.data(), entry.leaf.bytes.size());
    for (const auto& disclosure : entry.disclosures) {
      take(disclosure.name.data(), disclosure.name.size());
      take(disclosure.text.data(), disclosure.text.size());
    }
    for (const auto& blob : entry.blobs) take(blob.bytes.data(), blob.bytes.size());
  }
  take(append.command->key.signer.data(), append.command->key.signer.size());
  take(append.command->key.command.data(), append.command->key.command.size());
  take(append.command->statement.bytes.data(), append.command->statement.bytes.size());
}

using Clock = std::chrono::steady_clock;

double per_second(Clock::time_point began, std::size_t count) {
  return static_cast<double>(count) / std::chrono::duration<double>(Clock::now() - began).count();
}

double run_packed(const std::string& path, const std::vector<Append>& appends) {
  Bare bare(path);
  std::string row;
  const auto began = Clock::now();
  for (std::size_t at = 0; at < appends.size(); at += kBatch) {
    bare.run("BEGIN IMMEDIATE");
    for (std::size_t i = at; i < at + kBatch; ++i) {
      row.clear();
      for_each_piece(appends[i], [&](const auto* bytes, std::size_t size) {
        row.append(static_cast<const char*>(static_cast<const void*>(bytes)), size);
      });
      bare.insert(row.data(), row.size());
    }
    bare.run("COMMIT");
  }
  return per_second(began, appends.size());
}

double run_rows(const std::string& path, const std::vector<Append>& appends) {
  Bare bare(path);
  std::string row;
  const auto began = Clock::now();
  for (std::size_t at = 0; at < appends.size(); at += kBatch) {
    bare.run("BEGIN IMMEDIATE");
    for (std::size_t i = at; i < at + kBatch; ++i) {
      const auto& entry = appends[i].entries.front();
      bare.insert(entry.bytes.data(), entry.bytes.size());
      for (const auto& disclosure : entry.disclosures) {
        bare.insert(disclosure.text.data(), disclosure.text.size());
      }
      bare.insert(entry.blobs.front().bytes.data(), entry.blobs.front().bytes.size());
      const auto& key = appends[i].command->key;
      row = key.signer + key.command;
      bare.insert(row.data(), row.size());
    }
    bare.run("COMMIT");
  }
  return per_second(began, appends.size());
}

double run_store(const std::string& path, const std::vector<Append>& appends) {
  auto store = create_sqlite_store(path, {});
  CHECK(store.has_value());
  const auto began = Clock::now();
  for (std::size_t at = 0; at < appends.size(); at += kBatch) {
    const auto placed = store.value()->append(std::span(appends).subspan(at, kBatch), at);
    CHECK(placed.has_value());
  }
  return per_second(began, appends.size());
}

class NoState final : public FoldedState {
 public:
  void committed(std::uint64_t) override {}
  base::Result<std::uint64_t> refold() override { std::abort(); }
};

double run_committer(const std::string& path, const std::vector<Append>& appends) {
  constexpr std::size_t kThreads = 4;
  auto store = create_sqlite_store(path, {});
  CHECK(store.has_value());
  NoState state;
  Committer committer(*store.value(), state, 0);
  const auto began = Clock::now();
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::future<base::Result<Reply>>> futures;
      for (std::size_t i = t; i < appends.size(); i += kThreads) {
        futures.push_back(committer.submit(
            {appends[i].command, [&, i](std::uint64_t) { return appends[i].entries; }}));
      }
      for (auto& future : futures) CHECK(future.get().has_value());
    });
  }
  threads.clear();
  return per_second(began, appends.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(const std::filesystem::path& parent) {
  const auto appends = make_appends();
  const auto directory = parent / fmt::format("countersign-bench-{}", ::getpid());
  std::filesystem::create_directories(directory);
  struct Way {
    const char* name;
    double (*run)(const std::string&, const std::vector<Append>&);
    std::vector<double> rates;
  };
  std::vector<Way> ways = {{"store", run_store, {}},
                           {"committer", run_committer, {}},
                           {"bare, packed", run_packed, {}},
                           {"bare, rows", run_rows, {}}};
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      auto& way = ways[(i + round) % ways.size()];
      const auto path = directory / fmt::format("{}.db", round);
      way.rates.push_back(way.run(path.string(), appends));
      std::filesystem::remove_all(directory);
      std::filesystem::create_directories(directory);
    }
  }
  std::filesystem::remove_all(directory);

  fmt::print("durable appends: {} commands in batches of {}, {} rounds, in {}\n", appends.size(),
             kBatch, kRounds, parent.string());
  const double packed = median(ways[2].rates);
  const double rows = median(ways[3].rates);
  for (const auto& way : ways) {
    const auto [low, high] = std::minmax_element(way.rates.begin(), way.rates.end());
    const double rate = median(way.rates);
    fmt::print(
        "  {:<13} {:>8.0f} a second (from {:.0f} to {:.0f})  {:>4.0f} % of packed  {:>4.0f} % of "
        "rows\n",
        way.name, rate, *low, *high, 100 * rate / packed, 100 * rate / rows);
  }
  return 0;
}

}  // namespace
}  // namespace countersign::store

int main(int argc, char** argv) {
  return countersign::store::run(argc > 1 ? argv[1] : std::filesystem::temp_directory_path());
}
