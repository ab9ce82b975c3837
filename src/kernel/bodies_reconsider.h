// SPDX-License-Identifier: Apache-2.0
// What is said when a denial is looked at again (docs/formats/statements.md, "Reconsideration").
#ifndef COUNTERSIGN_KERNEL_BODIES_RECONSIDER_H_
#define COUNTERSIGN_KERNEL_BODIES_RECONSIDER_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "kernel/bodies.h"
#include "seal/digest.h"

namespace countersign::kernel {

// The requester asks that a denial be looked at again.
struct ReconsiderBody {
  seal::Digest decision;  // the denial's envelope
  std::string text;

  static ReconsiderBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ReconsiderBody& body);
};

enum class ReconsideredOutcome { Uphold, SetAside };
std::string_view name_of(ReconsideredOutcome outcome);

// An office says whether the denial stands. Set aside, the case is open again.
struct ReconsideredBody {
  seal::Digest decision;
  ReconsideredOutcome outcome = ReconsideredOutcome::Uphold;
  std::string text;    // for the requester
  std::string ground;  // of an upholding: a code of the authority's list
  std::optional<Commitment> reasons;

  static ReconsideredBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ReconsideredBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_RECONSIDER_H_
