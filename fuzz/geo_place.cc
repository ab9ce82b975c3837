// SPDX-License-Identifier: Apache-2.0
// A place that was read is written as it reads; and it covers itself.
#include "geo/place.h"

#include "base/check.h"
#include "base/json.h"
#include "fuzz/target.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  const auto json = base::read_json(input, "place.json", {.bytes = 1U << 16, .depth = 16});
  if (!json) return;
  base::Report report(input, "place.json");
  const auto place = geo::Place::read(json.value(), "the place", report);
  if (!place) {
    CHECK(!report.clean());
    return;
  }
  base::Report again_report("", "again.json");
  const auto again = geo::Place::read(place->to_json(), "the place", again_report);
  CHECK(again.has_value());
  CHECK(*again == *place);
  CHECK(geo::covers(*place, *again));
}
