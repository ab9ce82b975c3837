// SPDX-License-Identifier: Apache-2.0
// Signed commands on an instance against the bare verification of the same signatures, in turns.
//
//   bench_commands [DIRECTORY]   (examples/long-range-review)
//
// A command here is an office's advice on an open case: read from its bytes, authenticated, ruled
// on, completed with salts, folded, and durable before it is answered. What it is measured against
// is seal::verify() over the same envelopes and nothing else.
#include <fmt/format.h>

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

template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> of) {
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
  const auto folder = std::filesystem::temp_directory_path() / "countersign-bench-commands";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  {
    Desk desk(directory, folder);
    std::vector<double> commands;
    std::vector<double> bare;
    for (int round = 0; round < kRounds; ++round) {
      const auto envelopes = desk.sign(kCommands);
      const auto read = Desk::read(envelopes);
      bare.push_back(seconds_of([&] { desk.verify_bare(read); }));
      commands.push_back(seconds_of([&] { desk.carry_out(envelopes); }));
    }
    const double rate = kCommands / median(commands);
    const double limit = kCommands / median(bare);
    fmt::print("signed commands, durable      {:>9.0f} a second\n", rate);
    fmt::print("bare signature verification   {:>9.0f} a second\n", limit);
    fmt::print("ratio                         {:>9.0f} %   (target: 70 % or more)\n",
               100 * rate / limit);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
