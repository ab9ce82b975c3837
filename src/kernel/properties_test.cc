// SPDX-License-Identifier: Apache-2.0
// What must hold for every policy that passes the rules: derived approvals are those that an
// exhaustive search finds; approvals never hurt; doubt never helps.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/testing/within.h"
#include "kernel/determination.h"
#include "kernel/testing/world.h"

namespace countersign::kernel {
namespace {

using registry::OfficeId;
using testing::World;

const registry::AuthorityId kUs("US");

int upto(int most) { return *base::testing::within(0, most + 1); }

std::string pick(const std::vector<std::string>& from) {
  return from[static_cast<std::size_t>(upto(static_cast<int>(from.size()) - 1))];
}

std::string office() { return fmt::format("Office::\"US/O{}\"", upto(4)); }
std::string region() { return "Region::\"" + pick({"A", "A/in", "B", "AB"}) + "\""; }

// A question whose answer only rises with approvals, or falls when `rising` is false.
std::string approvals(bool rising) {
  std::string question;
  switch (upto(2)) {
    case 0:
      question = fmt::format("context.approvals.contains({})", office());
      break;
    case 1:
      question = fmt::format("context.approvals.containsAll([{}, {}])", office(), office());
      break;
    default:
      question =
          fmt::format("context.approvals.containsAny([{}, {}, {}])", office(), office(), office());
  }
  return rising ? question : "!" + question;
}

// A question whose answer only falls with doubt, or rises when `falling` is false.
std::string bound(bool falling) {
  const std::string set = falling ? "context.within" : "context.touches";
  switch (upto(4)) {
    case 0:
      return fmt::format("{}.contains({})", set, region());
    case 1:
      return fmt::format("{}.containsAny([{}, {}])", set, region(), region());
    case 2:
      return fmt::format("!{}.contains({})", falling ? "context.touches" : "context.within",
                         region());
    case 3:
      return fmt::format("context.item.range_km_{}", falling ? "max <= 440" : "max > 440");
    default:
      return fmt::format("[{}, {}].containsAll({})", region(), region(),
                         falling ? "context.touches" : "context.within");
  }
}

std::string exact() {
  return pick({"context.quantity < 2", "context.quantity > 1", "principal == Party::\"UA\"",
               "context.categories.contains(Category::\"oil\")", "resource == Item::\"M\""});
}

// A condition that speaks for allow the more approvals there are and the less doubt (`towards`), or
// the other way round. Of every operator the rules follow.
std::string condition(bool towards, int depth) {
  if (depth == 0) {
    const int kind = upto(4);
    if (kind == 0) return exact();
    return kind <= 2 ? approvals(towards) : bound(towards);
  }
  const auto part = [&](bool which) { return "(" + condition(which, depth - 1) + ")"; };
  switch (upto(6)) {
    case 0:
      return part(towards) + " && " + part(towards);
    case 1:
      return part(towards) + " || " + part(towards);
    case 2:
      return "!" + part(!towards);
    case 3:
      return part(towards) + " == true";
    case 4:
      return fmt::format("if {} then {} else {}", exact(), part(towards), part(towards));
    case 5:
      return fmt::format("if {} then {} else false", part(towards), part(towards));
    default:
      return fmt::format("if {} then false else {}", part(!towards), part(towards));
  }
}

std::string policy() {
  const bool permit = upto(2) != 0;
  const bool when = upto(1) == 0;
  return fmt::format("{} (principal, action, resource) {} {{ {} }};\n",
                     permit ? "permit" : "forbid", when ? "when" : "unless",
                     condition(permit == when, upto(3)));
}

// A world whose policies pass the rules. What the strict validator would not take (a condition that
// can never hold) is drawn again.
World any_world() {
  World world;
  std::string cedar;
  for (int i = upto(4); i >= 0; --i) cedar += policy();
  return world.directive({"X", cedar, ""});
}

// The policies that were refused for a reason other than validation: there must be none, or the
// generator does not say what it claims.
void check_leaning(const Rules& rules) {
  if (rules.failure(kUs) == nullptr) return;
  for (const base::Issue& issue : rules.failure(kUs)->issues) {
    RC_ASSERT(issue.message.rfind("validation:", 0) == 0U);
  }
}

std::string point(double lat, double lon, double uncertainty_m) {
  return fmt::format(R"({{"point": [{}, {}], "uncertainty_m": {}}})", lat, lon, uncertainty_m);
}

Request any_request(double uncertainty_m) {
  return testing::use(point(upto(1200) / 100.0 - 1, upto(2200) / 100.0 - 1, uncertainty_m),
                      upto(1) == 0 ? R"(, "categories": ["oil"])" : "");
}

std::vector<OfficeId> members(const RuleBook& book, std::uint32_t set) {
  std::vector<OfficeId> offices;
  for (std::size_t i = 0; i < book.offices().size(); ++i) {
    if (((set >> i) & 1U) != 0) offices.push_back(book.offices()[i]);
  }
  return offices;
}

RC_GTEST_PROP(Approvals, AreThoseAnExhaustiveSearchFinds, ()) {
  const World world = any_world();
  const Rules rules = world.rules();
  check_leaning(rules);
  RC_PRE(rules.book(kUs) != nullptr);
  const RuleBook& book = *rules.book(kUs);
  const auto answer = determine(rules, any_request(100));
  const AuthorityDetermination& one = answer.value().authorities[0];
  RC_ASSERT(one.outcome != Outcome::Undetermined);

  const std::uint32_t all = 1U << book.offices().size();
  std::vector<bool> allows(all);
  for (std::uint32_t set = 0; set < all; ++set) {
    const Verdict verdict = evaluate(book, *one.facts, members(book, set));
    RC_ASSERT(verdict != Verdict::Error);
    allows[set] = verdict == Verdict::Allow;
  }
  std::vector<std::vector<OfficeId>> minimal;
  for (std::uint32_t set = 0; set < all; ++set) {
    bool is_minimal = allows[set];
    for (std::uint32_t less = 0; less < all; ++less) {
      if ((less & set) != less || less == set) continue;
      RC_ASSERT(!allows[less] || allows[set]);  // an approval never turns allow into deny
      if (allows[less]) is_minimal = false;
    }
    if (is_minimal) minimal.push_back(members(book, set));
  }
  std::sort(minimal.begin(), minimal.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  const Outcome expected = allows[0]         ? Outcome::Authorised
                           : minimal.empty() ? Outcome::Prohibited
                                             : Outcome::ApprovalRequired;
  RC_ASSERT(one.outcome == expected);
  if (allows[0]) minimal.clear();
  RC_ASSERT(one.approvals == minimal);
}

RC_GTEST_PROP(Doubt, NeverTurnsDenyIntoAllow, ()) {
  const World world = any_world();
  const Rules rules = world.rules();
  check_leaning(rules);
  RC_PRE(rules.book(kUs) != nullptr);
  const RuleBook& book = *rules.book(kUs);
  const Request sure = any_request(upto(100) * 100.0);
  Request unsure = sure;
  unsure.place = sure.place->with_uncertainty(sure.place->uncertainty_m() + upto(500) * 1000.0);
  const Facts before = *determine(rules, sure).value().authorities[0].facts;
  Facts after = *determine(rules, unsure).value().authorities[0].facts;
  // Numbers get wider too.
  after.properties[0].bounds.min -= upto(100);
  after.properties[0].bounds.max += upto(100);
  for (std::uint32_t set = 0; set < 1U << book.offices().size(); ++set) {
    const std::vector<OfficeId> approvals = members(book, set);
    if (evaluate(book, before, approvals) == Verdict::Deny) {
      RC_ASSERT(evaluate(book, after, approvals) == Verdict::Deny);
    }
  }
}

RC_GTEST_PROP(Approvals, AreRefusedWhereTheyCouldHurt, ()) {
  // The same conditions leaning the wrong way: whatever passes the rules all the same must still be
  // monotone.
  const bool permit = upto(1) == 0;
  World world;
  world.directive({"X",
                   fmt::format("permit (principal, action, resource);\n"
                               "{} (principal, action, resource) when {{ {} }};\n",
                               permit ? "permit" : "forbid", condition(!permit, upto(2))),
                   ""});
  const Rules rules = world.rules();
  if (rules.book(kUs) == nullptr) return;
  const RuleBook& book = *rules.book(kUs);
  const Facts facts = *determine(rules, any_request(100)).value().authorities[0].facts;
  const std::uint32_t all = 1U << book.offices().size();
  for (std::uint32_t set = 0; set < all; ++set) {
    if (evaluate(book, facts, members(book, set)) != Verdict::Allow) continue;
    for (std::size_t i = 0; i < book.offices().size(); ++i) {
      RC_ASSERT(evaluate(book, facts, members(book, set | (1U << i))) == Verdict::Allow);
    }
  }
}

}  // namespace
}  // namespace countersign::kernel
