// SPDX-License-Identifier: Apache-2.0
#include "store_contract/kinds.h"

#include "store/sqlite/sqlite_store.h"

namespace countersign::store {

std::vector<Kind> every_kind() {
  return {
      {"sqlite",
       [](const std::string& directory, const std::map<std::string, std::string>& meta) {
         return create_sqlite_store(directory + "/store.db", meta);
       },
       [](const std::string& directory) { return open_sqlite_store(directory + "/store.db"); }}};
}

std::string name_of(const ::testing::TestParamInfo<Kind>& kind) { return kind.param.name; }

}  // namespace countersign::store
