// SPDX-License-Identifier: Apache-2.0
// A request in versions, and advice that carries over (docs/formats/statements.md, "Amendments").
#ifndef COUNTERSIGN_KERNEL_BODIES_VERSIONS_H_
#define COUNTERSIGN_KERNEL_BODIES_VERSIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "seal/digest.h"

namespace countersign::kernel {

// The request anew, whole. Its statement's subject is the version it takes the place of.
struct AmendBody {
  std::int64_t version = 2;  // the first version is the request that opened the case
  base::Json request;
  std::string text;  // what it changes, for people; may be empty

  static AmendBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AmendBody& body);
};

// An office's word that what it advised on an earlier version holds for this one.
struct ReconfirmBody {
  std::vector<seal::Digest> advice;  // of its statements, at least one, in ledger order
  std::string text;                  // may be empty

  static ReconfirmBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ReconfirmBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_VERSIONS_H_
