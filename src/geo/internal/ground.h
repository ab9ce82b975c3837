// SPDX-License-Identifier: Apache-2.0
// The ground of a layer: its pieces, who claims each, and which are near a place.
#ifndef COUNTERSIGN_GEO_INTERNAL_GROUND_H_
#define COUNTERSIGN_GEO_INTERNAL_GROUND_H_

#include <s2/mutable_s2shape_index.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "geo/internal/layer_document.h"
#include "geo/internal/shape.h"
#include "geo/layer.h"
#include "geo/place.h"

namespace countersign::geo::internal {

// Immutable; safe to read from many threads. Keeps the invariants Apart and Closed of Layer.
class Ground {
 public:
  // Which report the mistakes of a region go to, by where it was written.
  struct Reports {
    base::Report& layer;
    base::Report& base;
  };

  // Builds every shape, applies the overlays in their order, then cuts what overlaps into pieces.
  // Null, and reported, when a shape is no valid polygon or an overlay moves nothing.
  static std::unique_ptr<const Ground> build(const LayerDocument& document, Reports reports);

  // By piece: the regions whose ground it is, ancestors included; sorted.
  const std::vector<std::vector<RegionIndex>>& regions_of_pieces() const { return regions_; }

  // The pieces that a point or an area, widened by `reach_m`, may meet; sorted. One-sided: a piece
  // left out is surely farther. The uncertainty of `place` is not looked at, its radius is.
  std::vector<std::uint32_t> pieces_near(const Place& place, double reach_m) const;

  // Whether all of a point or an area, its radius included and its uncertainty not, is at most
  // `accuracy_m` from ground. One-sided: true means yes.
  bool holds(const Place& place, double accuracy_m) const;

 private:
  Ground() = default;

  bool holds_all_of(const Shape& shape, const std::vector<std::uint32_t>& near,
                    double accuracy_m) const;
  bool is_near_all_of(const Shape& shape, double accuracy_m) const;

  std::vector<std::unique_ptr<const Shape>> pieces_;
  std::vector<std::vector<RegionIndex>> regions_;
  MutableS2ShapeIndex index_;  // piece i is shape i
};

}  // namespace countersign::geo::internal

#endif  // COUNTERSIGN_GEO_INTERNAL_GROUND_H_
