// SPDX-License-Identifier: Apache-2.0
// Partial evaluation with one attribute unknown, over 1, 100, 1,000 and 10,000 generated policies,
// one thread. Each policy names an action, and a group of principals or a resource, as directives
// do; the conditions read the context, compare, and look into sets. Decisions are bench/cedar's.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.h"
#include "cedar/parser.h"
#include "cedar/partial.h"

namespace countersign::cedar {
namespace {

constexpr int kRegions = 20;

PolicySet generated(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string head =
        i % 2 == 0
            ? fmt::format("principal in Group::\"{}\", action == Action::\"use\", resource", i)
            : fmt::format("principal, action == Action::\"use\", resource == Item::\"{}\"", i);
    text += fmt::format(
        "{}({}) when {{ context.within.contains(Region::\"{}\") && context.item.range_max < {} && "
        "!context.touches.containsAny([Region::\"a\", Region::\"b\"]) }} unless {{ "
        "context.quantity > {} || context.approvals.contains(Office::\"o{}\") }};\n",
        i % 7 == 6 ? "forbid" : "permit", head, i % kRegions, 300 + i, 1000 + i, i % 5);
  }
  auto policies = parse_policies(text);
  CHECK(policies.has_value());
  auto set = PolicySet::create(std::move(policies).value());
  CHECK(set.has_value());
  return set.value();
}

EntityStore entities() {
  EntityStore::Builder builder;
  builder.add(EntityUid("Party", "p"), Value::record({}),
              {EntityUid("Group", "0"), EntityUid("Group", "2"), EntityUid("Group", "44")});
  builder.add(EntityUid("Item", "1"));
  builder.add(EntityUid("Action", "use"));
  auto store = builder.build();
  CHECK(store.has_value());
  return std::move(store).value();
}

Request request(Value approvals) {
  std::vector<Value> regions;
  for (int i = 0; i < kRegions; i += 2)
    regions.push_back(Value::entity("Region", std::to_string(i)));
  return {EntityUid("Party", "p"), EntityUid("Action", "use"), EntityUid("Item", "1"),
          Value::record({{"within", Value::set(regions)},
                         {"touches", Value::set(regions)},
                         {"quantity", Value::integer(10)},
                         {"approvals", std::move(approvals)},
                         {"item", Value::record({{"range_max", Value::integer(305)}})}})};
}

void leave_open(benchmark::State& state) {
  const PolicySet policies = generated(static_cast<int>(state.range(0)));
  const EntityStore store = entities();
  const Request asked = request(Value::unknown(Value::Kind::Set));
  for (auto _ : state) benchmark::DoNotOptimize(evaluate_partially(policies, asked, store).size());
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(leave_open)->Name("open")->Arg(1)->Arg(100)->Arg(1000)->Arg(10'000);

}  // namespace
}  // namespace countersign::cedar

BENCHMARK_MAIN();
