// SPDX-License-Identifier: Apache-2.0
// Catalogues: made of a directory of registers or kept in a file (docs/formats/catalogue.md).
#ifndef COUNTERSIGN_CASEWORK_CATALOGUE_H_
#define COUNTERSIGN_CASEWORK_CATALOGUE_H_

#include <filesystem>
#include <memory>
#include <optional>

#include "base/instant.h"
#include "base/result.h"
#include "casework/mapped_file.h"
#include "casework/reader.h"
#include "casework/trace.h"
#include "kernel/state.h"
#include "registry/graph/engine.h"

namespace countersign::casework {

// How many threads a catalogue is worked out on: as many as the machine has cores, four at most.
unsigned catalogue_threads();

// The ties of what a question is about, as registers have them: not those of other items that rows
// of lists describe.
struct RegisterTies {
  registry::graph::TieEngine engine;
  std::size_t rows_read = 0;                   // of lists
  std::optional<registry::AuthorityId> alone;  // whose registers alone these are; empty: all
};

// What the registers of a directory say on a date.
base::Parsed<RegisterTies> ties_of_directory(const std::filesystem::path& path, base::Instant at,
                                             const TraceQuestion& question);

// What a reader sees of it in an instance: all registers, or those of its own authority alone.
// Refused by `not-shown` where the reader sees no registers.
base::Parsed<base::Ruled<RegisterTies>> ties_of_state(const kernel::State& state, base::Instant at,
                                                      const Reader& reader,
                                                      const TraceQuestion& question);

// Writes the file whole or not at all.
base::Result<void> save_catalogue(const registry::graph::TieEngine& engine,
                                  const std::filesystem::path& path);

// An engine that lies in its file: the engine goes first.
struct OpenCatalogue {
  std::unique_ptr<MappedFile> file;
  std::unique_ptr<registry::graph::TieEngine> engine;
};

// The catalogue on the date it was made for, or on another, for which everything is worked out
// anew: as long as importing it took, reading apart.
base::Parsed<OpenCatalogue> open_catalogue(const std::filesystem::path& path,
                                           std::optional<base::Instant> at = {},
                                           const registry::graph::Progress& progress = {});

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CATALOGUE_H_
