// SPDX-License-Identifier: Apache-2.0
// What an audit finds that the live state does not show.
#include "casework/audit.h"

#include <gtest/gtest.h>

#include <string>

#include "casework/testing/drill.h"
#include "ledger/checkpoint.h"
#include "store/sqlite/sqlite_store.h"

namespace countersign::casework {
namespace {

std::string rule_of_audit(Instance& instance) {
  const auto audited = audit(instance);
  if (!audited) return "failed: " + audited.error().message;
  return audited.value() ? "" : audited.value().error().rule;
}

TEST(Audit, HoldsTheLedgerAgainstEveryCheckpointThatWasKept) {
  testing::Folder folder;
  const std::string path = (folder.path() / "instance").string();
  const auto at = testing::time("2025-06-01");
  const kernel::InstanceName name{kernel::InstanceKind::Live, "example.org/audit"};
  auto made = Instance::create(path, name, [at] { return at; });
  ASSERT_TRUE(made);
  ASSERT_TRUE(made.value()->checkpoint());
  EXPECT_EQ(rule_of_audit(*made.value()), "");
  made.value().reset();

  // Another tree of that size, signed with the log's own key.
  const auto key = load_key(folder.path() / "instance" / "log.key");
  ASSERT_TRUE(key);
  const ledger::Note forged =
      ledger::sign_checkpoint({name.origin, {1, ledger::hash_leaf({})}, {}}, key.value());
  {
    auto store = store::open_sqlite_store(path + "/instance.db");
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(store.value()->put_checkpoint({1, ledger::write_note(forged)}));
  }
  auto opened = Instance::open(path, [at] { return at; });
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(rule_of_audit(*opened.value()), "root");
}

}  // namespace
}  // namespace countersign::casework
