// SPDX-License-Identifier: Apache-2.0
// A row that reads is spelt in one way; a list's document that reads is written as it was meant.
#include "kernel/list_rows.h"

#include "base/check.h"
#include "fuzz/target.h"
#include "registry/document.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  if (const auto row = kernel::read_row(input)) {
    CHECK(base::write_json(registry::ListedRow::write(row.value())) == input);
  }
  const auto list = registry::read_document<registry::ItemList>(input, "list");
  if (!list) {
    CHECK(!list.error().empty());
    return;
  }
  base::Report report({}, "again");
  CHECK(registry::ItemList::read(registry::ItemList::write(list.value()), report) == list.value());
  CHECK(report.clean());
}
