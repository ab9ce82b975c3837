// SPDX-License-Identifier: Apache-2.0
#include "geo/layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace countersign::geo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two neighbours on the equator, West (0 to 1 degrees east) and East (1 to 2), an island of East's
// own (3 to 3.2), and sea. A degree is 111 km. The north-east corner of West is disputed.
constexpr std::string_view kBase = R"({"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"W","name":"West"},
 "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
{"type":"Feature","properties":{"id":"E","name":"East","colour":"red"},
 "geometry":{"type":"MultiPolygon","coordinates":[[[[1,0],[2,0],[2,1],[1,1],[1,0]]],
  [[[3,0],[3.2,0],[3.2,0.2],[3,0.2],[3,0]]]]}}]})";

std::string with_base(std::string_view rest) {
  return R"({"accuracy_m":5000,"base":)" + std::string(kBase) + std::string(rest) + "}";
}

constexpr std::string_view kCorner =
    R"({"type":"Polygon","coordinates":[[[0.5,0.5],[1.5,0.5],[1.5,2],[0.5,2],[0.5,0.5]]]})";

std::string disputed() {
  return with_base(
      R"(,"regions":[{"id":"E/corner","part_of":["E"]},{"id":"both","parts":["E","W"]}],
    "overlays":[{"to":"E/corner","from":["W"],"reason":"by treaty","shape":)" +
      std::string(kCorner) + "}]");
}

std::optional<Layer> try_create(const std::string& text, std::string& problems) {
  const auto json = base::read_json(text, "layer.json");
  EXPECT_TRUE(json) << to_text(json.error());
  base::Report report(text, "layer.json");
  auto layer = Layer::create({json.value(), report});
  EXPECT_EQ(layer.has_value(), report.clean());
  problems = to_text(report.take());
  return layer;
}

Layer create(const std::string& text) {
  std::string problems;
  auto layer = try_create(text, problems);
  EXPECT_TRUE(layer) << problems;
  return std::move(*layer);
}

std::string problems_of(const std::string& text) {
  std::string problems;
  EXPECT_FALSE(try_create(text, problems));
  return problems;
}

Place place(std::string_view text) {
  const auto json = base::read_json(text, "place.json");
  EXPECT_TRUE(json) << text;
  base::Report report(text, "place.json");
  const auto read = Place::read(json.value(), "the place", report);
  EXPECT_TRUE(read) << to_text(report.take());
  return *read;
}

std::vector<std::string> texts(const std::vector<RegionId>& ids) {
  std::vector<std::string> texts;
  for (const RegionId& id : ids) texts.push_back(id.text());
  return texts;
}

std::vector<std::string> touches(const Layer& layer, std::string_view text) {
  return texts(layer.touches(place(text)));
}

std::vector<std::string> within(const Layer& layer, std::string_view text) {
  return texts(layer.within(place(text)));
}

TEST(Layer, NamesItsRegions) {
  const Layer layer = create(disputed());
  ASSERT_EQ(layer.regions().size(), 4U);
  EXPECT_EQ(layer.regions()[0].id, RegionId("E"));
  EXPECT_EQ(layer.regions()[0].name, "East");
  EXPECT_EQ(texts(layer.regions()[0].part_of), std::vector<std::string>{"both"});
  EXPECT_EQ(layer.regions()[1].name, "E/corner");
  EXPECT_TRUE(layer.has(RegionId("W")));
  EXPECT_FALSE(layer.has(RegionId("N")));
  EXPECT_EQ(layer.accuracy_m(), 5000);
}

TEST(Layer, BoundsAPlaceByAccuracyAndUncertainty) {
  const Layer layer = create(disputed());
  EXPECT_THAT(touches(layer, R"({"point":[0.3,0.3]})"), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,0.3]})"), ElementsAre("W", "both"));
  // 4.4 km, then 5.6 km, from the border with East.
  EXPECT_THAT(touches(layer, R"({"point":[0.3,0.96]})"), ElementsAre("E", "W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,0.96]})"), ElementsAre("both"));
  EXPECT_THAT(touches(layer, R"({"point":[0.3,0.95]})"), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,0.95]})"), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,0.95],"uncertainty_m":700})"), ElementsAre("both"));
}

TEST(Layer, CountsSeaForNobody) {
  const Layer layer = create(disputed());
  // 4.4 km off the coast, then 5.6 km, then the same with an uncertainty that reaches it.
  EXPECT_THAT(touches(layer, R"({"point":[0.3,-0.04]})"), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,-0.04]})"), ElementsAre("W", "both"));
  EXPECT_THAT(touches(layer, R"({"point":[0.3,-0.05]})"), IsEmpty());
  EXPECT_THAT(touches(layer, R"({"point":[0.3,-0.05],"uncertainty_m":1000})"),
              ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.3,-0.05],"uncertainty_m":1000})"), IsEmpty());
}

TEST(Layer, MovesTheGroundOfAnOverlay) {
  const Layer layer = create(disputed());
  EXPECT_THAT(touches(layer, R"({"point":[0.8,0.8]})"), ElementsAre("E", "E/corner", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.8,0.8]})"), ElementsAre("E", "E/corner", "both"));
  // East's own ground under the overlay was not asked for.
  EXPECT_THAT(touches(layer, R"({"point":[0.8,1.2]})"), ElementsAre("E", "both"));
  // Astride the corner and the rest of East: in East, though in neither piece of it.
  EXPECT_THAT(touches(layer, R"({"point":[0.8,1.0]})"), ElementsAre("E", "E/corner", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.8,1.0]})"), ElementsAre("E", "both"));
}

TEST(Layer, AsksForTheWholeOfADiscOrAnArea) {
  const Layer layer = create(disputed());
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.3],"radius_m":15000})"), ElementsAre("W", "both"));
  // 22 km from the coast: a disc may reach 5 km beyond it, an uncertainty as far as it likes.
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.3],"radius_m":26000})"), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.3],"radius_m":28000})"), IsEmpty());
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.3],"uncertainty_m":28000})"),
              ElementsAre("W", "both"));
  const auto box = [](std::string_view west, std::string_view south, std::string_view east,
                      std::string_view north) {
    const auto at = [](std::string_view lon, std::string_view lat) {
      return "[" + std::string(lon) + "," + std::string(lat) + "]";
    };
    return R"({"area":{"type":"Polygon","coordinates":[[)" + at(west, south) + "," +
           at(east, south) + "," + at(east, north) + "," + at(west, north) + "," + at(west, south) +
           "]]}}";
  };
  EXPECT_THAT(within(layer, box("0.1", "0.1", "0.4", "0.9")), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, box("-0.03", "-0.03", "0.4", "0.9")), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, box("-0.06", "0.1", "0.4", "0.9")), IsEmpty());
  EXPECT_THAT(touches(layer, box("-0.06", "0.1", "0.4", "0.9")), ElementsAre("W", "both"));
  EXPECT_THAT(within(layer, box("0.7", "0.7", "1.9", "0.9")), ElementsAre("E", "both"));
  EXPECT_THAT(within(layer, box("0.1", "0.1", "1.9", "0.9")), ElementsAre("both"));
  // The sea between the island and the mainland is too wide.
  EXPECT_THAT(within(layer, box("1.8", "0.05", "3.1", "0.15")), IsEmpty());
}

TEST(Layer, TakesARegionExactly) {
  const Layer layer = create(disputed());
  EXPECT_THAT(touches(layer, R"({"region":"E/corner"})"), ElementsAre("E", "E/corner", "both"));
  EXPECT_THAT(within(layer, R"({"region":"E/corner"})"), ElementsAre("E", "E/corner", "both"));
  EXPECT_THAT(touches(layer, R"({"region":"E"})"), ElementsAre("E", "E/corner", "both"));
  EXPECT_THAT(within(layer, R"({"region":"E"})"), ElementsAre("E", "both"));
  EXPECT_THAT(touches(layer, R"({"region":"both"})"), ElementsAre("E", "E/corner", "W", "both"));
  EXPECT_THAT(within(layer, R"({"region":"both"})"), ElementsAre("both"));
}

TEST(Layer, PutsAnUnknownRegionAnywhere) {
  const Layer layer = create(disputed());
  EXPECT_THAT(touches(layer, R"({"region":"N"})"), ElementsAre("E", "E/corner", "W", "both"));
  EXPECT_THAT(within(layer, R"({"region":"N"})"), IsEmpty());
}

TEST(Layer, LetsRegionsOverlap) {
  // A belt along the border, of no country; a province that is a part of West; and one within that.
  const Layer layer = create(with_base(R"(,"regions":[
    {"id":"belt","shape":{"type":"Polygon",
      "coordinates":[[[0.7,-1],[1.3,-1],[1.3,2],[0.7,2],[0.7,-1]]]}},
    {"id":"W/south","part_of":["W"],"shape":{"type":"Polygon",
      "coordinates":[[[0,0],[1,0],[1,0.5],[0,0.5],[0,0]]]}}])"));
  EXPECT_THAT(within(layer, R"({"point":[0.8,0.2]})"), ElementsAre("W"));
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.2]})"), ElementsAre("W", "W/south"));
  EXPECT_THAT(within(layer, R"({"point":[0.2,0.85]})"), ElementsAre("W", "W/south", "belt"));
  EXPECT_THAT(within(layer, R"({"point":[0.8,0.85]})"), ElementsAre("W", "belt"));
  EXPECT_THAT(within(layer, R"({"point":[0.5,1.0]})"), ElementsAre("belt"));
  EXPECT_THAT(within(layer, R"({"point":[-0.5,1.0]})"), ElementsAre("belt"));
  // The belt as a place lies across both, whatever it is called.
  EXPECT_THAT(touches(layer, R"({"region":"belt"})"), ElementsAre("E", "W", "W/south", "belt"));
  EXPECT_THAT(within(layer, R"({"region":"belt"})"), ElementsAre("belt"));
}

TEST(Layer, LetsAFeatureOfTheBaseBeAPartOfAnother) {
  const Layer layer = create(
      R"({"accuracy_m":5000,"base":{"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"id":"A"},"geometry":{"type":"Polygon",
       "coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}},
      {"type":"Feature","properties":{"id":"A/x","part_of":["A"]},"geometry":{"type":"Polygon",
       "coordinates":[[[1,1],[3,1],[3,2],[1,2],[1,1]]]}},
      {"type":"Feature","properties":{"id":"B"},"geometry":{"type":"Polygon",
       "coordinates":[[[0,0],[1,0],[1,0.5],[0,0.5],[0,0]]]}}]}})");
  EXPECT_THAT(within(layer, R"({"point":[1.5,0.5]})"), ElementsAre("A"));
  EXPECT_THAT(within(layer, R"({"point":[1.5,1.5]})"), ElementsAre("A", "A/x"));
  EXPECT_THAT(within(layer, R"({"point":[1.5,2.5]})"), ElementsAre("A", "A/x"));
  // Features that say nothing of each other, and overlap all the same: in neither.
  EXPECT_THAT(touches(layer, R"({"point":[0.25,0.5]})"), ElementsAre("A", "B"));
  EXPECT_THAT(within(layer, R"({"point":[0.25,0.5]})"), IsEmpty());
}

TEST(Layer, CoversPlacesInItsRegions) {
  const Layer layer = create(disputed());
  const auto covers = [&](std::string_view outer, std::string_view inner) {
    return layer.covers(place(outer), place(inner));
  };
  EXPECT_TRUE(covers(R"({"region":"both"})", R"({"region":"E/corner"})"));
  EXPECT_FALSE(covers(R"({"region":"E/corner"})", R"({"region":"E"})"));
  EXPECT_TRUE(covers(R"({"region":"W"})", R"({"point":[0.3,0.3],"uncertainty_m":100})"));
  EXPECT_FALSE(covers(R"({"region":"W"})", R"({"point":[0.3,0.96],"uncertainty_m":100})"));
  EXPECT_FALSE(covers(R"({"region":"N"})", R"({"region":"N"})"));
  EXPECT_FALSE(covers(R"({"point":[0.3,0.3],"radius_m":1000000})", R"({"region":"W"})"));
  EXPECT_TRUE(covers(R"({"point":[0.3,0.3],"radius_m":1000})", R"({"point":[0.3,0.3]})"));
}

TEST(Layer, KnowsWhichPlacesAndRegionsLieApart) {
  const Layer layer = create(disputed());
  const auto apart = [&](std::string_view one, std::string_view other) {
    EXPECT_EQ(layer.apart(place(one), place(other)), layer.apart(place(other), place(one)));
    return layer.apart(place(one), place(other));
  };
  EXPECT_TRUE(apart(R"({"region":"W"})", R"({"region":"E"})"));
  EXPECT_FALSE(apart(R"({"region":"both"})", R"({"region":"E/corner"})"));
  EXPECT_FALSE(apart(R"({"region":"W"})", R"({"point":[0.3,0.3],"uncertainty_m":100})"));
  EXPECT_TRUE(apart(R"({"region":"E"})", R"({"point":[0.3,0.3],"uncertainty_m":100})"));
  EXPECT_FALSE(apart(R"({"region":"N"})", R"({"point":[0.3,0.3]})"));
  EXPECT_TRUE(apart(R"({"point":[0.3,0.3]})", R"({"point":[0.3,0.4]})"));
}

TEST(Layer, ReadsItsBaseFromAFileBesideIt) {
  const std::string text = R"({"accuracy_m":5000,"base":"maps/world.geojson","regions":[]})";
  const auto json = base::read_json(text, "layer.json");
  const auto base = base::read_json(kBase, "world.geojson");
  EXPECT_EQ(Layer::base_file(json.value()), "maps/world.geojson");
  base::Report report(text, "layer.json");
  base::Report base_report(kBase, "world.geojson");
  EXPECT_TRUE(Layer::create({json.value(), report}, Layer::Document{base.value(), base_report}));
  const std::string digest(64, 'a');
  const base::Json named = Layer::by_reference(json.value(), base.value(), digest);
  EXPECT_FALSE(Layer::base_file(named));
  EXPECT_EQ(Layer::base_digest(named), digest);
  const auto whole = Layer::create({named, report}, Layer::Document{base.value(), base_report});
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->has_ground());
  const auto told = Layer::create({named, report});
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->has_ground());
  ASSERT_EQ(told->regions().size(), whole->regions().size());
  for (std::size_t i = 0; i < whole->regions().size(); ++i) {
    EXPECT_EQ(told->regions()[i].id, whole->regions()[i].id);
    EXPECT_EQ(told->regions()[i].part_of, whole->regions()[i].part_of);
  }
  // Of a layer without ground nothing is sure: every region may be touched, none surely holds.
  const Place somewhere = Place::of_region(whole->regions().front().id);
  EXPECT_EQ(told->touches(somewhere).size(), told->regions().size());
  EXPECT_TRUE(told->within(somewhere).empty());
  const base::Json less = Layer::by_reference(json.value(), base::json_object({}), digest);
  EXPECT_FALSE(Layer::create({less, report}, Layer::Document{base.value(), base_report}));
  EXPECT_THAT(to_text(report.take()), HasSubstr("holds other regions than the document says"));
  EXPECT_FALSE(Layer::create({json.value(), report}));
  EXPECT_THAT(to_text(report.take()), HasSubstr("the base `maps/world.geojson` was not found"));
}

TEST(Layer, NamesNoFileOutsideItsFolder) {
  for (const std::string path :
       {"../world.geojson", "/etc/passwd", "a/../../b", "a\\\\b", "", "."}) {
    const std::string text = R"({"accuracy_m":5000,"base":")" + path + "\"}";
    const auto json = base::read_json(text, "layer.json");
    EXPECT_FALSE(Layer::base_file(json.value())) << path;
    EXPECT_THAT(problems_of(text), HasSubstr("`base` must be a GeoJSON FeatureCollection"));
  }
}

TEST(Layer, SaysWhereABaseIsWrong) {
  const std::string text = R"({"accuracy_m":5000,"base":"world.geojson"})";
  const std::string world =
      "{\"type\":\"FeatureCollection\",\"crs\":{},\"features\":[\n"
      "{\"properties\":{\"id\":\"A\"},\"geometry\":null},\n"
      "{\"properties\":{\"id\":\"B\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
      "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}]}";
  const auto json = base::read_json(text, "layer.json");
  const auto base = base::read_json(world, "world.geojson");
  base::Report report(text, "layer.json");
  base::Report base_report(world, "world.geojson");
  EXPECT_FALSE(Layer::create({json.value(), report}, Layer::Document{base.value(), base_report}));
  EXPECT_TRUE(report.clean());
  const std::string problems = to_text(base_report.take());
  EXPECT_THAT(problems, HasSubstr("world.geojson:1:35: the base states a coordinate reference"));
  EXPECT_THAT(problems, HasSubstr("world.geojson:2:37: the geometry of `A` must be an object"));
}

TEST(Layer, SaysWhatIsWrong) {
  EXPECT_THAT(problems_of("{}"), HasSubstr("a region layer needs `accuracy_m`"));
  EXPECT_THAT(problems_of(R"({"accuracy_m":-1})"), HasSubstr("`accuracy_m` is `-1`"));
  EXPECT_THAT(problems_of(R"({"accuracy_m":1,"region":[]})"), HasSubstr("did you mean `regions`?"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"both","parts":["WW","E"]}])")),
              HasSubstr("`parts` names the region `WW`, which is not there"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"both","parts":["W"]},
                                     {"id":"W/x","part_of":["bothh"]}])")),
              HasSubstr("help: did you mean `both`?"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"W","parts":["E"]}])")),
              HasSubstr("the region `W` is there twice"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"a","parts":["b"]},
                                     {"id":"b","parts":["c","E"]},{"id":"c","parts":["a"]}])")),
              HasSubstr("`b` is part of `a` is part of `c` is part of `b`"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"a","part_of":["a"]}])")),
              HasSubstr("`a` is part of `a`"));
  EXPECT_THAT(problems_of(with_base(R"(,"regions":[{"id":"W/x","part_of":["W"]}])")),
              HasSubstr("the region `W/x` has no ground"));
  EXPECT_THAT(problems_of(R"({"accuracy_m":1,"regions":[{"id":"a","shape":{"type":"Polygon",
                     "coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}]})"),
              HasSubstr("the shape of `a` is no valid polygon: its rings cross near"));
}

TEST(Layer, RefusesAnOverlayThatDoesNothing) {
  const auto overlay = [](std::string_view members) {
    return with_base(R"(,"overlays":[{"shape":)" + std::string(kCorner) + std::string(members) +
                     "}]");
  };
  EXPECT_THAT(problems_of(overlay(R"(,"to":"E","from":["E"])")),
              HasSubstr("cannot take ground from the region it gives it to"));
  EXPECT_THAT(problems_of(overlay(R"(,"to":"E","from":[])")), HasSubstr("`from` names no region"));
  EXPECT_THAT(problems_of(overlay(R"(,"to":"N")")), HasSubstr("`to` names the region `N`"));
  EXPECT_THAT(
      problems_of(with_base(R"(,"overlays":[{"to":"E","from":["W"],"shape":{"type":"Polygon",
      "coordinates":[[[5,5],[6,5],[6,6],[5,5]]]}}])")),
      HasSubstr("an overlay to `E` covers no ground it could take"));
}

TEST(Layer, LimitsHowDeepRegionsNest) {
  std::string regions = R"(,"regions":[{"id":"r0","parts":["W"]})";
  for (int i = 1; i < 32; ++i) {
    regions +=
        R"(,{"id":"r)" + std::to_string(i) + R"(","parts":["r)" + std::to_string(i - 1) + R"("]})";
  }
  EXPECT_THAT(problems_of(with_base(regions + "]")), HasSubstr("nested deeper than 32 levels"));
}

}  // namespace
}  // namespace countersign::geo
