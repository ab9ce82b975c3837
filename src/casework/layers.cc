// SPDX-License-Identifier: Apache-2.0
#include "casework/layers.h"

#include <map>
#include <mutex>

#include "registry/record.h"

namespace countersign::casework {

base::Parsed<std::shared_ptr<const geo::Layer>> make_layer(const base::Json& document) {
  // Kept as long as anybody uses them; the process ends before there are many.
  static std::mutex mutex;
  static std::map<seal::Digest, std::weak_ptr<const geo::Layer>> built;
  const seal::Digest digest = registry::digest_of(document);
  const std::lock_guard lock(mutex);
  if (auto known = built[digest].lock()) return known;
  base::Report report({}, "layer");
  auto layer = geo::Layer::create({document, report});
  if (!layer) return report.take();
  auto shared = std::make_shared<const geo::Layer>(*std::move(layer));
  built[digest] = shared;
  return std::shared_ptr<const geo::Layer>(shared);
}

}  // namespace countersign::casework
