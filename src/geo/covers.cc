// SPDX-License-Identifier: Apache-2.0
// Whether one place surely lies in another, or surely away from it. Every comparison errs towards
// no.
#include <s2/s2boolean_operation.h>
#include <s2/s2closest_edge_query.h>

#include "geo/internal/earth.h"
#include "geo/internal/shape.h"
#include "geo/place.h"

namespace countersign::geo {

namespace {

using internal::angle_reaching;
using internal::angle_within;
using internal::Shape;
using internal::to_s2;

// How far from its point, or beyond its area, a place may reach.
double reach_m(const Place& place) { return place.radius_m() + place.uncertainty_m(); }

bool disc_in_disc(const Place& outer, const Place& inner) {
  const double room_m = reach_m(outer) - reach_m(inner);
  if (outer.point() == inner.point()) return room_m >= 0;
  return S1ChordAngle(to_s2(outer.point()), to_s2(inner.point())) <= angle_within(room_m);
}

// A disc holds an area when it holds its corners: what is less than a quarter turn from a point is
// convex, and an area is less than half the globe.
bool area_in_disc(const Place& outer, const Place& inner) {
  const S1ChordAngle limit = angle_within(reach_m(outer) - inner.uncertainty_m());
  const S2Point centre = to_s2(outer.point());
  const S2Polygon& polygon = inner.shape()->polygon();
  for (int i = 0; i < polygon.num_loops(); ++i) {
    for (const S2Point& corner : polygon.loop(i)->vertices_span()) {
      if (S1ChordAngle(centre, corner) > limit) return false;
    }
  }
  return true;
}

// A point of the disc is either in the area, or past its boundary by no more than the disc's reach
// less the way from the centre to the boundary; from a centre outside, that way is added instead.
bool disc_in_area(const Place& outer, const Place& inner) {
  const double room_m = outer.uncertainty_m() - reach_m(inner);
  const S2Point centre = to_s2(inner.point());
  S2ClosestEdgeQuery query(&outer.shape()->index());
  S2ClosestEdgeQuery::PointTarget target(centre);
  if (!outer.shape()->contains(centre)) {
    return query.IsDistanceLessOrEqual(&target, angle_within(room_m));
  }
  if (room_m >= 0) return true;
  query.mutable_options()->set_include_interiors(false);
  return !query.IsConservativeDistanceLessOrEqual(&target, angle_reaching(-room_m));
}

bool area_in_area(const Place& outer, const Place& inner) {
  const double room_m = outer.uncertainty_m() - inner.uncertainty_m();
  if (outer.polygons() == inner.polygons()) return room_m >= 0;
  if (!S2BooleanOperation::Contains(outer.shape()->index(), inner.shape()->index())) return false;
  if (room_m >= 0) return true;
  S2ClosestEdgeQuery query(&outer.shape()->index());
  query.mutable_options()->set_include_interiors(false);
  S2ClosestEdgeQuery::ShapeIndexTarget target(&inner.shape()->index());
  target.set_include_interiors(false);
  return !query.IsConservativeDistanceLessOrEqual(&target, angle_reaching(-room_m));
}

bool area_apart(const Place& area, const Place& other) {
  S2ClosestEdgeQuery query(&area.shape()->index());
  const S1ChordAngle limit = angle_reaching(reach_m(area) + reach_m(other));
  if (other.kind() == Place::Kind::Area) {
    S2ClosestEdgeQuery::ShapeIndexTarget target(&other.shape()->index());
    return !query.IsConservativeDistanceLessOrEqual(&target, limit);
  }
  S2ClosestEdgeQuery::PointTarget target(to_s2(other.point()));
  return !query.IsConservativeDistanceLessOrEqual(&target, limit);
}

}  // namespace

bool apart(const Place& one, const Place& other) {
  if (one.kind() == Place::Kind::Region || other.kind() == Place::Kind::Region) return false;
  if (one.kind() == Place::Kind::Area) return area_apart(one, other);
  if (other.kind() == Place::Kind::Area) return area_apart(other, one);
  return S1ChordAngle(to_s2(one.point()), to_s2(other.point())) >
         angle_reaching(reach_m(one) + reach_m(other));
}

bool covers(const Place& outer, const Place& inner) {
  if (outer == inner) return true;
  if (outer.kind() == Place::Kind::Region || inner.kind() == Place::Kind::Region) return false;
  const bool outer_is_area = outer.kind() == Place::Kind::Area;
  const bool inner_is_area = inner.kind() == Place::Kind::Area;
  if (outer_is_area) {
    return inner_is_area ? area_in_area(outer, inner) : disc_in_area(outer, inner);
  }
  return inner_is_area ? area_in_disc(outer, inner) : disc_in_disc(outer, inner);
}

}  // namespace countersign::geo
