// SPDX-License-Identifier: Apache-2.0
// Salts for the fields of entries.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_SALTS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_SALTS_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <tuple>

#include "base/check.h"
#include "casework/files.h"
#include "ledger/entry.h"

namespace countersign::casework {

// Gives each salt once. Asks the system for many at a time, since asking costs more than a salt.
// Of one thread at a time.
class Salts {
 public:
  Salts() = default;
  Salts(const Salts&) = delete;  // or one salt would be given twice
  Salts& operator=(const Salts&) = delete;

  ledger::Salt next() {
    if (left_.empty()) {
      // Without entropy there is no salt, and without salts nothing may be entered.
      CHECK(fill_random(drawn_).has_value());
      left_ = drawn_;
    }
    ledger::Salt salt{};
    std::copy_n(left_.begin(), salt.size(), salt.begin());
    left_ = left_.subspan(salt.size());
    return salt;
  }

 private:
  std::array<std::uint8_t, 64 * std::tuple_size_v<ledger::Salt>> drawn_{};
  std::span<const std::uint8_t> left_;
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_SALTS_H_
