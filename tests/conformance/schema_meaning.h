// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_SCHEMA_MEANING_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_SCHEMA_MEANING_H_

#include <string>

#include "cedar/schema.h"

namespace countersign::conformance {

// Everything a schema says, as lines: equal for two schemas exactly when they mean the same.
std::string meaning_of(const cedar::Schema& schema);

}  // namespace countersign::conformance

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_SCHEMA_MEANING_H_
