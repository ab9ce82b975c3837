// SPDX-License-Identifier: Apache-2.0
// The reference's validation messages, in our terms.
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_MESSAGE_KINDS_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_MESSAGE_KINDS_H_

#include <optional>
#include <string_view>

#include "cedar/validator.h"

namespace countersign::conformance {

// The rule that the reference's message is about; empty when it is like none that is known.
std::optional<cedar::Finding::Rule> kind_of(std::string_view message);

// The rule that the reference's message for the finding would be about: a tag of a type without
// tags is to it one more tag that may be missing.
cedar::Finding::Rule kind_of(const cedar::Finding& finding);

}  // namespace countersign::conformance

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_MESSAGE_KINDS_H_
