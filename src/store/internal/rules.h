// SPDX-License-Identifier: Apache-2.0
// What every store asks of an append before it writes.
#ifndef COUNTERSIGN_STORE_INTERNAL_RULES_H_
#define COUNTERSIGN_STORE_INTERNAL_RULES_H_

#include <span>

#include "base/result.h"
#include "store/store.h"

namespace countersign::store {

// Fails with Malformed, naming the append and entry, when the batch breaks a rule of Store: sizes,
// digests that are not those of the bytes, names or blobs that stand twice in an entry.
base::Result<void> check_batch(std::span<const Append> batch);

}  // namespace countersign::store

#endif  // COUNTERSIGN_STORE_INTERNAL_RULES_H_
