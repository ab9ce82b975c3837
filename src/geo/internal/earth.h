// SPDX-License-Identifier: Apache-2.0
// Metres on the WGS 84 ellipsoid against angles on the unit sphere that S2 works on.
//
// A position keeps its latitude and longitude when it goes to the sphere. On the ellipsoid a step
// is ds² = M² dlat² + N² cos²lat dlon², where both radii of curvature lie between the two below; on
// the sphere it is dlat² + cos²lat dlon². So along any path, and thus for any distance,
//   kLeastRadiusM × angle  <=  metres  <=  kGreatestRadiusM × angle.
#ifndef COUNTERSIGN_GEO_INTERNAL_EARTH_H_
#define COUNTERSIGN_GEO_INTERNAL_EARTH_H_

#include <s2/s1angle.h>
#include <s2/s1chord_angle.h>
#include <s2/s2latlng.h>
#include <s2/s2point.h>

#include <cmath>

#include "geo/place.h"

namespace countersign::geo::internal {

inline constexpr double kLeastRadiusM = 6'335'439;     // a (1 - e²): along the meridian, equator
inline constexpr double kGreatestRadiusM = 6'399'594;  // a² / b: at the poles

// How far a followed edge may stray from the straight line in longitude and latitude, and the
// margin that a comparison of two followed shapes therefore takes.
inline constexpr double kFollowedToM = 10;
inline constexpr double kMarginM = 2 * kFollowedToM;

// The angle that no distance of up to `metres` exceeds. Metres are rounded up to whole millimetres:
// two limits are then either the same or farther apart than any rounding in S2 (1e-15 of the square
// of the chord), so that a greater limit never finds less.
inline S1ChordAngle angle_reaching(double metres) {
  return S1ChordAngle(S1Angle::Radians(std::ceil(metres * 1000) / 1000 / kLeastRadiusM));
}

// The angle below which every distance is at most `metres`, a millimetre taken off for rounding.
inline S1ChordAngle angle_within(double metres) {
  return metres <= 0.001 ? S1ChordAngle::Negative()
                         : S1ChordAngle(S1Angle::Radians((metres - 0.001) / kGreatestRadiusM));
}

inline S2Point to_s2(LatLon at) {
  // One meridian has two names. S2 would keep them 1e-16 apart, and the halves of a polygon that
  // was cut there would not close again.
  const double lon = at.lon == -180 ? 180 : at.lon;
  return S2LatLng::FromDegrees(at.lat, std::abs(at.lat) == 90 ? 0 : lon).ToPoint();
}

}  // namespace countersign::geo::internal

#endif  // COUNTERSIGN_GEO_INTERNAL_EARTH_H_
