// SPDX-License-Identifier: Apache-2.0
#include "geo/place.h"

#include <gtest/gtest.h>

#include <string>

namespace countersign::geo {
namespace {

// The place, or an empty one with what is wrong in `problems`.
std::optional<Place> read(std::string_view text, std::string* problems = nullptr) {
  const auto json = base::read_json(text, "place.json");
  EXPECT_TRUE(json) << text;
  base::Report report(text, "place.json");
  auto place = Place::read(json.value(), "the place", report);
  EXPECT_EQ(place.has_value(), report.clean());
  const std::string found = to_text(report.take());
  if (problems != nullptr) {
    *problems = found;
  } else {
    EXPECT_EQ(found, "");
  }
  return place;
}

std::string problems_of(std::string_view text) {
  std::string problems;
  EXPECT_FALSE(read(text, &problems));
  return problems;
}

std::string area(std::string_view rings) {
  return "{\"area\":{\"type\":\"Polygon\",\"coordinates\":" + std::string(rings) + "}}";
}

void expect_says(const std::string& problems, std::string_view what) {
  EXPECT_NE(problems.find(what), std::string::npos) << problems;
}

TEST(Place, ReadsWhatItWrites) {
  for (const std::string_view text : {
           R"({"point":[51.73,36.19],"uncertainty_m":100})",
           R"({"point":[-90,180]})",
           R"({"point":[0.1,-179.9999],"uncertainty_m":0.5,"radius_m":250})",
           R"({"region":"UA/Crimea"})",
           R"({"area":{"type":"Polygon","coordinates":[[[33,47],[36.5,47],[36,48],[33,47]]]}})",
           R"({"area":{"type":"MultiPolygon","coordinates":[[[[33,47],[36,47],[36,48],[33,47]],)"
           R"([[35,47.2],[35.5,47.2],[35.5,47.4],[35,47.2]]],)"
           R"([[[1,1],[2,1],[2,2],[1,1]]]]},"uncertainty_m":100})",
       }) {
    const auto place = read(text);
    ASSERT_TRUE(place) << text;
    const std::string written = base::write_json(place->to_json());
    EXPECT_EQ(written, text);
    EXPECT_EQ(*read(written), *place);
  }
}

TEST(Place, WritesOnePlaceInOneWay) {
  const auto place = read(R"({"uncertainty_m": 100.0, "radius_m": 0, "point": [51.0, 3.6e1]})");
  ASSERT_TRUE(place);
  EXPECT_EQ(base::write_json(place->to_json()), R"({"point":[51,36],"uncertainty_m":100})");
}

TEST(Place, TellsPlacesApart) {
  const auto place = read(R"({"point":[51.73,36.19],"uncertainty_m":100})");
  EXPECT_EQ(*place, place->with_uncertainty(100));
  EXPECT_NE(*place, place->with_uncertainty(101));
  EXPECT_NE(*place, *read(R"({"point":[51.73,36.19],"radius_m":100})"));
  EXPECT_NE(*read(R"({"region":"UA"})"), *read(R"({"region":"RU"})"));
  EXPECT_EQ(Place::of_region(RegionId("UA")), *read(R"({"region":"UA"})"));
  EXPECT_NE(*read(area("[[[1,1],[2,1],[2,2],[1,1]]]")), *read(area("[[[1,1],[2,1],[2,3],[1,1]]]")));
}

TEST(Place, SaysWhatIsWrongAndWhatToDo) {
  EXPECT_EQ(problems_of(R"({"point":[91,36]})"),
            "place.json:1:11: a latitude is `91`, which is not between -90 and 90\n"
            "  1 | {\"point\":[91,36]}\n"
            "    |           ^\n"
            "  help: in a `point` the latitude comes first");
  expect_says(problems_of(R"({"point":[51.73]})"), "`point` must be [lat, lon]");
  expect_says(problems_of(R"({"point":[51.73,"36"]})"), "a longitude must be a number, not a text");
  expect_says(problems_of(R"({"point":[51.73,36.19],"uncertainty_m":-1})"),
              "`uncertainty_m` is `-1`");
  expect_says(problems_of(R"({"point":[51.73,36.19],"uncertainty_m":1e9})"),
              "not between 0 and 5000000");
  expect_says(problems_of(R"({"point":[51.73,36.19],"uncertainty":1})"),
              "did you mean `uncertainty_m`?");
  expect_says(problems_of(R"({"region":"UA","uncertainty_m":1})"), "has no `uncertainty_m`");
  expect_says(problems_of(R"({"region":"a region"})"), "cannot be an id");
  expect_says(problems_of(R"({"region":"UA","point":[1,2]})"), "not several");
  expect_says(problems_of(R"({})"), "not none");
  expect_says(problems_of(R"("Kursk")"), "the place must be an object, not a text");
}

TEST(Place, RefusesAreasThatAreNone) {
  expect_says(problems_of(area("[]")), "must be a filled array");
  expect_says(problems_of(area("[[[1,1],[2,1],[1,1]]]")), "at least 4 positions");
  expect_says(problems_of(area("[[[1,1],[2,1],[2,2],[1,2]]]")), "end it with its first position");
  expect_says(problems_of(area("[[[1,1],[2,1],[2,91],[1,1]]]")), "the longitude comes first");
  expect_says(problems_of(area("[[[1,1],[2,1],[2,2,0],[1,1]]]")), "leave heights out");
  expect_says(problems_of(area("[[[1,1],[1,1],[1,1],[1,1]]]")), "encloses nothing");
  expect_says(problems_of(area("[[[1,90],[90,90],[170,90],[1,90]]]")), "encloses nothing");
  expect_says(problems_of(R"({"area":{"type":"Point","coordinates":[1,2]}})"),
              "`Point` cannot stand in `type`");
  expect_says(problems_of(R"({"area":{"type":"Polygon","coordinates":1}})"), "filled array");
  expect_says(problems_of(R"({"area":[[[1,1],[2,1],[2,2],[1,1]]]})"), "must be an object");
}

TEST(Place, RefusesRingsThatCross) {
  expect_says(problems_of(area("[[[1,1],[2,2],[2,1],[1,2],[1,1]]]")),
              "its rings cross near [1.5000, 1.5");
  // A hole that leaves its ring, one that lies outside it, and a second polygon over the first.
  expect_says(problems_of(area("[[[1,1],[3,1],[3,3],[1,3],[1,1]],[[2,2],[4,2],[4,2.5],[2,2]]]")),
              "its rings cross near [");
  expect_says(problems_of(area("[[[1,1],[3,1],[3,3],[1,3],[1,1]],[[5,5],[6,5],[6,6],[5,5]]]")),
              "a hole lies outside");
  expect_says(problems_of(R"({"area":{"type":"MultiPolygon","coordinates":[)"
                          R"([[[1,1],[4,1],[4,4],[1,4],[1,1]]],[[[2,2],[3,2],[3,3],[2,2]]]]}})"),
              "overlap");
}

TEST(Place, LetsRingsTouchInAPoint) {
  // A hole that touches its ring at a corner, and a ring that passes one corner twice.
  EXPECT_TRUE(read(area("[[[1,1],[3,1],[3,3],[1,3],[1,1]],[[1,1],[2,1.5],[1.5,2],[1,1]]]")));
  EXPECT_TRUE(read(area("[[[1,1],[2,2],[3,1],[3,3],[2,2],[1,3],[1,1]]]")));
}

TEST(Place, RefusesEdgesThatCouldGoEitherWayRound) {
  expect_says(problems_of(area("[[[-170,10],[170,10],[170,20],[-170,20],[-170,10]]]")),
              "cut the polygon in two at the antimeridian");
  expect_says(problems_of(area("[[[-90,10],[90,10],[90,20],[-90,10]]]")),
              "spans 180 degrees of longitude or more");
}

TEST(Place, TakesAreasAtTheEndsOfTheMap) {
  // Cut at the antimeridian, with corners there that differ.
  EXPECT_TRUE(read(R"({"area":{"type":"MultiPolygon","coordinates":[)"
                   R"([[[170,10],[180,10],[180,15],[180,20],[170,20],[170,10]]],)"
                   R"([[[-180,10],[-170,10],[-170,20],[-180,20],[-180,18],[-180,10]]]]}})"));
  // About the pole.
  EXPECT_TRUE(
      read(area("[[[-180,-80],[-90,-80],[0,-80],[90,-80],[180,-80],[180,-90],[-180,-90],"
                "[-180,-80]]]")));
}

TEST(Place, LimitsThePositionsOfAnArea) {
  std::string ring = "[[[0,0]";
  for (std::size_t i = 0; i < kMostAreaPositions; ++i) ring += ",[1,1]";
  expect_says(problems_of(area(ring + ",[0,0]]]")), "more than 10000 positions");
}

}  // namespace
}  // namespace countersign::geo
