// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/body_fields.h"

#include <fmt/format.h>

#include "base/prose.h"

namespace countersign::kernel {
namespace {

constexpr std::size_t kLongestText = 16384;

}  // namespace

Position position_in(base::Fields& fields, std::string_view name) {
  return static_cast<Position>(fields.integer(name, 0));
}

base::Json json_of(Position position) {
  return base::json_integer(static_cast<std::int64_t>(position));
}

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

void add_text(Members& members, std::string_view name, const std::string& text) {
  if (!text.empty()) members.emplace_back(name, base::json_text(text));
}

void add_marking(Members& members, const std::optional<registry::Marking>& marking) {
  if (marking) members.emplace_back("marking", registry::Marking::write(*marking));
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

void add_act(Members& members, const std::optional<geo::Place>& place,
             const std::vector<registry::CategoryId>& categories) {
  if (place) members.emplace_back("place", place->to_json());
  std::vector<std::string> texts;
  for (const registry::CategoryId& category : categories) texts.push_back(category.text());
  members.emplace_back("categories", base::json_texts(texts));
}

std::optional<geo::Place> maybe_place(base::Fields& fields, base::Report& report) {
  const base::Json* place = fields.maybe("place");
  if (place == nullptr) return std::nullopt;
  return geo::Place::read(*place, "the place", report);
}

std::vector<registry::CategoryId> categories_of(base::Fields& fields) {
  std::vector<registry::CategoryId> categories;
  for (std::string& id : fields.ids("categories")) categories.emplace_back(std::move(id));
  return categories;
}

registry::GrantId grant_of(base::Fields& fields) { return registry::GrantId(fields.id("grant")); }

}  // namespace countersign::kernel
