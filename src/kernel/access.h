// SPDX-License-Identifier: Apache-2.0
// Who may see what: decided by the product's own policies, policies/access.cedar, which are
// compiled into it (docs/decisions/0009-visibility-is-a-policy.md).
//
// Fail closed: policies that are not strictly valid are none at all, and where an evaluation fails,
// or what is asked does not conform to the schema, nothing is shown.
#ifndef COUNTERSIGN_KERNEL_ACCESS_H_
#define COUNTERSIGN_KERNEL_ACCESS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/ids.h"
#include "registry/charter.h"
#include "registry/ids.h"
#include "registry/marking.h"

namespace countersign::kernel {

// A kind of part that may be shown: the actions of policies/access.cedarschema.
enum class Sight {
  Case,
  Request,
  Tie,
  Announced,
  Step,
  Finding,
  Advice,
  Override,
  Oral,
  Decision,
  Review,
  Reasons,
  Consent,
  Claim,
  Query,
  Answer,
  Why,
  Grant,
  Use,
  Suspension,
  Rule,
  Stock,
  Register,
  FullBundle,
  LaneBundle,
  HolderBundle,
  Status,
  Task,
  Key,
  Absence,
  Count,
  Ledger,
};
// "see-case", ...
std::string_view name_of(Sight sight);
std::span<const Sight> sights();

// Who looks: an office as its charter has it, or an authority's clerk ("US/clerk").
struct Onlooker {
  std::string id;
  registry::PartyId authority;
  std::vector<registry::Power> powers;  // none of a clerk
  bool clerk = false;
  std::vector<registry::LevelId> levels;  // cleared for
};

// What is looked at.
struct Part {
  registry::PartyId owner;
  std::optional<registry::PartyId> requester;
  std::vector<registry::PartyId> tied;
  std::optional<CaseId> of;
  bool sent = false;
  bool announced = false;
  std::optional<registry::OfficeId> assignee = std::nullopt;  // of a task: whose it is to do
  std::optional<registry::PartyId> asked_by = std::nullopt;   // of an answer: who asked
  std::optional<registry::Marking> marking;
};

// Immutable once made; safe to read from many threads.
class Access {
 public:
  // The product's policies.
  static const Access& product();
  // Refused, with every issue: what does not parse, policies without an id of their own, and
  // whatever strict validation has to say, warnings included.
  static base::Parsed<Access> create(std::string_view schema, std::string_view policies);

  Access(Access&&) noexcept;
  Access& operator=(Access&&) noexcept;
  ~Access();

  // False means no, or that it could not be told.
  bool allows(const Onlooker& who, Sight sight, const Part& part) const;

 private:
  struct Compiled;
  explicit Access(std::unique_ptr<const Compiled> compiled);

  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_ACCESS_H_
