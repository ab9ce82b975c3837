// SPDX-License-Identifier: Apache-2.0
// What one office sees of a case: nothing it may not, and the same whatever that was.
#include "casework/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/case_count.h"
#include "casework/case_words.h"
#include "casework/exchange.h"
#include "casework/question.h"
#include "casework/testing/marked.h"
#include "casework/why_words.h"
#include "kernel/disclosure.h"
#include "kernel/logged.h"

namespace countersign::casework {
namespace {

using kernel::AdviceView;
using kernel::CaseId;
using kernel::Sight;
using registry::LevelId;
using registry::Marking;
using registry::PartyId;
using ::testing::AllOf;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::rule_of;

// What nobody outside US is to learn.
struct Secret {
  std::string rule = "forbid (principal, action, resource) when { context.quantity > 50 };";
  std::string stock = "400";
  std::string advice = "no objection";
  AdviceView view = AdviceView::Concur;
};

class ReaderTest : public ::testing::Test {
 protected:
  void open(const Secret& secret = {}) {
    testing::Files files = testing::marked_directory();
    files["authorities/US/directives/US-3.cedar"] = secret.rule;
    files["authorities/US/holdings.json"] = R"({"holdings": [{"item": "M", "quantity": )" +
                                            secret.stock +
                                            R"(, "yellow_below": 300, "red_below": 100}]})";
    drill_.emplace(files);
    ASSERT_EQ(rule_of(ask(instance(), drill_->by("UA/Staff"), CaseId("C"), testing::use_of_m())),
              "");
    drill_->pass(60);
    ASSERT_EQ(rule_of(advise(instance(), drill_->by("US/USDP"), CaseId("C"),
                             {secret.view, {}, secret.advice})),
              "");
  }
  void decided(kernel::DecisionOutcome outcome, const std::string& text = "for the requester") {
    DecisionPlan plan;
    plan.outcome = outcome;
    plan.text = text;
    ASSERT_EQ(rule_of(decide(instance(), drill_->by("US/SecDef"), CaseId("C"), plan)), "");
  }
  Instance& instance() { return drill_->instance(); }
  void look(const std::string& office,
            const std::function<void(const kernel::State&, const Reader&)>& at) {
    instance().look([&](const kernel::State& state) {
      const auto reader = Reader::as(state, office);
      ASSERT_TRUE(reader) << office;
      at(state, reader.value());
    });
  }
  // `case show --as`; "nothing" where the case is not seen at all.
  std::string shown(const std::string& office) {
    std::string text = "nothing";
    look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto seen = reader.look(state, *state.find(CaseId("C")));
      if (seen) text = describe_case(state, *seen);
    });
    return text;
  }
  std::string asked(const std::string& office) {
    std::string text;
    const std::string request = base::write_json(testing::use_of_m());
    look(office, [&](const kernel::State& state, const Reader& reader) {
      Question question;
      question.request = request;
      question.file = "request";
      question.at = state.now();
      const auto answered = answer(state, question, reader);
      text = answered.has_value() ? answered.value().text : "bad input";
    });
    return text;
  }
  std::string why(const std::string& office) {
    std::string text;
    look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto told = explain_to(reader, state, CaseId("C"), std::nullopt);
      text = told ? describe(told.value()) : told.error().rule;
    });
    return text;
  }
  std::string count(const std::string& office) {
    std::string text;
    look(office, [&](const kernel::State& state, const Reader& reader) {
      text = to_text(count_cases(state, {{}, CountBy::Outcome, std::nullopt}, reader));
    });
    return text;
  }
  std::string bundle(const std::string& office, const kernel::Audience& audience) {
    std::string rule;
    look(office, [&](const kernel::State& state, const Reader& reader) {
      if (const auto refused = refuse_bundle(reader, state, registry::GrantId("C/G1"), audience)) {
        rule = refused->rule;
      }
    });
    return rule;
  }

  std::optional<Drill> drill_;
};

TEST_F(ReaderTest, ARequesterSeesWhatIsAnnouncedUntilAnOutcomeIsSent) {
  open();
  for (const char* office : {"UA/Staff", "UA/Watch"}) {
    const std::string text = shown(office);
    EXPECT_THAT(text, HasSubstr("UA asks to use 2 M")) << office;
    EXPECT_THAT(text, HasSubstr("US: referred to the authority"));
    EXPECT_THAT(text, HasSubstr("GB: referred to the authority"));
    for (const char* word : {"USDP", "SecDef", "no objection", "US-2", "concur", "authorised",
                             "no approval needed", "approval required", "waits"}) {
      EXPECT_THAT(text, Not(HasSubstr(word))) << office;
    }
    EXPECT_EQ(why(office), "not-shown");
  }
  decided(kernel::DecisionOutcome::Deny);
  const std::string text = shown("UA/Staff");
  EXPECT_THAT(text, AllOf(HasSubstr("C: denied"), HasSubstr("\n  US:\n    decision: US/SecDef"),
                          HasSubstr("for the requester")));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("no objection")), Not(HasSubstr("US-2"))));
}

// A query is put to the requester by one lane: the two see it, with its answer, and no other.
TEST_F(ReaderTest, AQueryIsSeenByWhoAsksAndWhoIsAsked) {
  open();
  ASSERT_EQ(rule_of(query(instance(), drill_->by("US/USDP"), CaseId("C"), "by which route?")), "");
  ASSERT_EQ(rule_of(answer(instance(), drill_->by("UA/Staff"), CaseId("C"),
                           {std::nullopt, "over the sea"})),
            "");
  for (const char* office : {"UA/Staff", "US/SecDef"}) {
    EXPECT_THAT(shown(office), AllOf(HasSubstr("by which route?"), HasSubstr("over the sea")));
  }
  for (const char* office : {"GB/MoD", "US/clerk", "GB/Registrar"}) {
    EXPECT_THAT(shown(office),
                AllOf(Not(HasSubstr("by which route?")), Not(HasSubstr("over the sea"))))
        << office;
  }
}

// Another's approval is no part of a denial, nor is one that was taken back.
TEST_F(ReaderTest, WhatWasNotSentStaysWithItsAuthority) {
  open();
  decided(kernel::DecisionOutcome::Approve, "a first thought");
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Deny;
  plan.text = "not from here";
  ASSERT_EQ(rule_of(decide(instance(), drill_->by("GB/MoD"), CaseId("C"), plan)), "");
  for (const char* office : {"UA/Staff", "GB/MoD", "GB/clerk"}) {
    EXPECT_THAT(shown(office), Not(HasSubstr("a first thought"))) << office;
    EXPECT_THAT(shown(office), Not(HasSubstr("SecDef"))) << office;
  }
  EXPECT_THAT(shown("UA/Staff"), HasSubstr("not from here"));
  EXPECT_THAT(shown("US/SecDef"), AllOf(HasSubstr("a first thought"), HasSubstr("not from here")));
}

TEST_F(ReaderTest, AnAuthoritySeesItsOwnLaneAndOfOthersWhatIsSent) {
  open();
  EXPECT_THAT(shown("US/SecDef"), AllOf(HasSubstr("approval required by US/SecDef"),
                                        HasSubstr("no objection"), HasSubstr("GB: referred")));
  EXPECT_THAT(why("US/SecDef"), AllOf(HasSubstr("US/SecDef may approve"), Not(HasSubstr("GB"))));
  EXPECT_THAT(shown("GB/MoD"), AllOf(HasSubstr("no approval needed (nothing granted yet)"),
                                     HasSubstr("US: referred"), Not(HasSubstr("no objection"))));
  EXPECT_THAT(why("GB/MoD"), AllOf(HasSubstr("GB/MoD"), Not(HasSubstr("US"))));
  EXPECT_THAT(shown("US/clerk"),
              AllOf(HasSubstr("approval required"), Not(HasSubstr("no objection"))));
  EXPECT_EQ(shown("FR/Registrar"), "nothing");
  EXPECT_EQ(shown("FR/clerk"), "nothing");
  EXPECT_EQ(why("FR/Registrar"), "unknown-case");
  EXPECT_THAT(count("FR/Registrar"), Not(HasSubstr("pending")));
  EXPECT_THAT(count("GB/MoD"), HasSubstr("pending"));
  EXPECT_THAT(asked("US/SecDef"), HasSubstr("of US in full: approval required"));
  EXPECT_THAT(asked("GB/MoD"), AllOf(HasSubstr("of GB in full"), Not(HasSubstr("of US in full"))));
  EXPECT_THAT(asked("UA/Staff"), Not(HasSubstr("in full")));
  EXPECT_THAT(asked("FR/Registrar"), Not(HasSubstr("in full")));
}

TEST_F(ReaderTest, KnowsNoOtherOffices) {
  open();
  instance().look([](const kernel::State& state) {
    for (const char* name : {"US/Nobody", "XX/clerk", "US", "", "clerk"}) {
      const auto reader = Reader::as(state, name);
      ASSERT_FALSE(reader) << name;
      EXPECT_EQ(reader.error().rule, "unknown-office");
    }
  });
}

TEST_F(ReaderTest, WhatIsMarkedGoesToWhoIsCleared) {
  open();
  drill_->pass(60);
  const Marking secret{LevelId("secret"), {}, std::nullopt};
  ASSERT_EQ(rule_of(advise(instance(), drill_->by("US/USDP"), CaseId("C"),
                           {AdviceView::Concur, {}, "a source says so", secret})),
            "");
  EXPECT_THAT(shown("US/SecDef"), HasSubstr("a source says so"));
  EXPECT_THAT(shown("US/Watch"), HasSubstr("a source says so"));
  EXPECT_THAT(shown("US/Legal"),
              AllOf(Not(HasSubstr("a source says so")), HasSubstr("no objection")));
  EXPECT_THAT(shown("US/Deputy"), Not(HasSubstr("a source says so")));
  // Why somebody may not act would tell of it.
  EXPECT_EQ(why("US/Legal"), "not-shown");
  EXPECT_THAT(why("US/SecDef"), HasSubstr("may approve"));
  decided(kernel::DecisionOutcome::Approve);
  ASSERT_EQ(rule_of(grant(instance(), CaseId("C"))), "");
  const auto us = kernel::Audience::of(PartyId("US"));
  EXPECT_EQ(bundle("US/Watch", us), "");
  EXPECT_EQ(bundle("US/Deputy", us), "not-shown");
  EXPECT_EQ(bundle("GB/MoD", us), "not-shown");
  EXPECT_EQ(bundle("GB/MoD", kernel::Audience::of(PartyId("GB"))), "");
  EXPECT_EQ(bundle("UA/Staff", kernel::Audience::holder()), "");
  EXPECT_EQ(bundle("UA/Staff", us), "not-shown");
  EXPECT_EQ(bundle("US/Watch", kernel::Audience::overseer()), "not-shown");
  EXPECT_EQ(bundle("FR/Registrar", kernel::Audience::holder()), "unknown-grant");
}

TEST_F(ReaderTest, AMarkedRequestIsReadByWhomItIsReleasedTo) {
  open();
  base::Json request = testing::use_of_m();
  const auto submitted = [&](const std::string& id, const std::string& marking) {
    base::Json marked = request;
    marked.members.push_back({"marking", {}, testing::json(marking)});
    return rule_of(ask(instance(), drill_->by("UA/Staff"), CaseId(id), marked));
  };
  EXPECT_EQ(submitted("X", R"({"level": "cosmic"})"), "marking-level");
  EXPECT_EQ(submitted("X", R"({"level": "secret", "releasable_to": ["ZZ"]})"), "unknown-party");
  EXPECT_EQ(submitted("X", R"({"level": "secret", "cases": []})"), "body");
  ASSERT_EQ(submitted("D", R"({"level": "secret", "releasable_to": ["US"]})"), "");
  const auto show = [&](const std::string& office) {
    std::string text;
    look(office, [&](const kernel::State& state, const Reader& reader) {
      text = describe_case(state, *reader.look(state, *state.find(CaseId("D"))));
    });
    return text;
  };
  EXPECT_THAT(show("UA/Staff"), HasSubstr("UA asks to use 2 M"));
  EXPECT_THAT(show("US/SecDef"), HasSubstr("UA asks to use 2 M"));
  EXPECT_THAT(show("US/Legal"), HasSubstr("what is asked is not shown to you"));
  EXPECT_THAT(show("GB/MoD"),
              AllOf(HasSubstr("what is asked is not shown to you"), Not(HasSubstr("use 2 M"))));
}

// Two instances that differ only in what an office may not see show it the same, byte for byte.
TEST_F(ReaderTest, WhatIsNotSeenMakesNoDifference) {
  const Secret one;
  const Secret other{"forbid (principal, action == Action::\"transfer\", resource);", "307",
                     "we would rather keep them, for reasons that fill a page",
                     AdviceView::NoComment};
  const std::vector<std::string> offices = {"UA/Staff",     "UA/Watch",     "GB/MoD",  "GB/clerk",
                                            "GB/Registrar", "FR/Registrar", "FR/clerk"};
  std::vector<std::vector<std::string>> seen;
  for (const Secret* secret : {&one, &other}) {
    open(*secret);
    std::vector<std::string>& texts = seen.emplace_back();
    for (const std::string& office : offices) {
      for (std::string text : {shown(office), asked(office), why(office), count(office)}) {
        texts.push_back(office + ": " + std::move(text));
      }
    }
    decided(kernel::DecisionOutcome::Approve);
    ASSERT_EQ(rule_of(grant(instance(), CaseId("C"))), "");
    for (const std::string& office : offices) {
      texts.push_back(office + ": " + shown(office));
    }
    EXPECT_THAT(shown("US/SecDef"), HasSubstr(secret->advice));
  }
  EXPECT_EQ(seen[0], seen[1]);
}

// The table that bundles are written and checked by (kernel/disclosure.h) shows an audience what
// the policies let it see, no more and no less.
TEST_F(ReaderTest, BundlesShowWhatThePoliciesPermit) {
  open();
  decided(kernel::DecisionOutcome::Approve);
  ASSERT_EQ(rule_of(grant(instance(), CaseId("C"))), "");
  const auto evidence = instance().evidence_of(registry::GrantId("C/G1"));
  ASSERT_TRUE(evidence.has_value());
  std::vector<kernel::LoggedEntry> entries;
  for (const kernel::EvidenceEntry& entry : evidence.value().entries) {
    std::optional<base::ByteView> envelope;
    if (entry.envelope) envelope = *entry.envelope;
    const auto parsed = ledger::Entry::parse(entry.bytes, "entry");
    ASSERT_TRUE(parsed.has_value());
    auto opened = kernel::open_entry(entry.position, parsed.value(), entry.disclosures, envelope);
    ASSERT_TRUE(opened);
    entries.push_back(std::move(opened.value()));
  }
  // Which kind of part a field of an entry is.
  const auto sight_of = [](const kernel::LoggedEntry& entry,
                           const std::string& field) -> std::optional<Sight> {
    if (field.starts_with("findings:") || field.starts_with("facts:") ||
        field.starts_with("lane:")) {
      return Sight::Finding;
    }
    if (field == "chain") return Sight::Step;
    if (field == "reasons") return Sight::Reasons;
    if (field == "advice") return Sight::Advice;
    if (field == "grant") return Sight::Grant;
    if (field != "statement" && field != "outcome") return std::nullopt;  // go with the others
    switch (entry.kind) {
      case kernel::EntryKind::Advice:
        return Sight::Advice;
      case kernel::EntryKind::Decision:
        return Sight::Decision;
      case kernel::EntryKind::Consent:
        return Sight::Consent;
      default:
        return std::nullopt;
    }
  };
  std::size_t compared = 0;
  for (const auto& [office, audience] :
       {std::pair{"UA/Staff", kernel::Audience::holder()},
        std::pair{"US/Watch", kernel::Audience::of(PartyId("US"))}}) {
    const auto exposure = kernel::Exposure::create(audience, entries);
    ASSERT_TRUE(exposure);
    look(office, [&, &office = office](const kernel::State& state, const Reader& reader) {
      const kernel::Case& of = *state.find(CaseId("C"));
      for (const kernel::LoggedEntry& entry : entries) {
        if (!entry.case_id || entry.kind == kernel::EntryKind::Request ||
            entry.kind == kernel::EntryKind::Outcome) {
          continue;
        }
        const auto showing = exposure.value().of(entry);
        for (const auto& [name, field] : entry.fields) {
          const auto sight = sight_of(entry, name);
          if (!sight) continue;
          PartyId owner = of.request.requester;
          if (entry.statement) owner = entry.statement->head.authority;
          if (const auto colon = name.find(':'); colon != std::string::npos) {
            owner = PartyId(name.substr(colon + 1));
          }
          ++compared;
          bool sees = reader.sees(*sight, of, owner);
          if (*sight == Sight::Consent) {
            for (const kernel::Consent& consent : of.lanes.at(owner).consents) {
              if (consent.done.position != entry.position) continue;
              sees = reader.sees_consent(state, of, owner, consent);
            }
          }
          if (*sight == Sight::Decision) {
            for (const kernel::Decision& decision : of.lanes.at(owner).decisions) {
              if (decision.done.position != entry.position) continue;
              sees = reader.sees_decision(state, of, owner, decision);
            }
          }
          EXPECT_EQ(showing && showing->has(name), sees)
              << office << ", entry " << entry.position << " (" << kernel::name_of(entry.kind)
              << "), " << name;
        }
      }
    });
  }
  EXPECT_GT(compared, 30U);
}

}  // namespace
}  // namespace countersign::casework
