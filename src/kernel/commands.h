// SPDX-License-Identifier: Apache-2.0
// From a command and the present state to entries, or to a refusal. Nothing here changes the state:
// the caller completes the drafts (kernel/logged.h), stores them, and folds them.
//
// Every function authenticates what it is given: the signature, by a key that was the office's at
// `at`; the office's power, by its charter; the instance. Refusals of all: those of
// Authorities::who_signed, `other-instance`, `no-power`, `body`.
#ifndef COUNTERSIGN_KERNEL_COMMANDS_H_
#define COUNTERSIGN_KERNEL_COMMANDS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/grant.h"
#include "kernel/logged.h"
#include "kernel/state.h"
#include "kernel/statement.h"

namespace countersign::kernel {

using Drafts = std::vector<Draft>;

// A statement with the disclosures of what it commits to.
struct Submission {
  SignedStatement statement;
  std::vector<ledger::Disclosure> disclosures;
  // What the statement names by its digest and is too large to sign (a layer's base, the document
  // of an answer), kept beside it; or null.
  std::shared_ptr<const std::string> beside;
};

// The first entry of an instance.
Draft name_instance(const InstanceName& name);

// A charter signed by the root before it, or, for an authority's first, by the root it names: who
// believes that root says so elsewhere (verifiers pin it). Rules: `not-the-root`, `document`,
// `key-of-another`.
base::Ruled<Drafts> rule_on_charter(const State& state, const Submission& charter,
                                    base::Instant at);

// An appointment signed by the root. Rules: `unknown-office`, `appointment-twice`,
// `key-of-another`.
base::Ruled<Drafts> rule_on_appointment(const State& state, const Submission& appointment,
                                        base::Instant at);

// New records and the manifest that lists them, of one authority, all or none. Every directive in
// force or pending must pass the rules of docs/formats/directives.md at every instant of change.
// Rules: `marking-level`, those of registry::follows(), `manifest-left-out`,
// `manifest-passes-over`, `manifest-added`, `issuer`, `registers`, `directive`, `commitment`,
// `movement-grant` (a movement names a grant under which not so much was drawn).
base::Ruled<Drafts> rule_on_issue(const State& state, std::span<const Submission> records,
                                  const Submission& manifest, base::Instant at);

// Whether every directive of the authority passes the rules, at `at` and at every instant of change
// after it. Rule: `directive`.
base::Ruled<void> check_directives(const registry::Registers& registers,
                                   const registry::PartyId& authority, base::Instant at);

// A request: opens its case, with the machine's determination. Rules: those of read_request() and
// determine(), `undeclared`, `case-exists`, `requester`, `no-window`.
base::Ruled<Drafts> rule_on_request(const State& state, const Submission& request,
                                    base::Instant at);

// The determination of a case as of `at`, if an authority's finding differs from its last one;
// no drafts otherwise. Rules: `unknown-case`, `case-closed`, those of determine().
base::Ruled<Drafts> redetermine(const State& state, const CaseId& id, base::Instant at);

// Steps of an open case. Rules: `unknown-case`, `case-closed`, `other-request`; of one that is
// marked `marking-level`, `unknown-party`; and
//   claim      `claim-unknown`, `unknown-item`
//   advice     `no-lane`, `adviser-decided`
//   override   `unknown-advice`
//   decision   `not-required`, `stale-determination`, `stale-advice`, `adviser-decides`,
//              `requester-decides`, `one-person`, those of check_procedure(), `not-suspended`,
//              `not-the-suspender`, `nothing-to-recall`, `strike-out`, `commitment`,
//              `reasons-form`, `ground-missing`, `ground-unknown`; about what a grant left open
//              those of rest_of(); in an emergency `in-person`, those of check_emergency() and
//              check_hours()
//   consent    `not-authorised`, `stale-determination`
base::Ruled<Drafts> rule_on_claim(const State& state, const Submission& claim, base::Instant at);
base::Ruled<Drafts> rule_on_advice(const State& state, const Submission& advice, base::Instant at);
base::Ruled<Drafts> rule_on_override(const State& state, const Submission& override_,
                                     base::Instant at);
base::Ruled<Drafts> rule_on_decision(const State& state, const Submission& decision,
                                     base::Instant at);
base::Ruled<Drafts> rule_on_consent(const State& state, const Submission& consent,
                                    base::Instant at);

// Between the lanes and the requester, in an open case; withdrawal and amendment in a returned one
// too. Rules as above, and
//   query      `no-lane`; taking one back, `unknown-query`, `answered`
//   answer     `requester`, `unknown-query`, `document`
//   withdraw   `requester`
//   amend      those of a request but `case-exists`; `requester`, `version`, `unchanged`
//   reconfirm  `no-lane`, `adviser-decided`, `advised`, `unknown-advice`
base::Ruled<Drafts> rule_on_query(const State& state, const Submission& query, base::Instant at);
base::Ruled<Drafts> rule_on_answer(const State& state, const Submission& answer, base::Instant at);
base::Ruled<Drafts> rule_on_withdrawal(const State& state, const Submission& withdrawal,
                                       base::Instant at);

// Several cases decided in one signed act (kernel/batch.h): every rule of a decision holds for each
// item, and where one is refused, all are. Rules: those of a decision, the case named in message
// and place; `batch-twice`, `commitment`.
base::Ruled<Drafts> rule_on_batch(const State& state, const Submission& batch, base::Instant at);
base::Ruled<Drafts> rule_on_amendment(const State& state, const Submission& amendment,
                                      base::Instant at);
base::Ruled<Drafts> rule_on_reconfirmation(const State& state, const Submission& reconfirmation,
                                           base::Instant at);

// Enters the grant that was proved: of a pending case, or of what its last grant left open. Rules:
// `case-closed`, those of rest_of().
base::Ruled<Drafts> rule_on_grant(const State& state, const Grant& grant, base::Instant at);

// What a draw asks for, and under which grant.
struct DrawnUse {
  registry::GrantId grant;
  Act act;
};
// What of a draw can be checked before the grant is proved again for this use: who asks, and
// whether it lies within what was granted. Rules: `unknown-grant`, `holder`,
// `suspended`, `revoked`, `lapsed`, `exhausted`, `provisos-unacknowledged`, `quantity`, those of
// outside().
base::Ruled<DrawnUse> check_draw(const State& state, const Submission& draw, base::Instant at);
// A draw under a grant that was proved again for this moment and this use. Rules: those of
// check_draw(), and of outside() for the scope as proved.
base::Ruled<Drafts> rule_on_draw(const State& state, const Submission& draw, const Grant& grant,
                                 base::Instant at);
// A correction: of what its own office entered. Refused whole by the rules of what it corrects.
// Where it corrects a draw, the corrected draw takes the place of the old one by every rule of a
// draw: corrected_use() says for which use the grant is to be proved again; otherwise it is empty
// and `proved` null. Rules: `not-corrigible`, `request-is-amended`, `other-statement`,
// `not-the-signer`, `other-grant`, `nothing-corrected`, `superseded`, `reported`, those of the
// command whose step it corrects.
base::Ruled<std::optional<DrawnUse>> corrected_use(const State& state, const Submission& correction,
                                                   base::Instant at);
base::Ruled<Drafts> rule_on_correction(const State& state, const Submission& correction,
                                       const Grant* proved, base::Instant at);

// An allotment is a draw, for somebody to use offline until a time. Rules: those of a draw,
// `outside-window`.
base::Ruled<DrawnUse> check_allotment(const State& state, const Submission& allotment,
                                      base::Instant at);
base::Ruled<Drafts> rule_on_allotment(const State& state, const Submission& allotment,
                                      const Grant& proved, base::Instant at);
// Gives back what of an allotment is not used, before it ends. Rules: `holder`, `no-allotment`,
// `allotment-ended`, `quantity`.
base::Ruled<Drafts> rule_on_give_back(const State& state, const Submission& give_back,
                                      base::Instant at);

// An end-use check, asked for by an authority whose consent the grant rests on. Rules:
// `not-consenting`, `unknown-office`, `due-in-the-past`.
base::Ruled<Drafts> rule_on_check_request(const State& state, const Submission& request,
                                          base::Instant at);
// What it found. Rules: `no-check`, `checked`, `not-the-checker`, `in-the-future`.
base::Ruled<Drafts> rule_on_check(const State& state, const Submission& check, base::Instant at);

// A case decided before the product was there: counted, a precedent, never a grant. Rules:
// `case-exists`, `unknown-item`, `in-the-future`.
base::Ruled<Drafts> rule_on_legacy(const State& state, const Submission& legacy, base::Instant at);

// What is said of an earlier case, or of the grant that somebody takes it for; empty where the id
// is no earlier case's. Rule: `legacy`.
std::optional<base::Refusal> refuse_legacy(const State& state, const std::string& id);

// A report is entered whatever it says; what lies outside the grant is a discrepancy.
base::Ruled<Drafts> rule_on_report(const State& state, const Submission& report, base::Instant at);
// Suspend, revoke: by a final office of an authority it rests on. Rules: `reasons-form`,
// `unknown-grant`, `not-consenting`, `revoked`, and of a suspension `suspended` and `lapsed`.
base::Ruled<Drafts> rule_on_act(const State& state, const Submission& act, base::Instant at);

// Surrender: the holder gives the grant up, for good. Rules: `unknown-grant`, `holder`, the name of
// a state in which there is nothing to give up.
base::Ruled<Drafts> rule_on_surrender(const State& state, const Submission& surrender,
                                      base::Instant at);

// Acknowledge: by the holder, of exactly the free-text provisos that bind (provisos_of), or of a
// revocation. Rules: `unknown-grant`, `holder`, `provisos-differ`, `acknowledged`, `revoked`,
// `not-revoked`.
base::Ruled<Drafts> rule_on_acknowledgement(const State& state, const Submission& acknowledgement,
                                            base::Instant at);

// The free-text provisos of a grant that bind at `at`, in the order in which they are acknowledged.
std::vector<std::string> provisos_of(const State& state, const GrantRecord& grant,
                                     base::Instant at);
// Closes a discrepancy of a report or of an end-use check. Rules: `no-discrepancy`, `closed`,
// `not-the-closer`.
base::Ruled<Drafts> rule_on_close(const State& state, const Submission& closing, base::Instant at);

// The requester asks, once a case, that a denial be reconsidered. It stands until that is answered.
// Rules: `requester`, `reconsidered-once`, `no-denial`, `nobody-reconsiders`.
base::Ruled<Drafts> rule_on_reconsider(const State& state, const Submission& asked,
                                       base::Instant at);
// The answer. A denial set aside opens the case again. Rules: `not-asked`, `not-the-reconsiderer`,
// refuse_reconsiderer()'s, `ground-missing`, `ground-unknown`, `commitment`, `reasons-form`.
base::Ruled<Drafts> rule_on_reconsidered(const State& state, const Submission& answer,
                                         base::Instant at);
// Who may answer: the offices that directives in force name which speak in this case; where none
// does, the authority's final offices but the one that denied.
std::vector<registry::OfficeId> reconsiderers_of(const State& state, const Case& of,
                                                 const registry::PartyId& authority,
                                                 const registry::OfficeId& denier,
                                                 base::Instant at);

// A consent in an emergency is reviewed. Rules: `no-emergency`, `reviewed`, `own-consent`.
base::Ruled<Drafts> rule_on_review(const State& state, const Submission& review, base::Instant at);
// What an office said is written up, each time by one of two persons who heard it. It is no
// consent. Rules: `no-lane`, `not-required`, `oral-not-allowed`, `oral-late`, `in-the-future`,
// `own-word`, `one-person`.
base::Ruled<Drafts> rule_on_oral(const State& state, const Submission& note, base::Instant at);

// Gives notice of an absence, or of a return. Rules: those of Authorities::may_be_absent.
base::Ruled<Drafts> rule_on_absence(const State& state, const Submission& notice, base::Instant at);
// Withdraws a key; each grant in use that rests on what the suspicion covers is entered as
// suspended. Rules: those of Authorities::may_withdraw.
base::Ruled<Drafts> rule_on_key_withdrawal(const State& state, const Submission& withdrawal,
                                           base::Instant at);
// An office stands by a suspected statement of its own, with another key. Rules: `not-suspected`,
// `not-the-office`, and for who did not sign it first `adviser-decides`, `requester-decides`,
// `adviser-decided`, `one-person`.
base::Ruled<Drafts> rule_on_confirmation(const State& state, const Submission& confirmation,
                                         base::Instant at);

// The offices that may close a discrepancy under this grant: those its directives name, or, where
// none does, the final offices of its authorities.
std::vector<registry::OfficeId> closers_of(const State& state, const GrantRecord& grant,
                                           base::Instant at);

// The entry field `findings:A` and `facts:A` of each authority of a determination.
std::vector<ledger::Field> finding_fields(const Determination& determination);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_COMMANDS_H_
