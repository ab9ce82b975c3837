// SPDX-License-Identifier: Apache-2.0
#include "kernel/lifecycle.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace countersign::kernel {
namespace {

using base::Refusal;

constexpr std::string_view kFinalOffice = "an office that may decide, of an authority with a tie";
constexpr std::string_view kConsenting = "an office that may decide, whose authority consented";
constexpr std::string_view kNothing = "nothing";

std::vector<StepRule> make_rules() {
  const std::vector<CaseStatus> pending{CaseStatus::Pending};
  const std::vector<CaseStatus> undecided{CaseStatus::Pending, CaseStatus::Returned};
  const std::vector<GrantStatus> suspended{GrantStatus::Suspended};
  const std::vector<GrantStatus> in_use{GrantStatus::Active, GrantStatus::Suspended,
                                        GrantStatus::Exhausted};
  const std::vector<GrantStatus> not_revoked{GrantStatus::Active, GrantStatus::Suspended,
                                             GrantStatus::Exhausted, GrantStatus::Lapsed};
  const std::vector<GrantStatus> revoked{GrantStatus::Revoked};
  const std::vector<GrantStatus> whatever{GrantStatus::Active,    GrantStatus::Suspended,
                                          GrantStatus::Exhausted, GrantStatus::Lapsed,
                                          GrantStatus::Revoked,   GrantStatus::Surrendered};
  constexpr auto kNone = GrantMeant::None;
  constexpr auto kNamed = GrantMeant::Named;
  constexpr auto kAny = GrantMeant::Any;
  constexpr bool kRest = true;
  return {
      {EntryKind::Request, "", "the requester", true, {}, kNone, {}, "pending", "it is their own"},
      {EntryKind::Determination, "", "the machine", false, pending, kAny, in_use, "",
       "what announced directives bar or require; everything else as referred", kRest},
      {EntryKind::Claim,
       "",
       "an office that may vouch, of any authority",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Claim,
       "withdraw",
       "an office that may vouch, of that authority",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Advice, "", "an office that may advise, of an authority with a tie", false,
       pending, kAny, suspended, "", kNothing, kRest},
      {EntryKind::Override, "", kFinalOffice, false, pending, kAny, suspended, "", kNothing, kRest},
      {EntryKind::Decision, "approve", kFinalOffice, false, pending, kNone, {}, "", kNothing},
      {EntryKind::Decision,
       "deny",
       kFinalOffice,
       false,
       pending,
       kNone,
       {},
       "denied",
       "the outcome, and the text that is for them"},
      {EntryKind::Decision,
       "return",
       kFinalOffice,
       false,
       pending,
       kNone,
       {},
       "returned",
       "the outcome, and the text that is for them"},
      {EntryKind::Decision,
       "recall",
       "the office that approved",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Query,
       "",
       "an office that may advise or decide, of an authority with a tie",
       false,
       pending,
       kNone,
       {},
       "",
       "what is asked of them, and by whom"},
      {EntryKind::Query,
       "withdraw",
       "the office that asked",
       false,
       pending,
       kNone,
       {},
       "",
       "that it is taken back"},
      {EntryKind::Answer, "", "the requester", false, pending, kNone, {}, "", "it is their own"},
      {EntryKind::Amend,
       "",
       "the requester",
       false,
       undecided,
       kNone,
       {},
       "pending, in its next version",
       "it is their own"},
      {EntryKind::Reconfirm,
       "",
       "an office that advised on an earlier version",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Withdraw,
       "",
       "the requester",
       false,
       undecided,
       kNone,
       {},
       "withdrawn",
       "it is their own"},
      {EntryKind::Consent, "", "the clerk of an authority whose standing permission covers it",
       false, pending, kAny, in_use, "", kNothing, kRest},
      {EntryKind::Confirm, "", "the office that signed a step by a key that is suspected since",
       false, pending, kAny, in_use, "", kNothing},
      {EntryKind::Decision,
       "strike_out",
       "a final office, of a case on its list",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Grant,
       "",
       "the machine, once everything is proved",
       false,
       pending,
       kNone,
       {},
       "granted",
       "the grant: scope, provisos, whose consent, what becomes of the rest",
       kRest},
      {EntryKind::Outcome,
       "granted",
       "the machine, with the grant",
       false,
       pending,
       kNone,
       {},
       "granted",
       "the outcome"},
      {EntryKind::Outcome,
       "denied",
       "the machine, with the denial",
       false,
       pending,
       kNone,
       {},
       "denied",
       "the outcome"},
      {EntryKind::Outcome,
       "returned",
       "the machine, with the return",
       false,
       pending,
       kNone,
       {},
       "returned",
       "the outcome"},
      {EntryKind::Outcome,
       "reopened",
       "the machine, with the amendment",
       false,
       {CaseStatus::Returned},
       kNone,
       {},
       "pending",
       "the outcome"},
      {EntryKind::Outcome,
       "withdrawn",
       "the machine, with the withdrawal",
       false,
       undecided,
       kNone,
       {},
       "withdrawn",
       "the outcome"},
      {EntryKind::Decision,
       "approve, of the rest",
       kFinalOffice,
       false,
       {},
       kNone,
       {},
       "",
       kNothing,
       kRest},
      {EntryKind::Decision,
       "deny, of the rest",
       kFinalOffice,
       false,
       {},
       kNone,
       {},
       "",
       "that the rest is refused, and the text that is for them",
       kRest},
      {EntryKind::Decision,
       "recall, of the rest",
       "the office that approved",
       false,
       {},
       kNone,
       {},
       "",
       kNothing,
       kRest},
      {EntryKind::Outcome,
       "granted_rest",
       "the machine, with the further grant",
       false,
       {CaseStatus::Granted},
       kNone,
       {},
       "",
       "the outcome"},
      {EntryKind::Outcome,
       "rest_refused",
       "the machine, with the denial",
       false,
       {},
       kNone,
       {},
       "",
       "the outcome",
       kRest},
      {EntryKind::Acknowledge,
       "provisos",
       "the holder",
       false,
       {},
       kNamed,
       not_revoked,
       "",
       "it is their own"},
      {EntryKind::Draw,
       "",
       "the holder",
       false,
       {},
       kNamed,
       {GrantStatus::Active},
       "exhausted, with the last piece",
       "it is their own"},
      {EntryKind::Correction,
       "claim",
       "the office whose claim it is",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Correction, "advice", "the office whose advice it is", false, pending, kAny,
       suspended, "", kNothing, kRest},
      {EntryKind::Correction,
       "draw",
       "the holder's office that drew",
       false,
       {},
       kNamed,
       {GrantStatus::Active, GrantStatus::Exhausted},
       "",
       "it is their own"},
      {EntryKind::Correction,
       "report",
       "the office that reported",
       false,
       {},
       kNamed,
       whatever,
       "",
       "their own, and what it comes to now"},
      {EntryKind::Allotment,
       "",
       "the holder",
       false,
       {},
       kNamed,
       {GrantStatus::Active},
       "exhausted, with the last piece",
       "it is their own"},
      {EntryKind::GiveBack, "", "the holder", false, {}, kNamed, whatever, "", "it is their own"},
      {EntryKind::CheckRequest,
       "",
       "an office that may decide or oversee, whose authority consented",
       false,
       {},
       kNamed,
       whatever,
       "",
       "that a check is due, and when"},
      {EntryKind::Check,
       "",
       "the office that was asked to",
       false,
       {},
       kNamed,
       whatever,
       "",
       "what was found"},
      {EntryKind::Report,
       "",
       "whoever says that a use happened",
       false,
       {},
       kNamed,
       whatever,
       "",
       "their own, and whether it is a discrepancy"},
      {EntryKind::Close,
       "",
       "the office that the directives name; else a final office that consented",
       false,
       {},
       kNamed,
       whatever,
       "",
       "that it is closed"},
      {EntryKind::Suspend,
       "",
       kConsenting,
       false,
       {},
       kNamed,
       {GrantStatus::Active, GrantStatus::Exhausted},
       "suspended",
       "that it is, and why"},
      {EntryKind::Decision,
       "approve, to resume",
       "whoever suspended it; else who must approve now",
       false,
       {},
       kNamed,
       suspended,
       "",
       kNothing},
      {EntryKind::Decision,
       "deny, to resume",
       kConsenting,
       false,
       {},
       kNamed,
       suspended,
       "",
       kNothing},
      {EntryKind::Decision,
       "recall, to resume",
       "the office that approved",
       false,
       {},
       kNamed,
       suspended,
       "",
       kNothing},
      {EntryKind::Outcome,
       "resumed",
       "the machine, with the last approval",
       false,
       {},
       kNamed,
       suspended,
       "active",
       "that it goes on, and what is left of it"},
      {EntryKind::Oral,
       "",
       "who heard it, of an authority with a tie",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Decision,
       "emergency",
       "an office that the directives name for it",
       false,
       pending,
       kNone,
       {},
       "",
       kNothing},
      {EntryKind::Review,
       "",
       "an office that may decide or oversee, of that authority",
       false,
       {CaseStatus::Pending, CaseStatus::Denied, CaseStatus::Returned},
       kAny,
       whatever,
       "",
       kNothing},
      {EntryKind::Reconsider,
       "",
       "the requester, once",
       false,
       {CaseStatus::Denied},
       kNone,
       {},
       "",
       "it is their own"},
      {EntryKind::Reconsidered,
       "uphold",
       "the office a directive names; else a final office that did not deny",
       false,
       {CaseStatus::Denied},
       kNone,
       {},
       "",
       "the outcome, and the text that is for them"},
      {EntryKind::Reconsidered,
       "set_aside",
       "the office a directive names; else a final office that did not deny",
       false,
       {CaseStatus::Denied},
       kNone,
       {},
       "pending",
       "the outcome, and the text that is for them"},
      {EntryKind::Outcome,
       "upheld",
       "the machine, with the answer",
       false,
       {CaseStatus::Denied},
       kNone,
       {},
       "",
       "the outcome"},
      {EntryKind::Outcome,
       "set_aside",
       "the machine, with the answer",
       false,
       {CaseStatus::Denied},
       kNone,
       {},
       "pending",
       "the outcome"},
      {EntryKind::Outcome,
       "suspended",
       "the machine, with the withdrawal of a key it rests on",
       false,
       {},
       kNamed,
       in_use,
       "suspended",
       "that it is"},
      {EntryKind::Revoke,
       "",
       kConsenting,
       false,
       {},
       kNamed,
       not_revoked,
       "revoked, for good",
       "that it is, and why"},
      {EntryKind::Surrender,
       "",
       "the holder",
       false,
       {},
       kNamed,
       in_use,
       "surrendered, for good",
       "it is their own"},
      {EntryKind::Acknowledge,
       "revocation",
       "the holder",
       false,
       {},
       kNamed,
       revoked,
       "",
       "it is their own"},
  };
}

std::string_view text_of(const base::Json& object, std::string_view name) {
  const base::Json* found = object.find(name);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

std::string variant_of(EntryKind kind, const base::Json& body) {
  switch (kind) {
    case EntryKind::Claim:
    case EntryKind::Query:
      return body.find("withdraws") == nullptr ? "" : "withdraw";
    case EntryKind::Decision: {
      const std::string_view of = body.find("resumes") != nullptr ? ", to resume"
                                  : body.find("after") != nullptr ? ", of the rest"
                                                                  : "";
      return fmt::format("{}{}", text_of(body, "outcome"), of);
    }
    case EntryKind::Correction:
      return std::string(text_of(body, "what"));
    case EntryKind::Reconsidered:
      return std::string(text_of(body, "outcome"));
    case EntryKind::Acknowledge:
      return body.find("provisos") == nullptr ? "revocation" : "provisos";
    default:
      return {};
  }
}

bool holds(const std::vector<GrantStatus>& list, GrantStatus status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

// "pending", "granted, with a grant that is active or suspended".
std::string words_of_before(const StepRule& rule) {
  if (rule.opens) return "no such case";
  std::vector<std::string> words;
  for (const CaseStatus status : rule.cases) words.emplace_back(name_of(status));
  std::vector<std::string_view> grants;
  for (const GrantStatus status : rule.grants) grants.push_back(name_of(status));
  if (rule.meant == GrantMeant::Any) {
    words.push_back(fmt::format("granted, a grant being {}", fmt::join(grants, " or ")));
  }
  if (rule.meant == GrantMeant::Named && grants.size() > 4) {
    words.emplace_back("granted, whatever became of this grant");
  } else if (rule.meant == GrantMeant::Named) {
    words.push_back(fmt::format("granted, this grant being {}", fmt::join(grants, " or ")));
  }
  if (rule.rest) words.emplace_back("granted, and what the grant left out is open");
  return fmt::format("{}", fmt::join(words, "; "));
}

constexpr std::array kLaneStates{LaneState::Denied,       LaneState::Returned,
                                 LaneState::Undetermined, LaneState::Prohibited,
                                 LaneState::Silent,       LaneState::Consenting};

std::string_view words_of_lane(LaneState state) {
  switch (state) {
    case LaneState::Denied:
      return "a final office denied";
    case LaneState::Returned:
      return "a final office sent the request back";
    case LaneState::Undetermined:
      return "the machine cannot say what is required: something failed, or is not known";
    case LaneState::Prohibited:
      return "its directives bar it, whoever approves";
    case LaneState::Silent:
      return "what its directives ask for is missing: an approval, advice, an override";
    case LaneState::Consenting:
      return "its final offices approved as its directives ask, and their approvals still bind; or "
             "a standing permission covers it, and its clerk signs with the grant";
  }
  return {};
}

}  // namespace

std::span<const StepRule> step_rules() {
  static const std::vector<StepRule> kRules = make_rules();
  return kRules;
}

Step step_of(const SignedStatement& statement) {
  return {statement.head.kind, variant_of(statement.head.kind, statement.body)};
}

Step step_of(const LoggedEntry& entry) {
  if (entry.statement) return step_of(*entry.statement);
  if (entry.kind != EntryKind::Outcome) return {entry.kind, {}};
  const base::Json* outcome = entry.field("outcome");
  return {entry.kind, outcome == nullptr ? std::string() : outcome->text};
}

const StepRule* find(const Step& step) {
  for (const StepRule& rule : step_rules()) {
    if (rule.kind == step.kind && rule.variant == step.variant) return &rule;
  }
  return nullptr;
}

base::Ruled<void> check_follows(const StepRule& rule, const Case* of, const GrantRecord* named,
                                std::span<const GrantRecord* const> all, base::Instant at) {
  if (rule.opens) {
    if (of == nullptr) return base::outcome::success();
    return Refusal{"case-exists", fmt::format("there is a case `{}` already", of->id.text()),
                   "case"};
  }
  if (of == nullptr) return Refusal{"unknown-case", "it names no case that there is", "case"};
  if (std::find(rule.cases.begin(), rule.cases.end(), of->status) != rule.cases.end()) {
    return base::outcome::success();
  }
  if (rule.rest && of->rest) return base::outcome::success();
  if (rule.meant == GrantMeant::Any) {
    const bool one = std::any_of(all.begin(), all.end(), [&](const GrantRecord* grant) {
      return holds(rule.grants, status_of(*grant, at));
    });
    if (one) return base::outcome::success();
  }
  if (rule.meant == GrantMeant::Named && named != nullptr) {
    const GrantStatus status = status_of(*named, at);
    if (holds(rule.grants, status)) return base::outcome::success();
    return Refusal{std::string(name_of(status)),
                   fmt::format("grant `{}` is {}", named->id.text(), name_of(status)),
                   named->id.text()};
  }
  return Refusal{"case-closed", fmt::format("case `{}` is {}", of->id.text(), name_of(of->status)),
                 of->id.text()};
}

std::string_view name_of(LaneState state) {
  switch (state) {
    case LaneState::Denied:
      return "denied";
    case LaneState::Returned:
      return "returned";
    case LaneState::Undetermined:
      return "undetermined";
    case LaneState::Prohibited:
      return "prohibited";
    case LaneState::Silent:
      return "silent";
    case LaneState::Consenting:
      return "consenting";
  }
  return {};
}

LaneState lane_state(const Case& of, const Moment& moment, const AuthorityDetermination& finding) {
  const auto consent = check_lane(of, moment, finding, std::nullopt, Clerks::MaySign);
  if (consent) return LaneState::Consenting;
  const std::string& rule = consent.error().rule;
  for (const LaneState state : kLaneStates) {
    if (rule == name_of(state)) return state;
  }
  return LaneState::Silent;
}

LaneState strictest(std::span<const LaneState> lanes) {
  if (lanes.empty()) return LaneState::Undetermined;
  return *std::min_element(lanes.begin(), lanes.end());
}

std::string_view words_of_mix(LaneState strictest) {
  switch (strictest) {
    case LaneState::Denied:
      return "denied, at once: a denial stands above every approval, and nobody's silence matters "
             "any more";
    case LaneState::Returned:
      return "returned, at once, with what the office wants changed";
    case LaneState::Undetermined:
    case LaneState::Prohibited:
      return "pending: nothing can be granted until registers or directives change";
    case LaneState::Silent:
      return "pending: it waits for those who have not spoken. Silence is never consent";
    case LaneState::Consenting:
      return "may be granted, in the common scope of all consents, if no claim is open";
  }
  return {};
}

std::string lifecycle_page() {
  std::string page =
      "# The states of a case\n"
      "This page is written from the tables in `src/kernel/lifecycle.cc`, which commands and the "
      "fold of the ledger obey; a\n"
      "test holds the two together.\n\n"
      "A case is `pending` from its request on, until it is `denied`, `returned`, `granted` or "
      "`withdrawn`. Its "
      "grants have states of their\n"
      "own: `active`, `suspended`, `exhausted` (all is drawn), `lapsed` (its window is over), "
      "`revoked`, `surrendered` (its holder gave\nit up). A determination is no\n"
      "state: it is what the machine says of the request under the rules in force, and changes "
      "with "
      "them.\n\n"
      "## Which step may follow\n"
      "A step that is not in this table for the state its case is in is refused: by `case-closed`, "
      "or by the name of the\n"
      "grant's state. One that is, may still be refused by the rules that its command names.\n\n"
      "| step | by | while the case is | then it is | the requester sees "
      "|\n|---|---|---|---|---|\n";
  for (const StepRule& rule : step_rules()) {
    page += fmt::format("| `{}`{}{} | {} | {} | {} | {} |\n", name_of(rule.kind),
                        rule.variant.empty() ? "" : ": ", rule.variant, rule.by,
                        words_of_before(rule), rule.becomes, rule.requester);
  }
  page +=
      "\nOnly time makes a grant `lapsed`; a change of rules that would now deny makes it "
      "`suspended`, without an entry. A pending case\nis `denied` without one when a deadline "
      "passes "
      "in silence for which a directive refuses it.\n\n"
      "## What the authorities come to together\n"
      "Each authority with a tie has a lane. A lane is, while the case is pending or when it was "
      "closed:\n\n| lane | |\n|---|---|\n";
  for (const LaneState state : kLaneStates) {
    page += fmt::format("| {} | {} |\n", name_of(state), words_of_lane(state));
  }
  page +=
      "\nThe case follows the strictest of its lanes, in this order, however many there are and "
      "whatever the others say:\n\n| the strictest lane is | the case is |\n|---|---|\n";
  for (const LaneState state : kLaneStates) {
    page += fmt::format("| {} | {} |\n", name_of(state), words_of_mix(state));
  }
  page +=
      "\nAn authority that has only claimed a say, on the open case, holds it up until it "
      "withdraws "
      "the claim or its registers\nshow the tie.\n\n"
      "## What each side sees\n"
      "An office of an authority with a lane sees its own lane whole, and of the others what the "
      "requester sees. The requester\nsees what the last column says, and of each lane that is "
      "silent or consenting only that it is with that authority:\nwhether one has approved shows "
      "with the grant, and not before. An overseer of an authority sees its lane, an overseer\nof "
      "all sees everything.\n";
  return page;
}

}  // namespace countersign::kernel
