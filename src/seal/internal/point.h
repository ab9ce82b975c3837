// SPDX-License-Identifier: Apache-2.0
// Whether 32 bytes may be an Ed25519 public key.
#ifndef COUNTERSIGN_SEAL_INTERNAL_POINT_H_
#define COUNTERSIGN_SEAL_INTERNAL_POINT_H_

#include "base/bytes.h"

namespace countersign::seal {

enum class PointCheck { Good, NotCanonical, NotOnCurve, SmallOrder };

// Checks an encoded point (RFC 8032 section 5.1.3) of exactly 32 bytes. OpenSSL takes any 32 bytes
// as a key and finds out only when it verifies; points of small order it never refuses.
PointCheck check_ed25519_point(base::ByteView encoded);

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_INTERNAL_POINT_H_
