// SPDX-License-Identifier: Apache-2.0
// What an officeholder does, as one call each: look at the case, write the statement, sign it, hand
// it in. The command line and stories do the same things through these.
#ifndef COUNTERSIGN_CASEWORK_ACTIONS_H_
#define COUNTERSIGN_CASEWORK_ACTIONS_H_

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "casework/desk.h"
#include "casework/instance.h"
#include "casework/reader.h"
#include "kernel/bodies.h"

namespace countersign::casework {

// An office, and the key that acts for it.
struct Actor {
  const seal::SigningKey& key;
  registry::OfficeId office;
  // The absent office for which this one acts.
  std::optional<registry::OfficeId> acting_for = std::nullopt;
};

// Opens the case `id` with a request (docs/formats/registers.md, "A request").
Handled ask(Instance& instance, const Actor& actor, const kernel::CaseId& id,
            const base::Json& request);
Handled claim(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const kernel::ClaimBody& body);
// Takes back the claim in that entry, of the actor's authority. Refused by `claim-unknown` where it
// is none.
Handled take_back_claim(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        kernel::Position claim, const std::string& text);
Handled advise(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const kernel::AdviceBody& body);
// Overrides the last advice of `adviser` in the lane of the actor's authority. `ground`: a code of
// its list, where it has one.
Handled override_advice(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        const registry::OfficeId& adviser, const std::string& text,
                        const std::optional<registry::Marking>& marking = std::nullopt,
                        const std::string& ground = {});
// Decides, on the determination as it is now.
Handled decide(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const DecisionPlan& plan);
// Decides whether the suspended grant that `plan.resumes` names goes on.
Handled resume(Instance& instance, const Actor& actor, const DecisionPlan& plan);
// Where nothing else is missing, has every clerk consent whose authority's standing permission
// covers the case, then has the grant proved and entered. The receipt is the grant's, and
// notes what came after approvals it rests on.
Handled grant(Instance& instance, const kernel::CaseId& id);
// The same for an authority whose standing permission has come since the grant was issued.
Handled draw(Instance& instance, const Actor& actor, const kernel::DrawBody& body);
Handled report(Instance& instance, const Actor& actor, const kernel::ReportBody& body);
// What the holder has to take note of now: the revocation of a grant that is revoked, otherwise
// every free-text proviso that binds.
base::Ruled<kernel::AcknowledgeBody> to_acknowledge(Instance& instance,
                                                    const registry::GrantId& grant);
Handled acknowledge(Instance& instance, const Actor& actor, const kernel::AcknowledgeBody& body);
// Suspend, revoke or surrender; the first two with internal reasons where there are any.
Handled act_on_grant(Instance& instance, const Actor& actor, kernel::EntryKind kind,
                     const kernel::GrantActBody& body, const kernel::InternalReasons& reasons = {});
// Reviews the last consent in an emergency that the actor's authority gave in the case.
Handled review(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const std::string& findings);
// Writes up what an office said.
Handled write_up(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                 const kernel::OralBody& body);

// A consent in an emergency, with what became of its review.
struct EmergencyView {
  kernel::CaseId case_id;
  registry::PartyId authority;
  kernel::Decision decision;
  bool overdue = false;
};
// Those of the lanes whose reviews the reader sees.
std::vector<EmergencyView> emergencies(const Reader& reader, const kernel::State& state);

// Has the case's denial reconsidered, as its requester; and answers, as the office asked.
Handled ask_again(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                  const std::string& text);
struct ReconsideredPlan {
  kernel::ReconsideredOutcome outcome = kernel::ReconsideredOutcome::Uphold;
  std::string text;                      // for the requester
  std::string ground;                    // of an upholding
  kernel::InternalReasons reasons = {};  // may be none
};
Handled answer_again(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                     const ReconsideredPlan& plan);
Handled close(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const kernel::CloseBody& body);

// Who withdraws a key, or confirms: an office by its id, "US/root" or "US/clerk".
struct KeyActor {
  const seal::SigningKey& key;
  std::string by;
};
// Withdraws the key. Refused also by `unknown-office`.
Handled withdraw_key(Instance& instance, const KeyActor& actor,
                     const kernel::KeyWithdrawalBody& body);
// Stands by the statement at that entry. Refused also by `not-suspected`, where there is none.
Handled confirm(Instance& instance, const KeyActor& actor, kernel::Position statement,
                const std::string& text);

// Notice that the office's holder is away for a period; and of their return, which ends the notice
// that stands.
Handled give_absence(Instance& instance, const KeyActor& actor, const registry::OfficeId& office,
                     const base::Period& period, const std::string& text);
Handled give_return(Instance& instance, const KeyActor& actor, const registry::OfficeId& office,
                    const std::string& text);

// A statement that a key signed in the time for which it is suspected.
struct SuspectedSignature {
  kernel::Position position = 0;
  kernel::EntryKind kind = kernel::EntryKind::Request;
  base::Instant at;
  std::string by;
  std::optional<kernel::CaseId> case_id;
  // Whether something may rest on it (a step of the case as it stands, a record or a manifest), and
  // nobody has confirmed it yet.
  bool open = false;
  // Who has stood by it since, with another key; empty where nobody has, or it is no step of a
  // case.
  std::string confirmed_by = {};
};
struct WithdrawnKeyView {
  registry::PartyId authority;
  seal::KeyId key;
  kernel::WithdrawnKey withdrawal;
  std::vector<SuspectedSignature> signatures;  // in ledger order
};
// Every key that was withdrawn, with what it signed since it is suspected: the keys, and of what
// they signed the statements, that the reader sees.
base::Result<std::vector<WithdrawnKeyView>> withdrawn_keys(Instance& instance,
                                                           const Reader& reader);

// A grant's standing now, signed by the log.
base::Result<std::optional<std::string>> standing_of(Instance& instance,
                                                     const registry::GrantId& grant);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_ACTIONS_H_
