// SPDX-License-Identifier: Apache-2.0
// Taking a directory of registers and directives into an instance: every office signs its part.
#ifndef COUNTERSIGN_CASEWORK_IMPORT_H_
#define COUNTERSIGN_CASEWORK_IMPORT_H_

#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "casework/desk.h"
#include "casework/directory.h"
#include "casework/instance.h"
#include "casework/keys.h"

namespace countersign::casework {

enum class MissingKeys { Refuse, Make };

// What was taken in for one authority.
struct Imported {
  registry::PartyId authority;
  std::size_t offices = 0;  // appointed
  std::size_t records = 0;  // issued
};

// Charters, an appointment for every office (the person is named after the key), and one manifest
// with everything the directory holds, authority by authority. Each authority is taken in whole or
// not at all; one that has a manifest already is left as it is, so that importing again goes on
// where an import was interrupted. Refused by `imported-already` when that is true of all.
// The clerk's key is placed in the instance, where it signs standing consents.
base::Result<base::Ruled<std::vector<Imported>>> import_directory(Instance& instance,
                                                                  const Directory& directory,
                                                                  const KeyFolder& keys,
                                                                  MissingKeys missing,
                                                                  base::Instant at);

// A charter.json as it will be signed.
base::Parsed<base::Json> read_charter(std::string_view text, std::string_view file);

// A charter signed by the root, with the clerk's key placed in the instance.
Handled enter_charter(Instance& instance, const registry::PartyId& authority,
                      const base::Json& charter, const seal::SigningKey& root,
                      const seal::SigningKey& clerk);
// An appointment signed by the root of the office's authority.
Handled enter_appointment(Instance& instance, const registry::OfficeId& office,
                          const registry::PersonId& person, const seal::PublicKey& holder,
                          const base::Period& period, const seal::SigningKey& root);

// Changes of one authority: each directive signed by the office that issues it, other records and
// the manifest by the first office that may vouch for registers.
base::Result<base::Ruled<Receipt>> issue(Instance& instance, const registry::PartyId& authority,
                                         IssuePlan plan, const KeyFolder& keys, base::Instant at);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_IMPORT_H_
