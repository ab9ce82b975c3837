// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

namespace countersign::store {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "store"; }

  std::string message(int value) const override {
    switch (static_cast<StoreError>(value)) {
      case StoreError::NotFound:
        return "not found";
      case StoreError::Exists:
        return "exists already";
      case StoreError::NotAStore:
        return "not a store";
      case StoreError::NewerVersion:
        return "written by a newer version";
      case StoreError::Corrupt:
        return "corrupt";
      case StoreError::InUse:
        return "in use";
      case StoreError::ReadOnly:
        return "read only";
      case StoreError::HeadMoved:
        return "the log has grown";
      case StoreError::Malformed:
        return "malformed append";
      case StoreError::Full:
        return "no space left";
      case StoreError::Failed:
        return "system failure";
      case StoreError::Closed:
        return "closed";
      case StoreError::Overloaded:
        return "overloaded";
    }
    return "unknown store error";
  }
};

}  // namespace

base::Result<std::optional<RecordedCommand>> Store::find_command(const CommandKey& key) const {
  BOOST_OUTCOME_TRY(const auto found, find_commands({&key, 1}));
  return found.front();
}

std::error_code make_error_code(StoreError error) {
  static const Category category;
  return {static_cast<int>(error), category};
}

}  // namespace countersign::store
