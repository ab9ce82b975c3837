// SPDX-License-Identifier: Apache-2.0
// The policies of one authority in force at one instant, checked so that they fail closed.
//
// Stock Cedar skips a policy that errors, and takes a region nobody knows for one the place does
// not touch: either way a forbid vanishes. So the engine stays as it is, and this wrapper admits
// only policies that cannot vanish (docs/formats/directives.md, "What a policy may not do").
// Invariants of a RuleBook:
//   Checked    every policy passed every rule of that page
//   Leaning    adding an approval never moves the answer towards deny; making a fact less certain
//              never moves it towards allow
//   Apart      advisory policies never reach the answer
#ifndef COUNTERSIGN_KERNEL_RULEBOOK_H_
#define COUNTERSIGN_KERNEL_RULEBOOK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/issue.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "registry/directive.h"
#include "registry/ids.h"
#include "registry/record.h"

namespace countersign::registry {
class Registers;
class RegistersView;
struct AuthorityView;
}  // namespace countersign::registry

namespace countersign::kernel {

struct Facts;

// One policy of a directive.
struct Rule {
  // Never null; lives as long as the book. Its id is what `@id` says, or the directive's id, `#`
  // and the policy's number.
  const cedar::Policy* policy = nullptr;
  registry::DirectiveId directive;
  std::string title;  // the directive's
  registry::Directive::Kind kind = registry::Directive::Kind::Binding;
  bool announced = false;
  std::optional<registry::Procedure> procedure;
  bool mentions_approvals = false;
  bool mentions_bounds = false;  // `touches`, `within`, any `_min` or `_max`
  bool mentions_rating = false;
  bool mentions_rest = false;  // what any tally has left
};

enum class Verdict { Allow, Deny, Error };

// Which policies of an authority a rule book is made of.
enum class Selection {
  InForce,           // all
  AnnouncedForbids,  // for the requester's view: of announced directives, binding and advisory, the
                     // forbids that ask for no stock figure; one that fails a rule is left out,
                     // not refused
};

// Immutable, movable, safe to read from many threads. Keeps no pointer into registers.
class RuleBook {
 public:
  // Checks and compiles the policies of `authority`'s directives in force at the view's instant.
  // Each issue names the Cedar file and place, and its message begins with the rule's name. A
  // directive is checked the same way when it is issued: with it in the registers, at the instant
  // it takes effect.
  static base::Parsed<RuleBook> make(const registry::Registers& registers,
                                     const registry::RegistersView& view,
                                     const registry::AuthorityId& authority,
                                     Selection selection = Selection::InForce);

  RuleBook(RuleBook&&) noexcept;
  RuleBook& operator=(RuleBook&&) noexcept;
  ~RuleBook();

  const registry::AuthorityId& authority() const;
  // The schema the policies were checked against, in Cedar's human syntax.
  const std::string& schema_text() const;
  // Binding and advisory, in the order of their directives and of their files.
  std::span<const Rule> rules() const;
  const Rule* find(std::string_view policy_id) const;
  // Every office of the authority, sorted.
  std::span<const registry::OfficeId> offices() const;
  // Every item that a policy names, sorted.
  std::vector<registry::ItemId> items_named() const;

  // The compiled form, for the kernel alone.
  struct Compiled;
  const Compiled& compiled() const { return *compiled_; }

 private:
  explicit RuleBook(std::unique_ptr<const Compiled> compiled);

  std::unique_ptr<const Compiled> compiled_;
};

// How an authority's directives fail the rules for policies, and with what is in force when.
struct RuleFailure {
  base::Instant at;
  base::Issues issues;  // as RuleBook::make() gives them, at least one
};

// The first of `instants` at which no rule book of the authority can be made. So are directives
// held against the rules when they are issued (check_directives), and pending ones at every
// determination (Rules).
std::optional<RuleFailure> first_failure(const registry::Registers& registers,
                                         const registry::AuthorityId& authority,
                                         std::span<const base::Instant> instants);

// What the file of a directive's policies is called in issues: it stands beside the document.
std::string policy_file(const registry::Recorded<registry::Directive>& directive);

// Cedar's answer with exactly these approvals: f(S). Error when any policy, an advisory one
// included, fails, or a fact the book needs is missing. This is what a grant is checked by.
Verdict evaluate(const RuleBook& book, const Facts& facts,
                 std::span<const registry::OfficeId> approvals);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_RULEBOOK_H_
