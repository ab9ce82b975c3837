// SPDX-License-Identifier: Apache-2.0
#include "geo/internal/geojson.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

namespace countersign::geo::internal {

namespace {

using base::Json;
using base::Report;

// A ring has four positions at least: a triangle and its first position again.
constexpr std::size_t kLeastRingPositions = 4;

// Reads the rings of one geometry, counting positions and stopping at the first mistake of each
// ring: a ring in the wrong order of coordinates would otherwise be reported a thousand times.
class RingReader {
 public:
  RingReader(std::string_view what, std::size_t most_positions, Report& report)
      : what_(what), most_positions_(most_positions), report_(report) {}

  bool read_polygon(const Json& json, Polygon& polygon) {
    if (json.kind != Json::Kind::Array || json.items.empty()) {
      report_.add(json.at, fmt::format("a polygon of {} must be an array of rings", what_),
                  "write [[[lon, lat], [lon, lat], ...]]: the outer ring first, then its holes");
      return false;
    }
    bool good = true;
    for (const Json& ring : json.items) {
      polygon.rings.emplace_back();
      good = read_ring(ring, polygon.rings.back()) && good;
    }
    return good;
  }

 private:
  bool read_ring(const Json& json, std::vector<LatLon>& ring) {
    if (json.kind != Json::Kind::Array || json.items.size() < kLeastRingPositions) {
      report_.add(json.at,
                  fmt::format("a ring of {} must be an array of at least {} positions", what_,
                              kLeastRingPositions),
                  "write [[lon, lat], [lon, lat], ...], the first position again at the end");
      return false;
    }
    if (json.items.size() > most_positions_ - positions_) {
      report_.add(json.at, fmt::format("{} has more than {} positions", what_, most_positions_),
                  "simplify its outline: the layer's accuracy says how fine it need be");
      return false;
    }
    positions_ += json.items.size();
    ring.reserve(json.items.size());
    for (const Json& position : json.items) {
      if (!read_position(position, ring)) return false;
      if (ring.size() > 1 && !check_span(position, ring[ring.size() - 2], ring.back())) {
        return false;
      }
    }
    if (ring.front() != ring.back()) {
      report_.add(json.items.back().at, fmt::format("a ring of {} is not closed", what_),
                  fmt::format("end it with its first position, [{}, {}]", ring.front().lon,
                              ring.front().lat));
      return false;
    }
    return true;
  }

  bool read_position(const Json& json, std::vector<LatLon>& ring) {
    if (json.kind != Json::Kind::Array || json.items.size() != 2) {
      report_.add(json.at, fmt::format("a position in {} must be [lon, lat]", what_),
                  "two numbers, longitude first; leave heights out");
      return false;
    }
    const auto lon = read_number(json.items[0], "a longitude", -180, 180, report_);
    const auto lat = read_number(json.items[1], "a latitude", -90, 90, report_,
                                 "in GeoJSON the longitude comes first");
    if (!lon || !lat) return false;
    ring.push_back({*lat, *lon});
    return true;
  }

  bool check_span(const Json& position, LatLon from, LatLon to) {
    if (std::abs(from.lon - to.lon) < 180) return true;
    // Along a pole every longitude is the same place: outlines that hold a pole are cut this way.
    if (from.lat == to.lat && std::abs(from.lat) == 90) return true;
    report_.add(position.at,
                fmt::format("the edge from [{}, {}] to [{}, {}] spans 180 degrees of longitude or "
                            "more",
                            from.lon, from.lat, to.lon, to.lat),
                "cut the polygon in two at the antimeridian (RFC 7946 section 3.1.9), or add "
                "positions in between");
    return false;
  }

  std::string_view what_;
  std::size_t most_positions_;
  std::size_t positions_ = 0;
  Report& report_;
};

Json write_polygon(const Polygon& polygon) {
  std::vector<Json> rings;
  rings.reserve(polygon.rings.size());
  for (const auto& ring : polygon.rings) {
    std::vector<Json> positions;
    positions.reserve(ring.size());
    for (const LatLon& position : ring) {
      std::vector<Json> pair;
      pair.push_back(write_number(position.lon));
      pair.push_back(write_number(position.lat));
      positions.push_back(base::json_array(std::move(pair)));
    }
    rings.push_back(base::json_array(std::move(positions)));
  }
  return base::json_array(std::move(rings));
}

}  // namespace

std::optional<double> read_number(const Json& json, std::string_view what, double least,
                                  double most, Report& report, std::string_view remedy) {
  const bool is_number = json.kind == Json::Kind::Integer || json.kind == Json::Kind::Real;
  if (!is_number) {
    report.add(json.at, fmt::format("{} must be a number, not {}", what, name_of(json.kind)));
    return std::nullopt;
  }
  const double value =
      json.kind == Json::Kind::Integer ? static_cast<double>(json.integer) : json.real;
  // Written so that NaN, should a reader ever let it through, is refused.
  if (!(value >= least && value <= most)) {
    report.add(json.at,
               fmt::format("{} is `{}`, which is not between {} and {}", what, value, least, most),
               std::string(remedy));
    return std::nullopt;
  }
  return value;
}

Json write_number(double value) {
  // Every whole number that a place can hold is far within 53 bits.
  if (value == std::trunc(value)) return base::json_integer(static_cast<std::int64_t>(value));
  return base::json_real(value);
}

std::optional<Geometry> read_geometry(const Json& json, std::string_view what,
                                      std::size_t most_positions, Report& report) {
  base::Fields fields(json, what, report);
  if (json.kind != Json::Kind::Object) return std::nullopt;
  const Json* type = json.find("type");
  fields.word("type", {"Polygon", "MultiPolygon"});
  const Json* coordinates = fields.need("coordinates");
  fields.maybe("bbox");  // RFC 7946 section 5 lets any GeoJSON object have one; it adds nothing
  fields.finish();
  const auto is = [&](std::string_view word) {
    return type != nullptr && type->kind == Json::Kind::Text && type->text == word;
  };
  if (coordinates == nullptr || (!is("Polygon") && !is("MultiPolygon"))) return std::nullopt;
  if (coordinates->kind != Json::Kind::Array || coordinates->items.empty()) {
    report.add(coordinates->at, fmt::format("`coordinates` of {} must be a filled array", what),
               "see RFC 7946 sections 3.1.6 and 3.1.7");
    return std::nullopt;
  }
  Geometry geometry;
  geometry.type = is("Polygon") ? GeometryType::Polygon : GeometryType::MultiPolygon;
  RingReader reader(what, most_positions, report);
  bool good = true;
  if (geometry.type == GeometryType::Polygon) {
    geometry.polygons.emplace_back();
    good = reader.read_polygon(*coordinates, geometry.polygons.back());
  } else {
    for (const Json& polygon : coordinates->items) {
      geometry.polygons.emplace_back();
      good = reader.read_polygon(polygon, geometry.polygons.back()) && good;
    }
  }
  if (!good) return std::nullopt;
  return geometry;
}

Json write_geometry(GeometryType type, const std::vector<Polygon>& polygons) {
  std::vector<std::pair<std::string, Json>> members;
  const bool many = type == GeometryType::MultiPolygon;
  members.emplace_back("type", base::json_text(many ? "MultiPolygon" : "Polygon"));
  if (many) {
    std::vector<Json> items;
    items.reserve(polygons.size());
    for (const Polygon& polygon : polygons) items.push_back(write_polygon(polygon));
    members.emplace_back("coordinates", base::json_array(std::move(items)));
  } else {
    members.emplace_back("coordinates", write_polygon(polygons.front()));
  }
  return base::json_object(std::move(members));
}

std::size_t count_positions(const std::vector<Polygon>& polygons) {
  std::size_t count = 0;
  for (const Polygon& polygon : polygons) {
    for (const auto& ring : polygon.rings) count += ring.size();
  }
  return count;
}

}  // namespace countersign::geo::internal
