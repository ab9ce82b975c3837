// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTERSIGN_CEDAR_INTERNAL_REQUEST_TYPES_H_
#define COUNTERSIGN_CEDAR_INTERNAL_REQUEST_TYPES_H_

#include "cedar/schema.h"
#include "cedar/validator.h"

namespace countersign::cedar::internal {

// Calls `use` with every kind of request that the schema allows, in the order of the actions'.
template <class Use>
void for_each_request_type(const Schema& schema, Use use) {
  for (const auto& [uid, action] : schema.actions())
    for (const Text& principal : action.principals)
      for (const Text& resource : action.resources)
        use(RequestType{.principal = principal, .action = uid, .resource = resource});
}

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_REQUEST_TYPES_H_
