// SPDX-License-Identifier: Apache-2.0
#include "ledger/cosignature.h"

#include <string>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::ledger {
namespace {

constexpr std::size_t kTimeSize = 8;
// The last second of the year 9999: what a time can be written as.
constexpr std::uint64_t kLastSecond = 253'402'300'799;

std::string signed_message(std::uint64_t seconds, std::string_view checkpoint_text) {
  return fmt::format("cosignature/v1\ntime {}\n{}", seconds, checkpoint_text);
}

}  // namespace

NoteSignature cosign(std::string_view checkpoint_text, std::string_view name,
                     const seal::SigningKey& key, base::Instant at) {
  CHECK(checkpoint_text.ends_with('\n'));
  CHECK(at.unix_ms >= 1000);
  const auto seconds = static_cast<std::uint64_t>(at.unix_ms / 1000);
  CHECK(seconds <= kLastSecond);
  const VerifierKey verifier(std::string(name), SignatureType::Cosignature, key.public_key());
  NoteSignature signature{verifier.name(), verifier.id(), {}};
  for (int shift = 56; shift >= 0; shift -= 8) {
    signature.bytes.push_back(static_cast<std::uint8_t>(seconds >> shift));
  }
  const base::Bytes bytes = key.sign(base::as_bytes(signed_message(seconds, checkpoint_text)));
  signature.bytes.insert(signature.bytes.end(), bytes.begin(), bytes.end());
  return signature;
}

base::Ruled<base::Instant> verify_cosignature(std::string_view checkpoint_text,
                                              const VerifierKey& key,
                                              const NoteSignature& signature) {
  CHECK(key.type() == SignatureType::Cosignature);
  const base::Refusal refusal{
      "note-signature",
      fmt::format(
          "the cosignature of `{}` does not verify: the checkpoint or the time was changed, "
          "or another key signed it",
          key.name()),
      {}};
  if (signature.bytes.size() != kTimeSize + seal::SigningKey::kSignatureSize) return refusal;
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < kTimeSize; ++i) seconds = (seconds << 8) | signature.bytes[i];
  if (seconds == 0 || seconds > kLastSecond) return refusal;
  if (!seal::verify(key.key(), base::as_bytes(signed_message(seconds, checkpoint_text)),
                    base::ByteView(signature.bytes).subspan(kTimeSize))) {
    return refusal;
  }
  return base::Instant{static_cast<std::int64_t>(seconds) * 1000};
}

}  // namespace countersign::ledger
