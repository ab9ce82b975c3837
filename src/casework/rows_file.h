// SPDX-License-Identifier: Apache-2.0
// The rows of a list of items, in a file (docs/formats/rows.md): texts, the secret of their salts,
// and the hashes that proofs are made of. What is read of it is believed only as far as the signed
// root proves it.
#ifndef COUNTERSIGN_CASEWORK_ROWS_FILE_H_
#define COUNTERSIGN_CASEWORK_ROWS_FILE_H_

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "kernel/list_rows.h"
#include "registry/item_list.h"
#include "seal/digest.h"

namespace countersign::casework {

// Writes the file, readable by its owner alone; what is there already is not replaced. `rows`, one
// at least, ascend by item. Returns their root. Failures: those of write_pieces().
base::Result<seal::Digest> write_rows(const std::filesystem::path& path,
                                      const std::vector<registry::ListedRow>& rows,
                                      const seal::Digest& secret);

// Whether the file is, from beginning to end, the rows of that list. Fails when it cannot be read;
// refused by `list-rows`.
base::Result<base::Ruled<void>> check_rows(const std::filesystem::path& path,
                                           const registry::ItemList& list);

// The file's bytes as another file, as write_rows() writes one.
base::Result<void> copy_rows(const std::filesystem::path& from, const std::filesystem::path& to);

// Rows of the file with their proofs. It is opened when first asked; where there is none, or it is
// none of rows, nothing is known. Thread-safe.
std::shared_ptr<const kernel::RowProver> find_rows(const std::filesystem::path& path);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_ROWS_FILE_H_
