// SPDX-License-Identifier: Apache-2.0
// The readers of every kind of document: what they take, and what they say of bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::comes_back;
using internal::day;
using internal::issues_of;
using internal::json;
using ::testing::HasSubstr;

// Reads a document that has to be right.
template <class X>
X good(std::string_view text) {
  auto read = read_document<X>(text, "f");
  EXPECT_TRUE(read) << base::to_text(read.error());
  return read ? std::move(read.value()) : X{};
}

TEST(AttributeNames, AreCedarIdentifiers) {
  EXPECT_TRUE(is_attribute_name("yellow_stock"));
  EXPECT_TRUE(is_attribute_name("_x9"));
  EXPECT_FALSE(is_attribute_name(""));
  EXPECT_FALSE(is_attribute_name("9x"));
  EXPECT_FALSE(is_attribute_name("a-b"));
  EXPECT_FALSE(is_attribute_name("like"));
  EXPECT_FALSE(is_attribute_name("__cedar"));
  EXPECT_FALSE(is_attribute_name(std::string(65, 'a')));
}

TEST(Vocabulary, ReadsEveryListAndComesBack) {
  constexpr std::string_view kText = R"({
    "parties": [{"id": "UA", "name": "Ukraine"}, {"id": "GB"}],
    "groups": [{"id": "Allies", "name": "the allies", "members": ["GB"]}],
    "categories": [{"id": "oil_refinery"}],
    "data": [{"id": "targeting", "name": "targeting data"}],
    "classes": [{"id": "missile"}],
    "properties": [{"id": "range_km", "name": "range", "unit": "km"}]})";
  const auto vocabulary = good<Vocabulary>(kText);
  EXPECT_EQ(vocabulary.find(PartyId("UA"))->label(), "Ukraine");
  EXPECT_EQ(vocabulary.find(PartyId("GB"))->label(), "GB");
  EXPECT_EQ(vocabulary.find(PartyId("FR")), nullptr);
  EXPECT_EQ(vocabulary.find(GroupId("Allies"))->members, std::vector<PartyId>{PartyId("GB")});
  EXPECT_EQ(vocabulary.find(PropertyId("range_km"))->unit, "km");
  EXPECT_NE(vocabulary.find(DataKindId("targeting")), nullptr);
  EXPECT_NE(vocabulary.find(ClassId("missile")), nullptr);
  EXPECT_NE(vocabulary.find(CategoryId("oil_refinery")), nullptr);
  EXPECT_TRUE(comes_back<Vocabulary>(kText));
  EXPECT_TRUE(comes_back<Vocabulary>(R"({"parties": []})"));
}

TEST(Vocabulary, SaysWhatIsWrong) {
  EXPECT_THAT(issues_of<Vocabulary>("{}"), HasSubstr("a vocabulary needs `parties`"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [], "partys": []})"),
              HasSubstr("help: did you mean `parties`?"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "UA"}, {"id": "UA"}]})"),
              HasSubstr("f:1:28: `UA` stands twice in `parties`"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "U A"}]})"),
              HasSubstr("`U A` cannot be an id"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "UA/Army"}]})"),
              HasSubstr("the party `UA/Army` has a `/`"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [7]})"), HasSubstr("must be an object"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": "UA"})"), HasSubstr("must be a list"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "GB", "name": ""}]})"),
              HasSubstr("`name` is empty"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "GB", "name": "a\nb"}]})"),
              HasSubstr("control character"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [{"id": "GB", "name": ")" +
                                    std::string(257, 'x') + R"("}]})"),
              HasSubstr("longer than 256 bytes"));
  const std::string groups = issues_of<Vocabulary>(
      R"({"parties": [{"id": "GBR"}], "groups": [{"id": "Allies", "members": ["GBX"]}]})");
  EXPECT_THAT(groups, HasSubstr("`GBX` is not a party"));
  EXPECT_THAT(groups, HasSubstr("did you mean `GBR`?"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [], "groups": [{"id": "Allies"}]})"),
              HasSubstr("a group needs `members`"));
  EXPECT_THAT(issues_of<Vocabulary>(R"({"parties": [], "properties": [{"id": "range-km"}]})"),
              HasSubstr("`range-km` cannot be named in a policy"));
  EXPECT_THAT(issues_of<Vocabulary>("[]"), HasSubstr("a vocabulary must be an object"));
}

TEST(Charter, ReadsOfficesPowersAndSuccession) {
  constexpr std::string_view kText = R"({
    "authority": "US",
    "offices": [
      {"id": "US/SecDef", "name": "the Secretary", "rank": 2, "may": ["issue", "decide"],
       "succession": ["US/Deputy"]},
      {"id": "US/Deputy", "rank": 3, "may": []}],
    "manifest_days": 30})";
  const auto charter = good<Charter>(kText);
  const Office* office = charter.find(OfficeId("US/SecDef"));
  ASSERT_NE(office, nullptr);
  EXPECT_TRUE(office->may(Power::Issue));
  EXPECT_TRUE(office->may(Power::Decide));
  EXPECT_FALSE(office->may(Power::Vouch));
  EXPECT_EQ(office->rank, 2);
  EXPECT_EQ(charter.manifest_days, 30);
  EXPECT_EQ(charter.find(OfficeId("US/President")), nullptr);
  EXPECT_TRUE(comes_back<Charter>(kText));
  EXPECT_EQ(good<Charter>(R"({"authority": "US", "offices": []})").manifest_days, 365);
}

TEST(Charter, SaysWhatIsWrong) {
  const auto office = [](std::string_view members) {
    return issues_of<Charter>(R"({"authority": "US", "offices": [{)" + std::string(members) +
                              "}]}");
  };
  EXPECT_EQ(office(R"("id": "US/A", "rank": 1, "may": [])"), "read");
  EXPECT_THAT(office(R"("id": "GB/A", "rank": 1, "may": [])"),
              HasSubstr("the office `GB/A` is not named as one of `US`"));
  EXPECT_THAT(office(R"("id": "US/", "rank": 1, "may": [])"), HasSubstr("begin its id with `US/`"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 0, "may": [])"), HasSubstr("not between 1 and 1000"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1)"), HasSubstr("an office needs `may`"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1, "may": ["decde"])"),
              HasSubstr("did you mean `decide`?"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1, "may": ["issue", "issue"])"),
              HasSubstr("`issue` stands twice in `may`"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1, "may": [1])"), HasSubstr("must be a text"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1, "may": [], "succession": ["US/A"])"),
              HasSubstr("`US/A` succeeds itself"));
  EXPECT_THAT(office(R"("id": "US/A", "rank": 1, "may": [], "succession": ["US/B"])"),
              HasSubstr("`US/B` is not an office of this charter"));
  EXPECT_THAT(issues_of<Charter>(R"({"authority": "U/S", "offices": []})"),
              HasSubstr("the authority `U/S` has a `/`"));
  EXPECT_THAT(issues_of<Charter>(R"({"authority": "US", "offices": [], "manifest_days": 3661})"),
              HasSubstr("not between 1 and 3660"));
  EXPECT_THAT(issues_of<Charter>(R"({"authority": "US"})"), HasSubstr("a charter needs `offices`"));
}

TEST(ItemDescription, ReadsBoundsComponentsAndNeeds) {
  constexpr std::string_view kText = R"({
    "id": "ERAM", "complete": true, "classes": ["missile"],
    "properties": {"range_km": {"min": 400, "max": 451}, "speed": -3},
    "components": [{"id": "engine", "origin": "US", "quantity": 2, "value": 600},
                   {"id": "engine", "origin": "GB", "quantity": 1, "value": 500},
                   {"id": "seeker", "quantity": 1}],
    "needs": [{"authority": "US", "kind": "targeting"}],
    "in_force": {"from": "2024-01-01"}})";
  const auto item = good<ItemDescription>(kText);
  EXPECT_EQ(item.bounds_of(PropertyId("range_km")), (Bounds{400, 451}));
  EXPECT_EQ(item.bounds_of(PropertyId("speed")), (Bounds{-3, -3}));
  EXPECT_EQ(item.bounds_of(PropertyId("mass")), (Bounds{INT64_MIN, INT64_MAX}));
  EXPECT_EQ(item.components[0].origin, PartyId("US"));
  EXPECT_EQ(item.components[0].value, 600);
  EXPECT_EQ(item.components[2].origin, std::nullopt);
  EXPECT_EQ(item.components[2].value, std::nullopt);
  EXPECT_EQ(item.in_force.from, day("2024-01-01"));
  EXPECT_EQ(item.in_force.until, base::kDistantFuture);
  EXPECT_TRUE(comes_back<ItemDescription>(kText));
  EXPECT_TRUE(comes_back<ItemDescription>(R"({"id": "x", "complete": false})"));
}

TEST(ItemDescription, SaysWhatIsWrong) {
  const auto item = [](std::string_view members) {
    return issues_of<ItemDescription>(R"({"id": "X", "complete": true, )" + std::string(members) +
                                      "}");
  };
  EXPECT_THAT(issues_of<ItemDescription>(R"({"id": "X"})"), HasSubstr("an item needs `complete`"));
  EXPECT_THAT(issues_of<ItemDescription>(R"({"id": "X", "complete": 1})"),
              HasSubstr("`complete` must be true or false"));
  EXPECT_THAT(item(R"("properties": {"range_km": 1.5})"),
              HasSubstr("not a number with a fraction"));
  EXPECT_THAT(item(R"("properties": {"range_km": {"min": 2, "max": 1}})"),
              HasSubstr("is at least 2 and at most 1"));
  EXPECT_THAT(item(R"("properties": {"range_km": {"min": 2}})"),
              HasSubstr("the property `range_km` needs `max`"));
  EXPECT_THAT(item(R"("properties": [])"), HasSubstr("`properties` must be an object"));
  EXPECT_THAT(item(R"("components": [{"id": "p", "quantity": -1}])"),
              HasSubstr("`quantity` is -1"));
  EXPECT_THAT(item(R"("components": [{"id": "p", "quantity": 1, "value": -1}])"),
              HasSubstr("`value` is -1"));
  EXPECT_THAT(item(R"("components": [{"id": "p"}])"), HasSubstr("a component needs `quantity`"));
  EXPECT_THAT(item(R"("components": [{"id": "X", "quantity": 1}])"),
              HasSubstr("`X` is a component of itself"));
  EXPECT_THAT(item(R"("components": [{"id": "p", "quantity": 1}, {"id": "p", "quantity": 2}])"),
              HasSubstr("the component `p` of that origin stands twice"));
  EXPECT_THAT(item(R"("components": [{"id": "p", "quantity": 1, "orgin": "US"}])"),
              HasSubstr("did you mean `origin`?"));
  EXPECT_THAT(item(R"("needs": [{"authority": "US"}])"), HasSubstr("a need needs `kind`"));
  EXPECT_THAT(
      item(R"("needs": [{"authority": "US", "kind": "t"}, {"authority": "US", "kind": "t"}])"),
      HasSubstr("stands twice"));
  EXPECT_THAT(item(R"("in_force": {"from": "2024-01-01", "until": "2024-01-01"})"),
              HasSubstr("`in_force` ends before it begins"));
  EXPECT_THAT(item(R"("in_force": {"from": "01.01.2024"})"), HasSubstr("is not a time in UTC"));
}

TEST(PriceList, FindsThePriceOfADate) {
  constexpr std::string_view kText = R"({"currency": "USD", "prices": [
    {"item": "A", "price": 100, "in_force": {"until": "2025-01-01"}},
    {"item": "A", "price": 120, "in_force": {"from": "2025-01-01"}}]})";
  const auto list = good<PriceList>(kText);
  EXPECT_EQ(list.find(ItemId("A"), day("2024-12-31"))->price, 100);
  EXPECT_EQ(list.find(ItemId("A"), day("2025-01-01"))->price, 120);
  EXPECT_EQ(list.find(ItemId("B"), day("2025-01-01")), nullptr);
  EXPECT_TRUE(comes_back<PriceList>(kText));
}

TEST(PriceList, SaysWhatIsWrong) {
  EXPECT_THAT(issues_of<PriceList>(R"({"currency": "USD", "prices": [
    {"item": "A", "price": 1}, {"item": "A", "price": 2, "in_force": {"from": "2025-01-01"}}]})"),
              HasSubstr("`A` has two prices at the same time, from 2025-01-01T00:00:00Z"));
  EXPECT_THAT(issues_of<PriceList>(R"({"currency": "USD", "prices": [{"item": "A", "price": 0}]})"),
              HasSubstr("`price` is 0"));
  EXPECT_THAT(issues_of<PriceList>(R"({"currency": "dollars", "prices": []})"),
              HasSubstr("`dollars` is not a currency"));
  EXPECT_THAT(issues_of<PriceList>(R"({"prices": []})"), HasSubstr("needs `currency`"));
  EXPECT_THAT(issues_of<PriceList>(R"({"currency": "USD"})"), HasSubstr("needs `prices`"));
}

TEST(Claim, TakesWhatItsBasisHasAPlaceFor) {
  const auto data = good<Claim>(R"({"id": "c", "basis": "data", "item": "A", "kind": "t"})");
  EXPECT_EQ(data.basis, Basis::Data);
  EXPECT_EQ(data.kind, DataKindId("t"));
  const auto part = good<Claim>(R"({"id": "c", "basis": "component", "component": "p"})");
  EXPECT_EQ(part.item, ItemId("p"));
  for (
      const std::string_view text :
      {R"({"id": "c", "basis": "data", "item": "A", "kind": "t"})",
       R"({"id": "c", "basis": "component", "component": "p", "in_force": {"until": "2025-01-01"}})",
       R"({"id": "c", "basis": "supplied", "item": "A"})",
       R"({"id": "c", "basis": "owner", "item": "A"})",
       R"({"id": "c", "basis": "direct_product", "item": "A"})"}) {
    EXPECT_TRUE(comes_back<Claim>(text)) << text;
  }
  EXPECT_THAT(issues_of<Claim>(R"({"id": "c", "basis": "supplied", "item": "A", "kind": "t"})"),
              HasSubstr("a `supplied` claim has no `kind`"));
  EXPECT_THAT(issues_of<Claim>(R"({"id": "c", "basis": "component", "item": "A"})"),
              HasSubstr("a `component` claim has no `item`"));
  EXPECT_THAT(issues_of<Claim>(R"({"id": "c", "basis": "data", "item": "A"})"),
              HasSubstr("a claim needs `kind`"));
  EXPECT_THAT(issues_of<Claim>(R"({"id": "c", "basis": "suplied", "item": "A"})"),
              HasSubstr("did you mean `supplied`?"));
}

TEST(TieRules, ReadBothRules) {
  const auto rules = good<TieRules>(
      R"({"component": {"rule": "de_minimis", "threshold_bp": 1000, "in_force": {"from": "2024-01-01"}}})");
  EXPECT_EQ(rules.component, (ComponentRule{ComponentRule::Kind::DeMinimis, 1000}));
  EXPECT_EQ(rules.in_force.from, day("2024-01-01"));
  EXPECT_TRUE(comes_back<TieRules>(R"({"component": {"rule": "de_minimis", "threshold_bp": 0}})"));
  EXPECT_TRUE(comes_back<TieRules>(R"({"component": {"rule": "any_share"}})"));
  EXPECT_THAT(issues_of<TieRules>("{}"), HasSubstr("needs `component`"));
  EXPECT_THAT(issues_of<TieRules>(R"({"component": {"rule": "de_minimis"}})"),
              HasSubstr("needs `threshold_bp`"));
  EXPECT_THAT(
      issues_of<TieRules>(R"({"component": {"rule": "de_minimis", "threshold_bp": 10001}})"),
      HasSubstr("not between 0 and 10000"));
  EXPECT_THAT(issues_of<TieRules>(R"({"component": {"rule": "any_share", "threshold_bp": 1}})"),
              HasSubstr("`any_share` has no `threshold_bp`"));
}

TEST(Holdings, ReadThresholds) {
  constexpr std::string_view kText = R"({"holdings": [
    {"item": "A", "quantity": 400, "yellow_below": 300, "red_below": 100}], "otherwise": "green"})";
  const auto book = good<Holdings>(kText);
  EXPECT_EQ(book.find(ItemId("A"))->quantity, 400);
  EXPECT_EQ(book.find(ItemId("B")), nullptr);
  EXPECT_EQ(book.otherwise, Colour::Green);
  EXPECT_TRUE(comes_back<Holdings>(kText));
  EXPECT_EQ(good<Holdings>(R"({"holdings": []})").otherwise, std::nullopt);
  EXPECT_THAT(issues_of<Holdings>(R"({"holdings": [
    {"item": "A", "quantity": 1, "yellow_below": 1, "red_below": 2}]})"),
              HasSubstr("`red_below` is 2, above `yellow_below`, which is 1"));
  EXPECT_THAT(issues_of<Holdings>(R"({"holdings": [
    {"item": "A", "quantity": 1, "yellow_below": 1, "red_below": 0},
    {"item": "A", "quantity": 1, "yellow_below": 1, "red_below": 0}]})"),
              HasSubstr("`A` stands twice in `holdings`"));
  EXPECT_THAT(issues_of<Holdings>(R"({"holdings": [], "otherwise": "gren"})"),
              HasSubstr("did you mean `green`?"));
  EXPECT_THAT(issues_of<Holdings>(R"({"holdings": [{"item": "A", "quantity": -1,
    "yellow_below": 0, "red_below": 0}]})"),
              HasSubstr("`quantity` is -1"));
}

TEST(Directive, ReadsAFileAndComesBackAsADocument) {
  constexpr std::string_view kText = R"({
    "id": "US-3", "title": "The review", "issued_by": "US/USDP", "in_force": {"from": "2025-05-20"},
    "kind": "advisory", "announced": true, "supersedes": ["US-2"], "policies": "US-3.cedar",
    "procedures": [{"id": "review", "advice": [{"office": "US/USDP", "demand": "in"},
                                               {"office": "US/Navy", "demand": "concur"}]}],
    "tallies": [{"id": "stock", "actions": ["transfer"], "items": ["A"], "recipients": ["UA"],
                 "period": {"from": "2025-05-20"}, "limit": 100}],
    "discrepancies": "US/USDP", "reconsideration": "US/SecDef",
    "emergency": {"offices": ["US/Duty"], "hours": 12, "review_within_hours": 48},
    "oral": {"within_hours": 6}})";
  const base::Json document = json(kText);
  base::Report report(kText, "f");
  Directive directive = Directive::read_file(document, report);
  ASSERT_TRUE(report.clean()) << base::to_text(report.take());
  EXPECT_EQ(directive.kind, Directive::Kind::Advisory);
  EXPECT_TRUE(directive.announced);
  EXPECT_EQ(directive.policies, "US-3.cedar");
  EXPECT_EQ(directive.find(ProcedureId("review"))->advice[1].kind, AdviceDemand::Kind::Concur);
  EXPECT_EQ(directive.find(TallyId("stock"))->limit, 100);
  EXPECT_EQ(directive.find(TallyId("other")), nullptr);
  EXPECT_EQ(directive.reconsideration, OfficeId("US/SecDef"));
  EXPECT_EQ(directive.emergency->hours, 12);
  EXPECT_EQ(directive.oral_within_hours, 6);
  directive.policy_text = "permit (principal, action, resource);\n";
  const std::string signed_text = base::write_json(Directive::write(directive));
  EXPECT_TRUE(comes_back<Directive>(signed_text));
  EXPECT_EQ(good<Directive>(signed_text), directive);
  EXPECT_THAT(issues_of<Directive>(kText), HasSubstr("stand together or not at all"));
}

TEST(Directive, SaysWhatIsWrong) {
  const auto directive = [](std::string_view members) {
    const std::string text = R"({"id": "D", "issued_by": "US/A", "in_force": {"from": "2025-01-01"},
      "kind": "binding", )" + std::string(members) +
                             "}";
    base::Report report(text, "f");
    Directive::read_file(json(text), report);
    return report.clean() ? std::string("read") : base::to_text(report.take());
  };
  EXPECT_EQ(directive(R"("policies": "D.cedar")"), "read");
  EXPECT_EQ(directive(R"("supersedes": ["C"])"), "read");
  EXPECT_THAT(directive(R"("announced": false)"), HasSubstr("the directive does nothing"));
  EXPECT_THAT(directive(R"("supersedes": ["D"])"), HasSubstr("`D` supersedes itself"));
  for (const std::string_view file : {"../D.cedar", "a/D.cedar", "D.txt", ".cedar", ""}) {
    EXPECT_THAT(directive(R"("policies": ")" + std::string(file) + R"(")"),
                HasSubstr("is not the name of a Cedar file"));
  }
  EXPECT_THAT(directive(R"("policies": "D.cedar", "policy_text": "")"),
              HasSubstr("a directive has no `policy_text`"));
  const auto procedure = [&](std::string_view members) {
    return directive(R"("policies": "D.cedar", "procedures": [{"id": "p", )" +
                     std::string(members) + "}]");
  };
  EXPECT_THAT(procedure(R"("on_silence": "wait")"),
              HasSubstr("`on_silence` stands without a `deadline`"));
  EXPECT_THAT(procedure(R"("deadline": {"hours": 4})"),
              HasSubstr("a `deadline` stands without `on_silence`"));
  const auto silence = [&](std::string_view deadline, std::string_view then) {
    return procedure(R"("deadline": )" + std::string(deadline) + R"(, "on_silence": )" +
                     std::string(then));
  };
  EXPECT_EQ(silence(R"({"hours": 4})", R"("wait")"), "read");
  EXPECT_EQ(silence(R"({"working_days": 4})", R"({"escalate": "US/A"})"), "read");
  EXPECT_EQ(silence(R"({"working_days": 4})", R"("refuse")"), "read");
  for (const char* deadline : {"{}", R"({"hours": 1, "working_days": 1})"}) {
    EXPECT_THAT(silence(deadline, R"("wait")"), HasSubstr("a deadline is so many hours, or"));
  }
  EXPECT_THAT(silence(R"({"hours": 0})", R"("wait")"), HasSubstr("`hours` is 0"));
  for (const char* then : {R"("approve")", R"("consent")", "true", "[]"}) {
    EXPECT_THAT(silence(R"({"hours": 4})", then), HasSubstr("silence never consents")) << then;
  }
  EXPECT_THAT(silence(R"({"hours": 4})", R"("go_on")"), HasSubstr("no advice to go on without"));
  EXPECT_EQ(
      silence(R"({"hours": 4})", R"("go_on", "advice": [{"office": "US/A", "demand": "in"}])"),
      "read");
  EXPECT_THAT(procedure(R"("advise": [])"), HasSubstr("did you mean `advice`?"));
  EXPECT_THAT(procedure(R"("advice": [{"office": "US/A", "demand": "maybe"}])"),
              HasSubstr("`maybe` cannot stand in `demand`"));
  EXPECT_THAT(procedure(R"("advice": [{"office": "US/A", "demand": "in"},
                                      {"office": "US/A", "demand": "concur"}])"),
              HasSubstr("`US/A` stands twice in `advice`"));
  const auto tally = [&](std::string_view members) {
    return directive(R"("policies": "D.cedar", "tallies": [{)" + std::string(members) + "}]");
  };
  EXPECT_EQ(tally(R"("id": "t", "limit": 0)"), "read");
  EXPECT_THAT(tally(R"("id": "t")"), HasSubstr("a tally needs `limit`"));
  EXPECT_THAT(tally(R"("id": "t-1", "limit": 1)"), HasSubstr("cannot be named in a policy"));
  EXPECT_THAT(tally(R"("id": "t", "limit": -1)"), HasSubstr("`limit` is -1"));
  EXPECT_THAT(tally(R"("id": "t", "limit": 1, "items": [])"), HasSubstr("`items` is empty"));
  EXPECT_THAT(tally(R"("id": "t", "limit": 1, "actions": ["launch"])"),
              HasSubstr("`launch` is not an action"));
  EXPECT_THAT(tally(R"("id": "t", "limit": 1, "actions": ["use", "use"])"),
              HasSubstr("`use` stands twice"));
  EXPECT_THAT(directive(R"("policies": "D.cedar", "kind2": 1)"), HasSubstr("did you mean `kind`?"));
  EXPECT_THAT(issues_of<Directive>(R"({"id": "D", "issued_by": "US/A", "kind": "binding",
    "policies": "D.cedar", "policy_text": ")" +
                                   std::string(kPolicyTextLimit + 1, 'x') + R"("})"),
              HasSubstr("the policies are larger than 1048576 bytes"));
}

TEST(Directive, AnEmergencyIsShortAndNamesWhoConsents) {
  const auto with = [](std::string_view emergency) {
    return issues_of<Directive>(R"({"id": "D", "issued_by": "US/USDP", "kind": "binding",
      "in_force": {"from": "2025-05-20"}, "supersedes": ["C"], "emergency": )" +
                                std::string(emergency) + "}");
  };
  EXPECT_THAT(with(R"({"offices": [], "hours": 5, "review_within_hours": 5})"),
              HasSubstr("no office may consent in an emergency"));
  EXPECT_THAT(with(R"({"offices": ["US/Duty"], "hours": 73, "review_within_hours": 5})"),
              HasSubstr("`hours` is 73"));
  EXPECT_THAT(with(R"({"offices": ["US/Duty"], "hours": 5})"), HasSubstr("review_within_hours"));
}

TEST(GroundList, ReadsCodesOnceAndComesBack) {
  constexpr std::string_view kText =
      R"({"grounds": [{"code": "stock", "text": "needed here"}, {"code": "end-use", "text": "?"}]})";
  const auto list = good<GroundList>(kText);
  EXPECT_EQ(list.find("stock")->text, "needed here");
  EXPECT_EQ(list.find("weather"), nullptr);
  EXPECT_TRUE(comes_back<GroundList>(kText));
  EXPECT_THAT(issues_of<GroundList>(R"({"grounds": []})"), HasSubstr("names no ground"));
  EXPECT_THAT(issues_of<GroundList>(R"({"grounds": [{"code": "a", "text": "b"},
                                               {"code": "a", "text": "c"}]})"),
              HasSubstr("`a` stands twice"));
}

TEST(Appointment, NamesAKeyAndForAPasskeyItsRelyingParty) {
  const std::string key =
      seal::SigningKey::from_seed(std::array<std::uint8_t, 32>{9}).public_key().text();
  const std::string passkey = "eddsa" + key.substr(key.find(':'));
  const auto read = [](const std::string& text) {
    base::Report report(text, "f");
    const auto appointment = Appointment::read(json(text), report);
    return appointment ? base::write_json(Appointment::write(*appointment))
                       : base::to_text(report.take());
  };
  const std::string head = R"({"id":"a-1","office":"US/A","person":"p-7","key":")";
  const std::string plain = head + key + R"(","in_force":{"from":"2025-01-01T00:00:00Z"}})";
  EXPECT_EQ(read(plain), plain);
  const std::string party =
      R"(","relying_party":{"id":"consent.example","origins":["https://consent.example"]}})";
  EXPECT_EQ(read(head + passkey + party), head + passkey + party);
  EXPECT_THAT(read(head + passkey + R"("})"), HasSubstr("`relying_party`: "));
  EXPECT_THAT(read(head + key + party), HasSubstr("`relying_party`: "));
  EXPECT_THAT(read(head + R"(ed25519:AAAA"})"), HasSubstr("`key`: "));
  EXPECT_THAT(read(R"({"id":"a","office":"US/A","key":")" + key + R"("})"),
              HasSubstr("an appointment needs `person`"));
  EXPECT_THAT(read(head + passkey + R"(","relying_party":{"id":"consent.example","origins":[7]}})"),
              HasSubstr("an origin must be a text"));
}

}  // namespace
}  // namespace countersign::registry
