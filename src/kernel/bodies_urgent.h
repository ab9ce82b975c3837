// SPDX-License-Identifier: Apache-2.0
// What is said of consents given in haste (docs/formats/statements.md, "An emergency", "Oral
// consent").
#ifndef COUNTERSIGN_KERNEL_BODIES_URGENT_H_
#define COUNTERSIGN_KERNEL_BODIES_URGENT_H_

#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "seal/digest.h"

namespace countersign::kernel {

// A consent in an emergency is looked at afterwards.
struct ReviewBody {
  seal::Digest decision;  // the consent's envelope
  std::string findings;

  static ReviewBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ReviewBody& body);
};

// What an office said, written up by who heard it.
struct OralBody {
  registry::OfficeId office;
  base::Instant said_at;
  std::string text;

  static OralBody read(const base::Json& body, base::Report& report);
  static base::Json write(const OralBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_URGENT_H_
