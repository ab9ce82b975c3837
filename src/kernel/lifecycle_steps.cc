// SPDX-License-Identifier: Apache-2.0
// The table: which step may follow in which state.
#include <utility>

#include "kernel/lifecycle.h"

namespace countersign::kernel {
namespace {

using Kind = EntryKind;
using Words = std::string_view;
using Cases = std::vector<CaseStatus>;
using Grants = std::vector<GrantStatus>;

constexpr Words kFinalOffice = "an office that may decide, of an authority with a tie";
constexpr Words kConsenting = "an office that may decide, whose authority consented";
constexpr Words kAnother = "the office a directive names; else a final office that did not deny";
constexpr Words kNothing = "nothing";
constexpr Words kTheirOwn = "it is their own";
constexpr Words kTheOutcome = "the outcome";
constexpr Words kOutcomeAndText = "the outcome, and the text that is for them";
constexpr Words kStays = "";

// A step about the case alone.
StepRule in_case(Kind kind, Words variant, Words by, Cases cases, Words becomes, Words requester) {
  return {kind, variant, by, false, std::move(cases), GrantMeant::None, {}, becomes, requester};
}

// A step about one grant, which it names.
StepRule under_grant(Kind kind, Words variant, Words by, Grants grants, Words becomes,
                     Words requester) {
  return {kind, variant, by, false, {}, GrantMeant::Named, std::move(grants), becomes, requester};
}

// A step about the case, in a granted one as long as one of its grants is in one of these states.
StepRule beside_grant(Kind kind, Words variant, Words by, Cases cases, Grants grants,
                      Words requester) {
  return {kind,   variant,  by, false, std::move(cases), GrantMeant::Any, std::move(grants),
          kStays, requester};
}

// The step may follow, too, while what a grant left open may be decided.
StepRule also_of_rest(StepRule rule) {
  rule.rest = true;
  return rule;
}

std::vector<StepRule> make_rules() {
  const Cases pending{CaseStatus::Pending};
  const Cases denied{CaseStatus::Denied};
  const Cases undecided{CaseStatus::Pending, CaseStatus::Returned};
  const Cases none;
  const Grants active{GrantStatus::Active};
  const Grants suspended{GrantStatus::Suspended};
  const Grants with_draws{GrantStatus::Active, GrantStatus::Exhausted};
  const Grants in_use{GrantStatus::Active, GrantStatus::Suspended, GrantStatus::Exhausted};
  const Grants not_revoked{GrantStatus::Active, GrantStatus::Suspended, GrantStatus::Exhausted,
                           GrantStatus::Lapsed};
  const Grants revoked{GrantStatus::Revoked};
  const Grants whatever{GrantStatus::Active, GrantStatus::Suspended, GrantStatus::Exhausted,
                        GrantStatus::Lapsed, GrantStatus::Revoked,   GrantStatus::Surrendered};

  StepRule request = in_case(Kind::Request, "", "the requester", none, "pending", kTheirOwn);
  request.opens = true;
  return {
      std::move(request),
      also_of_rest(
          beside_grant(Kind::Determination, "", "the machine", pending, in_use,
                       "what announced directives bar or require; everything else as referred")),
      in_case(Kind::Claim, "", "an office that may vouch, of any authority", pending, kStays,
              kNothing),
      in_case(Kind::Claim, "withdraw", "an office that may vouch, of that authority", pending,
              kStays, kNothing),
      also_of_rest(beside_grant(Kind::Advice, "",
                                "an office that may advise, of an authority with a tie", pending,
                                suspended, kNothing)),
      also_of_rest(beside_grant(Kind::Override, "", kFinalOffice, pending, suspended, kNothing)),
      in_case(Kind::Decision, "approve", kFinalOffice, pending, kStays, kNothing),
      in_case(Kind::Decision, "deny", kFinalOffice, pending, "denied", kOutcomeAndText),
      in_case(Kind::Decision, "return", kFinalOffice, pending, "returned", kOutcomeAndText),
      in_case(Kind::Decision, "recall", "the office that approved", pending, kStays, kNothing),
      in_case(Kind::Query, "", "an office that may advise or decide, of an authority with a tie",
              pending, kStays, "what is asked of them, and by whom"),
      in_case(Kind::Query, "withdraw", "the office that asked", pending, kStays,
              "that it is taken back"),
      in_case(Kind::Answer, "", "the requester", pending, kStays, kTheirOwn),
      in_case(Kind::Amend, "", "the requester", undecided, "pending, in its next version",
              kTheirOwn),
      in_case(Kind::Reconfirm, "", "an office that advised on an earlier version", pending, kStays,
              kNothing),
      in_case(Kind::Withdraw, "", "the requester", undecided, "withdrawn", kTheirOwn),
      also_of_rest(beside_grant(Kind::Consent, "",
                                "the clerk of an authority whose standing permission covers it",
                                pending, in_use, kNothing)),
      beside_grant(Kind::Confirm, "",
                   "the office that signed a step by a key that is suspected since", pending,
                   in_use, kNothing),
      in_case(Kind::Decision, "strike_out", "a final office, of a case on its list", pending,
              kStays, kNothing),
      also_of_rest(in_case(Kind::Grant, "", "the machine, once everything is proved", pending,
                           "granted",
                           "the grant: scope, provisos, whose consent, what becomes of the rest")),
      in_case(Kind::Outcome, "granted", "the machine, with the grant", pending, "granted",
              kTheOutcome),
      in_case(Kind::Outcome, "denied", "the machine, with the denial", pending, "denied",
              kTheOutcome),
      in_case(Kind::Outcome, "returned", "the machine, with the return", pending, "returned",
              kTheOutcome),
      in_case(Kind::Outcome, "reopened", "the machine, with the amendment", {CaseStatus::Returned},
              "pending", kTheOutcome),
      in_case(Kind::Outcome, "withdrawn", "the machine, with the withdrawal", undecided,
              "withdrawn", kTheOutcome),
      also_of_rest(
          in_case(Kind::Decision, "approve, of the rest", kFinalOffice, none, kStays, kNothing)),
      also_of_rest(in_case(Kind::Decision, "deny, of the rest", kFinalOffice, none, kStays,
                           "that the rest is refused, and the text that is for them")),
      also_of_rest(in_case(Kind::Decision, "recall, of the rest", "the office that approved", none,
                           kStays, kNothing)),
      in_case(Kind::Outcome, "granted_rest", "the machine, with the further grant",
              {CaseStatus::Granted}, kStays, kTheOutcome),
      also_of_rest(in_case(Kind::Outcome, "rest_refused", "the machine, with the denial", none,
                           kStays, kTheOutcome)),
      under_grant(Kind::Acknowledge, "provisos", "the holder", not_revoked, kStays, kTheirOwn),
      under_grant(Kind::Draw, "", "the holder", active, "exhausted, with the last piece",
                  kTheirOwn),
      in_case(Kind::Correction, "claim", "the office whose claim it is", pending, kStays, kNothing),
      also_of_rest(beside_grant(Kind::Correction, "advice", "the office whose advice it is",
                                pending, suspended, kNothing)),
      under_grant(Kind::Correction, "draw", "the holder's office that drew", with_draws, kStays,
                  kTheirOwn),
      under_grant(Kind::Correction, "report", "the office that reported", whatever, kStays,
                  "their own, and what it comes to now"),
      under_grant(Kind::Allotment, "", "the holder", active, "exhausted, with the last piece",
                  kTheirOwn),
      under_grant(Kind::GiveBack, "", "the holder", whatever, kStays, kTheirOwn),
      under_grant(Kind::CheckRequest, "",
                  "an office that may decide or oversee, whose authority consented", whatever,
                  kStays, "that a check is due, and when"),
      under_grant(Kind::Check, "", "the office that was asked to", whatever, kStays,
                  "what was found"),
      under_grant(Kind::Report, "", "whoever says that a use happened", whatever, kStays,
                  "their own, and whether it is a discrepancy"),
      under_grant(Kind::Close, "",
                  "the office that the directives name; else a final office that consented",
                  whatever, kStays, "that it is closed"),
      under_grant(Kind::Suspend, "", kConsenting, with_draws, "suspended", "that it is, and why"),
      under_grant(Kind::Decision, "approve, to resume",
                  "whoever suspended it; else who must approve now", suspended, kStays, kNothing),
      under_grant(Kind::Decision, "deny, to resume", kConsenting, suspended, kStays, kNothing),
      under_grant(Kind::Decision, "recall, to resume", "the office that approved", suspended,
                  kStays, kNothing),
      under_grant(Kind::Outcome, "resumed", "the machine, with the last approval", suspended,
                  "active", "that it goes on, and what is left of it"),
      in_case(Kind::Oral, "", "who heard it, of an authority with a tie", pending, kStays,
              kNothing),
      in_case(Kind::Decision, "emergency", "an office that the directives name for it", pending,
              kStays, kNothing),
      beside_grant(Kind::Review, "", "an office that may decide or oversee, of that authority",
                   {CaseStatus::Pending, CaseStatus::Denied, CaseStatus::Returned}, whatever,
                   kNothing),
      in_case(Kind::Reconsider, "", "the requester, once", denied, kStays, kTheirOwn),
      in_case(Kind::Reconsidered, "uphold", kAnother, denied, kStays, kOutcomeAndText),
      in_case(Kind::Reconsidered, "set_aside", kAnother, denied, "pending", kOutcomeAndText),
      in_case(Kind::Outcome, "upheld", "the machine, with the answer", denied, kStays, kTheOutcome),
      in_case(Kind::Outcome, "set_aside", "the machine, with the answer", denied, "pending",
              kTheOutcome),
      under_grant(Kind::Outcome, "suspended",
                  "the machine, with the withdrawal of a key it rests on", in_use, "suspended",
                  "that it is"),
      under_grant(Kind::Revoke, "", kConsenting, not_revoked, "revoked, for good",
                  "that it is, and why"),
      under_grant(Kind::Surrender, "", "the holder", in_use, "surrendered, for good", kTheirOwn),
      under_grant(Kind::Acknowledge, "revocation", "the holder", revoked, kStays, kTheirOwn),
  };
}

}  // namespace

std::span<const StepRule> step_rules() {
  static const std::vector<StepRule> kRules = make_rules();
  return kRules;
}

}  // namespace countersign::kernel
