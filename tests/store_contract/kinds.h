// SPDX-License-Identifier: Apache-2.0
// The kinds of store the contract suite runs on.
#ifndef COUNTERSIGN_TESTS_STORE_CONTRACT_KINDS_H_
#define COUNTERSIGN_TESTS_STORE_CONTRACT_KINDS_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"
#include "store/testing/fixtures.h"

namespace countersign::store {

struct Kind {
  using Made = base::Result<std::unique_ptr<Store>>;

  std::string name;
  // Makes the store that belongs to a directory, and opens it again once it was closed.
  Made (*create)(const std::string& directory, const std::map<std::string, std::string>& meta);
  Made (*open)(const std::string& directory);
};

std::vector<Kind> every_kind();
std::string name_of(const ::testing::TestParamInfo<Kind>& kind);

// A fresh store of the kind under test.
class StoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    auto made = GetParam().create(directory_.path().string(), {{"instance", "i-1"}});
    ASSERT_TRUE(made) << made.error().message;
    store_ = std::move(made.value());
  }

  // Closes the store and opens it again.
  void reopen() {
    store_.reset();
    auto made = GetParam().open(directory_.path().string());
    ASSERT_TRUE(made) << made.error().message;
    store_ = std::move(made.value());
  }

  // Appends at the present head; the batch must be taken.
  std::vector<Placed> append(const std::vector<Append>& batch) {
    auto placed = store_->append(batch, store_->head().value());
    EXPECT_TRUE(placed) << placed.error().message;
    return placed ? placed.value() : std::vector<Placed>();
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

}  // namespace countersign::store

#endif  // COUNTERSIGN_TESTS_STORE_CONTRACT_KINDS_H_
