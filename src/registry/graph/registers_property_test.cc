// SPDX-License-Identifier: Apache-2.0
// The engine against registry/ties.h, on random registers with everything that can be missing.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "registry/graph/answers.h"
#include "registry/graph/from_registers.h"
#include "registry/internal/declared.h"
#include "registry/ties.h"

namespace countersign::registry::graph {
namespace {

using internal::day;
using internal::Declared;

const std::vector<std::string> kAuthorities = {"A", "B", "C"};

// Of any size of a test: a range that grows with it would leave whole kinds of change to the last.
std::int64_t upto(std::int64_t most) { return *base::testing::within<std::int64_t>(0, most + 1); }
bool one_in(std::int64_t n) { return upto(n - 1) == 0; }
template <class T>
const T& any_of(const std::vector<T>& all) {
  return all[static_cast<std::size_t>(upto(static_cast<std::int64_t>(all.size()) - 1))];
}

std::string any_component(std::int64_t i, std::int64_t count, bool with_gaps,
                          std::set<std::string>& seen) {
  const bool described = i + 1 < count && one_in(2);
  const std::string id =
      described ? fmt::format("i{}", i + 1 + upto(count - i - 2)) : fmt::format("p{}", upto(3));
  // With D, who is a party and no authority.
  std::string origin = any_of<std::string>({"A", "B", "C", "D"});
  if ((described && one_in(2)) || (with_gaps && one_in(30))) origin.clear();
  if (!seen.insert(id + "/" + origin).second) return {};
  const bool no_value = (described && origin.empty() && one_in(2)) || (with_gaps && one_in(30));
  const std::int64_t value = one_in(60) ? 4'000'000'000'000'000'000 : upto(50);
  const std::int64_t quantity = one_in(60) ? 5'000'000'000 : upto(4);
  std::string text = fmt::format(R"({{"id": "{}", "quantity": {})", id, quantity);
  if (!origin.empty()) text += fmt::format(R"(, "origin": "{}")", origin);
  if (!no_value) text += fmt::format(R"(, "value": {})", value);
  return text + "}";
}

std::string any_item(std::int64_t i, std::int64_t count, bool with_gaps, bool listed,
                     std::set<std::string>& parts) {
  std::string components, needs;
  std::set<std::string> seen;
  for (std::int64_t c = upto(5); c > 0; --c) {
    const std::string component = any_component(i, count, with_gaps, seen);
    if (component.empty()) continue;
    components += (components.empty() ? "" : ", ") + component;
  }
  for (const std::string& id : seen) parts.insert(id.substr(0, id.find('/')));
  if (one_in(4)) {
    needs = fmt::format(R"({{"authority": "{}", "kind": "targeting"}})",
                        any_of<std::string>({"A", "B", "C", "D"}));
  }
  std::string period;
  if (with_gaps && !listed && one_in(12)) period = R"(, "in_force": {"from": "2026-01-01"})";
  return fmt::format(R"({{"id": "i{}", "complete": {}, "components": [{}], "needs": [{}]{}}})", i,
                     !(with_gaps && one_in(20)), components, needs, period);
}

// Each item is described by some authority; prices of all it describes, but for a few.
Registers any_registers() {
  const bool with_gaps = one_in(2);
  const std::int64_t count = 1 + upto(5);
  std::map<std::string, Declared> declared;
  for (const std::string& id : kAuthorities) {
    Declared& register_of = declared.try_emplace(id, id).first->second;
    register_of.charter(fmt::format(R"({{"authority": "{}", "offices": []}})", id));
    register_of.vocabulary(
        R"({"parties": [{"id": "A"}, {"id": "B"}, {"id": "C"}, {"id": "D"}],
            "data": [{"id": "targeting"}]})");
    if (one_in(2)) {
      register_of.ties(fmt::format(
          R"({{"component": {{"rule": "de_minimis", "threshold_bp": {}}}}})", upto(10'000)));
    }
  }
  std::map<std::string, std::string> prices;
  std::map<std::string, std::vector<std::string>> rows;
  const bool with_lists = one_in(2);
  std::set<std::string> parts;
  std::vector<std::string> items;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string by = one_in(3) ? any_of(kAuthorities) : "A";
    const bool listed = with_lists && one_in(2);
    std::string item = any_item(i, count, with_gaps, listed, parts);
    items.push_back(fmt::format("i{}", i));
    const bool priced = !(with_gaps && one_in(10));
    if (listed) {
      item.pop_back();
      rows[by].push_back(item +
                         (priced ? fmt::format(R"(, "price": {}}})", 1 + upto(3'000)) : "}"));
      continue;
    }
    declared.at(by).item(item);
    if (!priced) continue;
    prices[by] += fmt::format(R"({}{{"item": "i{}", "price": {}}})", prices[by].empty() ? "" : ", ",
                              i, 1 + upto(3'000));
  }
  const bool currencies_differ = with_gaps && one_in(4);
  for (const auto& [by, list] : prices) {
    declared.at(by).prices(fmt::format(R"({{"currency": "{}", "prices": [{}]}})",
                                       currencies_differ && by == "B" ? "EUR" : "USD", list));
  }
  for (const auto& [by, texts] : rows) {
    const bool later = with_gaps && one_in(6);
    declared.at(by).list(
        fmt::format(R"({{"id": "L", "currency": "{}", "rows": {}, "root": "sha256:{:064}"{}}})",
                    with_gaps && one_in(6) ? "EUR" : "USD", texts.size(), 1,
                    later ? R"(, "in_force": {"from": "2026-01-01"})" : ""),
        std::make_shared<internal::Rows>(texts));
  }
  int number = 0;
  for (const std::string& id : kAuthorities) {
    for (const std::string& part : parts) {
      if (one_in(6)) {
        declared.at(id).claim(fmt::format(
            R"({{"id": "c{}", "basis": "component", "component": "{}"}})", number++, part));
      }
      if (one_in(10)) {
        declared.at(id).claim(
            fmt::format(R"({{"id": "c{}", "basis": "data", "item": "{}", "kind": "targeting"}})",
                        number++, part));
      }
    }
    if (one_in(4)) {
      declared.at(id).claim(
          fmt::format(R"({{"id": "c{}", "basis": "{}", "item": "{}"}})", number++,
                      any_of<std::string>({"supplied", "owner", "direct_product"}), any_of(items)));
    }
  }
  std::vector<AuthorityRegister> all;
  for (auto& [id, register_of] : declared) all.push_back(register_of);
  auto registers = Registers::create(std::move(all));
  if (!registers) RC_FAIL(base::to_text(registers.error()));
  return std::move(registers.value());
}

std::set<std::string> gap_names(const Ties& ties) {
  std::set<std::string> names;
  for (const TieGap& gap : ties.gaps) names.emplace(name_of(gap.kind));
  return names;
}

std::set<std::string> gap_names(GapSet gaps) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kGaps; ++i) {
    if ((gaps >> i & 1) != 0) names.emplace(name_of(static_cast<Gap>(i)));
  }
  return names;
}

BasisSet bases_of(const TieFacts& facts) {
  BasisSet set = 0;
  for (const Basis basis : facts.bases) set |= bit(basis);
  return set;
}

void check_say(const TieFacts* facts, const Say* say) {
  RC_ASSERT((facts == nullptr) == (say == nullptr));
  if (facts == nullptr) return;
  RC_ASSERT(bases_of(*facts) == say->bases);
  if (facts->shares.empty()) {
    RC_ASSERT(say->content.is_zero());
    return;
  }
  RC_ASSERT(facts->shares[0].content == say->content);
  RC_ASSERT(facts->shares[0].bp_floor == say->bp_floor);
  RC_ASSERT(facts->shares[0].bp_ceiling == say->bp_ceiling);
}

// Of the parts, each line once: the same lines, pieces and amounts as ties.h finds.
void check_parts(const TieEngine& engine, Node item, std::uint8_t authority,
                 const TieFacts& facts) {
  if (facts.shares.empty()) return;
  std::multiset<std::pair<std::string, std::string>> expected, found;
  for (const OwnPart& part : facts.shares[0].parts) {
    expected.emplace(part.path.back().text(), part.amount.text());
  }
  const Catalogue& catalogue = engine.catalogue();
  for (const PartSource& source : all_parts(engine, item, authority)) {
    found.emplace(catalogue.name(catalogue.lines.entries[source.line].part), source.amount.text());
  }
  RC_ASSERT(expected == found);
}

void check_item(const TieEngine& engine, const RegistersView& view, const std::string& id) {
  const Ties ties = trace_ties(view, {ItemId(id), {}, {}});
  const auto node = engine.catalogue().item(id);
  RC_ASSERT(node.has_value());
  const ItemTies found = ties_of(engine, *node, engine.rules());
  // A sum that ties.h finds too large may be one of pieces of which nothing counts.
  if (gap_names(ties) == std::set<std::string>{"overflow"} && found.determined()) return;
  RC_ASSERT(ties.determined() == found.determined());
  RC_ASSERT(gap_names(ties) == gap_names(found.gaps));
  if (!ties.determined()) {
    for (std::size_t i = 0; i < kGaps; ++i) {
      if ((found.gaps >> i & 1) != 0) RC_ASSERT(prove_gap(engine, *node, static_cast<Gap>(i)));
    }
    return;
  }
  for (const std::string& authority : kAuthorities) {
    const std::uint8_t code = *engine.catalogue().tables.authority(authority);
    const TieFacts* facts = ties.find(AuthorityId(authority));
    for (const TieFacts& below : ties.below_threshold) {
      if (below.authority == AuthorityId(authority)) facts = &below;
    }
    const Say* say = found.find(code);
    check_say(facts, say);
    if (facts == nullptr) continue;
    check_parts(engine, *node, code, *facts);
    for (const Basis basis : facts->bases) RC_ASSERT(prove(engine, *node, code, basis));
  }
}

RC_GTEST_PROP(TieEngineOnRegisters, SaysWhatTheTraceSays, ()) {
  for (int i = 0; i < 20; ++i) {
    const Registers registers = any_registers();
    const base::Instant at = day(one_in(4) ? "2026-06-10" : "2025-06-10");
    const RegistersView view = registers.view(at);
    for (int item = 0; item < 6; ++item) {
      const ItemId id(fmt::format("i{}", item));
      if (!registers.has_item(id)) continue;
      auto made = catalogue_of(registers, {at, id, one_in(2)});
      RC_ASSERT(made.has_value());
      const TieEngine engine = TieEngine::build(std::move(made.value().catalogue), at, 2);
      check_item(engine, view, id.text());
    }
  }
}

}  // namespace
}  // namespace countersign::registry::graph
