// SPDX-License-Identifier: Apache-2.0
// What a bundle must not show shows nowhere in it: of two instances that differ in rules, advice,
// reasons, answers, markings, absences and stock that its audience is not to see, and not in what
// came of them, the bundles are the same but for what only commits, signs or proves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/bundle.h"
#include "casework/exchange.h"
#include "casework/testing/marked.h"
#include "kernel/logged.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Audience;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;

// What nobody but the authority is to learn.
struct Secret {
  std::string rule;                // of US-3, which is not announced
  std::string stock;               // of US
  std::string advice;              // of USDP
  std::string reasons;             // of SecDef, internal
  bool marked = false;             // whether these are
  std::string answer = "by sea";   // to what USDP asks
  std::string away = "US/Deputy";  // whose holder gave notice
  kernel::AdviceView view = kernel::AdviceView::Concur;
  bool overridden = false;
  std::int64_t approved = 1;  // no secret: what came of it
  // Of GB: a rule that is not announced, and its stock.
  std::string gb_rule = "forbid (principal, action, resource) when { context.quantity > 900 };";
  std::string gb_stock = "70";
};

const registry::Marking kMarking{
    registry::LevelId("secret"), {registry::PartyId("US")}, std::nullopt};
const Audience kUs = Audience::of(registry::PartyId("US"));
const Audience kGb = Audience::of(registry::PartyId("GB"));

const Secret kOne{"forbid (principal, action, resource)\n    when { context.quantity > 50 };",
                  "400", "no objection", "the stock allows it"};
const Secret kOther{"forbid (principal, action == Action::\"transfer\", resource);",
                    "307",
                    "we would rather keep them, for reasons that fill a page",
                    "asked for by the embassy",
                    true,
                    "by road, through three countries, as the map in it shows",
                    "US/Registrar",
                    kernel::AdviceView::DoNotConcur,
                    true};

// The same kinds of entries as kOther: what kind an entry is, the log shows everybody.
Secret overriding() {
  Secret secret = kOne;
  secret.overridden = true;
  return secret;
}

Secret other_of_gb() {
  Secret secret = kOne;
  secret.gb_rule = "forbid (principal, action == Action::\"transfer\", resource);";
  secret.gb_stock = "12";
  return secret;
}

// As many entries whatever the secret: how many there are is the log's to show.
void advise_in_secret(Drill& drill, const kernel::CaseId& id, const Secret& secret) {
  Instance& instance = drill.instance();
  CHECK(
      testing::rule_of(advise(instance, drill.by("US/USDP"), id, {secret.view, {}, secret.advice}))
          .empty());
  CHECK(testing::rule_of(secret.overridden
                             ? override_advice(instance, drill.by("US/SecDef"), id,
                                               registry::OfficeId("US/USDP"), "all the same")
                             : advise(instance, drill.by("US/Legal"), id, {}))
            .empty());
}

Json bundle_under(const Secret& secret, const Audience& audience = Audience::holder()) {
  testing::Files files = testing::marked_directory();
  files["authorities/US/directives/US-3.cedar"] = secret.rule;
  files["authorities/US/holdings.json"] = R"({"holdings": [{"item": "M", "quantity": )" +
                                          secret.stock +
                                          R"(, "yellow_below": 300, "red_below": 100}]})";
  files["authorities/GB/directives/GB-2.json"] = testing::directive("GB-2", "GB/MoD");
  files["authorities/GB/directives/GB-2.cedar"] = secret.gb_rule;
  files["authorities/GB/holdings.json"] = R"({"holdings": [{"item": "M", "quantity": )" +
                                          secret.gb_stock +
                                          R"(, "yellow_below": 10, "red_below": 5}]})";
  Drill drill(files);
  Instance& instance = drill.instance();
  const kernel::CaseId id("C");
  CHECK(testing::rule_of(ask(instance, drill.by("UA/Staff"), id, testing::use_of_m())).empty());
  advise_in_secret(drill, id, secret);
  CHECK(testing::rule_of(query(instance, drill.by("US/USDP"), id, "by which route?")).empty());
  AnswerPlan answered{std::nullopt, secret.answer};
  if (secret.marked) answered.marking = kMarking;
  CHECK(testing::rule_of(answer(instance, drill.by("UA/Staff"), id, answered)).empty());
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  plan.provisos.quantity = secret.approved;
  plan.text = "approved";
  plan.reasons.text = secret.reasons;
  if (secret.marked) plan.reasons.marking = kMarking;
  CHECK(testing::rule_of(decide(instance, drill.by("US/SecDef"), id, plan)).empty());
  CHECK(testing::rule_of(grant(instance, id)).empty());
  const registry::GrantId grant("C/G1");
  CHECK(testing::rule_of(give_absence(instance, {drill.key(secret.away), secret.away},
                                      registry::OfficeId(secret.away),
                                      {drill.now(), testing::time("2025-07-01")}, secret.reasons))
            .empty());
  // What came since is shown too, and as much of it.
  CHECK(testing::rule_of(act_on_grant(instance, drill.by("US/SecDef"), kernel::EntryKind::Suspend,
                                      {grant, "a pause"}))
            .empty());
  advise_in_secret(drill, id, secret);
  plan.resumes = grant;
  CHECK(testing::rule_of(decide(instance, drill.by("US/SecDef"), id, plan)).empty());
  const auto evidence = instance.evidence_of(grant);
  CHECK(evidence.has_value());
  auto written = write_bundle(evidence.value(), audience);
  CHECK(written.has_value());
  return std::move(written.value());
}

Json& member(Json& object, std::string_view name) {
  for (Json::Member& each : object.members) {
    if (each.name == name) return each.value;
  }
  CHECK(false);
  return object;
}

// Only that there is a text of that length: a commitment, digest, key, signature or random id.
void mask(Json& value) { value = base::json_text(std::string(value.text.size(), '*')); }

void mask_everywhere(Json& value, const std::vector<std::string_view>& names) {
  for (Json& item : value.items) mask_everywhere(item, names);
  for (Json::Member& each : value.members) {
    const bool named = std::find(names.begin(), names.end(), each.name) != names.end();
    if (named && each.value.kind == Json::Kind::Text) {
      mask(each.value);
    } else {
      mask_everywhere(each.value, names);
    }
  }
}

// A statement as read, without what differs for every key and salt.
Json disclosed_statement(const std::string& envelope) {
  const auto read = kernel::read_signed(base::as_bytes(envelope), "statement");
  CHECK(read.has_value());
  Json payload = testing::json(read.value().payload_text);
  mask_everywhere(payload, {"command", "sha256", "determination", "advice", "contents", "reasons",
                            "query", "root", "clerk", "key", "person"});
  // The person is named after the key, and the appointment after the person.
  Json& body = member(member(payload, "predicate"), "body");
  if (read.value().head.kind == kernel::EntryKind::Appointment) mask(member(body, "id"));
  return payload;
}

// A disclosed field, without what differs for every key and salt.
Json disclosed_field(const std::string& name, Json value) {
  if (name == "statement" || name == "command") mask(value);
  if (name == "advice") {
    for (Json& digest : value.items) mask(digest);
  }
  mask_everywhere(value, {"digest", "previous"});
  if (name == "contents") {
    for (Json& entry : member(value, "entries").items) {
      if (member(entry, "kind").text == "appointment") mask(member(entry, "id"));
    }
  }
  return base::json_object({{name, std::move(value)}});
}

// Everything a bundle lets be read.
std::string disclosed(Json bundle) {
  mask(member(bundle, "checkpoint"));
  Json& since = member(bundle, "since");  // its text shows, its signature is one
  since.text = since.text.substr(0, since.text.find("\n\n"));
  for (Json& entry : member(bundle, "entries").items) {
    const auto bytes = base::from_base64(member(entry, "entry").text);
    CHECK(bytes.has_value());
    const auto parsed = ledger::Entry::parse(*bytes, "entry");
    CHECK(parsed.has_value());
    // How many fields there are stays: a holder can count them.
    member(entry, "entry") = base::json_array(
        {base::json_text(parsed.value().kind()),
         base::json_integer(static_cast<std::int64_t>(parsed.value().commitments().size()))});
    member(entry, "proof") =
        base::json_integer(static_cast<std::int64_t>(member(entry, "proof").items.size()));
    std::vector<Json> fields;
    for (const Json& disclosure : member(entry, "disclosures").items) {
      const auto field = kernel::read_disclosure({disclosure.text});
      CHECK(field.has_value());
      fields.push_back(disclosed_field(field.value().field.name, field.value().field.value));
    }
    member(entry, "disclosures") = base::json_array(std::move(fields));
    if (entry.find("statement") != nullptr) {
      Json& statement = member(entry, "statement");
      statement = disclosed_statement(statement.text);
    }
  }
  return base::write_json(bundle);
}

TEST(Noninterference, AHoldersBundleIsTheSameWhateverItMustNotShow) {
  const std::string one = disclosed(bundle_under(kOne));
  const std::string other = disclosed(bundle_under(kOther));
  EXPECT_EQ(one, other);
  EXPECT_GT(one.size(), 5000U);
}

// The lane of GB tells nothing of the rules, stock, advice and reasons of US, and the other way
// round, whatever it shows whole of its own.
TEST(Noninterference, ALanesBundleIsTheSameWhateverTheOthersKeepToThemselves) {
  const std::string gb = disclosed(bundle_under(overriding(), kGb));
  EXPECT_EQ(gb, disclosed(bundle_under(kOther, kGb)));
  EXPECT_GT(gb.size(), 5000U);
  const std::string us = disclosed(bundle_under(kOne, kUs));
  EXPECT_EQ(us, disclosed(bundle_under(other_of_gb(), kUs)));
  EXPECT_GT(us.size(), 5000U);
}

// And each is whole of its own.
TEST(Noninterference, ALanesBundleShowsItsOwn) {
  EXPECT_NE(disclosed(bundle_under(overriding(), kUs)), disclosed(bundle_under(kOther, kUs)));
  EXPECT_NE(disclosed(bundle_under(kOne, kGb)), disclosed(bundle_under(other_of_gb(), kGb)));
  const std::string us = disclosed(bundle_under(kOne, kUs));
  for (const std::string* shown : {&kOne.advice, &kOne.reasons}) {
    EXPECT_THAT(us, HasSubstr(*shown));
  }
  EXPECT_THAT(us, Not(HasSubstr("900")));  // of GB's rule
}

// What is masked hides no difference that a holder is to see.
TEST(Noninterference, AnotherOutcomeShows) {
  Secret wider = kOne;
  wider.approved = 2;
  EXPECT_NE(disclosed(bundle_under(kOne)), disclosed(bundle_under(wider)));
}

TEST(Noninterference, TheFilesAreOfOneLengthToo) {
  // A commitment is as long whatever it stands for.
  const std::string one = base::write_json(bundle_under(kOne));
  const std::string other = base::write_json(bundle_under(kOther));
  EXPECT_EQ(one.size(), other.size());
  EXPECT_EQ(base::write_json(bundle_under(overriding(), kGb)).size(),
            base::write_json(bundle_under(kOther, kGb)).size());
  for (const Secret* secret : {&kOne, &kOther}) {
    EXPECT_THAT(one + other, Not(HasSubstr(secret->advice)));
    EXPECT_THAT(one + other, Not(HasSubstr(secret->reasons)));
    EXPECT_THAT(one + other, Not(HasSubstr(secret->answer)));
  }
}

}  // namespace
}  // namespace countersign::casework
