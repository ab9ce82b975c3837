// SPDX-License-Identifier: Apache-2.0
// What a holder's bundle must not show shows nowhere in it: of two instances that differ in
// undisclosed rules, advice, reasons and stock, and not in what came of them, the bundles are the
// same but for what only commits, signs or proves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/bundle.h"
#include "casework/testing/drill.h"
#include "kernel/logged.h"

namespace countersign::casework {
namespace {

using base::Json;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::Not;

// What nobody but the authority is to learn.
struct Secret {
  std::string rule;     // of US-3, which is not announced
  std::string stock;    // of US
  std::string advice;   // of USDP
  std::string reasons;  // of SecDef, internal
  kernel::AdviceView view = kernel::AdviceView::Concur;
  bool overridden = false;
  std::int64_t approved = 1;  // no secret: what came of it
};

const Secret kOne{"forbid (principal, action, resource)\n    when { context.quantity > 50 };",
                  "400", "no objection", "the stock allows it"};
const Secret kOther{"forbid (principal, action == Action::\"transfer\", resource);",
                    "307",
                    "we would rather keep them, for reasons that fill a page",
                    "asked for by the embassy",
                    kernel::AdviceView::DoNotConcur,
                    true};

Json bundle_under(const Secret& secret) {
  testing::Files files = testing::small_directory();
  files["authorities/US/directives/US-3.cedar"] = secret.rule;
  files["authorities/US/holdings.json"] = R"({"holdings": [{"item": "M", "quantity": )" +
                                          secret.stock +
                                          R"(, "yellow_below": 300, "red_below": 100}]})";
  Drill drill(files);
  Instance& instance = drill.instance();
  const kernel::CaseId id("C");
  CHECK(testing::rule_of(ask(instance, drill.by("UA/Staff"), id, testing::use_of_m())).empty());
  CHECK(
      testing::rule_of(advise(instance, drill.by("US/USDP"), id, {secret.view, {}, secret.advice}))
          .empty());
  // As many entries either way: how many there are is the log's to show.
  CHECK(testing::rule_of(secret.overridden
                             ? override_advice(instance, drill.by("US/SecDef"), id,
                                               registry::OfficeId("US/USDP"), "all the same")
                             : advise(instance, drill.by("US/Legal"), id, {}))
            .empty());
  DecisionPlan plan;
  plan.outcome = kernel::DecisionOutcome::Approve;
  plan.provisos.quantity = secret.approved;
  plan.text = "approved";
  plan.reasons = secret.reasons;
  CHECK(testing::rule_of(decide(instance, drill.by("US/SecDef"), id, plan)).empty());
  CHECK(testing::rule_of(grant(instance, id)).empty());
  const auto evidence = instance.evidence_of(registry::GrantId("C/G1"));
  CHECK(evidence.has_value());
  return write_bundle(evidence.value(), BundleKind::Holder);
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
                            "root", "clerk", "key", "person"});
  // The person is named after the key, and the appointment after the person.
  Json& body = member(member(payload, "predicate"), "body");
  if (read.value().head.kind == kernel::EntryKind::Appointment) mask(member(body, "id"));
  return payload;
}

// Everything a holder's bundle lets be read.
std::string disclosed(Json bundle) {
  mask(member(bundle, "checkpoint"));
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
      const auto& [name, value] = field.value().field;
      Json shown = value;
      if (name == "statement" || name == "command") mask(shown);
      fields.push_back(base::json_object({{name, std::move(shown)}}));
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
  for (const Secret* secret : {&kOne, &kOther}) {
    EXPECT_THAT(one + other, Not(HasSubstr(secret->advice)));
    EXPECT_THAT(one + other, Not(HasSubstr(secret->reasons)));
  }
}

}  // namespace
}  // namespace countersign::casework
