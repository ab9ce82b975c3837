// SPDX-License-Identifier: Apache-2.0
// Any text is either facts, of which a catalogue can be made, or a report with the place of
// everything that is wrong.
#include "base/check.h"
#include "base/instant.h"
#include "fuzz/target.h"
#include "registry/document.h"
#include "registry/graph/engine.h"
#include "registry/graph/import/boms.h"
#include "registry/graph/import/csv.h"

namespace countersign {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): a program

constexpr std::string_view kMapping = R"({
  "described_by": "A", "currency": "USD", "complete": true, "authorities": ["A", "B"],
  "columns": {"item": "item", "component": "component", "quantity": "quantity", "value": "value",
              "origin": "origin", "supplier": "supplier", "price": "price", "needs": "needs"},
  "decimals": 2, "claims": [{"id": "c", "authority": "B", "basis": "data", "supplier": "S"}]})";

template <class Import>
void take(Import&& import, std::string_view text) {
  const auto mapping = registry::read_document<Mapping>(kMapping, "mapping.json");
  CHECK(mapping.has_value());
  ImportReport report;
  CatalogueBuilder builder;
  Parts parts(mapping.value(), builder, report);
  import(text, "input", parts, {});
  parts.finish();
  if (!report.clean()) {
    for (const base::Issue& issue : report.issues()) CHECK(!base::to_text(issue).empty());
    return;
  }
  auto built = std::move(builder).build();
  if (!built) {
    CHECK(!built.error().empty());
    return;
  }
  const TieEngine engine = TieEngine::build(std::move(built.value()), base::Instant{0});
  CHECK(engine.catalogue().nodes() < (1U << 20));
}

}  // namespace
}  // namespace countersign

FUZZ_TARGET(input) {
  using namespace countersign;
  (void)registry::read_document<registry::graph::Mapping>(input, "mapping.json");
  take(registry::graph::import_csv, input);
  take(registry::graph::import_cyclonedx, input);
  take(registry::graph::import_spdx, input);
}
