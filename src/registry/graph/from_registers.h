// SPDX-License-Identifier: Apache-2.0
// Registers as a catalogue: what authorities have signed, in the form in which it is traced at
// scale.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/graph/catalogue.h"
#include "registry/registers.h"

namespace countersign::registry::graph {

// "US/targeting": how data of an authority are named as a node.
std::string data_name(std::string_view authority, std::string_view kind);

// Everything that a trace of any item rests on, with its periods: descriptions, price lists, claims
// and rules, pending and ended ones too. An issue says what a catalogue cannot hold: more than
// kMostAuthorities authorities, a circle of wholes and parts, the rows of lists. `alone`: of that
// authority's registers only, as if there were no others.
base::Parsed<Catalogue> catalogue_of(const Registers& registers,
                                     const std::optional<AuthorityId>& alone = {});

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_
