// SPDX-License-Identifier: Apache-2.0
#include "geo/internal/layer_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "geo/internal/geojson.h"

namespace countersign::geo::internal {

namespace {

using base::Fields;
using base::Json;
using base::Report;

// Where "x is part of y" was said, for the message should it be wrong.
struct PartOf {
  RegionId part;
  RegionId whole;
  base::Position at;
  std::string_view member;  // `parts` or `part_of`
  Origin origin = Origin::Layer;
};

class Reader {
 public:
  Reader(const Layer::Document& layer, const std::optional<Layer::Document>& base)
      : layer_(layer), base_(base) {}

  std::optional<LayerDocument> read() {
    Report& report = layer_.report;
    const std::size_t before = count_issues();
    Fields fields(layer_.json, "a region layer", report);
    if (layer_.json.kind != Json::Kind::Object) return std::nullopt;
    fields.maybe_text("source");
    if (const Json* accuracy = fields.need("accuracy_m")) {
      document_.accuracy_m =
          read_number(*accuracy, "`accuracy_m`", 0, kGreatestAccuracyM, report,
                      "it says, in metres, how far a drawn border may be from the true one")
              .value_or(0);
    }
    read_base(fields.maybe("base"));
    for (const Json& region : fields.array("regions")) read_region(region);
    sort_regions();
    for (const Json& overlay : fields.array("overlays")) read_overlay(overlay);
    fields.finish();
    if (document_.overlays.size() > kMostOverlays) {
      fields.report("overlays", fmt::format("more than {} overlays", kMostOverlays));
    }
    link();
    // Without sound parts, "has no ground" would be said of regions that are only misspelt.
    if (document_.grounded && count_issues() == before) check_grounded();
    if (count_issues() != before) return std::nullopt;
    return std::move(document_);
  }

 private:
  std::size_t count_issues() const {
    return layer_.report.count() + (base_ ? base_->report.count() : 0);
  }

  Report& report_of(Origin origin) {
    return origin == Origin::Base && base_ ? base_->report : layer_.report;
  }

  std::vector<Polygon> read_shape(const Json& json, std::string_view what, Report& report) {
    auto geometry = read_geometry(json, what, kMostLayerPositions - positions_, report);
    if (!geometry) return {};
    positions_ += count_positions(geometry->polygons);
    return std::move(geometry->polygons);
  }

  void read_base(const Json* json) {
    if (json == nullptr) return;
    if (json->kind == Json::Kind::Object && json->find("sha256") != nullptr) {
      read_reference(*json);
      return;
    }
    if (json->kind == Json::Kind::Object) {
      base_.reset();
      read_collection(*json, layer_.report);
      return;
    }
    const auto file = base_file_of(layer_.json);
    if (!file) {
      layer_.report.add(json->at, "`base` must be a GeoJSON FeatureCollection or name its file",
                        "a relative path from the folder of this document, such as "
                        "\"world.geojson\", without `..`");
    } else if (!base_) {
      layer_.report.add(json->at, fmt::format("the base `{}` was not found", *file),
                        "put the file next to this document, or the collection itself here");
    } else {
      read_collection(base_->json, base_->report);
    }
  }

  // A base that is named by its digest, and told by its regions where it is not here.
  void read_reference(const Json& json) {
    Fields fields(json, "a base named by its digest", layer_.report);
    const std::string digest = fields.text("sha256");
    if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != digest.npos) {
      fields.report("sha256", fmt::format("`{}` is no SHA-256 digest", digest),
                    "write 64 lower-case hexadecimal digits");
    }
    const std::vector<Json>& regions = fields.array("regions");
    if (base_) {
      read_collection(base_->json, base_->report);
      const Json expected = reference_to(base_->json, digest);
      if (base::write_json(expected) != base::write_json(json)) {
        layer_.report.add(json.at, "the base holds other regions than the document says");
      }
    } else {
      document_.grounded = false;
      for (const Json& region : regions) read_told(region);
    }
    fields.finish();
  }

  void read_told(const Json& json) {
    Fields fields(json, "a region of the base", layer_.report);
    RegionDocument region;
    region.origin = Origin::Base;
    region.at = json.at;
    region.region.id = RegionId(fields.id("id"));
    region.region.name = fields.maybe_text("name").value_or(region.region.id.text());
    for (const std::string& whole : fields.ids("part_of")) {
      links_.push_back({region.region.id, RegionId(whole), json.at, "part_of", Origin::Base});
    }
    fields.finish();
    document_.regions.push_back(std::move(region));
  }

  void read_collection(const Json& json, Report& report) {
    const Json* type = json.find("type");
    const Json* features = json.find("features");
    if (json.kind != Json::Kind::Object || type == nullptr || type->text != "FeatureCollection" ||
        features == nullptr || features->kind != Json::Kind::Array) {
      report.add(json.at, "the base of a region layer must be a GeoJSON FeatureCollection",
                 "{\"type\": \"FeatureCollection\", \"features\": [...]}");
      return;
    }
    if (const Json* crs = json.find("crs")) {
      report.add(crs->at, "the base states a coordinate reference system",
                 "convert it to WGS 84 and leave `crs` out (RFC 7946 section 4)");
    }
    for (const Json& feature : features->items) read_feature(feature, report);
  }

  // A collection is often made by other tools: properties this product does not know are theirs.
  void read_feature(const Json& json, Report& report) {
    const Json* properties = json.find("properties");
    const Json* geometry = json.find("geometry");
    if (json.kind != Json::Kind::Object || properties == nullptr || geometry == nullptr ||
        properties->kind != Json::Kind::Object) {
      report.add(json.at, "a feature of the base must have `properties` and a `geometry`",
                 "{\"type\": \"Feature\", \"properties\": {\"id\": \"UA\", \"name\": \"Ukraine\"}, "
                 "\"geometry\": ...}");
      return;
    }
    Fields fields(*properties, "the properties of a base feature", report);
    RegionDocument region;
    region.origin = Origin::Base;
    region.at = json.at;
    region.region.id = RegionId(fields.id("id"));
    region.region.name = fields.maybe_text("name").value_or(region.region.id.text());
    for (const std::string& whole : fields.ids("part_of")) {
      links_.push_back({region.region.id, RegionId(whole), json.at, "part_of", Origin::Base});
    }
    region.shape =
        read_shape(*geometry, fmt::format("the geometry of `{}`", region.region.id.text()), report);
    document_.regions.push_back(std::move(region));
  }

  void read_region(const Json& json) {
    Fields fields(json, "a region", layer_.report);
    RegionDocument region;
    region.at = json.at;
    region.region.id = RegionId(fields.id("id"));
    region.region.name = fields.maybe_text("name").value_or(region.region.id.text());
    if (const Json* shape = fields.maybe("shape")) {
      region.shape = read_shape(*shape, fmt::format("the shape of `{}`", region.region.id.text()),
                                layer_.report);
    }
    for (const std::string& part : fields.ids("parts")) {
      links_.push_back({RegionId(part), region.region.id, json.at, "parts", Origin::Layer});
    }
    for (const std::string& whole : fields.ids("part_of")) {
      links_.push_back({region.region.id, RegionId(whole), json.at, "part_of", Origin::Layer});
    }
    fields.finish();
    document_.regions.push_back(std::move(region));
  }

  void sort_regions() {
    auto& regions = document_.regions;
    if (regions.size() > kMostRegions) {
      layer_.report.add(layer_.json.at, fmt::format("more than {} regions", kMostRegions));
    }
    std::stable_sort(regions.begin(), regions.end(), [](const auto& one, const auto& other) {
      return one.region.id < other.region.id;
    });
    for (RegionIndex i = 0; i < regions.size(); ++i) {
      const RegionDocument& region = regions[i];
      const bool fresh = indexes_.emplace(region.region.id, i).second;
      if (fresh || region.region.id.empty()) continue;
      report_of(region.origin)
          .add(region.at, fmt::format("the region `{}` is there twice", region.region.id.text()),
               "to say what is part of a region of the base, write `part_of` in the part; to join "
               "two features, make them one MultiPolygon");
    }
  }

  std::optional<RegionIndex> find(const RegionId& id, base::Position at, std::string_view member,
                                  Report& report) {
    if (id.empty()) return std::nullopt;  // reported where it was read
    const auto found = indexes_.find(id);
    if (found != indexes_.end()) return found->second;
    std::vector<std::string_view> known;
    known.reserve(document_.regions.size());
    for (const auto& region : document_.regions) known.push_back(region.region.id.text());
    const auto meant = base::did_you_mean(id.text(), known);
    report.add(
        at, fmt::format("`{}` names the region `{}`, which is not there", member, id.text()),
        meant ? fmt::format("did you mean `{}`?", *meant) : "add it, or have the base hold it");
    return std::nullopt;
  }

  void read_overlay(const Json& json) {
    Fields fields(json, "an overlay", layer_.report);
    OverlayDocument overlay;
    overlay.at = json.at;
    fields.maybe_text("reason");
    const auto to = find(RegionId(fields.id("to")), json.at, "to", layer_.report);
    for (const std::string& id : fields.ids("from")) {
      if (const auto from = find(RegionId(id), json.at, "from", layer_.report))
        overlay.from.push_back(*from);
    }
    if (json.kind == Json::Kind::Object && json.find("from") != nullptr && overlay.from.empty()) {
      fields.report("from", "`from` names no region", "leave it out to take from every region");
    }
    if (const Json* shape = fields.need("shape")) {
      overlay.shape = read_shape(*shape, "the shape of an overlay", layer_.report);
    }
    fields.finish();
    if (!to) return;
    overlay.to = *to;
    if (std::find(overlay.from.begin(), overlay.from.end(), *to) != overlay.from.end()) {
      layer_.report.add(json.at, "an overlay cannot take ground from the region it gives it to");
    }
    document_.overlays.push_back(std::move(overlay));
  }

  // Resolves who is part of whom, refuses cycles, and closes each region's ancestry from the top.
  void link() {
    auto& regions = document_.regions;
    std::vector<std::vector<RegionIndex>> wholes(regions.size());
    std::vector<std::vector<RegionIndex>> parts(regions.size());
    for (const PartOf& said : links_) {
      Report& report = report_of(said.origin);
      const auto part = find(said.part, said.at, said.member, report);
      const auto whole = find(said.whole, said.at, said.member, report);
      if (!part || !whole) continue;
      auto& known = wholes[*part];
      // The same may be said from both ends.
      if (std::find(known.begin(), known.end(), *whole) != known.end()) continue;
      known.push_back(*whole);
      parts[*whole].push_back(*part);
    }
    std::vector<std::size_t> missing(regions.size());
    std::vector<std::size_t> level(regions.size(), 1);
    std::vector<RegionIndex> ready;
    for (RegionIndex i = 0; i < regions.size(); ++i) {
      std::sort(wholes[i].begin(), wholes[i].end());
      for (const RegionIndex whole : wholes[i]) {
        regions[i].region.part_of.push_back(regions[whole].region.id);
      }
      missing[i] = wholes[i].size();
      if (missing[i] == 0) ready.push_back(i);
    }
    for (std::size_t next = 0; next < ready.size(); ++next) {
      const RegionIndex i = ready[next];
      auto& ancestry = regions[i].ancestry;
      ancestry.push_back(i);
      for (const RegionIndex whole : wholes[i]) {
        ancestry.insert(ancestry.end(), regions[whole].ancestry.begin(),
                        regions[whole].ancestry.end());
        level[i] = std::max(level[i], level[whole] + 1);
      }
      std::sort(ancestry.begin(), ancestry.end());
      ancestry.erase(std::unique(ancestry.begin(), ancestry.end()), ancestry.end());
      if (level[i] == kMostLevels + 1) {
        layer_.report.add(regions[i].at, fmt::format("`{}` is nested deeper than {} levels",
                                                     regions[i].region.id.text(), kMostLevels));
        return;
      }
      for (const RegionIndex part : parts[i]) {
        if (--missing[part] == 0) ready.push_back(part);
      }
    }
    if (ready.size() < regions.size()) report_cycle(wholes, missing);
  }

  // Every region left over has a whole that is left over: walking up must come round.
  void report_cycle(const std::vector<std::vector<RegionIndex>>& wholes,
                    const std::vector<std::size_t>& missing) {
    const auto left = [&](RegionIndex i) { return missing[i] != 0; };
    RegionIndex at = 0;
    while (!left(at)) ++at;
    std::vector<RegionIndex> way;
    while (std::find(way.begin(), way.end(), at) == way.end()) {
      way.push_back(at);
      at = *std::find_if(wholes[at].begin(), wholes[at].end(), left);
    }
    std::string round;
    for (auto i = std::find(way.begin(), way.end(), at); i != way.end(); ++i) {
      round += fmt::format("`{}` is part of ", document_.regions[*i].region.id.text());
    }
    const RegionDocument& first = document_.regions[at];
    report_of(first.origin)
        .add(first.at, fmt::format("{}`{}`", round, first.region.id.text()),
             "remove one of them: no region is a part of itself");
  }

  // The invariant Grounded.
  void check_grounded() {
    std::vector<bool> grounded(document_.regions.size());
    const auto mark = [&](RegionIndex i) {
      for (const RegionIndex whole : document_.regions[i].ancestry) grounded[whole] = true;
    };
    for (RegionIndex i = 0; i < document_.regions.size(); ++i) {
      if (!document_.regions[i].shape.empty()) mark(i);
    }
    for (const OverlayDocument& overlay : document_.overlays) mark(overlay.to);
    for (RegionIndex i = 0; i < document_.regions.size(); ++i) {
      if (grounded[i]) continue;
      const RegionDocument& region = document_.regions[i];
      layer_.report.add(region.at,
                        fmt::format("the region `{}` has no ground", region.region.id.text()),
                        "give it a `shape`, `parts`, or an overlay that hands it ground");
    }
  }

  const Layer::Document& layer_;
  std::optional<Layer::Document> base_;
  LayerDocument document_;
  std::vector<PartOf> links_;
  std::unordered_map<RegionId, RegionIndex> indexes_;
  std::size_t positions_ = 0;
};

}  // namespace

std::optional<std::string> base_file_of(const Json& document) {
  if (document.kind != Json::Kind::Object) return std::nullopt;
  const Json* base = document.find("base");
  if (base == nullptr || base->kind != Json::Kind::Text) return std::nullopt;
  const std::string_view path = base->text;
  if (path.empty() || path.find('\\') != path.npos || path.find('\0') != path.npos) {
    return std::nullopt;
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view step = path.substr(begin, end - begin);
    if (step.empty() || step == "." || step == "..") return std::nullopt;
    begin = end + 1;
  }
  return base->text;
}

std::optional<std::string> base_digest_of(const Json& document) {
  const Json* base = document.find("base");
  const Json* digest = base == nullptr ? nullptr : base->find("sha256");
  if (digest == nullptr || digest->kind != Json::Kind::Text) return std::nullopt;
  return digest->text;
}

Json reference_to(const Json& base, std::string_view sha256) {
  std::vector<Json> regions;
  const Json* features = base.find("features");
  if (features != nullptr) {
    for (const Json& feature : features->items) {
      const Json* properties = feature.find("properties");
      if (properties == nullptr) continue;
      std::vector<std::pair<std::string, Json>> members;
      for (const std::string_view name : {"id", "name", "part_of"}) {
        if (const Json* value = properties->find(name)) members.emplace_back(name, *value);
      }
      regions.push_back(base::json_object(std::move(members)));
    }
  }
  return base::json_object(
      {{"sha256", base::json_text(sha256)}, {"regions", base::json_array(std::move(regions))}});
}

std::optional<LayerDocument> read_layer_document(const Layer::Document& layer,
                                                 const std::optional<Layer::Document>& base) {
  return Reader(layer, base).read();
}

}  // namespace countersign::geo::internal
