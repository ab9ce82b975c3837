// SPDX-License-Identifier: Apache-2.0
// Marked answers, marked versions of a request, absences and suspected signatures: what offices see
// of them, and that what they do not see makes no difference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "casework/case_count.h"
#include "casework/exchange.h"
#include "casework/export.h"
#include "casework/import.h"
#include "casework/queue.h"
#include "casework/testing/marked.h"
#include "casework/why_words.h"

namespace countersign::casework {
namespace {

using kernel::CaseId;
using registry::LevelId;
using registry::Marking;
using registry::OfficeId;
using registry::PartyId;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::MarkedDrill;
using ::testing::Not;
using testing::rule_of;

const CaseId kCase("C");

Marking secret(std::vector<PartyId> releasable_to = {}) {
  return {LevelId("secret"), std::move(releasable_to), std::nullopt};
}

base::Json marked(int quantity, const char* marking) {
  base::Json request = testing::use_of_m(quantity);
  request.members.push_back({"marking", {}, testing::json(marking)});
  return request;
}

class AnnexTest : public ::testing::Test {
 protected:
  AnnexTest() { drill_.pass(60); }

  Instance& instance() { return drill_.instance(); }
  void ask_of(MarkedDrill& drill, const base::Json& request = testing::use_of_m()) {
    ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, request)), "");
    drill.pass(60);
  }
  // US/USDP asks, UA/Staff answers.
  std::string answered(MarkedDrill& drill, const std::string& text, const std::string& document,
                       std::optional<Marking> marking) {
    CHECK(rule_of(query(drill.instance(), drill.by("US/USDP"), kCase, "by which route?")).empty());
    drill.pass(60);
    AnswerPlan plan{std::nullopt, text};
    if (!document.empty()) {
      plan.document_name = document + ".pdf";
      plan.document = std::make_shared<const std::string>(document);
    }
    plan.marking = std::move(marking);
    return rule_of(answer(drill.instance(), drill.by("UA/Staff"), kCase, plan));
  }
  std::string shown(const std::string& office) {
    return drill_.words(office, kCase) + "\n" + drill_.json_words(office, kCase);
  }
  std::string handed(const std::string& office) {
    const kernel::Position entry =
        drill_.case_now(kCase).queries.back().answers.back().done.position;
    std::optional<Reader> reader;
    drill_.look(office, [&](const kernel::State&, const Reader& who) { reader = who; });
    const auto document = document_of(instance(), *reader, kCase, entry);
    CHECK(document.has_value());
    return document.value().value_or("nothing");
  }
  std::string decided(kernel::DecisionOutcome outcome) {
    drill_.pass(60);
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = "for the requester";
    return rule_of(decide(instance(), drill_.by("US/SecDef"), kCase, plan));
  }
  void granted() {
    ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                             {kernel::AdviceView::Concur, {}, "no objection"})),
              "");
    ASSERT_EQ(decided(kernel::DecisionOutcome::Approve), "");
    drill_.pass(60);
    ASSERT_EQ(rule_of(grant(instance(), kCase)), "");
  }

  MarkedDrill drill_;
};

TEST_F(AnnexTest, AMarkedAnswerIsForWhoIsClearedAndWhomItIsReleasedTo) {
  ask_of(drill_);
  ASSERT_EQ(answered(drill_, "over the sea", "the chart", secret({PartyId("US")})), "");
  for (const char* office : {"UA/Staff", "US/SecDef", "US/Watch"}) {
    EXPECT_THAT(shown(office), AllOf(HasSubstr("by which route?"), HasSubstr("over the sea"),
                                     HasSubstr("the chart.pdf"), HasSubstr("marked secret")))
        << office;
    EXPECT_EQ(handed(office), "the chart") << office;
  }
  // They see that it was answered, and when.
  for (const char* office : {"UA/Watch", "US/USDP", "US/Deputy", "US/Legal"}) {
    EXPECT_THAT(shown(office), AllOf(HasSubstr("by which route?"), HasSubstr("answer: UA/Staff"),
                                     HasSubstr("what it says is not shown to you"),
                                     Not(HasSubstr("unanswered")), Not(HasSubstr("over the sea")),
                                     Not(HasSubstr("the chart")), Not(HasSubstr("marked"))))
        << office;
    EXPECT_EQ(handed(office), "nothing") << office;
  }
  for (const char* office : {"GB/MoD", "US/clerk", "FR/Registrar"}) {
    EXPECT_THAT(shown(office), Not(HasSubstr("over the sea"))) << office;
    EXPECT_EQ(handed(office), "nothing") << office;
  }
}

TEST_F(AnnexTest, WhatIsNotReleasedStaysWithTheRequester) {
  ask_of(drill_);
  ASSERT_EQ(answered(drill_, "over the sea", "", secret()), "");
  EXPECT_THAT(shown("UA/Staff"), HasSubstr("over the sea"));
  for (const char* office : {"US/SecDef", "US/Watch", "US/USDP", "UA/Watch", "GB/MoD"}) {
    EXPECT_THAT(shown(office), Not(HasSubstr("over the sea"))) << office;
  }
}

// The marking is in the words of who answers.
TEST_F(AnnexTest, AnAnswersMarkingIsOfTheRequestersVocabulary) {
  ask_of(drill_);
  EXPECT_EQ(answered(drill_, "over the sea", "", Marking{LevelId("cosmic"), {}, std::nullopt}),
            "marking-level");
  AnswerPlan plan{std::nullopt, "over the sea"};
  plan.marking = secret({PartyId("ZZ")});
  EXPECT_EQ(rule_of(answer(instance(), drill_.by("UA/Staff"), kCase, plan)), "unknown-party");
  plan.marking = secret({PartyId("US")});
  EXPECT_EQ(rule_of(answer(instance(), drill_.by("UA/Staff"), kCase, plan)), "");
}

TEST_F(AnnexTest, ALanesBundleHoldsItsAnswers) {
  ask_of(drill_);
  ASSERT_EQ(answered(drill_, "over the sea", "", secret({PartyId("US")})), "");
  granted();
  const auto us = kernel::Audience::of(PartyId("US"));
  EXPECT_EQ(drill_.bundle("US/SecDef", us), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", us), "not-shown");
  EXPECT_EQ(drill_.bundle("GB/MoD", kernel::Audience::of(PartyId("GB"))), "");
}

// Whatever the answer says, an office that does not see it is shown the same; and so is the clock.
TEST_F(AnnexTest, AnAnswerThatIsNotSeenMakesNoDifference) {
  std::vector<std::string> seen;
  for (const char* text : {"over the sea", "by road, through three countries"}) {
    MarkedDrill drill;
    drill.pass(60);
    ask_of(drill);
    ASSERT_EQ(answered(drill, text, std::string(text) + ", in full", secret()), "");
    drill.pass(60);
    std::string& all = seen.emplace_back();
    for (const char* office : {"US/SecDef", "US/USDP", "US/clerk", "UA/Watch", "GB/MoD"}) {
      all += drill.words(office, kCase) + "\n";
      drill.look(office, [&](const kernel::State& state, const Reader& reader) {
        const auto why = explain_to(reader, state, kCase, std::nullopt);
        if (why) all += describe(why.value()) + "\n";
        const auto waiting = queue_of(reader, state, OfficeId("US/SecDef"));
        if (waiting) {
          all += describe_queue(OfficeId("US/SecDef"), waiting.value(), state.now()) + "\n";
        }
      });
    }
    EXPECT_THAT(drill.words("UA/Staff", kCase), HasSubstr(text));
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_THAT(seen[0], HasSubstr("what it says is not shown to you"));
}

TEST_F(AnnexTest, EachVersionOfARequestIsMarkedByItself) {
  ask_of(drill_, marked(2, R"({"level": "secret", "releasable_to": ["US"]})"));
  ASSERT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(1),
                          "one is enough")),
            "");
  EXPECT_THAT(shown("US/SecDef"), AllOf(HasSubstr("use 2 M"), HasSubstr("use 1 M"),
                                        HasSubstr("this is version 2"), HasSubstr("version 1,")));
  for (const char* office : {"US/Deputy", "GB/MoD", "UA/Watch"}) {
    EXPECT_THAT(shown(office), AllOf(HasSubstr("use 1 M"), Not(HasSubstr("use 2 M")),
                                     HasSubstr("this is version 2"), HasSubstr(R"("version":2)")))
        << office;
  }
  drill_.pass(60);
  ASSERT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase,
                          marked(3, R"({"level": "secret"})"), "three after all")),
            "");
  EXPECT_THAT(drill_.words("UA/Staff", kCase),
              AllOf(HasSubstr("this is version 3"), HasSubstr("version 2,")));
  EXPECT_THAT(
      shown("US/SecDef"),
      AllOf(HasSubstr("what is asked is not shown to you"), Not(HasSubstr("use 3 M")),
            Not(HasSubstr("three after all")), HasSubstr("version 2, which binds no more")));
  // What is left of the story for other programs.
  for (const char* office : {"US/SecDef", "GB/MoD"}) {
    std::optional<Reader> reader;
    drill_.look(office, [&](const kernel::State&, const Reader& who) { reader = who; });
    const auto csv = export_csv(instance(), *reader);
    ASSERT_TRUE(csv);
    std::size_t versions = 0;
    for (std::size_t at = 0; (at = csv.value().find(",amend,", at)) != std::string::npos; ++at) {
      ++versions;
    }
    EXPECT_EQ(versions, 1U) << office << "\n" << csv.value();
    const bool first = csv.value().find(",request,") != std::string::npos;
    EXPECT_EQ(first, std::string(office) == "US/SecDef") << csv.value();
  }
}

// A grant says what was asked again: who does not see the one does not see the other.
TEST_F(AnnexTest, AGrantIsMarkedAsItsRequestIs) {
  ask_of(drill_, marked(2, R"({"level": "secret", "releasable_to": ["US"]})"));
  granted();
  EXPECT_THAT(shown("US/SecDef"), HasSubstr("grant C/G1: active"));
  EXPECT_EQ(drill_.bundle("US/SecDef", kernel::Audience::holder()), "");
  for (const char* office : {"US/Deputy", "GB/MoD", "UA/Watch"}) {
    EXPECT_THAT(shown(office),
                AllOf(HasSubstr("C: granted"), Not(HasSubstr("C/G1")), Not(HasSubstr("2 M"))))
        << office;
    EXPECT_EQ(drill_.bundle(office, kernel::Audience::holder()), "not-shown") << office;
    drill_.look(office, [](const kernel::State& state, const Reader& reader) {
      EXPECT_TRUE(refuse_status(reader, state, registry::GrantId("C/G1")).has_value());
    });
  }
}

// An earlier version stands in every bundle.
TEST_F(AnnexTest, ABundleHoldsTheEarlierVersions) {
  ask_of(drill_, marked(2, R"({"level": "secret", "releasable_to": ["US"]})"));
  ASSERT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(1), "")), "");
  drill_.pass(60);
  granted();
  const auto us = kernel::Audience::of(PartyId("US"));
  EXPECT_EQ(drill_.bundle("US/SecDef", us), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", us), "not-shown");
  EXPECT_EQ(drill_.bundle("GB/MoD", kernel::Audience::of(PartyId("GB"))), "not-shown");
  EXPECT_EQ(drill_.bundle("UA/Watch", kernel::Audience::holder()), "not-shown");
  EXPECT_EQ(drill_.bundle("UA/Staff", kernel::Audience::holder()), "");
}

// Advice on an earlier version that is kept from an office says who may not decide: nothing that
// shows the lane whole is handed to it.
TEST_F(AnnexTest, MarkedAdviceOnAnEarlierVersionKeepsTheLaneFromWhoMissesIt) {
  ask_of(drill_);
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "a source says so", secret()})),
            "");
  drill_.pass(60);
  ASSERT_EQ(rule_of(amend(instance(), drill_.by("UA/Staff"), kCase, testing::use_of_m(1), "")), "");
  drill_.pass(60);
  const auto why = [&](const char* office) {
    std::string rule;
    drill_.look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto told = explain_to(reader, state, kCase, std::nullopt);
      if (!told) rule = told.error().rule;
    });
    return rule;
  };
  EXPECT_EQ(why("US/SecDef"), "");
  EXPECT_EQ(why("US/Deputy"), "not-shown");
  granted();
  const auto us = kernel::Audience::of(PartyId("US"));
  EXPECT_EQ(drill_.bundle("US/SecDef", us), "");
  EXPECT_EQ(drill_.bundle("US/Deputy", us), "not-shown");
}

// Who is away is told in its own authority, and who acts where the lane is seen whole.
TEST_F(AnnexTest, AnAbsenceIsItsAuthoritysOwn) {
  std::vector<std::string> seen;
  for (const auto& [office, why] :
       {std::pair{"US/SecDef", "on leave"}, std::pair{"US/USDP", "ill, for a long time to come"}}) {
    MarkedDrill drill;
    drill.pass(60);
    ask_of(drill);
    ASSERT_EQ(rule_of(give_absence(drill.instance(), {drill.key(office), office}, OfficeId(office),
                                   {drill.now(), testing::time("2025-07-01")}, why)),
              "");
    drill.pass(60);
    const std::string away = std::string(office) + " is away until 2025-07-01T00:00:00Z";
    for (const char* own : {"US/Legal", "US/Watch"}) {
      EXPECT_THAT(drill.words(own, kCase), HasSubstr(away)) << own;
    }
    // The clerk, who sees no rules, sees who must approve, and not who must advise.
    const bool approves = std::string(office) == "US/SecDef";
    EXPECT_EQ(drill.words("US/clerk", kCase).find(away) != std::string::npos, approves);
    EXPECT_THAT(drill.words("US/clerk", kCase), Not(HasSubstr("in this case")));
    std::string& all = seen.emplace_back();
    for (const char* other : {"UA/Staff", "UA/Watch", "GB/MoD", "GB/clerk", "GB/Registrar"}) {
      EXPECT_THAT(drill.words(other, kCase), Not(HasSubstr("away"))) << other;
      all += drill.words(other, kCase) + "\n";
    }
  }
  EXPECT_EQ(seen[0], seen[1]);
}

TEST_F(AnnexTest, WhoActsIsToldWhereTheLaneIsSeenWhole) {
  ask_of(drill_);
  ASSERT_EQ(rule_of(give_absence(instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                 OfficeId("US/SecDef"), {drill_.now(), testing::time("2025-07-01")},
                                 "on leave")),
            "");
  drill_.pass(60);
  EXPECT_THAT(drill_.words("US/Legal", kCase), HasSubstr("US/Deputy acts for it in this case"));
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "a source says so", secret()})),
            "");
  EXPECT_THAT(drill_.words("US/Legal", kCase),
              AllOf(HasSubstr("US/SecDef is away"), Not(HasSubstr("acts for it"))));
  EXPECT_THAT(drill_.words("US/Watch", kCase), HasSubstr("US/Deputy acts for it in this case"));
}

// Whoever acts for an office looks as that office.
TEST_F(AnnexTest, WhoActsSeesWhatTheAbsentOfficeDoes) {
  ask_of(drill_, marked(2, R"({"level": "secret", "releasable_to": ["US"]})"));
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "a source says so", secret()})),
            "");
  const auto queue = [&](const char* office) {
    std::string text;
    instance().look([&](const kernel::State& state) {
      const auto waiting = own_queue_of(state, OfficeId(office));
      text = describe_queue(OfficeId(office), waiting.value(), state.now());
    });
    return text;
  };
  EXPECT_THAT(queue("US/Deputy"), Not(HasSubstr("use 2 M")));
  ASSERT_EQ(rule_of(give_absence(instance(), {drill_.key("US/SecDef"), "US/SecDef"},
                                 OfficeId("US/SecDef"), {drill_.now(), testing::time("2025-07-01")},
                                 "on leave")),
            "");
  drill_.pass(60);
  EXPECT_THAT(queue("US/Deputy"),
              AllOf(HasSubstr("look at the case with --as US/SecDef"), HasSubstr("use 2 M")));
  EXPECT_THAT(drill_.words("US/SecDef", kCase),
              AllOf(HasSubstr("use 2 M"), HasSubstr("a source says so")));
  // By itself it sees no more than before, and nobody sees more through its queue.
  EXPECT_THAT(shown("US/Deputy"), AllOf(Not(HasSubstr("use 2 M")), Not(HasSubstr("a source"))));
  drill_.look("US/Legal", [](const kernel::State& state, const Reader& reader) {
    const auto waiting = queue_of(reader, state, OfficeId("US/Deputy"));
    ASSERT_TRUE(waiting);
    EXPECT_THAT(describe_queue(OfficeId("US/Deputy"), waiting.value(), state.now()),
                Not(HasSubstr("use 2 M")));
  });
  Actor deputy = drill_.by("US/Deputy");
  deputy.acting_for = OfficeId("US/SecDef");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  EXPECT_EQ(rule_of(decide(instance(), deputy, kCase, plan)), "");
}

// That a key is lost, and who stands by what it signed, is told in its own authority.
TEST_F(AnnexTest, SuspectedSignaturesAndConfirmationsAreTheirAuthoritysOwn) {
  ask_of(drill_);
  ASSERT_EQ(rule_of(advise(instance(), drill_.by("US/USDP"), kCase,
                           {kernel::AdviceView::Concur, {}, "a source says so", secret()})),
            "");
  ASSERT_EQ(decided(kernel::DecisionOutcome::Deny), "");
  const auto lose = [&](const std::string& office, const std::string& key) {
    drill_.pass(60);
    kernel::KeyWithdrawalBody body;
    body.key = drill_.key(office).public_key();
    body.suspected_since = testing::time("2025-06-01T00:00:30Z");
    body.text = "the laptop was stolen";
    ASSERT_EQ(rule_of(withdraw_key(instance(), {drill_.key("US/root"), "US/root"}, body)), "");
    drill_.pass(60);
    registry::PersonId holder;
    instance().look([&](const kernel::State& state) {
      for (const auto& held : state.authorities().find(PartyId("US"))->appointments) {
        if (held.appointment.office.text() == office) holder = held.appointment.person;
      }
    });
    ASSERT_EQ(rule_of(enter_appointment(
                  instance(), OfficeId(office), holder, drill_.key(key).public_key(),
                  {drill_.now(), base::kDistantFuture}, drill_.key("US/root"))),
              "");
  };
  lose("US/SecDef", "SecDef-anew");
  EXPECT_THAT(shown("US/Legal"), HasSubstr("signed by a key withdrawn as suspected"));
  for (const char* other : {"UA/Staff", "GB/MoD"}) {
    EXPECT_THAT(shown(other), AllOf(HasSubstr("US/SecDef"), Not(HasSubstr("suspected")))) << other;
  }
  // The marked advice is none of what US/Legal sees, in the list of its key's signatures neither.
  lose("US/USDP", "USDP-anew");
  const auto listed = [&](const char* office) {
    std::optional<Reader> reader;
    drill_.look(office, [&](const kernel::State&, const Reader& who) { reader = who; });
    const auto views = withdrawn_keys(instance(), *reader);
    CHECK(views.has_value());
    std::size_t advice = 0;
    for (const WithdrawnKeyView& view : views.value()) {
      for (const SuspectedSignature& each : view.signatures) {
        advice += each.kind == kernel::EntryKind::Advice ? 1 : 0;
      }
    }
    return advice;
  };
  EXPECT_EQ(listed("US/SecDef"), 1U);
  EXPECT_EQ(listed("US/Legal"), 0U);
}

}  // namespace
}  // namespace countersign::casework
