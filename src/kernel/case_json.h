// SPDX-License-Identifier: Apache-2.0
// Cases and grants as documents, member by member as State::describe() has them.
#ifndef COUNTERSIGN_KERNEL_CASE_JSON_H_
#define COUNTERSIGN_KERNEL_CASE_JSON_H_

#include "base/instant.h"
#include "base/json.h"
#include "kernel/case.h"
#include "kernel/grant_record.h"

namespace countersign::kernel {

base::Json describe(const Case& of);
base::Json describe(const GrantRecord& grant, base::Instant now);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_CASE_JSON_H_
