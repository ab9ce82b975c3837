// SPDX-License-Identifier: Apache-2.0
// bench_cedar_inputs FOLDER [SEED]  writes each workload of the Cedar benchmarks to a folder of its
// own below FOLDER: policies.cedar, schema.cedarschema, entities.json, requests.jsonl.
#include "inputs.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

namespace countersign::bench {

namespace fs = std::filesystem;

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

std::string uid(std::string_view type, std::string_view id) {
  return fmt::format(R"({{"type":"{}","id":"{}"}})", type, id);
}

std::string numbered(std::string_view type, std::size_t number) {
  std::string id(type);
  id.front() = static_cast<char>(id.front() + ('a' - 'A'));
  return uid(type, id + std::to_string(number));
}

std::string reference(std::string_view type, std::size_t number) {
  return fmt::format(R"({{"__entity":{}}})", numbered(type, number));
}

std::string list(const std::vector<std::string>& parts) {
  return fmt::format("[{}]", fmt::join(parts, ","));
}

void Inputs::entity(std::string_view uid, std::string_view attributes,
                    const std::vector<std::string>& parents) {
  entities.push_back(
      fmt::format(R"({{"uid":{},"attrs":{},"parents":{}}})", uid, attributes, list(parents)));
}

void Inputs::request(std::string_view principal, std::string_view action, std::string_view resource,
                     std::string_view context) {
  requests.push_back(fmt::format(R"({{"principal":{},"action":{},"resource":{},"context":{}}})",
                                 principal, action, resource, context));
}

namespace {

void write(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error(fmt::format("cannot write `{}`", path.string()));
}

void write(const fs::path& folder, const fs::path& written_by_hand, const Inputs& inputs) {
  fs::create_directories(folder);
  constexpr auto kOver = fs::copy_options::overwrite_existing;
  fs::copy_file(written_by_hand / "schema.cedarschema", folder / "schema.cedarschema", kOver);
  if (inputs.policies.empty()) {
    fs::copy_file(written_by_hand / "policies.cedar", folder / "policies.cedar", kOver);
  } else {
    write(folder / "policies.cedar", inputs.policies);
  }
  write(folder / "entities.json", fmt::format("[{}]\n", fmt::join(inputs.entities, ",\n")));
  write(folder / "requests.jsonl", fmt::format("{}\n", fmt::join(inputs.requests, "\n")));
}

void write_all(const fs::path& folder, std::uint64_t seed) {
  const fs::path here = COUNTERSIGN_BENCH_CEDAR;
  constexpr std::pair<std::string_view, Inputs (*)(std::size_t, std::uint64_t)> kApplications[] = {
      {"drive", drive}, {"code_host", code_host}, {"todo", todo}};
  for (const auto& [name, generate] : kApplications) {
    for (const std::size_t count : {5, 15, 50}) {
      write(folder / fmt::format("{}-{}", name, count), here / name, generate(count, seed));
    }
  }
  constexpr std::pair<std::string_view, Heads> kHeads[] = {{"scoped", Heads::Scoped},
                                                           {"conditions", Heads::Conditions},
                                                           {"attributes", Heads::Attributes}};
  for (const auto& [name, heads] : kHeads) {
    for (const std::size_t count : {1, 10, 100, 1000, 10'000}) {
      write(folder / fmt::format("{}-{}", name, count), here / "set",
            policy_set(count, heads, seed));
    }
  }
}

}  // namespace
}  // namespace countersign::bench

int main(int argc, char** argv) {
  const std::string_view seed_text = argc > 2 ? argv[2] : "1";
  std::uint64_t seed = 0;
  const auto [end, error] =
      std::from_chars(seed_text.data(), seed_text.data() + seed_text.size(), seed);
  if (argc < 2 || error != std::errc() || end != seed_text.data() + seed_text.size()) {
    std::cerr << "usage: bench_cedar_inputs FOLDER [SEED]\n";
    return 2;
  }
  try {
    countersign::bench::write_all(argv[1], seed);
  } catch (const std::exception& problem) {
    std::cerr << "bench_cedar_inputs: " << problem.what() << '\n';
    return 3;
  }
  return 0;
}
