// SPDX-License-Identifier: Apache-2.0
// A catalogue and its ties on one date as bytes that are used where they lie: a file that is mapped
// in answers at once (docs/formats/catalogue.md).
//
// A snapshot is a copy to work from, not evidence: its checksums find damage, not forgery. What is
// read from it stays within bounds, whatever the bytes say.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_SNAPSHOT_H_
#define COUNTERSIGN_REGISTRY_GRAPH_SNAPSHOT_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "registry/graph/engine.h"

namespace countersign::registry::graph {

// Takes the next bytes of the file; false ends the writing.
using Sink = std::function<bool(std::span<const std::byte>)>;

// False when the sink ended it.
bool write_snapshot(const TieEngine& engine, const Sink& sink);

// The engine over `bytes`, which begin at a multiple of 64, may be changed and must outlive it.
// `file` is what issues call it: not a snapshot, another version, cut short, damaged.
base::Parsed<TieEngine> read_snapshot(std::span<std::byte> bytes, std::string_view file,
                                      unsigned threads = 1);

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_SNAPSHOT_H_
