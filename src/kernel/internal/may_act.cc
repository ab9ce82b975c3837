// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/may_act.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "kernel/internal/words.h"
#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

bool is_asked(const AuthorityDetermination& finding, const registry::OfficeId& office) {
  return std::any_of(finding.approvals.begin(), finding.approvals.end(), [&](const auto& set) {
    return std::find(set.begin(), set.end(), office) != set.end();
  });
}

// Whether an office of that authority may let the grant go on though the rules ask nobody for an
// approval: whoever suspended it by an act may take that back; and where no authority needs an
// approval, what suspended it is over, and any of those whose consent it rests on may say so.
bool may_resume(const GrantRecord* grant, const registry::PartyId& authority, Outcome overall) {
  if (grant == nullptr || !grant->suspended) return false;
  if (grant->suspended->done && grant->suspended->authority == authority) return true;
  return overall == Outcome::Authorised && grant->rests_on(authority);
}

// What no approval lifts.
std::optional<Refusal> refuse_barred(const AuthorityDetermination& finding) {
  if (finding.outcome != Outcome::Undetermined && finding.outcome != Outcome::Prohibited) {
    return std::nullopt;
  }
  return Refusal{std::string(name_of(finding.outcome)),
                 fmt::format("{}: {}; no approval can lift that{}", finding.authority.text(),
                             words_of(finding.outcome),
                             finding.gaps.empty() ? "" : ": " + finding.gaps.front().message),
                 finding.authority.text()};
}

// What the rules make of an approval by that office.
std::optional<Refusal> refuse_approval(const DecisionGround& ground, const Signer& signer) {
  const AuthorityDetermination& finding = ground.finding;
  if (auto barred = refuse_barred(finding)) return barred;
  if (may_resume(ground.grant, finding.authority, ground.determination.overall)) {
    return std::nullopt;
  }
  if (is_asked(finding, signer.office)) return std::nullopt;
  std::vector<std::string> sets;
  for (const auto& set : finding.approvals) {
    std::vector<std::string> offices;
    for (const registry::OfficeId& office : set) offices.push_back(office.text());
    sets.push_back(join(offices));
  }
  return Refusal{"not-required",
                 fmt::format("the approval of {} is not among those required{}",
                             signer.office.text(), sets.empty() ? "" : ": " + join(sets, "or")),
                 signer.office.text()};
}

// A person's second approval, as another office, would never count beside the first: it is refused
// before anybody relies on it.
std::optional<Refusal> refuse_second_approval(const DecisionGround& ground,
                                              const DecisionBody& body, const Signer& signer) {
  for (const Decision* approval : ground.lane.approvals()) {
    const Signer& earlier = approval->done.signer;
    if (earlier.person != signer.person || earlier.office == signer.office) continue;
    const Finding* named = ground.lane.find(approval->body.position, approval->body.determination);
    const bool binds = approval->body.resumes == body.resumes &&
                       approval->body.after == body.after && named != nullptr &&
                       named->fingerprint == ground.finding.fingerprint();
    if (!binds) continue;
    return Refusal{
        "one-person",
        fmt::format("the same person has approved as {} (entry {}): one person counts "
                    "once, whatever posts they hold. To approve as {}, recall that first",
                    earlier.office.text(), approval->done.position, signer.office.text()),
        signer.office.text()};
  }
  return std::nullopt;
}

// Whether a person decided in the case, on whatever version. A case struck out of a joint decision
// was not decided.
bool has_decided(const Case& of, const registry::PersonId& person) {
  const auto in = [&](const std::map<registry::PartyId, Lane>& lanes) {
    return std::any_of(lanes.begin(), lanes.end(), [&](const auto& lane) {
      const auto& decisions = lane.second.decisions;
      return std::any_of(decisions.begin(), decisions.end(), [&](const Decision& decision) {
        const auto& confirmed = decision.done.confirmed;
        const bool theirs =
            decision.done.signer.person == person || (confirmed && confirmed->person == person);
        return theirs && decision.body.outcome != DecisionOutcome::StrikeOut;
      });
    });
  };
  return in(of.lanes) || std::any_of(of.earlier.begin(), of.earlier.end(),
                                     [&](const auto& version) { return in(version.lanes); });
}

}  // namespace

base::Ruled<void> refuse_by(const Bars& bars) {
  if (bars.empty()) return base::outcome::success();
  return bars.front();
}

Bars bars_to_advise(const Case& of, const Signer& signer) {
  if (!has_decided(of, signer.person)) return {};
  return {
      {"adviser-decided", "who has decided this case cannot advise in it", signer.office.text()}};
}

bool is_current(const Lane& lane, const AuthorityDetermination& finding) {
  return !lane.findings.empty() && lane.findings.back().fingerprint == finding.fingerprint();
}

base::Ruled<void> check_rests(const Lane& lane, const AuthorityDetermination& finding,
                              Position position, const Commitment& commitment) {
  const Finding* named = lane.find(position, commitment);
  const bool last = named != nullptr && named == &lane.findings.back();
  if (last && named->fingerprint == finding.fingerprint()) return base::outcome::success();
  return Refusal{"stale-determination",
                 named == nullptr ? "the determination it names is not one of this case"
                                  : fmt::format("the determination it names (entry {}) is no "
                                                "longer the last, or no longer what the rules say: "
                                                "look at the case again",
                                                position),
                 finding.authority.text()};
}

Bars bars_to_decide(const DecisionGround& ground, const DecisionBody& body, const Signer& signer) {
  Bars bars;
  const auto add = [&bars](std::optional<Refusal> refused) {
    if (refused) bars.push_back(*std::move(refused));
  };
  const bool urgent = body.outcome == DecisionOutcome::Emergency;
  const bool approves = body.outcome == DecisionOutcome::Approve;
  add(refuse_decider(ground.of, signer.person));
  if (approves) add(refuse_approval(ground, signer));
  if (urgent) add(refuse_barred(ground.finding));
  const auto rests = check_rests(ground.lane, ground.finding, body.position, body.determination);
  if (!rests) bars.push_back(rests.error());
  if (!approves && !urgent) return bars;
  if (approves) add(refuse_second_approval(ground, body, signer));
  for (Refusal& missing : missing_of_procedure(ground.finding, ground.lane, ground.next,
                                               signer.office, body.provisos, ground.excused)) {
    bars.push_back(std::move(missing));
  }
  return bars;
}

}  // namespace countersign::kernel
