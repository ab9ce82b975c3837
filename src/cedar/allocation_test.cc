// SPDX-License-Identifier: Apache-2.0
// A warm decision allocates nothing: operator new is replaced in this test program by one that
// counts. Not under the address sanitizer, which has an operator new of its own to keep.
#ifndef __SANITIZE_ADDRESS__

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "cedar/authorizer.h"
#include "cedar/parser.h"

namespace {

// Of this thread.
thread_local std::size_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);  // NOLINT(cppcoreguidelines-no-malloc)
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace countersign::cedar {
namespace {

PolicySet set_of(std::string_view text) {
  return PolicySet::create(parse_policies(text).value()).value();
}

EntityStore some_entities() {
  EntityStore::Builder builder;
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    builder.add(EntityUid("Team", n), Value::record({}),
                {EntityUid("Team", i == 0 ? "all" : std::to_string(i / 2))});
    builder.add(
        EntityUid("User", n),
        Value::record({{"level", Value::integer(i)}, {"mail", Value::string(n + "@example.org")}}),
        {EntityUid("Team", n), EntityUid("Team", std::to_string((i + 7) % 20))},
        Value::record({{"region", Value::string("north")}}));
    builder.add(EntityUid("Doc", n),
                Value::record({{"owner", Value::entity("User", n)},
                               {"labels", Value::set({Value::string("a"), Value::string(n)})},
                               {"from", Value::ip({.bytes = {10, 0, 0, 1}, .prefix = 32})}}));
  }
  auto store = builder.build();
  EXPECT_TRUE(store);
  return std::move(store).value();
}

// How many allocations the second pass over the same requests makes.
std::size_t allocated_once_warm(const PolicySet& policies) {
  const EntityStore store = some_entities();
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) {
    requests.emplace_back(EntityUid("User", std::to_string(i % 25)), EntityUid("Action", "read"),
                          EntityUid("Doc", std::to_string(i * 7 % 23)),
                          Value::record({{"hour", Value::integer(i % 24)}}));
  }
  Authorizer authorizer(policies);
  std::size_t allowed = 0;
  const auto decide_all = [&] {
    for (const Request& request : requests) {
      const Response& response = authorizer.decide(request, store);
      EXPECT_TRUE(response.errors.empty());
      if (response.verdict == Verdict::Allow) ++allowed;
    }
  };
  decide_all();
  EXPECT_GT(allowed, 0u);
  EXPECT_LT(allowed, requests.size());
  const std::size_t before = allocations;
  decide_all();
  return allocations - before;
}

TEST(AllocationTest, AWarmDecisionAllocatesNothing) {
  std::string text =
      "permit(principal is User, action, resource is Doc) when { principal has level &&"
      " resource has owner && resource.owner == principal && principal.level + 1 < 15 };"
      "permit(principal, action, resource) when { principal has mail && principal.mail like"
      " \"1*@example.org\" && resource has labels && resource.labels.containsAny([\"a\", \"b\"])"
      " && context.hour < 12 };"
      "forbid(principal, action, resource) when { resource has from &&"
      " resource.from.isInRange(ip(\"10.0.0.0/8\")) && context.hour == 3 };"
      "forbid(principal in Team::\"9\", action in [Action::\"read\", Action::\"list\"], resource)"
      " unless { principal has level && (if principal.level > 9 then true else context.hour > 1) };"
      "permit(principal, action, resource) when { principal.hasTag(\"region\") &&"
      " principal.getTag(\"region\") == \"north\" && context.hour == 5 };";
  for (int i = 0; i < 300; ++i) {
    text += "permit(principal in Team::\"" + std::to_string(i % 40) +
            "\", action == Action::\"read\", resource == Doc::\"" + std::to_string(i % 60) +
            "\");\n";
  }
  EXPECT_EQ(allocated_once_warm(set_of(text)), 0u);
}

TEST(AllocationTest, CountsWhatAPolicyBuilds) {
  EXPECT_GT(allocated_once_warm(set_of("permit(principal, action, resource)"
                                       " when { [principal, context.hour].contains(3) };")),
            0u);
}

}  // namespace
}  // namespace countersign::cedar

#endif  // __SANITIZE_ADDRESS__
