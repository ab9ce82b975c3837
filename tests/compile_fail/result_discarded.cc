// SPDX-License-Identifier: Apache-2.0
// An operating failure cannot be overlooked: a Result that nobody reads stops the build.
#include "base/result.h"

countersign::base::Result<int> open_store();

bool start() {
#ifdef COUNTERSIGN_CONTROL
  return open_store().has_value();
#else
  open_store();
  return true;
#endif
}
