// SPDX-License-Identifier: Apache-2.0
// The document of a region layer, read and checked as far as that needs no geometry.
#ifndef COUNTERSIGN_GEO_INTERNAL_LAYER_DOCUMENT_H_
#define COUNTERSIGN_GEO_INTERNAL_LAYER_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "geo/layer.h"
#include "geo/place.h"

namespace countersign::geo::internal {

// Limits of one layer.
inline constexpr std::size_t kMostRegions = 10'000;
inline constexpr std::size_t kMostOverlays = 1'000;
inline constexpr std::size_t kMostLayerPositions = 1'000'000;
inline constexpr std::size_t kMostLevels = 32;
inline constexpr double kGreatestAccuracyM = 1'000'000;

// Regions are spoken of by their place in LayerDocument::regions.
using RegionIndex = std::uint32_t;

enum class Origin { Base, Layer };

struct RegionDocument {
  Region region;
  Origin origin = Origin::Layer;
  base::Position at;           // in the document of its origin
  std::vector<Polygon> shape;  // may be empty
  // Itself and every region it is part of, at any depth; sorted.
  std::vector<RegionIndex> ancestry;
};

struct OverlayDocument {
  base::Position at;
  RegionIndex to = 0;
  std::vector<RegionIndex> from;  // empty: from whoever has the ground
  std::vector<Polygon> shape;
};

struct LayerDocument {
  double accuracy_m = 0;
  bool grounded = true;                 // false: the base that a digest names is not here
  std::vector<RegionDocument> regions;  // sorted by id
  std::vector<OverlayDocument> overlays;
};

std::optional<std::string> base_file_of(const base::Json& document);
std::optional<std::string> base_digest_of(const base::Json& document);

// What stands in a document for a base: {"sha256", "regions": [{"id", "name", "part_of"}]}, the
// regions as the base's features have them, in their order.
base::Json reference_to(const base::Json& base, std::string_view sha256);

// Reports every mistake to the document it is in; empty if there was one.
std::optional<LayerDocument> read_layer_document(const Layer::Document& layer,
                                                 const std::optional<Layer::Document>& base);

}  // namespace countersign::geo::internal

#endif  // COUNTERSIGN_GEO_INTERNAL_LAYER_DOCUMENT_H_
