// SPDX-License-Identifier: Apache-2.0
#include "geo/internal/ground.h"

#include <fmt/format.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2closest_edge_query.h>

#include <algorithm>
#include <string>
#include <utility>

#include "geo/internal/earth.h"

namespace countersign::geo::internal {

namespace {

struct Piece {
  std::unique_ptr<const Shape> shape;
  std::vector<RegionIndex> claims;  // sorted
  Origin origin = Origin::Layer;
};

// How finely, and how far, holds() looks before it says no.
constexpr double kFinestPartOfAccuracy = 1.0 / 32;
constexpr std::size_t kMostCells = 50'000;

// Makes the pieces of a document.
class Cutter {
 public:
  Cutter(const LayerDocument& document, Ground::Reports reports)
      : document_(document), reports_(reports) {}

  bool run() {
    std::vector<Piece> drawn = draw();
    if (!sound_) return false;
    for (const OverlayDocument& overlay : document_.overlays) apply(overlay, drawn);
    for (Piece& piece : drawn) insert(std::move(piece));
    return sound_;
  }

  std::vector<Piece> take() { return std::move(pieces_); }

 private:
  std::vector<Piece> draw() {
    std::vector<Piece> drawn;
    for (RegionIndex i = 0; i < document_.regions.size(); ++i) {
      const RegionDocument& region = document_.regions[i];
      if (region.shape.empty()) continue;
      std::string problem;
      auto shape = Shape::build(region.shape, problem);
      if (shape == nullptr) {
        const bool of_base = region.origin == Origin::Base;
        fail(of_base ? reports_.base : reports_.layer, region.at,
             fmt::format("the shape of `{}` is no valid polygon: {}", region.region.id.text(),
                         problem));
        continue;
      }
      drawn.push_back({std::move(shape), {i}, region.origin});
    }
    return drawn;
  }

  // Ground the overlay covers goes over to its region; each loser keeps the rest.
  void apply(const OverlayDocument& overlay, std::vector<Piece>& drawn) {
    std::string problem;
    const auto cover = Shape::build(overlay.shape, problem);
    if (cover == nullptr) {
      fail(reports_.layer, overlay.at,
           fmt::format("the shape of an overlay is no valid polygon: {}", problem));
      return;
    }
    std::vector<Piece> moved;
    for (Piece& piece : drawn) {
      const RegionIndex owner = piece.claims.front();
      const bool asked = overlay.from.empty() || std::find(overlay.from.begin(), overlay.from.end(),
                                                           owner) != overlay.from.end();
      if (owner == overlay.to || !asked || !piece.shape) continue;
      auto common = common_of(*piece.shape, *cover, overlay.at);
      if (common == nullptr) continue;
      piece.shape = rest(*piece.shape, *cover, overlay.at);
      // Cut from a base feature, it is no less a neighbour of the others.
      moved.push_back({std::move(common), {overlay.to}, piece.origin});
    }
    if (moved.empty() && sound_) {
      fail(reports_.layer, overlay.at,
           fmt::format("an overlay to `{}` covers no ground it could take",
                       document_.regions[overlay.to].region.id.text()),
           "check its shape (longitude comes first) and the regions in `from`");
    }
    std::erase_if(drawn, [](const Piece& piece) { return piece.shape == nullptr; });
    std::move(moved.begin(), moved.end(), std::back_inserter(drawn));
  }

  // Adds a drawn piece to those that are already apart, cutting both where they overlap.
  void insert(Piece piece) {
    const std::size_t before = pieces_.size();
    for (std::size_t i = 0; i < before && piece.shape != nullptr; ++i) {
      if (!may_overlap(pieces_[i], piece)) continue;
      auto common = common_of(*pieces_[i].shape, *piece.shape, {});
      if (common == nullptr) continue;
      Piece both{nullptr, pieces_[i].claims, Origin::Layer};
      both.claims.insert(both.claims.end(), piece.claims.begin(), piece.claims.end());
      std::sort(both.claims.begin(), both.claims.end());
      both.claims.erase(std::unique(both.claims.begin(), both.claims.end()), both.claims.end());
      pieces_[i].shape = rest(*pieces_[i].shape, *common, {});
      piece.shape = rest(*piece.shape, *common, {});
      both.shape = std::move(common);
      pieces_.push_back(std::move(both));
    }
    if (piece.shape != nullptr) pieces_.push_back(std::move(piece));
    std::erase_if(pieces_, [](const Piece& old) { return old.shape == nullptr; });
  }

  // Two features of one base are taken to be neighbours, unless one is part of the other: comparing
  // every country with every other would find nothing, slowly.
  bool may_overlap(const Piece& one, const Piece& other) const {
    if (one.shape == nullptr || !one.shape->bound().Intersects(other.shape->bound())) return false;
    return one.origin != Origin::Base || other.origin != Origin::Base ||
           is_part(one.claims.front(), other.claims.front()) ||
           is_part(other.claims.front(), one.claims.front());
  }

  bool is_part(RegionIndex part, RegionIndex whole) const {
    const auto& ancestry = document_.regions[part].ancestry;
    return std::binary_search(ancestry.begin(), ancestry.end(), whole);
  }

  std::unique_ptr<Shape> common_of(const Shape& one, const Shape& other, base::Position at) {
    if (!one.bound().Intersects(other.bound())) return nullptr;
    return checked(&common_part, one, other, at);
  }

  std::unique_ptr<Shape> rest(const Shape& one, const Shape& other, base::Position at) {
    return checked(&rest_of, one, other, at);
  }

  std::unique_ptr<Shape> checked(std::unique_ptr<Shape> (*cut)(const Shape&, const Shape&, bool&),
                                 const Shape& one, const Shape& other, base::Position at) {
    bool failed = false;
    auto shape = cut(one, other, failed);
    if (failed) {
      fail(reports_.layer, at, "shapes that overlap could not be cut apart",
           "draw them so that they share whole edges, or lie clear of each other");
    }
    return shape;
  }

  void fail(base::Report& report, base::Position at, std::string message, std::string remedy = {}) {
    report.add(at, std::move(message), std::move(remedy));
    sound_ = false;
  }

  const LayerDocument& document_;
  Ground::Reports reports_;
  std::vector<Piece> pieces_;
  bool sound_ = true;
};

// How far a place reaches beyond what a query is given as its target.
double radius_of(const Place& place) {
  return place.kind() == Place::Kind::Point ? place.radius_m() : 0;
}

}  // namespace

std::unique_ptr<const Ground> Ground::build(const LayerDocument& document, Reports reports) {
  Cutter cutter(document, reports);
  if (!cutter.run()) return nullptr;
  std::unique_ptr<Ground> ground(new Ground);
  for (Piece& piece : cutter.take()) {
    std::vector<RegionIndex> regions;
    for (const RegionIndex claim : piece.claims) {
      const auto& ancestry = document.regions[claim].ancestry;
      regions.insert(regions.end(), ancestry.begin(), ancestry.end());
    }
    std::sort(regions.begin(), regions.end());
    regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
    ground->regions_.push_back(std::move(regions));
    ground->index_.Add(std::make_unique<S2Polygon::Shape>(&piece.shape->polygon()));
    ground->pieces_.push_back(std::move(piece.shape));
  }
  ground->index_.ForceBuild();
  return ground;
}

std::vector<std::uint32_t> Ground::pieces_near(const Place& place, double reach_m) const {
  S2ClosestEdgeQuery query(&index_);
  query.mutable_options()->set_conservative_max_distance(
      angle_reaching(reach_m + radius_of(place) + kMarginM));
  std::vector<S2ClosestEdgeQuery::Result> edges;
  if (place.kind() == Place::Kind::Area) {
    S2ClosestEdgeQuery::ShapeIndexTarget target(&place.shape()->index());
    query.FindClosestEdges(&target, &edges);
  } else {
    S2ClosestEdgeQuery::PointTarget target(to_s2(place.point()));
    query.FindClosestEdges(&target, &edges);
  }
  std::vector<std::uint32_t> pieces;
  for (const auto& edge : edges) {
    const auto piece = static_cast<std::uint32_t>(edge.shape_id());
    const auto at = std::lower_bound(pieces.begin(), pieces.end(), piece);
    if (at == pieces.end() || *at != piece) pieces.insert(at, piece);
  }
  return pieces;
}

bool Ground::holds(const Place& place, double accuracy_m) const {
  if (place.kind() == Place::Kind::Area) {
    return holds_all_of(*place.shape(), pieces_near(place, accuracy_m), accuracy_m);
  }
  const S2Point point = to_s2(place.point());
  if (place.radius_m() > 0) {
    const auto disc = Shape::round(point, angle_reaching(place.radius_m()).ToAngle());
    return holds_all_of(*disc, pieces_near(place, accuracy_m), accuracy_m);
  }
  S2ClosestEdgeQuery query(&index_);
  S2ClosestEdgeQuery::PointTarget target(point);
  // A point inside a piece is at no distance: the limit is never below that.
  const S1ChordAngle limit = std::max(S1ChordAngle::Zero(), angle_within(accuracy_m - kMarginM));
  return query.IsDistanceLessOrEqual(&target, limit);
}

bool Ground::holds_all_of(const Shape& shape, const std::vector<std::uint32_t>& near,
                          double accuracy_m) const {
  std::unique_ptr<Shape> rest;
  for (const std::uint32_t piece : near) {
    bool failed = false;
    rest = rest_of(rest == nullptr ? shape : *rest, *pieces_[piece], failed);
    if (failed) return false;
    if (rest == nullptr) return true;
  }
  return rest != nullptr && is_near_all_of(*rest, accuracy_m);
}

// Goes over what is off the ground cell by cell. A cell is done with when all of it is near enough,
// by its centre's distance and its own size, and quartered otherwise.
bool Ground::is_near_all_of(const Shape& shape, double accuracy_m) const {
  const double limit_m = accuracy_m - kMarginM;
  if (limit_m <= 0) return false;
  S2ClosestEdgeQuery query(&index_);
  std::vector<S2CellId> todo;
  shape.polygon().GetCellUnionBound(&todo);
  for (std::size_t seen = 0; !todo.empty(); ++seen) {
    if (seen == kMostCells) return false;
    const S2CellId id = todo.back();
    todo.pop_back();
    const S2Cell cell(id);
    if (!shape.polygon().MayIntersect(cell)) continue;
    const S1Angle size = cell.GetCapBound().GetRadius();
    const double size_m = size.radians() * kGreatestRadiusM;
    S2ClosestEdgeQuery::PointTarget target(cell.GetCenter());
    if (size_m < limit_m && query.IsDistanceLessOrEqual(&target, angle_within(limit_m - size_m))) {
      continue;
    }
    if (id.is_leaf() || size_m < limit_m * kFinestPartOfAccuracy) return false;
    for (int child = 0; child < 4; ++child) todo.push_back(id.child(child));
  }
  return true;
}

}  // namespace countersign::geo::internal
