// SPDX-License-Identifier: Apache-2.0
#include "registry/claim.h"

#include <algorithm>

#include <fmt/format.h>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

const std::vector<std::string_view>& basis_names() {
  static const std::vector<std::string_view> kNames = {"supplied", "owner", "component",
                                                       "direct_product", "data"};
  return kNames;
}

// A member that this basis has no place for.
void refuse(base::Fields& fields, std::string_view name, Basis basis) {
  if (fields.maybe(name) == nullptr) return;
  fields.report(name, fmt::format("a `{}` claim has no `{}`", name_of(basis), name),
                basis == Basis::Component ? "a component claim names a `component` and nothing else"
                                          : "remove it, or change `basis`");
}

}  // namespace

std::optional<Basis> find_basis(std::string_view name) {
  const auto& names = basis_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Basis>(found - names.begin());
}

std::string_view name_of(Basis basis) { return basis_names()[static_cast<std::size_t>(basis)]; }

Claim Claim::read(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a claim", report);
  Claim claim;
  claim.written.at = document.at;
  claim.id = ClaimId(fields.id("id"));
  claim.basis = static_cast<Basis>(fields.word("basis", basis_names()));
  const bool of_component = claim.basis == Basis::Component;
  claim.item = ItemId(fields.id(of_component ? "component" : "item"));
  refuse(fields, of_component ? "item" : "component", claim.basis);
  if (claim.basis == Basis::Data) {
    claim.kind = DataKindId(fields.id("kind"));
  } else {
    refuse(fields, "kind", claim.basis);
  }
  claim.in_force = internal::read_period(fields, "in_force");
  fields.finish();
  return claim;
}

base::Json Claim::write(const Claim& claim) {
  internal::Members members;
  members.emplace_back("id", base::json_text(claim.id.text()));
  members.emplace_back("basis", base::json_text(name_of(claim.basis)));
  members.emplace_back(claim.basis == Basis::Component ? "component" : "item",
                       base::json_text(claim.item.text()));
  if (claim.kind) members.emplace_back("kind", base::json_text(claim.kind->text()));
  internal::add_period(members, "in_force", claim.in_force);
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
