// SPDX-License-Identifier: Apache-2.0
// Queries, answers and the withdrawal of a request.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

base::Ruled<void> fold_query(Case& of, const LoggedEntry& entry, Done done) {
  BOOST_OUTCOME_TRY(QueryBody body, body_of<QueryBody>(entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  if (!body.withdraws) {
    if (!of.lanes.contains(authority)) return contradiction(entry, "its authority has no lane");
    of.queries.push_back({std::move(done), authority, std::move(body), {}, std::nullopt});
    return base::outcome::success();
  }
  const auto named = [&](const Query& asked) {
    return asked.done.signer.office == done.signer.office &&
           asked.done.command == *body.withdraws && !asked.withdrawn;
  };
  const auto found = std::find_if(of.queries.begin(), of.queries.end(), named);
  if (found == of.queries.end()) return contradiction(entry, "it takes back no query");
  found->withdrawn = std::move(done);
  return base::outcome::success();
}

base::Ruled<void> fold_answer(Case& of, const LoggedEntry& entry, Done done) {
  BOOST_OUTCOME_TRY(AnswerBody body, body_of<AnswerBody>(entry));
  const auto named = [&](const Query& asked) { return asked.done.statement == body.query; };
  const auto found = std::find_if(of.queries.begin(), of.queries.end(), named);
  if (found == of.queries.end()) return contradiction(entry, "it answers no query of its case");
  found->answers.push_back({std::move(done), std::move(body)});
  return base::outcome::success();
}

base::Ruled<void> fold_withdrawal(Case& of, const LoggedEntry& entry, Done done) {
  BOOST_OUTCOME_TRY(WithdrawBody body, body_of<WithdrawBody>(entry));
  of.withdrawn = std::move(done);
  of.withdrawn_because = std::move(body.text);
  return base::outcome::success();
}

base::Ruled<void> fold_step(Case& of, const LoggedEntry& entry, Done done) {
  if (entry.kind == EntryKind::Query) return fold_query(of, entry, std::move(done));
  if (entry.statement->head.authority != of.request.requester) {
    return contradiction(entry, "another party signed it than the one that asks");
  }
  return entry.kind == EntryKind::Answer ? fold_answer(of, entry, std::move(done))
                                         : fold_withdrawal(of, entry, std::move(done));
}

}  // namespace

base::Ruled<void> fold_exchange(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  BOOST_OUTCOME_TRY(fold_step(*of, entry, std::move(done)));
  link(*of, entry);
  return base::outcome::success();
}

}  // namespace countersign::kernel
