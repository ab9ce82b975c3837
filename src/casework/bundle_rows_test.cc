// SPDX-License-Identifier: Apache-2.0
// Bundles of grants whose items are rows of lists: what they show, and what a verifier refuses.
#include "casework/bundle_rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "casework/testing/listed_items.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Audience;
using ::testing::Contains;
using testing::directory_with_list;
using testing::Drill;
using testing::granted_of;
using ::testing::HasSubstr;
using testing::json;
using ::testing::Not;

Json* member(Json& object, std::string_view name) {
  for (Json::Member& each : object.members) {
    if (each.name == name) return &each.value;
  }
  return nullptr;
}

class BundleRowsTest : public ::testing::Test {
 protected:
  // The drone, the engine and, beside the chip and the frame, what proves that they are no rows.
  Drill& drill() {
    if (!drill_) {
      drill_ = std::make_unique<Drill>(directory_with_list());
      grant_ = granted_of(*drill_, "UA-1", "Drone");
    }
    return *drill_;
  }
  Json bundle(const Audience& audience) {
    const auto evidence = drill().instance().evidence_of(grant_);
    CHECK(evidence.has_value());
    auto written = write_bundle(evidence.value(), audience);
    CHECK(written.has_value());
    return std::move(written.value());
  }
  base::Ruled<Verification> verify_it(const Json& document) {
    const auto read = read_bundle(base::write_json(document), "bundle");
    if (!read) return base::Refusal{"unreadable", base::to_text(read.error()), {}};
    return verify(read.value(), testing::own_trust(drill().instance()), Practice::Refuse, {});
  }
  // The rule by which a verifier refuses the bundle once `change` was made to its rows.
  std::string refused(const Audience& audience, const std::function<void(Json&)>& change) {
    Json document = bundle(audience);
    Json* rows = member(document, "rows");
    CHECK(rows != nullptr);
    change(*rows);
    const auto verified = verify_it(document);
    return verified ? "accepted" : verified.error().rule;
  }

  std::unique_ptr<Drill> drill_;
  registry::GrantId grant_;
};

TEST_F(BundleRowsTest, AFullBundleCarriesTheRowsAndTracesTheTiesAgain) {
  const Json document = bundle(Audience::overseer());
  ASSERT_NE(document.find("rows"), nullptr);
  EXPECT_EQ(document.find("rows")->items.size(), 3U);
  EXPECT_EQ(document.find("ties_attested"), nullptr);
  const auto verified = verify_it(document);
  ASSERT_TRUE(verified) << verified.error().message;
  const kernel::Examination& found = verified.value().examination;
  EXPECT_THAT(found.reevaluated, Contains(HasSubstr("US: manifest, ties, directives")));
  EXPECT_THAT(found.reevaluated,
              Contains("3 rows of lists, each against the root that was signed"));
  EXPECT_THAT(found.attested, Not(Contains(HasSubstr("the ties of"))));
}

TEST_F(BundleRowsTest, ForgedAndMissingRowsAreRefused) {
  const Audience full = Audience::overseer();
  EXPECT_EQ(refused(full, [](Json&) {}), "accepted");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(refused(full,
                      [&](Json& rows) {
                        rows.items.erase(rows.items.begin() + static_cast<std::ptrdiff_t>(i));
                      }),
              "undetermined");
    EXPECT_EQ(refused(full,
                      [&](Json& rows) {
                        std::string& text = member(rows.items[i], "row")->text;
                        text.replace(text.find("true"), 4, "false");
                      }),
              "undetermined");
    EXPECT_EQ(refused(full, [&](Json& rows) { member(rows.items[i], "position")->integer += 1; }),
              "undetermined");
    EXPECT_EQ(refused(full,
                      [&](Json& rows) {
                        std::swap(*member(rows.items[i], "proof"),
                                  *member(rows.items[(i + 1) % 3], "proof"));
                      }),
              "undetermined");
    EXPECT_EQ(refused(full,
                      [&](Json& rows) {
                        member(rows.items[i], "salt")->text = "AAAAAAAAAAAAAAAAAAAAAA==";
                      }),
              "undetermined");
  }
  EXPECT_EQ(refused(full, [](Json& rows) { rows.items.push_back(rows.items[2]); }), "rows-added");
  EXPECT_EQ(refused(full, [](Json& rows) { member(rows.items[0], "row")->text = "{"; }),
            "undetermined");
  EXPECT_EQ(refused(full, [](Json& rows) { member(rows.items[0], "root")->text = "x"; }),
            "unreadable");
}

// Which rows a lane's bundle shows, by their items.
std::vector<std::string> shown(const Json& document) {
  std::vector<std::string> items;
  if (const Json* rows = document.find("rows")) {
    for (const Json& row : rows->items) {
      const auto read = kernel::read_row(row.find("row")->text);
      CHECK(read.has_value());
      items.push_back(read.value().item.id.text());
    }
  }
  return items;
}

TEST_F(BundleRowsTest, ALaneIsShownTheRowsOfOthersThatItsTiesRestOnAlone) {
  const Json us = bundle(Audience::of(registry::PartyId("US")));
  EXPECT_EQ(shown(us), (std::vector<std::string>{"Drone", "engine"}));
  const auto verified = verify_it(us);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(
      refused(Audience::of(registry::PartyId("US")), [](Json& rows) { rows.items.pop_back(); }),
      "undetermined");
  const Json holder = bundle(Audience::holder());
  EXPECT_EQ(holder.find("rows"), nullptr);
  EXPECT_TRUE(verify_it(holder));
}

// A product of 300 parts, each a row, and a thousand rows beside them.
std::vector<registry::ListedRow> many_rows() {
  std::vector<std::string> texts;
  std::string parts;
  for (int i = 0; i < 300; ++i) {
    parts += fmt::format(R"({}{{"id": "part-{:03}", "quantity": 1}})", i == 0 ? "" : ", ", i);
    texts.push_back(fmt::format(R"({{"id": "part-{:03}", "complete": true, "components": [
        {{"id": "part-{:03}-core", "origin": "{}", "quantity": 1, "value": 1}}]}})",
                                i, i, i < 2 ? "US" : "RU"));
  }
  for (int i = 0; i < 1000; ++i) {
    texts.push_back(fmt::format(R"({{"id": "other-{:04}", "complete": true}})", i));
  }
  texts.push_back(R"({"id": "Drone", "complete": true, "price": 1000, "components": [)" + parts +
                  "]}");
  return testing::rows_of(texts);
}

class ManyRows : public BundleRowsTest {
 protected:
  ManyRows() {
    drill_ = std::make_unique<Drill>(directory_with_list(many_rows()));
    grant_ = granted_of(*drill_, "UA-1", "Drone");
  }
};

TEST_F(ManyRows, ShowOnlyThoseOnTheWaysAndTheTiesAreAttested) {
  const Json document = bundle(Audience::overseer());
  ASSERT_NE(document.find("ties_attested"), nullptr);
  EXPECT_LT(document.find("rows")->items.size(), 20U);
  EXPECT_THAT(shown(document), ::testing::IsSupersetOf({"Drone", "part-000", "part-001"}));
  const auto verified = verify_it(document);
  ASSERT_TRUE(verified) << verified.error().message;
  const kernel::Examination& found = verified.value().examination;
  EXPECT_THAT(found.attested, Contains(HasSubstr("the ties of US: each way that proves one was "
                                                 "followed through signed rows")));
  EXPECT_THAT(found.attested, Contains("that no other authority has a tie (nexus)"));
  EXPECT_THAT(found.reevaluated, Not(Contains(HasSubstr("ties"))));
}

TEST_F(ManyRows, AreRefusedWhenARowOnAWayIsMissingOrForged) {
  const Audience full = Audience::overseer();
  const auto on = [&](const std::string& item,
                      const std::function<void(Json&, std::size_t)>& change) {
    return refused(full, [&](Json& rows) {
      for (std::size_t i = 0; i < rows.items.size(); ++i) {
        if (member(rows.items[i], "row")->text.starts_with(R"({"id":")" + item + "\"")) {
          change(rows, i);
          return;
        }
      }
      CHECK(false);
    });
  };
  const auto erase = [](Json& rows, std::size_t i) {
    rows.items.erase(rows.items.begin() + static_cast<std::ptrdiff_t>(i));
  };
  EXPECT_EQ(on("part-001", erase), "tie-path");
  EXPECT_EQ(on("part-001",
               [](Json& rows, std::size_t i) {
                 std::string& text = member(rows.items[i], "row")->text;
                 text.replace(text.find(R"("value":1)"), 9, R"("value":9)");
               }),
            "tie-path");
  // That the flag was set or not is no way round: without it, every row is asked for.
  Json document = bundle(full);
  member(document, "ties_attested")->boolean = false;
  EXPECT_EQ(verify_it(document).error().rule, "undetermined");
}

// The drone among a hundred thousand rows.
TEST(BundleRowsAtScale, AHundredThousandRowsGoThroughSubmitGrantAndVerify) {
  std::vector<registry::ListedRow> rows = testing::rows_of(testing::kDroneRows);
  for (int i = 0; rows.size() < 100'000; ++i) {
    registry::ListedRow row;
    row.item.id = registry::ItemId(fmt::format("item-{:06}", i));
    row.item.complete = true;
    row.item.components.push_back({registry::ItemId(fmt::format("part-{:06}", i)),
                                   registry::PartyId("UA"),
                                   1 + i % 7,
                                   10 + i % 100,
                                   {}});
    row.price = 100'000;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.item.id < b.item.id; });
  Drill drill(directory_with_list(rows));
  const registry::GrantId grant = granted_of(drill, "UA-1", "Drone");
  const auto bundle = testing::bundle_of(drill.instance(), grant, Audience::overseer());
  ASSERT_TRUE(bundle) << bundle.error().message;
  const kernel::ShownRows& shown = bundle.value().evidence.rows;
  EXPECT_FALSE(shown.ties_attested);
  EXPECT_LE(shown.rows.size(), 8U);
  for (const kernel::EvidenceRow& row : shown.rows) EXPECT_LE(row.row.proof.size(), 17U);
  const auto verified =
      verify(bundle.value(), testing::own_trust(drill.instance()), Practice::Refuse, {});
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(testing::rule_of(ask(drill.instance(), drill.by("UA/Staff"), kernel::CaseId("UA-2"),
                                 testing::use_of("item-050000"))),
            "");
  EXPECT_EQ(testing::audited(drill.instance()), "");
}

}  // namespace
}  // namespace countersign::casework
