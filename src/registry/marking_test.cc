// SPDX-License-Identifier: Apache-2.0
// Markings, the levels of a vocabulary, and who is cleared for them.
#include "registry/marking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/check.h"
#include "registry/charter.h"
#include "registry/directive.h"
#include "registry/vocabulary.h"

namespace countersign::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

base::Json json(std::string_view text) {
  auto document = base::read_json(text, "test");
  CHECK(document.has_value());
  return std::move(document).value();
}

// What reading the document complains of; empty: it was read, and writes the same document back.
template <class X>
std::string complaint(std::string_view text) {
  const base::Json document = json(text);
  base::Report report(text, "test");
  const X read = X::read(document, report);
  if (!report.clean()) return base::to_text(report.take());
  EXPECT_EQ(base::write_json(X::write(read)), base::write_json(document));
  return {};
}

TEST(Marking, ReadsAndWritesItself) {
  EXPECT_EQ(complaint<Marking>(R"({"level": "secret"})"), "");
  EXPECT_EQ(
      complaint<Marking>(R"({"level": "secret", "releasable_to": ["GB", "FR"], "cases": ["C-1"]})"),
      "");
  EXPECT_THAT(complaint<Marking>(R"({"releasable_to": ["GB"]})"), HasSubstr("level"));
  EXPECT_THAT(complaint<Marking>(R"({"level": "secret", "cases": []})"),
              HasSubstr("an empty list of cases"));
  EXPECT_THAT(complaint<Marking>(R"({"level": "secret", "for": "you"})"), HasSubstr("for"));
  EXPECT_THAT(complaint<Marking>(R"("secret")"), HasSubstr("a marking"));
}

TEST(Marking, LevelsStandInTheirOrder) {
  constexpr std::string_view kWords =
      R"({"parties":[{"id":"US"}],"levels":[{"id":"restricted"},{"id":"secret","name":"Secret"}]})";
  EXPECT_EQ(complaint<Vocabulary>(kWords), "");
  base::Report report(kWords, "test");
  const base::Json document = json(kWords);
  const Vocabulary words = Vocabulary::read(document, report);
  EXPECT_THAT(words.up_to(LevelId("restricted")), ElementsAre(LevelId("restricted")));
  EXPECT_THAT(words.up_to(LevelId("secret")),
              ElementsAre(LevelId("restricted"), LevelId("secret")));
  EXPECT_THAT(words.up_to(LevelId("cosmic")), IsEmpty());
  EXPECT_EQ(words.find(LevelId("secret"))->label(), "Secret");
  EXPECT_THAT(complaint<Vocabulary>(R"({"parties": [], "levels": [{"id": "a"}, {"id": "a"}]})"),
              HasSubstr("a"));
}

TEST(Marking, ACharterSaysWhoIsCleared) {
  EXPECT_EQ(complaint<Charter>(R"({"authority": "US", "offices": [{"id": "US/Legal", "rank": 1,
    "may": ["advise"], "cleared": "secret"}], "manifest_days": 365})"),
            "");
}

TEST(Marking, WhatIsAnnouncedHasNone) {
  const std::string directive = R"({"id": "US-1", "issued_by": "US/SecDef", "in_force":
    {"from": "2025-01-01T00:00:00Z"}, "kind": "binding", "announced": false, "policies": "p.cedar",
    "policy_text": "", "marking": {"level": "secret"}})";
  EXPECT_EQ(complaint<Directive>(directive), "");
  std::string announced = directive;
  announced.replace(announced.find("false"), 5, "true");
  EXPECT_THAT(complaint<Directive>(announced), HasSubstr("an announced directive has a marking"));
}

}  // namespace
}  // namespace countersign::registry
