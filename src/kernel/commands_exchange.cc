// SPDX-License-Identifier: Apache-2.0
// What goes back and forth between a lane and the requester.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/rulings.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

base::Ruled<void> check_taking_back(const Case& of, const QueryBody& body, const Signer& signer) {
  for (const Query& asked : of.queries) {
    if (asked.done.command != *body.withdraws || asked.done.signer.office != signer.office) {
      continue;
    }
    if (asked.withdrawn) continue;
    if (asked.answers.empty()) return base::outcome::success();
    return Refusal{"answered",
                   fmt::format("the query (entry {}) was answered (entry {}): there is nothing to "
                               "take back",
                               asked.done.position, asked.answers.front().done.position),
                   "withdraws"};
  }
  return Refusal{"unknown-query",
                 fmt::format("{} has no open query `{}` in this case", signer.office.text(),
                             body.withdraws->text()),
                 "withdraws"};
}

// What the answer names as its document came with it, and nothing else.
base::Ruled<void> check_document(const Submission& submission, const AnswerBody& body) {
  const bool came = submission.beside != nullptr;
  const bool named = body.document.has_value();
  const bool same =
      came && named && seal::sha256(base::as_bytes(*submission.beside)) == body.document->digest;
  if (same || (!came && !named)) return base::outcome::success();
  return Refusal{"document",
                 named
                     ? fmt::format("the document `{}` did not come with the answer, or is another "
                                   "than it names",
                                   body.document->name)
                     : "a document came with the answer, which names none",
                 "document"};
}

}  // namespace

base::Ruled<void> check_requester(const Case& of, const SignedStatement& statement) {
  const registry::PartyId& requester = of.request.requester;
  if (statement.head.authority == requester) return base::outcome::success();
  return Refusal{"requester",
                 fmt::format("case `{}` is a request of {}, not of {}", of.id.text(),
                             requester.text(), statement.head.authority.text()),
                 "authority"};
}

base::Ruled<Drafts> rule_on_query(const State& state, const Submission& submission,
                                  base::Instant at) {
  BOOST_OUTCOME_TRY(const Signer signer, admit(state, submission, EntryKind::Query, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(const QueryBody body, read_body<QueryBody>(submission.statement));
  const registry::PartyId& authority = submission.statement.head.authority;
  if (body.withdraws) {
    BOOST_OUTCOME_TRY(check_taking_back(*of, body, signer));
  } else if (!of->lanes.contains(authority)) {
    return Refusal{
        "no-lane",
        fmt::format("{} has no tie (nexus) in case `{}`", authority.text(), of->id.text()),
        authority.text()};
  }
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_answer(const State& state, const Submission& submission,
                                   base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Answer, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(check_requester(*of, submission.statement));
  BOOST_OUTCOME_TRY(const AnswerBody body, read_body<AnswerBody>(submission.statement));
  const Query* query = of->query(body.query);
  if (query == nullptr || query->withdrawn) {
    return Refusal{"unknown-query",
                   query == nullptr
                       ? fmt::format("nobody asked that in case `{}`", of->id.text())
                       : fmt::format("{} took that query back (entry {})",
                                     query->done.signer.office.text(), query->withdrawn->position),
                   "query"};
  }
  BOOST_OUTCOME_TRY(check_document(submission, body));
  BOOST_OUTCOME_TRY(check_marking(state, submission.statement.head.authority, body.marking, at));
  return Drafts{draft_of(submission)};
}

base::Ruled<Drafts> rule_on_withdrawal(const State& state, const Submission& submission,
                                       base::Instant at) {
  BOOST_OUTCOME_TRY(admit(state, submission, EntryKind::Withdraw, at));
  BOOST_OUTCOME_TRY(const Case* const of, case_for_step(state, submission.statement, at));
  BOOST_OUTCOME_TRY(check_requester(*of, submission.statement));
  BOOST_OUTCOME_TRY(read_body<WithdrawBody>(submission.statement));
  return Drafts{draft_of(submission), outcome_draft(of->id, "withdrawn")};
}

}  // namespace countersign::kernel
