// SPDX-License-Identifier: Apache-2.0
// Signed commands on an instance against the bare verification of the same signatures, in turns.
//
//   bench_commands [DIRECTORY]   (examples/long-range-review)
//
// A command here is an office's advice on an open case: read from its bytes, authenticated, ruled
// on, completed with salts, folded, and durable before it is answered. One client hands all of them
// in, and waits for the answers last. What it is measured against is seal::verify() over the same
// envelopes and nothing else, in one thread. Beside the rates stands the processor time of both:
// what they come to on one core, and on a busy machine the steadier figure.
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/directory.h"
#include "casework/import.h"
#include "casework/instance.h"
#include "casework/keys.h"

namespace {

using namespace countersign;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t kCommands = 1500;
constexpr int kRounds = 5;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench_commands: {}\n", why);
  std::exit(3);
}

template <class T>
T must(base::Result<T> result) {
  if (!result) give_up(result.error().message);
  return std::move(result.value());
}

double processor_seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What some work took, a command: on the clock, of all processors, and of the one that ran the
// calling thread.
struct Cost {
  double us = 0;
  double processor_us = 0;
  double caller_us = 0;
};

template <class Work>
Cost cost_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double process = processor_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const double thread = processor_seconds(CLOCK_THREAD_CPUTIME_ID);
  work();
  constexpr double kEach = 1e6 / kCommands;
  return {Seconds(std::chrono::steady_clock::now() - begin).count() * kEach,
          (processor_seconds(CLOCK_PROCESS_CPUTIME_ID) - process) * kEach,
          (processor_seconds(CLOCK_THREAD_CPUTIME_ID) - thread) * kEach};
}

double median(const std::vector<Cost>& costs, double Cost::* which) {
  std::vector<double> of;
  for (const Cost& cost : costs) of.push_back(cost.*which);
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

constexpr std::string_view kRequest = R"({"requester":"UA","action":"use","item":"ATACMS",
  "quantity":1,"place":{"point":[51.73,36.19],"uncertainty_m":100},"data_sources":[],
  "funded_by":[],"categories":[]})";

class Desk {
 public:
  Desk(const std::string& directory, const std::filesystem::path& folder)
      : instance_(must(casework::Instance::create((folder / "instance").string(),
                                                  {kernel::InstanceKind::Exercise, "bench"}))),
        keys_(folder / "keys") {
    const auto read = casework::read_directory(directory);
    if (!read) give_up(base::to_text(read.error()));
    const auto imported = must(casework::import_directory(
        *instance_, read.value(), keys_, casework::MissingKeys::Make, casework::system_now()));
    if (!imported) give_up(imported.error().message);
    const seal::SigningKey asker = must(keys_.load("UA/GeneralStaff"));
    const casework::Actor actor{asker, registry::OfficeId("UA/GeneralStaff")};
    const auto request = base::read_json(kRequest, "request");
    const auto asked =
        must(casework::ask(*instance_, actor, kernel::CaseId("BENCH-1"), request.value()));
    if (!asked) give_up(asked.error().message);
  }

  // Advice, signed and as bytes: what a client sends.
  std::vector<base::Bytes> sign(std::size_t count) {
    const seal::SigningKey key = must(keys_.load("US/USDP"));
    const casework::Pen pen{key, instance_->name(), registry::PartyId("US"), "US/USDP"};
    std::optional<kernel::Case> of;
    instance_->look(
        [&](const kernel::State& state) { of = *state.find(kernel::CaseId("BENCH-1")); });
    const base::Json body = kernel::AdviceBody::write({kernel::AdviceView::Concur, {}, "concur"});
    std::vector<base::Bytes> envelopes;
    for (std::size_t i = 0; i < count; ++i) {
      envelopes.push_back(
          must(casework::write_statement(pen, kernel::EntryKind::Advice, &*of, body))
              .statement.bytes);
    }
    verifier_.emplace(seal::Verifier::create(key.public_key(), std::nullopt).value());
    return envelopes;
  }

  void carry_out(const std::vector<base::Bytes>& envelopes) {
    std::vector<std::future<base::Result<store::Reply>>> answers;
    for (const base::Bytes& bytes : envelopes) {
      auto statement = kernel::read_signed(bytes, "advice");
      if (!statement) give_up(base::to_text(statement.error()));
      answers.push_back(instance_->submit_later({std::move(statement.value()), {}, nullptr}));
    }
    for (auto& answer : answers) {
      const store::Reply reply = must(answer.get());
      if (const auto* refusal = std::get_if<base::Refusal>(&reply)) give_up(refusal->message);
    }
  }

  // Reading apart, so that the rival does nothing but verify.
  static std::vector<seal::Envelope> read(const std::vector<base::Bytes>& envelopes) {
    std::vector<seal::Envelope> read;
    for (const base::Bytes& bytes : envelopes) {
      read.push_back(kernel::read_signed(bytes, "advice").value().envelope);
    }
    return read;
  }
  void verify_bare(const std::vector<seal::Envelope>& envelopes) const {
    for (const seal::Envelope& envelope : envelopes) {
      if (!seal::verify(envelope, *verifier_)) give_up("a signature is wrong");
    }
  }

 private:
  std::unique_ptr<casework::Instance> instance_;
  casework::KeyFolder keys_;
  std::optional<seal::Verifier> verifier_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string directory = argc > 1 ? argv[1] : "examples/long-range-review";
  const auto folder = std::filesystem::temp_directory_path() /
                      fmt::format("countersign-bench-commands-{}", ::getpid());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  {
    Desk desk(directory, folder);
    std::vector<Cost> commands;
    std::vector<Cost> bare;
    for (int round = 0; round < kRounds; ++round) {
      const auto envelopes = desk.sign(kCommands);
      const auto read = Desk::read(envelopes);
      bare.push_back(cost_of([&] { desk.verify_bare(read); }));
      commands.push_back(cost_of([&] { desk.carry_out(envelopes); }));
    }
    const double us = median(commands, &Cost::us);
    const double limit_us = median(bare, &Cost::us);
    const double processor_us = median(commands, &Cost::processor_us);
    const double caller_us = median(commands, &Cost::caller_us);
    const double limit_processor_us = median(bare, &Cost::processor_us);
    fmt::print("signed commands, durable      {:>9.0f} a second\n", 1e6 / us);
    fmt::print("bare signature verification   {:>9.0f} a second\n", 1e6 / limit_us);
    fmt::print("ratio                         {:>9.0f} %   (target: 70 % or more)\n",
               100 * limit_us / us);
    fmt::print("processor time of a command   {:>9.0f} us  ({:.0f} in the client's thread)\n",
               processor_us, caller_us);
    fmt::print("of bare verification          {:>9.0f} us\n", limit_processor_us);
    fmt::print("ratio, as if on one core      {:>9.0f} %\n",
               100 * limit_processor_us / processor_us);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
