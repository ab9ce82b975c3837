// SPDX-License-Identifier: Apache-2.0
// What the machine concludes from a request: per authority with a tie, which approvals it takes.
#ifndef COUNTERSIGN_KERNEL_DETERMINATION_H_
#define COUNTERSIGN_KERNEL_DETERMINATION_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "kernel/facts.h"
#include "kernel/request.h"
#include "kernel/rulebook.h"
#include "registry/directive.h"
#include "registry/holdings.h"
#include "registry/ids.h"
#include "registry/registers.h"
#include "registry/ties.h"

namespace countersign::kernel {

// The rules of every authority at one instant: the registers' view and a rule book each. Making one
// checks and compiles every policy, so callers keep it as long as nothing in force changes
// (Registers::changes). Immutable, safe to read from many threads.
class Rules {
 public:
  Rules(registry::Registers registers, base::Instant at);

  const registry::Registers& registers() const { return registers_; }
  const registry::RegistersView& view() const { return view_; }
  // The authority's rule book; null when a directive of it that is in force fails the rules, or one
  // that is pending will when it takes effect (`failure` says how), or there is no such authority.
  const RuleBook* book(const registry::AuthorityId& authority) const;
  const RuleFailure* failure(const registry::AuthorityId& authority) const;
  // What a requester may see of it (kernel/views.h); never null for an authority with a charter.
  const RuleBook* announced_book(const registry::AuthorityId& authority) const;

 private:
  struct Entry {
    std::optional<RuleBook> book;
    std::optional<RuleBook> announced;
    std::optional<RuleFailure> failure;
  };

  registry::Registers registers_;
  registry::RegistersView view_;
  std::map<registry::AuthorityId, Entry> books_;
};

// In order of strictness.
enum class Outcome { Authorised, ApprovalRequired, Prohibited, Undetermined };

// "authorised", "approval_required", "prohibited", "undetermined": for programs.
std::string_view name_of(Outcome outcome);
// "no approval needed (nothing granted yet)", "approval required", ...: for people.
std::string_view words_of(Outcome outcome);

// What the procedure of a policy that decided demands before the decision.
struct ProcedureDemand {
  registry::OfficeId office;
  registry::AdviceDemand::Kind kind = registry::AdviceDemand::Kind::In;
  registry::DirectiveId directive;
  registry::ProcedureId procedure;
  std::optional<registry::SilenceRule> silence = {};  // empty: it waits without a deadline

  friend auto operator<=>(const ProcedureDemand&, const ProcedureDemand&) = default;
};

// What such a procedure makes of silence once its advice is in, until the decision.
struct DecisionDeadline {
  registry::DirectiveId directive;
  registry::ProcedureId procedure;
  std::optional<registry::SilenceRule> silence;

  friend auto operator<=>(const DecisionDeadline&, const DecisionDeadline&) = default;
};

// Why nothing can be said.
struct Gap {
  std::string rule;  // a TieGap's name, `rules`, `error`, `unrated`, `too-many-sets`, ...
  std::string message;
  // Of `rules`: the directive that fails, and where.
  registry::DirectiveId directive = {};
  std::string file = {};
  base::Position place = {};

  friend bool operator==(const Gap&, const Gap&) = default;
};

// What a later determination of the same authority is compared with: a decision lapses when one of
// these changes, and only then.
struct Fingerprint {
  Outcome outcome = Outcome::Undetermined;
  std::vector<std::vector<registry::OfficeId>> approvals;
  std::vector<std::string> decided_by;
  std::vector<ProcedureDemand> procedure;
  std::optional<registry::Colour> rating;
  std::vector<DecisionDeadline> deadlines = {};

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

base::Json write(const Fingerprint& fingerprint);
Fingerprint read_fingerprint(const base::Json& document, base::Report& report);

// What differs, for a person ("the approvals required", "the rating of the stock", ...); empty when
// they are equal.
std::vector<std::string_view> differences(const Fingerprint& before, const Fingerprint& after);

struct AuthorityDetermination {
  registry::AuthorityId authority;
  std::vector<registry::Basis> ties;  // sorted
  Outcome outcome = Outcome::Undetermined;
  // Minimal sets of offices, each sorted, smaller and then earlier ones first. Empty unless
  // approval is required.
  std::vector<std::vector<registry::OfficeId>> approvals;
  // Directives with a permit that holds when every office approves; with a forbid that holds when
  // none does; advisory ones with a forbid that holds. Sorted. Empty when undetermined.
  std::vector<registry::DirectiveId> authorised_by;
  std::vector<registry::DirectiveId> barred_by;
  std::vector<registry::DirectiveId> advisories;
  // Those without whose approvals it would be denied: what may be done instead of an approval is
  // theirs to say. Sorted; empty unless approval is required.
  std::vector<registry::DirectiveId> required_by;
  std::vector<std::string> decided_by;      // the policies behind the first two; sorted
  std::vector<ProcedureDemand> procedure;   // of those whose approvals are needed; sorted
  std::vector<DecisionDeadline> deadlines;  // of the same; sorted
  std::optional<registry::Colour> rating;   // when a policy for this action asks for it
  std::vector<Gap> gaps;                    // not empty exactly when undetermined
  std::optional<Facts> facts;               // empty when they could not be established

  Fingerprint fingerprint() const;
};

struct Determination {
  Request request;
  base::Instant at;
  Outcome overall = Outcome::Undetermined;          // the strictest
  std::vector<AuthorityDetermination> authorities;  // those with a tie, sorted by id
  std::vector<Gap> gaps;                            // of the ties: they concern every authority

  const AuthorityDetermination* find(const registry::AuthorityId& authority) const;
};

// Determines the request under `rules`. Refused when it names what nobody knows
// (refuse_unknown_names). Nothing that fails is left out: it makes its authority undetermined.
base::Ruled<Determination> determine(const Rules& rules, const Request& request,
                                     const Taken& taken = {});

// One authority alone, from facts that were frozen: what a verifier repeats.
AuthorityDetermination determine_authority(const RuleBook& book, Facts facts);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_DETERMINATION_H_
