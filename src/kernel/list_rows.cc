// SPDX-License-Identifier: Apache-2.0
#include "kernel/list_rows.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "ledger/tiles.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::ItemId;
using registry::RowAnswer;

RowAnswer unknown(std::string why) {
  RowAnswer answer;
  answer.why = std::move(why);
  return answer;
}

RowAnswer not_listed() {
  RowAnswer answer;
  answer.kind = RowAnswer::Kind::NotListed;
  return answer;
}

class ProvedRows final : public registry::ItemRows {
 public:
  ProvedRows(registry::ItemList list, std::shared_ptr<const RowProver> prover, Absence absence)
      : list_(std::move(list)), prover_(std::move(prover)), absence_(absence) {}

  RowAnswer find(const ItemId& item) const override {
    const bool attested = absence_ == Absence::Attested;
    const auto shown = prover_ == nullptr ? std::vector<RowProof>() : prover_->about(item);
    if (shown.empty()) return attested ? not_listed() : unknown("its rows are not here");
    std::vector<std::pair<std::int64_t, registry::ListedRow>> rows;
    for (const RowProof& proof : shown) {
      auto row = check_row(list_, proof);
      if (!row) return unknown(row.error().message);
      rows.emplace_back(proof.position, std::move(row.value()));
    }
    if (rows.size() == 1 && rows.front().second.item.id == item) {
      RowAnswer answer;
      answer.kind = RowAnswer::Kind::Listed;
      answer.position = rows.front().first;
      answer.row = std::make_shared<const registry::ListedRow>(std::move(rows.front().second));
      return answer;
    }
    if (attested || leave_no_place(rows, item)) return not_listed();
    return unknown("the rows beside the place of it are not here");
  }

  std::string each(const std::function<void(const registry::ListedRow&)>& give) const override {
    ledger::RightEdge tree;
    std::vector<ledger::TileHash> completed;
    std::string why;
    if (prover_ != nullptr) {
      prover_->each([&](const RowProof& shown) {
        const auto row = read_row(shown.text);
        if (!row) {
          why = row.error().message;
          return false;
        }
        completed.clear();
        tree.append(row_leaf(shown.salt, shown.text), completed);
        give(row.value());
        return true;
      });
    }
    if (!why.empty()) return why;
    if (tree.size() == 0) return "its rows are not here";
    const bool same =
        tree.size() == static_cast<std::uint64_t>(list_.rows) && tree.root() == list_.root;
    return same ? std::string() : "the rows that are here are not those that were signed";
  }

 private:
  // Rows are sorted: between these, or before the first, or behind the last, nothing stands.
  bool leave_no_place(const std::vector<std::pair<std::int64_t, registry::ListedRow>>& rows,
                      const ItemId& item) const {
    if (rows.size() == 1) {
      const auto& [position, row] = rows.front();
      return (position == 0 && item < row.item.id) ||
             (position == list_.rows - 1 && row.item.id < item);
    }
    return rows.size() == 2 && rows[0].first + 1 == rows[1].first &&
           rows[0].second.item.id < item && item < rows[1].second.item.id;
  }

  registry::ItemList list_;
  std::shared_ptr<const RowProver> prover_;
  Absence absence_;
};

}  // namespace

base::Bytes row_salt(const seal::Digest& secret, std::int64_t position) {
  std::array<std::uint8_t, 8> message{};
  auto rest = static_cast<std::uint64_t>(position);
  for (std::size_t i = message.size(); i-- > 0; rest >>= 8U) {
    message[i] = static_cast<std::uint8_t>(rest & 0xFFU);
  }
  const seal::Digest code = seal::hmac_sha256(secret.view(), message);
  return {code.bytes.begin(), code.bytes.begin() + kRowSaltSize};
}

ledger::Hash row_leaf(base::ByteView salt, std::string_view text) {
  base::Bytes leaf(salt.begin(), salt.end());
  const base::ByteView bytes = base::as_bytes(text);
  leaf.insert(leaf.end(), bytes.begin(), bytes.end());
  return ledger::hash_leaf(leaf);
}

base::Ruled<registry::ListedRow> read_row(std::string_view text) {
  base::JsonLimits limits;
  limits.bytes = kRowLimit;
  const auto document = base::read_json(text, "row", limits);
  if (!document) return Refusal{"row-form", base::to_text(document.error()), "row"};
  base::Report report(text, "row");
  registry::ListedRow row = registry::ListedRow::read(document.value(), report);
  if (!report.clean()) return Refusal{"row-form", base::to_text(report.take()), "row"};
  if (base::write_json(registry::ListedRow::write(row)) == text) return row;
  return Refusal{"row-form",
                 fmt::format("the row of `{}` is not spelt as rows are", row.item.id.text()),
                 "row"};
}

base::Ruled<registry::ListedRow> check_row(const registry::ItemList& list, const RowProof& proof) {
  const bool fits =
      proof.position >= 0 && proof.salt.size() == kRowSaltSize &&
      ledger::verify_inclusion(row_leaf(proof.salt, proof.text),
                               static_cast<std::uint64_t>(proof.position),
                               static_cast<std::uint64_t>(list.rows), proof.proof, list.root);
  if (!fits) {
    return Refusal{"row-proof",
                   fmt::format("what is given for row {} of the list `{}` is not what was signed",
                               proof.position, list.id.text()),
                   list.id.text()};
  }
  return read_row(proof.text);
}

std::shared_ptr<const registry::ItemRows> proved_rows(const registry::ItemList& list,
                                                      std::shared_ptr<const RowProver> prover,
                                                      Absence absence) {
  return std::make_shared<const ProvedRows>(list, std::move(prover), absence);
}

}  // namespace countersign::kernel
