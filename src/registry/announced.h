// SPDX-License-Identifier: Apache-2.0
// What is in force as far as anybody outside an authority may know.
#ifndef COUNTERSIGN_REGISTRY_ANNOUNCED_H_
#define COUNTERSIGN_REGISTRY_ANNOUNCED_H_

#include <vector>

#include "base/instant.h"
#include "registry/directive.h"
#include "registry/record.h"

namespace countersign::registry {

struct AuthorityRegister;

// The announced directives in force at `at`, sorted by id, as if there were no others: one that an
// unannounced directive superseded still stands. Whoever sees only announced directives must not
// learn of another from what is missing.
std::vector<Recorded<Directive>> announced_in_force(const AuthorityRegister& held,
                                                    base::Instant at);

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_ANNOUNCED_H_
