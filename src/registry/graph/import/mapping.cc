// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/import/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "registry/internal/reading.h"

namespace countersign::registry::graph {
namespace {

using base::Json;

// An object of texts by name.
std::map<std::string, std::string> read_texts(base::Fields& fields, std::string_view name,
                                              base::Report& report) {
  std::map<std::string, std::string> texts;
  const Json* object = fields.maybe(name);
  if (object == nullptr) return texts;
  for (const Json::Member& member : object->members) {
    if (member.value.kind != Json::Kind::Text) {
      report.add_at(member.value, fmt::format("`{}` must be a text", member.name));
    }
    texts[member.name] = member.value.text;
  }
  if (object->kind != Json::Kind::Object) {
    report.add_at(*object, fmt::format("`{}` must be an object of texts", name));
  }
  return texts;
}

std::map<std::string, std::string> read_columns(base::Fields& fields, base::Report& report) {
  std::map<std::string, std::string> by_head;
  for (const auto& [meaning, head] : read_texts(fields, "columns", report)) {
    if (std::find(std::begin(kColumns), std::end(kColumns), meaning) == std::end(kColumns)) {
      const auto meant = base::did_you_mean(meaning, {std::begin(kColumns), std::end(kColumns)});
      fields.report("columns", fmt::format("there is no column `{}`", meaning),
                    meant ? fmt::format("did you mean `{}`?", *meant)
                          : "docs/formats/catalogue.md lists them");
    }
    if (!by_head.emplace(head, meaning).second) {
      fields.report("columns", fmt::format("the column `{}` stands for two things", head),
                    "keep one of the two");
    }
  }
  return by_head;
}

void check_authorities(const Mapping& mapping, const Json& document, base::Report& report) {
  const std::set<std::string> known(mapping.authorities.begin(), mapping.authorities.end());
  const auto check = [&](const std::string& id) {
    if (id.empty() || known.contains(id)) return;
    report.add(document.at, fmt::format("`{}` is not among the authorities", id),
               "add it to `authorities`");
  };
  check(mapping.described_by);
  for (const MappedClaim& claim : mapping.claims) check(claim.authority);
  for (const MappedRule& rule : mapping.rules) check(rule.authority);
  if (known.size() > kMostAuthorities) {
    report.add(document.at, fmt::format("more than {} authorities", kMostAuthorities),
               "leave out those whose say is not asked about");
  }
}

}  // namespace

MappedClaim MappedClaim::read(const Json& element, base::Report& report) {
  base::Fields fields(element, "a claim", report);
  MappedClaim claim;
  claim.id = fields.id("id");
  claim.authority = fields.id("authority");
  const std::string basis = fields.text("basis");
  const auto found = find_basis(basis);
  if (!found && !basis.empty()) {
    fields.report("basis", fmt::format("`{}` is no basis", basis),
                  "one of supplied, owner, component, direct_product, data");
  }
  claim.basis = found.value_or(Basis::Supplied);
  static constexpr std::string_view kOn[] = {"item",   "data",     "technology",
                                             "origin", "supplier", "class"};
  int targets = 0;
  for (std::size_t i = 0; i < std::size(kOn); ++i) {
    const auto target = fields.maybe_text(kOn[i]);
    if (!target) continue;
    claim.on = static_cast<MappedClaim::On>(i);
    claim.target = *target;
    ++targets;
  }
  if (targets != 1) {
    report.add_at(element, "a claim is on one thing",
                  "name it under item, data, technology, origin, supplier or class");
  }
  if (claim.on == MappedClaim::On::Origin && claim.basis != Basis::Component) {
    report.add_at(element, "of an origin only parts can be claimed", "write the basis `component`");
  }
  claim.in_force = internal::read_period(fields, "in_force");
  fields.finish();
  return claim;
}

ClaimFact::On MappedClaim::fact_on() const {
  switch (on) {
    case On::Origin:
      return ClaimFact::On::Origin;
    case On::Supplier:
      return ClaimFact::On::Supplier;
    case On::Class:
      return ClaimFact::On::Class;
    default:
      return ClaimFact::On::Item;
  }
}

std::optional<NodeKind> MappedClaim::node_kind() const {
  switch (on) {
    case On::Item:
      return NodeKind::Item;
    case On::Data:
      return NodeKind::Data;
    case On::Technology:
      return NodeKind::Technology;
    default:
      return std::nullopt;
  }
}

MappedRule MappedRule::read(const Json& element, base::Report& report) {
  base::Fields fields(element, "a rule", report);
  MappedRule rule;
  rule.authority = fields.id("authority");
  rule.destination = fields.maybe_id("for").value_or("");
  if (const auto threshold = fields.maybe_integer("threshold_bp", 0, 10'000)) {
    rule.rule.component = {ComponentRule::Kind::DeMinimis, *threshold};
  }
  rule.rule.direct_product = fields.flag_or("direct_product", true);
  rule.rule.data = fields.flag_or("data", true);
  rule.in_force = internal::read_period(fields, "in_force");
  fields.finish();
  return rule;
}

Mapping Mapping::read(const Json& document, base::Report& report) {
  base::Fields fields(document, "a mapping", report);
  Mapping mapping;
  mapping.described_by = fields.id("described_by");
  mapping.currency = fields.text("currency");
  fields.need("complete");
  mapping.complete = fields.flag_or("complete", false);
  mapping.in_force = internal::read_period(fields, "in_force");
  mapping.authorities = fields.ids("authorities");
  mapping.columns = read_columns(fields, report);
  if (const auto separator = fields.maybe_text("separator")) {
    if (separator->size() != 1 || *separator == "\"" || *separator == "\n" || *separator == "\r") {
      fields.report("separator", "a separator is one character", "like \",\", \";\" or a tab");
    } else {
      mapping.separator = separator->front();
    }
  }
  mapping.decimals = static_cast<int>(fields.maybe_integer("decimals", 0, 9).value_or(0));
  if (const Json* units = fields.maybe("units")) {
    for (const Json::Member& member : units->members) {
      if (member.value.kind != Json::Kind::Integer || member.value.integer < 1) {
        report.add_at(member.value, fmt::format("`{}` must be a number of pieces", member.name));
      }
      mapping.units[member.name] = member.value.integer;
    }
  }
  mapping.origins = read_texts(fields, "origins", report);
  for (const Json& element : fields.array("claims")) {
    mapping.claims.push_back(MappedClaim::read(element, report));
  }
  for (const Json& element : fields.array("rules")) {
    mapping.rules.push_back(MappedRule::read(element, report));
  }
  fields.finish();
  check_authorities(mapping, document, report);
  return mapping;
}

std::string Mapping::origin_of(std::string_view written) const {
  const auto found = origins.find(std::string(written));
  return found == origins.end() ? std::string(written) : found->second;
}

void Mapping::begin(CatalogueBuilder& builder) const {
  for (const std::string& authority : authorities) builder.authority(authority);
  // Prices are whole numbers of the last decimal, and are told as that.
  builder.currency(
      builder.authority(described_by),
      decimals == 0
          ? currency
          : fmt::format("× 0.{}1 {}", std::string(static_cast<std::size_t>(decimals) - 1, '0'),
                        currency));
  for (const MappedClaim& claim : claims) {
    ClaimFact fact;
    fact.id = claim.id;
    fact.authority = builder.authority(claim.authority);
    fact.basis = claim.basis;
    fact.period = builder.period(claim.in_force);
    fact.on = claim.fact_on();
    switch (fact.on) {
      case ClaimFact::On::Item:
        fact.target = builder.node(*claim.node_kind(), claim.target);
        break;
      case ClaimFact::On::Origin:
        fact.target = builder.origin(claim.target);
        break;
      case ClaimFact::On::Supplier:
        fact.target = builder.supplier(claim.target);
        break;
      case ClaimFact::On::Class:
        fact.target = builder.product_class(claim.target);
        break;
    }
    builder.claim(std::move(fact));
  }
  for (const MappedRule& rule : rules) {
    builder.rule({builder.authority(rule.authority), rule.destination, rule.rule,
                  builder.period(rule.in_force)});
  }
}

}  // namespace countersign::registry::graph
