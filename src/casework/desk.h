// SPDX-License-Identifier: Apache-2.0
// What is written and signed on an officeholder's side, before it is handed in: statements of every
// kind, with the disclosures of what they commit to. Nothing here is trusted by anybody: the kernel
// checks what it is given.
#ifndef COUNTERSIGN_CASEWORK_DESK_H_
#define COUNTERSIGN_CASEWORK_DESK_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/directory.h"
#include "kernel/bodies.h"
#include "kernel/commands.h"
#include "kernel/state.h"
#include "registry/manifest.h"
#include "seal/keys.h"

namespace countersign::casework {

// Who signs, with which key, in which instance.
struct Pen {
  const seal::SigningKey& key;
  kernel::InstanceName instance;
  registry::PartyId authority;
  std::string by;  // an office's id, "root" or "clerk"
  std::optional<registry::OfficeId> acting_for = std::nullopt;
};

// A command id nobody else has chosen.
base::Result<kernel::CommandId> fresh_command();

// A signed statement of `kind` with this body. `of` is the case it belongs to, where it does.
base::Result<kernel::Submission> write_statement(const Pen& pen, kernel::EntryKind kind,
                                                 const kernel::Case* of, base::Json body,
                                                 std::vector<ledger::Disclosure> disclosures = {});
// A request, which opens the case `id`.
base::Result<kernel::Submission> write_request(const Pen& pen, const kernel::CaseId& id,
                                               const base::Json& request);

// A decision as the officeholder means it.
struct DecisionPlan {
  kernel::DecisionOutcome outcome = kernel::DecisionOutcome::Deny;
  kernel::Provisos provisos;
  std::string text;                 // for the requester
  kernel::InternalReasons reasons;  // may be none
  std::optional<registry::GrantId> resumes;
  bool of_rest = false;     // about what the case's last grant left open
  std::string ground = {};  // a code of the authority's list, of a denial or return
  std::optional<base::Instant> review_by = std::nullopt;  // of a consent in an emergency
};
// The decision on the lane of the pen's authority as it stands: on its last determination, and on
// exactly the advice and overrides in it. Refused by `no-lane` where there is none.
base::Result<base::Ruled<kernel::Submission>> write_decision(const Pen& pen, const kernel::Case& of,
                                                             const DecisionPlan& plan);
// One signed act that decides several cases, each as it is here. Refused as above.
base::Result<base::Ruled<kernel::Submission>> write_batch(
    const Pen& pen, const std::vector<std::pair<kernel::Case, DecisionPlan>>& items);
// Suspend or revoke: `text` is for the holder, `reasons` are internal and may be none.
base::Result<kernel::Submission> write_grant_act(const Pen& pen, kernel::EntryKind kind,
                                                 const kernel::Case& of, kernel::GrantActBody body,
                                                 const kernel::InternalReasons& reasons);
// The answer to who asked for a denial to be reconsidered.
base::Result<kernel::Submission> write_reconsidered(const Pen& pen, const kernel::Case& of,
                                                    kernel::ReconsideredBody body,
                                                    const kernel::InternalReasons& reasons);

// The clerk's standing consent to the lane's last determination. Refused as above.
base::Result<base::Ruled<kernel::Submission>> write_consent(const Pen& pen, const kernel::Case& of);

// What an authority changes: documents that come in, records that end.
struct IssuePlan {
  struct NewDocument {
    registry::RecordKind kind = registry::RecordKind::Directive;
    std::string id;
    std::string document;  // as base::write_json() spells it
    base::Period period;
    std::shared_ptr<const std::string> beside;  // what the document names by its digest; or null
    std::filesystem::path rows = {};            // of a list, the file of its rows
  };
  struct Ending {
    registry::RecordKind kind = registry::RecordKind::Directive;
    std::string id;
    std::optional<base::Instant> from;  // when; empty: as the manifest is issued
  };
  std::vector<NewDocument> documents;
  std::vector<Ending> endings;
};

// The period a document gives itself: its `in_force`, or always.
base::Parsed<base::Period> period_of(const base::Json& document, std::string_view file);

// The manifest that follows the authority's last: every charter and appointment entered, the
// plan's documents added, its endings applied. A book that comes in ends the one before it where
// the new one begins. Refused by `unknown-record` when an ending names nothing that is in force.
base::Ruled<registry::Manifest> next_manifest(const kernel::Entered& entered,
                                              const registry::PartyId& authority,
                                              const IssuePlan& plan, base::Instant at);

// A record's statement, and a manifest's.
base::Result<kernel::Submission> write_record(const Pen& pen,
                                              const IssuePlan::NewDocument& document);
base::Result<kernel::Submission> write_manifest(const Pen& pen, const registry::Manifest& manifest);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_DESK_H_
