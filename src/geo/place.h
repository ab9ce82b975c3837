// SPDX-License-Identifier: Apache-2.0
// A place as a request states it.
//
// A place is one of three things:
//   a point   somewhere within `uncertainty_m` of it; with a `radius_m`, the disc about it:
//   everything
//             within that radius is meant
//   an area   everything inside one or more polygons is meant; their edges, straight in longitude
//             and latitude, are followed to within 10 m
//   a region  the ground a region layer gives to an id; exact, it has no uncertainty
// Radius and uncertainty answer different questions. A radius, like an area, says how much is
// meant: all of it must lie on a region's ground. An uncertainty says how well the place is known:
// the place widened by it bounds where anything meant may be. A disc or an area may carry both.
//
// Positions are WGS 84, in degrees. A `point` is written [lat, lon]; in GeoJSON (RFC 7946 section
// 3.1.1) longitude comes first.
#ifndef COUNTERSIGN_GEO_PLACE_H_
#define COUNTERSIGN_GEO_PLACE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

namespace countersign::geo {

struct RegionTag;
using RegionId = base::Id<RegionTag>;

namespace internal {
class Shape;
}

// Degrees, WGS 84: lat -90 to 90, lon -180 to 180.
struct LatLon {
  double lat = 0;
  double lon = 0;

  friend bool operator==(const LatLon&, const LatLon&) = default;
};

// A polygon: the first ring goes round it, the others are holes. Rings are closed: the last
// position repeats the first.
struct Polygon {
  std::vector<std::vector<LatLon>> rings;

  friend bool operator==(const Polygon&, const Polygon&) = default;
};

// The farthest that an uncertainty or a radius may reach: an eighth of the way round the Earth.
inline constexpr double kGreatestReachM = 5'000'000;
// The most positions one area may have.
inline constexpr std::size_t kMostAreaPositions = 10'000;

// Immutable, cheap to copy (an area's polygons are shared), safe to read from many threads.
class Place {
 public:
  enum class Kind { Point, Region, Area };

  // Reads one of
  //   {"point": [lat, lon], "uncertainty_m": 100, "radius_m": 250}
  //   {"area": GeoJSON Polygon or MultiPolygon, "uncertainty_m": 100}
  //   {"region": "UA/Crimea"}
  // where `uncertainty_m` and `radius_m` are 0 unless given. `what` names the place in issues ("the
  // place"). Reported, and then empty: a position off the globe; a ring that is not closed, crosses
  // or touches itself along a line, or encloses nothing; an edge that spans 180 degrees of
  // longitude or more (which way round it goes would be a guess: RFC 7946 section 3.1.9 says to cut
  // such a polygon at the antimeridian); a reach beyond kGreatestReachM; more than
  // kMostAreaPositions; an unknown member.
  static std::optional<Place> read(const base::Json& json, std::string_view what,
                                   base::Report& report);

  // The place of a region. `id` is not looked up: a layer does that.
  static Place of_region(RegionId id);

  // The place as it is read, its members in the order above, reaches of 0 left out, whole numbers
  // without a fraction. Reading it again gives an equal place.
  base::Json to_json() const;

  Kind kind() const { return kind_; }
  // Point only.
  LatLon point() const { return point_; }
  double radius_m() const { return radius_m_; }
  // Point and Area; 0 for a region.
  double uncertainty_m() const { return uncertainty_m_; }
  // Region only.
  const RegionId& region() const { return region_; }
  // Area only.
  const std::vector<Polygon>& polygons() const;

  // The same place known less well or better: `uncertainty_m` is between 0 and kGreatestReachM, and
  // the place is no region (CHECKed).
  Place with_uncertainty(double uncertainty_m) const;

  // For this room alone: the area's geometry; null unless kind() is Area.
  const internal::Shape* shape() const;

  // Equal as stated, not as geometry: the same ring begun elsewhere is another place.
  friend bool operator==(const Place& one, const Place& other);

 private:
  struct Area;

  Place() = default;

  Kind kind_ = Kind::Point;
  LatLon point_;
  double radius_m_ = 0;
  double uncertainty_m_ = 0;
  RegionId region_;
  std::shared_ptr<const Area> area_;
};

// Whether the whole of `inner`, wherever its uncertainty may put it, surely lies in `outer`.
// One-sided: true means yes, false means no or cannot say. `outer` counts with its own uncertainty:
// what was consented to was judged over the whole widened place. An equal place is always covered.
// Where a region is one of two unequal places the answer is false: Layer::covers knows regions.
// Distances are taken long, by at most 1.01 per cent: so far may the ellipsoid be from a sphere.
bool covers(const Place& outer, const Place& inner);

// Whether nothing at all can lie in both, each with its own uncertainty. One-sided: true means yes,
// false means no or cannot say. Of regions it cannot say: Layer::apart knows them.
bool apart(const Place& one, const Place& other);

}  // namespace countersign::geo

#endif  // COUNTERSIGN_GEO_PLACE_H_
