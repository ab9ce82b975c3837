// SPDX-License-Identifier: Apache-2.0
// Region layers, each built once: a layer of the world takes longer to build than to ask.
#ifndef COUNTERSIGN_CASEWORK_LAYERS_H_
#define COUNTERSIGN_CASEWORK_LAYERS_H_

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "geo/layer.h"
#include "seal/digest.h"

namespace countersign::casework {

using BesideOrNull = std::shared_ptr<const std::string>;
// The bytes of that digest, or null where they are not kept.
using FindBeside = std::function<BesideOrNull(const seal::Digest& digest)>;

// The layer of a signed document, with the base it names by digest where `find` has it, without
// ground otherwise; the one built before when there is one. Thread-safe.
base::Parsed<std::shared_ptr<const geo::Layer>> make_layer(const base::Json& document,
                                                           const FindBeside& find);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_LAYERS_H_
