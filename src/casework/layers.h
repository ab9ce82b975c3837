// SPDX-License-Identifier: Apache-2.0
// Region layers, each built once: a layer of the world takes longer to build than to ask.
#ifndef COUNTERSIGN_CASEWORK_LAYERS_H_
#define COUNTERSIGN_CASEWORK_LAYERS_H_

#include <memory>

#include "base/json.h"
#include "base/result.h"
#include "geo/layer.h"

namespace countersign::casework {

// The layer of a self-contained document; the one built before when the document is the same.
// Thread-safe. A kernel::LayerMaker.
base::Parsed<std::shared_ptr<const geo::Layer>> make_layer(const base::Json& document);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_LAYERS_H_
