// SPDX-License-Identifier: Apache-2.0
#include "cedar/partial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/testing/within.h"
#include "cedar/authorizer.h"
#include "cedar/explain.h"
#include "cedar/parser.h"

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PolicySet set_of(std::string_view text) {
  auto policies = parse_policies(text, "p.cedar");
  EXPECT_TRUE(policies) << base::to_text(policies.error());
  return PolicySet::create(std::move(policies).value()).value();
}

EntityStore store() {
  EntityStore::Builder builder;
  builder.add(EntityUid("U", "a"), Value::record({{"n", Value::integer(1)}}),
              {EntityUid("G", "g")});
  return builder.build().value();
}

Request with_context(Value context) {
  return {EntityUid("U", "a"), EntityUid("Action", "x"), EntityUid("U", "r"), std::move(context)};
}

// Outcomes of the policies whose conditions these are, with `approvals` unknown and `n` 7:
// "true", "failed", "false" or the residual.
std::string left_open(std::string_view condition) {
  const PolicySet set =
      set_of("permit(principal, action, resource) when { " + std::string(condition) + " };");
  const auto outcomes = evaluate_partially(
      set,
      with_context(Value::record(
          {{"approvals", Value::unknown(Value::Kind::Set)}, {"n", Value::integer(7)}})),
      store());
  if (outcomes.empty()) return "false";
  if (outcomes[0].kind == PolicyOutcome::Kind::Satisfied) return "true";
  if (outcomes[0].kind == PolicyOutcome::Kind::Failed) return "failed";
  return to_text(*outcomes[0].residual);
}

TEST(PartialTest, SettlesWhatDoesNotDepend) {
  EXPECT_EQ(left_open("context.n == 7"), "true");
  EXPECT_EQ(left_open("context.n == 8"), "false");
  EXPECT_EQ(left_open("context.m == 8"), "failed");
  EXPECT_EQ(left_open("context has approvals"), "true");
  EXPECT_EQ(left_open("context has approval"), "false");
  EXPECT_EQ(left_open("context.n == 8 && context.approvals.contains(1)"), "false");
  EXPECT_EQ(left_open("context.approvals.contains(1) && context.n == 8"), "false");
  EXPECT_EQ(left_open("context.approvals.contains(1) || context.n == 7"), "true");
  EXPECT_EQ(left_open("if context.approvals.isEmpty() then context.n == 7 else true"), "true");
}

TEST(PartialTest, LeavesWhatDepends) {
  EXPECT_EQ(left_open("context.n == 7 && context.approvals.contains(Office::\"x\")"),
            "context.approvals.contains(Office::\"x\")");
  EXPECT_EQ(
      left_open("context.approvals.containsAny([Office::\"x\", Office::\"y\"]) || context.n > 9"),
      "context.approvals.containsAny([Office::\"x\", Office::\"y\"])");
  EXPECT_EQ(left_open("!context.approvals.contains(context.n)"), "!context.approvals.contains(7)");
  EXPECT_EQ(left_open("principal in G::\"g\" && (context.approvals.contains(1) || "
                      "context.approvals.contains(principal.n + 1)) && context.n < 8"),
            "context.approvals.contains(1) || context.approvals.contains(2)");
}

TEST(PartialTest, SharesWhatWasNotTouchedWithThePolicy) {
  const PolicySet set = set_of(
      "permit(principal, action, resource) when { context.n == 7 } unless { "
      "context.approvals.contains(1) };");
  const auto outcomes = evaluate_partially(
      set,
      with_context(Value::record(
          {{"approvals", Value::unknown(Value::Kind::Set)}, {"n", Value::integer(7)}})),
      store());
  ASSERT_EQ(outcomes.size(), 1U);
  ASSERT_EQ(outcomes[0].kind, PolicyOutcome::Kind::Open);
  ASSERT_EQ(outcomes[0].residual->kind, Expr::Kind::Not);
  EXPECT_EQ(outcomes[0].residual->operands.front(), outcomes[0].policy->clauses[1].body);
}

// A residual keeps what may fail: dropping it would turn an error into an answer.
TEST(PartialTest, KeepsErrorsAndTypeErrors) {
  EXPECT_EQ(left_open("context.approvals.contains(1) && context.m == 1"),
            "context.approvals.contains(1) && context.m == 1");
  EXPECT_EQ(left_open("context.approvals && context.n == 8"), "context.approvals && false");
  EXPECT_EQ(left_open("context.n == 7 && context.approvals"), "true && context.approvals");
  EXPECT_EQ(left_open("context.approvals.contains(context.m)"), "failed");
}

TEST(PartialTest, ResidualsQuoteTheirSource) {
  const PolicySet set =
      set_of("forbid(principal, action, resource) unless { context.approvals.contains(\"x\") };");
  const auto outcomes = evaluate_partially(
      set, with_context(Value::record({{"approvals", Value::unknown(Value::Kind::Set)}})), store());
  ASSERT_EQ(outcomes.size(), 1u);
  const Expr& residual = *outcomes[0].residual;
  EXPECT_EQ(residual.kind, Expr::Kind::Not);
  EXPECT_EQ(outcomes[0].policy->source->quote(residual.operand(0).span),
            "context.approvals.contains(\"x\")");
}

TEST(PartialTest, LeavesHeadsOpen) {
  const PolicySet set = set_of(
      "permit(principal == U::\"b\", action == Action::\"x\", resource) when { context.n == 7 };"
      "permit(principal is U in G::\"g\", action == Action::\"y\", resource);"
      "permit(principal, action, resource) when { context.n == 8 };");
  const Request request(Value::unknown(Value::Kind::Entity), Value::entity("Action", "x"),
                        Value::entity("U", "r"), Value::record({{"n", Value::integer(7)}}));
  const auto outcomes = evaluate_partially(set, request, store());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(to_text(*outcomes[0].residual), "principal == U::\"b\"");
}

TEST(ExplainTest, TellsEachConditionsOutcome) {
  const PolicySet set = set_of(
      "permit(principal is U, action, resource)\n"
      "when { context.n > 3 && (context.n < 5 || principal.n == 2) && context.m == 1 }\n"
      "unless { context has barred || context.n == 7 };");
  const Explanation why = explain(set, set.policies().front(),
                                  with_context(Value::record({{"n", Value::integer(7)}})), store());
  EXPECT_TRUE(why.head_met());
  EXPECT_EQ(why.outcome, Outcome::False);
  std::vector<std::string> told;
  for (const Condition& condition : why.conditions) {
    constexpr std::string_view kNames[] = {"true", "false", "error", "unknown"};
    told.push_back(std::string(condition.negated ? "unless " : "") + std::string(condition.text) +
                   " -> " + std::string(kNames[static_cast<int>(condition.outcome)]) +
                   (condition.reached ? "" : " (not reached)"));
  }
  EXPECT_THAT(told,
              ElementsAre("context.n > 3 -> true", "context.n < 5 || principal.n == 2 -> false",
                          "context.m == 1 -> error (not reached)",
                          "unless context has barred -> true (not reached)",
                          "unless context.n == 7 -> false (not reached)"));
  EXPECT_EQ(why.conditions[2].message, "the record has no attribute `m`");
}

TEST(ExplainTest, TellsWhichPartOfAHeadIsMissed) {
  const PolicySet set =
      set_of("permit(principal == U::\"b\", action in Action::\"x\", resource is G);");
  const Explanation why =
      explain(set, set.policies().front(), with_context(Value::record({})), store());
  EXPECT_EQ(why.principal, Outcome::False);
  EXPECT_EQ(why.action, Outcome::True);
  EXPECT_EQ(why.resource, Outcome::False);
  EXPECT_EQ(why.outcome, Outcome::False);
  EXPECT_THAT(why.conditions, IsEmpty());
}

// Conditions over three attributes and much that fails.
std::string any_condition(int depth) {
  const auto pick = [](std::initializer_list<const char*> of) {
    return std::string(*rc::gen::elementOf(std::vector<const char*>(of)));
  };
  if (depth == 0) {
    return pick({"true", "false", "1", "context.a", "context.b", "context.c", "context.d",
                 "context.r.x", "context.r", "principal", "principal.n", "[1, 2]", "U::\"a\"",
                 "9223372036854775807", "resource", "\"ab\"", "{x: 1}"});
  }
  const auto part = [depth] { return "(" + any_condition(depth - 1) + ")"; };
  const auto binary = [&](const char* symbol) { return part() + " " + symbol + " " + part(); };
  switch (*base::testing::within(0, 14)) {
    case 0:
    case 1:
      return binary("&&");
    case 2:
    case 3:
      return binary("||");
    case 4:
      return "!" + part();
    case 5:
      return "if " + part() + " then " + part() + " else " + part();
    case 6:
      return binary(pick({"==", "!=", "<", "<=", ">", ">="}).c_str());
    case 7:
      return binary(pick({"+", "-", "*"}).c_str());
    case 8:
      return part() + "." + pick({"contains", "containsAll", "containsAny"}) + "(" + part() + ")";
    case 9:
      return binary("in");
    case 10:
      return part() + pick({" has x", " has n", " like \"a*\"", " is U", ".x", ".n", ".isEmpty()",
                            " has r.x", ".hasTag(\"t\")", " is U in G::\"g\""});
    case 11:
      return "[" + any_condition(depth - 1) + ", " + any_condition(depth - 1) + "]";
    case 12:
      return "{x: " + any_condition(depth - 1) + "}" + pick({"", ".x", " == context.r"});
    default:
      return "decimal(\"1.0\").lessThan(" + any_condition(depth - 1) + ")";
  }
}

// Conditions that are mostly booleans, so that much of them has an outcome.
std::string any_truth(int depth) {
  const std::vector<std::string> atoms = {"context.a == 1",
                                          "context.b == \"ab\"",
                                          "[1, 2].contains(context.c)",
                                          "context has a",
                                          "context.r.x == context.a",
                                          "principal in G::\"g\"",
                                          "context.a",
                                          "true",
                                          "false",
                                          "context.b != context.c",
                                          "context has d",
                                          "context.d",
                                          "[context.a] == [1]",
                                          "{x: context.a} == context.r",
                                          "context.r has x",
                                          "principal == U::\"a\""};
  if (depth == 0) return *rc::gen::elementOf(atoms);
  const auto part = [depth] { return "(" + any_truth(depth - 1) + ")"; };
  switch (*base::testing::within(0, 8)) {
    case 0:
    case 1:
    case 2:
      return part() + " && " + part();
    case 3:
    case 4:
      return part() + " || " + part();
    case 5:
      return "!" + part();
    case 6:
      return "if " + part() + " then " + part() + " else " + part();
    default:
      return any_condition(depth - 1);
  }
}

Value any_attribute() {
  const Value values[] = {Value::boolean(true),
                          Value::boolean(false),
                          Value::integer(1),
                          Value::integer(2),
                          Value::string("ab"),
                          Value::entity("U", "a"),
                          Value::set({Value::integer(1)})};
  return values[*base::testing::within<std::size_t>(0, std::size(values))];
}

// What a decision says of the only policy.
std::string told(const Response& response) {
  if (!response.errors.empty()) return "error";
  return response.verdict == Verdict::Allow ? "true" : "false";
}

// With any parts of the request left open, an outcome is that of every completion, and a residual
// gives for each completion what the policy gives. What is surely of a kind is completed so.
TEST(PartialTest, AgreesWithEveryCompletion) {
  EXPECT_TRUE(rc::check([] {
    std::string text = "permit(principal, action, resource)";
    for (int i = *base::testing::within(1, 3); i > 0; --i) {
      text += *rc::gen::arbitrary<bool>() ? " when { " : " unless { ";
      text += any_truth(*base::testing::within(0, 5)) + " }";
    }
    RC_LOG() << text;
    const PolicySet set = set_of(text + ";");
    const EntityStore entities = store();
    Value full = Value::record({});
    Value open = Value::record({});
    for (const char* name : {"a", "b", "c", "r"}) {
      Value value = any_attribute();
      const bool nested = std::string_view(name) == "r";
      Value hidden = *rc::gen::arbitrary<bool>() ? Value::unknown() : Value::unknown(value.kind());
      if (*base::testing::within(0, 3) == 0) hidden = value;
      if (nested) value = Value::record({{"x", value}});
      if (nested) hidden = Value::record({{"x", hidden}});
      full = full.record().with(name, value);
      open = open.record().with(name, hidden);
    }
    const Request complete = with_context(full);
    Value principal = complete[Variable::Principal];
    if (*base::testing::within(0, 3) == 0) principal = Value::unknown(Value::Kind::Entity);
    const Request partial(principal, complete[Variable::Action], complete[Variable::Resource],
                          open);
    const std::string truth = told(authorize(set, complete, entities));
    const auto outcomes = evaluate_partially(set, partial, entities);
    if (outcomes.empty()) {
      RC_ASSERT(truth == "false");
      return;
    }
    if (outcomes[0].kind != PolicyOutcome::Kind::Open) {
      RC_ASSERT(truth == (outcomes[0].kind == PolicyOutcome::Kind::Satisfied ? "true" : "error"));
      return;
    }
    RC_LOG() << "residual: " << to_text(*outcomes[0].residual);
    const auto value = evaluate(outcomes[0].residual, complete, entities);
    const bool is_bool = value && value.value().is(Value::Kind::Bool);
    RC_ASSERT(truth == (!is_bool ? "error" : value.value().boolean() ? "true" : "false"));
  }));
}

const char* any_head() {
  return *rc::gen::elementOf(std::vector<const char*>{
      "principal, action, resource", "principal == U::\"a\", action, resource",
      "principal in G::\"g\", action == Action::\"x\", resource is U",
      "principal is U in G::\"g\", action in [Action::\"x\", Action::\"y\"], resource",
      "principal, action == Action::\"y\", resource", "principal, action, resource == U::\"r\""});
}

// A request of which some of the four variables are left open as a whole.
Request any_opened(const Request& complete) {
  const auto opened = [&](Variable variable, Value::Kind kind) {
    return *rc::gen::arbitrary<bool>() ? Value::unknown(kind) : complete[variable];
  };
  return {opened(Variable::Principal, Value::Kind::Entity),
          opened(Variable::Action, Value::Kind::Entity),
          opened(Variable::Resource, Value::Kind::Entity),
          opened(Variable::Context, Value::Kind::Record)};
}

std::string summary_of(const Response& response) {
  std::string text(name_of(response.verdict));
  for (const Policy* policy : response.reasons) text += " " + policy->id;
  for (const EvaluationError& error : response.errors) text += " !" + error.policy->id;
  return text;
}

// Whatever is unknown, the residual policies decide the completed request as the policies do.
TEST(PartialTest, ResidualPoliciesDecideAsThePolicies) {
  EXPECT_TRUE(rc::check([] {
    std::string text;
    for (int i = *base::testing::within(1, 6); i > 0; --i)
      text += std::string(*rc::gen::arbitrary<bool>() ? "permit(" : "forbid(") + any_head() +
              ") when { " + any_truth(*base::testing::within(0, 4)) + " };\n";
    RC_LOG() << text;
    const PolicySet set = set_of(text);
    const EntityStore entities = store();
    Value context = Value::record({});
    for (const char* name : {"a", "b", "c"}) context = context.record().with(name, any_attribute());
    const Request complete = with_context(context);
    std::vector<Policy> left;
    for (const PolicyOutcome& outcome : evaluate_partially(set, any_opened(complete), entities))
      left.push_back(residual_policy(outcome));
    const PolicySet residual = PolicySet::create(std::move(left)).value();
    RC_ASSERT(summary_of(authorize(residual, complete, entities)) ==
              summary_of(authorize(set, complete, entities)));
  }));
}

// Explaining says what deciding says.
TEST(ExplainTest, AgreesWithDecisions) {
  EXPECT_TRUE(rc::check([] {
    const std::string condition = any_truth(*base::testing::within(0, 5));
    RC_LOG() << condition;
    const PolicySet set = set_of("permit(principal, action, resource) when { " + condition + " };");
    Value context = Value::record({});
    for (const char* name : {"a", "b", "c"}) context = context.record().with(name, any_attribute());
    const Request request = with_context(context);
    const EntityStore entities = store();
    const Explanation why = explain(set, set.policies().front(), request, entities);
    Outcome first = Outcome::True;
    for (const Condition& one : why.conditions) {
      if (one.reached) first = one.outcome;
    }
    RC_ASSERT(why.outcome == first);
    const std::string truth = told(authorize(set, request, entities));
    RC_ASSERT(truth == (first == Outcome::Error  ? "error"
                        : first == Outcome::True ? "true"
                                                 : "false"));
  }));
}

}  // namespace
}  // namespace countersign::cedar
