// SPDX-License-Identifier: Apache-2.0
#include "casework/item_lists.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/files.h"
#include "casework/rows_file.h"
#include "registry/graph/listed_rows.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;

base::Issues one_issue(const fs::path& file, std::string message, std::string remedy = {}) {
  base::Issue issue;
  issue.file = file.string();
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

}  // namespace

base::Parsed<WrittenList> write_item_list(const registry::graph::Catalogue& catalogue,
                                          const registry::ListId& id, const fs::path& folder) {
  if (!base::is_id(id.text())) {
    return one_issue(
        {}, fmt::format("`{}` cannot be the id of a list", id.text()),
        "an id is 1 to 128 letters, digits and -_.:/ and begins with a letter or digit");
  }
  if (id.text().find('/') != std::string::npos) {
    return one_issue({}, fmt::format("the list `{}` cannot be a file of its name", id.text()),
                     "give it an id without `/`");
  }
  BOOST_OUTCOME_TRY(const std::vector<registry::ListedRow> rows,
                    registry::graph::listed_rows(catalogue));
  CHECK(!catalogue.tables.currencies.empty());
  const std::string& currency = catalogue.tables.currencies.front().currency;
  if (currency.size() != 3) {
    return one_issue({},
                     fmt::format("the catalogue's prices are told as `{}`, and a list's are in "
                                 "three letters (ISO 4217)",
                                 currency),
                     "import the lists anew with a currency like USD and without `decimals`");
  }
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return one_issue(folder, fmt::format("the folder cannot be made: {}", failure.message()),
                     "name a folder that you may write");
  }
  WrittenList written;
  written.document = folder / (id.text() + ".json");
  written.rows = folder / (id.text() + ".rows");
  if (fs::exists(written.document)) {
    return one_issue(written.document, "is there already",
                     "an id of a list is used up by one document: give this one another");
  }
  seal::Digest secret;
  if (auto random = fill_random(secret.bytes); !random) {
    return one_issue({}, random.error().message);
  }
  const auto root = write_rows(written.rows, rows, secret);
  if (!root) return one_issue(written.rows, root.error().message);
  registry::ItemList& list = written.list;
  list.id = id;
  list.currency = currency;
  list.rows = static_cast<std::int64_t>(rows.size());
  list.root = root.value();
  list.in_force = catalogue.tables.periods[catalogue.descriptions[0].period];
  const std::string text = base::write_json(registry::ItemList::write(list)) + "\n";
  if (auto put = write_file(written.document, text, Secrecy::Public); !put) {
    std::error_code ignored;
    fs::remove(written.rows, ignored);
    return one_issue(written.document, put.error().message);
  }
  return written;
}

}  // namespace countersign::casework
