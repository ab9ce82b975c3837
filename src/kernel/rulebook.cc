// SPDX-License-Identifier: Apache-2.0
#include "kernel/rulebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/parser.h"
#include "cedar/schema.h"
#include "kernel/facts.h"
#include "kernel/internal/compiled.h"
#include "kernel/internal/direction.h"
#include "kernel/internal/policy_checks.h"
#include "kernel/internal/policy_words.h"
#include "registry/announced.h"
#include "registry/registers.h"

namespace countersign::kernel {

namespace {

using registry::Action;

constexpr std::array kActions = {Action::Use, Action::Transfer};

std::size_t index_of(Action action) { return static_cast<std::size_t>(action); }

bool scope_admits(const cedar::Scope& scope, Action action) {
  if (scope.kind == cedar::Scope::Kind::Any) return true;
  const cedar::EntityUid uid("Action", registry::name_of(action));
  return std::find(scope.entities.begin(), scope.entities.end(), uid) != scope.entities.end();
}

// A policy with what its directive says of it, before it is part of a set.
struct Draft {
  cedar::Policy policy;
  const registry::Directive* directive = nullptr;
};

bool mentions_stock(const cedar::Policy& policy) {
  const Mentions mentions = mentions_of(policy);
  return mentions.rating || mentions.rest;
}

// Reads and checks the policies of one authority.
class Drafting {
 public:
  Drafting(const PolicyRules& rules, Selection selection) : rules_(rules), selection_(selection) {}

  void add(const registry::Recorded<registry::Directive>& directive) {
    if (directive->policies.empty() && directive->policy_text.empty()) return;
    auto read = cedar::parse_policies(directive->policy_text, policy_file(directive));
    if (!read) return refuse(std::move(read).error());
    if (!announced_only()) {
      check_directive(read.value(), *directive, policy_file(directive), issues);
    }
    std::size_t number = 0;
    for (cedar::Policy& policy : read.value()) {
      ++number;
      const cedar::Text* id = policy.annotation("id");
      policy.id = id != nullptr ? id->str() : fmt::format("{}#{}", directive->id.text(), number);
      add(std::move(policy), *directive);
    }
  }

  std::vector<Draft> drafts;
  base::Issues issues;
  std::array<bool, 2> stock_left_out{};  // by action

 private:
  bool announced_only() const { return selection_ == Selection::AnnouncedForbids; }

  void refuse(base::Issues found) {
    if (announced_only()) return;
    for (base::Issue& issue : found) {
      issue.message = "validation: " + issue.message;
      issues.push_back(std::move(issue));
    }
  }

  void add(cedar::Policy policy, const registry::Directive& directive) {
    if (announced_only() && policy.effect != cedar::Effect::Forbid) return;
    if (announced_only() && mentions_stock(policy)) {
      for (const Action action : kActions) {
        stock_left_out[index_of(action)] |= scope_admits(policy.action, action);
      }
      return;
    }
    base::Issues found;
    if (!ids_.insert(policy.id).second) {
      found.push_back(cedar::issue_at(
          *policy.source, policy.span,
          fmt::format("unique-id: another policy of this authority has the id `{}`", policy.id),
          "give it an `@id(\"...\")` of its own"));
    }
    check_policy(rules_, policy, directive, found);
    if (!found.empty()) {
      if (announced_only()) return;
      issues.insert(issues.end(), found.begin(), found.end());
      return;
    }
    drafts.push_back({std::move(policy), &directive});
  }

  const PolicyRules& rules_;
  Selection selection_;
  std::unordered_set<std::string> ids_;
};

void collect_entities(const cedar::Expr& expr, std::set<cedar::EntityUid>& named) {
  if (expr.kind == cedar::Expr::Kind::Literal && expr.value.is(cedar::Value::Kind::Entity)) {
    named.insert(expr.value.entity());
  }
  for (const cedar::ExprRef& operand : expr.operands) collect_entities(*operand, named);
}

std::set<cedar::EntityUid> entities_named(const std::vector<Draft>& drafts) {
  std::set<cedar::EntityUid> named;
  for (const Draft& draft : drafts) {
    named.insert(draft.policy.principal.entities.begin(), draft.policy.principal.entities.end());
    named.insert(draft.policy.resource.entities.begin(), draft.policy.resource.entities.end());
    for (const cedar::Clause& clause : draft.policy.clauses) {
      collect_entities(*clause.body, named);
    }
  }
  return named;
}

// The items that policies name, with their classes and names, join the entities.
void add_items(const registry::RegistersView& view, const std::set<cedar::EntityUid>& named,
               RuleBook::Compiled& book) {
  for (const cedar::EntityUid& uid : named) {
    book.asks_for_classes |= uid.type() == "ItemClass";
    if (uid.type() != "Item") continue;
    cedar::Entity item{uid};
    if (const auto* description = view.describe(registry::ItemId(uid.id().str()))) {
      for (const registry::ClassId& id : (*description)->classes) {
        item.parents.emplace_back("ItemClass", id.text());
      }
      if (!(*description)->name.empty() && uid.id().view() != (*description)->name) {
        book.names.entities[uid] = (*description)->name;
      }
    }
    book.entities.push_back(std::move(item));
  }
}

Rule rule_of(const cedar::Policy& policy, const registry::Directive& directive) {
  const Mentions mentions = mentions_of(policy);
  Rule rule;
  rule.policy = &policy;
  rule.directive = directive.id;
  rule.title = directive.title;
  rule.kind = directive.kind;
  rule.announced = directive.announced;
  if (const cedar::Text* name = policy.annotation("procedure")) {
    rule.procedure = *directive.find(registry::ProcedureId(name->str()));
  }
  rule.mentions_approvals = mentions.approvals;
  rule.mentions_bounds = mentions.bounds;
  rule.mentions_rating = mentions.rating;
  rule.mentions_rest = mentions.rest;
  return rule;
}

template <class Wanted>
cedar::PolicySet policies_that(const std::vector<Draft>& drafts, Wanted wanted) {
  std::vector<cedar::Policy> policies;
  for (const Draft& draft : drafts) {
    if (wanted(draft)) policies.push_back(draft.policy);
  }
  auto set = cedar::PolicySet::create(std::move(policies));
  CHECK(set.has_value());  // ids are unique, and nothing is a template
  return std::move(set).value();
}

bool is_binding(const Draft& draft) {
  return draft.directive->kind == registry::Directive::Kind::Binding;
}

// Adds the attributes of the context that `expr` looks at. False when it takes the context whole.
bool add_asked(const cedar::Expr& expr, std::set<cedar::Text>& asked) {
  const auto is_context = [](const cedar::Expr& of) {
    return of.kind == cedar::Expr::Kind::Variable && of.variable == cedar::Variable::Context;
  };
  if (is_context(expr)) return false;
  const bool looks = expr.kind == cedar::Expr::Kind::GetAttr || expr.kind == cedar::Expr::Kind::Has;
  if (looks && is_context(expr.operand(0))) {
    asked.insert(expr.names.front());
    return true;
  }
  return std::all_of(
      expr.operands.begin(), expr.operands.end(),
      [&asked](const cedar::ExprRef& operand) { return add_asked(*operand, asked); });
}

std::vector<Attribute> asked_by(const std::vector<Draft>& drafts) {
  std::set<cedar::Text> names;
  bool whole = false;
  for (const Draft& draft : drafts) {
    for (const cedar::Clause& clause : draft.policy.clauses) {
      whole |= !add_asked(*clause.body, names);
    }
  }
  std::vector<Attribute> asked;
  for (const Attribute& attribute : attributes()) {
    if (whole || names.contains(attribute.name)) asked.push_back(attribute);
  }
  return asked;
}

void compile(const std::vector<Draft>& drafts, RuleBook::Compiled& book) {
  book.binding = policies_that(drafts, is_binding);
  book.advisory = policies_that(drafts, [](const Draft& draft) { return !is_binding(draft); });
  book.asking = policies_that(drafts, [](const Draft& draft) {
    return is_binding(draft) && mentions_of(draft.policy).approvals;
  });
  book.asked = asked_by(drafts);
  for (const Draft& draft : drafts) {
    const cedar::Policy* policy =
        (is_binding(draft) ? book.binding : book.advisory).find(draft.policy.id);
    CHECK(policy != nullptr);
    book.rules.push_back(rule_of(*policy, *draft.directive));
  }
  for (const Rule& rule : book.rules) {
    book.by_id[rule.policy->id] = &rule;
    for (const cedar::PolicySet* set : {&book.binding, &book.advisory, &book.asking}) {
      if (const cedar::Policy* policy = set->find(rule.policy->id)) book.rule_of[policy] = &rule;
    }
    if (rule.kind != registry::Directive::Kind::Binding || !rule.mentions_rating) continue;
    for (const Action action : kActions) {
      book.asks_for_rating[index_of(action)] |= scope_admits(rule.policy->action, action);
    }
  }
}

base::Issues one_issue(const registry::AuthorityId& authority, std::string_view what) {
  base::Issue issue;
  issue.message = fmt::format("validation: {} has no {} in force, so no policy can be read",
                              authority.text(), what);
  return {issue};
}

}  // namespace

base::Parsed<RuleBook> RuleBook::make(const registry::Registers& registers,
                                      const registry::RegistersView& view,
                                      const registry::AuthorityId& authority, Selection selection) {
  const registry::AuthorityView* own = view.find(authority);
  if (own == nullptr || own->charter == nullptr) return one_issue(authority, "charter");
  if (own->vocabulary == nullptr) return one_issue(authority, "vocabulary");

  PolicyWords words = words_of_policies(*own);
  BOOST_OUTCOME_TRY(
      const cedar::Schema schema,
      cedar::Schema::parse(words.schema, fmt::format("the schema of {}", authority.text())));
  const PolicyRules rules{schema, [&](const cedar::EntityUid& uid) {
                            if (uid.type() != "Item") return words.known.contains(uid);
                            return registers.has_item(registry::ItemId(uid.id().str()));
                          }};
  Drafting drafting(rules, selection);
  if (selection == Selection::AnnouncedForbids) {
    const registry::AuthorityRegister* held = registers.find(authority);
    CHECK(held != nullptr);
    for (const auto& directive : registry::announced_in_force(*held, view.at())) {
      drafting.add(directive);
    }
  } else {
    for (const registry::DirectiveInForce& directive : own->directives) {
      drafting.add(*directive.directive);
    }
  }
  if (!drafting.issues.empty()) return std::move(drafting.issues);

  auto book = std::make_unique<Compiled>();
  book->stock_left_out = drafting.stock_left_out;
  book->authority = authority;
  book->schema = std::move(words.schema);
  book->names = std::move(words.names);
  book->entities = std::move(words.parties);
  for (const registry::Office& office : (*own->charter)->offices) {
    book->offices.push_back(office.id);
  }
  std::sort(book->offices.begin(), book->offices.end());
  add_items(view, entities_named(drafting.drafts), *book);
  BOOST_OUTCOME_TRY(book->store, cedar::EntityStore::create(book->entities));
  compile(drafting.drafts, *book);
  return RuleBook(std::move(book));
}

std::string policy_file(const registry::Recorded<registry::Directive>& directive) {
  const std::string& document = directive.file;
  const std::size_t slash = document.rfind('/');
  const std::string& name = directive->policies;
  return slash == std::string::npos ? name : document.substr(0, slash + 1) + name;
}

std::optional<RuleFailure> first_failure(const registry::Registers& registers,
                                         const registry::AuthorityId& authority,
                                         std::span<const base::Instant> instants) {
  for (const base::Instant instant : instants) {
    auto book = RuleBook::make(registers, registers.view(instant), authority);
    if (!book) return RuleFailure{instant, std::move(book).error()};
  }
  return std::nullopt;
}

RuleBook::RuleBook(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleBook::RuleBook(RuleBook&&) noexcept = default;
RuleBook& RuleBook::operator=(RuleBook&&) noexcept = default;
RuleBook::~RuleBook() = default;

const registry::AuthorityId& RuleBook::authority() const { return compiled_->authority; }
const std::string& RuleBook::schema_text() const { return compiled_->schema; }
std::span<const Rule> RuleBook::rules() const { return compiled_->rules; }
std::span<const registry::OfficeId> RuleBook::offices() const { return compiled_->offices; }

std::vector<registry::ItemId> RuleBook::items_named() const {
  std::vector<registry::ItemId> items;
  for (const cedar::Entity& entity : compiled_->entities) {
    if (entity.uid.type() == "Item") items.emplace_back(entity.uid.id().str());
  }
  std::sort(items.begin(), items.end());
  return items;
}

const Rule* RuleBook::find(std::string_view policy_id) const {
  const auto found = compiled_->by_id.find(policy_id);
  return found == compiled_->by_id.end() ? nullptr : found->second;
}

Verdict evaluate(const RuleBook& book, const Facts& facts,
                 std::span<const registry::OfficeId> approvals) {
  const auto hearing = Hearing::open(book.compiled(), facts);
  if (!hearing) return Verdict::Error;
  const cedar::Request request = hearing->with_approvals(approvals);
  if (!cedar::authorize(book.compiled().advisory, request, hearing->entities()).errors.empty()) {
    return Verdict::Error;
  }
  const cedar::Response response =
      cedar::authorize(book.compiled().binding, request, hearing->entities());
  if (!response.errors.empty()) return Verdict::Error;
  return response.verdict == cedar::Verdict::Allow ? Verdict::Allow : Verdict::Deny;
}

}  // namespace countersign::kernel
