// SPDX-License-Identifier: Apache-2.0
// The small tables of a catalogue as JSON, within a snapshot.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_TABLES_JSON_H_
#define COUNTERSIGN_REGISTRY_GRAPH_TABLES_JSON_H_

#include "base/json.h"
#include "registry/graph/catalogue.h"

namespace countersign::registry::graph {

base::Json write_tables(const Tables& tables);

// Every place in them lies within the table it points into; nodes are below `nodes`.
Tables read_tables(const base::Json& document, std::size_t nodes, base::Report& report);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_TABLES_JSON_H_
