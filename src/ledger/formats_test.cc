// SPDX-License-Identifier: Apache-2.0
// docs/formats/ledger.md says what this code does.
#include <sstream>

#include <gtest/gtest.h>

#include "base/issue.h"
#include "base/testing/worked_example.h"
#include "ledger/entry.h"
#include "ledger/tlog_proof.h"

namespace countersign::ledger {
namespace {

std::string block(std::string_view name) {
  return base::testing::worked_example(COUNTERSIGN_SOURCE_DIR "/docs/formats/ledger.md", name);
}

std::vector<std::string> lines(std::string_view name) {
  std::istringstream stream(block(name));
  std::vector<std::string> all;
  for (std::string one; std::getline(stream, one);) all.push_back(one);
  return all;
}

Entry entry() {
  auto read = Entry::parse(base::as_bytes(lines("entry").at(0)), "ledger.md");
  EXPECT_TRUE(read) << base::to_text(read.error());
  return std::move(read).value();
}

TEST(LedgerPage, TheDisclosuresOpenTheEntry) {
  std::vector<Disclosure> disclosures;
  for (std::string& text : lines("disclosures")) disclosures.push_back({std::move(text)});
  auto fields = entry().open_all(disclosures);
  ASSERT_TRUE(fields) << fields.error().message;
  ASSERT_EQ(fields.value().size(), entry().commitments().size());
  EXPECT_EQ(fields.value()[0].name, "received_at");
  EXPECT_EQ(fields.value()[0].value.text, "2025-06-10T12:00:00Z");
  EXPECT_EQ(fields.value()[2].value.text, "UA-1");
  // The statement is the envelope of the other page.
  std::string envelope = base::testing::worked_example(
      COUNTERSIGN_SOURCE_DIR "/docs/formats/envelopes.md", "envelope");
  envelope.pop_back();
  EXPECT_EQ(fields.value()[1].value.text, seal::to_text(seal::sha256(base::as_bytes(envelope))));
  // Made again from its fields and salts, the entry is the same.
  std::vector<Salt> salts(3);
  for (std::size_t i = 0; i < 3; ++i) salts[i].fill(static_cast<std::uint8_t>(4 + i));
  const auto made = Entry::create("acknowledge", fields.value(), salts);
  EXPECT_EQ(made.entry.bytes(), entry().bytes());
  EXPECT_EQ(made.disclosures, disclosures);
}

TEST(LedgerPage, TheProofShowsTheEntryUnderThePolicy) {
  const Hash leaf = hash_leaf(entry().bytes());
  EXPECT_EQ(seal::to_hex(leaf), lines("leaf").at(0));
  auto policy = Policy::parse(block("policy"), "ledger.md");
  ASSERT_TRUE(policy) << base::to_text(policy.error());
  auto proof = read_tlog_proof(block("proof"), "ledger.md");
  ASSERT_TRUE(proof) << base::to_text(proof.error());
  EXPECT_EQ(write_tlog_proof(proof.value()), block("proof"));
  auto verified = verify_tlog_proof(proof.value(), leaf, policy.value());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified.value().checkpoint.head.size, 3U);
  EXPECT_EQ(base::to_text(*verified.value().latest()), "2025-06-10T12:00:05Z");
}

}  // namespace
}  // namespace countersign::ledger
