// SPDX-License-Identifier: Apache-2.0
// What manifests list, and the registers that come of it.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/authorities.h"
#include "kernel/internal/unknown_authority.h"

namespace countersign::kernel {

using base::Refusal;

base::Ruled<registry::AuthorityRegister> Authorities::listed_by(
    const registry::Manifest& manifest) const {
  const Entered& entered = all_.at(manifest.authority);
  registry::AuthorityRegister held;
  held.authority = manifest.authority;
  for (const registry::ManifestEntry& entry : manifest.entries) {
    if (reach_ == Reach::Extract && entry.kind == registry::RecordKind::Movements) continue;
    if (!entered.documents.contains(entry.digest) || !shelf_.add_to(held, entry)) {
      return Refusal{"manifest-left-out",
                     fmt::format("the manifest of {} lists {} `{}`, which {} has not entered",
                                 manifest.authority.text(), registry::name_of(entry.kind), entry.id,
                                 manifest.authority.text()),
                     entry.id};
    }
  }
  // What the root signed is in force by that alone: a manifest that passes over it is not whole.
  for (const EnteredAppointment& held_appointment : entered.appointments) {
    const auto lists = [&](const registry::ManifestEntry& entry) {
      return entry.digest == held_appointment.digest;
    };
    if (std::none_of(manifest.entries.begin(), manifest.entries.end(), lists)) {
      return Refusal{"manifest-passes-over",
                     fmt::format("the manifest of {} does not list the appointment `{}`",
                                 manifest.authority.text(), held_appointment.appointment.id.text()),
                     held_appointment.appointment.id.text()};
    }
  }
  return held;
}

base::Ruled<registry::Registers> Authorities::registers_with(
    const registry::Manifest& manifest) const {
  const auto found = all_.find(manifest.authority);
  if (found == all_.end()) return unknown_authority(manifest.authority);
  const Entered& entered = found->second;
  const EnteredManifest* last = entered.manifest();
  BOOST_OUTCOME_TRY(registry::follows(last == nullptr ? nullptr : &last->manifest, manifest,
                                      entered.charter().charter.manifest_days));
  BOOST_OUTCOME_TRY(registry::AuthorityRegister held, listed_by(manifest));
  std::vector<registry::AuthorityRegister> every;
  for (const registry::AuthorityRegister& other : registers_.authorities()) {
    if (other.authority != manifest.authority) every.push_back(other);
  }
  every.push_back(std::move(held));
  auto registers = registry::Registers::create(std::move(every));
  if (!registers) {
    return Refusal{"registers", base::to_text(registers.error()), manifest.authority.text()};
  }
  return std::move(registers.value());
}

base::Ruled<registry::Registers> Authorities::registers_of(
    const registry::PartyId& authority) const {
  const auto own = std::find_if(extracted_.begin(), extracted_.end(),
                                [&](const auto& held) { return held.authority == authority; });
  if (own == extracted_.end()) {
    return Refusal{"authority-missing",
                   fmt::format("the manifest of {} is missing", authority.text()),
                   authority.text()};
  }
  std::vector<registry::AuthorityRegister> beside;
  for (const auto& [id, entered] : all_) {
    if (id == authority) continue;
    registry::AuthorityRegister held;
    held.authority = id;
    for (const auto& [digest, position] : entered.documents) shelf_.add_as_written(held, digest);
    beside.push_back(std::move(held));
  }
  auto registers = registry::Registers::create_extract(*own, std::move(beside));
  if (!registers) return Refusal{"registers", base::to_text(registers.error()), authority.text()};
  return std::move(registers.value());
}

base::Ruled<void> Authorities::enter_manifest(Position position, base::Instant at,
                                              registry::Manifest manifest) {
  if (reach_ == Reach::Whole) {
    BOOST_OUTCOME_TRY(registers_, registers_with(manifest));
  } else {
    if (!all_.contains(manifest.authority)) return unknown_authority(manifest.authority);
    if (all_.at(manifest.authority).manifest() != nullptr) {
      return Refusal{"manifest-added",
                     fmt::format("{} has two manifests here: only its last belongs among these",
                                 manifest.authority.text()),
                     manifest.authority.text()};
    }
    BOOST_OUTCOME_TRY(registry::AuthorityRegister held, listed_by(manifest));
    extracted_.push_back(std::move(held));
  }
  all_.at(manifest.authority).manifests.push_back({position, at, std::move(manifest)});
  return base::outcome::success();
}

base::Ruled<void> Authorities::complete() {
  auto registers = registry::Registers::create(std::move(extracted_));
  if (!registers) return Refusal{"registers", base::to_text(registers.error()), {}};
  registers_ = std::move(registers.value());
  return base::outcome::success();
}

}  // namespace countersign::kernel
