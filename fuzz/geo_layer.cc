// SPDX-License-Identifier: Apache-2.0
// A document is a layer or draws issues; in a layer, what a place lies within it also touches, and
// a place known less well touches no less and lies within no more.
#include "geo/layer.h"

#include <algorithm>

#include "base/check.h"
#include "base/json.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto json = base::read_json(input, "layer.json", {.bytes = 1U << 16, .depth = 16});
  if (!json) return;
  base::Report report(input, "layer.json");
  const auto layer = geo::Layer::create({json.value(), report});
  if (!layer) {
    CHECK(!report.clean());
    return;
  }
  base::Report none("", "");
  const auto position = base::read_json(R"({"point": [0.5, 0.5], "uncertainty_m": 1000})", "place");
  const auto place = geo::Place::read(position.value(), "the place", none);
  CHECK(place.has_value());
  const geo::Bounds near = layer->bounds(*place);
  const geo::Bounds far = layer->bounds(place->with_uncertainty(100'000));
  CHECK(std::ranges::includes(near.touches, near.within));
  CHECK(std::ranges::includes(far.touches, near.touches));
  CHECK(std::ranges::includes(near.within, far.within));
}
