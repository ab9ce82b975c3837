// SPDX-License-Identifier: Apache-2.0
// instance_child FOLDER DIRECTORY NUMBER: makes the instance FOLDER/instance when there is none,
// imports DIRECTORY, takes up what is unfinished, and works through cases from NUMBER on, writing
// what is acknowledged to standard output, until it is killed. Ends by itself only when something
// is wrong.
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "casework/testing/drill.h"
#include "end_to_end/child_instance.h"
#include "end_to_end/instance_work.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;

class Worker {
 public:
  Worker(const fs::path& folder, const fs::path& directory)
      : folder_(folder), directory_(directory), keys_(folder / "keys") {}

  void open() {
    instance_ = child_instance(folder_, directory_, keys_, [this] { return now_; });
    tell(Acknowledged{Step::Imported, 0, 0});
    instance_->look([&](const kernel::State& state) { now_ = state.now(); });
  }

  [[noreturn]] void work(std::uint64_t number) {
    for (;; ++number) {
      const std::string name = "K-" + std::to_string(number);
      const kernel::CaseId id(name);
      const registry::GrantId grant_id(name + "/G1");
      base::Report report({}, "child");
      const auto place = testing::use_of_m();
      const auto at = geo::Place::read(*place.find("place"), "the place", report);
      did(Step::Asked, number, ask(*instance_, by("UA/Staff"), id, testing::use_of_m()));
      did(Step::Advised, number,
          advise(*instance_, by("US/USDP"), id, {kernel::AdviceView::Concur, {}, "yes"}));
      DecisionPlan plan;
      plan.outcome = kernel::DecisionOutcome::Approve;
      did(Step::Decided, number, decide(*instance_, by("US/SecDef"), id, plan));
      did(Step::Granted, number, grant(*instance_, id));
      did(Step::Drawn, number, draw(*instance_, by("UA/Staff"), {grant_id, 1, at, {}}));
      did(Step::Reported, number,
          casework::report(*instance_, by("UA/Staff"), {grant_id, 1, at, {}, now_, "used"}));
    }
  }

 private:
  void did(Step step, std::uint64_t number, const Handled& answer) {
    must(answer);
    must(answer.value());
    tell(Acknowledged{step, number, answer.value().value().first});
    now_.unix_ms += 1000;
  }

  Actor by(const std::string& office) {
    auto found = loaded_.find(office);
    if (found == loaded_.end()) {
      auto key = keys_.load(office);
      must(key);
      found = loaded_.emplace(office, std::move(key.value())).first;
    }
    return {found->second, registry::OfficeId(office)};
  }

  fs::path folder_;
  fs::path directory_;
  KeyFolder keys_;
  base::Instant now_ = testing::time("2025-06-02T00:00:00Z");
  std::map<std::string, seal::SigningKey> loaded_;
  std::unique_ptr<Instance> instance_;
};

}  // namespace
}  // namespace countersign::casework

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  countersign::casework::Worker worker(argv[1], argv[2]);
  worker.open();
  worker.work(std::stoull(argv[3]));
}
