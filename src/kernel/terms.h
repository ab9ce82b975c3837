// SPDX-License-Identifier: Apache-2.0
// The rules of design section 4 under which a case may be granted, on folded records. What is
// checked here has been authenticated elsewhere: commands before they are entered, and everything
// again, from the signed bytes, by prove_grant() (kernel/grant.h), the only maker of a Grant.
#ifndef COUNTERSIGN_KERNEL_TERMS_H_
#define COUNTERSIGN_KERNEL_TERMS_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "kernel/authorities.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "kernel/lane_consent.h"

namespace countersign::kernel {

// What the directives that demand an approval say of consent in an emergency: for how many hours at
// most, and within how many its review is due; the least of them. Refused by `not-in-emergency`
// unless every one of them names that office.
base::Ruled<registry::Emergency> check_emergency(const Rules& rules,
                                                 const AuthorityDetermination& finding,
                                                 const registry::OfficeId& office);
// Whether a consent in an emergency, received at `at`, is as short as they say. Rules:
// `emergency-window`, `emergency-review`.
base::Ruled<void> check_hours(const registry::Emergency& allowed, const DecisionBody& body,
                              base::Instant at, const registry::PartyId& authority);

// What a grant would say.
struct Terms {
  Scope scope;
  std::vector<LaneConsent> consents;     // of every authority with a tie, sorted
  std::optional<Remainder> remainder{};  // of what the scope leaves out of the request
};

// What the check needs to know of one moment.
struct Moment {
  const Rules& rules;
  const Determination& determination;  // of the case's request, under `rules`
  base::Instant at;
  // Of what a grant of the case left open: that grant, and how much there is. Then the decisions
  // that count are those that name it.
  std::optional<registry::GrantId> after{};
  std::optional<std::int64_t> rest{};
  // What the other grants of the case hold or have drawn: the rating leaves all of them out.
  std::int64_t beside = 0;
};

// Whether every standing consent must be signed already. Where a standing permission covers an
// authority's part, its clerk may sign at any time, so that nothing is barred by its not having
// done so yet; a Grant is made only once it has.
enum class Clerks { MustHaveSigned, MaySign };

// The consents of the authorities of a determination, and what they are limited to.
struct Agreement {
  std::vector<LaneConsent> consents;  // of each, in its order
  std::vector<Provisos> provisos;
};

// Whether every authority of the moment's determination agrees: f(its verified approvals) allows
// without error, no denial stands, its procedure is complete, every decision still binds, and no
// claim is open, and no deadline passed in silence that refuses it. The first rule that fails is
// the refusal: `undetermined`, `prohibited`, `denied`, `refused-by-silence`, `returned`,
// `claim-open`, `consent-missing`, `approval-missing`, `decision-lapsed`, `key-suspected`, those of
// check_emergency() and check_hours(), the procedure's `advice-missing`, `advice-concurrence`,
// `override-missing`. `resuming` names the grant that decisions may speak of instead of the case.
base::Ruled<Agreement> check_agreement(const Case& of, const Moment& moment,
                                       const std::optional<registry::GrantId>& resuming,
                                       Clerks clerks = Clerks::MustHaveSigned);

// The same of one authority: by `denied` and `returned` where that stands in its lane, then its
// finding's outcome and what its consent needs. Claims are not looked at. What its decisions put as
// conditions is added to `provisos`, if it is there.
base::Ruled<LaneConsent> check_lane(const Case& of, const Moment& moment,
                                    const AuthorityDetermination& finding,
                                    const std::optional<registry::GrantId>& resuming, Clerks clerks,
                                    std::vector<Provisos>* provisos = nullptr);

// Whether the stock of the finding's authority covers what the scope takes from it, beside what
// other grants have reserved: no piece is promised twice. `held` is what other grants of the same
// case hold of it, which its rating leaves out. An item its book does not list is not counted.
// Refused by `stock-short`, in words that give no figure: a holder reads them.
base::Ruled<void> check_stock(const AuthorityDetermination& finding, const Scope& scope,
                              std::int64_t held);

// Whether the case may be granted at that moment, which takes a determination of every authority
// with a tie: check_agreement(), check_stock(), and of the scope `no-window`, `scope-empty`. `from`
// is when the scope begins.
base::Ruled<Terms> check_terms(const Case& of, const Moment& moment,
                               const std::optional<registry::GrantId>& resuming, base::Instant from,
                               Clerks clerks = Clerks::MustHaveSigned);

// The last word of the rules themselves: f(the verified approvals), on one authority's facts.
// Refused by `not-allowed` unless it allows, without error.
base::Ruled<void> check_allowed(const Rules& rules, const Facts& facts, const LaneConsent& consent);

// What the procedures of this lane demand before its final office may approve, and do not have:
// advice, concurrence, or an override of a view against it. `provisos` are the approval's;
// `decider` is who must sign the overrides; `excused` are demands that fell away by silence
// (kernel/clock.h). Rules as above, in this order.
std::vector<base::Refusal> missing_of_procedure(const AuthorityDetermination& finding,
                                                const Lane& lane, Position before,
                                                const registry::OfficeId& decider,
                                                const Provisos& provisos,
                                                std::span<const ProcedureDemand> excused = {});
// Refused by the first of them.
base::Ruled<void> check_procedure(const AuthorityDetermination& finding, const Lane& lane,
                                  Position before, const registry::OfficeId& decider,
                                  const Provisos& provisos,
                                  std::span<const ProcedureDemand> excused = {});

// What came into the case's lanes after approvals that stand, and their deciders may not know:
// advice and overrides, in words. Until the grant they may recall.
std::vector<std::string> came_after_approvals(const Case& of);

// Refuses a person who may not decide: who asked, amended or answered, or who advised in this case,
// on whatever version and in whatever post.
std::optional<base::Refusal> refuse_decider(const Case& of, const registry::PersonId& person);

// Refuses a person who may not reconsider a denial: who made it, asked, or advised. Rules:
// `own-denial`, those of refuse_decider().
std::optional<base::Refusal> refuse_reconsiderer(const Case& of, const Decision& denial,
                                                 const registry::PersonId& person);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_TERMS_H_
