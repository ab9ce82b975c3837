// SPDX-License-Identifier: Apache-2.0
// What a rule book is made of, and how facts are put before it.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_COMPILED_H_
#define COUNTERSIGN_KERNEL_INTERNAL_COMPILED_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/value.h"
#include "kernel/facts.h"
#include "kernel/internal/words.h"
#include "kernel/rulebook.h"

namespace countersign::kernel {

// An attribute of the context, the approvals apart, and what facts say of it; nothing: then it is
// not there.
struct Attribute {
  cedar::Text name;
  std::optional<cedar::Value> (*of)(const Facts& facts);
};
// All there are.
std::span<const Attribute> attributes();

struct RuleBook::Compiled {
  registry::AuthorityId authority;
  std::string schema;
  std::vector<Rule> rules;
  std::unordered_map<const cedar::Policy*, const Rule*> rule_of;  // by the policy in any set
  std::unordered_map<std::string_view, const Rule*> by_id;
  std::vector<registry::OfficeId> offices;
  cedar::PolicySet binding;
  cedar::PolicySet advisory;
  // The binding policies that mention approvals again: the others answer the same whoever approves.
  cedar::PolicySet asking;
  std::vector<Attribute> asked;  // what policies look at: the rest need not be there
  Names names;

  // The hierarchy: parties with their groups, and the items that policies name with their classes.
  std::vector<cedar::Entity> entities;
  cedar::EntityStore store;
  // Whether any policy asks for a class, so that the item asked for must be in the store too.
  bool asks_for_classes = false;
  // By action: whether a binding policy that may apply asks for the rating.
  std::array<bool, 2> asks_for_rating{};
  // By action: whether an announced forbid was left out of the book since it asks for stock.
  std::array<bool, 2> stock_left_out{};
};

// Facts put before a rule book. Holds a reference to the book.
class Hearing {
 public:
  // Empty when the facts are another authority's.
  static std::optional<Hearing> open(const RuleBook::Compiled& book, const Facts& facts);

  const cedar::EntityStore& entities() const { return own_store_ ? *own_store_ : book_->store; }
  // The request with exactly these approvals, and with approvals unknown.
  cedar::Request with_approvals(std::span<const registry::OfficeId> approvals) const;
  cedar::Request with_approvals(std::vector<cedar::Value> offices) const;
  cedar::Request with_unknown_approvals() const;
  static std::vector<cedar::Value> values_of(std::span<const registry::OfficeId> offices);

 private:
  Hearing(const RuleBook::Compiled& book, const Facts& facts);
  cedar::Request with(cedar::Value approvals) const;

  const RuleBook::Compiled* book_;
  std::optional<cedar::EntityStore> own_store_;
  cedar::Value principal_;
  cedar::Value action_;
  cedar::Value resource_;
  cedar::Value context_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_COMPILED_H_
