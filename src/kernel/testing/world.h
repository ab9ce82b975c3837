// SPDX-License-Identifier: Apache-2.0
// A small world written down in a test: one authority, US, that supplied the item M, with offices,
// a region layer and whatever directives a test needs. For tests of any room.
//
// Regions: A and B are two boxes side by side (0 to 10 and 10 to 20 degrees east, 0 to 10 north),
// A/in a box inside A, AB both. Sea is everywhere else.
#ifndef COUNTERSIGN_KERNEL_TESTING_WORLD_H_
#define COUNTERSIGN_KERNEL_TESTING_WORLD_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/instant.h"
#include "geo/layer.h"
#include "kernel/determination.h"
#include "kernel/request.h"
#include "registry/document.h"
#include "registry/registers.h"

namespace countersign::kernel::testing {

inline base::Instant day(std::string_view text) {
  const auto at = base::parse_instant(text);
  CHECK(at.has_value());
  return *at;
}

inline base::Json json(std::string_view text) {
  auto document = base::read_json(text, "test");
  CHECK(document.has_value());
  return std::move(document).value();
}

inline constexpr std::string_view kVocabulary = R"({
  "parties": [{"id": "US"}, {"id": "UA", "name": "Ukraine"}, {"id": "GB"}, {"id": "FR"}],
  "groups": [{"id": "Allies", "name": "the allies", "members": ["GB", "FR"]}],
  "categories": [{"id": "oil"}, {"id": "radar"}],
  "data": [{"id": "targeting"}],
  "classes": [{"id": "missile"}, {"id": "drone"}],
  "properties": [{"id": "range_km", "name": "range", "unit": "km"}]})";

inline constexpr std::string_view kCharter = R"({"authority": "US", "offices": [
  {"id": "US/O0", "name": "the first office", "rank": 1, "may": ["issue", "decide"]},
  {"id": "US/O1", "rank": 2, "may": ["decide"]}, {"id": "US/O2", "rank": 2, "may": ["decide"]},
  {"id": "US/O3", "rank": 2, "may": ["decide"]}, {"id": "US/O4", "rank": 2, "may": ["decide"]},
  {"id": "US/Adviser", "rank": 3, "may": ["advise"]}]})";

inline constexpr std::string_view kLayer = R"({"accuracy_m": 1000, "regions": [
  {"id": "A", "name": "the first box", "shape": {"type": "Polygon", "coordinates":
    [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}},
  {"id": "B", "shape": {"type": "Polygon", "coordinates":
    [[[10, 0], [20, 0], [20, 10], [10, 10], [10, 0]]]}},
  {"id": "A/in", "part_of": ["A"]},
  {"id": "AB", "parts": ["A", "B"]}],
  "overlays": [{"to": "A/in", "from": ["A"], "shape": {"type": "Polygon", "coordinates":
    [[[2, 2], [4, 2], [4, 4], [2, 4], [2, 2]]]}}]})";

inline constexpr std::string_view kHoldings =
    R"({"holdings": [{"item": "M", "quantity": 50, "yellow_below": 30, "red_below": 10}]})";

// One directive: in force from 2024-01-01 and binding unless `more` says otherwise.
struct Written {
  std::string id;
  std::string cedar;  // its policies; empty for none, and no file of them
  std::string more;   // further members of its document, each with a comma before it
};

class World {
 public:
  World() {
    held_.authority = registry::AuthorityId("US");
    book(held_.charters, registry::RecordKind::Charter, "charter.json", kCharter);
    book(held_.vocabularies, registry::RecordKind::Vocabulary, "vocabulary.json", kVocabulary);
    layer(kLayer);
    one(held_.items, registry::RecordKind::Item, R"({"id": "M", "name": "the missile",
      "complete": true, "classes": ["missile"], "properties": {"range_km": {"min": 400,
      "max": 451}}})");
    one(held_.items, registry::RecordKind::Item, R"({"id": "D", "complete": true})");
    claim(R"({"id": "c1", "basis": "supplied", "item": "M"})");
    claim(R"({"id": "c2", "basis": "owner", "item": "D"})");
  }

  World& holdings(std::string_view text = kHoldings) {
    return book(held_.holdings, registry::RecordKind::Holdings, "holdings.json", text);
  }
  World& claim(std::string_view text) {
    return one(held_.claims, registry::RecordKind::Claim, text);
  }
  World& item(std::string_view text) { return one(held_.items, registry::RecordKind::Item, text); }
  World& layer(std::string_view text) {
    const base::Json document = json(text);
    base::Report report(text, "layer.json");
    auto read = geo::Layer::create({document, report});
    CHECK(read.has_value());
    held_.layers = {registry::recorded(registry::RecordKind::Layer, "US", held_.authority, {},
                                       document, std::move(*read), "layer.json")};
    return *this;
  }
  World& directive(const Written& written) {
    const bool dated = written.more.find("\"in_force\"") != std::string::npos;
    const bool kind = written.more.find("\"kind\"") != std::string::npos;
    const std::string text =
        R"({"id": ")" + written.id + R"(", "title": "the rule )" + written.id +
        R"(", "issued_by": "US/O0")" +
        (written.cedar.empty() ? "" : R"(, "policies": ")" + written.id + R"(.cedar")") +
        (dated ? "" : R"(, "in_force": {"from": "2024-01-01"})") +
        (kind ? "" : R"(, "kind": "binding")") + written.more + "}";
    const base::Json document = json(text);
    base::Report report(text, "test");
    auto value = registry::Directive::read_file(document, report);
    CHECK(report.clean());
    value.policy_text = written.cedar;
    const base::Period period = value.in_force;
    held_.directives.push_back(
        registry::recorded(registry::RecordKind::Directive, written.id, held_.authority, period,
                           document, std::move(value), "directives/" + written.id + ".json"));
    return *this;
  }

  registry::AuthorityRegister& held() { return held_; }

  registry::Registers registers() const {
    auto made = registry::Registers::create({held_});
    CHECK(made.has_value());
    return std::move(made).value();
  }
  Rules rules(std::string_view at = "2025-06-01") const { return Rules(registers(), day(at)); }

 private:
  template <class X>
  static X read(std::string_view text) {
    auto value = registry::read_document<X>(text, "test");
    CHECK(value.has_value());
    return std::move(value).value();
  }
  template <class X>
  World& book(std::vector<registry::Recorded<X>>& list, registry::RecordKind kind, std::string file,
              std::string_view text) {
    list = {registry::recorded(kind, "US", held_.authority, {}, json(text), read<X>(text),
                               std::move(file))};
    return *this;
  }
  template <class X>
  World& one(std::vector<registry::Recorded<X>>& list, registry::RecordKind kind,
             std::string_view text) {
    X value = read<X>(text);
    const base::Period period = value.in_force;
    std::string id = value.id.text();
    list.push_back(registry::recorded(kind, std::move(id), held_.authority, period, json(text),
                                      std::move(value), "test"));
    return *this;
  }

  registry::AuthorityRegister held_;
};

// A request that reads without fault.
inline Request request(std::string_view text) {
  auto read = read_request(text, "request.json");
  CHECK(read.has_value());
  CHECK(read.value().has_value());
  return std::move(read.value()).value();
}

// UA asks to use M at a place given as JSON; `more` is further members, each with a comma before.
inline Request use(const std::string& place = R"({"point": [3, 3], "uncertainty_m": 10})",
                   const std::string& more = "") {
  return request(R"({"requester": "UA", "action": "use", "item": "M", "quantity": 1, "place": )" +
                 place + more + "}");
}

// UA asks for M.
inline Request transfer(int quantity = 1, const std::string& more = "") {
  return request(R"({"requester": "UA", "action": "transfer", "item": "M", "recipient": "UA",
                     "quantity": )" +
                 std::to_string(quantity) + more + "}");
}

}  // namespace countersign::kernel::testing

#endif  // COUNTERSIGN_KERNEL_TESTING_WORLD_H_
