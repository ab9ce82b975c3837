// SPDX-License-Identifier: Apache-2.0
// Who may have said it: signature, office, power and instance of one statement.
#ifndef COUNTERSIGN_KERNEL_AUTHENTICATE_H_
#define COUNTERSIGN_KERNEL_AUTHENTICATE_H_

#include "base/instant.h"
#include "base/result.h"
#include "kernel/authorities.h"
#include "kernel/ids.h"
#include "kernel/statement.h"

namespace countersign::kernel {

// The signer of `statement`, made at `at` for `instance`, if the charter gives that office, root or
// clerk the power to say such a thing. Refusals: `other-instance`, `no-power`, `issuer` (a
// directive's record signed by another office than the one that issues it), those of
// Authorities::who_signed.
base::Ruled<Signer> authenticate(const Authorities& authorities, const InstanceName& instance,
                                 const SignedStatement& statement, base::Instant at);

// Verifies the signature by the key it names, if that is one of `keys`; nothing else needs doing
// before the statement's turn comes. Whoever authenticates it then asks whose key that is, and
// whether it may sign, as ever; only the answer to "does it verify" is there already.
void verify_ahead(SignedStatement& statement, const KeyRing& keys);

// The same for a charter. An authority's first is signed by the root it names itself. Refused also
// by `other-authority`: nobody charters anybody else.
base::Ruled<Signer> authenticate_charter(const Authorities& authorities,
                                         const InstanceName& instance,
                                         const SignedStatement& statement, const CharterBody& body);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_AUTHENTICATE_H_
