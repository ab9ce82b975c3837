// SPDX-License-Identifier: Apache-2.0
// Bills of materials in the two standard forms, read element by element: CycloneDX JSON 1.4 to 1.7
// (ECMA-424) and SPDX 2.3 JSON. What each becomes stands in docs/formats/catalogue.md.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOMS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOMS_H_

#include <string_view>

#include "registry/graph/import/parts.h"

namespace countersign::registry::graph {

// Adds the document; what is refused stands in the report. References are resolved when everything
// is read: a document may name what comes later. Where a reading is taken up again, the document is
// gone through from its beginning, and what was taken is left out.
void import_cyclonedx(std::string_view text, std::string_view file, Parts& parts,
                      const Reading& reading = {});
void import_spdx(std::string_view text, std::string_view file, Parts& parts,
                 const Reading& reading = {});

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_BOMS_H_
