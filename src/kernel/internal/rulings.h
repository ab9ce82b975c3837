// SPDX-License-Identifier: Apache-2.0
// What the rulings on commands share.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_RULINGS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_RULINGS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/authenticate.h"
#include "kernel/commands.h"

namespace countersign::kernel {

// The body of a statement, read as an X. Refused by `body`, with every issue in the message.
template <class X>
base::Ruled<X> read_body(const SignedStatement& statement) {
  base::Report report(statement.payload_text, name_of(statement.head.kind));
  X body = X::read(statement.body, report);
  if (!report.clean()) return base::Refusal{"body", base::to_text(report.take()), "body"};
  return body;
}

// Authenticates a statement of the expected kind. Refused by `kind` when it is another.
base::Ruled<Signer> admit(const State& state, const Submission& submission, EntryKind kind,
                          base::Instant at);

// The case a statement speaks of, open or not. Rules: `unknown-case`, `other-request`.
base::Ruled<const Case*> case_of(const State& state, const SignedStatement& statement);
// The same, in a state in which this step may follow, about `named` where it is about a grant.
// Rules: those of check_follows(), `body` of a variant that there is not.
base::Ruled<const Case*> case_for_step(const State& state, const SignedStatement& statement,
                                       base::Instant at, const GrantRecord* named = nullptr);

// Refuses what only the requester may sign, when another party did. Rule: `requester`.
base::Ruled<void> check_requester(const Case& of, const SignedStatement& statement);

// A decision whose signer was admitted: of its own statement, or an item of a batch seen as one.
// Rules: those of rule_on_decision().
base::Ruled<Drafts> decide_as(const State& state, const Submission& decision, const Signer& signer,
                              base::Instant at);

// The lane of that authority, which has a say now or had one when the version was entered. Rule:
// `no-lane`.
base::Ruled<const Lane*> lane_of(const Case& of, const registry::PartyId& authority);

// What a statement asks, read and determined: sound, of its signer's own party, with nothing left
// undeclared. Rules: those of read_request() and State::determine(), `requester`, `undeclared`,
// `no-window`.
struct Asked {
  Request request;
  Determined determined;
};
base::Ruled<Asked> check_asked(const State& state, const SignedStatement& statement,
                               const base::Json& request, base::Instant at);

Draft determination_draft(const CaseId& id, const Determination& determination);

// A marking names a level of the vocabulary that the authority has in force at `at`, and parties of
// it. Rules: `marking-level`, `unknown-party`.
base::Ruled<void> check_marking(const State& state, const registry::PartyId& authority,
                                const std::optional<registry::Marking>& marking, base::Instant at);
// The same of what the authority has in force.
base::Ruled<void> check_marking(const registry::RegistersView& view,
                                const registry::PartyId& authority,
                                const std::optional<registry::Marking>& marking);

// Whether some authority describes or claims the item, or one it is a part of. Rule:
// `unknown-item`.
base::Ruled<void> check_known(const registry::Registers& registers, const registry::ItemId& item);

// Whether an act that says no carries a ground that the authority's list in force has; none where
// there is no list. With a list it tells the other side why, too. Rules: `ground-missing`,
// `ground-unknown`.
base::Ruled<void> check_ground(const State& state, const registry::PartyId& authority,
                               const std::string& ground, const std::string& text,
                               base::Instant at);

// The same of an entry of a case, as folded: whatever it is, it passes unless it says no.
base::Ruled<void> check_ground(const State& state, const LoggedEntry& entry);

// The draft of a statement, without fields of its own.
Draft draft_of(const Submission& submission);
// The machine's word on a case.
Draft outcome_draft(const CaseId& id, std::string_view outcome);

// The disclosed field that `commitment` stands for, named `name`. Rule: `commitment`.
base::Ruled<SaltedField> committed(const Submission& submission, const Commitment& commitment,
                                   std::string_view name);

// Adds to the draft the internal reasons that `commitment` stands for, where there are any: sound,
// and marked in the words of the signer's authority. Rules: `commitment`, `reasons-form`, those of
// check_marking().
base::Ruled<void> add_reasons(const State& state, const Submission& submission,
                              const std::optional<Commitment>& commitment, base::Instant at,
                              Draft& draft);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_RULINGS_H_
