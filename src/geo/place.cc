// SPDX-License-Identifier: Apache-2.0
#include "geo/place.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/check.h"
#include "geo/internal/geojson.h"
#include "geo/internal/shape.h"

namespace countersign::geo {

using base::Json;
using base::Report;

struct Place::Area {
  internal::Geometry geometry;
  std::unique_ptr<const internal::Shape> shape;
};

namespace {

// A distance in metres, 0 when absent.
double read_reach(const Json* json, std::string_view name, Report& report) {
  if (json == nullptr) return 0;
  return internal::read_number(*json, fmt::format("`{}`", name), 0, kGreatestReachM, report,
                               "it is in metres; name a region for a place known no better")
      .value_or(0);
}

std::optional<LatLon> read_point(const Json& json, Report& report) {
  if (json.kind != Json::Kind::Array || json.items.size() != 2) {
    report.add(json.at, "`point` must be [lat, lon]", "two numbers, latitude first");
    return std::nullopt;
  }
  const auto lat = internal::read_number(json.items[0], "a latitude", -90, 90, report,
                                         "in a `point` the latitude comes first");
  const auto lon = internal::read_number(json.items[1], "a longitude", -180, 180, report);
  if (!lat || !lon) return std::nullopt;
  return LatLon{*lat, *lon};
}

}  // namespace

std::optional<Place> Place::read(const Json& json, std::string_view what, Report& report) {
  if (json.kind != Json::Kind::Object) {
    report.add(json.at, fmt::format("{} must be an object, not {}", what, name_of(json.kind)),
               "write {\"point\": [lat, lon], \"uncertainty_m\": 100}, {\"area\": ...} or "
               "{\"region\": ...}");
    return std::nullopt;
  }
  const Json* point = json.find("point");
  const Json* area = json.find("area");
  const Json* region = json.find("region");
  const int stated = (point != nullptr) + (area != nullptr) + (region != nullptr);
  if (stated != 1) {
    report.add(json.at,
               fmt::format("{} must have one of `point`, `area` and `region`, not {}", what,
                           stated == 0 ? "none" : "several"),
               "state the place in one way");
    return std::nullopt;
  }
  const std::size_t before = report.count();
  Place place;
  base::Fields fields(json, what, report);
  if (point != nullptr) {
    fields.need("point");
    const auto at = read_point(*point, report);
    place.point_ = at.value_or(LatLon{});
    place.radius_m_ = read_reach(fields.maybe("radius_m"), "radius_m", report);
    place.uncertainty_m_ = read_reach(fields.maybe("uncertainty_m"), "uncertainty_m", report);
  } else if (area != nullptr) {
    fields.need("area");
    place.kind_ = Kind::Area;
    place.uncertainty_m_ = read_reach(fields.maybe("uncertainty_m"), "uncertainty_m", report);
    auto geometry = internal::read_geometry(*area, "`area`", kMostAreaPositions, report);
    if (geometry) {
      std::string problem;
      auto shape = internal::Shape::build(geometry->polygons, problem);
      if (shape == nullptr) {
        report.add(area->at, fmt::format("`area` of {} is no valid polygon: {}", what, problem),
                   "draw each ring so that it meets neither itself nor another");
      }
      place.area_ = std::make_shared<const Area>(Area{std::move(*geometry), std::move(shape)});
    }
  } else {
    place.kind_ = Kind::Region;
    place.region_ = RegionId(fields.id("region"));
  }
  fields.finish();
  if (report.count() != before) return std::nullopt;
  return place;
}

Place Place::of_region(RegionId id) {
  Place place;
  place.kind_ = Kind::Region;
  place.region_ = std::move(id);
  return place;
}

Json Place::to_json() const {
  std::vector<std::pair<std::string, Json>> members;
  switch (kind_) {
    case Kind::Point: {
      std::vector<Json> pair;
      pair.push_back(internal::write_number(point_.lat));
      pair.push_back(internal::write_number(point_.lon));
      members.emplace_back("point", base::json_array(std::move(pair)));
      break;
    }
    case Kind::Area:
      members.emplace_back("area", internal::write_geometry(area_->geometry.type, polygons()));
      break;
    case Kind::Region:
      members.emplace_back("region", base::json_text(region_.text()));
      break;
  }
  if (uncertainty_m_ != 0) {
    members.emplace_back("uncertainty_m", internal::write_number(uncertainty_m_));
  }
  if (radius_m_ != 0) members.emplace_back("radius_m", internal::write_number(radius_m_));
  return base::json_object(std::move(members));
}

const std::vector<Polygon>& Place::polygons() const {
  CHECK(kind_ == Kind::Area);
  return area_->geometry.polygons;
}

Place Place::with_uncertainty(double uncertainty_m) const {
  CHECK(kind_ != Kind::Region);
  CHECK(uncertainty_m >= 0 && uncertainty_m <= kGreatestReachM);
  Place place = *this;
  place.uncertainty_m_ = uncertainty_m;
  return place;
}

const internal::Shape* Place::shape() const {
  return area_ == nullptr ? nullptr : area_->shape.get();
}

bool operator==(const Place& one, const Place& other) {
  if (one.kind_ != other.kind_ || one.point_ != other.point_ || one.radius_m_ != other.radius_m_ ||
      one.uncertainty_m_ != other.uncertainty_m_ || one.region_ != other.region_) {
    return false;
  }
  return one.kind_ != Place::Kind::Area || one.area_ == other.area_ ||
         (one.area_->geometry.type == other.area_->geometry.type &&
          one.polygons() == other.polygons());
}

}  // namespace countersign::geo
