// SPDX-License-Identifier: Apache-2.0
#include "registry/registers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::day;
using internal::Declared;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kVocabulary = R"({
  "parties": [{"id": "US"}, {"id": "GB"}, {"id": "UA"}], "data": [{"id": "targeting"}],
  "classes": [{"id": "missile"}], "properties": [{"id": "range_km"}]})";

constexpr std::string_view kCharter = R"({"authority": "US", "offices": [
  {"id": "US/President", "rank": 1, "may": ["issue"]},
  {"id": "US/SecDef", "rank": 2, "may": ["issue", "decide"]},
  {"id": "US/USDP", "rank": 3, "may": ["issue", "advise"]},
  {"id": "US/Registrar", "rank": 9, "may": ["vouch"]}]})";

Declared us() { return Declared("US").charter(kCharter).vocabulary(kVocabulary); }

Declared gb() {
  return Declared("GB").charter(R"({"authority": "GB", "offices": []})").vocabulary(kVocabulary);
}

Registers good(std::vector<AuthorityRegister> authorities) {
  auto registers = Registers::create(std::move(authorities));
  EXPECT_TRUE(registers) << base::to_text(registers.error());
  return registers ? std::move(registers.value()) : Registers();
}

std::string issues_of(std::vector<AuthorityRegister> authorities) {
  const auto registers = Registers::create(std::move(authorities));
  return registers ? "good" : base::to_text(registers.error());
}

std::string directive(std::string_view id, std::string_view from, std::string_view more = "",
                      std::string_view office = "US/USDP") {
  return R"({"id": ")" + std::string(id) + R"(", "issued_by": ")" + std::string(office) +
         R"(", "in_force": {"from": ")" + std::string(from) +
         R"("}, "kind": "binding", "policies": ")" + std::string(id) + R"(.cedar")" +
         std::string(more) + "}";
}

std::vector<std::string> in_force(const Registers& registers, std::string_view at) {
  const RegistersView view = registers.view(day(at));
  std::vector<std::string> ids;
  for (const auto& one : view.find(AuthorityId("US"))->directives) ids.push_back(one->id.text());
  return ids;
}

TEST(Registers, ShowWhatIsInForceOnADate) {
  const Registers registers = good(
      {us().item(R"({"id": "A", "complete": true, "in_force": {"until": "2025-01-01"}})")
           .item(R"({"id": "A", "complete": false, "in_force": {"from": "2025-01-01"}})")
           .prices(R"({"currency": "USD", "prices": [{"item": "A", "price": 7}]})")
           .claim(
               R"({"id": "c1", "basis": "supplied", "item": "A", "in_force": {"from": "2024-06-01"}})")
           .claim(R"({"id": "c2", "basis": "owner", "item": "B"})")
           .ties(
               R"({"component": {"rule": "de_minimis", "threshold_bp": 5, "in_force": {"from": "2025-01-01"}}})")
           .holdings(R"({"holdings": []})"),
       gb()});
  EXPECT_THAT(registers.items(), ElementsAre(ItemId("A"), ItemId("B")));
  EXPECT_TRUE(registers.has_item(ItemId("B")));
  EXPECT_FALSE(registers.has_item(ItemId("C")));
  EXPECT_EQ(registers.find(AuthorityId("FR")), nullptr);

  const RegistersView early = registers.view(day("2024-01-01"));
  ASSERT_EQ(early.authorities().size(), 2U);
  EXPECT_EQ(early.authorities()[0].authority, AuthorityId("GB"));
  EXPECT_TRUE((*early.describe(ItemId("A")))->complete);
  EXPECT_TRUE(early.claims_on(ItemId("A")).empty());
  EXPECT_EQ(early.describe(ItemId("B")), nullptr);
  EXPECT_FALSE(early.described_at_some_time(ItemId("B")));
  EXPECT_EQ(early.price_of(AuthorityId("US"), ItemId("A"))->price, 7);
  EXPECT_FALSE(early.price_of(AuthorityId("GB"), ItemId("A")));
  const AuthorityView& us_early = *early.find(AuthorityId("US"));
  EXPECT_EQ(us_early.tie_rules, nullptr);
  EXPECT_EQ(us_early.component_rule().kind, ComponentRule::Kind::AnyShare);
  EXPECT_NE(us_early.holdings, nullptr);
  EXPECT_EQ(us_early.layer, nullptr);
  EXPECT_EQ(early.find(AuthorityId("FR")), nullptr);

  const RegistersView late = registers.view(day("2025-01-01"));
  EXPECT_FALSE((*late.describe(ItemId("A")))->complete);
  EXPECT_EQ(late.claims_on(ItemId("A")).size(), 1U);
  EXPECT_EQ(late.find(AuthorityId("US"))->component_rule().threshold_bp, 5);
}

TEST(Registers, AViewOutlivesTheRegistersItCameFrom) {
  auto registers =
      std::make_unique<Registers>(good({us().item(R"({"id": "A", "complete": true})")}));
  const RegistersView view = registers->view(day("2025-01-01"));
  registers.reset();
  EXPECT_EQ((*view.describe(ItemId("A")))->id, ItemId("A"));
}

TEST(Registers, ListEveryInstantOfChangeOnce) {
  const Registers registers = good(
      {us().item(
               R"({"id": "A", "complete": true, "in_force": {"from": "2024-01-01", "until": "2025-01-01"}})")
           .prices(R"({"currency": "USD", "prices": [
             {"item": "A", "price": 7, "in_force": {"from": "2024-01-01", "until": "2024-03-01"}}]})")
           .directive(directive("D", "2024-02-01", R"(, "tallies": [
             {"id": "t", "limit": 1, "period": {"from": "2023-01-01", "until": "2024-05-01"}}])"))});
  EXPECT_THAT(registers.changes(base::kDistantPast, base::kDistantFuture),
              ElementsAre(day("2024-01-01"), day("2024-02-01"), day("2024-03-01"),
                          day("2024-05-01"), day("2025-01-01")));
  EXPECT_THAT(registers.changes(day("2024-01-01"), day("2024-03-01")),
              ElementsAre(day("2024-02-01"), day("2024-03-01")));
  EXPECT_TRUE(registers.changes(day("2024-03-01"), day("2024-02-01")).empty());
}

TEST(Supersession, EndsTheOldWhereTheNewBegins) {
  const Registers registers =
      good({us().directive(directive("D1", "2024-01-01"))
                .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"))});
  EXPECT_THAT(in_force(registers, "2023-12-31"), ElementsAre());
  EXPECT_THAT(in_force(registers, "2024-05-31"), ElementsAre("D1"));
  EXPECT_THAT(in_force(registers, "2024-06-01"), ElementsAre("D2"));
  const RegistersView view = registers.view(day("2024-05-31"));
  const DirectiveInForce* d1 = view.find(AuthorityId("US"))->find(DirectiveId("D1"));
  ASSERT_NE(d1, nullptr);
  EXPECT_EQ(d1->effective.until, day("2024-06-01"));
  EXPECT_EQ(d1->superseded_by, DirectiveId("D2"));
}

TEST(Supersession, TheOldStaysEndedWhenTheNewEnds) {
  auto register_us = us().directive(directive("D1", "2024-01-01"))
                         .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"));
  register_us.held().directives[1].record.period.until = day("2024-07-01");
  EXPECT_THAT(in_force(good({register_us}), "2024-08-01"), ElementsAre());
}

TEST(Supersession, OneWithdrawnBeforeItBeganEndsNothing) {
  auto register_us = us().directive(directive("D1", "2024-01-01"))
                         .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"));
  register_us.held().directives[1].record.period.until = day("2024-06-01");
  EXPECT_THAT(in_force(good({register_us}), "2024-08-01"), ElementsAre("D1"));
}

TEST(Supersession, OneSupersededBeforeItBeganEndsNothing) {
  const Registers registers =
      good({us().directive(directive("D1", "2024-01-01"))
                .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"))
                .directive(directive("D3", "2024-05-01", R"(, "supersedes": ["D2"])"))});
  EXPECT_THAT(in_force(registers, "2024-08-01"), ElementsAre("D1", "D3"));
}

TEST(Supersession, ChainsAndTheEarliestOfSeveral) {
  const Registers registers =
      good({us().directive(directive("D1", "2024-01-01"))
                .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"))
                .directive(directive("D3", "2024-07-01", R"(, "supersedes": ["D1", "D2"])"))
                .directive(directive("D4", "2024-03-01", R"(, "supersedes": ["D1"])"))});
  EXPECT_THAT(in_force(registers, "2024-02-29"), ElementsAre("D1"));
  EXPECT_THAT(in_force(registers, "2024-03-01"), ElementsAre("D4"));
  EXPECT_THAT(in_force(registers, "2024-06-01"), ElementsAre("D2", "D4"));
  EXPECT_THAT(in_force(registers, "2024-07-01"), ElementsAre("D3", "D4"));
}

TEST(CrossChecks, SupersessionHasRanksAndNoCircle) {
  EXPECT_THAT(
      issues_of({us().directive(directive("D1", "2024-01-01", "", "US/SecDef"))
                     .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"))}),
      AllOf(HasSubstr("D2.json:1:1: `D2` of `US/USDP` (rank 3) supersedes `D1` of `US/SecDef` "
                      "(rank 2)"),
            HasSubstr("rank 2 or higher")));
  EXPECT_EQ(issues_of({us().directive(directive("D1", "2024-01-01"))
                           .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])",
                                                "US/President"))}),
            "good");
  EXPECT_THAT(
      issues_of({us().directive(directive("D1", "2024-01-01", R"(, "supersedes": ["D2"])"))
                     .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1"])"))}),
      HasSubstr("superseded by a directive it supersedes"));
  // One that a circle supersedes is not in it.
  EXPECT_THAT(
      issues_of({us().directive(directive("D1", "2024-01-01"))
                     .directive(directive("D2", "2024-06-01", R"(, "supersedes": ["D1", "D3"])"))
                     .directive(directive("D3", "2024-06-01", R"(, "supersedes": ["D2"])"))}),
      AllOf(HasSubstr("superseded by a directive it supersedes"), Not(HasSubstr("D1.json"))));
  EXPECT_THAT(
      issues_of({us().directive(directive("US-10", "2024-01-01"))
                     .directive(directive("D2", "2024-01-01", R"(, "supersedes": ["US-1O"])"))}),
      AllOf(HasSubstr("`US-1O`, which is no directive of `US`"),
            HasSubstr("did you mean `US-10`?")));
}

TEST(CrossChecks, OfficesAreThereAndMay) {
  EXPECT_THAT(issues_of({us().directive(directive("D", "2024-01-01", "", "US/UDSP"))}),
              AllOf(HasSubstr("D.json:1:1: `US/UDSP` is not an office of `US`"),
                    HasSubstr("did you mean `US/USDP`?")));
  EXPECT_THAT(issues_of({us().directive(directive("D", "2024-01-01", "", "US/Registrar"))}),
              HasSubstr("the office `US/Registrar` may not issue directives"));
  EXPECT_THAT(issues_of({us().directive(
                  directive("D", "2024-01-01", R"(, "procedures": [{"id": "p", "advice": [
                     {"office": "US/SecDef", "demand": "in"}]}])"))}),
              HasSubstr("the office `US/SecDef` may not advise"));
  EXPECT_THAT(
      issues_of({us().directive(directive("D", "2024-01-01", R"(, "discrepancies": "GB/MoD")"))}),
      HasSubstr("`GB/MoD` is not an office of `US`"));
  EXPECT_THAT(issues_of({us().directive(
                  directive("D", "2024-01-01", R"(, "reconsideration": "US/Registrar")"))}),
              HasSubstr("the office `US/Registrar` may not decide"));
}

TEST(CrossChecks, OfficesAreThoseOfTheCharterWhenTheDirectiveBegins) {
  constexpr std::string_view kLater = R"({"authority": "US", "offices": [
    {"id": "US/USDP", "rank": 3, "may": ["advise"]}]})";
  const auto with = [&](std::string_view from) {
    return Declared("US")
        .vocabulary(kVocabulary)
        .charter(kCharter, {day("2024-01-01"), day("2025-01-01")})
        .charter(kLater, {day("2025-01-01"), base::kDistantFuture})
        .directive(directive("D", from));
  };
  EXPECT_EQ(issues_of({with("2024-06-01")}), "good");
  EXPECT_EQ(issues_of({with("2023-06-01")}), "good");
  EXPECT_THAT(issues_of({with("2025-06-01")}), HasSubstr("may not issue"));
}

TEST(CrossChecks, TalliesCountWhatIsThere) {
  const auto with = [](std::string_view tally) {
    return us()
        .item(R"({"id": "ATACMS", "complete": true})")
        .directive(directive("D", "2024-01-01", R"(, "tallies": [)" + std::string(tally) + "]"));
  };
  EXPECT_EQ(
      issues_of({with(R"({"id": "t", "items": ["ATACMS"], "recipients": ["UA"], "limit": 1})")}),
      "good");
  EXPECT_THAT(
      issues_of({with(R"({"id": "t", "items": ["ATACM"], "limit": 1})")}),
      AllOf(HasSubstr("the tally `t` counts `ATACM`"), HasSubstr("did you mean `ATACMS`?")));
  EXPECT_THAT(issues_of({with(R"({"id": "t", "recipients": ["PL"], "limit": 1})")}),
              HasSubstr("`PL` is no party of vocabulary.json"));
}

TEST(CrossChecks, TallyNamesAreNotSharedWhileInForce) {
  constexpr std::string_view kTally = R"(, "tallies": [{"id": "t", "limit": 1}])";
  EXPECT_THAT(issues_of({us().directive(directive("D1", "2024-01-01", kTally))
                             .directive(directive("D2", "2024-06-01", kTally))}),
              HasSubstr("the tally `t` of `D2` has the name of one of `D1`"));
  EXPECT_EQ(
      issues_of({us().directive(directive("D1", "2024-01-01", kTally))
                     .directive(directive("D2", "2024-06-01",
                                          std::string(kTally) + R"(, "supersedes": ["D1"])"))}),
      "good");
}

TEST(CrossChecks, ItemsUseTheWordsOfTheirAuthority) {
  const auto with = [](std::string_view members) {
    return issues_of({us().item(R"({"id": "A", "complete": true, )" + std::string(members) + "}")});
  };
  EXPECT_EQ(with(R"("classes": ["missile"], "properties": {"range_km": 1},
    "components": [{"id": "p", "origin": "UA", "quantity": 1}],
    "needs": [{"authority": "US", "kind": "targeting"}])"),
            "good");
  EXPECT_THAT(with(R"("classes": ["missle"])"),
              AllOf(HasSubstr("`missle` is no class of vocabulary.json"),
                    HasSubstr("did you mean `missile`?")));
  EXPECT_THAT(with(R"("properties": {"mass_kg": 1})"), HasSubstr("`mass_kg` is no property"));
  EXPECT_THAT(with(R"("components": [{"id": "p", "origin": "PL", "quantity": 1}])"),
              AllOf(HasSubstr("items.json:1:"), HasSubstr("`PL` is no party"),
                    HasSubstr("add it to `parties` there")));
  EXPECT_THAT(with(R"("needs": [{"authority": "US", "kind": "satellite"}])"),
              HasSubstr("`satellite` is no kind of data"));
  EXPECT_THAT(with(R"("needs": [{"authority": "XX", "kind": "targeting"}])"),
              HasSubstr("`XX` is no party"));
}

TEST(CrossChecks, EveryVocabularyOfTheTimeHasTheWord) {
  constexpr std::string_view kWithout = R"({"parties": [{"id": "US"}]})";
  constexpr std::string_view kItem =
      R"({"id": "A", "complete": true, "classes": ["missile"], "in_force": {"from": "2024-01-01", "until": "2025-01-01"}})";
  const auto with = [&](std::string_view change) {
    return Declared("US")
        .charter(kCharter)
        .vocabulary(kVocabulary, {base::kDistantPast, day(change)})
        .vocabulary(kWithout, {day(change), base::kDistantFuture})
        .item(kItem);
  };
  EXPECT_EQ(issues_of({with("2025-01-01")}), "good");
  EXPECT_THAT(issues_of({with("2024-12-31")}), HasSubstr("`missile` is no class"));
  EXPECT_THAT(issues_of({Declared("US").charter(kCharter).item(kItem)}),
              HasSubstr("`missile` is a word of no vocabulary"));
}

TEST(CrossChecks, NothingStandsTwice) {
  EXPECT_THAT(
      issues_of(
          {us().item(R"({"id": "A", "complete": true})"),
           gb().item(R"({"id": "A", "complete": true, "in_force": {"from": "2024-01-01"}})")}),
      HasSubstr("`A` is described twice at the same time"));
  EXPECT_EQ(
      issues_of(
          {us().item(R"({"id": "A", "complete": true, "in_force": {"until": "2024-01-01"}})"),
           gb().item(R"({"id": "A", "complete": true, "in_force": {"from": "2024-01-01"}})")}),
      "good");
  EXPECT_THAT(issues_of({us().claim(R"({"id": "c", "basis": "owner", "item": "A"})")
                             .claim(R"({"id": "c", "basis": "supplied", "item": "A"})")}),
              HasSubstr("the claim `c` of `US` stands twice"));
  EXPECT_EQ(issues_of({us().claim(R"({"id": "c", "basis": "owner", "item": "A"})"),
                       gb().claim(R"({"id": "c", "basis": "owner", "item": "A"})")}),
            "good");
  EXPECT_THAT(
      issues_of(
          {us().directive(directive("D", "2024-01-01")).directive(directive("D", "2025-01-01"))}),
      HasSubstr("the directive `D` of `US` stands twice"));
  EXPECT_THAT(issues_of({us().vocabulary(kVocabulary)}),
              HasSubstr("`US` has two documents of the kind `vocabulary` in force"));
  EXPECT_THAT(issues_of({us(), us()}), HasSubstr("the authority `US` stands twice"));
}

TEST(CrossChecks, ClaimsPricesAndHoldingsNameWhatIsThere) {
  constexpr std::string_view kDrone = R"({"id": "Drone", "complete": true, "components": [
    {"id": "controller", "origin": "US", "quantity": 1, "value": 1}]})";
  const auto claim = [&](std::string_view text) {
    return issues_of({us().item(kDrone).claim(text)});
  };
  EXPECT_EQ(claim(R"({"id": "c", "basis": "component", "component": "controller"})"), "good");
  EXPECT_THAT(claim(R"({"id": "c", "basis": "component", "component": "controler"})"),
              AllOf(HasSubstr("`controler` is a component of no described item"),
                    HasSubstr("did you mean `controller`?")));
  EXPECT_THAT(claim(R"({"id": "c", "basis": "data", "item": "Drone", "kind": "tageting"})"),
              HasSubstr("did you mean `targeting`?"));
  EXPECT_THAT(issues_of({us().item(kDrone), gb().prices(R"({"currency": "USD", "prices": [
                {"item": "Drone", "price": 1}]})")}),
              HasSubstr("`Drone` is priced by `GB`, which does not describe it"));
  EXPECT_THAT(issues_of({us().item(kDrone).holdings(R"({"holdings": [
                {"item": "Dron", "quantity": 1, "yellow_below": 0, "red_below": 0}]})")}),
              AllOf(HasSubstr("`Dron` is held"), HasSubstr("did you mean `Drone`?")));
}

TEST(CrossChecks, ARecordIsWhatItsDocumentSays) {
  auto renamed = us().item(R"({"id": "A", "complete": true})");
  renamed.held().items[0].record.id = "B";
  EXPECT_THAT(issues_of({renamed}), HasSubstr("recorded as the item `B` of `US`"));
  auto foreign = us().item(R"({"id": "A", "complete": true})");
  foreign.held().items[0].record.authority = AuthorityId("GB");
  EXPECT_THAT(issues_of({foreign}), HasSubstr("recorded as the item `A` of `GB`"));
  auto longer = us().item(R"({"id": "A", "complete": true, "in_force": {"until": "2025-01-01"}})");
  longer.held().items[0].record.period.until = day("2026-01-01");
  EXPECT_THAT(issues_of({longer}),
              HasSubstr("a record begins with its document and ends no later"));
  auto earlier = us().item(R"({"id": "A", "complete": true, "in_force": {"from": "2025-01-01"}})");
  earlier.held().items[0].record.period.from = day("2024-01-01");
  EXPECT_THAT(issues_of({earlier}), HasSubstr("is recorded as in force from 2024-01-01T00:00:00Z"));
  EXPECT_THAT(issues_of({Declared("US").vocabulary(kVocabulary)}),
              HasSubstr("the authority `US` has no charter"));
  EXPECT_THAT(issues_of({Declared("GB").charter(kCharter).vocabulary(kVocabulary)}),
              HasSubstr("the charter is of `US`, but stands in the register of `GB`"));
  EXPECT_THAT(issues_of({Declared("FR")
                             .charter(R"({"authority": "FR", "offices": []})")
                             .vocabulary(kVocabulary)}),
              HasSubstr("the authority `FR` is not among the parties"));
}

TEST(CrossChecks, AppointmentsAreToOfficesOfTheCharter) {
  const auto with = [](std::string_view office) {
    const std::string text =
        R"({"id": "a", "office": ")" + std::string(office) + R"(", "person": "p", "key": ")" +
        seal::SigningKey::from_seed(std::array<std::uint8_t, 32>{1}).public_key().text() + R"("})";
    const base::Json document = internal::json(text);
    base::Report report(text, "f");
    auto declared = us();
    declared.held().appointments.push_back(
        recorded(RecordKind::Appointment, "a", AuthorityId("US"), {}, document,
                 *Appointment::read(document, report), "appointment"));
    return declared;
  };
  EXPECT_THAT(issues_of({with("US/Nobody")}), HasSubstr("`US/Nobody` is not an office of `US`"));
  const Registers registers = good({with("US/SecDef")});
  const RegistersView view = registers.view(day("2025-01-01"));
  ASSERT_EQ(view.find(AuthorityId("US"))->appointments.size(), 1U);
  EXPECT_EQ((*view.find(AuthorityId("US"))->appointments[0])->person, PersonId("p"));
}

TEST(Registers, ADeadlineInWorkingDaysNeedsACalendarAllTheWhile) {
  const std::string text = directive("US-1", "2025-01-01", R"(, "procedures": [{"id": "p",
    "deadline": {"working_days": 5}, "on_silence": {"escalate": "US/SecDef"}}])");
  constexpr std::string_view kCalendar =
      R"({"time_zone": [{"utc_offset": "-05:00"}], "working_days": ["monday"]})";
  const std::string missing = "has no calendar in force from 2025-01-01T00:00:00Z to no end";
  EXPECT_THAT(issues_of({us().directive(text)}), HasSubstr(missing));
  EXPECT_EQ(issues_of({us().directive(text).calendar(kCalendar)}), "good");
  const base::Instant change = day("2025-06-01");
  EXPECT_THAT(issues_of({us().directive(text).calendar(kCalendar, {base::kDistantPast, change})}),
              HasSubstr(missing));
  EXPECT_EQ(issues_of({us().directive(text)
                           .calendar(kCalendar, {base::kDistantPast, change})
                           .calendar(kCalendar, {change, base::kDistantFuture})}),
            "good");
  EXPECT_THAT(issues_of({us().directive(text).calendar(kCalendar).calendar(kCalendar)}),
              HasSubstr("two documents of the kind `calendar`"));
  // Hours run by the clock, and need none.
  EXPECT_EQ(
      issues_of({us().directive(directive("US-1", "2025-01-01", R"(, "procedures": [{"id": "p",
              "deadline": {"hours": 5}, "on_silence": "wait"}])"))}),
      "good");
}

TEST(Registers, SilenceIsToldToAnOfficeThatThereIs) {
  EXPECT_THAT(
      issues_of({us().directive(directive("US-1", "2025-01-01", R"(, "procedures": [{"id": "p",
        "deadline": {"hours": 5}, "on_silence": {"escalate": "US/SecDeff"}}])"))}),
      HasSubstr("did you mean `US/SecDef`?"));
  EXPECT_THAT(
      issues_of({us().directive(directive("US-1", "2025-01-01", R"(, "procedures": [{"id": "p",
        "advice": [{"office": "US/USDP", "demand": "in", "deadline": {"hours": 5},
                    "on_silence": {"escalate": "GB/MoD"}}]}])"))}),
      HasSubstr("`GB/MoD` is not an office of `US`"));
}

TEST(Registers, SayByWhichRecordOfAnotherAnItemIsKnown) {
  const Registers registers =
      good({us().item(R"({"id": "A", "complete": true})")
                .claim(R"({"id": "c1", "basis": "data", "item": "C", "kind": "targeting"})"),
            gb().item(R"({"id": "B", "complete": true, "in_force": {"until": "2025-01-01"}})")
                .item(R"({"id": "C", "complete": true})")
                .claim(R"({"id": "c2", "basis": "owner", "item": "A"})")
                .claim(R"({"id": "c3", "basis": "owner", "item": "D"})")});
  const auto known = [&](const char* item, const char* to) {
    const Record* record = registers.known_by(ItemId(item), AuthorityId(to), day("2025-06-10"));
    return record == nullptr ? std::string() : record->authority.text() + " " + record->id;
  };
  EXPECT_EQ(known("A", "US"), "");      // its own, though another claims it
  EXPECT_EQ(known("B", "US"), "GB B");  // only described in the past
  EXPECT_EQ(known("C", "US"), "GB C");  // claimed, and described by another
  EXPECT_EQ(known("D", "US"), "GB c3");
  EXPECT_EQ(known("A", "GB"), "US A");
  EXPECT_EQ(known("E", "US"), "");
}

}  // namespace
}  // namespace countersign::registry
