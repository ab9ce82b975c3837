// SPDX-License-Identifier: Apache-2.0
#include "casework/catalogue.h"

#include <algorithm>
#include <string>
#include <thread>

#include "casework/directory.h"
#include "casework/files.h"
#include "registry/graph/from_registers.h"
#include "registry/graph/snapshot.h"

namespace countersign::casework {

using registry::graph::TieEngine;

unsigned catalogue_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 4U); }

base::Parsed<TieEngine> engine_of_directory(const std::filesystem::path& path, base::Instant at) {
  BOOST_OUTCOME_TRY(const Directory directory, read_directory(path));
  auto catalogue = registry::graph::catalogue_of(directory.registers);
  if (!catalogue) {
    for (base::Issue& issue : catalogue.error()) issue.file = path.string();
    return std::move(catalogue).error();
  }
  return TieEngine::build(std::move(catalogue).value(), at);
}

base::Parsed<base::Ruled<SeenTies>> ties_of_state(const kernel::State& state, base::Instant at,
                                                  const Reader& reader) {
  std::optional<registry::AuthorityId> alone;
  if (!reader.is_keeper()) {
    kernel::Part part;
    part.owner = reader.who()->authority;
    if (!reader.sees(kernel::Sight::Register, part)) {
      return base::Ruled<SeenTies>(not_shown(reader, "the registers that ties rest on"));
    }
    alone = registry::AuthorityId(part.owner.text());
  }
  BOOST_OUTCOME_TRY(registry::graph::Catalogue catalogue,
                    registry::graph::catalogue_of(state.authorities().registers(), alone));
  return base::Ruled<SeenTies>(
      SeenTies{TieEngine::build(std::move(catalogue), at), std::move(alone)});
}

base::Result<void> save_catalogue(const TieEngine& engine, const std::filesystem::path& path) {
  const auto write = [&](const Put& put) {
    return registry::graph::write_snapshot(engine, [&](std::span<const std::byte> bytes) {
      return put({static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()});
    });
  };
  return write_pieces(path, write, Secrecy::Public);
}

base::Parsed<OpenCatalogue> open_catalogue(const std::filesystem::path& path,
                                           std::optional<base::Instant> at,
                                           const registry::graph::Progress& progress) {
  auto file = MappedFile::open(path);
  if (!file) {
    base::Issue issue;
    issue.message = file.error().message;
    issue.remedy = "`countersign catalogue import` makes one";
    return base::Issues{std::move(issue)};
  }
  OpenCatalogue opened;
  opened.file = std::make_unique<MappedFile>(std::move(file).value());
  BOOST_OUTCOME_TRY(
      TieEngine engine,
      registry::graph::read_snapshot(opened.file->bytes(), path.string(), catalogue_threads()));
  opened.engine =
      std::make_unique<TieEngine>(at && *at != engine.at() ? std::move(engine).at_another_date(
                                                                 *at, catalogue_threads(), progress)
                                                           : std::move(engine));
  return opened;
}

}  // namespace countersign::casework
