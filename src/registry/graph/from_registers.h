// SPDX-License-Identifier: Apache-2.0
// Registers as a catalogue: what authorities have signed, in the form in which it is traced at
// scale.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_
#define COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "registry/graph/catalogue.h"
#include "registry/registers.h"

namespace countersign::registry::graph {

// "US/targeting": how data of an authority are named as a node.
std::string data_name(std::string_view authority, std::string_view kind);

// Which rows of lists are read: they are many, and each is proved when it is read.
struct RowsWanted {
  base::Instant at;
  ItemId item;          // its own row, and those of everything that it is made of
  bool wholes = false;  // and of what contains it; every list in force is read whole to find those
};

struct CatalogueOfRegisters {
  Catalogue catalogue;
  std::size_t rows_read = 0;
};

// Everything that a trace of `rows.item` on that date rests on; of descriptions, price lists,
// claims and rules that are records of their own all there is, with its period. Issues: what a
// catalogue cannot hold (more than kMostAuthorities authorities and lists, a circle of wholes and
// parts); what some list says that is asked for and cannot be told, as RegistersView::unsure_of()
// has it.
base::Parsed<CatalogueOfRegisters> catalogue_of(const Registers& registers, const RowsWanted& rows);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_FROM_REGISTERS_H_
