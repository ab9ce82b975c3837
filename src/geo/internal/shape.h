// SPDX-License-Identifier: Apache-2.0
// Polygons on the sphere: what S2 knows of a place's area or a region's ground.
#ifndef COUNTERSIGN_GEO_INTERNAL_SHAPE_H_
#define COUNTERSIGN_GEO_INTERNAL_SHAPE_H_

#include <s2/s2latlng_rect.h>
#include <s2/s2polygon.h>

#include <memory>
#include <string>
#include <vector>

#include "geo/place.h"

namespace countersign::geo::internal {

// One valid polygon, of any number of outer rings and holes, with its index. Immutable and safe to
// read from many threads; the index is built when it is first asked for.
class Shape {
 public:
  // Builds the shape of polygons that read_geometry() returned. Which way a ring runs says nothing;
  // the first of each polygon goes round less than half the globe, the others are its holes. Edges
  // are followed as straight lines in longitude and latitude (RFC 7946 section 3.1.1), to within
  // kFollowedToM. Where two outlines share an edge, as halves cut at the antimeridian do, they
  // become one. Null, and `problem` says why, when rings cross, overlap or enclose nothing.
  static std::unique_ptr<Shape> build(const std::vector<Polygon>& polygons, std::string& problem);

  // A polygon that holds every point within `angle` (below a quarter turn) of `centre`, and little
  // more.
  static std::unique_ptr<Shape> round(const S2Point& centre, S1Angle angle);

  explicit Shape(std::unique_ptr<S2Polygon> polygon);

  const S2Polygon& polygon() const { return *polygon_; }
  const MutableS2ShapeIndex& index() const { return polygon_->index(); }
  const S2LatLngRect& bound() const { return bound_; }

  bool contains(const S2Point& point) const { return polygon_->Contains(point); }

 private:
  std::unique_ptr<S2Polygon> polygon_;
  S2LatLngRect bound_;
};

// What two shapes share, and what the first keeps without the second. Null when nothing is left:
// less than a square metre is, since shapes cut from one another meet to within rounding. Should S2
// fail, `failed` is set and the result null.
std::unique_ptr<Shape> common_part(const Shape& one, const Shape& other, bool& failed);
std::unique_ptr<Shape> rest_of(const Shape& one, const Shape& other, bool& failed);

}  // namespace countersign::geo::internal

#endif  // COUNTERSIGN_GEO_INTERNAL_SHAPE_H_
