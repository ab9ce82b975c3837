// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "geo/place.h"

namespace countersign::geo {
namespace {

Place place(std::string_view text) {
  const auto json = base::read_json(text, "place.json");
  EXPECT_TRUE(json) << text;
  base::Report report(text, "place.json");
  const auto read = Place::read(json.value(), "the place", report);
  EXPECT_TRUE(read) << to_text(report.take());
  return *read;
}

bool are_apart(std::string_view one, std::string_view other) {
  EXPECT_EQ(apart(place(one), place(other)), apart(place(other), place(one)));
  return apart(place(one), place(other));
}

bool covered(std::string_view outer, std::string_view inner) {
  return covers(place(outer), place(inner));
}

// About 111 km north to south and 76 km east to west, round 47 N; with and without a hole.
constexpr std::string_view kSquare =
    R"({"area":{"type":"Polygon","coordinates":[[[33,47],[34,47],[34,48],[33,48],[33,47]]]}})";
constexpr std::string_view kHoled =
    R"({"area":{"type":"Polygon","coordinates":[[[33,47],[34,47],[34,48],[33,48],[33,47]],)"
    R"([[33.4,47.4],[33.6,47.4],[33.6,47.6],[33.4,47.6],[33.4,47.4]]]}})";

TEST(Covers, AnEqualPlaceAlways) {
  EXPECT_TRUE(covered(R"({"point":[47,33]})", R"({"point":[47,33]})"));
  EXPECT_TRUE(covered(kSquare, kSquare));
  EXPECT_TRUE(covered(R"({"region":"UA"})", R"({"region":"UA"})"));
}

TEST(Covers, ADiscHoldsWhatIsWhollyInIt) {
  constexpr std::string_view kOuter = R"({"point":[47,33],"uncertainty_m":1000})";
  EXPECT_TRUE(covered(kOuter, R"({"point":[47,33],"radius_m":600,"uncertainty_m":400})"));
  EXPECT_FALSE(covered(kOuter, R"({"point":[47,33],"radius_m":600,"uncertainty_m":401})"));
  // 0.005 degrees of latitude are 556 m.
  EXPECT_TRUE(covered(kOuter, R"({"point":[47.005,33],"uncertainty_m":400})"));
  EXPECT_FALSE(covered(kOuter, R"({"point":[47.005,33],"uncertainty_m":450})"));
  EXPECT_FALSE(covered(R"({"point":[47,33]})", R"({"point":[47.0001,33]})"));
  // Across the antimeridian: 0.02 degrees of longitude at the equator are 2.2 km.
  EXPECT_TRUE(covered(R"({"point":[0,179.99],"radius_m":2500})", R"({"point":[0,-179.99]})"));
}

TEST(Covers, AnAreaHoldsADiscClearOfItsBoundary) {
  EXPECT_TRUE(covered(kSquare, R"({"point":[47.5,33.5],"uncertainty_m":35000})"));
  EXPECT_FALSE(covered(kSquare, R"({"point":[47.5,33.5],"uncertainty_m":38000})"));
  EXPECT_FALSE(covered(kSquare, R"({"point":[48.01,33.5]})"));
  EXPECT_FALSE(covered(kHoled, R"({"point":[47.5,33.5]})"));
  EXPECT_TRUE(covered(kHoled, R"({"point":[47.2,33.5],"uncertainty_m":10000})"));
  EXPECT_FALSE(covered(kHoled, R"({"point":[47.2,33.5],"uncertainty_m":30000})"));
}

TEST(Covers, AnAreaCountsWithItsUncertainty) {
  const Place outer = place(kSquare).with_uncertainty(5000);
  // 0.04 degrees of latitude are 4.4 km.
  EXPECT_TRUE(covers(outer, place(R"({"point":[48.04,33.5],"uncertainty_m":400})")));
  EXPECT_FALSE(covers(outer, place(R"({"point":[48.04,33.5],"uncertainty_m":700})")));
  EXPECT_TRUE(covers(outer, place(kSquare)));
  EXPECT_TRUE(covers(outer, place(kSquare).with_uncertainty(5000)));
  EXPECT_FALSE(covers(outer, place(kSquare).with_uncertainty(5001)));
}

TEST(Covers, AnAreaHoldsAnAreaInside) {
  constexpr std::string_view kInside =
      R"({"area":{"type":"Polygon","coordinates":[[[33.1,47.1],[33.3,47.1],[33.3,47.3],)"
      R"([33.1,47.1]]]}})";
  EXPECT_TRUE(covered(kSquare, kInside));
  EXPECT_TRUE(covered(kHoled, kInside));
  EXPECT_TRUE(covered(kSquare, kHoled));
  EXPECT_FALSE(covered(kHoled, kSquare));
  EXPECT_FALSE(covered(kInside, kSquare));
  // 0.1 degrees of longitude are 7.6 km here.
  EXPECT_TRUE(covers(place(kSquare), place(kInside).with_uncertainty(7000)));
  EXPECT_FALSE(covers(place(kSquare), place(kInside).with_uncertainty(8000)));
}

TEST(Covers, ADiscHoldsAnAreaWhoseCornersItHolds) {
  EXPECT_TRUE(covered(R"({"point":[47.5,33.5],"radius_m":70000})", kSquare));
  EXPECT_FALSE(covered(R"({"point":[47.5,33.5],"radius_m":60000})", kSquare));
  EXPECT_FALSE(covers(place(R"({"point":[47.5,33.5],"radius_m":70000})"),
                      place(kSquare).with_uncertainty(10000)));
}

TEST(Covers, ARegionOnlyWithItsLayer) {
  EXPECT_FALSE(covered(R"({"region":"UA"})", R"({"region":"UA/Crimea"})"));
  EXPECT_FALSE(covered(R"({"region":"UA"})", kSquare));
  EXPECT_FALSE(covered(kSquare, R"({"region":"UA"})"));
}

TEST(Apart, AreDiscsWhoseReachesDoNotMeet) {
  // 0.01 degrees of latitude are 1112 m.
  constexpr std::string_view kDisc = R"({"point":[47,33],"radius_m":500,"uncertainty_m":100})";
  EXPECT_TRUE(are_apart(kDisc, R"({"point":[47.01,33],"radius_m":450})"));
  EXPECT_FALSE(are_apart(kDisc, R"({"point":[47.01,33],"radius_m":450,"uncertainty_m":100})"));
  EXPECT_FALSE(are_apart(kDisc, kDisc));
  EXPECT_FALSE(are_apart(R"({"point":[47,33]})", R"({"point":[47,33]})"));
  EXPECT_TRUE(are_apart(R"({"point":[47,33]})", R"({"point":[47.0001,33]})"));
}

TEST(Apart, AreAreasThatNothingJoins) {
  EXPECT_FALSE(are_apart(kSquare, R"({"point":[47.5,33.5]})"));
  EXPECT_TRUE(are_apart(kSquare, R"({"point":[48.1,33.5],"radius_m":10000})"));
  EXPECT_FALSE(are_apart(kSquare, R"({"point":[48.1,33.5],"radius_m":12000})"));
  // In the hole, 0.1 degrees from its edge.
  EXPECT_TRUE(are_apart(kHoled, R"({"point":[47.5,33.5],"radius_m":5000})"));
  constexpr std::string_view kEast =
      R"({"area":{"type":"Polygon","coordinates":[[[35,47],[36,47],[36,48],[35,48],[35,47]]]}})";
  EXPECT_TRUE(are_apart(kSquare, kEast));
  EXPECT_FALSE(apart(place(kSquare).with_uncertainty(80'000), place(kEast)));
}

TEST(Apart, NothingIsSaidOfRegions) {
  EXPECT_FALSE(are_apart(R"({"region":"UA"})", R"({"region":"RU"})"));
}

}  // namespace
}  // namespace countersign::geo
