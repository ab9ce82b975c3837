// SPDX-License-Identifier: Apache-2.0
// GeoJSON (RFC 7946) geometry to polygons and back: everything about it but the geometry itself.
#ifndef COUNTERSIGN_GEO_INTERNAL_GEOJSON_H_
#define COUNTERSIGN_GEO_INTERNAL_GEOJSON_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "geo/place.h"

namespace countersign::geo::internal {

enum class GeometryType { Polygon, MultiPolygon };

struct Geometry {
  GeometryType type = GeometryType::Polygon;
  std::vector<Polygon> polygons;
};

// A number, whole or not; reported and empty when it is anything else or not between the bounds.
// `remedy` goes with the latter.
std::optional<double> read_number(const base::Json& json, std::string_view what, double least,
                                  double most, base::Report& report, std::string_view remedy = {});

// The degrees as they are written: whole numbers without a fraction.
base::Json write_number(double value);

// Reads a Polygon or a MultiPolygon with at most `most_positions` positions. `what` names it in
// issues. Rings are checked for being closed, of at least four positions, on the globe, and for
// edges of 180 degrees of longitude or more; whether they cross is Shape's to say.
std::optional<Geometry> read_geometry(const base::Json& json, std::string_view what,
                                      std::size_t most_positions, base::Report& report);
base::Json write_geometry(GeometryType type, const std::vector<Polygon>& polygons);

std::size_t count_positions(const std::vector<Polygon>& polygons);

}  // namespace countersign::geo::internal

#endif  // COUNTERSIGN_GEO_INTERNAL_GEOJSON_H_
