// SPDX-License-Identifier: Apache-2.0
#include "registry/usage.h"

namespace countersign::registry {

std::string_view name_of(Action action) { return action == Action::Use ? "use" : "transfer"; }

}  // namespace countersign::registry
