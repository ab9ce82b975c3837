// SPDX-License-Identifier: Apache-2.0
// Warm decisions over 1, 100, 1,000 and 10,000 generated policies, one thread.
//
// `scoped`: each policy names an action, and a group of principals or a resource, as directives do;
// `unscoped`: every policy could apply to every request, so that each condition is evaluated. The
// conditions read the context, compare, and look into sets. `open`: as scoped, with one attribute
// unknown. Items per second are decisions; compare the rows of one run.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/parser.h"
#include "cedar/partial.h"

namespace countersign::cedar {
namespace {

constexpr int kRegions = 20;

enum class Heads { Scoped, Unscoped };

PolicySet generated(int count, Heads heads) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::string head = "principal, action, resource";
    if (heads == Heads::Scoped) {
      head = i % 2 == 0
                 ? fmt::format("principal in Group::\"{}\", action == Action::\"use\", resource", i)
                 : fmt::format("principal, action == Action::\"use\", resource == Item::\"{}\"", i);
    }
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

void decide(benchmark::State& state, Heads heads) {
  Authorizer authorizer(generated(static_cast<int>(state.range(0)), heads));
  const EntityStore store = entities();
  const Request asked = request(Value::set({}));
  for (auto _ : state) benchmark::DoNotOptimize(authorizer.decide(asked, store).verdict);
  state.SetItemsProcessed(state.iterations());
}

void leave_open(benchmark::State& state) {
  const PolicySet policies = generated(static_cast<int>(state.range(0)), Heads::Scoped);
  const EntityStore store = entities();
  const Request asked = request(Value::unknown(Value::Kind::Set));
  for (auto _ : state) benchmark::DoNotOptimize(evaluate_partially(policies, asked, store).size());
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(decide, scoped, Heads::Scoped)->Arg(1)->Arg(100)->Arg(1000)->Arg(10'000);
BENCHMARK_CAPTURE(decide, unscoped, Heads::Unscoped)->Arg(1)->Arg(100)->Arg(1000)->Arg(10'000);
BENCHMARK(leave_open)->Name("open")->Arg(1)->Arg(100)->Arg(1000)->Arg(10'000);

}  // namespace
}  // namespace countersign::cedar

BENCHMARK_MAIN();
