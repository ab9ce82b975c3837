// SPDX-License-Identifier: Apache-2.0
// Rows of a list of items (registry/item_list.h), proved against the root that was signed.
//
// A row's leaf is RFC 6962's of its salt and its text. Salts come from one secret that stays with
// the rows, so that who is shown some rows cannot guess the others from the hashes beside them.
#ifndef COUNTERSIGN_KERNEL_LIST_ROWS_H_
#define COUNTERSIGN_KERNEL_LIST_ROWS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"
#include "registry/item_list.h"
#include "seal/digest.h"

namespace countersign::kernel {

inline constexpr std::size_t kRowSaltSize = 16;
inline constexpr std::size_t kRowLimit = std::size_t{1} << 20;  // bytes of one row's text

// The salt of the row at `position`: the first 16 bytes of HMAC-SHA256 of the position, as eight
// bytes with the greatest first, under the list's secret.
base::Bytes row_salt(const seal::Digest& secret, std::int64_t position);
ledger::Hash row_leaf(base::ByteView salt, std::string_view text);

// One row with what proves it. Nobody's word: everything is checked.
struct RowProof {
  std::int64_t position = 0;
  base::Bytes salt;
  std::string text;                 // the row, as base::write_json() spells it
  std::vector<ledger::Hash> proof;  // of inclusion, in the tree of the list's rows

  friend bool operator==(const RowProof&, const RowProof&) = default;
};

// The row, when it is that list's. Rules of refusal: `row-form` (it does not read, or is spelt
// otherwise), `row-proof` (it is not the row that stands there).
base::Ruled<registry::ListedRow> check_row(const registry::ItemList& list, const RowProof& proof);
// A row's text alone. Rule: `row-form`.
base::Ruled<registry::ListedRow> read_row(std::string_view text);

// Where rows and their proofs come from. May be asked by several threads.
class RowProver {
 public:
  virtual ~RowProver() = default;
  // What shows whether the item is listed: its own row, or the one or two rows beside the place
  // where it would stand. Empty where these are not here.
  virtual std::vector<RowProof> about(const registry::ItemId& item) const = 0;
  // Gives the rows that are here, in order, until `take` says no; without their proofs, since the
  // whole of them proves itself.
  virtual void each(const std::function<bool(const RowProof&)>& take) const = 0;
};

// How it is known that a list has no row of an item.
enum class Absence {
  Proved,    // by the rows beside
  Attested,  // by the word of who selected the rows that are here
};

// The rows of a list, where they are here; null otherwise. Of one whose absences are attested, rows
// beside a place are never needed.
using RowFinder = std::function<std::shared_ptr<const RowProver>(const registry::ItemList& list,
                                                                 Absence absence)>;

// The rows of `list` as far as `prover` (may be null) shows them: every row is checked.
std::shared_ptr<const registry::ItemRows> proved_rows(const registry::ItemList& list,
                                                      std::shared_ptr<const RowProver> prover,
                                                      Absence absence);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_LIST_ROWS_H_
