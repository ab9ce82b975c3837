// SPDX-License-Identifier: Apache-2.0
#include "kernel/views.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/within.h"
#include "kernel/answers.h"
#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using registry::DirectiveId;
using registry::OfficeId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::World;

const char kAnnounced[] = R"(, "announced": true)";

std::string forbid(const std::string& condition) {
  return "forbid (principal, action, resource) when { " + condition + " };\n";
}

RequesterView view_of(const World& world, const Request& request = testing::use()) {
  auto view = requester_view(world.rules(), request);
  CHECK(view.has_value());
  return std::move(view).value();
}

TEST(RequesterView, ShowsAuthorisedAsReferred) {
  World world;
  world.directive({"P", "permit (principal, action, resource);", kAnnounced});
  ASSERT_EQ(determine(world.rules(), testing::use()).value().overall, Outcome::Authorised);
  const RequesterView view = view_of(world);
  EXPECT_EQ(view.overall, Shown::Referred);
  ASSERT_EQ(view.authorities.size(), 1U);
  EXPECT_THAT(view.authorities[0].grounds, IsEmpty());
  EXPECT_THAT(to_text(view), Not(HasSubstr("approval")));
  const std::string json = base::write_json(to_json(view));
  EXPECT_THAT(json, Not(HasSubstr(R"("authorised")")));
  EXPECT_THAT(json, HasSubstr(R"("authorised_by":[])"));  // the contract's key, never filled
}

TEST(RequesterView, ShowsWhatAnnouncedForbidsBarOrRequire) {
  World world;
  world.directive({"F", forbid(R"(!context.approvals.contains(Office::"US/O1"))"), kAnnounced});
  const RequesterView required = view_of(world);
  EXPECT_EQ(required.overall, Shown::ApprovalRequired);
  EXPECT_THAT(required.authorities[0].approvals, ElementsAre(ElementsAre(OfficeId("US/O1"))));
  EXPECT_THAT(required.authorities[0].barred_by, ElementsAre(DirectiveId("F")));
  EXPECT_THAT(to_text(required), HasSubstr("F (the rule F) bars it unless US/O1 approves"));

  world.directive({"G", forbid(R"(context.touches.contains(Region::"A"))"), kAnnounced});
  const RequesterView barred = view_of(world);
  EXPECT_EQ(barred.overall, Shown::Prohibited);
  EXPECT_THAT(barred.authorities[0].barred_by, ElementsAre(DirectiveId("F"), DirectiveId("G")));
}

TEST(RequesterView, ShowsAnAnnouncedAdvisoryWhichBarsNothing) {
  const std::string advisory = R"(, "kind": "advisory")";
  World world;
  world.directive({"V", forbid(R"(context.touches.contains(Region::"A"))"), advisory + kAnnounced})
      .directive({"W", forbid(R"(context.touches.contains(Region::"B"))"), advisory + kAnnounced})
      .directive({"S", forbid(R"(context.touches.contains(Region::"A"))"), advisory});
  const RequesterView view = view_of(world);
  EXPECT_EQ(view.overall, Shown::Referred);
  const AuthorityRequesterView& one = view.authorities[0];
  EXPECT_THAT(one.advisories, ElementsAre(DirectiveId("V")));
  EXPECT_THAT(one.barred_by, IsEmpty());
  ASSERT_EQ(one.grounds.size(), 1U);
  EXPECT_THAT(to_text(view), HasSubstr("V (the rule V) advises against it: the place may touch A"));
  EXPECT_THAT(base::write_json(to_json(view)), HasSubstr(R"("advisories":["V"])"));

  world.directive({"F", forbid("context.quantity > 0"), kAnnounced});
  const RequesterView barred = view_of(world);
  EXPECT_EQ(barred.overall, Shown::Prohibited);
  EXPECT_THAT(barred.authorities[0].advisories, ElementsAre(DirectiveId("V")));
  EXPECT_THAT(barred.authorities[0].barred_by, ElementsAre(DirectiveId("F")));
  EXPECT_EQ(barred.authorities[0].grounds.size(), 2U);
}

TEST(RequesterView, LeavesOutAnAnnouncedAdvisoryThatAsksForAStockFigure) {
  World world;
  world.holdings().directive({"V", forbid(R"(context.rating == Rating::"green")"),
                              R"(, "kind": "advisory", "announced": true)"});
  ASSERT_FALSE(determine(world.rules(), testing::use()).value().authorities[0].advisories.empty());
  EXPECT_THAT(view_of(world).authorities[0].advisories, IsEmpty());
}

TEST(RequesterView, UsesNoStockFigureAndSaysSo) {
  World world;
  world.holdings().directive(
      {"F", forbid(R"(context.rating == Rating::"green")") + forbid("context.rest.cap > 0"),
       std::string(kAnnounced) + R"(, "tallies": [{"id": "cap", "limit": 3}])"});
  const RequesterView view = view_of(world);
  EXPECT_EQ(view.overall, Shown::Referred);
  EXPECT_TRUE(view.authorities[0].stock_left_out);
  EXPECT_THAT(to_text(view), HasSubstr("no stock figure was used"));
}

TEST(RequesterView, KeepsToAnnouncedRulesWhereTheOthersFail) {
  World world;
  world.directive({"F", forbid("context.quantity > 0"), kAnnounced})
      .directive({"X", forbid("context.nothing"), ""});
  ASSERT_EQ(determine(world.rules(), testing::use()).value().overall, Outcome::Undetermined);
  EXPECT_EQ(view_of(world).overall, Shown::Prohibited);
}

TEST(RequesterView, DoesNotShowThatSomethingUnannouncedTookARulesPlace) {
  World world;
  world.directive({"F", forbid("context.quantity > 0"), kAnnounced});
  World superseded = world;
  superseded.directive({"X", "permit (principal, action, resource);",
                        R"(, "supersedes": ["F"], "in_force": {"from": "2025-01-01"})"});
  ASSERT_EQ(determine(superseded.rules(), testing::use()).value().overall, Outcome::Authorised);
  EXPECT_EQ(base::write_json(to_json(view_of(world))),
            base::write_json(to_json(view_of(superseded))));
}

int upto(int most) { return *base::testing::within(0, most + 1); }

std::string any_condition() {
  const std::vector<std::string> conditions = {
      "context.quantity < 2",
      R"(!context.approvals.contains(Office::"US/O0"))",
      R"(!context.approvals.containsAny([Office::"US/O1", Office::"US/O2"]))",
      R"(context.touches.contains(Region::"A"))",
      R"(context.touches.contains(Region::"B"))",
      R"(!context.within.contains(Region::"A/in"))",
      R"(context.item.range_km_max > 450)",
      R"(context.rating == Rating::"red")",
      "context.quantity > context.rest.cap",
      "context.quantity + 9223372036854775807 > 0"};
  return conditions[static_cast<std::size_t>(upto(static_cast<int>(conditions.size()) - 1))];
}

std::string any_policies() {
  std::string cedar;
  for (int i = 1 + upto(2); i > 0; --i) {
    cedar += fmt::format("{} (principal, action, resource) when {{ {} }};\n",
                         upto(1) == 0 ? "forbid" : "permit", any_condition());
  }
  return cedar;
}

std::string any_book() {
  return fmt::format(R"({{"holdings": [{{"item": "M", "quantity": {}, "yellow_below": 50,
      "red_below": 20}}]}})",
                     upto(100));
}

RC_GTEST_PROP(RequesterView, IsTheSameWhenOnlyWhatIsUnannouncedDiffers, ()) {
  World announced;
  announced.directive({"A1", any_policies(), kAnnounced})
      .directive({"A3", any_policies(), std::string(kAnnounced) + R"(, "kind": "advisory")"})
      .directive({"A2", any_policies(),
                  std::string(kAnnounced) + R"(, "tallies": [{"id": "cap", "limit": 5}])"});
  const auto differently = [&announced] {
    World world = announced;
    if (upto(2) != 0) world.holdings(any_book());
    for (int i = upto(2); i > 0; --i) {
      std::string more = upto(2) == 0 ? R"(, "kind": "advisory")" : "";
      if (upto(3) == 0) more += fmt::format(R"(, "supersedes": ["A{}"])", 1 + upto(1));
      world.directive({fmt::format("U{}", i), any_policies(), more});
    }
    return world;
  };
  const Request request = upto(1) == 0 ? testing::use() : testing::transfer(1 + upto(9));
  RC_ASSERT(base::write_json(to_json(view_of(differently(), request))) ==
            base::write_json(to_json(view_of(differently(), request))));
}

}  // namespace
}  // namespace countersign::kernel
