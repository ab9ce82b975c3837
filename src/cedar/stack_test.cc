// SPDX-License-Identifier: Apache-2.0
// The deepest policies that are read, on a stack of 1 MiB.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/explain.h"
#include "cedar/format.h"
#include "cedar/level.h"
#include "cedar/parser.h"
#include "cedar/partial.h"
#include "cedar/policy_json.h"
#include "cedar/validator.h"

namespace countersign::cedar {
namespace {

// The main thread's stack ends there while one lives: the system looks when it grows.
class StackLimit {
 public:
  explicit StackLimit(rlim_t bytes) {
    CHECK(getrlimit(RLIMIT_STACK, &before_) == 0);
    rlimit less = before_;
    less.rlim_cur = bytes;
    CHECK(setrlimit(RLIMIT_STACK, &less) == 0);
  }
  ~StackLimit() { setrlimit(RLIMIT_STACK, &before_); }
  StackLimit(const StackLimit&) = delete;
  StackLimit& operator=(const StackLimit&) = delete;

 private:
  rlimit before_{};
};

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

const EntityUid kAnn("U", "ann");

Schema schema() {
  auto read = Schema::parse(
      "entity U { u: U } tags U;"
      "action a appliesTo { principal: U, resource: U, context:"
      "  { b: Bool, n: Long, d: datetime, s: Set<Bool> } };");
  CHECK(read.has_value());
  return std::move(read).value();
}

EntityStore entities() {
  EntityStore::Builder builder;
  builder.add(kAnn, Value::record({{"u", Value::entity(kAnn)}}), {},
              Value::record({{"u", Value::entity(kAnn)}}));
  auto store = builder.build();
  CHECK(store.has_value());
  return std::move(store).value();
}

Request request(Value b, Value n) {
  return {Value::entity(kAnn), Value::entity("Action", "a"), Value::entity(kAnn),
          Value::record({{"b", std::move(b)}, {"n", std::move(n)}})};
}

// Everything there is to do with a policy.
void use(const std::string& condition) {
  const std::string text = "permit(principal, action, resource) when { " + condition + " };";
  const auto policies = parse_policies(text);
  ASSERT_TRUE(policies) << base::to_text(policies.error()).substr(0, 500);
  const Policy& policy = policies.value().front();
  EXPECT_TRUE(parse_policies(to_text(policy)));
  EXPECT_TRUE(format_policies(text));
  EXPECT_TRUE(read_policy(base::write_json(to_json(policy)), "p"));
  const Schema types = schema();
  const Validator validator(types);
  validator.validate(policy);
  validator.fallible_operations(policy);
  required_level(types, policy);
  const auto set = PolicySet::create(policies.value());
  ASSERT_TRUE(set);
  const EntityStore store = entities();
  for (const bool b : {false, true}) {
    const Request asked = request(Value::boolean(b), Value::integer(0));
    Authorizer(set.value()).decide(asked, store);
    explain(set.value(), set.value().policies().front(), asked, store);
  }
  const Request open = request(Value::unknown(Value::Kind::Bool), Value::unknown());
  for (const PolicyOutcome& outcome : evaluate_partially(set.value(), open, store))
    EXPECT_FALSE(to_text(residual_policy(outcome)).empty());
}

TEST(StackTest, OneMebibyteIsEnoughForWhateverIsRead) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
  GTEST_SKIP() << "frames are several times as large in this build";
#endif
  const StackLimit limit(1U << 20);
  constexpr std::size_t kChain = kDepthLimit - 10;
  use("context.b" + times(kChain, " || context.b"));
  use("context.b" + times(kChain, " && context.b"));
  use("context.n" + times(kChain, " + context.n") + " == 1");
  use("principal" + times(kChain, ".u") + " == principal");
  use("principal" + times(kChain, ".getTag(\"u\")") + " == principal");
  use("datetime(\"2024-01-01\")" + times(kChain, ".offset(duration(\"1d\"))") + " == context.d");
  constexpr std::size_t kNested = 190;
  use(times(kNested, "(context.b && ") + "true" + times(kNested, ")"));
  use(times(kNested, "if context.b then ") + "true" + times(kNested, " else false"));
  use(times(kNested, "[") + "context.b" + times(kNested, "]") + " == 1");
  use(times(kNested, "{a: ") + "context.b" + times(kNested, "}") + " == 1");
  use(times(kNested, "context.s.contains(") + "context.b" + times(kNested, ")"));
}

}  // namespace
}  // namespace countersign::cedar
