// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/tables_json.h"

#include <utility>

namespace countersign::registry::graph {
namespace {

using base::Json;
using Members = std::vector<std::pair<std::string, Json>>;

const std::vector<std::string_view> kOn = {"item", "origin", "supplier", "class"};
const std::vector<std::string_view> kBases = {"supplied", "owner", "component", "direct_product",
                                              "data"};

template <class T, class F>
Json each(const std::vector<T>& all, F&& f) {
  std::vector<Json> items;
  items.reserve(all.size());
  for (const T& one : all) items.push_back(f(one));
  return base::json_array(std::move(items));
}

Json number(std::uint64_t value) { return base::json_integer(static_cast<std::int64_t>(value)); }

Json write_claim(const ClaimFact& claim) {
  return base::json_object({{"id", base::json_text(claim.id)},
                            {"authority", number(claim.authority)},
                            {"basis", base::json_text(name_of(claim.basis))},
                            {"on", base::json_text(kOn[static_cast<std::size_t>(claim.on)])},
                            {"target", number(claim.target)},
                            {"period", number(claim.period)}});
}

Json write_rule(const RuleFact& fact) {
  Members members = {{"authority", number(fact.authority)},
                     {"destination", base::json_text(fact.destination)},
                     {"direct_product", base::json_bool(fact.rule.direct_product)},
                     {"data", base::json_bool(fact.rule.data)},
                     {"period", number(fact.period)}};
  if (fact.rule.component.kind == ComponentRule::Kind::DeMinimis) {
    members.emplace_back("threshold_bp", base::json_integer(fact.rule.component.threshold_bp));
  }
  return base::json_object(std::move(members));
}

Json write_currency(const CurrencyFact& fact) {
  return base::json_object({{"authority", number(fact.authority)},
                            {"currency", base::json_text(fact.currency)},
                            {"period", number(fact.period)}});
}

// A place in a table of so many; 0 after reporting.
template <class T>
T place(base::Fields& fields, std::string_view name, std::size_t count) {
  const std::int64_t most = static_cast<std::int64_t>(count) - 1;
  return static_cast<T>(fields.integer(name, 0, most < 0 ? 0 : most));
}

ClaimFact read_claim(const Json& element, const Tables& tables, std::size_t nodes,
                     base::Report& report) {
  base::Fields fields(element, "a claim", report);
  ClaimFact claim;
  claim.id = fields.text("id");
  claim.authority = place<std::uint8_t>(fields, "authority", tables.authorities.size());
  claim.basis = static_cast<Basis>(fields.word("basis", kBases));
  claim.on = static_cast<ClaimFact::On>(fields.word("on", kOn));
  const std::size_t counts[] = {nodes, tables.origins.size(), tables.suppliers.size(),
                                tables.classes.size()};
  claim.target = place<std::uint32_t>(fields, "target", counts[static_cast<std::size_t>(claim.on)]);
  claim.period = place<std::uint32_t>(fields, "period", tables.periods.size());
  fields.finish();
  return claim;
}

RuleFact read_rule(const Json& element, const Tables& tables, base::Report& report) {
  base::Fields fields(element, "a rule", report);
  RuleFact fact;
  fact.authority = place<std::uint8_t>(fields, "authority", tables.authorities.size());
  fact.destination = fields.text("destination");
  fact.rule.direct_product = fields.flag_or("direct_product", true);
  fact.rule.data = fields.flag_or("data", true);
  if (const auto threshold = fields.maybe_integer("threshold_bp", 0, 10'000)) {
    fact.rule.component = {ComponentRule::Kind::DeMinimis, *threshold};
  }
  fact.period = place<std::uint32_t>(fields, "period", tables.periods.size());
  fields.finish();
  return fact;
}

std::vector<std::string> read_texts(base::Fields& fields, std::string_view name,
                                    base::Report& report) {
  std::vector<std::string> texts;
  for (const Json& element : fields.array(name)) {
    if (element.kind != Json::Kind::Text) report.add(element.at, "not a text");
    texts.push_back(element.text);
  }
  return texts;
}

}  // namespace

Json write_tables(const Tables& tables) {
  const auto period = [](const base::Period& one) {
    return base::json_array(
        {base::json_integer(one.from.unix_ms), base::json_integer(one.until.unix_ms)});
  };
  return base::json_object({{"periods", each(tables.periods, period)},
                            {"authorities", base::json_texts(tables.authorities)},
                            {"origins", base::json_texts(tables.origins)},
                            {"suppliers", base::json_texts(tables.suppliers)},
                            {"classes", base::json_texts(tables.classes)},
                            {"claims", each(tables.claims, write_claim)},
                            {"rules", each(tables.rules, write_rule)},
                            {"currencies", each(tables.currencies, write_currency)}});
}

Tables read_tables(const Json& document, std::size_t nodes, base::Report& report) {
  base::Fields fields(document, "the tables", report);
  Tables tables;
  for (const Json& element : fields.array("periods")) {
    if (element.items.size() != 2 || element.items[0].kind != Json::Kind::Integer ||
        element.items[1].kind != Json::Kind::Integer) {
      report.add(element.at, "not a period");
      continue;
    }
    tables.periods.push_back({{element.items[0].integer}, {element.items[1].integer}});
  }
  tables.authorities = read_texts(fields, "authorities", report);
  if (tables.authorities.size() > kMostAuthorities) report.add(document.at, "too many authorities");
  tables.origins = read_texts(fields, "origins", report);
  tables.suppliers = read_texts(fields, "suppliers", report);
  tables.classes = read_texts(fields, "classes", report);
  if (tables.periods.empty() || tables.origins.empty()) report.add(document.at, "tables are empty");
  for (const Json& element : fields.array("claims")) {
    tables.claims.push_back(read_claim(element, tables, nodes, report));
  }
  for (const Json& element : fields.array("rules")) {
    tables.rules.push_back(read_rule(element, tables, report));
  }
  for (const Json& element : fields.array("currencies")) {
    base::Fields currency(element, "a currency", report);
    tables.currencies.push_back(
        {place<std::uint8_t>(currency, "authority", tables.authorities.size()),
         currency.text("currency"),
         place<std::uint32_t>(currency, "period", tables.periods.size())});
    currency.finish();
  }
  fields.finish();
  return tables;
}

}  // namespace countersign::registry::graph
