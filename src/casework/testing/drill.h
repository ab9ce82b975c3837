// SPDX-License-Identifier: Apache-2.0
// A small instance to practise on: four authorities, one item, a layer of two boxes, a clock that
// the test sets and a key for every office. UA asks to use M, which US supplied (and reviews) and
// GB owns (and permits, by its clerk); FR has no say. For tests of any room.
//
// Regions: UA and RU are boxes side by side (0 to 10 and 10 to 20 degrees east, 0 to 10 north).
#ifndef COUNTERSIGN_CASEWORK_TESTING_DRILL_H_
#define COUNTERSIGN_CASEWORK_TESTING_DRILL_H_

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "casework/actions.h"
#include "casework/directory.h"
#include "casework/import.h"
#include "casework/instance.h"
#include "casework/keys.h"

namespace countersign::casework::testing {

using Files = std::map<std::string, std::string>;  // by path below the directory

inline base::Instant time(std::string_view text) {
  const auto at = base::parse_instant(text);
  CHECK(at.has_value());
  return *at;
}

inline base::Json json(std::string_view text) {
  auto document = base::read_json(text, "test");
  CHECK(document.has_value());
  return std::move(document).value();
}

inline std::string directive(const std::string& id, const std::string& issuer,
                             const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "issued_by": ")" + issuer + R"(", "policies": ")" + id +
         R"(.cedar", "kind": "binding", "in_force": {"from": "2025-01-01"})" + more + "}";
}

inline Files small_directory() {
  Files files;
  files["vocabulary.json"] = R"({
    "parties": [{"id": "UA"}, {"id": "US"}, {"id": "GB"}, {"id": "FR"}, {"id": "RU"}],
    "categories": [{"id": "radar"}, {"id": "depot"}]})";
  files["layer.json"] = R"({"accuracy_m": 10, "regions": [
    {"id": "UA", "shape": {"type": "Polygon", "coordinates":
      [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}},
    {"id": "RU", "shape": {"type": "Polygon", "coordinates":
      [[[10, 0], [20, 0], [20, 10], [10, 10], [10, 0]]]}}]})";
  const std::string us = "authorities/US/";
  files[us + "charter.json"] = R"({"authority": "US", "manifest_days": 400, "offices": [
    {"id": "US/SecDef", "rank": 1, "may": ["issue", "decide"]},
    {"id": "US/Deputy", "rank": 2, "may": ["decide"]},
    {"id": "US/USDP", "rank": 3, "may": ["issue", "advise"]},
    {"id": "US/Legal", "rank": 3, "may": ["advise"]},
    {"id": "US/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files[us + "claims.json"] = R"({"claims": [{"id": "US-c", "basis": "supplied", "item": "M"}]})";
  files[us + "items.json"] = R"({"items": [{"id": "M", "complete": true}]})";
  files[us + "holdings.json"] = R"({"holdings": [
    {"item": "M", "quantity": 400, "yellow_below": 300, "red_below": 100}]})";
  files[us + "directives/US-1.json"] = directive(
      "US-1", "US/USDP", R"(, "tallies": [{"id": "yearly", "actions": ["use"], "limit": 1000}])");
  files[us + "directives/US-1.cedar"] = R"(permit (principal, action == Action::"use", resource)
    when { context.rating == Rating::"green" && context.quantity <= context.rest.yearly };)";
  files[us + "directives/US-2.json"] =
      directive("US-2", "US/USDP", R"(, "discrepancies": "US/USDP", "procedures":
      [{"id": "review", "advice": [{"office": "US/USDP", "demand": "in"}]}])");
  files[us + "directives/US-2.cedar"] = R"(@procedure("review")
    forbid (principal, action == Action::"use", resource)
    when { context.touches.contains(Region::"RU") }
    unless { context.approvals.contains(Office::"US/SecDef") };)";
  files[us + "directives/US-3.json"] = directive("US-3", "US/SecDef");
  files[us + "directives/US-3.cedar"] = R"(forbid (principal, action, resource)
    when { context.quantity > 50 };)";
  const std::string gb = "authorities/GB/";
  files[gb + "charter.json"] = R"({"authority": "GB", "manifest_days": 400, "offices": [
    {"id": "GB/MoD", "rank": 1, "may": ["issue", "decide"]},
    {"id": "GB/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files[gb + "claims.json"] = R"({"claims": [{"id": "GB-c", "basis": "owner", "item": "M"}]})";
  files[gb + "directives/GB-1.json"] = directive("GB-1", "GB/MoD");
  files[gb + "directives/GB-1.cedar"] = "permit (principal, action, resource);";
  files["authorities/FR/charter.json"] = R"({"authority": "FR", "manifest_days": 400,
    "offices": [{"id": "FR/Registrar", "rank": 9, "may": ["vouch"]}]})";
  files["authorities/UA/charter.json"] = R"({"authority": "UA", "manifest_days": 400, "offices": [
    {"id": "UA/Staff", "rank": 1, "may": ["request"]},
    {"id": "UA/Registrar", "rank": 9, "may": ["vouch"]}]})";
  return files;
}

// Use `quantity` of M inside RU, in June and July 2025.
inline base::Json use_of_m(int quantity = 2, std::string_view point = "[5, 15]") {
  return json(R"({"requester": "UA", "action": "use", "item": "M", "quantity": )" +
              std::to_string(quantity) + R"(, "place": {"point": )" + std::string(point) +
              R"(, "uncertainty_m": 100}, "window": {"from": "2025-06-01", "until": "2025-08-01"},
              "categories": ["radar"], "data_sources": [], "funded_by": []})");
}

// A folder of its own, gone with the object.
class Folder {
 public:
  Folder() {
    static std::atomic<int> next{0};
    path_ = std::filesystem::temp_directory_path() /
            ("countersign-drill-" + std::to_string(::getpid()) + "-" + std::to_string(next++));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }

  const std::filesystem::path& path() const { return path_; }
  void write(const Files& files) const {
    for (const auto& [name, text] : files) {
      std::filesystem::create_directories((path_ / name).parent_path());
      std::ofstream(path_ / name, std::ios::binary) << text;
    }
  }

 private:
  std::filesystem::path path_;
};

// The instance, with the directory imported at 2025-06-01. CHECKs that its making succeeds.
class Drill {
 public:
  explicit Drill(const Files& files = small_directory(),
                 kernel::InstanceKind kind = kernel::InstanceKind::Live)
      : keys_(folder_.path() / "keys") {
    const kernel::InstanceName name{kind, kind == kernel::InstanceKind::Live
                                              ? "example.org/practice"
                                              : "exercise/example.org/practice"};
    auto made = Instance::create(path(), name, clock());
    CHECK(made.has_value());
    instance_ = std::move(made.value());
    const Folder written;
    written.write(files);
    const auto directory = read_directory(written.path());
    CHECK(directory.has_value());
    const auto imported =
        import_directory(*instance_, directory.value(), keys_, MissingKeys::Make, now_);
    CHECK(imported.has_value() && imported.value().has_value());
  }

  Instance& instance() { return *instance_; }
  // Closes the instance and opens it again; what instance() gave before is gone.
  void reopen() {
    instance_.reset();
    auto opened = Instance::open(path(), clock());
    CHECK(opened.has_value());
    instance_ = std::move(opened.value());
  }
  std::string path() const { return (folder_.path() / "instance").string(); }
  const KeyFolder& keys() const { return keys_; }

  base::Instant now() const { return now_; }
  void at(std::string_view text) { now_ = time(text); }
  void pass(std::int64_t seconds) { now_.unix_ms += seconds * 1000; }

  // Has `action` run the next time the instance asks what time it is, in whatever thread that does.
  void when_next_asked(std::function<void()> action) { asked_ = std::move(action); }

  // The key of an office ("US/SecDef"), of "US/root" or "US/clerk"; made when there is none.
  const seal::SigningKey& key(const std::string& holder) {
    const auto found = loaded_.find(holder);
    if (found != loaded_.end()) return found->second;
    CHECK(keys_.load_or_make(holder).has_value());
    auto key = keys_.load(holder);
    CHECK(key.has_value());
    return loaded_.emplace(holder, std::move(key.value())).first->second;
  }
  Actor by(const std::string& office) { return {key(office), registry::OfficeId(office)}; }
  Pen pen(const std::string& authority, const std::string& by) {
    return {key(by.find('/') == std::string::npos ? authority + "/" + by : by), instance_->name(),
            registry::PartyId(authority), by};
  }

  kernel::Case case_now(const kernel::CaseId& id) {
    std::optional<kernel::Case> found;
    instance_->look([&](const kernel::State& state) {
      if (const kernel::Case* of = state.find(id)) found = *of;
    });
    CHECK(found.has_value());
    return *std::move(found);
  }
  std::string described() {
    std::string text;
    instance_->look([&](const kernel::State& state) { text = base::write_json(state.describe()); });
    return text;
  }

 private:
  Clock clock() {
    return [this] {
      if (auto action = std::exchange(asked_, nullptr)) action();
      return now_;
    };
  }

  Folder folder_;
  KeyFolder keys_;
  std::function<void()> asked_;
  base::Instant now_ = time("2025-06-01T00:00:00Z");
  std::map<std::string, seal::SigningKey> loaded_;
  std::unique_ptr<Instance> instance_;
};

// The rule by which a step was refused; empty when it was carried out, the message of the failure
// when the machine could not.
inline std::string rule_of(const Handled& answer) {
  if (!answer) return "failed: " + answer.error().message;
  return answer.value() ? std::string() : answer.value().error().rule;
}

// UA asks, USDP advises, SecDef approves `provisos`, GB's clerk consents; gives the grant. CHECKs
// that every step is carried out.
inline registry::GrantId granted(Drill& drill, const std::string& name,
                                 kernel::Provisos provisos = {},
                                 const std::string& advice = "no objection") {
  const kernel::CaseId id(name);
  Instance& instance = drill.instance();
  CHECK(rule_of(ask(instance, drill.by("UA/Staff"), id, use_of_m())).empty());
  drill.pass(60);
  CHECK(rule_of(advise(instance, drill.by("US/USDP"), id, {kernel::AdviceView::Concur, {}, advice}))
            .empty());
  drill.pass(60);
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  plan.provisos = std::move(provisos);
  plan.text = "approved as asked";
  plan.reasons.text = "the stock allows it";
  CHECK(rule_of(decide(instance, drill.by("US/SecDef"), id, plan)).empty());
  drill.pass(60);
  CHECK(rule_of(grant(instance, id)).empty());
  return registry::GrantId(name + "/G1");
}

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_DRILL_H_
