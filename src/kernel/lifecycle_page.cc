// SPDX-License-Identifier: Apache-2.0
// The tables as a page for people: docs/lifecycle.md.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/lifecycle.h"

namespace countersign::kernel {
namespace {

// "pending; granted, this grant being active or suspended".
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

constexpr std::string_view kSteps = R"(# The states of a case
This page is written from the table in `src/kernel/lifecycle_steps.cc`, which commands and the fold
of the ledger obey; a test holds the two together.

A case is `pending` from its request on, until it is `denied`, `returned`, `granted` or `withdrawn`.
Its grants have states of their own: `active`, `suspended`, `exhausted` (all is drawn), `lapsed`
(its window is over), `revoked`, `surrendered` (its holder gave it up). A determination is no state:
it is what the machine says of the request under the rules in force, and changes with them.

## Which step may follow
A step that is not in this table for the state its case is in is refused: by `case-closed`, or by
the name of the grant's state. One that is, may still be refused by the rules that its command
names.

| step | by | while the case is | then it is | the requester sees |
|---|---|---|---|---|
)";

constexpr std::string_view kLanes = R"(
Only time makes a grant `lapsed`; a change of rules that would now deny makes it `suspended`,
without an entry. A pending case is `denied` without one when a deadline passes in silence for which
a directive refuses it.

## What the authorities come to together
Each authority with a tie has a lane. A lane is, while the case is pending or when it was closed:

| lane | |
|---|---|
)";

constexpr std::string_view kMixes = R"(
The case follows the strictest of its lanes, in this order, however many there are and whatever the
others say:

| the strictest lane is | the case is |
|---|---|
)";

constexpr std::string_view kSides = R"(
An authority that has only claimed a say, on the open case, holds it up until it withdraws the claim
or its registers show the tie.

## What each side sees
An office of an authority with a lane sees its own lane whole, and of the others what the requester
sees. The requester sees what the last column says, and of each lane that is silent or consenting
only that it is with that authority: whether one has approved shows with the grant, and not before.
What the proof of a count shows is not kept from anybody: how many decisions were entered in the whole
ledger, and with which outcome, not in which case. While there is but one case, two counts tell.
An overseer of an authority sees its lane, an overseer of all sees everything.
)";

}  // namespace

std::string lifecycle_page() {
  std::string page(kSteps);
  for (const StepRule& rule : step_rules()) {
    page += fmt::format("| `{}`{}{} | {} | {} | {} | {} |\n", name_of(rule.kind),
                        rule.variant.empty() ? "" : ": ", rule.variant, rule.by,
                        words_of_before(rule), rule.becomes, rule.requester);
  }
  page += kLanes;
  for (const LaneState state : kLaneStates) {
    page += fmt::format("| {} | {} |\n", name_of(state), words_of_lane(state));
  }
  page += kMixes;
  for (const LaneState state : kLaneStates) {
    page += fmt::format("| {} | {} |\n", name_of(state), words_of_mix(state));
  }
  page += kSides;
  return page;
}

}  // namespace countersign::kernel
