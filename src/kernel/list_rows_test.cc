// SPDX-License-Identifier: Apache-2.0
#include "kernel/list_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/check.h"
#include "ledger/tiles.h"

namespace countersign::kernel {
namespace {

using registry::ItemId;
using registry::RowAnswer;

const seal::Digest kSecret = seal::sha256(base::as_bytes("a secret"));

// A list of the items b, d, f, ...: what stands between, before and behind them is not listed.
class Listed {
 public:
  explicit Listed(int rows) {
    list.id = registry::ListId("L");
    list.currency = "USD";
    list.rows = rows;
    for (int i = 0; i < rows; ++i) {
      const std::string id(1, static_cast<char>('b' + 2 * i));
      RowProof row;
      row.position = i;
      row.salt = row_salt(kSecret, i);
      row.text = R"({"id":")" + id + R"(","complete":true})";
      tree.append(row_leaf(row.salt, row.text));
      proofs.push_back(std::move(row));
    }
    list.root = tree.root();
    for (int i = 0; i < rows; ++i) {
      auto proof = ledger::inclusion_proof(static_cast<std::uint64_t>(i),
                                           static_cast<std::uint64_t>(rows), tree);
      CHECK(proof.has_value());
      proofs[static_cast<std::size_t>(i)].proof = std::move(proof.value());
    }
  }

  registry::ItemList list;
  std::vector<RowProof> proofs;
  ledger::MemoryTree tree;
};

// Shows the same rows whatever it is asked about.
class Shows final : public RowProver {
 public:
  explicit Shows(std::vector<RowProof> rows) : rows_(std::move(rows)) {}
  std::vector<RowProof> about(const ItemId&) const override { return rows_; }
  void each(const std::function<bool(const RowProof&)>& take) const override {
    for (const RowProof& row : rows_) {
      if (!take(row)) return;
    }
  }

 private:
  std::vector<RowProof> rows_;
};

RowAnswer::Kind kind_of(const Listed& of, std::vector<RowProof> shown, const char* item,
                        Absence absence = Absence::Proved) {
  return proved_rows(of.list, std::make_shared<Shows>(std::move(shown)), absence)
      ->find(ItemId(item))
      .kind;
}

constexpr auto kListed = RowAnswer::Kind::Listed;
constexpr auto kNot = RowAnswer::Kind::NotListed;
constexpr auto kUnknown = RowAnswer::Kind::Unknown;

// docs/formats/rows.md, the worked example.
TEST(ListRows, SaltsLeavesAndRootsAreThoseOfThePage) {
  const Listed of(5);
  EXPECT_EQ(base::to_hex(of.proofs[2].salt), "bdcfd726b1baf4bd2b7b2211ec1b33ea");
  EXPECT_EQ(seal::to_hex(row_leaf(of.proofs[2].salt, of.proofs[2].text)),
            "f9b9c944b71bf18a2cc7a763470ee56fcd05f5a9e728b74bfd587a8ca35dbaf2");
  EXPECT_EQ(seal::to_hex(of.list.root),
            "91ae591c483631a4e853afb27b69d913e19a44a5438a092b03557dfb00243c17");
}

TEST(ListRows, ARowIsProvedByItself) {
  const Listed of(5);
  const auto answer =
      proved_rows(of.list, std::make_shared<Shows>(std::vector{of.proofs[2]}), Absence::Proved)
          ->find(ItemId("f"));
  EXPECT_EQ(answer.kind, kListed);
  EXPECT_EQ(answer.position, 2);
  EXPECT_EQ(answer.row->item.id, ItemId("f"));
}

TEST(ListRows, AbsenceIsProvedByTheRowsBesideThePlace) {
  const Listed of(5);
  EXPECT_EQ(kind_of(of, {of.proofs[1], of.proofs[2]}, "e"), kNot);
  EXPECT_EQ(kind_of(of, {of.proofs[0]}, "a"), kNot);
  EXPECT_EQ(kind_of(of, {of.proofs[4]}, "k"), kNot);
  // Rows that leave a place between them, or stand the other way round, prove nothing.
  EXPECT_EQ(kind_of(of, {of.proofs[1], of.proofs[3]}, "e"), kUnknown);
  EXPECT_EQ(kind_of(of, {of.proofs[2], of.proofs[1]}, "e"), kUnknown);
  EXPECT_EQ(kind_of(of, {of.proofs[1], of.proofs[2]}, "g"), kUnknown);
  EXPECT_EQ(kind_of(of, {of.proofs[1], of.proofs[2]}, "d"), kUnknown);
  EXPECT_EQ(kind_of(of, {of.proofs[1]}, "a"), kUnknown);
  EXPECT_EQ(kind_of(of, {of.proofs[3]}, "k"), kUnknown);
  EXPECT_EQ(kind_of(of, {}, "e"), kUnknown);
  EXPECT_EQ(proved_rows(of.list, nullptr, Absence::Proved)->find(ItemId("e")).kind, kUnknown);
}

TEST(ListRows, WhoSelectedTheRowsMayAnswerForAbsenceNotForARow) {
  const Listed of(5);
  EXPECT_EQ(kind_of(of, {}, "e", Absence::Attested), kNot);
  EXPECT_EQ(kind_of(of, {of.proofs[2]}, "f", Absence::Attested), kListed);
  RowProof forged = of.proofs[2];
  forged.text = R"({"id":"f","complete":false})";
  EXPECT_EQ(kind_of(of, {forged}, "f", Absence::Attested), kUnknown);
}

TEST(ListRows, NothingElseThanWhatWasSignedIsARow) {
  const Listed of(5);
  const auto refused = [&](RowProof proof) {
    const auto row = check_row(of.list, proof);
    return row ? std::string("taken") : row.error().rule;
  };
  EXPECT_EQ(refused(of.proofs[3]), "taken");
  const auto changed = [&](auto change) {
    RowProof proof = of.proofs[3];
    change(proof);
    return refused(std::move(proof));
  };
  EXPECT_EQ(changed([](RowProof& p) { p.text = R"({"id":"h","complete":false})"; }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.salt[0] ^= 1; }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.salt.pop_back(); }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.position = 2; }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.position = -1; }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.position = 5; }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.proof.pop_back(); }), "row-proof");
  EXPECT_EQ(changed([](RowProof& p) { p.proof.push_back(p.proof[0]); }), "row-proof");
  // A byte moved from the text to the salt is another leaf's.
  EXPECT_EQ(changed([](RowProof& p) {
              p.salt.push_back('{');
              p.text.erase(0, 1);
            }),
            "row-proof");
}

TEST(ListRows, AllRowsProveThemselvesTogether) {
  const Listed of(5);
  std::string given;
  const auto each = [&](std::vector<RowProof> shown) {
    given.clear();
    return proved_rows(of.list, std::make_shared<Shows>(std::move(shown)), Absence::Proved)
        ->each([&](const registry::ListedRow& row) { given += row.item.id.text(); });
  };
  EXPECT_EQ(each(of.proofs), "");
  EXPECT_EQ(given, "bdfhj");
  const std::string other = "the rows that are here are not those that were signed";
  std::vector<RowProof> changed = of.proofs;
  changed[3].text = R"({"id":"h","complete":false})";
  EXPECT_EQ(each(changed), other);
  changed[3].text = "{";
  EXPECT_NE(each(changed), "");
  EXPECT_EQ(given, "bdf");
  changed.resize(3);
  EXPECT_EQ(each(changed), other);
  changed = of.proofs;
  std::swap(changed[1], changed[2]);
  EXPECT_EQ(each(changed), other);
  EXPECT_EQ(each({}), "its rows are not here");
  EXPECT_EQ(proved_rows(of.list, nullptr, Absence::Attested)->each([](const auto&) {}),
            "its rows are not here");
}

TEST(ListRows, ARowHasOneSpelling) {
  EXPECT_TRUE(read_row(R"({"id":"b","complete":true,"price":4})"));
  EXPECT_EQ(read_row(R"({"id":"b", "complete":true})").error().rule, "row-form");
  EXPECT_EQ(read_row(R"({"complete":true,"id":"b"})").error().rule, "row-form");
  EXPECT_EQ(read_row(R"({"id":"b","complete":true,"colour":"red"})").error().rule, "row-form");
  EXPECT_EQ(read_row("{").error().rule, "row-form");
}

}  // namespace
}  // namespace countersign::kernel
