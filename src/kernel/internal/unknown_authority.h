// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTERSIGN_KERNEL_INTERNAL_UNKNOWN_AUTHORITY_H_
#define COUNTERSIGN_KERNEL_INTERNAL_UNKNOWN_AUTHORITY_H_

#include "base/result.h"
#include "registry/ids.h"

namespace countersign::kernel {

// Refuses what names an authority that has entered nothing. Rule: `unknown-authority`.
base::Refusal unknown_authority(const registry::PartyId& authority);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_UNKNOWN_AUTHORITY_H_
