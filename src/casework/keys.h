// SPDX-License-Identifier: Apache-2.0
// A folder of private keys, one file a key: US/root.key, US/clerk.key, US/SecDef.key for the
// holder of the office US/SecDef.
#ifndef COUNTERSIGN_CASEWORK_KEYS_H_
#define COUNTERSIGN_CASEWORK_KEYS_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/ids.h"
#include "seal/keys.h"

namespace countersign::casework {

// Makes a key and writes it to a new file of mode 0600. Fails with Exists where there is one.
base::Result<seal::PublicKey> make_key(const std::filesystem::path& path);

// Reads a private key file, and the public key in a file or text ("ed25519:...").
base::Result<seal::SigningKey> load_key(const std::filesystem::path& path);

class KeyFolder {
 public:
  explicit KeyFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // Where the key of an office ("US/SecDef"), or of "US/root" or "US/clerk", is kept.
  std::filesystem::path file_of(std::string_view holder) const;
  base::Result<seal::SigningKey> load(std::string_view holder) const;
  // The key's public part, made first where there is no such key yet.
  base::Result<seal::PublicKey> load_or_make(std::string_view holder) const;

 private:
  std::filesystem::path path_;
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_KEYS_H_
