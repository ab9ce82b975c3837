// SPDX-License-Identifier: Apache-2.0
// Keys of one authority that were withdrawn, and what of their signatures is under suspicion.
//
// A withdrawal takes effect where it stands in the ledger: what the key signs after it is refused.
// What it signed before stands, unless the withdrawal names a time since which the key is suspected
// to have been in other hands; then its signatures from there on count for nothing that lets a
// grant exist, until the office confirms them one by one with a key that is not suspected itself.
#ifndef COUNTERSIGN_KERNEL_WITHDRAWN_KEYS_H_
#define COUNTERSIGN_KERNEL_WITHDRAWN_KEYS_H_

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/instant.h"
#include "kernel/ids.h"
#include "registry/ids.h"
#include "seal/digest.h"
#include "seal/keys.h"

namespace countersign::kernel {

struct WithdrawnKey {
  Position position = 0;  // of the first withdrawal, from which on the key signs nothing
  base::Instant at;
  std::optional<base::Instant> suspected_since;  // the earliest that any withdrawal names
  std::string by;                                // who withdrew it: "root" or an office
  std::string text;

  // Whether what the key signed at `then` is under suspicion.
  bool covers(base::Instant then) const { return suspected_since && *suspected_since <= then; }
};

class WithdrawnKeys {
 public:
  const std::map<seal::KeyId, WithdrawnKey>& all() const { return keys_; }
  // Null when the key was not withdrawn.
  const WithdrawnKey* find(const seal::KeyId& key) const;

  // What was signed in that case, or (without one) for the register: one signature over many cases
  // is confirmed in each of them by itself.
  using In = std::optional<CaseId>;

  // Whether that signature is under suspicion and nobody who is not has confirmed it there.
  bool suspects(const seal::KeyId& key, base::Instant at, const seal::Digest& statement,
                const In& in) const;

  // A later withdrawal of the same key can only move the suspicion back.
  void withdraw(const seal::KeyId& key, WithdrawnKey withdrawal);
  void confirm(const seal::Digest& statement, const In& in, const seal::KeyId& by,
               base::Instant at);

 private:
  struct Confirmed {
    seal::KeyId by;
    base::Instant at;
  };

  std::map<seal::KeyId, WithdrawnKey> keys_;
  std::multimap<std::pair<seal::Digest, In>, Confirmed> confirmed_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_WITHDRAWN_KEYS_H_
