// SPDX-License-Identifier: Apache-2.0
// The descriptions of an imported catalogue as the rows of a list that an authority can vouch for.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_LISTED_ROWS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_LISTED_ROWS_H_

#include <vector>

#include "base/result.h"
#include "registry/graph/catalogue.h"
#include "registry/item_list.h"

namespace countersign::registry::graph {

// One row for each described item, sorted. Names become ids: `@` is written `:`, a blank `_`. Data
// become the needs of whose they are, by the claims on them. Issues name what neither a row nor a
// claim in registers can say, so that no tie is lost in silence: names that cannot be ids or become
// one and the same, needs of other items, data that nobody claims, technologies, suppliers that are
// authorities, items that somebody claims by supplier, class or origin, and a catalogue without a
// described item. Other suppliers, and claims on single items and rules, which each authority
// issues itself, are no part of a description: they are left out.
base::Parsed<std::vector<ListedRow>> listed_rows(const Catalogue& catalogue);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_LISTED_ROWS_H_
