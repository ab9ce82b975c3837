// SPDX-License-Identifier: Apache-2.0
#include "geo/internal/shape.h"

#include <fmt/format.h>
#include <s2/mutable_s2shape_index.h>
#include <s2/s2boolean_operation.h>
#include <s2/s2builder.h>
#include <s2/s2builderutil_s2polygon_layer.h>
#include <s2/s2edge_crossings.h>
#include <s2/s2edge_tessellator.h>
#include <s2/s2error.h>
#include <s2/s2lax_loop_shape.h>
#include <s2/s2loop.h>
#include <s2/s2loop_measures.h>
#include <s2/s2projections.h>
#include <s2/s2shapeutil_visit_crossing_edge_pairs.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "geo/internal/earth.h"

namespace countersign::geo::internal {

namespace {

using Loop = std::vector<S2Point>;

// Corners of the polygon that stands for a disc: it goes 0.12 per cent beyond the disc at most.
constexpr int kRoundCorners = 64;

// Follows edges that are straight in longitude and latitude along the sphere. An edge is followed
// from its lesser end, so that neighbours, who walk it from either end, get the same points.
class Follower {
 public:
  explicit Follower(const std::vector<Polygon>& polygons)
      : tessellator_(&projection_, S1Angle::Radians(kFollowedToM / kGreatestRadiusM)) {
    for (const Polygon& polygon : polygons) {
      for (const auto& ring : polygon.rings) {
        for (const LatLon at : ring) {
          if (is_antimeridian(at)) cut_latitudes_.push_back(at.lat);
        }
      }
    }
    std::sort(cut_latitudes_.begin(), cut_latitudes_.end());
  }

  Loop follow(const std::vector<LatLon>& ring) {
    Loop loop;
    loop.reserve(ring.size());
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) append_edge(ring[i], ring[i + 1], loop);
    // What is one place under two names (a pole, the antimeridian) makes edges of no length.
    loop.erase(std::unique(loop.begin(), loop.end()), loop.end());
    while (loop.size() > 1 && loop.front() == loop.back()) loop.pop_back();
    return loop;
  }

 private:
  static bool is_antimeridian(LatLon at) { return std::abs(at.lon) == 180; }

  // The two halves of an outline cut at the antimeridian seldom have the same corners on it. Each
  // gets those of the other, so that their edges there are the same and vanish when they are
  // joined.
  void append_cut(LatLon from, LatLon to, Loop& loop) {
    const auto inside = [&](double lat) {
      return std::min(from.lat, to.lat) < lat && lat < std::max(from.lat, to.lat);
    };
    const std::size_t begin = loop.size();
    for (const double lat : cut_latitudes_) {
      if (inside(lat)) loop.push_back(to_s2({lat, 180}));
    }
    if (from.lat > to.lat)
      std::reverse(loop.begin() + static_cast<std::ptrdiff_t>(begin), loop.end());
  }

  // Short edges near the equator are most edges, and straight enough as they are: an edge that
  // spans dlon radians at latitude lat strays by dlon² × tan(lat) / 8 at most, before the shrinking
  // of parallels, and an edge along a meridian not at all.
  static bool is_straight_enough(LatLon from, LatLon to) {
    constexpr double kDegree = M_PI / 180;
    const double lat = std::max(std::abs(from.lat), std::abs(to.lat));
    if (lat > 89) return false;
    const double dlon = (from.lon - to.lon) * kDegree;
    const double dlat = (from.lat - to.lat) * kDegree;
    const double bend = std::tan(lat * kDegree) * (dlon * dlon + 2 * std::abs(dlon * dlat)) / 8;
    return bend * kGreatestRadiusM < kFollowedToM / 2;
  }

  void append_edge(LatLon from, LatLon to, Loop& loop) {
    loop.push_back(to_s2(from));
    if (is_antimeridian(from) && is_antimeridian(to)) return append_cut(from, to, loop);
    if (from.lon == to.lon || is_straight_enough(from, to)) return;
    const bool forward = std::pair(from.lon, from.lat) < std::pair(to.lon, to.lat);
    const LatLon least = forward ? from : to;
    const LatLon most = forward ? to : from;
    points_.clear();
    tessellator_.AppendUnprojected({least.lon, least.lat}, {most.lon, most.lat}, &points_);
    if (points_.size() < 3) return;
    if (forward) {
      loop.insert(loop.end(), points_.begin() + 1, points_.end() - 1);
    } else {
      loop.insert(loop.end(), points_.rbegin() + 1, points_.rend() - 1);
    }
  }

  S2::PlateCarreeProjection projection_{180};
  S2EdgeTessellator tessellator_;
  std::vector<double> cut_latitudes_;
  Loop points_;
};

// A point that two loops, or one loop twice, pass through.
std::optional<S2Point> find_meeting(const std::vector<Loop>& loops) {
  std::unordered_set<S2Point, S2PointHash> seen;
  for (const Loop& loop : loops) {
    for (const S2Point& point : loop) {
      if (!seen.insert(point).second) return point;
    }
  }
  return std::nullopt;
}

// Where two edges cross.
std::optional<S2Point> find_crossing(const std::vector<Loop>& loops) {
  MutableS2ShapeIndex index;
  for (const Loop& loop : loops) index.Add(std::make_unique<S2LaxLoopShape>(loop));
  std::optional<S2Point> found;
  s2shapeutil::VisitCrossingEdgePairs(
      index, s2shapeutil::CrossingType::INTERIOR,
      [&found](const s2shapeutil::ShapeEdge& one, const s2shapeutil::ShapeEdge& other, bool) {
        found = S2::GetIntersection(one.v0(), one.v1(), other.v0(), other.v1());
        return false;
      });
  return found;
}

// What is wrong with loops that make no valid polygon. Only looked for once it is to be told.
std::string describe(const std::vector<Loop>& loops) {
  auto where = find_crossing(loops);
  if (!where) where = find_meeting(loops);
  if (!where) return "its rings overlap, or a hole lies outside the ring it belongs to";
  const S2LatLng at(*where);
  return fmt::format("its rings cross near [{:.4f}, {:.4f}]", at.lng().degrees(),
                     at.lat().degrees());
}

std::unique_ptr<S2Polygon> new_polygon() {
  auto polygon = std::make_unique<S2Polygon>();
  // What is not valid is reported, by FindValidationError; S2 would abort.
  polygon->set_s2debug_override(S2Debug::DISABLE);
  return polygon;
}

// The polygon that lies to the left of every loop. Edges that run both ways vanish.
// S2 aborts on such loops, before it can be asked whether they are valid.
bool repeats_an_edge(const std::vector<Loop>& loops) {
  std::set<std::pair<S2Point, S2Point>> walked;
  for (const Loop& loop : loops) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      if (!walked.emplace(loop[i], loop[(i + 1) % loop.size()]).second) return true;
    }
  }
  return false;
}

std::unique_ptr<S2Polygon> join(const std::vector<Loop>& loops) {
  auto polygon = new_polygon();
  S2Builder builder{S2Builder::Options()};
  s2builderutil::S2PolygonLayer::Options options;
  builder.StartLayer(std::make_unique<s2builderutil::S2PolygonLayer>(polygon.get(), options));
  // Asked for only when no edge is left, which is then nothing at all, never the whole globe.
  builder.AddIsFullPolygonPredicate(S2Builder::IsFullPolygon(false));
  for (const Loop& loop : loops) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      builder.AddEdge(loop[i], loop[(i + 1) % loop.size()]);
    }
  }
  S2Error error;
  if (!builder.Build(&error)) return nullptr;
  return polygon;
}

std::unique_ptr<S2Polygon> nest(const std::vector<Loop>& loops) {
  std::vector<std::unique_ptr<S2Loop>> s2_loops;
  s2_loops.reserve(loops.size());
  for (const Loop& loop : loops) {
    s2_loops.push_back(std::make_unique<S2Loop>(loop, S2Debug::DISABLE));
  }
  auto polygon = new_polygon();
  polygon->InitOriented(std::move(s2_loops));
  return polygon;
}

std::unique_ptr<S2Polygon> combine(S2BooleanOperation::OpType type, const S2Polygon& one,
                                   const S2Polygon& other, bool& failed) {
  auto polygon = new_polygon();
  S2BooleanOperation operation(type,
                               std::make_unique<s2builderutil::S2PolygonLayer>(polygon.get()));
  S2Error error;
  failed = failed || !operation.Build(one.index(), other.index(), &error);
  return polygon;
}

// Whether a polygon covers a square metre. A hole never has more than the loop about it.
bool is_something(const S2Polygon& polygon) {
  constexpr double kSquareMetre = 1 / (kLeastRadiusM * kLeastRadiusM);
  for (int i = 0; i < polygon.num_loops(); ++i) {
    if (!polygon.loop(i)->is_hole() && polygon.loop(i)->GetArea() >= kSquareMetre) return true;
  }
  return false;
}

std::unique_ptr<Shape> something_or_null(std::unique_ptr<S2Polygon> polygon, bool failed) {
  if (failed || !is_something(*polygon)) return nullptr;
  return std::make_unique<Shape>(std::move(polygon));
}

void append_loops(const S2Polygon& polygon, int begin, int end,
                  std::vector<std::unique_ptr<S2Loop>>& loops) {
  for (int i = begin; i < end; ++i) {
    loops.push_back(std::unique_ptr<S2Loop>(polygon.loop(i)->Clone()));
    loops.back()->set_s2debug_override(S2Debug::DISABLE);
  }
}

}  // namespace

Shape::Shape(std::unique_ptr<S2Polygon> polygon)
    : polygon_(std::move(polygon)), bound_(polygon_->GetRectBound()) {}

std::unique_ptr<Shape> Shape::build(const std::vector<Polygon>& polygons, std::string& problem) {
  Follower follower(polygons);
  std::vector<Loop> loops;
  for (const Polygon& polygon : polygons) {
    for (std::size_t i = 0; i < polygon.rings.size(); ++i) {
      Loop loop = follower.follow(polygon.rings[i]);
      if (loop.size() < 3) {
        problem = fmt::format("a ring beginning at [{}, {}] encloses nothing",
                              polygon.rings[i].front().lon, polygon.rings[i].front().lat);
        return nullptr;
      }
      const bool is_hole = i != 0;
      if (S2::IsNormalized(S2PointLoopSpan(loop)) == is_hole)
        std::reverse(loop.begin(), loop.end());
      loops.push_back(std::move(loop));
    }
  }
  if (repeats_an_edge(loops)) {
    problem = "an edge is walked twice in the same direction";
    return nullptr;
  }
  std::unique_ptr<S2Polygon> polygon = find_meeting(loops) ? join(loops) : nest(loops);
  S2Error error;
  if (polygon == nullptr || polygon->FindValidationError(&error)) {
    problem = describe(loops);
    return nullptr;
  }
  if (!is_something(*polygon)) {
    problem = "it encloses less than a square metre";
    return nullptr;
  }
  return std::make_unique<Shape>(std::move(polygon));
}

std::unique_ptr<Shape> Shape::round(const S2Point& centre, S1Angle angle) {
  const double corner = std::atan(std::tan(angle.radians()) / std::cos(M_PI / kRoundCorners));
  return std::make_unique<Shape>(std::make_unique<S2Polygon>(
      S2Loop::MakeRegularLoop(centre, S1Angle::Radians(corner), kRoundCorners), S2Debug::DISABLE));
}

std::unique_ptr<Shape> common_part(const Shape& one, const Shape& other, bool& failed) {
  return something_or_null(
      combine(S2BooleanOperation::OpType::INTERSECTION, one.polygon(), other.polygon(), failed),
      failed);
}

// Only the islands of `one` that `other` reaches are cut: a large country has hundreds.
std::unique_ptr<Shape> rest_of(const Shape& one, const Shape& other, bool& failed) {
  const S2Polygon& polygon = one.polygon();
  std::vector<std::unique_ptr<S2Loop>> loops;
  for (int i = 0; i < polygon.num_loops();) {
    const int end = polygon.GetLastDescendant(i) + 1;
    auto island = new_polygon();
    std::vector<std::unique_ptr<S2Loop>> island_loops;
    append_loops(polygon, i, end, island_loops);
    island->InitNested(std::move(island_loops));
    const bool reached = other.bound().Intersects(polygon.loop(i)->GetRectBound()) &&
                         S2BooleanOperation::Intersects(island->index(), other.polygon().index());
    if (reached) {
      island = combine(S2BooleanOperation::OpType::DIFFERENCE, *island, other.polygon(), failed);
    }
    append_loops(*island, 0, island->num_loops(), loops);
    i = end;
  }
  auto rest = new_polygon();
  rest->InitNested(std::move(loops));
  return something_or_null(std::move(rest), failed);
}

}  // namespace countersign::geo::internal
