// SPDX-License-Identifier: Apache-2.0
#include "registry/record.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace countersign::registry {
namespace {

constexpr std::array<std::string_view, 14> kNames = {
    "charter", "appointment", "vocabulary", "layer",    "item",      "prices",  "claim",
    "ties",    "holdings",    "directive",  "calendar", "movements", "grounds", "list"};

}  // namespace

std::string_view name_of(RecordKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<RecordKind> record_kind_of(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<RecordKind>(found - kNames.begin());
}

bool is_once_only(RecordKind kind) {
  return kind == RecordKind::Appointment || kind == RecordKind::Claim ||
         kind == RecordKind::Directive || kind == RecordKind::Movements || kind == RecordKind::List;
}

seal::Digest digest_of(const base::Json& document) {
  return seal::sha256(base::as_bytes(base::write_json(document)));
}

}  // namespace countersign::registry
