// SPDX-License-Identifier: Apache-2.0
// An import that was interrupted is taken up where it stopped.
#include "casework/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "casework/changes.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

const base::Instant kAt = testing::time("2025-06-01");

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : keys_(folder_.path() / "keys") {
    auto made =
        Instance::create((folder_.path() / "instance").string(),
                         {kernel::InstanceKind::Live, "example.org/import"}, [] { return kAt; });
    CHECK(made.has_value());
    instance_ = std::move(made.value());
    const testing::Folder written;
    written.write(testing::small_directory());
    auto directory = read_directory(written.path());
    CHECK(directory.has_value());
    directory_ = std::move(directory.value());
  }

  // The authorities that were taken in, or the rule of the refusal.
  std::string import(const Directory& directory) {
    const auto imported = import_directory(*instance_, directory, keys_, MissingKeys::Make, kAt);
    if (!imported) return "failed: " + imported.error().message;
    if (!imported.value()) return imported.value().error().rule;
    std::string names;
    for (const Imported& each : imported.value().value()) names += each.authority.text() + " ";
    return names;
  }

  testing::Folder folder_;
  KeyFolder keys_;
  std::unique_ptr<Instance> instance_;
  Directory directory_;
};

TEST_F(ImportTest, TakesInWhatIsMissingAndLeavesTheRest) {
  Directory some = directory_;
  auto first = registry::Registers::create({directory_.registers.authorities().front()});
  ASSERT_TRUE(first);
  some.registers = std::move(first.value());
  EXPECT_EQ(import(some), "FR ");
  EXPECT_EQ(import(directory_), "GB UA US ");
  EXPECT_EQ(import(directory_), "imported-already");
}

TEST_F(ImportTest, PutsTheClerksKeyBackIntoPlace) {
  ASSERT_EQ(import(directory_), "FR GB UA US ");
  const auto clerk = folder_.path() / "instance" / "clerks" / "GB.key";
  ASSERT_TRUE(std::filesystem::remove(clerk));
  EXPECT_EQ(import(directory_), "imported-already");
  const auto kept = load_key(clerk);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept.value().public_key(), keys_.load("GB/clerk").value().public_key());
}

TEST_F(ImportTest, WithdrawsWhenTheManifestIsIssuedNotWhenTheChangesWereRead) {
  ASSERT_EQ(import(directory_), "FR GB UA US ");
  const auto changed = [this](const char* text, base::Instant at) -> std::string {
    const auto changes = base::read_json(text, "changes.json");
    CHECK(changes.has_value());
    base::Report report(text, "changes.json");
    const auto plan =
        read_changes(changes.value(), report, registry::PartyId("US"), folder_.path());
    CHECK(plan.has_value());
    const auto issued = issue(*instance_, registry::PartyId("US"), plan.value(), keys_, at);
    CHECK(issued.has_value());
    return issued.value() ? "" : issued.value().error().rule;
  };
  EXPECT_EQ(
      changed(R"({"withdraw": [{"record": "directive", "id": "US-9", "from": "2020-01-01"}]})",
              kAt),
      "unknown-record");
  EXPECT_EQ(
      changed(R"({"withdraw": [{"record": "directive", "id": "US-1", "from": "2020-01-01"}]})",
              kAt),
      "withdrawal-in-the-past");
  EXPECT_EQ(changed(R"({"withdraw": [{"record": "directive", "id": "US-1"}]})", kAt), "");
  EXPECT_EQ(changed(R"({"withdraw": [{"record": "directive", "id": "US-1"}]})", kAt),
            "unknown-record");
}

}  // namespace
}  // namespace countersign::casework
