// SPDX-License-Identifier: Apache-2.0
// Layer against a slow, obvious reference: distances on the ellipsoid itself, from points of
// regions that are boxes in longitude and latitude.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/testing/within.h"
#include "geo/layer.h"

namespace countersign::geo {
namespace {

constexpr double kRadians = M_PI / 180;
constexpr double kAccuracyM = 1000;

// Metres between two points less than half the globe apart: Vincenty's inverse formula on WGS 84
// (Survey Review XXIII, 1975), good to a millimetre.
double metres_between(LatLon one, LatLon other) {
  constexpr double kA = 6378137, kF = 1 / 298.257223563, kB = kA * (1 - kF);
  if (one == other) return 0;
  const double u1 = std::atan((1 - kF) * std::tan(one.lat * kRadians));
  const double u2 = std::atan((1 - kF) * std::tan(other.lat * kRadians));
  const double sin1 = std::sin(u1), cos1 = std::cos(u1), sin2 = std::sin(u2), cos2 = std::cos(u2);
  const double l = (other.lon - one.lon) * kRadians;
  double lambda = l, sin_sigma = 0, cos_sigma = 0, sigma = 0, cos2_alpha = 0, cos_2m = 0;
  for (int i = 0; i < 100; ++i) {
    const double sin_l = std::sin(lambda), cos_l = std::cos(lambda);
    sin_sigma = std::hypot(cos2 * sin_l, cos1 * sin2 - sin1 * cos2 * cos_l);
    if (sin_sigma == 0) return 0;
    cos_sigma = sin1 * sin2 + cos1 * cos2 * cos_l;
    sigma = std::atan2(sin_sigma, cos_sigma);
    const double sin_alpha = cos1 * cos2 * sin_l / sin_sigma;
    cos2_alpha = 1 - sin_alpha * sin_alpha;
    cos_2m = cos2_alpha == 0 ? 0 : cos_sigma - 2 * sin1 * sin2 / cos2_alpha;
    const double c = kF / 16 * cos2_alpha * (4 + kF * (4 - 3 * cos2_alpha));
    const double before = lambda;
    lambda = l + (1 - c) * kF * sin_alpha *
                     (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m * cos_2m - 1)));
    if (std::abs(lambda - before) < 1e-12) break;
  }
  const double u = cos2_alpha * (kA * kA - kB * kB) / (kB * kB);
  const double a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)));
  const double b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)));
  const double delta =
      b * sin_sigma *
      (cos_2m + b / 4 *
                    (cos_sigma * (2 * cos_2m * cos_2m - 1) -
                     b / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) * (4 * cos_2m * cos_2m - 3)));
  return kB * a * (sigma - delta);
}

// Neighbours A and B about the meridian, from the equator to far north, where straight lines in
// longitude and latitude are farthest from great circles.
struct Box {
  const char* id;
  double west, south, east, north;

  bool contains(LatLon at) const {
    return at.lon >= west && at.lon <= east && at.lat >= south && at.lat <= north;
  }
  LatLon nearest_on_map(LatLon at) const {
    return {std::clamp(at.lat, south, north), std::clamp(at.lon, west, east)};
  }
};

constexpr Box kA{"A", -20, 0, 0, 70};
constexpr Box kB{"B", 0, 0, 20, 70};

const Layer& layer() {
  static const Layer boxes = [] {
    std::string text = R"({"accuracy_m":1000,"regions":[{"id":"both","parts":["A","B"]})";
    for (const Box& box : {kA, kB}) {
      const auto corner = [](double lon, double lat) {
        return "[" + std::to_string(lon) + "," + std::to_string(lat) + "]";
      };
      text += R"(,{"id":")" + std::string(box.id) +
              R"(","shape":{"type":"Polygon","coordinates":[[)" + corner(box.west, box.south) +
              "," + corner(box.east, box.south) + "," + corner(box.east, box.north) + "," +
              corner(box.west, box.north) + "," + corner(box.west, box.south) + "]]}}";
    }
    text += "]}";
    const auto json = base::read_json(text, "layer.json");
    base::Report report(text, "layer.json");
    auto made = Layer::create({json.value(), report});
    EXPECT_TRUE(made) << to_text(report.take());
    return std::move(*made);
  }();
  return boxes;
}

Place point(LatLon at, double uncertainty_m) {
  base::Report report("", "place");
  return *Place::read(
      base::json_object(
          {{"point", base::json_array({base::json_real(at.lat), base::json_real(at.lon)})},
           {"uncertainty_m", base::json_real(uncertainty_m)}}),
      "the place", report);
}

bool has(const std::vector<RegionId>& ids, const char* id) {
  return std::find(ids.begin(), ids.end(), RegionId(id)) != ids.end();
}

double fraction() { return *base::testing::within(0, 1'000'001) / 1e6; }

// A point of a box and one near it, inside or out.
struct Pair {
  LatLon in_box;
  LatLon near;
};

Pair any_pair(const Box& box) {
  const double spread = *rc::gen::element(0.01, 0.1, 1.0, 10.0);
  // Every other point of the box lies on its rim.
  const bool on_rim = *rc::gen::arbitrary<bool>();
  const bool on_side = *rc::gen::arbitrary<bool>();
  double x = fraction(), y = fraction();
  if (on_rim) (on_side ? x : y) = std::round(fraction());
  const LatLon in_box{box.south + y * (box.north - box.south),
                      box.west + x * (box.east - box.west)};
  return {in_box,
          {in_box.lat + spread * (fraction() - 0.5), in_box.lon + spread * (fraction() - 0.5)}};
}

RC_GTEST_PROP(LayerReference, WhatIsWithinReachIsTouchedAndSpoilsWithin, ()) {
  const Box box = *rc::gen::element(kA, kB);
  const Pair pair = any_pair(box);
  const double uncertainty_m =
      std::max(0.0, metres_between(pair.in_box, pair.near) - kAccuracyM + 0.001);
  const Bounds bounds = layer().bounds(point(pair.near, uncertainty_m));
  RC_ASSERT(has(bounds.touches, box.id));
  RC_ASSERT(has(bounds.touches, "both"));
  RC_ASSERT(!has(bounds.within, box.id == kA.id ? kB.id : kA.id));
}

// The tolerance that the docstring states, from the other side.
RC_GTEST_PROP(LayerReference, WhatIsOutOfReachIsNotTouched, ()) {
  const Pair pair = any_pair(kA);
  RC_PRE(!kA.contains(pair.near));
  // Walk the rim for the nearest point: the map's nearest is not the ellipsoid's.
  double least_m = metres_between(pair.near, kA.nearest_on_map(pair.near));
  for (double lat = kA.south; lat <= kA.north; lat += 0.001) {
    if (std::abs(lat - pair.near.lat) > 5) continue;
    least_m = std::min(least_m, metres_between(pair.near, {lat, kA.east}));
    least_m = std::min(least_m, metres_between(pair.near, {lat, kA.west}));
  }
  constexpr double kStepM = 60;  // half of 0.001 degrees, and a little
  const double reach_m = (least_m - 20 - kStepM) / 1.0102;
  RC_PRE(reach_m > kAccuracyM);
  RC_ASSERT(!has(layer().touches(point(pair.near, reach_m - kAccuracyM)), kA.id));
}

RC_GTEST_PROP(LayerReference, WithinIsOnGroundOrNearIt, ()) {
  const Pair pair = any_pair(kA);
  const Bounds bounds = layer().bounds(point(pair.near, 0));
  RC_PRE(has(bounds.within, kA.id));
  RC_ASSERT(metres_between(pair.near, kA.nearest_on_map(pair.near)) <= kAccuracyM * 1.5);
  RC_ASSERT(!kB.contains(pair.near));
}

TEST(LayerReference, MeasuresAsGeodesistsDo) {
  // A degree along the equator and a degree of latitude at either end of the meridian.
  EXPECT_NEAR(metres_between({0, 0}, {0, 1}), 111319.491, 0.001);
  EXPECT_NEAR(metres_between({0, 0}, {1, 0}), 110574.389, 0.001);
  EXPECT_NEAR(metres_between({89, 0}, {90, 0}), 111693.865, 0.001);
}

}  // namespace
}  // namespace countersign::geo
