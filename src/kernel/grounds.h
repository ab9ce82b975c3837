// SPDX-License-Identifier: Apache-2.0
// Why a determination is what it is, in words. Made on demand: deciding needs none of it.
//
// Sentences come from the shape of a policy's conditions and the facts, never from a directive's
// name; a condition of a shape unknown here is quoted.
#ifndef COUNTERSIGN_KERNEL_GROUNDS_H_
#define COUNTERSIGN_KERNEL_GROUNDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "kernel/determination.h"

namespace countersign::kernel {

struct Ground {
  enum class Kind {
    Tie,           // why the authority has a say
    Permits,       // a permit that holds, approvals or not
    Needs,         // a permit that holds once approvals are given
    Bars,          // a forbid that holds whoever approves
    Unless,        // a forbid that approvals lift
    NoPermission,  // no permit holds, whoever approves
    CameClose,     // a permit for this principal, action and item, and where it failed
    Advises,       // an advisory forbid that holds
    Gap            // what could not be determined
  };

  Kind kind = Kind::Tie;
  std::string rule;  // name_of(kind); of a Gap, its own
  registry::DirectiveId directive;
  std::string policy;
  std::string sentence;
  std::string source;  // the policy as written; of CameClose, the conditions that failed
  std::string file;
  base::Position at;
};

// "tie", "permits", "permits-once-approved", "bars", "bars-unless-approved", "no-permission",
// "came-close", "advises", "gap".
std::string_view name_of(Ground::Kind kind);

// The grounds of one authority's determination under the rules it was made with, most telling
// first.
std::vector<Ground> grounds(const Rules& rules, const AuthorityDetermination& determination);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_GROUNDS_H_
