// SPDX-License-Identifier: Apache-2.0
// What one authority's policies are told of one request, approvals apart.
//
// Frozen: nothing in it points into registers, so it can be written into a ledger entry and be
// evaluated again by whoever checks it. The kernel closes what Cedar's sets cannot: `touches` and
// `within` hold ancestors, `funded_only_by` is worked out here.
#ifndef COUNTERSIGN_KERNEL_FACTS_H_
#define COUNTERSIGN_KERNEL_FACTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "geo/layer.h"
#include "geo/place.h"
#include "kernel/request.h"
#include "registry/ids.h"
#include "registry/item.h"
#include "registry/ratings.h"
#include "registry/tallies.h"
#include "registry/ties.h"
#include "registry/usage.h"

namespace countersign::registry {
struct AuthorityView;
class RegistersView;
}  // namespace countersign::registry

namespace countersign::kernel {

// What has been reserved and drawn so far. The grants of a case that is being checked again are
// left out, or they would be counted twice: a case is judged whole.
struct Taken {
  std::span<const registry::Usage> usages;
  std::span<const registry::GrantId> leaving_out = {};
  // As of when stock is counted; empty: as of the rules' own instant.
  std::optional<base::Instant> at = std::nullopt;
};

// What a tally of a directive in force has left.
struct TallyFact {
  registry::TallyId id;
  registry::DirectiveId directive;
  registry::TallyCount count;

  friend bool operator==(const TallyFact&, const TallyFact&) = default;
};

// What is known of a property: as wide as numbers go when it is not.
struct PropertyFact {
  registry::PropertyId id;
  registry::Bounds bounds;

  friend bool operator==(const PropertyFact&, const PropertyFact&) = default;
};

// Lists are sorted and without repetition.
struct Facts {
  registry::AuthorityId authority;
  registry::PartyId requester;
  registry::Action action = registry::Action::Use;
  registry::ItemId item;
  std::int64_t quantity = 0;
  std::optional<registry::PartyId> recipient;  // both of a transfer only
  std::optional<registry::PartyId> end_user;
  std::vector<registry::ClassId> item_classes;
  std::vector<geo::RegionId> touches;
  std::vector<geo::RegionId> within;
  std::vector<registry::CategoryId> categories;
  std::vector<registry::DataSource> data_sources;
  std::vector<registry::PartyId> funders;
  std::vector<registry::GroupId> funded_only_by;
  std::vector<registry::ItemId> used_with;
  registry::TieFacts ties;
  std::vector<PropertyFact> properties;    // every property of the vocabulary
  std::optional<registry::Rating> rating;  // empty: the authority keeps no holdings book
  std::vector<TallyFact> tallies;          // of every directive in force

  friend bool operator==(const Facts&, const Facts&) = default;
};

// What is asked of registers to learn who has a tie to what `request` is about.
registry::TieQuestion tie_question(const Request& request);

// Where a place lies by one layer. Authorities often share a layer, and asking it is most of the
// work of making facts; a caller that makes those of several authorities asks each layer once.
struct PlaceBounds {
  const geo::Layer* layer = nullptr;
  geo::Bounds bounds;
};

// The facts of `authority` for `request`. `ties` are its own, traced without gaps. Refused, so that
// the authority is undetermined: `unknown-party`, `unknown-region`, `unknown-category`,
// `unknown-data` when its own vocabulary or layer lacks a name the request uses. `asked` is what
// layers said of this request's place so far, and gains what this one says; may be null.
base::Ruled<Facts> make_facts(const registry::RegistersView& view,
                              const registry::AuthorityView& authority, const Request& request,
                              const registry::TieFacts& ties, const Taken& taken,
                              std::vector<PlaceBounds>* asked = nullptr);

// The document of some facts, and back: reading what was written gives equal facts. Reading reports
// everything that is not exactly as written.
base::Json write(const Facts& facts);
Facts read_facts(const base::Json& document, base::Report& report);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_FACTS_H_
