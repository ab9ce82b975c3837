// SPDX-License-Identifier: Apache-2.0
#include "casework/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "geo/layer.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kLayer = R"({
  "accuracy_m": 10,
  "base": {"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"id": "UA"}, "geometry": {"type": "Polygon",
     "coordinates": [[[30, 46], [36, 46], [36, 50], [30, 50], [30, 46]]]}}]}})";

constexpr std::string_view kBase = R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"id": "UA"}, "geometry": {"type": "Polygon",
     "coordinates": [[[30, 46], [36, 46], [36, 50], [30, 50], [30, 46]]]}}]})";

// A directory of two authorities that is right; each test spoils or extends it.
class DirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) /
            ("directory-" + std::to_string(::getpid()) + "-" +
             ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    write("vocabulary.json",
          R"({"parties": [{"id": "US"}, {"id": "UA"}], "data": [{"id": "targeting"}]})");
    write("README.md", "anything may stand here");
    write("authorities/US/charter.json", R"({"authority": "US", "offices": [
      {"id": "US/SecDef", "rank": 2, "may": ["issue", "decide"]}]})");
    write("authorities/US/claims.json", R"({"claims": [
      {"id": "c1", "basis": "supplied", "item": "ATACMS"},
      {"id": "c2", "basis": "owner", "item": "ATACMS", "in_force": {"from": "2025-01-01"}}]})");
    write("authorities/US/directives/US-1.json", R"({
      "id": "US-1", "issued_by": "US/SecDef", "in_force": {"from": "2024-01-01"},
      "kind": "binding", "policies": "US-1.cedar"})");
    write("authorities/US/directives/US-1.cedar", "permit (principal, action, resource);\n");
    write("authorities/UA/charter.json", R"({"authority": "UA", "offices": []})");
    write("authorities/UA/items.json", R"({"items": [{"id": "ATACMS", "complete": true}]})");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, std::string_view text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  Directory good() {
    auto read = read_directory(root_);
    EXPECT_TRUE(read) << base::to_text(read.error());
    return read ? std::move(read.value()) : Directory{};
  }

  std::string issues() {
    const auto read = read_directory(root_);
    return read ? "good" : base::to_text(read.error());
  }

  std::string shown(const std::string& path) { return (root_ / path).string(); }

  fs::path root_;
};

TEST_F(DirectoryTest, IsReadWithEveryDocumentAndWhereItCameFrom) {
  const Directory directory = good();
  std::vector<std::string> listed;
  for (const DirectoryDocument& one : directory.documents) {
    EXPECT_EQ(registry::digest_of(*one.document), one.record.digest);
    listed.push_back(one.record.authority.text() + " " +
                     std::string(registry::name_of(one.record.kind)) + " " + one.record.id + " " +
                     fs::path(one.file).lexically_relative(root_).string());
  }
  EXPECT_THAT(
      listed,
      ElementsAre("UA charter UA authorities/UA/charter.json", "UA vocabulary UA vocabulary.json",
                  "UA item ATACMS authorities/UA/items.json",
                  "US charter US authorities/US/charter.json", "US vocabulary US vocabulary.json",
                  "US claim c1 authorities/US/claims.json",
                  "US claim c2 authorities/US/claims.json",
                  "US directive US-1 authorities/US/directives/US-1.json"));
  const auto* us = directory.registers.find(registry::AuthorityId("US"));
  ASSERT_NE(us, nullptr);
  EXPECT_EQ(us->directives.at(0)->policy_text, "permit (principal, action, resource);\n");
  EXPECT_EQ(us->claims.at(1).record.period.from, base::parse_instant("2025-01-01"));
  EXPECT_TRUE(us->layers.empty());
}

TEST_F(DirectoryTest, DocumentsAreReadBackByTheirOwnReaders) {
  for (const DirectoryDocument& one : good().documents) {
    const std::string text = base::write_json(*one.document);
    base::Report report(text, "document");
    if (one.record.kind == registry::RecordKind::Directive) {
      EXPECT_FALSE(registry::Directive::read(*one.document, report).policy_text.empty());
    } else if (one.record.kind == registry::RecordKind::Claim) {
      registry::Claim::read(*one.document, report);
    } else if (one.record.kind == registry::RecordKind::Item) {
      registry::ItemDescription::read(*one.document, report);
    }
    EXPECT_TRUE(report.clean()) << base::to_text(report.take());
  }
}

TEST_F(DirectoryTest, LayersAreSharedOrAnAuthoritysOwn) {
  write("layer.json", kLayer);
  write("authorities/US/layer.json", R"({"accuracy_m": 7, "base": "maps/fine/world.geojson"})");
  write("authorities/US/maps/fine/world.geojson", kBase);
  const Directory directory = good();
  const auto layer_of = [&](const char* authority) {
    return directory.registers.find(registry::AuthorityId(authority))->layers.at(0);
  };
  EXPECT_EQ(layer_of("UA")->accuracy_m(), 10);
  EXPECT_EQ(layer_of("US")->accuracy_m(), 7);
  EXPECT_TRUE(layer_of("US")->has(geo::RegionId("UA")));
  // What is signed needs no file beside it.
  for (const DirectoryDocument& one : directory.documents) {
    if (one.record.kind != registry::RecordKind::Layer) continue;
    EXPECT_EQ(geo::Layer::base_file(*one.document), std::nullopt);
    const std::string text = base::write_json(*one.document);
    base::Report report(text, "layer");
    EXPECT_TRUE(geo::Layer::create({*one.document, report})) << base::to_text(report.take());
  }
  write("authorities/US/maps/other.geojson", kBase);
  EXPECT_THAT(issues(),
              HasSubstr(shown("authorities/US/maps/other.geojson") + ": is no part of a register"));
}

TEST_F(DirectoryTest, ALayerNeedsItsBase) {
  write("layer.json", R"({"accuracy_m": 7, "base": "world.geojson"})");
  EXPECT_THAT(issues(), HasSubstr("world.geojson: is missing, but " + shown("layer.json")));
  write("world.geojson", "{");
  EXPECT_THAT(issues(), HasSubstr("world.geojson:1:2: not JSON"));
  write("world.geojson", R"({"type": "FeatureCollection", "features": 7})");
  EXPECT_THAT(issues(), HasSubstr("world.geojson:1:"));
}

TEST_F(DirectoryTest, AVocabularyOfItsOwnReplacesTheSharedOne) {
  write("authorities/US/vocabulary.json", R"({"parties": [{"id": "US", "name": "America"}]})");
  const Directory directory = good();
  const auto* us = directory.registers.find(registry::AuthorityId("US"));
  ASSERT_EQ(us->vocabularies.size(), 1U);
  EXPECT_EQ(us->vocabularies[0]->parties.size(), 1U);
}

TEST_F(DirectoryTest, WhatMustBeThereIs) {
  fs::remove(root_ / "vocabulary.json");
  fs::remove(root_ / "authorities/UA/charter.json");
  EXPECT_THAT(issues(), AllOf(HasSubstr(shown("vocabulary.json") + ": is missing"),
                              HasSubstr(shown("authorities/UA/charter.json") + ": is missing")));
  fs::remove_all(root_ / "authorities");
  EXPECT_THAT(issues(), HasSubstr(shown("authorities/") + ": is missing"));
  fs::create_directory(root_ / "authorities");
  EXPECT_THAT(issues(), HasSubstr("holds no authority"));
  root_ /= "nowhere";
  EXPECT_THAT(issues(), HasSubstr("there is no such folder"));
}

TEST_F(DirectoryTest, NothingIsLeftOutInSilence) {
  write("authorities/US/item.json", "{}");
  write("authorities/US/old/items.json", "{}");
  write("authorities/US/directives/US-2.txt", "");
  write("authorities/US/directives/old/US-0.json", "{}");
  write("authorities/US/directives/US-2.cedar", "");
  write("authorities/notes.txt", "");
  fs::create_directory(root_ / "authorities/U A");
  fs::create_directory(root_ / "authorities/US/prices.json");
  EXPECT_THAT(
      issues(),
      AllOf(HasSubstr("item.json: is no part of a register\n  help: did you mean `items.json`?"),
            HasSubstr(shown("authorities/US/old") + ": is no part of a register"),
            HasSubstr("US-2.txt: is neither a directive nor its policies"),
            HasSubstr("directives/old: is a folder among the directives"),
            HasSubstr("US-2.cedar: holds policies of no directive"),
            HasSubstr("notes.txt: is not the folder of an authority"),
            HasSubstr("`U A` cannot be the id of an authority"),
            HasSubstr("prices.json: is a folder, not a file")));
}

TEST_F(DirectoryTest, ADirectiveStandsInAFileOfItsNameWithPoliciesOfItsOwn) {
  const auto directive = [&](const std::string& file, const std::string& id,
                             const std::string& policies) {
    write("authorities/US/directives/" + file + ".json",
          R"({"id": ")" + id + R"(", "issued_by": "US/SecDef", "in_force": {"from": "2024-01-01"},
             "kind": "binding", "policies": ")" +
              policies + R"("})");
  };
  directive("US-2", "US-3", "US-1.cedar");
  EXPECT_THAT(issues(), HasSubstr("US-2.json:1:8: the directive `US-3` stands in a file named"));
  directive("US-2", "US-2", "US-1.cedar");
  EXPECT_THAT(issues(), HasSubstr("US-1.cedar: holds the policies of both `US-1` and `US-2`"));
  directive("US-2", "US-2", "US-2.cedar");
  EXPECT_THAT(issues(), HasSubstr("US-2.cedar: is missing, but " +
                                  shown("authorities/US/directives/US-2.json") + " names it"));
  write("authorities/US/directives/US-2.cedar", "\xff");
  EXPECT_THAT(issues(), HasSubstr("US-2.cedar: is not well-formed UTF-8"));
  write("authorities/US/directives/US-2.cedar", std::string(registry::kPolicyTextLimit + 1, ' '));
  EXPECT_THAT(issues(), HasSubstr("US-2.cedar: is larger than 1048576 bytes"));
}

TEST_F(DirectoryTest, LinksStayInside) {
  const fs::path outside = root_.string() + "-outside.json";
  std::ofstream(outside) << R"({"items": []})";
  fs::create_symlink(outside, root_ / "authorities/US/items.json");
  EXPECT_THAT(issues(),
              AllOf(HasSubstr(shown("authorities/US/items.json") +
                              ": is a link that leads out of the directory"),
                    Not(HasSubstr("\n" + shown("authorities/US/items.json") + ": is a link"))));
  fs::remove(root_ / "authorities/US/items.json");
  fs::remove(outside);
  fs::create_symlink("nowhere", root_ / "authorities/US/items.json");
  EXPECT_THAT(issues(), HasSubstr("items.json: cannot be found"));
  fs::remove(root_ / "authorities/US/items.json");
  fs::create_directory_symlink("/", root_ / "authorities/GB");
  EXPECT_THAT(issues(), HasSubstr(shown("authorities/GB") + ": is a link that leads out"));
  fs::remove(root_ / "authorities/GB");
  write("shared-items.json", R"({"items": []})");
  fs::create_symlink("../../shared-items.json", root_ / "authorities/US/items.json");
  EXPECT_EQ(issues(), "good");
}

TEST_F(DirectoryTest, EveryMistakeIsShownWithItsLine) {
  write("authorities/UA/items.json", "{\"items\": [\n  {\"id\": \"ATACMS\"}]}");
  write("authorities/US/claims.json", "{\"claim\": []}");
  EXPECT_THAT(issues(), AllOf(HasSubstr("items.json:2:3: an item needs `complete`"),
                              HasSubstr("  2 |   {\"id\": \"ATACMS\"}]}"),
                              HasSubstr("claims.json:1:1: claims.json needs `claims`"),
                              HasSubstr("did you mean `claims`?")));
}

TEST_F(DirectoryTest, WhatCrossesFilesIsShownWithItsLineToo) {
  write("authorities/UA/items.json",
        "{\"items\": [\n  {\"id\": \"ATACMS\", \"complete\": true, \"classes\": [\"missile\"]}]}");
  EXPECT_THAT(issues(),
              AllOf(HasSubstr(shown("authorities/UA/items.json") +
                              ":2:3: `missile` is no class of " + shown("vocabulary.json")),
                    HasSubstr("  2 |   {\"id\": \"ATACMS\"")));
}

TEST_F(DirectoryTest, AFolderIsNamedAsItsAuthority) {
  write("authorities/US/charter.json", R"({"authority": "UK", "offices": [
      {"id": "UK/SecDef", "rank": 2, "may": ["issue"]}]})");
  EXPECT_THAT(issues(), HasSubstr("the charter is of `UK`, but stands in the register of `US`"));
}

}  // namespace
}  // namespace countersign::casework
