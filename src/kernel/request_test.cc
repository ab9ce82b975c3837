// SPDX-License-Identifier: Apache-2.0
#include "kernel/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "read", "refused RULE at WHERE", or the issues.
std::string outcome(const std::string& text) {
  const auto read = read_request(text, "r.json");
  if (!read) return base::to_text(read.error());
  if (read.value()) return "read";
  const base::Refusal& refusal = read.value().error();
  return "refused " + refusal.rule + " at " + refusal.where;
}

const char kHead[] = R"("requester": "UA", "action": "use", "item": "M", "quantity": 1)";
const char kPlace[] = R"(, "place": {"point": [1, 2], "uncertainty_m": 5})";

std::string use(const std::string& more) { return std::string("{") + kHead + kPlace + more + "}"; }

TEST(Request, ReadsEveryKeyAndWritesItBack) {
  const std::string full = R"({"requester": "UA", "action": "transfer", "item": "M",
    "quantity": 7, "place": {"region": "A"}, "recipient": "UA", "end_user": "GB",
    "used_with": ["D"], "window": {"from": "2025-01-01", "until": "2025-02-01T12:00:00Z"},
    "categories": ["oil"], "data_sources": [{"authority": "US", "kind": "targeting"}],
    "funded_by": ["GB", "FR"], "needed_by": "2025-01-20",
    "priority": {"level": "urgent", "reason": "the ship sails on the 21st"},
    "marking": {"level": "official", "releasable_to": ["US"]}, "purpose": "as discussed"})";
  const Request request = testing::request(full);
  EXPECT_EQ(request.needed_by, testing::day("2025-01-20"));
  EXPECT_EQ(request.priority->level, Priority::Level::Urgent);
  EXPECT_EQ(request.quantity, 7);
  EXPECT_EQ(request.end_user, registry::PartyId("GB"));
  EXPECT_EQ(request.window.until, testing::day("2025-02-01T12:00:00Z"));
  EXPECT_THAT(undeclared(request), ElementsAre());
  const std::string written = base::write_json(write(request));
  EXPECT_EQ(testing::request(written), request);
  EXPECT_EQ(base::write_json(write(testing::request(written))), written);
}

TEST(Request, KeepsWhatWasLeftOut) {
  const Request request = testing::request(use(R"(, "categories": [])"));
  EXPECT_THAT(undeclared(request), ElementsAre("data_sources", "funded_by"));
  EXPECT_EQ(testing::request(base::write_json(write(request))), request);
}

TEST(Request, TakesTheRecipientForTheEndUser) {
  EXPECT_EQ(testing::transfer().end_user, registry::PartyId("UA"));
}

TEST(Request, APriorityHasAReason) {
  EXPECT_THAT(outcome(use(R"(, "priority": {"level": "urgent"})")), HasSubstr("needs `reason`"));
  EXPECT_THAT(outcome(use(R"(, "priority": {"level": "urgent", "reason": ""})")),
              HasSubstr("`reason` is empty"));
  EXPECT_THAT(outcome(use(R"(, "priority": {"level": "top", "reason": "x"})")),
              HasSubstr("`top` cannot stand in `level`"));
  EXPECT_EQ(outcome(use(R"(, "priority": {"level": "urgent", "because": "x"})")),
            "refused unknown-key at because");
}

TEST(Request, RefusesByRule) {
  EXPECT_EQ(outcome(use(R"(, "reason": "x")")), "refused unknown-key at reason");
  EXPECT_EQ(outcome(use(R"(, "data_sources": [{"authority": "US", "kind": "k", "x": 1}])")),
            "refused unknown-key at x");
  EXPECT_EQ(outcome(use(R"(, "window": {"untill": "2025-01-01"})")),
            "refused unknown-key at untill");
  EXPECT_EQ(outcome(std::string("{") + kHead + "}"), "refused use-without-place at place");
  EXPECT_EQ(outcome(use(R"(, "recipient": "UA")")), "refused not-applicable at recipient");
  EXPECT_EQ(outcome(R"({"requester": "UA", "action": "transfer", "item": "M", "quantity": 1})"),
            "refused transfer-without-recipient at recipient");
  for (const std::string quantity : {"0", "-3"}) {
    EXPECT_EQ(outcome(R"({"requester": "UA", "action": "use", "item": "M", "quantity": )" +
                      quantity + kPlace + "}"),
              "refused quantity at quantity");
  }
  EXPECT_EQ(outcome(use(R"(, "window": {"from": "2025-02-01", "until": "2025-02-01"})")),
            "refused window at window");
}

TEST(Request, SaysWhatIsNoRequestAtAll) {
  EXPECT_THAT(outcome("[]"), HasSubstr("r.json:1:1"));
  EXPECT_THAT(outcome("{"), HasSubstr("r.json:1:"));
  EXPECT_THAT(outcome(use(R"(, "quantity": 2)")), HasSubstr("quantity"));
  EXPECT_THAT(outcome(use(R"(, "window": {"from": "soon"})")), HasSubstr("soon"));
  for (const char* needed : {"requester", "action", "item", "quantity"}) {
    EXPECT_THAT(outcome(R"({"place": {"region": "A"}})"), HasSubstr(needed));
  }
  EXPECT_THAT(outcome(use(R"(, "purpose": 7)")), HasSubstr("purpose"));
  EXPECT_THAT(outcome(use(R"(, "categories": "oil")")), HasSubstr("categories"));
  EXPECT_THAT(outcome(use(R"(, "categories": ["oil", "oil"])")), HasSubstr("twice"));
  EXPECT_THAT(outcome(use(R"(, "funded_by": null)")), HasSubstr("funded_by"));
  EXPECT_THAT(outcome(R"({"requester": "UA", "action": "use", "item": "M", "quantity": 1.5,
                          "place": {"region": "A"}})"),
              HasSubstr("whole number"));
  EXPECT_THAT(outcome(R"({"requester": "UA", "action": "lend", "item": "M", "quantity": 1,
                          "place": {"region": "A"}})"),
              HasSubstr("lend"));
  EXPECT_THAT(outcome(R"({"requester": "UA", "action": "use", "item": "M", "quantity": 1,
                          "place": {"point": [91, 0]}})"),
              HasSubstr("91"));
}

TEST(Request, NamesNobodyKnowsAreRefused) {
  const Rules rules = testing::World().rules();
  const auto rule = [&rules](const Request& request) {
    const auto refusal = refuse_unknown_names(request, rules.registers(), rules.view());
    return refusal ? refusal->rule + " at " + refusal->where : "known";
  };
  const auto with = [](const std::string& key, const std::string& value) {
    std::string text = R"({"requester": "UA", "action": "transfer", "item": "M",
      "recipient": "UA", "quantity": 1})";
    if (const auto at = text.find("\"" + key + "\""); at != std::string::npos) {
      const auto end = text.find_first_of(",}", at);
      text.replace(at, end - at, "\"" + key + "\": " + value);
    } else {
      text.insert(text.size() - 1, ", \"" + key + "\": " + value);
    }
    return testing::request(text);
  };
  EXPECT_EQ(rule(with("purpose", "\"none\"")), "known");
  EXPECT_EQ(rule(with("requester", "\"XX\"")), "unknown-party at requester");
  EXPECT_EQ(rule(with("item", "\"XX\"")), "unknown-item at item");
  EXPECT_EQ(rule(with("recipient", "\"XX\"")), "unknown-party at recipient");
  EXPECT_EQ(rule(with("end_user", "\"XX\"")), "unknown-party at end_user");
  EXPECT_EQ(rule(with("used_with", "[\"D\", \"XX\"]")), "unknown-item at used_with");
  EXPECT_EQ(rule(with("place", "{\"region\": \"XX\"}")), "unknown-region at place");
  EXPECT_EQ(rule(with("categories", "[\"XX\"]")), "unknown-category at categories");
  EXPECT_EQ(rule(with("data_sources", R"([{"authority": "XX", "kind": "targeting"}])")),
            "unknown-party at data_sources");
  EXPECT_EQ(rule(with("data_sources", R"([{"authority": "US", "kind": "XX"}])")),
            "unknown-data at data_sources");
  EXPECT_EQ(rule(with("funded_by", "[\"GB\", \"XX\"]")), "unknown-party at funded_by");
}

}  // namespace
}  // namespace countersign::kernel
