// SPDX-License-Identifier: Apache-2.0
// The words an authority's policies may use, made from its registers in force.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_POLICY_WORDS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_POLICY_WORDS_H_

#include <string>
#include <unordered_set>

#include "cedar/entities.h"
#include "cedar/value.h"
#include "kernel/internal/words.h"

namespace countersign::registry {
struct AuthorityView;
}

namespace countersign::kernel {

struct PolicyWords {
  // The schema of docs/formats/directives.md. A type whose list is empty is left out, with the
  // attributes that need it.
  std::string schema;
  // Every entity there is, items and actions apart.
  std::unordered_set<cedar::EntityUid> known;
  // Parties with their groups.
  std::vector<cedar::Entity> parties;
  Names names;
};

// `authority` has a charter and a vocabulary in force.
PolicyWords words_of_policies(const registry::AuthorityView& authority);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_POLICY_WORDS_H_
