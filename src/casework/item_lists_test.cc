// SPDX-License-Identifier: Apache-2.0
#include "casework/item_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "casework/catalogue_import.h"
#include "casework/changes.h"
#include "casework/question.h"
#include "casework/testing/listed_items.h"
#include "casework/testing/outside.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using testing::add_list;
using testing::directory_with_list;
using testing::Drill;
using testing::Files;
using testing::Folder;
using testing::granted_of;
using ::testing::HasSubstr;
using testing::rule_of;
using testing::use_of;

const kernel::CaseId kCase("UA-1");

// Why the case's determination is none; empty when it is one.
std::string gap_of(Drill& drill, std::string_view item) {
  std::string gap;
  drill.instance().look([&](const kernel::State& state) {
    base::Report report({}, "request");
    const auto request = kernel::read_request(use_of(item), report);
    CHECK(request.has_value() && request.value().has_value());
    const auto determined = state.determine(request.value().value(), state.now());
    if (!determined) {
      gap = determined.error().rule;
    } else if (!determined.value().determination.gaps.empty()) {
      gap = determined.value().determination.gaps.front().message;
    }
  });
  return gap;
}

fs::path rows_in(const Drill& drill) {
  for (const auto& entry : fs::directory_iterator(fs::path(drill.path()) / "lists")) {
    return entry.path();
  }
  return {};
}

// Changes one byte of the file, `at` bytes behind the first `mark`.
void damage(const fs::path& path, std::string_view mark, std::size_t at = 0) {
  auto bytes = read_file(path);
  CHECK(bytes.has_value());
  const std::size_t place = bytes.value().find(mark);
  CHECK(place != std::string::npos);
  bytes.value()[place + at] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes.value();
}

std::string issues_of(const Files& files) {
  const Folder folder;
  folder.write(files);
  const auto read = read_directory(folder.path());
  return read ? "read" : base::to_text(read.error());
}

TEST(ItemLists, AnItemThatOnlyAListDescribesIsDeterminedAndGranted) {
  Drill drill(directory_with_list());
  const registry::GrantId grant = granted_of(drill, "UA-1", "Drone");
  bool seen = false;
  drill.instance().look([&](const kernel::State& state) {
    const auto determined = state.determine(state.find(kCase)->request, state.now());
    ASSERT_TRUE(determined);
    for (const auto& finding : determined.value().determination.authorities) {
      if (finding.authority.text() != "US") continue;
      ASSERT_TRUE(finding.facts);
      const auto& share = finding.facts->ties.shares.at(0);
      EXPECT_EQ(share.content, registry::Amount(240));
      EXPECT_EQ(share.row, (registry::RowPlace{registry::ListId("UA-parts"), 0}));
      EXPECT_EQ(share.parts.at(0).row, (registry::RowPlace{registry::ListId("UA-parts"), 1}));
      seen = true;
    }
    ASSERT_NE(state.find(grant), nullptr);
  });
  EXPECT_TRUE(seen);
  EXPECT_EQ(testing::unsound(drill), "");
  EXPECT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kernel::CaseId("UA-2"),
                        use_of("balloon"))),
            "unknown-item");
}

TEST(ItemLists, RowsThatAreGoneLeaveEverythingUndetermined) {
  Drill drill(directory_with_list());
  EXPECT_EQ(gap_of(drill, "Drone"), "");
  fs::remove(rows_in(drill));
  drill.reopen();
  EXPECT_THAT(gap_of(drill, "Drone"), HasSubstr("what the list `UA-parts` of UA says of `Drone` is "
                                                "not known: its rows are not here"));
  EXPECT_THAT(gap_of(drill, "M"), HasSubstr("what the list `UA-parts` of UA says of `M`"));
  EXPECT_THAT(testing::audited(drill.instance()), HasSubstr("list-rows"));
}

TEST(ItemLists, ARowThatIsNotWhatWasSignedIsNoRow) {
  Drill drill(directory_with_list());
  damage(rows_in(drill), R"("quantity":3,"value":40)", 11);
  drill.reopen();
  EXPECT_THAT(gap_of(drill, "Drone"), HasSubstr("what is given for row 1 of the list `UA-parts` is "
                                                "not what was signed"));
  EXPECT_EQ(gap_of(drill, "zeppelin"),
            "no authority has a say over `zeppelin`, so none could consent");
  EXPECT_THAT(testing::audited(drill.instance()), HasSubstr("list-rows"));
}

TEST(ItemLists, HashesAndPlacesThatAreDamagedProveNothing) {
  const auto gap_after = [](std::size_t from_end) {
    Drill drill(directory_with_list());
    const fs::path path = rows_in(drill);
    auto bytes = read_file(path);
    CHECK(bytes.has_value());
    bytes.value()[bytes.value().size() - from_end] ^= 1;
    std::ofstream(path, std::ios::binary) << bytes.value();
    drill.reopen();
    return gap_of(drill, "Drone");
  };
  EXPECT_NE(gap_after(16 + 1), "");        // the last row's hash
  EXPECT_NE(gap_after(16), "");            // how many rows
  EXPECT_NE(gap_after(8), "");             // where the text ends
  EXPECT_NE(gap_after(16 + 96 + 24), "");  // where the first row ends
}

TEST(ItemLists, DirectoriesWithBadListsAreRefusedWithThePlace) {
  EXPECT_EQ(issues_of(directory_with_list()), "read");
  const std::string folder = "authorities/UA/lists/";
  Files files = directory_with_list();
  files.erase(folder + "UA-parts.rows");
  EXPECT_THAT(issues_of(files), HasSubstr("the rows of the list `UA-parts` are not at"));
  files = directory_with_list();
  files.erase(folder + "UA-parts.json");
  EXPECT_THAT(issues_of(files), HasSubstr("holds rows of no list"));
  files = directory_with_list();
  files[folder + "README.txt"] = "?";
  EXPECT_THAT(issues_of(files), HasSubstr("is neither a list of items nor its rows"));
  files = directory_with_list();
  files[folder + "other.rows"] = files[folder + "UA-parts.rows"];
  files[folder + "other.json"] = files[folder + "UA-parts.json"];
  EXPECT_THAT(issues_of(files), HasSubstr("holds the list `UA-parts`"));
  files = directory_with_list();
  files[folder + "UA-parts.rows"].resize(100);
  EXPECT_THAT(issues_of(files), HasSubstr("it is no file of rows, or was cut short"));
  files = directory_with_list();
  auto rows = testing::rows_of(testing::kDroneRows);
  rows.push_back(rows.front());
  add_list(files, folder, "UA-parts", rows);
  EXPECT_THAT(issues_of(files), HasSubstr("row 3: `Drone` does not come after `zeppelin`"));
  files = directory_with_list();
  Files other = directory_with_list(testing::rows_of(
      {testing::kDroneRows[0], testing::kDroneRows[2], R"({"id": "engine", "complete": true})"}));
  files[folder + "UA-parts.rows"] = other[folder + "UA-parts.rows"];
  EXPECT_THAT(issues_of(files), HasSubstr("these are not the rows that the list `UA-parts` names"));
}

TEST(ItemLists, ALaterListIsIssuedWithItsRows) {
  Drill drill(directory_with_list());
  drill.at("2025-06-02T00:00:00Z");
  const Folder folder;
  Files files;
  add_list(files, "", "UA-more",
           testing::rows_of({R"({"id": "Glider", "complete": true, "price": 100,
      "components": [{"id": "engine", "quantity": 1}]})"}));
  folder.write(files);
  const auto issue_it = [&] {
    const base::Json changes = testing::json(R"({"lists": ["UA-more.json"]})");
    base::Report report({}, "changes");
    const auto plan = read_changes(changes, report, registry::PartyId("UA"), folder.path());
    CHECK(plan.has_value());
    return rule_of(
        issue(drill.instance(), registry::PartyId("UA"), plan.value(), drill.keys(), drill.now()));
  };
  // Other rows than the document names, and none, are refused before anything is signed.
  damage(folder.path() / "UA-more.rows", "Glider");
  EXPECT_EQ(issue_it(), "list-rows");
  fs::remove(folder.path() / "UA-more.rows");
  EXPECT_EQ(issue_it(), "list-rows");
  EXPECT_EQ(gap_of(drill, "Glider"), "unknown-item");
  folder.write(files);
  EXPECT_EQ(issue_it(), "");
  EXPECT_EQ(gap_of(drill, "Glider"), "");
  EXPECT_EQ(testing::unsound(drill), "");
  EXPECT_EQ(gap_of(drill, "Glider"), "");
}

TEST(ItemLists, AnInstanceTakesNoListWithoutItsRows) {
  Drill drill(directory_with_list());
  drill.at("2025-06-02T00:00:00Z");
  IssuePlan plan;
  plan.documents.push_back(
      {registry::RecordKind::List,
       "UA-void",
       base::write_json(testing::json(R"({"id": "UA-void", "currency": "USD", "rows": 1, "root":
        "sha256:0000000000000000000000000000000000000000000000000000000000000001"})")),
       {},
       nullptr});
  std::optional<kernel::Entered> entered;
  drill.instance().look([&](const kernel::State& state) {
    entered = *state.authorities().find(registry::PartyId("UA"));
  });
  const auto manifest = next_manifest(*entered, registry::PartyId("UA"), plan, drill.now());
  ASSERT_TRUE(manifest);
  const Pen pen = drill.pen("UA", "UA/Registrar");
  auto record = write_record(pen, plan.documents.front());
  auto listing = write_manifest(pen, manifest.value());
  ASSERT_TRUE(record.has_value() && listing.has_value());
  std::vector<kernel::Submission> records;
  records.push_back(std::move(record.value()));
  EXPECT_EQ(rule_of(drill.instance().issue(std::move(records), std::move(listing.value()))),
            "list-rows");
}

constexpr const char* kSuppliers = R"(, "supplier": "supplier", "class": "class")";

class ListOfACatalogue : public ::testing::Test {
 protected:
  base::Parsed<WrittenList> list(std::string_view parts, std::string_view more = "",
                                 const std::string& id = "UA-parts") {
    const bool with_suppliers = parts.find("supplier") < parts.find('\n');
    folder_.write({{"parts.csv", std::string(parts)},
                   {"mapping.json", R"({
      "described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA", "US"],
      "in_force": {"from": "2025-01-01"},
      "columns": {"item": "item", "component": "part", "value": "value", "origin": "origin",
                  "price": "price", "needs": "needs", "made_with": "with")" +
                                        std::string(with_suppliers ? kSuppliers : "") + "}" +
                                        std::string(more) + "}"}});
    auto imported = import_catalogue({folder_.path() / "mapping.json",
                                      {folder_.path() / "parts.csv"},
                                      testing::time("2025-06-10T00:00:00Z"),
                                      folder_.path() / "parts.catalogue"});
    CHECK(imported.has_value());
    CHECK(imported.value().engine.has_value());
    return write_item_list(imported.value().engine->catalogue(), registry::ListId(id),
                           folder_.path());
  }
  std::string refused(std::string_view parts, std::string_view more = "") {
    const auto written = list(parts, more);
    return written ? "written" : base::to_text(written.error());
  }

  Folder folder_;
};

TEST_F(ListOfACatalogue, HasARowForEachDescribedItem) {
  const auto written = list(
      "item,part,value,origin,price,needs,with\n"
      "drone,engine@2,,,1000,,\nengine@2,the pump,99,US,,,\nengine@2,casing,1,,,,\n"
      "engine@2,,,,,data:maps,\n",
      R"(, "claims": [{"id": "US-1", "authority": "US", "basis": "data", "data": "maps"}])");
  ASSERT_TRUE(written) << base::to_text(written.error());
  const registry::ItemList& list = written.value().list;
  EXPECT_EQ(list.rows, 2);
  EXPECT_EQ(list.currency, "USD");
  EXPECT_EQ(base::to_text(list.in_force.from), "2025-01-01T00:00:00Z");
  const auto checked = check_rows(written.value().rows, list);
  ASSERT_TRUE(checked.has_value());
  EXPECT_TRUE(checked.value());
  EXPECT_EQ(fs::status(written.value().rows).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  const auto rows =
      kernel::proved_rows(list, find_rows(written.value().rows), kernel::Absence::Proved);
  const auto drone = rows->find(registry::ItemId("drone"));
  ASSERT_EQ(drone.kind, registry::RowAnswer::Kind::Listed);
  EXPECT_EQ(drone.row->price, 1000);
  const auto engine = rows->find(registry::ItemId("engine:2"));
  ASSERT_EQ(engine.kind, registry::RowAnswer::Kind::Listed);
  EXPECT_EQ(base::write_json(registry::ListedRow::write(*engine.row)),
            R"({"id":"engine:2","complete":true,"components":[)"
            R"({"id":"the_pump","origin":"US","quantity":1,"value":99},)"
            R"({"id":"casing","quantity":1,"value":1}],)"
            R"("needs":[{"authority":"US","kind":"maps"}]})");
  EXPECT_EQ(rows->find(registry::ItemId("casing")).kind, registry::RowAnswer::Kind::NotListed);
}

TEST_F(ListOfACatalogue, WhatARowCannotSayIsRefused) {
  const std::string head = "item,part,value,origin,price,needs,with\n";
  EXPECT_THAT(refused(head + "drone,,,,,engine,\n"), HasSubstr("`drone` needs the item `engine`"));
  EXPECT_THAT(refused(head + "drone,,,,,data:maps,\n"),
              HasSubstr("needs the data `maps`, and nobody is said to give them"));
  EXPECT_THAT(refused(head + "drone,,,,,,5-axis mill\n"),
              HasSubstr("`drone` is made with `5-axis mill`"));
  EXPECT_THAT(refused(head + "drone (old),engine,,,,,\n"),
              HasSubstr("`drone (old)` cannot be the id of an item"));
  EXPECT_THAT(refused(head + "drone@1,a,,,,,\ndrone:1,b,,,,,\n"),
              HasSubstr("would both be the item `drone:1`"));
  EXPECT_EQ(refused(head + "drone,engine,,US,,,\n"), "written");
  EXPECT_THAT(refused(head + "drone,engine,,US,,,\n"), HasSubstr("is there already"));
}

// A determination on the rows would miss a tie that the catalogue has.
TEST_F(ListOfACatalogue, NoTieIsLeftOutInSilence) {
  const std::string head = "item,part,value,origin,price,needs,with,supplier,class\n";
  const std::string rows =
      head + "drone,,,,1000,,,Works,flying\ndrone,engine,9,US,,,,,\nengine,pump,1,DE,,,,,\n";
  EXPECT_EQ(refused(rows), "written");
  fs::remove(folder_.path() / "UA-parts.json");
  fs::remove(folder_.path() / "UA-parts.rows");
  const auto claimed = [&](const std::string& claim) {
    return refused(rows, R"(, "claims": [{"id": "US-1", "authority": "US", )" + claim + "}]");
  };
  EXPECT_THAT(
      claimed(R"("basis": "component", "supplier": "Works")"),
      HasSubstr("`drone` is claimed by US through its supplier (claim `US-1`), and registers "
                "have claims on items alone"));
  EXPECT_THAT(claimed(R"("basis": "direct_product", "class": "flying")"),
              HasSubstr("`drone` is claimed by US through its class"));
  EXPECT_THAT(claimed(R"("basis": "component", "origin": "DE")"),
              HasSubstr("`pump` is claimed by US through its origin"));
  EXPECT_THAT(
      refused(head + "drone,,,,9,,,US,\n"),
      HasSubstr("`drone` is supplied by the authority `US`, and a row of a list cannot say so"));
  EXPECT_FALSE(fs::exists(folder_.path() / "UA-parts.json"));
  // One on a single item is US's to issue.
  EXPECT_EQ(claimed(R"("basis": "component", "item": "pump")"), "written");
}

}  // namespace
}  // namespace countersign::casework
