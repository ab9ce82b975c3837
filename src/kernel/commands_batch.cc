// SPDX-License-Identifier: Apache-2.0
// Several cases decided in one signed act.
#include <map>
#include <set>

#include <fmt/format.h>

#include "kernel/batch.h"
#include "kernel/internal/rulings.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

using Disclosures = std::map<Commitment, const ledger::Disclosure*>;

Refusal of_item(const CaseId& id, const Refusal& why) {
  return {why.rule,
          fmt::format("case `{}` of the joint decision: {}. Nothing of it was entered: take the "
                      "case out, or strike it out",
                      id.text(), why.message),
          id.text()};
}

// The decision of one item, with what it alone commits to.
Submission submission_of(const SignedStatement& view, const Disclosures& came) {
  Submission one{view, {}, nullptr};
  base::Report ignored(view.payload_text, "item");
  const DecisionBody body = DecisionBody::read(view.body, ignored);
  std::vector<Commitment> wanted{body.advice};
  if (body.reasons) wanted.push_back(*body.reasons);
  for (const Commitment& commitment : wanted) {
    const auto found = came.find(commitment);
    if (found != came.end()) one.disclosures.push_back(*found->second);
  }
  return one;
}

}  // namespace

base::Ruled<Drafts> rule_on_batch(const State& state, const Submission& submission,
                                  base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Batch, at));
  BOOST_OUTCOME_TRY(const BatchBody body, read_body<BatchBody>(submission.statement));
  Disclosures came;
  for (const ledger::Disclosure& disclosure : submission.disclosures) {
    came.emplace(disclosure.commitment(), &disclosure);
  }
  Drafts drafts;
  std::set<CaseId> decided;
  for (const Commitment& commitment : body.items) {
    const auto item = came.find(commitment);
    if (item == came.end()) {
      return Refusal{"commitment", "an item that the signed act commits to did not come with it",
                     "items"};
    }
    BOOST_OUTCOME_TRY(const SignedStatement view,
                      view_of_item(submission.statement, *item->second));
    const CaseId& id = *view.head.case_id;
    if (!decided.insert(id).second) {
      return of_item(id, {"batch-twice", "it stands on the list twice", id.text()});
    }
    auto entered = decide_as(state, submission_of(view, came), signer, at);
    if (!entered) return of_item(id, entered.error());
    BOOST_OUTCOME_TRY(SaltedField field, read_disclosure(*item->second));
    for (Draft& draft : entered.value()) {
      if (draft.statement) draft.salted.push_back(field);
      drafts.push_back(std::move(draft));
    }
  }
  return drafts;
}

}  // namespace countersign::kernel
