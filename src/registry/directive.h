// SPDX-License-Identifier: Apache-2.0
// A dated policy instrument: everything but the meaning of its policies, which is the kernel's.
#ifndef COUNTERSIGN_REGISTRY_DIRECTIVE_H_
#define COUNTERSIGN_REGISTRY_DIRECTIVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "registry/calendar.h"
#include "registry/ids.h"
#include "registry/marking.h"
#include "registry/usage.h"

namespace countersign::registry {

// What a procedure demands of an office before the decision.
struct AdviceDemand {
  enum class Kind { In, Concur };

  OfficeId office;
  Kind kind = Kind::In;
  std::optional<SilenceRule> silence = {};  // of this advice; empty: the procedure's
  Written written = {};

  friend bool operator==(const AdviceDemand&, const AdviceDemand&) = default;
};

// "in", "concur".
std::string_view name_of(AdviceDemand::Kind kind);

struct Procedure {
  ProcedureId id;
  std::vector<AdviceDemand> advice;  // an office stands once
  // Of the advice that has none of its own, and of the decision. `GoOn` is of advice alone: for a
  // decision it waits, since no deadline supplies an approval.
  std::optional<SilenceRule> silence = {};
  Written written = {};

  const std::optional<SilenceRule>& silence_of(const AdviceDemand& demand) const {
    return demand.silence ? demand.silence : silence;
  }

  friend bool operator==(const Procedure&, const Procedure&) = default;
};

// Consent in an emergency: who may give it in person, for how long at most, and until when
// afterwards its review is due.
struct Emergency {
  std::vector<OfficeId> offices;
  std::int64_t hours = 0;                // 1 to kMostEmergencyHours
  std::int64_t review_within_hours = 0;  // of the consent

  friend bool operator==(const Emergency&, const Emergency&) = default;
};
inline constexpr std::int64_t kMostEmergencyHours = 72;

// A cap on what may be reserved and drawn. An empty list stands for "any"; as written, `[]` is
// refused, so that nobody reads it as "none".
struct Tally {
  TallyId id;  // is_attribute_name(): policies name it
  std::vector<Action> actions;
  std::vector<ItemId> items;
  std::vector<PartyId> recipients;
  base::Period period;
  std::int64_t limit = 0;
  Written written;

  friend bool operator==(const Tally&, const Tally&) = default;
};

struct Directive {
  enum class Kind { Binding, Advisory };

  DirectiveId id;
  std::string title;
  OfficeId issued_by;
  base::Period in_force;  // as written; a manifest or a superseding directive may end it earlier
  Kind kind = Kind::Binding;
  bool announced = false;
  std::vector<DirectiveId> supersedes;
  std::string policies;     // the name of the Cedar file; empty: the directive has no policies
  std::string policy_text;  // what stands in it
  std::vector<Procedure> procedures;
  std::vector<Tally> tallies;
  std::optional<OfficeId> discrepancies;  // empty: a final office closes them
  std::optional<Marking> marking;         // who may see it; what it bars it bars all the same
  // Who reconsiders a denial; empty: a final office other than the one that denied.
  std::optional<OfficeId> reconsideration;
  std::optional<Emergency> emergency;             // empty: there is none
  std::optional<std::int64_t> oral_within_hours;  // oral consent is written up; empty: never
  Written written;

  const std::string& label() const { return title.empty() ? id.text() : title; }
  const Procedure* find(const ProcedureId& procedure) const;
  const Tally* find(const TallyId& tally) const;

  // Reads NAME.json (docs/formats/directives.md), which names its Cedar file; `policy_text` stays
  // empty and the caller adds it.
  static Directive read_file(const base::Json& document, base::Report& report);
  // Reads the document offices sign: NAME.json with the Cedar text inside, as `policy_text`.
  static Directive read(const base::Json& document, base::Report& report);
  // The document offices sign.
  static base::Json write(const Directive& directive);

  friend bool operator==(const Directive&, const Directive&) = default;
};

// "binding", "advisory".
std::string_view name_of(Directive::Kind kind);

// The most bytes of Cedar one directive may bring.
inline constexpr std::size_t kPolicyTextLimit = 1U << 20;

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_DIRECTIVE_H_
