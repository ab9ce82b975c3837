// SPDX-License-Identifier: Apache-2.0
// Parts lists and bills of materials of our own writing, right and wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "registry/document.h"
#include "registry/graph/answers.h"
#include "registry/graph/import/boms.h"
#include "registry/graph/import/csv.h"
#include "registry/internal/declared.h"

namespace countersign::registry::graph {
namespace {

using internal::day;

constexpr std::string_view kMapping = R"({
  "described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA", "US", "FR"],
  "columns": {"item": "Assembly", "component": "Part", "quantity": "Qty", "unit": "UoM",
              "value": "Cost", "origin": "Country", "supplier": "Vendor", "price": "Price",
              "needs": "Needs", "made_with": "Process", "class": "Class"},
  "decimals": 2, "units": {"pcs": 1, "dozen": 12},
  "origins": {"USA": "US", "?": ""},
  "claims": [{"id": "FR-1", "authority": "FR", "basis": "component", "supplier": "Optique SA"},
             {"id": "US-1", "authority": "US", "basis": "data", "data": "maps"}],
  "rules": [{"authority": "US", "for": "GB", "threshold_bp": 2500}]})";

constexpr std::string_view kHead =
    "Assembly,Part,Qty,UoM,Cost,Country,Vendor,Price,Needs,Process,Class\n";

Mapping mapping(std::string_view text = kMapping) {
  auto read = read_document<Mapping>(text, "mapping.json");
  CHECK(read.has_value());
  return std::move(read.value());
}

struct Imported {
  ImportReport report;
  std::optional<TieEngine> engine;

  std::string issues() const { return base::to_text(report.issues()); }
};

template <class Import>
Imported import(Import&& one, std::string_view text, std::string_view by = kMapping) {
  Imported imported;
  const Mapping mapped = mapping(by);
  CatalogueBuilder builder;
  Parts parts(mapped, builder, imported.report);
  one(text, "f", parts, {});
  parts.finish();
  if (!imported.report.clean()) return imported;
  auto built = std::move(builder).build();
  if (!built) {
    imported.report.refuse(built.error());
  } else {
    imported.engine.emplace(TieEngine::build(std::move(built.value()), day("2025-06-10")));
  }
  return imported;
}

Imported csv(std::string_view rows) { return import(import_csv, std::string(kHead).append(rows)); }

ItemTies ties(const Imported& imported, std::string_view item, std::string_view to = {}) {
  const auto node = imported.engine->catalogue().item(item);
  CHECK(node.has_value());
  return ties_of(*imported.engine, *node, imported.engine->rules(to));
}

const Say* say(const ItemTies& ties, const Imported& imported, std::string_view authority) {
  return ties.find(*imported.engine->catalogue().tables.authority(authority));
}

TEST(ImportCsv, TakesAPartsList) {
  const Imported imported =
      csv("drone,engine,1,pcs,,UA,,1000.00,data:maps,,\r\n"
          "drone,\"lens, \"\"wide\"\"\",2,pcs,50.50,?,Optique SA,,,,optics\n"
          "engine,bolt,1,dozen,2.5,USA,,100,,etching,\n"
          "\n"
          "engine,casing,1,pcs,70,UA,,,,,\n");
  ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
  EXPECT_EQ(imported.report.rows, 4U);
  // The lens has no origin that is known, though somebody claims it.
  EXPECT_EQ(ties(imported, "drone").gaps, bit(Gap::UnknownOrigin) | bit(Gap::UnknownValue));
  const ItemTies engine = ties(imported, "engine");
  EXPECT_EQ(engine.gaps, 0);
  EXPECT_EQ(say(engine, imported, "US")->content.text(), "3000");
  EXPECT_EQ(say(engine, imported, "US")->bp_floor, 3'000);
  EXPECT_EQ(say(engine, imported, "UA")->bp_floor, 7'000);
}

TEST(ImportCsv, KnowsClaimsOnSuppliersAndRulesByDestination) {
  const Imported imported =
      csv("drone,lens,2,pcs,50,DE,Optique SA,1000,data:maps,,\n"
          "drone,bolt,1,pcs,200,USA,,,,,\n"
          "drone,frame,1,pcs,200,UA,,,,,\n");
  ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
  const ItemTies any = ties(imported, "drone");
  EXPECT_EQ(say(any, imported, "FR")->bp_floor, 1'000);
  EXPECT_EQ(say(any, imported, "US")->bases, bit(Basis::Component) | bit(Basis::Data));
  EXPECT_EQ(say(ties(imported, "drone", "GB"), imported, "US")->bases, bit(Basis::Data));
}

TEST(ImportCsv, RefusesEachLineByItsPlace) {
  const std::vector<std::pair<std::string_view, std::string_view>> wrong = {
      {"drone,bolt,-1,pcs,2,UA,,,,,", "f:2:12: `-1` is no quantity that can be counted"},
      {"drone,bolt,1.5,pcs,2,UA,,,,,", "f:2:12: `1.5` is no quantity"},
      {"drone,bolt,9223372036854775808,pcs,2,UA,,,,,", "f:2:12: `9223372036854775808` is no"},
      {"drone,bolt,9000000000000000000,dozen,2,UA,,,,,", "f:2:32: the quantity is too large"},
      {"drone,bolt,1,kg,2,UA,,,,,", "f:2:14: the unit `kg` is not known"},
      {"drone,bolt,1,pcs,2.505,UA,,,,,", "f:2:18: `2.505` is no value"},
      {"drone,bolt,1,pcs,99999999999999999999,UA,,,,,", "f:2:18: `99999999999999999999` is no"},
      {"drone,bolt,1,pcs,2,UA,,0,,,", "f:2:24: `0` is no price"},
      {",bolt,1,pcs,2,UA,,,,,", "f:2:1: the item is empty"},
      {"drone,bolt,,pcs,2,UA,,,,,", "f:2:12: the quantity is empty"},
      {"drone,bolt", "f:2:1: 2 fields, where the first row has 11"},
      {"drone,bo\"lt,1,pcs,2,UA,,,,,", "f:2:9: a quote stands within a field"},
      {"drone,\"bolt,1,pcs,2,UA,,,,,", "f:2:7: the quote that begins here does not end"},
      {"drone,bo\x01lt,1,pcs,2,UA,,,,,", "f:2:7: the component holds a character"},
      {"drone,bo\xfflt,1,pcs,2,UA,,,,,", "f:2:7: the component holds a character"},
      {"drone,bolt,1,pcs,2,UA,,5,,,\ndrone,nut,1,pcs,2,UA,,6,,,",
       "f:3:23: `drone` costs 6.00 here and 5.00 in line 2"},
      {"drone,bolt,1,pcs,2,UA,A,,,,\nkite,bolt,1,pcs,2,UA,B,,,,",
       "f:3:22: `bolt` is supplied by `B` here and by another in line 2"},
      {"drone,bolt,1,pcs,2,UA,,,,,\nkite,nut,1,pcs,2,UA,,,,,\ndrone,bolt,3,pcs,2,UA,,,,,",
       "f:4:1: the component `bolt` of that origin stands in `drone` already, in line 2"},
      {"drone,bolt,2,pcs,3,USA,,5,,,\ndrone,nut,1,pcs,4,UA,,,,,",
       "f:2:25: `drone` costs 5.00, and its parts of origin US are worth 6.00 together"},
      {"drone,bolt,4000000000000000000,pcs,1,USA,,5,,,", "a share of more than 100 %"},
      {"a,b,1,pcs,,,,,,,\nb,c,1,pcs,,,,,,,\nc,a,1,pcs,,,,,,,", "is a component of itself"},
  };
  for (const auto& [rows, message] : wrong) {
    const Imported imported = csv(rows);
    EXPECT_FALSE(imported.engine.has_value()) << rows;
    EXPECT_NE(imported.issues().find(message), std::string::npos) << rows << "\n"
                                                                  << imported.issues();
  }
}

// Parts of several origins may be worth more together than the price: no share is past the whole.
TEST(ImportCsv, TakesPartsOfTwoOriginsThatAreWorthMoreTogether) {
  const Imported imported =
      csv("drone,bolt,1,pcs,4,USA,,5,,,\ndrone,nut,1,pcs,4,UA,,,,,\nbox,nut,1,pcs,,UA,,1,,,\n");
  ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
  EXPECT_EQ(say(ties(imported, "drone"), imported, "US")->bp_floor, 8'000);
  EXPECT_EQ(imported.engine->currency_of(0), "× 0.01 USD");
}

TEST(ImportCsv, RefusesAHeadThatTheMappingDoesNotKnow) {
  const Imported imported = import(import_csv, "Assembly,Part\ndrone,bolt\n");
  EXPECT_NE(imported.issues().find("there is no column `Class`"), std::string::npos);
  EXPECT_FALSE(import(import_csv, "").report.clean());
}

TEST(ImportCsv, ReportsEveryLineThatIsWrong) {
  std::string rows;
  for (int i = 0; i < 200; ++i) rows += fmt::format("drone,p{},x,pcs,2,UA,,,,,\n", i);
  EXPECT_EQ(csv(rows).report.refused(), 200U);
}

TEST(ImportMapping, RefusesWhatItDoesNotKnow) {
  const std::vector<std::pair<std::string_view, std::string_view>> wrong = {
      {R"({"described_by": "UA", "currency": "USD", "complete": true, "authorities": ["US"]})",
       "`UA` is not among the authorities"},
      {R"({"described_by": "UA", "currency": "USD", "authorities": ["UA"]})", "needs `complete`"},
      {R"({"described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA"],
           "columns": {"compnent": "Part"}})",
       "did you mean `component`?"},
      {R"({"described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA"],
           "claims": [{"id": "c", "authority": "UA", "basis": "data", "origin": "UA"}]})",
       "of an origin only parts can be claimed"},
      {R"({"described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA"],
           "units": {"dozen": 0}})",
       "`dozen` must be a number of pieces"},
  };
  for (const auto& [text, message] : wrong) {
    EXPECT_NE(internal::issues_of<Mapping>(text).find(message), std::string::npos) << message;
  }
}

TEST(ImportNumber, IsExactOrNothing) {
  EXPECT_EQ(parse_number("12.5", 2), 1'250);
  EXPECT_EQ(parse_number("0", 0), 0);
  EXPECT_EQ(parse_number("92233720368547758.07", 2), 9'223'372'036'854'775'807);
  for (const char* text : {"", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", "1,5", "0x1", " 1",
                           "92233720368547758.08"}) {
    EXPECT_FALSE(parse_number(text, 2).has_value()) << text;
  }
  EXPECT_FALSE(parse_number("1.0", 0).has_value());
}

std::string cyclonedx_text(std::string_view version) {
  return fmt::format(R"({{
    "dependencies": [{{"ref": "root", "dependsOn": ["lib", "svc"]}},
                     {{"ref": "lib", "dependsOn": ["lib2"]}}, {{"ref": "lib2", "dependsOn": ["lib"]}}],
    "components": [
      {{"type": "library", "bom-ref": "lib", "group": "org", "name": "lib", "version": "1",
        "supplier": {{"name": "FR house"}}, "properties": [
          {{"name": "countersign:origin", "value": "FR"}}, {{"name": "countersign:value", "value": "3"}}]}},
      {{"type": "library", "bom-ref": "lib2", "name": "lib2", "publisher": "somebody", "properties": [
          {{"name": "countersign:origin", "value": "US"}}, {{"name": "countersign:value", "value": "5"}},
          {{"name": "countersign:quantity", "value": "2"}}]}},
      {{"type": "device", "bom-ref": "board", "name": "board", "components": [
        {{"type": "device", "name": "chip", "properties": [
          {{"name": "countersign:value", "value": "7.25"}}],
          "manufacturer": {{"name": "Chips Inc", "address": {{"country": "USA"}}}}}}]}}],
    "services": [{{"bom-ref": "svc", "name": "maps", "provider": {{"name": "Somewhere"}}}}],
    "metadata": {{"component": {{"type": "device", "bom-ref": "root", "name": "radio", "version": "2",
      "properties": [{{"name": "countersign:price", "value": "100"}}]}}}},
    "vulnerabilities": [{{"id": "x"}}],
    "bomFormat": "CycloneDX", "specVersion": "{}", "version": 1}})",
                     version);
}

TEST(ImportCycloneDx, TakesADocumentOfEachVersion) {
  for (const std::string_view version : {"1.4", "1.5", "1.6", "1.7"}) {
    const Imported imported = import(import_cyclonedx, cyclonedx_text(version));
    ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
    const ItemTies radio = ties(imported, "radio@2");
    EXPECT_EQ(radio.gaps, 0);
    EXPECT_EQ(say(radio, imported, "US")->content.text(), "1725");
    EXPECT_EQ(say(radio, imported, "US")->bases, bit(Basis::Component) | bit(Basis::Data));
    EXPECT_EQ(say(radio, imported, "FR")->content.text(), "300");
    EXPECT_EQ(imported.report.skipped, 1U);
  }
}

TEST(ImportCycloneDx, RefusesWhatDoesNotHoldTogether) {
  const std::vector<std::pair<std::string_view, std::string_view>> wrong = {
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.3"})", "version `1.3` is not read"},
      {R"({"bomFormat": "SPDX", "specVersion": "1.5"})", "`bomFormat` is not `CycloneDX`"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "library"}]})",
       "f:1:65: a component has no `name`"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
           {"bom-ref": "a", "name": "a"}, {"bom-ref": "a", "name": "b"}]})",
       "`a` names two things"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"bom-ref": "a", "name": "a"}],
           "dependencies": [{"ref": "a", "dependsOn": ["b"]}]})",
       "f:2:56: `b` is nothing in this document"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [],
           "dependencies": [{"ref": "a", "dependsOn": ["b"]}]})",
       "f:2:29: `a` is nothing in this document"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [],
           "dependencies": [{"ref": "a", "dependsOn": ["b"]}]})",
       "f:2:56: `b` is nothing in this document"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"bom-ref": "a", "name": "a"}],
           "dependencies": [{"ref": "a", "dependsOn": [""]}]})",
       "f:2:56: a reference must be a text"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"name": "a", "properties":
           [{"name": "countersign:value", "value": "-5"}]}]})",
       "`-5` is no value that can be counted"},
      {R"({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"name": "a")",
       "the document ends too early"},
  };
  for (const auto& [text, message] : wrong) {
    const Imported imported = import(import_cyclonedx, text);
    EXPECT_NE(imported.issues().find(message), std::string::npos) << imported.issues();
  }
}

TEST(ImportCycloneDx, TakesCompositionsAtTheirWord) {
  std::string text = cyclonedx_text("1.6");
  text.insert(1, R"("compositions": [{"aggregate": "incomplete", "assemblies": ["board"]}],)");
  const Imported imported = import(import_cyclonedx, text);
  ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
  EXPECT_EQ(ties(imported, "radio@2").gaps, bit(Gap::NotComplete));
}

constexpr std::string_view kSpdx = R"({
  "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x",
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"},
    {"spdxElementId": "SPDXRef-c", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-b"},
    {"spdxElementId": "SPDXRef-g", "relationshipType": "BUILD_TOOL_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-File-1"}],
  "packages": [
    {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "supplier": "Organization: UA"},
    {"SPDXID": "SPDXRef-b", "name": "b", "supplier": "NOASSERTION", "originator": "Person: Somebody"},
    {"SPDXID": "SPDXRef-c", "name": "c", "supplier": "Organization: US"},
    {"SPDXID": "SPDXRef-g", "name": "gcc"}]})";

TEST(ImportSpdx, TakesPackagesAndRelationships) {
  const Imported imported = import(import_spdx, kSpdx);
  ASSERT_TRUE(imported.engine.has_value()) << imported.issues();
  const ItemTies a = ties(imported, "a@1");
  EXPECT_EQ(a.gaps, 0);
  EXPECT_EQ(say(a, imported, "US")->bases, bit(Basis::Data));
  EXPECT_EQ(say(a, imported, "UA")->bases, bit(Basis::Supplied));
  EXPECT_EQ(imported.report.skipped, 2U);
}

TEST(ImportSpdx, RefusesWhatDoesNotHoldTogether) {
  const Imported version = import(import_spdx, R"({"spdxVersion": "SPDX-3.0"})");
  EXPECT_NE(version.issues().find("`spdxVersion` is not `SPDX-2.3`"), std::string::npos);
  const Imported dangling = import(import_spdx, R"({"spdxVersion": "SPDX-2.3", "relationships": [
    {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-b"}]})");
  EXPECT_NE(dangling.issues().find("is no package of this document"), std::string::npos);
}

}  // namespace
}  // namespace countersign::registry::graph
