// SPDX-License-Identifier: Apache-2.0
// What statements about keys say (docs/formats/statements.md, "A key withdrawn").
#ifndef COUNTERSIGN_KERNEL_BODIES_KEYS_H_
#define COUNTERSIGN_KERNEL_BODIES_KEYS_H_

#include <optional>
#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "seal/digest.h"
#include "seal/keys.h"

namespace countersign::kernel {

struct KeyWithdrawalBody {
  std::optional<seal::PublicKey> key;  // empty only after a mistake
  std::optional<base::Instant> suspected_since;
  std::string text;

  static KeyWithdrawalBody read(const base::Json& body, base::Report& report);
  static base::Json write(const KeyWithdrawalBody& body);
};

// An office stands by a statement of its own that a withdrawal put under suspicion.
struct ConfirmBody {
  seal::Digest statement;  // of its envelope
  std::string text;

  static ConfirmBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ConfirmBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_KEYS_H_
