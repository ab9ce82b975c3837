// SPDX-License-Identifier: Apache-2.0
#include "cedar/authorizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/testing/within.h"
#include "cedar/explain.h"
#include "cedar/parser.h"

namespace countersign::cedar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PolicySet set_of(std::string_view text) {
  auto policies = parse_policies(text, "p.cedar");
  EXPECT_TRUE(policies) << base::to_text(policies.error());
  auto set = PolicySet::create(std::move(policies).value());
  EXPECT_TRUE(set) << base::to_text(set.error());
  return set.value();
}

EntityStore store_of(EntityStore::Builder builder) {
  auto store = builder.build();
  EXPECT_TRUE(store) << base::to_text(store.error());
  return std::move(store).value();
}

Request request_of(std::string_view principal, std::string_view action, std::string_view resource,
                   Value context = Value::record({})) {
  return {EntityUid("User", principal), EntityUid("Action", action), EntityUid("Doc", resource),
          std::move(context)};
}

std::vector<std::string> ids(const std::vector<const Policy*>& policies) {
  std::vector<std::string> out;
  for (const Policy* policy : policies) out.push_back(policy->id);
  return out;
}

std::vector<std::string> failed_ids(const Response& response) {
  std::vector<std::string> out;
  for (const EvaluationError& error : response.errors) out.push_back(error.policy->id);
  return out;
}

TEST(AuthorizerTest, DeniesUnlessPermitted) {
  const Response response = authorize(PolicySet(), request_of("a", "read", "d"), EntityStore());
  EXPECT_EQ(response.verdict, Verdict::Deny);
  EXPECT_THAT(response.reasons, IsEmpty());
}

TEST(AuthorizerTest, ForbidsStandAbovePermits) {
  const PolicySet set = set_of(
      "permit(principal, action, resource);"
      "forbid(principal == User::\"b\", action, resource);"
      "permit(principal == User::\"a\", action, resource);");
  Response response = authorize(set, request_of("a", "read", "d"), EntityStore());
  EXPECT_EQ(response.verdict, Verdict::Allow);
  EXPECT_THAT(ids(response.reasons), ElementsAre("policy0", "policy2"));
  response = authorize(set, request_of("b", "read", "d"), EntityStore());
  EXPECT_EQ(response.verdict, Verdict::Deny);
  EXPECT_THAT(ids(response.reasons), ElementsAre("policy1"));
}

TEST(AuthorizerTest, SkipsPoliciesThatFailAndListsThem) {
  const PolicySet set = set_of(
      "permit(principal, action, resource);\n"
      "forbid(principal, action, resource) when { context.level > 3 };");
  const Response response = authorize(set, request_of("a", "read", "d"), EntityStore());
  EXPECT_EQ(response.verdict, Verdict::Allow);
  ASSERT_EQ(response.errors.size(), 1u);
  EXPECT_EQ(response.errors[0].policy->id, "policy1");
  EXPECT_EQ(base::to_text(issue_of(response.errors[0])),
            "p.cedar:2:44: the record has no attribute `level`\n"
            "  2 | forbid(principal, action, resource) when { context.level > 3 };\n"
            "    |                                            ^^^^^^^^^^^^^");
}

TEST(AuthorizerTest, ErrorsArePartOfNoPolicyWhoseHeadIsMissed) {
  const PolicySet set =
      set_of("forbid(principal == User::\"b\", action, resource) when { context.level > 3 };");
  EXPECT_THAT(authorize(set, request_of("a", "read", "d"), EntityStore()).errors, IsEmpty());
}

TEST(AuthorizerTest, FollowsHierarchies) {
  EntityStore::Builder builder;
  builder.add(EntityUid("User", "a"), Value::record({}), {EntityUid("Group", "g")})
      .add(EntityUid("Group", "g"), Value::record({}), {EntityUid("Group", "all")})
      .add(EntityUid("Action", "read"), Value::record({}), {EntityUid("Action", "any")});
  const EntityStore store = store_of(std::move(builder));
  const PolicySet set = set_of(
      "permit(principal in Group::\"all\", action in [Action::\"x\", Action::\"any\"], resource);"
      "permit(principal is User in Group::\"g\", action, resource is Doc);"
      "permit(principal in Group::\"other\", action, resource);"
      "permit(principal in User::\"a\", action in [], resource);"
      "permit(principal in User::\"a\", action in [Action::\"read\", Action::\"any\"], resource);"
      "permit(principal is Robot, action, resource);");
  const Response response = authorize(set, request_of("a", "read", "d"), store);
  EXPECT_THAT(ids(response.reasons), ElementsAre("policy0", "policy1", "policy4"));
  EXPECT_EQ(authorize(set, request_of("b", "read", "d"), store).verdict, Verdict::Deny);
}

TEST(AuthorizerTest, RefusesToDecideOverUnknownValues) {
  const PolicySet set = set_of(
      "permit(principal, action, resource);"
      "forbid(principal, action, resource) when { context.open };");
  Response response =
      authorize(set, request_of("a", "read", "d", Value::record({{"open", Value::unknown()}})),
                EntityStore());
  ASSERT_EQ(response.errors.size(), 1u);
  EXPECT_EQ(response.errors[0].policy->id, "policy1");
  const Request headless(Value::unknown(Value::Kind::Entity), Value::entity("Action", "read"),
                         Value::entity("Doc", "d"), Value::record({}));
  response = authorize(set, headless, EntityStore());
  EXPECT_EQ(response.verdict, Verdict::Deny);
  EXPECT_EQ(response.errors.size(), 2u);
}

TEST(PolicySetTest, TakesIdsFromCallersAndRefusesTwins) {
  auto first = parse_policies("@id(\"A-1\") permit(principal, action, resource);", "a.cedar");
  auto second = parse_policies("@id(\"A-1\") forbid(principal, action, resource);", "b.cedar");
  std::vector<Policy> all = {first.value().front(), second.value().front()};
  for (Policy& policy : all) policy.id = policy.annotation("id")->str();
  const auto refused = PolicySet::create(all);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().file, "b.cedar");
  all[1].id = "B-1";
  const auto set = PolicySet::create(all);
  ASSERT_TRUE(set);
  EXPECT_EQ(set.value().find("B-1")->source->file, "b.cedar");
  EXPECT_EQ(set.value().find("C-1"), nullptr);
}

TEST(PolicySetTest, LinksTemplates) {
  const auto policies = parse_policies(
      "permit(principal == ?principal, action, resource in ?resource) when { context.ok };");
  const Policy& from = policies.value().front();
  const auto linked = link(from, "link0", {EntityUid("User", "a"), EntityUid("Doc", "d")});
  ASSERT_TRUE(linked);
  EXPECT_FALSE(link(from, "x", {EntityUid("User", "a"), std::nullopt}));
  const auto set = PolicySet::create({from, linked.value()});
  ASSERT_TRUE(set);
  EXPECT_EQ(set.value().templates().size(), 1u);
  ASSERT_EQ(set.value().policies().size(), 1u);
  const Value context = Value::record({{"ok", Value::boolean(true)}});
  EXPECT_THAT(ids(authorize(set.value(), request_of("a", "r", "d", context), {}).reasons),
              ElementsAre("link0"));
  EXPECT_THAT(authorize(set.value(), request_of("b", "r", "d", context), {}).reasons, IsEmpty());
  // A linked policy that fails is listed by its own id.
  const Response failed = authorize(set.value(), request_of("a", "r", "d"), {});
  ASSERT_EQ(failed.errors.size(), 1u);
  EXPECT_EQ(failed.errors[0].policy->id, "link0");
  EXPECT_EQ(failed.errors[0].policy->template_id, "policy0");
}

TEST(PolicySetTest, LinksEveryFormOfSlot) {
  EntityStore::Builder builder;
  builder.add(EntityUid("User", "a"), Value::record({}), {EntityUid("G", "g")});
  builder.add(EntityUid("Doc", "d"), Value::record({}), {EntityUid("F", "f")});
  const EntityStore store = store_of(std::move(builder));
  struct Case {
    const char* head;
    Slots slots;
    std::vector<std::string> meets;  // of: a reads d, a reads e, b reads d
  };
  const EntityUid a("User", "a");
  const EntityUid g("G", "g");
  const EntityUid d("Doc", "d");
  const EntityUid f("F", "f");
  const Case cases[] = {
      {"principal == ?principal, action, resource", {a, {}}, {"a d", "a e"}},
      {"principal in ?principal, action, resource", {g, {}}, {"a d", "a e"}},
      {"principal is User in ?principal, action, resource", {g, {}}, {"a d", "a e"}},
      {"principal is G in ?principal, action, resource", {g, {}}, {}},
      {"principal, action, resource == ?resource", {{}, d}, {"a d", "b d"}},
      {"principal, action, resource in ?resource", {{}, f}, {"a d", "b d"}},
      {"principal, action, resource is Doc in (?resource)", {{}, f}, {"a d", "b d"}},
      {"principal in ?principal, action, resource is Doc in ?resource", {g, f}, {"a d"}},
  };
  for (const Case& one : cases) {
    const auto policies = parse_policies("permit(" + std::string(one.head) + ");");
    ASSERT_TRUE(policies) << base::to_text(policies.error());
    const Policy& from = policies.value().front();
    EXPECT_TRUE(from.is_template());
    const auto linked = link(from, "l", one.slots);
    ASSERT_TRUE(linked) << one.head;
    const auto set = PolicySet::create({linked.value(), from});
    ASSERT_TRUE(set);
    std::vector<std::string> meets;
    for (const auto& [user, doc] : {std::pair{"a", "d"}, {"a", "e"}, {"b", "d"}}) {
      if (authorize(set.value(), request_of(user, "r", doc), store).reasons.empty()) continue;
      meets.push_back(std::string(user) + " " + doc);
    }
    EXPECT_EQ(meets, one.meets) << one.head;
  }
}

TEST(PolicySetTest, SaysWhyNothingCanBeLinked) {
  const auto complaint = [](std::string_view text, const Slots& slots) {
    const auto policies = parse_policies(text, "p.cedar");
    const auto linked = link(policies.value().front(), "l", slots);
    return linked ? std::string("(it was linked)") : base::to_text(linked.error());
  };
  const EntityUid a("User", "a");
  EXPECT_EQ(complaint("permit(principal == ?principal, action, resource);", {}),
            "p.cedar:1:8: nothing is given for `?principal`\n"
            "  1 | permit(principal == ?principal, action, resource);\n"
            "    |        ^^^^^^^^^^^^^^^^^^^^^^^\n"
            "  help: give the entity that is to stand there");
  EXPECT_EQ(complaint("permit(principal == ?principal, action, resource);", {a, a}),
            "p.cedar:1:41: `User::\"a\"` is given for `?resource`, which the template lacks\n"
            "  1 | permit(principal == ?principal, action, resource);\n"
            "    |                                         ^^^^^^^^\n"
            "  help: leave it out");
  EXPECT_EQ(complaint("permit(principal, action, resource);", {}),
            "p.cedar:1:1: the policy `policy0` is no template\n"
            "  1 | permit(principal, action, resource);\n"
            "    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "  help: only a policy with `?principal` or `?resource` in its head is");
  // What a link has become is no template any more.
  const auto linked =
      link(parse_policies("permit(principal == ?principal, action, resource);").value().front(),
           "l", {a, std::nullopt});
  ASSERT_TRUE(linked);
  EXPECT_FALSE(link(linked.value(), "m", {}));
}

// The index over heads against the plain reading of every head.
TEST(PolicySetTest, FindsExactlyThePoliciesWhoseHeadsAreMet) {
  const std::vector<std::string> principals = {"principal",
                                               "principal == User::\"0\"",
                                               "principal == User::\"1\"",
                                               "principal in G::\"0\"",
                                               "principal in G::\"1\"",
                                               "principal in User::\"1\"",
                                               "principal is User",
                                               "principal is G",
                                               "principal is User in G::\"1\""};
  const std::vector<std::string> actions = {
      "action", "action == Action::\"0\"", "action in Action::\"g\"",
      "action in [Action::\"0\", Action::\"g\", Action::\"1\"]", "action in []"};
  const std::vector<std::string> resources = {"resource", "resource == Doc::\"0\"",
                                              "resource in G::\"1\"", "resource is Doc"};
  EntityStore::Builder builder;
  builder.add(EntityUid("User", "0"), Value::record({}), {EntityUid("G", "0")})
      .add(EntityUid("G", "0"), Value::record({}), {EntityUid("G", "1")})
      .add(EntityUid("Doc", "1"), Value::record({}), {EntityUid("G", "1")})
      .add(EntityUid("Action", "0"), Value::record({}), {EntityUid("Action", "g")});
  const EntityStore store = store_of(std::move(builder));
  EXPECT_TRUE(rc::check([&] {
    std::string text;
    const int count = *base::testing::within(0, 60);
    for (int i = 0; i < count; ++i) {
      text += "permit(" + *rc::gen::elementOf(principals) + ", " + *rc::gen::elementOf(actions) +
              ", " + *rc::gen::elementOf(resources) + ");\n";
    }
    const PolicySet set = set_of(text);
    const auto id = [] { return std::to_string(*base::testing::within(0, 3)); };
    const Request request = request_of(id(), id(), id());
    std::vector<std::string> expected;
    for (const Policy& policy : set.policies()) {
      if (explain(set, policy, request, store).head_met()) expected.push_back(policy.id);
    }
    RC_ASSERT(ids(authorize(set, request, store).reasons) == expected);
  }));
}

// Comparisons at the front of a condition lead to a policy as its head does; behind an operand that
// can fail they must not, or its error would be lost.
TEST(PolicySetTest, FindsPoliciesByTheFrontOfTheirConditions) {
  const std::vector<std::string> parts = {"principal == User::\"0\"",
                                          "principal in G::\"1\"",
                                          "principal in [G::\"0\", User::\"1\"]",
                                          "principal is User",
                                          "principal is User in G::\"1\"",
                                          "action in []",
                                          "resource in G::\"1\"",
                                          "principal in resource",
                                          "context.missing",
                                          "context.level < 2",
                                          "!(principal == User::\"2\")"};
  EntityStore::Builder builder;
  builder.add(EntityUid("User", "0"), Value::record({}), {EntityUid("G", "0")})
      .add(EntityUid("G", "0"), Value::record({}), {EntityUid("G", "1")})
      .add(EntityUid("Doc", "1"), Value::record({}), {EntityUid("G", "1")});
  const EntityStore store = store_of(std::move(builder));
  EXPECT_TRUE(rc::check([&] {
    std::string found;
    std::string plain;
    const int count = *base::testing::within(1, 40);
    for (int i = 0; i < count; ++i) {
      std::string condition = *rc::gen::elementOf(parts);
      for (int more = *base::testing::within(0, 4); more > 0; --more) {
        condition += " && " + *rc::gen::elementOf(parts);
      }
      const std::string clause = *rc::gen::element<std::string>("when", "unless");
      const std::string head = "permit(principal, action, resource) " + clause;
      found += head + " { " + condition + " };\n";
      // The front of this one says nothing.
      plain += head + " { if context.level >= 0 then " + condition + " else false };\n";
    }
    const auto id = [] { return std::to_string(*base::testing::within(0, 3)); };
    const Request request = request_of(
        id(), id(), id(), Value::record({{"level", Value::integer(*base::testing::within(0, 4))}}));
    const PolicySet found_set = set_of(found);
    const PolicySet plain_set = set_of(plain);
    const Response got = authorize(found_set, request, store);
    const Response expected = authorize(plain_set, request, store);
    RC_ASSERT(ids(got.reasons) == ids(expected.reasons));
    RC_ASSERT(failed_ids(got) == failed_ids(expected));
  }));
}

}  // namespace
}  // namespace countersign::cedar
