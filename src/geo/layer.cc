// SPDX-License-Identifier: Apache-2.0
#include "geo/layer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "geo/internal/ground.h"
#include "geo/internal/layer_document.h"

namespace countersign::geo {

using internal::RegionIndex;

namespace {

using Indexes = std::vector<RegionIndex>;

struct IndexBounds {
  Indexes touches;
  Indexes within;
};

void unite(Indexes& into, const Indexes& more) {
  Indexes both;
  both.reserve(into.size() + more.size());
  std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(both));
  into = std::move(both);
}

void keep_common(Indexes& of, const Indexes& with) {
  std::erase_if(
      of, [&with](RegionIndex i) { return !std::binary_search(with.begin(), with.end(), i); });
}

}  // namespace

struct Layer::Parts {
  double accuracy_m = 0;
  std::vector<Region> regions;
  std::vector<Indexes> ancestry;  // by region: itself and what it is part of, at any depth
  std::unique_ptr<const internal::Ground> ground;  // null: has_ground() says no

  std::optional<RegionIndex> find(const RegionId& id) const {
    const auto at = std::lower_bound(
        regions.begin(), regions.end(), id,
        [](const Region& region, const RegionId& sought) { return region.id < sought; });
    if (at == regions.end() || at->id != id) return std::nullopt;
    return static_cast<RegionIndex>(at - regions.begin());
  }

  bool is_part(RegionIndex part, RegionIndex whole) const {
    return std::binary_search(ancestry[part].begin(), ancestry[part].end(), whole);
  }

  // What can be said of a place nothing is known of.
  IndexBounds anywhere() const {
    IndexBounds bounds;
    for (RegionIndex i = 0; i < regions.size(); ++i) bounds.touches.push_back(i);
    return bounds;
  }

  // Where a region's own parts also lie (another group, a shape drawn across it), the region as a
  // place may lie too.
  IndexBounds bounds_of_region(const RegionId& id) const {
    IndexBounds bounds;
    const auto found = find(id);
    if (!found) return anywhere();
    bounds.within = ancestry[*found];
    for (RegionIndex i = 0; i < regions.size(); ++i) {
      if (is_part(i, *found)) unite(bounds.touches, ancestry[i]);
    }
    for (const Indexes& claimed : ground->regions_of_pieces()) {
      if (std::binary_search(claimed.begin(), claimed.end(), *found)) {
        unite(bounds.touches, claimed);
      }
    }
    return bounds;
  }

  // A region touches when one of the pieces near is its ground; nothing outside it is touched when
  // all of them are.
  IndexBounds bounds_of(const Place& place) const {
    if (ground == nullptr) return anywhere();
    if (place.kind() == Place::Kind::Region) return bounds_of_region(place.region());
    IndexBounds bounds;
    const auto near = ground->pieces_near(place, place.uncertainty_m() + accuracy_m);
    if (near.empty()) return bounds;
    bounds.touches = ground->regions_of_pieces()[near.front()];
    bounds.within = bounds.touches;
    for (std::size_t i = 1; i < near.size(); ++i) {
      unite(bounds.touches, ground->regions_of_pieces()[near[i]]);
      keep_common(bounds.within, ground->regions_of_pieces()[near[i]]);
    }
    // Ground near the place is then ground of each of them: one question answers for all.
    if (!bounds.within.empty() && !ground->holds(place, accuracy_m)) bounds.within.clear();
    return bounds;
  }

  std::vector<RegionId> ids(const Indexes& indexes) const {
    std::vector<RegionId> ids;
    ids.reserve(indexes.size());
    for (const RegionIndex i : indexes) ids.push_back(regions[i].id);
    return ids;
  }
};

Layer::Layer(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Layer::Layer(Layer&&) noexcept = default;
Layer& Layer::operator=(Layer&&) noexcept = default;
Layer::~Layer() = default;

std::optional<std::string> Layer::base_file(const base::Json& document) {
  return internal::base_file_of(document);
}

base::Json Layer::by_reference(base::Json document, const base::Json& base,
                               std::string_view sha256) {
  for (base::Json::Member& member : document.members) {
    if (member.name == "base") member.value = internal::reference_to(base, sha256);
  }
  return document;
}

std::optional<std::string> Layer::base_digest(const base::Json& document) {
  return internal::base_digest_of(document);
}

std::optional<Layer> Layer::create(Document layer, std::optional<Document> base) {
  auto document = internal::read_layer_document(layer, base);
  if (!document) return std::nullopt;
  const bool named = base_file(layer.json).has_value() || base_digest(layer.json).has_value();
  auto parts = std::make_unique<Parts>();
  if (document->grounded) {
    parts->ground = internal::Ground::build(
        *document, {layer.report, named && base ? base->report : layer.report});
    if (parts->ground == nullptr) return std::nullopt;
  }
  parts->accuracy_m = document->accuracy_m;
  for (internal::RegionDocument& region : document->regions) {
    parts->regions.push_back(std::move(region.region));
    parts->ancestry.push_back(std::move(region.ancestry));
  }
  return Layer(std::move(parts));
}

const std::vector<Region>& Layer::regions() const { return parts_->regions; }

bool Layer::has_ground() const { return parts_->ground != nullptr; }

bool Layer::has(const RegionId& id) const { return parts_->find(id).has_value(); }

double Layer::accuracy_m() const { return parts_->accuracy_m; }

Bounds Layer::bounds(const Place& place) const {
  const IndexBounds bounds = parts_->bounds_of(place);
  return {parts_->ids(bounds.touches), parts_->ids(bounds.within)};
}

std::vector<RegionId> Layer::touches(const Place& place) const { return bounds(place).touches; }

std::vector<RegionId> Layer::within(const Place& place) const { return bounds(place).within; }

bool Layer::apart(const Place& one, const Place& other) const {
  if (one.kind() != Place::Kind::Region) {
    return other.kind() == Place::Kind::Region ? apart(other, one) : geo::apart(one, other);
  }
  const std::vector<RegionId> touched = touches(other);
  return has(one.region()) && !std::binary_search(touched.begin(), touched.end(), one.region());
}

bool Layer::covers(const Place& outer, const Place& inner) const {
  if (outer.kind() != Place::Kind::Region) return geo::covers(outer, inner);
  const auto whole = parts_->find(outer.region());
  if (!whole) return false;
  if (inner.kind() == Place::Kind::Region) {
    const auto part = parts_->find(inner.region());
    return part && parts_->is_part(*part, *whole);
  }
  const Indexes within = parts_->bounds_of(inner).within;
  return std::binary_search(within.begin(), within.end(), *whole);
}

}  // namespace countersign::geo
