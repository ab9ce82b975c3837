// SPDX-License-Identifier: Apache-2.0
#include "ledger/entry.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/issue.h"

namespace countersign::ledger {
namespace {

Salt salt(std::uint8_t fill) {
  Salt bytes{};
  bytes.fill(fill);
  return bytes;
}

Entry::Made example() {
  const std::vector<Field> fields = {{"outcome", base::json_text("approve")},
                                     {"quantity", base::json_integer(1)},
                                     {"where", base::json_texts({"a", "b"})}};
  return Entry::create("decision", fields, std::vector<Salt>{salt(1), salt(2), salt(3)});
}

std::string first_issue(std::string_view text) {
  auto entry = Entry::parse(base::as_bytes(text), "e");
  return entry ? "an entry" : entry.error().front().message;
}

std::string rule_of(const base::Ruled<Field>& opened) {
  return opened ? "opened" : opened.error().rule;
}

TEST(Disclosure, CommitsAsRfc9901Does) {
  // RFC 9901 section 4.2.3: the digest of this disclosure.
  const Disclosure disclosure{"WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"};
  EXPECT_EQ(base::to_base64url(disclosure.commitment().bytes),
            "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY");
}

TEST(Disclosure, IsSaltNameAndValueInJson) {
  const Disclosure disclosure = make_disclosure(salt(0), "a", base::json_text("b"));
  EXPECT_EQ(base::as_text(*base::from_base64url(disclosure.text)),
            R"(["AAAAAAAAAAAAAAAAAAAAAA","a","b"])");
}

TEST(Disclosure, OpensACommitmentThatStandsAnywhere) {
  const Disclosure disclosure = make_disclosure(salt(5), "a", base::json_text("b"));
  auto opened = open_commitment(disclosure.commitment(), disclosure);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened.value().name, "a");
  EXPECT_EQ(opened.value().value.text, "b");
  EXPECT_EQ(rule_of(open_commitment(disclosure.commitment(),
                                    make_disclosure(salt(6), "a", base::json_text("b")))),
            "disclosure-commitment");
}

TEST(Entry, SaysItsKindAndNothingElse) {
  const auto made = example();
  const std::string text = base::as_text(made.entry.bytes());
  EXPECT_TRUE(text.starts_with(R"({"kind":"decision","sd":[")"));
  EXPECT_EQ(text.size(), 25 + 3 * 46 - 1 + 2U);
  for (const char* word : {"outcome", "approve", "quantity", "where"}) {
    EXPECT_EQ(text.find(word), std::string::npos);
  }
  EXPECT_TRUE(std::is_sorted(made.entry.commitments().begin(), made.entry.commitments().end()));
}

TEST(Entry, ReadsBackAndOpensFieldByField) {
  const auto made = example();
  auto read = Entry::parse(made.entry.bytes(), "e");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value().kind(), "decision");
  EXPECT_EQ(read.value().commitments(), made.entry.commitments());
  auto second = read.value().open(made.disclosures[1]);
  ASSERT_TRUE(second);
  EXPECT_EQ(second.value().name, "quantity");
  EXPECT_EQ(second.value().value.integer, 1);
  auto all = read.value().open_all(made.disclosures);
  ASSERT_TRUE(all);
  EXPECT_EQ(all.value().size(), 3U);
  EXPECT_EQ(all.value()[2].name, "where");
}

TEST(Entry, OpensNothingItDoesNotCommitTo) {
  const auto made = example();
  EXPECT_EQ(rule_of(made.entry.open(make_disclosure(salt(1), "outcome", base::json_text("deny")))),
            "disclosure-commitment");
  for (std::size_t bit = 0; bit < made.disclosures[0].text.size() * 8; ++bit) {
    Disclosure changed = made.disclosures[0];
    changed.text[bit / 8] = static_cast<char>(changed.text[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(rule_of(made.entry.open(changed)), "disclosure-commitment");
  }
}

TEST(Entry, OpensNoFieldTwice) {
  const auto made = example();
  auto twice =
      made.entry.open_all(std::vector<Disclosure>{made.disclosures[0], made.disclosures[0]});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().rule, "disclosure-repeated");
  // An entry that commits to two values of one name, which create() would not make.
  std::vector<Disclosure> pair = {make_disclosure(salt(1), "outcome", base::json_text("approve")),
                                  make_disclosure(salt(2), "outcome", base::json_text("deny"))};
  std::vector<seal::Digest> commitments = {pair[0].commitment(), pair[1].commitment()};
  std::sort(commitments.begin(), commitments.end());
  auto forged = Entry::parse(
      base::as_bytes(R"({"kind":"decision","sd":[")" + base::to_base64url(commitments[0].bytes) +
                     R"(",")" + base::to_base64url(commitments[1].bytes) + R"("]})"),
      "e");
  ASSERT_TRUE(forged);
  auto opened = forged.value().open_all(pair);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().rule, "disclosure-repeated");
}

std::string rule_for_committed(std::string_view json) {
  const Disclosure disclosure{base::to_base64url(base::as_bytes(json))};
  auto entry =
      Entry::parse(base::as_bytes(R"({"kind":"x","sd":[")" +
                                  base::to_base64url(disclosure.commitment().bytes) + R"("]})"),
                   "e");
  return entry ? rule_of(entry.value().open(disclosure)) : "no entry";
}

TEST(Entry, OpensOnlyWhatIsAField) {
  EXPECT_EQ(rule_for_committed(R"(["AAAAAAAAAAAAAAAAAAAAAA","a",null])"), "opened");
  for (const char* bad :
       {R"(["AAAAAAAAAAAAAAAAAAAAAA","a"])", R"(["AAAAAAAAAAAAAAAAAAAAAA","a",1,2])",
        R"({"salt":"AAAAAAAAAAAAAAAAAAAAAA"})", R"(["AAAA","a",1])",
        R"(["AAAAAAAAAAAAAAAAAAAAA=","a",1])", R"(["AAAAAAAAAAAAAAAAAAAAAA","_sd",1])",
        R"(["AAAAAAAAAAAAAAAAAAAAAA","",1])", R"([1,"a",1])",
        R"(["AAAAAAAAAAAAAAAAAAAAAA","a",{"x":1,"x":2}])",
        R"(["AAAAAAAAAAAAAAAAAAAAAA","a",1] )"
        "x"}) {
    EXPECT_EQ(rule_for_committed(bad), "disclosure-form") << bad;
  }
}

TEST(Entry, HasOneSpelling) {
  const std::string a = base::to_base64url(base::Bytes(32, 1));
  const std::string b = base::to_base64url(base::Bytes(32, 2));
  EXPECT_EQ(first_issue(R"({"kind":"x","sd":[]})"), "an entry");
  EXPECT_EQ(first_issue(R"({"kind":"x","sd":[")" + a + R"(",")" + b + R"("]})"), "an entry");
  EXPECT_NE(first_issue(R"({"kind":"x","sd":[")" + b + R"(",")" + a + R"("]})").find("not above"),
            std::string::npos);
  EXPECT_NE(first_issue(R"({"kind":"x","sd":[")" + a + R"(",")" + a + R"("]})").find("not above"),
            std::string::npos);
  EXPECT_NE(first_issue(R"({"kind":"x", "sd":[]})").find("spelled"), std::string::npos);
  EXPECT_NE(first_issue(R"({"sd":[],"kind":"x"})").find("spelled"), std::string::npos);
  EXPECT_NE(first_issue("{\"kind\":\"\\u0078\",\"sd\":[]}").find("spelled"), std::string::npos);
  EXPECT_NE(first_issue(R"({"kind":"x","sd":["AAAA"]})").find("43 characters"), std::string::npos);
  EXPECT_EQ(first_issue(R"({"kind":"X","sd":[]})"), "`X` is no kind of entry");
  EXPECT_EQ(first_issue(R"({"kind":"x","sd":[],"at":1})"), "an entry has no `at`");
  EXPECT_EQ(first_issue(R"({"kind":"x"})"), "an entry needs `sd`");
  EXPECT_NE(first_issue(std::string(kMaxEntrySize + 1, ' ')).find("larger than 65535 bytes"),
            std::string::npos);
}

TEST(Entry, TheLargestFits) {
  std::vector<Field> fields;
  std::vector<Salt> salts;
  for (std::size_t i = 0; i < kMaxEntryFields; ++i) {
    fields.push_back({std::to_string(i), base::json_bool(true)});
    Salt own{};
    own[0] = static_cast<std::uint8_t>(i);
    own[1] = static_cast<std::uint8_t>(i >> 8);
    salts.push_back(own);
  }
  const auto made = Entry::create(std::string(32, 'k'), fields, salts);
  EXPECT_LE(made.entry.bytes().size(), kMaxEntrySize);
  EXPECT_TRUE(Entry::parse(made.entry.bytes(), "e"));
  EXPECT_TRUE(made.entry.open_all(made.disclosures));
}

RC_GTEST_PROP(Entry, AnyTextIsOpenedAsItWasCommitted, (const std::string& text)) {
  std::string clean;
  for (const char c : text) clean += static_cast<char>(c & 0x7f);
  const std::vector<Field> fields = {{"text", base::json_text(clean)}};
  const auto made = Entry::create("note", fields, std::vector<Salt>{salt(9)});
  auto opened = made.entry.open(made.disclosures[0]);
  RC_ASSERT(opened.has_value());
  RC_ASSERT(opened.value().value.text == clean);
}

}  // namespace
}  // namespace countersign::ledger
