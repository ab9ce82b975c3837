// SPDX-License-Identifier: Apache-2.0
// Amendments, and the advice that is reconfirmed after one.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/internal/folded.h"

namespace countersign::kernel {
namespace {

base::Ruled<void> amend(Case& of, const LoggedEntry& entry, Done done) {
  BOOST_OUTCOME_TRY(AmendBody body, body_of<AmendBody>(entry));
  if (body.version != of.version() + 1) {
    return contradiction(entry,
                         fmt::format("it is version {} after {}", body.version, of.version()));
  }
  if (of.status != CaseStatus::Pending && of.status != CaseStatus::Returned) {
    return contradiction(entry, fmt::format("its case is {}", name_of(of.status)));
  }
  base::Report report(entry.statement->payload_text, "amendment");
  auto read = read_request(body.request, report);
  if (!read) return contradiction(entry, base::to_text(read.error()));
  BOOST_OUTCOME_TRY(Request request, std::move(read.value()));
  const registry::PartyId& signer = entry.statement->head.authority;
  if (request.requester != of.request.requester || request.requester != signer) {
    return contradiction(entry, "another party signed it, or asks in it, than the requester");
  }
  of.earlier.push_back(
      {of.stated(), of.request_digest, std::move(of.request), std::move(of.lanes), of.closed_at});
  of.lanes.clear();
  of.request = std::move(request);
  of.request_digest = entry.statement->payload_digest;
  of.amended = std::move(done);
  of.amended_because = std::move(body.text);
  return base::outcome::success();
}

base::Ruled<void> reconfirm(Case& of, const LoggedEntry& entry, const Done& done) {
  BOOST_OUTCOME_TRY(const ReconfirmBody body, body_of<ReconfirmBody>(entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  const auto lane = of.lanes.find(authority);
  if (lane == of.lanes.end()) return contradiction(entry, "its authority has no lane");
  // What it said last is what holds.
  const Advice* last = of.last_earlier_advice(authority, done.signer.office);
  if (last == nullptr || body.advice.back() != last->done.statement) {
    return contradiction(entry, "it does not name what its office advised last");
  }
  for (const seal::Digest& named : body.advice) {
    const Advice* given = of.earlier_advice(authority, done.signer.office, named);
    if (given == nullptr) return contradiction(entry, "it names no earlier advice of its office");
    lane->second.advice.push_back({done, given->body, named});
  }
  return base::outcome::success();
}

}  // namespace

base::Ruled<void> fold_version_step(State::Folded& folded, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(Case* const of, case_of(folded, entry));
  BOOST_OUTCOME_TRY(Done done, done_by(folded, entry));
  if (entry.kind == EntryKind::Amend) {
    BOOST_OUTCOME_TRY(amend(*of, entry, std::move(done)));
  } else {
    BOOST_OUTCOME_TRY(reconfirm(*of, entry, done));
  }
  link(*of, entry);
  return base::outcome::success();
}

}  // namespace countersign::kernel
