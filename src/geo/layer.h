// SPDX-License-Identifier: Apache-2.0
// A region layer: which ground belongs to which region, as one authority sees it.
// docs/formats/region-layers.md is the page for those who write one.
//
// Ground is kept as pieces: polygons that do not overlap, each with the regions that claim it.
// Invariants of a Layer:
//   Apart     no two pieces share ground (a square metre of it), base features excepted: two of
//             those that overlap, neither part of the other, each keep their piece
//   Closed    a region's ground is the pieces it claims and those its parts, to any depth, claim
//   Grounded  when created, every region had ground: an id that nothing can touch would silence
//             whatever policy names it
// Sea is what no piece covers. It counts for nobody.
//
// Which way errors fall. Positions are taken from the WGS 84 ellipsoid to a sphere latitude by
// latitude, and an edge, straight in longitude and latitude, is followed to within 10 m. A distance
// that could add to `touches` or take from `within` is measured with the least radius of curvature
// of the ellipsoid and 20 m to spare, rounded up to whole millimetres; one that could do the
// opposite with the greatest radius. So numeric error can only add to `touches` (by at most 1.01
// per cent of the reach, and 20 m) and only take from `within`, and the greater of two
// uncertainties never has a region less in `touches` nor one more in `within`. (Where the accuracy
// itself is below 20 m, the coast counts where it is followed.)
#ifndef COUNTERSIGN_GEO_LAYER_H_
#define COUNTERSIGN_GEO_LAYER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "geo/place.h"

namespace countersign::geo {

struct Region {
  RegionId id;
  std::string name;
  std::vector<RegionId> part_of;  // the regions it is a part of at first hand, sorted
};

// The two bounds on where a place lies, each sorted by id.
struct Bounds {
  std::vector<RegionId> touches;
  std::vector<RegionId> within;

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// Immutable and movable; safe to read from many threads.
class Layer {
 public:
  // A document that was read, and the report its mistakes go to.
  struct Document {
    const base::Json& json;
    base::Report& report;
  };

  // The file that a layer document names as its base: a relative path, never leading upwards, from
  // the folder the document is in. Empty when the base stands in the document itself, when there is
  // none, or when what is there is no such path (create() reports that).
  static std::optional<std::string> base_file(const base::Json& document);
  // The document with, in the place of the base's file name, the digest of the base and the regions
  // it holds: what is signed, small, and tied to exactly that base. `sha256` is 64 hexadecimal
  // digits.
  static base::Json by_reference(base::Json document, const base::Json& base,
                                 std::string_view sha256);
  // The digest by which a document names its base; empty when it does not do so by digest. That the
  // base given to create() is the one of that digest is for the caller to see to.
  static std::optional<std::string> base_digest(const base::Json& document);

  // Builds the layer of a document; `base` is the file that base_file() names. Every mistake found
  // is reported to the document it is in; empty if there was one.
  static std::optional<Layer> create(Document layer, std::optional<Document> base = std::nullopt);

  Layer(Layer&&) noexcept;
  Layer& operator=(Layer&&) noexcept;
  ~Layer();

  // Every region, sorted by id.
  const std::vector<Region>& regions() const;
  bool has(const RegionId& id) const;
  double accuracy_m() const;
  // Whether the layer knows where its regions lie. One that does not says of every place that it
  // may touch any region and is surely within none.
  bool has_ground() const;

  // touches: every region that the place may lie in, ancestors included: the place widened by its
  // uncertainty and the layer's accuracy meets the region's ground.
  // within: every region on whose ground the whole stated place lies, give or take the accuracy,
  // while the widened place meets no ground outside it.
  // A region is exact: it touches itself, its parts, whatever claims a piece of their ground, and
  // the ancestors of all these; it is within itself and its ancestors. One that the layer does not
  // have may be anywhere: it touches every region and is within none; ask has() first to refuse it
  // instead.
  Bounds bounds(const Place& place) const;
  std::vector<RegionId> touches(const Place& place) const;
  std::vector<RegionId> within(const Place& place) const;

  // Whether the whole of `inner` surely lies in `outer`, as geo::covers, and regions too: a region
  // covers itself, its parts, and every place that is within() it. An area never covers a region.
  bool covers(const Place& outer, const Place& inner) const;
  // Whether nothing at all can lie in both, as geo::apart, and regions too.
  bool apart(const Place& one, const Place& other) const;

 private:
  struct Parts;

  explicit Layer(std::unique_ptr<const Parts> parts);

  std::unique_ptr<const Parts> parts_;
};

}  // namespace countersign::geo

#endif  // COUNTERSIGN_GEO_LAYER_H_
