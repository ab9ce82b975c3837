// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "registry/claim.h"
#include "registry/holdings.h"

namespace countersign::kernel {

namespace {

using cedar::Expr;
using Kind = cedar::Expr::Kind;

// Deeper than this a condition is quoted instead: nobody reads such a sentence.
constexpr int kDepthInWords = 16;

std::optional<cedar::AttributePath> context_path(const Expr& expr) {
  auto path = cedar::attribute_path(expr);
  if (!path || path->variable != cedar::Variable::Context || path->names.empty()) {
    return std::nullopt;
  }
  return path;
}

bool is_entity(const Expr& expr) {
  return expr.kind == Kind::Literal && expr.value.is(cedar::Value::Kind::Entity);
}

// The entities of a list of literals; empty when it is anything else.
std::vector<cedar::EntityUid> entities_of(const Expr& expr) {
  std::vector<cedar::EntityUid> entities;
  if (expr.kind != Kind::Set) return entities;
  for (const cedar::ExprRef& item : expr.operands) {
    if (!is_entity(*item)) return {};
    entities.push_back(item->value.entity());
  }
  return entities;
}

template <class Id>
bool holds(const std::vector<Id>& ids, std::string_view text) {
  return std::any_of(ids.begin(), ids.end(), [text](const Id& id) { return id.text() == text; });
}

std::string source_name(const registry::DataSource& source) {
  return source.authority.text() + "/" + source.kind.text();
}

}  // namespace

std::string Names::call(const cedar::EntityUid& uid) const {
  const auto found = entities.find(uid);
  if (found == entities.end()) return uid.id().str();
  return fmt::format("{} ({})", uid.id().view(), found->second);
}

std::string Names::call(std::string_view type, std::string_view id) const {
  return call(cedar::EntityUid(type, id));
}

std::string with_commas(std::int64_t number) { return with_commas(std::to_string(number)); }

std::string with_commas(std::string digits) {
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t end = digits.size(); end > first + 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string join(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += i + 1 == parts.size() ? fmt::format(" {} ", last) : std::string(", ");
    text += parts[i];
  }
  return text;
}

// One call of Words::say.
class Words::Sentence {
 public:
  Sentence(const Words& words, const cedar::Source& source)
      : names_(words.names_), facts_(words.facts_), truth_(words.truth_), source_(source) {}

  std::string say(const Expr& expr, bool value, int depth) const {
    if (depth > kDepthInWords) return quote(expr, value);
    switch (expr.kind) {
      case Kind::Not:
        return say(expr.operand(0), !value, depth + 1);
      case Kind::And:
        return say_both(expr, value, true, depth);
      case Kind::Or:
        return say_both(expr, value, false, depth);
      case Kind::If:
        return say_if(expr, value, depth);
      case Kind::Equal:
        return say_equal(expr, value, depth);
      case Kind::NotEqual:
        return say_equal(expr, !value, depth);
      case Kind::Less:
      case Kind::LessEqual:
      case Kind::Greater:
      case Kind::GreaterEqual:
        return say_compared(expr, value);
      case Kind::In:
        return say_in(expr, value);
      case Kind::Contains:
      case Kind::ContainsAll:
      case Kind::ContainsAny:
        return say_contains(expr, value);
      default:
        return quote(expr, value);
    }
  }

 private:
  std::string quote(const Expr& expr, bool value) const {
    return fmt::format("the condition `{}` {}", source_.quote(expr.span),
                       value ? "holds" : "does not hold");
  }

  // `deciding` is the value of one side that settles the whole: false for `&&`, true for `||`.
  std::string say_both(const Expr& expr, bool value, bool conjunction, int depth) const {
    const bool one_settles = value != conjunction;
    std::vector<std::string> parts;
    for (const cedar::ExprRef& side : expr.operands) {
      if (one_settles && truth_(side) != value) continue;
      parts.push_back(say(*side, value, depth + 1));
    }
    return parts.empty() ? quote(expr, value) : join(parts);
  }

  std::string say_if(const Expr& expr, bool value, int depth) const {
    const std::optional<bool> taken = truth_(expr.operands[0]);
    if (!taken) return quote(expr, value);
    const Expr& branch = expr.operand(*taken ? 1 : 2);
    std::string condition = say(expr.operand(0), *taken, depth + 1);
    if (branch.kind == Kind::Literal) return condition;
    return join({condition, say(branch, value, depth + 1)});
  }

  // "the recipient", and who that is; empty for what has no such noun.
  std::optional<std::pair<std::string_view, std::string>> subject(const Expr& expr) const {
    using Subject = std::pair<std::string_view, std::string>;
    const auto path = cedar::attribute_path(expr);
    if (!path) return std::nullopt;
    if (path->names.empty()) {
      switch (path->variable) {
        case cedar::Variable::Principal:
          return Subject("the requester", names_.call("Party", facts_.requester.text()));
        case cedar::Variable::Resource:
          return Subject("the item", names_.call("Item", facts_.item.text()));
        case cedar::Variable::Action:
          return Subject("the action", registry::name_of(facts_.action));
        case cedar::Variable::Context:
          return std::nullopt;
      }
    }
    if (path->variable != cedar::Variable::Context || path->names.size() != 1) return std::nullopt;
    if (path->names[0] == "recipient" && facts_.recipient) {
      return Subject("the recipient", names_.call("Party", facts_.recipient->text()));
    }
    if (path->names[0] == "end_user" && facts_.end_user) {
      return Subject("the end user", names_.call("Party", facts_.end_user->text()));
    }
    if (path->names[0] == "rating" && facts_.rating && facts_.rating->colour) {
      return Subject("the rating of the stock after the request", rating());
    }
    return std::nullopt;
  }

  std::string rating() const {
    const registry::Rating& rating = *facts_.rating;
    const std::string_view colour = registry::name_of(*rating.colour);
    if (!rating.listed) return std::string(colour);
    return fmt::format("{} ({} remain; yellow is below {}, red below {})", colour,
                       with_commas(rating.remaining), with_commas(rating.yellow_below),
                       with_commas(rating.red_below));
  }

  std::string say_equal(const Expr& expr, bool value, int depth) const {
    for (const std::size_t side : {0U, 1U}) {
      const Expr& literal = expr.operand(side);
      const Expr& other = expr.operand(1 - side);
      if (literal.kind != Kind::Literal) continue;
      if (literal.value.is(cedar::Value::Kind::Bool)) {
        return say(other, value == literal.value.boolean(), depth + 1);
      }
      if (literal.value.is(cedar::Value::Kind::Entity)) {
        const auto who = subject(other);
        if (!who) return quote(expr, value);
        if (value) return fmt::format("{} is {}", who->first, who->second);
        return fmt::format("{} is {}, not {}", who->first, who->second,
                           names_.call(literal.value.entity()));
      }
    }
    return say_compared(expr, value);
  }

  std::string say_in(const Expr& expr, bool value) const {
    const auto who = subject(expr.operand(0));
    std::vector<cedar::EntityUid> groups = entities_of(expr.operand(1));
    if (is_entity(expr.operand(1))) groups.push_back(expr.operand(1).value.entity());
    if (!who || groups.empty()) return quote(expr, value);
    std::vector<std::string> called;
    called.reserve(groups.size());
    for (const cedar::EntityUid& group : groups) called.push_back(names_.call(group));
    return fmt::format("{} {} {} {}", who->first, who->second, value ? "is one of" : "is none of",
                       join(called, "or"));
  }

  // A number a policy compares: what it is called, its value, and the unit of what it is held
  // against.
  struct Number {
    std::string called;
    std::string unit;
    const TallyFact* tally = nullptr;
    bool asked = false;
  };

  std::string bound(std::int64_t value, const std::string& unit) const {
    const bool open = value == std::numeric_limits<std::int64_t>::min() ||
                      value == std::numeric_limits<std::int64_t>::max();
    if (open) return "not known";
    return unit.empty() ? with_commas(value) : with_commas(value) + " " + unit;
  }

  static std::string percent(std::int64_t bp) {
    return fmt::format("{}.{:02} %", with_commas(bp / 100), bp % 100);
  }

  std::optional<Number> number(const Expr& expr) const {
    const auto path = context_path(expr);
    if (!path) return std::nullopt;
    const std::string_view name = path->names[0].view();
    if (path->names.size() == 1) {
      if (name == "quantity") {
        return Number{
            fmt::format("the quantity ({})", with_commas(facts_.quantity)), {}, nullptr, true};
      }
      if (name == "component_share_bp_min") {
        return Number{fmt::format("the share of its components (at least {})",
                                  percent(facts_.ties.share_bp_min)),
                      "hundredths of a percent"};
      }
      if (name == "component_share_bp_max") {
        return Number{fmt::format("the share of its components (at most {})",
                                  percent(facts_.ties.share_bp_max)),
                      "hundredths of a percent"};
      }
      return std::nullopt;
    }
    const std::string_view member = path->names[1].view();
    if (name == "rest") {
      for (const TallyFact& tally : facts_.tallies) {
        if (tally.id.text() != member) continue;
        return Number{fmt::format("what the tally {} has left ({} of {})", member,
                                  with_commas(tally.count.rest), with_commas(tally.count.limit)),
                      {},
                      &tally};
      }
    }
    if (name == "item") return property(member);
    return std::nullopt;
  }

  std::optional<Number> property(std::string_view attribute) const {
    const bool least = attribute.ends_with("_min");
    const std::string id(attribute.substr(0, attribute.size() - 4));
    for (const PropertyFact& fact : facts_.properties) {
      if (fact.id.text() != id) continue;
      const auto named = names_.properties.find(id);
      const Names::Property called =
          named == names_.properties.end() ? Names::Property{id, {}} : named->second;
      return Number{fmt::format("the {} {} of {} ({})", least ? "least" : "greatest", called.label,
                                facts_.item.text(),
                                bound(least ? fact.bounds.min : fact.bounds.max, called.unit)),
                    called.unit};
    }
    return std::nullopt;
  }

  std::string literal(const Expr& expr, const std::string& unit) const {
    return bound(expr.value.number(), unit);
  }

  std::string say_compared(const Expr& expr, bool value) const {
    const auto is_number = [](const Expr& side) {
      return side.kind == Kind::Literal && side.value.is(cedar::Value::Kind::Long);
    };
    const std::optional<Number> left = number(expr.operand(0));
    const std::optional<Number> right = number(expr.operand(1));
    const bool left_known = left || is_number(expr.operand(0));
    const bool right_known = right || is_number(expr.operand(1));
    if (!left_known || !right_known || (!left && !right)) return quote(expr, value);
    if (const std::string tally = say_tally(expr, *left_or(left, right), value); !tally.empty()) {
      return tally;
    }
    return fmt::format("{} is {} {}", left ? left->called : literal(expr.operand(0), right->unit),
                       relation(expr.kind, value),
                       right ? right->called : literal(expr.operand(1), left->unit));
  }

  static const Number* left_or(const std::optional<Number>& left,
                               const std::optional<Number>& right) {
    return left ? &*left : &*right;
  }

  // `context.quantity <= context.rest.x`, either way round.
  std::string say_tally(const Expr& expr, const Number&, bool value) const {
    const std::optional<Number> left = number(expr.operand(0));
    const std::optional<Number> right = number(expr.operand(1));
    if (!left || !right) return {};
    const bool upright = expr.kind == Kind::LessEqual && left->asked && right->tally != nullptr;
    const bool turned = expr.kind == Kind::GreaterEqual && right->asked && left->tally != nullptr;
    if (!upright && !turned) return {};
    const TallyFact& tally = upright ? *right->tally : *left->tally;
    return fmt::format("the tally {} has {} left of {}, and {} {} asked for{}", tally.id.text(),
                       with_commas(tally.count.rest), with_commas(tally.count.limit),
                       with_commas(facts_.quantity), facts_.quantity == 1 ? "is" : "are",
                       value ? "" : ": more than it has");
  }

  static std::string_view relation(Kind kind, bool value) {
    switch (kind) {
      case Kind::Less:
        return value ? "less than" : "not less than";
      case Kind::LessEqual:
        return value ? "at most" : "more than";
      case Kind::Greater:
        return value ? "more than" : "not more than";
      case Kind::GreaterEqual:
        return value ? "at least" : "less than";
      default:
        return value ? "equal to" : "not equal to";
    }
  }

  std::string say_contains(const Expr& expr, bool value) const {
    std::vector<cedar::EntityUid> asked = entities_of(expr.operand(1));
    if (expr.kind == Kind::Contains && is_entity(expr.operand(1))) {
      asked = {expr.operand(1).value.entity()};
    }
    const auto path = context_path(expr.operand(0));
    if (!path || path->names.size() != 1 || asked.empty()) {
      return say_one_of(expr, value);
    }
    // All of them settle `containsAll` when it holds, any when it does not; the other way round for
    // `containsAny`.
    const bool every = (expr.kind == Kind::ContainsAll) == value;
    std::vector<std::string> parts;
    for (const cedar::EntityUid& uid : asked) {
      const std::optional<bool> there = member(path->names[0].view(), uid.id().view());
      if (!every && asked.size() > 1 && there && *there != value) continue;
      std::string part = say_member(path->names[0].view(), uid, value);
      if (part.empty()) return quote(expr, value);
      parts.push_back(std::move(part));
    }
    return parts.empty() ? quote(expr, value) : join(parts);
  }

  // `[A, B].contains(context.recipient)`.
  std::string say_one_of(const Expr& expr, bool value) const {
    const std::vector<cedar::EntityUid> list = entities_of(expr.operand(0));
    if (expr.kind != Kind::Contains || list.empty()) return quote(expr, value);
    const auto who = subject(expr.operand(1));
    if (!who) return quote(expr, value);
    if (value) return fmt::format("{} is {}", who->first, who->second);
    std::vector<std::string> called;
    called.reserve(list.size());
    for (const cedar::EntityUid& uid : list) called.push_back(names_.call(uid));
    return fmt::format("{} is {}, none of {}", who->first, who->second, join(called, "or"));
  }

  // Whether a set of the context holds that id; empty for approvals, which are no fact.
  std::optional<bool> member(std::string_view set, std::string_view id) const {
    if (set == "within") return holds(facts_.within, id);
    if (set == "touches") return holds(facts_.touches, id);
    if (set == "categories") return holds(facts_.categories, id);
    if (set == "funders") return holds(facts_.funders, id);
    if (set == "funded_only_by") return holds(facts_.funded_only_by, id);
    if (set == "used_with") return holds(facts_.used_with, id);
    if (set == "data_sources") {
      return std::any_of(facts_.data_sources.begin(), facts_.data_sources.end(),
                         [id](const auto& source) { return source_name(source) == id; });
    }
    if (set == "ties") {
      return std::any_of(facts_.ties.bases.begin(), facts_.ties.bases.end(),
                         [id](auto basis) { return registry::name_of(basis) == id; });
    }
    return std::nullopt;
  }

  std::string say_member(std::string_view set, const cedar::EntityUid& uid, bool value) const {
    const std::string called = names_.call(uid);
    const std::string_view is = value ? "is" : "is not";
    if (set == "within") return fmt::format("the place {} within {}", is, called);
    if (set == "touches") {
      return fmt::format("the place {} {}", value ? "may touch" : "does not touch", called);
    }
    if (set == "approvals") {
      return fmt::format("{} {} approved", called, value ? "has" : "has not");
    }
    if (set == "categories") return fmt::format("its category {} {}", is, called);
    if (set == "funders") return fmt::format("{} {} among those who fund it", called, is);
    if (set == "used_with") return fmt::format("it {} used with {}", is, called);
    if (set == "data_sources") {
      return fmt::format("the request {} on data of {}", value ? "relies" : "does not rely",
                         called);
    }
    if (set == "funded_only_by") return say_funding(called, value);
    if (set == "ties") return say_tie(uid, value);
    return {};
  }

  std::string say_funding(const std::string& group, bool value) const {
    if (value) return fmt::format("the funding is from {} alone", group);
    std::vector<std::string> funders;
    funders.reserve(facts_.funders.size());
    for (const registry::PartyId& party : facts_.funders) {
      funders.push_back(names_.call("Party", party.text()));
    }
    return fmt::format(
        "the funding is not from {} alone: {}", group,
        funders.empty() ? "no funder is stated" : fmt::format("it is from {}", join(funders)));
  }

  std::string say_tie(const cedar::EntityUid& uid, bool value) const {
    if (value) return fmt::format("the tie is `{}`", uid.id().view());
    std::vector<std::string> bases;
    bases.reserve(facts_.ties.bases.size());
    for (const registry::Basis basis : facts_.ties.bases) {
      bases.push_back(fmt::format("`{}`", registry::name_of(basis)));
    }
    return fmt::format("the tie is {}, not `{}`", join(bases), uid.id().view());
  }

  const Names& names_;
  const Facts& facts_;
  const Truth& truth_;
  const cedar::Source& source_;
};

std::string Words::say(const cedar::Source& source, const cedar::Expr& expr, bool value) const {
  return Sentence(*this, source).say(expr, value, 0);
}

}  // namespace countersign::kernel
