// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/body_fields.h"

#include <fmt/format.h>

#include "base/prose.h"

namespace countersign::kernel {
namespace {

constexpr std::size_t kLongestText = 16384;

}  // namespace

std::string prose(base::Fields& fields, std::string_view name) {
  std::string text = fields.text(name);
  if (text.size() > kLongestText) {
    fields.report(name, fmt::format("`{}` is longer than {} bytes", name, kLongestText));
  }
  if (base::find_hidden_character(text)) {
    fields.report(name, fmt::format("`{}` holds a character that a screen does not show", name),
                  "leave out control characters and those that change the direction of writing");
  }
  return text;
}

std::string maybe_prose(base::Fields& fields, std::string_view name) {
  if (fields.maybe(name) == nullptr) return {};
  return prose(fields, name);
}

std::optional<Commitment> maybe_commitment(base::Fields& fields, std::string_view name) {
  const auto text = fields.maybe_text(name);
  if (!text) return std::nullopt;
  const auto bytes = base::from_base64url(*text);
  if (bytes) {
    if (const auto digest = seal::digest_from_bytes(*bytes)) return digest;
  }
  fields.report(name, fmt::format("`{}` is no commitment", *text),
                "write the base64url of 32 bytes, as the entry has it");
  return std::nullopt;
}

seal::Digest digest_in(base::Fields& fields, std::string_view name) {
  const std::string text = fields.text(name);
  if (const auto digest = seal::parse_digest(text)) return *digest;
  if (!text.empty()) fields.report(name, fmt::format("`{}` is no digest", text), "write sha256:…");
  return {};
}

void add_text(Members& members, std::string_view name, const std::string& text) {
  if (!text.empty()) members.emplace_back(name, base::json_text(text));
}

}  // namespace countersign::kernel
