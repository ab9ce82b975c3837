// SPDX-License-Identifier: Apache-2.0
#include "casework/catalogue.h"

#include <algorithm>
#include <string>
#include <thread>

#include "base/check.h"
#include "casework/directory.h"
#include "casework/files.h"
#include "registry/graph/from_registers.h"
#include "registry/graph/snapshot.h"

namespace countersign::casework {

using registry::graph::TieEngine;

unsigned catalogue_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 4U); }

namespace {

base::Parsed<RegisterTies> ties_of(const registry::Registers& registers, base::Instant at,
                                   const TraceQuestion& question) {
  BOOST_OUTCOME_TRY(
      registry::graph::CatalogueOfRegisters made,
      registry::graph::catalogue_of(registers, {at, registry::ItemId(question.item),
                                                question.ask == TraceQuestion::Ask::UsedBy}));
  return RegisterTies{
      TieEngine::build(std::move(made.catalogue), at, catalogue_threads()), made.rows_read, {}};
}

}  // namespace

base::Parsed<RegisterTies> ties_of_directory(const std::filesystem::path& path, base::Instant at,
                                             const TraceQuestion& question) {
  BOOST_OUTCOME_TRY(const Directory directory, read_directory(path));
  auto ties = ties_of(directory.registers, at, question);
  if (!ties) {
    for (base::Issue& issue : ties.error()) issue.file = path.string();
  }
  return ties;
}

base::Parsed<base::Ruled<RegisterTies>> ties_of_state(const kernel::State& state, base::Instant at,
                                                      const Reader& reader,
                                                      const TraceQuestion& question) {
  const registry::Registers& registers = state.authorities().registers();
  if (reader.is_keeper()) {
    BOOST_OUTCOME_TRY(RegisterTies ties, ties_of(registers, at, question));
    return base::Ruled<RegisterTies>(std::move(ties));
  }
  const registry::PartyId& party = reader.who()->authority;
  if (!reader.sees(kernel::Sight::Register, party)) {
    return base::Ruled<RegisterTies>(not_shown(reader, "the registers that ties rest on"));
  }
  // Nothing of the others, not even that a list of theirs describes an item too.
  const registry::AuthorityId own(party.text());
  const registry::AuthorityRegister* held = registers.find(own);
  CHECK(held != nullptr);  // it has the office that looks
  BOOST_OUTCOME_TRY(const registry::Registers alone,
                    registry::Registers::create_extract(*held, {}));
  BOOST_OUTCOME_TRY(RegisterTies ties, ties_of(alone, at, question));
  ties.alone = own;
  return base::Ruled<RegisterTies>(std::move(ties));
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
