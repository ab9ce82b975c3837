// SPDX-License-Identifier: Apache-2.0
// How the bodies of statements read and write what several of them have.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "geo/place.h"
#include "kernel/bodies.h"
#include "kernel/ids.h"
#include "registry/ids.h"
#include "registry/marking.h"
#include "seal/digest.h"

namespace countersign::kernel {

using Members = std::vector<std::pair<std::string, base::Json>>;

// The base64url of 32 bytes, as in the entry that holds it; empty where it is left out.
std::optional<Commitment> maybe_commitment(base::Fields& fields, std::string_view name);

// "sha256:…" of an envelope or document; reports, and gives zeroes, when it is none.
seal::Digest digest_in(base::Fields& fields, std::string_view name);

// A text for people, of at most 16,384 bytes and without a character that no screen shows; the
// second may be left out.
std::string prose(base::Fields& fields, std::string_view name);
std::string maybe_prose(base::Fields& fields, std::string_view name);

// Left out when it is empty.
void add_text(Members& members, std::string_view name, const std::string& text);

// Left out where there is none.
void add_marking(Members& members, const std::optional<registry::Marking>& marking);

Position position_in(base::Fields& fields, std::string_view name);
base::Json json_of(Position position);

std::optional<geo::Place> maybe_place(base::Fields& fields, base::Report& report);
std::vector<registry::CategoryId> categories_of(base::Fields& fields);
// `place`, where there is one, and `categories`.
void add_act(Members& members, const std::optional<geo::Place>& place,
             const std::vector<registry::CategoryId>& categories);

registry::GrantId grant_of(base::Fields& fields);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_BODY_FIELDS_H_
