// SPDX-License-Identifier: Apache-2.0
// Names of what a case is made of, and of the instance it belongs to.
#ifndef COUNTERSIGN_KERNEL_IDS_H_
#define COUNTERSIGN_KERNEL_IDS_H_

#include <cstdint>
#include <string>

#include "base/ids.h"

namespace countersign::kernel {

// Chosen by the requester, unique in the instance.
struct CaseTag;
using CaseId = base::Id<CaseTag>;
// The case's id, "/G" and a number that counts from 1.
struct GrantTag;
using GrantId = base::Id<GrantTag>;
// Chosen by the signer, unique among the signer's.
struct CommandTag;
using CommandId = base::Id<CommandTag>;

// Where an entry stands in the ledger: 0 is the first.
using Position = std::uint64_t;

// Whether what is signed counts, or is practice. It stands in every statement.
enum class InstanceKind { Live, Exercise };

// Which instance: a statement made for one is none in another.
struct InstanceName {
  InstanceKind kind = InstanceKind::Live;
  std::string origin;  // of the log (C2SP checkpoint origin)

  friend bool operator==(const InstanceName&, const InstanceName&) = default;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_IDS_H_
