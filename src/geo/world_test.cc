// SPDX-License-Identifier: Apache-2.0
// The layer of examples/long-range-review: the whole world, and what the story asks of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "geo/layer.h"

namespace countersign::geo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(COUNTERSIGN_SOURCE_DIR "/examples/long-range-review/") + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

Layer load() {
  const std::string text = read_file("layer.json");
  const auto json = base::read_json(text, "layer.json");
  const std::string base_name = Layer::base_file(json.value()).value();
  const std::string base_text = read_file(base_name);
  const auto base = base::read_json(base_text, base_name);
  base::Report report(text, "layer.json");
  base::Report base_report(base_text, base_name);
  auto layer = Layer::create({json.value(), report}, Layer::Document{base.value(), base_report});
  EXPECT_TRUE(layer) << to_text(report.take()) << to_text(base_report.take());
  return std::move(*layer);
}

const Layer& world() {
  static const Layer layer = load();
  return layer;
}

Place place(const base::Json& json) {
  base::Report report("", "place");
  const auto read = Place::read(json, "the place", report);
  EXPECT_TRUE(read) << to_text(report.take()) << base::write_json(json);
  return *read;
}

Place point(LatLon at, double uncertainty_m = 0, double radius_m = 0) {
  return place(base::json_object(
      {{"point", base::json_array({base::json_real(at.lat), base::json_real(at.lon)})},
       {"uncertainty_m", base::json_real(uncertainty_m)},
       {"radius_m", base::json_real(radius_m)}}));
}

// A triangle about `at`, between 0.1 and 1 degree across; `at` is clear of the poles.
Place triangle(LatLon at, double size, double uncertainty_m) {
  const auto corner = [&](double dlat, double dlon) {
    const double lon = std::clamp(at.lon + dlon * size, -180.0, 180.0);
    return base::json_array(
        {base::json_real(lon), base::json_real(std::clamp(at.lat + dlat * size, -89.0, 89.0))});
  };
  std::vector<base::Json> rings;
  rings.push_back(base::json_array(
      {corner(-0.5, -0.5), corner(-0.5, 0.5), corner(0.5, 0), corner(-0.5, -0.5)}));
  return place(base::json_object(
      {{"area", base::json_object({{"type", base::json_text("Polygon")},
                                   {"coordinates", base::json_array(std::move(rings))}})},
       {"uncertainty_m", base::json_real(uncertainty_m)}}));
}

std::vector<std::string> texts(const std::vector<RegionId>& ids) {
  std::vector<std::string> texts;
  for (const RegionId& id : ids) texts.push_back(id.text());
  return texts;
}

TEST(World, KnowsEveryCountryOfTheFile) {
  EXPECT_EQ(world().regions().size(), 241U);
  for (const char* id : {"US", "GB", "FR", "RU", "UA", "UA/Crimea", "theatre", "XK", "AQ", "NO"}) {
    EXPECT_TRUE(world().has(RegionId(id))) << id;
  }
}

TEST(World, PlacesOfTheStory) {
  const Bounds kursk = world().bounds(point({51.73, 36.19}, 100));
  EXPECT_THAT(texts(kursk.touches), ElementsAre("RU", "theatre"));
  EXPECT_THAT(texts(kursk.within), ElementsAre("RU", "theatre"));
  const Bounds dnipro = world().bounds(point({48.46, 35.04}, 100));
  EXPECT_THAT(texts(dnipro.touches), ElementsAre("UA", "theatre"));
  EXPECT_THAT(texts(dnipro.within), ElementsAre("UA", "theatre"));
  const Bounds sevastopol = world().bounds(point({44.60, 33.53}, 100));
  EXPECT_THAT(texts(sevastopol.touches), ElementsAre("UA", "UA/Crimea", "theatre"));
  EXPECT_THAT(texts(sevastopol.within), ElementsAre("UA", "UA/Crimea", "theatre"));
}

TEST(World, CrimeaIsWhollyUkrainesAndKubanIsNot) {
  // Kerch, Yevpatoriia, Dzhankoi; Melitopol, Mariupol and Luhansk, which the base has under UA.
  for (const LatLon at : {LatLon{45.35, 36.42}, {45.2, 33.37}, {45.71, 34.39}}) {
    EXPECT_THAT(texts(world().within(point(at, 100))), ElementsAre("UA", "UA/Crimea", "theatre"));
  }
  for (const LatLon at : {LatLon{46.85, 35.37}, {47.1, 37.55}, {48.57, 39.31}}) {
    EXPECT_THAT(texts(world().within(point(at, 100))), ElementsAre("UA", "theatre"));
  }
  // Novorossiysk, and Temryuk at the foot of the Taman peninsula.
  for (const LatLon at : {LatLon{44.72, 37.77}, {45.27, 37.38}}) {
    EXPECT_THAT(texts(world().touches(point(at, 100))), ElementsAre("RU", "theatre"));
  }
  EXPECT_THAT(texts(world().touches(Place::of_region(RegionId("RU")))),
              ElementsAre("RU", "theatre"));
}

TEST(World, TheBorderIsInTheTheatreAndInNeitherCountry) {
  // On the border near Sudzha, and near Perekop, where both sides are Ukraine.
  const Bounds border = world().bounds(point({51.2388, 35.0640}, 100));
  EXPECT_THAT(texts(border.touches), ElementsAre("RU", "UA", "theatre"));
  EXPECT_THAT(texts(border.within), ElementsAre("theatre"));
  const Bounds perekop = world().bounds(point({46.15, 33.66}, 100));
  EXPECT_THAT(texts(perekop.touches), ElementsAre("UA", "UA/Crimea", "theatre"));
  EXPECT_THAT(texts(perekop.within), ElementsAre("UA", "theatre"));
}

TEST(World, HasNoSeamsWhereTheMapHasThem) {
  // Chukotka on the antimeridian, Wrangel Island, the south pole, Fiji's Taveuni.
  for (const double lon : {180.0, -180.0, 179.99, -179.99}) {
    EXPECT_THAT(texts(world().within(point({67, lon}, 100))), ElementsAre("RU", "theatre")) << lon;
    EXPECT_THAT(texts(world().within(point({67, lon}, 0, 20'000))), ElementsAre("RU", "theatre"));
    EXPECT_THAT(texts(world().within(point({71.2, lon}, 100))), ElementsAre("RU", "theatre"));
    EXPECT_THAT(texts(world().within(point({-90, lon}, 100))), ElementsAre("AQ"));
    EXPECT_THAT(texts(world().within(point({-88, lon}, 100, 300'000))), ElementsAre("AQ"));
    EXPECT_THAT(texts(world().touches(point({-16.85, lon}, 100))), ElementsAre("FJ"));
  }
  EXPECT_THAT(texts(world().touches(point({90, 0}, 100))), IsEmpty());
  EXPECT_THAT(texts(world().touches(point({0, -30}, 100'000))), IsEmpty());
  // The border along the 49th parallel, which no great circle follows.
  EXPECT_THAT(texts(world().within(point({49.1, -105}, 100))), ElementsAre("CA"));
  EXPECT_THAT(texts(world().within(point({48.9, -105}, 100))), ElementsAre("US"));
}

// Where bounds are hardest: borders, coasts, enclaves, the antimeridian, the poles, open sea.
rc::Gen<LatLon> hard_positions() {
  return rc::gen::exec([]() {
    const LatLon about = *rc::gen::elementOf(std::vector<LatLon>{{51.24, 35.06},
                                                                 {46.15, 33.66},
                                                                 {45.3, 36.6},
                                                                 {44.6, 33.5},
                                                                 {48.4, 135.1},
                                                                 {67, 180},
                                                                 {71.2, -180},
                                                                 {-16.8, 180},
                                                                 {-89.9, 0},
                                                                 {-84.3, -179.9},
                                                                 {89.9, 0},
                                                                 {49, -105},
                                                                 {51.45, 4.93},
                                                                 {43.73, 7.42},
                                                                 {41.9, 12.45},
                                                                 {22.3, 114.1},
                                                                 {60, 20},
                                                                 {0, 0}});
    const auto jitter = [] { return *base::testing::within(-1'000'000, 1'000'001) / 1e6; };
    const double spread = *rc::gen::element(0.0, 0.01, 0.1, 1.0);
    const double lon = about.lon + spread * jitter() * (std::abs(about.lat) > 80 ? 180 : 1);
    return LatLon{std::clamp(about.lat + spread * jitter(), -90.0, 90.0), lon > 180    ? lon - 360
                                                                          : lon < -180 ? lon + 360
                                                                                       : lon};
  });
}

bool includes(const std::vector<RegionId>& all, const std::vector<RegionId>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

void check_widening(const Place& place, double less_m, double more_m) {
  const Bounds less = world().bounds(place.with_uncertainty(less_m));
  const Bounds more = world().bounds(place.with_uncertainty(more_m));
  RC_ASSERT(includes(more.touches, less.touches));
  RC_ASSERT(includes(less.within, more.within));
  RC_ASSERT(includes(less.touches, less.within));
}

RC_GTEST_PROP(World, WideningAPointOnlyAddsToTouchesAndTakesFromWithin, ()) {
  const LatLon at = *hard_positions();
  const double radius_m = *rc::gen::element(0.0, 0.0, 300.0, 20'000.0);
  const double less_m = *base::testing::within(0, 200'000) / *rc::gen::element(1.0, 1e3);
  const double more_m = *rc::gen::element(std::nextafter(less_m, 1e6), less_m + 1e-6,
                                          less_m + 0.0011, less_m + 7, less_m * 2 + 1000);
  check_widening(point(at, 0, radius_m), less_m, more_m);
}

RC_GTEST_PROP(World, WideningAnAreaOnlyAddsToTouchesAndTakesFromWithin, ()) {
  LatLon at = *hard_positions();
  at.lat = std::clamp(at.lat, -88.0, 88.0);
  const double size = *base::testing::within(1, 11) / 10.0;
  const double less_m = *base::testing::within(0, 20'000);
  const double more_m = less_m + *rc::gen::element(1e-6, 0.5, 500.0, 30'000.0);
  check_widening(triangle(at, size, 0), less_m, more_m);
}

}  // namespace
}  // namespace countersign::geo
