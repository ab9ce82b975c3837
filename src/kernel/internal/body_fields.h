// SPDX-License-Identifier: Apache-2.0
// How the bodies of statements read what several of them have.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "kernel/bodies.h"

namespace countersign::kernel {

// The base64url of 32 bytes, as in the entry that holds it; empty where it is left out.
std::optional<Commitment> maybe_commitment(base::Fields& fields, std::string_view name);

// `sha256:` of an envelope. Reports and gives zeros where it is none.
seal::Digest statement_digest(base::Fields& fields, std::string_view name);

// A text for people: at most 16,384 bytes, no character that a screen does not show.
std::string prose(base::Fields& fields, std::string_view name);
std::string maybe_prose(base::Fields& fields, std::string_view name);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_
