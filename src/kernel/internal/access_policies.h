// SPDX-License-Identifier: Apache-2.0
// The product's visibility policies as the build found them in policies/.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_ACCESS_POLICIES_H_
#define COUNTERSIGN_KERNEL_INTERNAL_ACCESS_POLICIES_H_

#include <string_view>

namespace countersign::kernel {

extern const std::string_view kAccessSchema;    // policies/access.cedarschema
extern const std::string_view kAccessPolicies;  // policies/access.cedar

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_ACCESS_POLICIES_H_
