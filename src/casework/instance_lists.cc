// SPDX-License-Identifier: Apache-2.0
// The rows of lists of items that an instance keeps.
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "casework/files.h"
#include "casework/instance.h"
#include "casework/rows_file.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListsFolder = "lists";

}  // namespace

std::filesystem::path Instance::rows_path(const seal::Digest& root) const {
  return fs::path(path_) / kListsFolder / (seal::to_hex(root) + ".rows");
}

base::Result<base::Ruled<void>> Instance::keep_rows(const registry::ItemList& list,
                                                    const fs::path& rows) {
  BOOST_OUTCOME_TRY(base::Ruled<void> checked, check_rows(rows, list));
  if (!checked) return checked;
  const fs::path kept = rows_path(list.root);
  std::error_code failure;
  fs::create_directory(kept.parent_path(), failure);
  if (failure) {
    return error(
        CaseworkError::Unwritable,
        fmt::format("cannot make `{}`: {}", kept.parent_path().string(), failure.message()));
  }
  fs::permissions(kept.parent_path(), fs::perms::owner_all, failure);
  if (fs::exists(kept)) {
    BOOST_OUTCOME_TRY(checked, check_rows(kept, list));
    if (checked) return checked;
    fs::remove(kept, failure);  // damaged
  }
  BOOST_OUTCOME_TRY(copy_rows(rows, kept));
  return base::Ruled<void>(base::outcome::success());
}

// Of a list's record: its rows are here, whole, and those that were signed.
base::Result<base::Ruled<void>> Instance::check_rows_of(
    const kernel::SignedStatement& statement) const {
  const base::Json* kind = statement.body.find("record");
  const base::Json* document = statement.body.find("document");
  if (kind == nullptr || document == nullptr ||
      kind->text != registry::name_of(registry::RecordKind::List)) {
    return base::Ruled<void>(base::outcome::success());
  }
  base::Report report({}, "list");
  const registry::ItemList list = registry::ItemList::read(*document, report);
  if (!report.clean()) {
    return base::Ruled<void>(base::Refusal{"document", base::to_text(report.take()), "list"});
  }
  return check_rows(rows_path(list.root), list);
}

}  // namespace countersign::casework
