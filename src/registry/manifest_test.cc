// SPDX-License-Identifier: Apache-2.0
#include "registry/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry/internal/declared.h"

namespace countersign::registry {
namespace {

using internal::comes_back;
using internal::day;
using internal::Declared;
using internal::issues_of;
using ::testing::HasSubstr;

seal::Digest digest(std::uint8_t byte) {
  seal::Digest made;
  made.bytes.fill(byte);
  return made;
}

Manifest first() {
  Manifest manifest;
  manifest.authority = AuthorityId("US");
  manifest.number = 1;
  manifest.issued_at = day("2025-01-01");
  manifest.expires = day("2025-02-01");
  manifest.entries = {
      {RecordKind::Charter, "US", digest(1), {}},
      {RecordKind::Directive, "D1", digest(2), {day("2024-01-01"), base::kDistantFuture}},
      {RecordKind::Directive, "D2", digest(3), {day("2025-06-01"), base::kDistantFuture}},
      {RecordKind::Directive, "D3", digest(4), {day("2024-01-01"), day("2024-02-01")}},
  };
  return manifest;
}

Manifest second() {
  Manifest manifest = first();
  manifest.number = 2;
  manifest.previous = digest_of(first());
  manifest.issued_at = day("2025-01-10");
  manifest.expires = day("2025-02-09");
  return manifest;
}

std::string verdict(const Manifest& next) {
  const Manifest previous = first();
  const auto ruled = follows(&previous, next, 31);
  return ruled ? "follows" : ruled.error().rule;
}

TEST(Manifest, ListsRecordsOfEveryKind) {
  Manifest manifest = first();
  manifest.entries.clear();
  for (int i = 0; i <= static_cast<int>(RecordKind::Calendar); ++i) {
    manifest.entries.push_back(
        {static_cast<RecordKind>(i), "US", digest(static_cast<std::uint8_t>(i + 1)), {}});
  }
  const std::string text = base::write_json(Manifest::write(manifest));
  const auto read = read_document<Manifest>(text, "f");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value(), manifest);
}

TEST(Manifest, ComesBackWithItsWithdrawnEntries) {
  Manifest manifest = second();
  manifest.entries[2].period.until = manifest.entries[2].period.from;
  const std::string text = base::write_json(Manifest::write(manifest));
  const auto read = read_document<Manifest>(text, "f");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value(), manifest);
  EXPECT_TRUE(comes_back<Manifest>(text));
  EXPECT_EQ(digest_of(read.value()), digest_of(manifest));
}

// The worked example of docs/formats/records.md.
TEST(Manifest, HasTheDigestsOfThePage) {
  const base::Json item =
      internal::json(R"({"id":"Drone-A","complete":true,"in_force":{"from":"2024-01-01"}})");
  EXPECT_EQ(seal::to_text(digest_of(item)),
            "sha256:de0efb0959202a4d533e38ac200025626711d58ad1a6ec5c32d2790fc4085bf9");
  Manifest manifest;
  manifest.authority = AuthorityId("UA");
  manifest.number = 1;
  manifest.issued_at = day("2025-05-01");
  manifest.expires = day("2026-05-01");
  manifest.entries = {
      {RecordKind::Item, "Drone-A", digest_of(item), {day("2024-01-01"), base::kDistantFuture}}};
  EXPECT_EQ(seal::to_text(digest_of(manifest)),
            "sha256:d1a8145165a9319cacc5bd0595fb7ed5af9e8277328f580ba946867dcdec8cb2");
}

TEST(Manifest, SaysWhatIsWrong) {
  const std::string hex(64, 'a');
  const auto manifest = [](std::string_view head, std::string_view entries) {
    return issues_of<Manifest>(
        R"({"authority": "US", )" + std::string(head) +
        R"(, "issued_at": "2025-01-01", "expires": "2025-02-01", "entries": [)" +
        std::string(entries) + "]}");
  };
  const auto entry = [&](std::string_view kind, std::string_view id, std::string_view period) {
    return R"({"kind": ")" + std::string(kind) + R"(", "id": ")" + std::string(id) +
           R"(", "digest": "sha256:)" + hex + R"(")" + std::string(period) + "}";
  };
  EXPECT_EQ(manifest(R"("number": 1)", ""), "read");
  EXPECT_THAT(manifest(R"("number": 0)", ""), HasSubstr("`number` is 0"));
  EXPECT_THAT(manifest(R"("number": 2)", ""), HasSubstr("manifest 2 needs `previous`"));
  EXPECT_THAT(manifest(R"("number": 1, "previous": "sha256:)" + hex + R"(")", ""),
              HasSubstr("manifest 1 has no `previous`"));
  EXPECT_THAT(manifest(R"("number": 2, "previous": "md5:1")", ""),
              HasSubstr("`md5:1` is not a digest"));
  EXPECT_THAT(manifest(R"("number": 1)", entry("directve", "D", "")),
              HasSubstr("did you mean `directive`?"));
  EXPECT_THAT(manifest(R"("number": 1)", entry("claim", "c", "") + "," + entry("claim", "c", "")),
              HasSubstr("the claim `c` is listed twice"));
  EXPECT_THAT(manifest(R"("number": 1)", entry("item", "A", "") + "," + entry("item", "A", "")),
              HasSubstr("the item `A` is listed twice"));
  const std::string until = R"(, "period": {"until": "2025-01-01"})";
  const std::string from = R"(, "period": {"from": "2025-01-01"})";
  const std::string inside = R"(, "period": {"from": "2024-12-31"})";
  EXPECT_EQ(manifest(R"("number": 1)", entry("item", "A", until) + "," + entry("item", "A", from)),
            "read");
  EXPECT_THAT(
      manifest(R"("number": 1)", entry("item", "A", inside) + "," + entry("item", "A", until)),
      HasSubstr("two documents of the item `A` are in force at the same time"));
  EXPECT_THAT(
      manifest(R"("number": 1)",
               entry("item", "A", R"(, "period": {"from": "2025-01-02", "until": "2025-01-01"})")),
      HasSubstr("`period` ends before it begins"));
  EXPECT_THAT(issues_of<Manifest>(R"({"authority": "US", "number": 1, "issued_at": "2025-01-01",
                "expires": "2025-01-01", "entries": []})"),
              HasSubstr("expires before it is issued"));
}

TEST(ManifestChain, TakesWhatFollows) {
  EXPECT_EQ(verdict(second()), "follows");
  EXPECT_TRUE(follows(nullptr, first(), 31));

  Manifest added = second();
  added.entries.push_back({RecordKind::Claim, "c", digest(9), {}});
  EXPECT_EQ(verdict(added), "follows");

  Manifest withdrawn = second();
  withdrawn.entries[1].period.until = withdrawn.issued_at;               // in force until now
  withdrawn.entries[2].period.until = withdrawn.entries[2].period.from;  // never to begin
  EXPECT_EQ(verdict(withdrawn), "follows");
}

TEST(ManifestChain, RefusesWhatDoesNot) {
  Manifest other = second();
  other.authority = AuthorityId("GB");
  EXPECT_EQ(verdict(other), "manifest-authority");

  Manifest number = second();
  number.number = 3;
  EXPECT_EQ(verdict(number), "manifest-number");
  EXPECT_EQ(follows(nullptr, second(), 31).error().rule, "manifest-number");

  Manifest previous = second();
  previous.previous = digest(0);
  EXPECT_EQ(verdict(previous), "manifest-previous");
  previous.previous.reset();
  EXPECT_EQ(verdict(previous), "manifest-previous");

  Manifest early = second();
  early.issued_at = day("2024-12-31");
  early.expires = day("2025-01-05");
  EXPECT_EQ(verdict(early), "manifest-time");
  Manifest lasting = second();
  lasting.expires = day("2025-02-11");
  EXPECT_EQ(verdict(lasting), "manifest-time");
  Manifest dead = second();
  dead.expires = dead.issued_at;
  EXPECT_EQ(verdict(dead), "manifest-time");

  Manifest gone = second();
  gone.entries.pop_back();
  EXPECT_EQ(verdict(gone), "manifest-entry-gone");
  Manifest changed = second();
  changed.entries[1].digest = digest(7);
  EXPECT_EQ(verdict(changed), "manifest-entry-gone");
  Manifest moved = second();
  moved.entries[1].period.from = day("2024-01-02");
  EXPECT_EQ(verdict(moved), "manifest-entry-gone");

  Manifest backdated = second();
  backdated.entries[1].period.until = day("2025-01-09");
  EXPECT_EQ(verdict(backdated), "manifest-entry-changed");
  Manifest revived = second();
  revived.entries[3].period.until = base::kDistantFuture;
  EXPECT_EQ(verdict(revived), "manifest-entry-changed");
}

TEST(ManifestMatch, WantsExactlyWhatIsListed) {
  const auto register_us = [] {
    return Declared("US")
        .charter(R"({"authority": "US", "offices": []})")
        .vocabulary(R"({"parties": [{"id": "US"}]})")
        .item(R"({"id": "A", "complete": true})");
  };
  Manifest manifest = first();
  manifest.entries.clear();
  for (const Record& record : records_of(register_us())) {
    manifest.entries.push_back({record.kind, record.id, record.digest, record.period});
    EXPECT_NE(manifest.find(record), nullptr);
  }
  const auto verdict_of = [&](const AuthorityRegister& held) {
    const auto ruled = matches(manifest, held);
    return ruled ? std::string("matches") : ruled.error().rule + ": " + ruled.error().where;
  };
  EXPECT_EQ(verdict_of(register_us()), "matches");
  EXPECT_EQ(verdict_of(register_us().claim(R"({"id": "c", "basis": "owner", "item": "A"})")),
            "manifest-added: claim c");
  Declared without = register_us();
  without.held().items.clear();
  EXPECT_EQ(verdict_of(without), "manifest-left-out: item A");
  Declared other = register_us();
  other.held().items[0].record.digest = digest(5);
  EXPECT_EQ(verdict_of(other), "manifest-added: item A");
  Declared ended = register_us();
  ended.held().items[0].record.period.until = day("2026-01-01");
  EXPECT_EQ(verdict_of(ended), "manifest-period: item A");
  EXPECT_EQ(verdict_of(Declared("GB")), "manifest-authority: ");
}

TEST(Record, KindsHaveNames) {
  for (int i = 0; i <= static_cast<int>(RecordKind::Grounds); ++i) {
    const auto kind = static_cast<RecordKind>(i);
    EXPECT_EQ(record_kind_of(name_of(kind)), kind);
  }
  EXPECT_EQ(record_kind_of("nothing"), std::nullopt);
}

}  // namespace
}  // namespace countersign::registry
