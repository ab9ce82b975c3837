// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace countersign::base {

void check_failed(const char* file, int line, const char* claim) {
  std::fprintf(stderr, "%s:%d: a claim that must hold does not: %s\n", file, line, claim);
  std::abort();
}

}  // namespace countersign::base
