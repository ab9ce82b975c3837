// SPDX-License-Identifier: Apache-2.0
// JSON documents too large to be kept whole, read element by element.
#ifndef COUNTERSIGN_BASE_JSON_ELEMENTS_H_
#define COUNTERSIGN_BASE_JSON_ELEMENTS_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace countersign::base {

using TakeElement = std::function<void(const std::string& member, Json&& element)>;

// Reads one JSON object of any size up to 4 GiB without keeping it whole: the objects and arrays
// that stand in its array members are handed over one by one, with the member's name and their
// places, as they are read, and are gone afterwards. What is left (everything else) is returned.
// `limits` hold for each of them and for what is left; their `bytes` is not asked. Refused is what
// read_json() refuses, after what came before it was handed over: nothing of that may count until
// this returns without issues.
Parsed<Json> read_json_elements(std::string_view source, std::string_view file,
                                const TakeElement& take, JsonLimits limits = {});

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_JSON_ELEMENTS_H_
