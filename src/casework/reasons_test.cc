// SPDX-License-Identifier: Apache-2.0
// Internal reasons: kept with what they are for, shown to who decides and oversees, as marked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "casework/export.h"
#include "casework/files.h"
#include "casework/joint.h"
#include "casework/story.h"
#include "casework/testing/forgery.h"
#include "casework/testing/marked.h"
#include "casework/testing/outside.h"
#include "casework/why_words.h"

namespace countersign::casework {
namespace {

using kernel::CaseId;
using kernel::DecisionOutcome;
using kernel::InternalReasons;
using registry::GrantId;
using registry::LevelId;
using registry::Marking;
using registry::PartyId;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

const CaseId kCase("C");
const GrantId kGrant("C/G1");
const Marking kSecret{LevelId("secret"), {}, std::nullopt};
const auto kUs = kernel::Audience::of(PartyId("US"));

class ReasonsTest : public ::testing::Test {
 protected:
  ReasonsTest() { drill_.pass(60); }

  Instance& instance() { return drill_.instance(); }
  void asked() {
    ASSERT_EQ(rule_of(ask(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m())), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
    drill_.pass(60);
  }
  std::string decided(DecisionOutcome outcome, const InternalReasons& reasons,
                      std::optional<GrantId> resumes = std::nullopt) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = "for the requester";
    plan.reasons = reasons;
    plan.resumes = std::move(resumes);
    return rule_of(decide(instance(), drill_.by("US/SecDef"), kCase, plan));
  }
  void granted(const InternalReasons& reasons = {}) {
    asked();
    ASSERT_EQ(decided(DecisionOutcome::Approve, reasons), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  }
  std::string act(kernel::EntryKind kind, const InternalReasons& reasons) {
    drill_.pass(60);
    return rule_of(act_on_grant(instance(), drill_.by("US/SecDef"), kind,
                                {kGrant, "for the holder"}, reasons));
  }
  std::string shown(const std::string& office) {
    return drill_.words(office, kCase) + "\n" + drill_.json_words(office, kCase);
  }
  // Whether the office sees these words, in words and for programs; that there are internal
  // reasons at all it learns with them or not.
  void expect_seen(const std::string& office, const std::string& words) {
    EXPECT_THAT(drill_.words(office, kCase), HasSubstr("internal reasons")) << office;
    EXPECT_THAT(drill_.words(office, kCase), HasSubstr(words)) << office;
    EXPECT_THAT(drill_.json_words(office, kCase), HasSubstr(words)) << office;
  }
  void expect_hidden(const std::string& office, const std::string& words) {
    EXPECT_THAT(shown(office),
                AllOf(Not(HasSubstr(words)), Not(HasSubstr("reasons")), HasSubstr("C: ")))
        << office;
  }

  testing::MarkedDrill drill_;
};

TEST_F(ReasonsTest, AreShownToWhoDecidesAndOversees) {
  asked();
  ASSERT_EQ(decided(DecisionOutcome::Deny, {"stocks are low"}), "");
  EXPECT_THAT(drill_.kept(kCase), AllOf(HasSubstr("internal reasons: \"stocks are low\""),
                                        HasSubstr(R"("reasons":{"text":"stocks are low"})")));
  for (const char* office : {"US/SecDef", "US/Deputy", "US/Watch"}) {
    expect_seen(office, "stocks are low");
  }
  for (const char* office : {"US/Legal", "US/clerk", "UA/Staff", "UA/Watch", "GB/MoD"}) {
    expect_hidden(office, "stocks are low");
  }
  drill_.look("US/SecDef", [](const kernel::State& state, const Reader& reader) {
    const auto why = explain_to(reader, state, kCase, std::nullopt);
    ASSERT_TRUE(why);
    EXPECT_THAT(describe(why.value()) + base::write_json(to_json(why.value())),
                Not(HasSubstr("stocks are low")));
  });
}

TEST_F(ReasonsTest, AMarkingTakesThemFromWhoIsNotCleared) {
  asked();
  ASSERT_EQ(decided(DecisionOutcome::Deny, {"a source says so", kSecret}), "");
  for (const char* office : {"US/SecDef", "US/Watch"}) {
    expect_seen(office, "a source says so");
    EXPECT_THAT(drill_.words(office, kCase), HasSubstr("internal reasons, marked secret:"));
  }
  for (const char* office : {"US/Deputy", "US/Legal", "US/clerk", "UA/Staff", "GB/MoD"}) {
    expect_hidden(office, "a source says so");
  }
}

TEST_F(ReasonsTest, OfEveryAct) {
  granted({"of the approval", kSecret});
  expect_seen("US/SecDef", "of the approval");
  expect_hidden("US/Deputy", "of the approval");
  ASSERT_EQ(act(kernel::EntryKind::Suspend, {"of the suspension", kSecret}), "");
  expect_seen("US/SecDef", "of the suspension");
  expect_hidden("US/Deputy", "of the suspension");
  expect_hidden("UA/Staff", "of the suspension");
  ASSERT_EQ(decided(DecisionOutcome::Approve, {"of the resumption", kSecret}, kGrant), "");
  expect_seen("US/SecDef", "of the resumption");
  expect_hidden("US/Deputy", "of the resumption");
  // Of a suspension that is over they stand with its time, for programs.
  EXPECT_THAT(drill_.json_words("US/SecDef", kCase), HasSubstr("of the suspension"));
  expect_hidden("US/Deputy", "of the suspension");
  ASSERT_EQ(act(kernel::EntryKind::Revoke, {"of the revocation", kSecret}), "");
  expect_seen("US/Watch", "of the revocation");
  expect_hidden("US/Deputy", "of the revocation");
  expect_hidden("GB/MoD", "of the revocation");
  EXPECT_EQ(testing::unsound(drill_), "");
}

TEST_F(ReasonsTest, OfAnAnswerToReconsider) {
  asked();
  ASSERT_EQ(decided(DecisionOutcome::Deny, {}), "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(ask_again(instance(), drill_.by("UA/Staff"), kCase, "we ask again")), "");
  drill_.pass(60);
  ASSERT_EQ(
      rule_of(answer_again(
          instance(), drill_.by("US/Deputy"), kCase,
          {kernel::ReconsideredOutcome::SetAside, "you are right", "", {"of the board", kSecret}})),
      "");
  expect_seen("US/SecDef", "of the board");
  for (const char* office : {"US/Deputy", "US/Legal", "UA/Staff", "GB/MoD"}) {
    expect_hidden(office, "of the board");
  }
}

TEST_F(ReasonsTest, AreCheckedLikeWhateverElseIsMarked) {
  asked();
  const auto denied = [&](const InternalReasons& reasons) {
    return decided(DecisionOutcome::Deny, reasons);
  };
  EXPECT_EQ(denied({"so", Marking{LevelId("cosmic"), {}, std::nullopt}}), "marking-level");
  EXPECT_EQ(denied({"so", Marking{LevelId("secret"), {PartyId("ZZ")}, std::nullopt}}),
            "unknown-party");
  EXPECT_EQ(denied({"", kSecret}), "reasons-form");
  EXPECT_EQ(denied({std::string(16385, 'a')}), "reasons-form");
  EXPECT_EQ(denied({"so", kSecret}), "");
}

TEST_F(ReasonsTest, OfActsOnAGrantAreCheckedToo) {
  granted();
  for (const kernel::EntryKind kind : {kernel::EntryKind::Suspend, kernel::EntryKind::Revoke}) {
    EXPECT_EQ(act(kind, {"so", Marking{LevelId("cosmic"), {}, std::nullopt}}), "marking-level");
    EXPECT_EQ(act(kind, {"", kSecret}), "reasons-form");
  }
}

// As they were written before they could be marked.
TEST_F(ReasonsTest, ABareTextIsRefused) {
  granted();
  ledger::Salt salt{};
  ASSERT_TRUE(fill_random(salt));
  const auto told = ledger::make_disclosure(salt, "reasons", base::json_text("so"));
  kernel::GrantActBody body{kGrant, "for the holder"};
  body.reasons = told.commitment();
  const kernel::Case of = drill_.case_now(kCase);
  const Pen pen{drill_.key("US/SecDef"), instance().name(), PartyId("US"), "US/SecDef"};
  auto statement = write_statement(pen, kernel::EntryKind::Suspend, &of,
                                   kernel::GrantActBody::write(body), {told});
  ASSERT_TRUE(statement);
  const auto answer = instance().submit(std::move(statement.value()));
  ASSERT_TRUE(answer);
  ASSERT_FALSE(answer.value());
  EXPECT_EQ(answer.value().error().rule, "reasons-form");
  EXPECT_EQ(answer.value().error().where, "reasons");
}

TEST_F(ReasonsTest, ALedgerWithOthersThanWereSignedDoesNotFold) {
  granted({"of the approval"});
  testing::Forgery forged(drill_, kGrant);
  ASSERT_TRUE(forged.folded(instance()).has_value());
  forged.at(forged.find("decision")).field("reasons") =
      InternalReasons::write({"of somebody else"});
  const auto folded = forged.folded(instance());
  ASSERT_FALSE(folded);
  EXPECT_EQ(folded.error().rule, "ledger-contradiction");
}

TEST_F(ReasonsTest, LeaveNoExport) {
  granted({"of the approval"});
  ASSERT_EQ(act(kernel::EntryKind::Suspend, {"of the suspension"}), "");
  const auto ocel = export_ocel(instance(), Reader::keeper());
  const auto csv = export_csv(instance(), Reader::keeper());
  ASSERT_TRUE(ocel && csv);
  EXPECT_THAT(base::write_json(ocel.value()) + csv.value(),
              AllOf(Not(HasSubstr("of the approval")), Not(HasSubstr("of the suspension"))));
}

// A lane's bundle shows them whole, and so it is for who sees them all.
TEST_F(ReasonsTest, ALanesBundleIsRefusedToWhoMissesAny) {
  granted({"of the approval"});
  EXPECT_EQ(drill_.bundle("US/Deputy", kUs), "");
  EXPECT_EQ(drill_.bundle("US/Legal", kUs), "not-shown");
  ASSERT_EQ(act(kernel::EntryKind::Suspend, {"of the suspension", kSecret}), "");
  EXPECT_EQ(drill_.bundle("US/SecDef", kUs), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", kUs), "not-shown");
  ASSERT_EQ(decided(DecisionOutcome::Approve, {}, kGrant), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", kUs), "not-shown");
  EXPECT_EQ(drill_.bundle("GB/MoD", kernel::Audience::of(PartyId("GB"))), "");
  EXPECT_EQ(drill_.bundle("UA/Staff", kernel::Audience::holder()), "");
}

TEST_F(ReasonsTest, OfADecisionThatIsMarkedKeepItsLanesBundleToo) {
  granted({"of the approval", kSecret});
  EXPECT_EQ(drill_.bundle("US/Watch", kUs), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", kUs), "not-shown");
}

TEST_F(ReasonsTest, OfAListOfDecisionsAreMarkedEachOnItsOwn) {
  asked();
  const auto read = [](const std::string& text) {
    base::Report report(text, "list");
    auto items = read_joint(testing::json(text), report);
    EXPECT_TRUE(report.clean()) << base::to_text(report.take());
    return items;
  };
  const auto items = read(R"({"items": [{"case": "C", "outcome": "deny", "text": "not now",
    "internal": "of the list", "internal_marking": {"level": "secret"}}]})");
  ASSERT_EQ(rule_of(decide_together(instance(), drill_.by("US/SecDef"), items)), "");
  expect_seen("US/SecDef", "of the list");
  expect_hidden("US/Deputy", "of the list");
  const std::string alone = R"({"items": [{"case": "C", "outcome": "deny", "text": "no",
    "internal_marking": {"level": "secret"}}]})";
  base::Report report(alone, "list");
  read_joint(testing::json(alone), report);
  EXPECT_THAT(base::to_text(report.take()), HasSubstr("no internal reasons to be marked"));
}

TEST_F(ReasonsTest, InAStoryToo) {
  const testing::Folder folder;
  testing::Files files;
  for (auto& [name, text] : testing::marked_directory()) files["registers/" + name] = text;
  files["use.json"] = base::write_json(testing::use_of_m());
  const auto story = [&](const std::string& decision) {
    files["story.json"] = R"({"title": "a story", "steps": [
      {"at": "2025-06-01", "do": "import", "directory": "registers"},
      {"at": "2025-06-02", "do": "submit", "by": "UA/Staff", "case": "C", "request": "use.json"},
      {"at": "2025-06-02", "do": "advise", "by": "US/USDP", "case": "C", "view": "concur"},
      {"at": "2025-06-03", "do": "decide", "by": "US/SecDef", "case": "C", "outcome": "deny",
       "reason": "not now", )" +
                          decision + R"(},
      {"at": "2025-06-04", "do": "show", "as": "US/SecDef", "case": "C",
       "expect": {"says": ["stocks are low", "marked secret"]}},
      {"at": "2025-06-04", "do": "show", "as": "US/Deputy", "case": "C",
       "expect": {"hides": ["stocks are low", "internal"]}}]})";
    folder.write(files);
    return read_story(folder.path());
  };
  const auto told =
      story(R"("internal": "stocks are low", "internal_marking": {"level": "secret"})");
  ASSERT_TRUE(told) << base::to_text(told.error());
  const auto results = play(told.value(), folder.path() / "instance", nullptr);
  ASSERT_TRUE(results);
  for (const StepResult& step : results.value()) {
    EXPECT_THAT(step.differs, ::testing::IsEmpty()) << step.answer;
  }
  const auto mistaken = story(R"("internal_marking": {"level": "secret"})");
  ASSERT_FALSE(mistaken);
  EXPECT_THAT(base::to_text(mistaken.error()), HasSubstr("no internal reasons to be marked"));
}

}  // namespace
}  // namespace countersign::casework
