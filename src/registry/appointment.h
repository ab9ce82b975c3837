// SPDX-License-Identifier: Apache-2.0
// Who holds an office, for how long, and by which key.
#ifndef COUNTERSIGN_REGISTRY_APPOINTMENT_H_
#define COUNTERSIGN_REGISTRY_APPOINTMENT_H_

#include <optional>

#include "base/instant.h"
#include "base/json.h"
#include "registry/ids.h"
#include "seal/webauthn.h"

namespace countersign::registry {

struct Appointment {
  AppointmentId id;
  OfficeId office;
  PersonId person;  // opaque: one person is one id, whatever offices they hold
  seal::Verifier key;
  base::Period in_force;  // as written; a manifest may end it earlier
  Written written;

  // Reads an appointment's document (docs/formats/records.md): empty after a mistake, which is
  // in the report.
  static std::optional<Appointment> read(const base::Json& document, base::Report& report);
  static base::Json write(const Appointment& appointment);

  friend bool operator==(const Appointment&, const Appointment&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_APPOINTMENT_H_
