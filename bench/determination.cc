// SPDX-License-Identifier: Apache-2.0
// A whole determination against its limit: three authorities, each with a hundred generated
// policies, a point place, approvals derived, grounds on demand (not asked for here).
//
//   bench_determination [SEED]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "geo/layer.h"
#include "kernel/determination.h"
#include "registry/registers.h"

namespace {

using namespace countersign;
using registry::RecordKind;

constexpr int kPolicies = 100;
constexpr int kItems = 25;
constexpr int kRuns = 20'000;
constexpr double kLimitUs = 20;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench_determination: {}\n", why);
  std::exit(3);
}

template <class X>
X read(const base::Json& document) {
  base::Report report({}, "generated");
  X value = X::read(document, report);
  if (!report.clean()) give_up(base::to_text(report.take()));
  return value;
}

base::Json json(const std::string& text) {
  auto read = base::read_json(text, "generated");
  if (!read) give_up(base::to_text(read.error()));
  return std::move(read.value());
}

// Scoped permits and forbids as directives have them: most name an item, some ask for approval,
// some for the place.
std::string policies(const std::string& authority, std::mt19937& random) {
  std::string text;
  for (int i = 0; i < kPolicies; ++i) {
    const std::string item = fmt::format("item{}", random() % kItems);
    const std::string office = fmt::format("{}/Final{}", authority, random() % 3);
    const bool general = random() % 10 == 0;
    const std::string head =
        fmt::format("(principal, action == Action::\"use\", resource{})",
                    general ? std::string() : fmt::format(" == Item::\"{}\"", item));
    if (random() % 3 != 0) {
      text += fmt::format(
          "permit {} when {{ context.within.contains(Region::\"south\") && context.quantity <= {} "
          "}};\n",
          head, random() % 50);
    } else {
      text += fmt::format(
          "forbid {} when {{ context.touches.contains(Region::\"north\") }} unless {{ "
          "context.approvals.contains(Office::\"{}\") }};\n",
          head, office);
    }
  }
  return text + "permit (principal, action, resource);\n";
}

registry::AuthorityRegister generate(const std::string& name, std::mt19937& random,
                                     const std::shared_ptr<const geo::Layer>& layer,
                                     const base::Json& layer_document) {
  const registry::AuthorityId id(name);
  registry::AuthorityRegister held;
  held.authority = id;
  const auto add = [&]<class X>(RecordKind kind, const std::string& record,
                                std::vector<registry::Recorded<X>>& list, const base::Json& from,
                                base::Period period = {}) {
    list.push_back(registry::recorded(kind, record, id, period, from, read<X>(from), "generated"));
  };
  add(RecordKind::Vocabulary, name, held.vocabularies,
      json(R"({"parties":[{"id":"A"},{"id":"B"},{"id":"C"},{"id":"Q"}]})"));
  add(RecordKind::Charter, name, held.charters,
      json(fmt::format(R"({{"authority":"{0}","offices":[
        {{"id":"{0}/Issuer","rank":1,"may":["issue","vouch"]}},
        {{"id":"{0}/Final0","rank":2,"may":["decide"]}},
        {{"id":"{0}/Final1","rank":2,"may":["decide"]}},
        {{"id":"{0}/Final2","rank":2,"may":["decide"]}}]}})",
                       name)));
  held.layers.push_back(
      {{RecordKind::Layer, name, id, {}, registry::digest_of(layer_document)}, layer, "generated"});
  for (int i = 0; i < kItems; ++i) {
    if (name == "A") {
      add(RecordKind::Item, fmt::format("item{}", i), held.items,
          json(fmt::format(R"({{"id":"item{}","complete":true}})", i)));
    }
    add(RecordKind::Claim, fmt::format("{}-c{}", name, i), held.claims,
        json(fmt::format(R"({{"id":"{}-c{}","basis":"supplied","item":"item{}"}})", name, i, i)));
  }
  const std::string directive = name + "-1";
  base::Json document =
      json(fmt::format(R"({{"id":"{}","issued_by":"{}/Issuer","in_force":{{"from":"2024-01-01"}},
        "title":"generated","kind":"binding","announced":false,"policies":"x.cedar"}})",
                       directive, name));
  document.members.push_back({"policy_text", {}, base::json_text(policies(name, random))});
  add(RecordKind::Directive, directive, held.directives, document,
      {*base::parse_instant("2024-01-01"), base::kDistantFuture});
  return held;
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned seed = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  std::mt19937 random(seed);
  const base::Json layer_document = json(R"({"accuracy_m":1000,"regions":[
    {"id":"north","shape":{"type":"Polygon","coordinates":[[[10,50],[20,50],[20,60],[10,60],[10,50]]]}},
    {"id":"south","shape":{"type":"Polygon","coordinates":[[[10,40],[20,40],[20,50],[10,50],[10,40]]]}}]})");
  base::Report report({}, "layer");
  auto layer = geo::Layer::create({layer_document, report});
  if (!layer) give_up(base::to_text(report.take()));
  const auto shared = std::make_shared<const geo::Layer>(*std::move(layer));
  std::vector<registry::AuthorityRegister> authorities;
  for (const char* name : {"A", "B", "C"}) {
    authorities.push_back(generate(name, random, shared, layer_document));
  }
  auto registers = registry::Registers::create(std::move(authorities));
  if (!registers) give_up(base::to_text(registers.error()));
  const kernel::Rules rules(std::move(registers.value()), *base::parse_instant("2025-01-01"));
  std::vector<kernel::Request> requests;
  for (int i = 0; i < kItems; ++i) {
    auto request = kernel::read_request(
        fmt::format(R"({{"requester":"Q","action":"use","item":"item{}","quantity":1,
          "place":{{"point":[{}.5,15.0],"uncertainty_m":100}},"categories":[],"data_sources":[],
          "funded_by":[]}})",
                    i, i % 2 == 0 ? 55 : 45),
        "request");
    if (!request || !request.value()) give_up("a generated request was not read");
    requests.push_back(std::move(request.value().value()));
  }
  std::vector<double> us;
  us.reserve(kRuns);
  std::size_t required = 0;
  for (int run = 0; run < kRuns; ++run) {
    const kernel::Request& request = requests[static_cast<std::size_t>(run) % requests.size()];
    const auto begin = std::chrono::steady_clock::now();
    const auto made = kernel::determine(rules, request);
    us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
                     .count());
    if (!made) give_up(made.error().message);
    if (made.value().overall == kernel::Outcome::Undetermined) {
      give_up(made.value().authorities.front().gaps.front().message);
    }
    if (made.value().overall == kernel::Outcome::ApprovalRequired) ++required;
  }
  std::sort(us.begin(), us.end());
  const double median = us[us.size() / 2];
  fmt::print(
      "a whole determination, 3 authorities x {} policies (seed {}), {} of {} with approvals\n",
      kPolicies + 1, seed, required, kRuns);
  fmt::print("median {:.1f} us, 99th percentile {:.1f} us; {:.0f} % of the limit of {:.0f} us\n",
             median, us[us.size() * 99 / 100], 100 * median / kLimitUs, kLimitUs);
  return 0;
}
