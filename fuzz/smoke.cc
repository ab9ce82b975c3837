// SPDX-License-Identifier: Apache-2.0
// A target without a fuzzer, as a plain test:
//   smoke CORPUS [COUNT]       every file of the folder as it is, then COUNT mutations of them
//   smoke CORPUS --only N      prints the N-th mutation to standard output and runs that one alone
// The same corpus gives the same mutations everywhere; a crash says how to repeat it.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/mutate.h"
#include "fuzz/target.h"

namespace countersign::fuzz {
namespace {

constexpr std::uint64_t kUsualCount = 20'000;
constexpr std::size_t kMostBytes = 64U << 10;

// Rewritten before each input, so that the signal handler need only write it out.
std::array<char, 512> note{};
sig_atomic_t note_size = 0;

template <class... Values>
void set_note(const char* format, Values... values) {
  const int written = std::snprintf(note.data(), note.size(), format, values...);
  note_size = std::clamp(written, 0, static_cast<int>(note.size()) - 1);
}

extern "C" void on_crash(int signal_number) {
  // Nothing can be done about a write that fails here.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, note.data(), static_cast<std::size_t>(note_size));
  std::signal(signal_number, SIG_DFL);
  raise(signal_number);
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int run(const std::vector<std::string>& arguments) {
  const bool only = arguments.size() == 3 && arguments[1] == "--only";
  const std::optional<std::uint64_t> number =
      arguments.size() == 1 ? kUsualCount : number_in(arguments.empty() ? "" : arguments.back());
  if (!number || (!only && arguments.size() > 2)) {
    std::cerr << "usage: smoke CORPUS [COUNT | --only N]\n";
    return 2;
  }
  const std::string& folder = arguments[0];

  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_regular_file()) files.push_back(entry->path());
  // Folders are read in no order of their own, and mutations depend on it.
  std::ranges::sort(files);
  if (files.empty()) {
    std::cerr << "smoke: `" << folder << "` holds no inputs: put at least one file there\n";
    return 2;
  }
  std::vector<std::string> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }

  if (only) {
    const std::string input = mutate(seeds, *number, kMostBytes);
    std::cout << input << std::flush;
    run_target(input);
    return 0;
  }
  for (const int fatal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(fatal, on_crash);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    set_note("smoke: it was the input %s\n", files[i].c_str());
    run_target(seeds[i]);
  }
  for (std::uint64_t i = 0; i < *number; ++i) {
    set_note("smoke: it was mutation %llu; repeat with: %s --only %llu\n",
             static_cast<unsigned long long>(i), folder.c_str(),
             static_cast<unsigned long long>(i));
    run_target(mutate(seeds, i, kMostBytes));
  }
  std::cout << seeds.size() << " inputs and " << *number << " mutations of them\n";
  return 0;
}

}  // namespace
}  // namespace countersign::fuzz

int main(int argc, char** argv) { return countersign::fuzz::run({argv + 1, argv + argc}); }
