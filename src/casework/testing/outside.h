// SPDX-License-Identifier: Apache-2.0
// What stands, seen from outside: a grant's bundle as a stranger verifies it, an instance as an
// auditor finds it. For tests of any room.
#ifndef COUNTERSIGN_CASEWORK_TESTING_OUTSIDE_H_
#define COUNTERSIGN_CASEWORK_TESTING_OUTSIDE_H_

#include <string>
#include <utility>

#include "base/check.h"
#include "casework/audit.h"
#include "casework/bundle.h"
#include "casework/testing/drill.h"

namespace countersign::casework::testing {

inline Trust own_trust(Instance& instance) {
  kernel::Anchors anchors = instance.own_anchors();
  return {std::move(anchors.roots), std::move(anchors.log)};
}

// The bundle as it is read from the file it was written to; the rule by which none is made. CHECKs
// that the file can be read.
inline base::Ruled<Bundle> bundle_of(Instance& instance, const registry::GrantId& grant,
                                     const kernel::Audience& audience) {
  const auto evidence = instance.evidence_of(grant);
  CHECK(evidence.has_value());
  BOOST_OUTCOME_TRY(const base::Json written, write_bundle(evidence.value(), audience));
  auto bundle = read_bundle(base::write_json(written), "bundle");
  CHECK(bundle.has_value());
  return std::move(bundle.value());
}

// bundle_of(), verified with the instance's own keys and no aid.
inline base::Ruled<Verification> verified(Instance& instance, const registry::GrantId& grant,
                                          const kernel::Audience& audience) {
  BOOST_OUTCOME_TRY(const Bundle bundle, bundle_of(instance, grant, audience));
  return verify(bundle, own_trust(instance), Practice::Refuse, {});
}

// What the audit finds; empty when nothing.
inline std::string audited(Instance& instance) {
  const auto found = casework::audit(instance);
  if (!found) return "failed: " + found.error().message;
  return found.value() ? std::string()
                       : found.value().error().rule + ": " + found.value().error().message;
}

// audited(), and whether the instance, opened anew, knows the same; empty when all is well.
inline std::string unsound(Drill& drill) {
  if (std::string found = audited(drill.instance()); !found.empty()) return found;
  const std::string known = drill.described();
  drill.reopen();
  return drill.described() == known ? "" : "opened anew it knows something else";
}

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_OUTSIDE_H_
