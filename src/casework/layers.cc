// SPDX-License-Identifier: Apache-2.0
#include "casework/layers.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "registry/record.h"

namespace countersign::casework {
namespace {

constexpr base::JsonLimits kBaseLimits{.bytes = 64U << 20};

base::Parsed<std::shared_ptr<const geo::Layer>> build(const base::Json& document,
                                                      const BesideOrNull& base) {
  base::Report report({}, "layer");
  std::optional<geo::Layer> layer;
  if (base == nullptr) {
    layer = geo::Layer::create({document, report});
  } else {
    BOOST_OUTCOME_TRY(const base::Json collection, base::read_json(*base, "base", kBaseLimits));
    base::Report base_report(*base, "base");
    layer = geo::Layer::create({document, report}, geo::Layer::Document{collection, base_report});
    if (!base_report.clean()) return base_report.take();
  }
  if (!layer) return report.take();
  return std::make_shared<const geo::Layer>(*std::move(layer));
}

}  // namespace

base::Parsed<std::shared_ptr<const geo::Layer>> make_layer(const base::Json& document,
                                                           const FindBeside& find) {
  // By document and by whether it has its base; kept as long as anybody uses them.
  using Key = std::pair<seal::Digest, bool>;
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const geo::Layer>> built;
  BesideOrNull base;
  if (const auto named = geo::Layer::base_digest(document)) {
    if (const auto digest = seal::digest_from_hex(*named)) base = find(*digest);
  }
  const Key key{registry::digest_of(document), base != nullptr};
  const std::lock_guard lock(mutex);
  if (auto known = built[key].lock()) return known;
  BOOST_OUTCOME_TRY(auto layer, build(document, base));
  built[key] = layer;
  return layer;
}

}  // namespace countersign::casework
