// SPDX-License-Identifier: Apache-2.0
#include "kernel/answers.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "kernel/grounds.h"
#include "kernel/internal/words.h"
#include "registry/claim.h"

namespace countersign::kernel {

namespace {

using base::Json;
using Members = std::vector<std::pair<std::string, Json>>;

// A list of what `write_one` makes of each value.
template <class T, class Write>
Json list(const std::vector<T>& values, Write write_one) {
  std::vector<Json> items;
  items.reserve(values.size());
  for (const T& value : values) items.push_back(write_one(value));
  return base::json_array(std::move(items));
}

template <class Id>
Json texts(const std::vector<Id>& ids) {
  return list(ids, [](const Id& id) { return base::json_text(id.text()); });
}

Json texts(const std::vector<registry::Basis>& ties) {
  return list(ties, [](registry::Basis basis) { return base::json_text(name_of(basis)); });
}

Json texts(const std::vector<std::string_view>& names) {
  return list(names, [](std::string_view name) { return base::json_text(name); });
}

Json sets(const std::vector<std::vector<registry::OfficeId>>& approvals) {
  return list(approvals, [](const auto& set) { return texts(set); });
}

Json json_of(const Ground& ground) {
  Members members = {{"rule", base::json_text(ground.rule)}};
  if (!ground.directive.empty()) {
    members.emplace_back("directive", base::json_text(ground.directive.text()));
  }
  if (!ground.policy.empty()) members.emplace_back("policy", base::json_text(ground.policy));
  members.emplace_back("says", base::json_text(ground.sentence));
  if (!ground.source.empty()) members.emplace_back("source", base::json_text(ground.source));
  if (!ground.file.empty()) {
    members.emplace_back("file", base::json_text(ground.file));
    members.emplace_back("line", base::json_integer(ground.at.line));
    members.emplace_back("column", base::json_integer(ground.at.column));
  }
  return base::json_object(std::move(members));
}

Json json_of(const Gap& gap) {
  return base::json_object(
      {{"rule", base::json_text(gap.rule)}, {"message", base::json_text(gap.message)}});
}

Json json_of(const ProcedureDemand& demand) {
  Members members = {{"office", base::json_text(demand.office.text())},
                     {"advice", base::json_text(registry::name_of(demand.kind))},
                     {"directive", base::json_text(demand.directive.text())},
                     {"procedure", base::json_text(demand.procedure.text())}};
  registry::add_silence(members, demand.silence);
  return base::json_object(std::move(members));
}

Json json_of(const DecisionDeadline& deadline) {
  Members members = {{"directive", base::json_text(deadline.directive.text())},
                     {"procedure", base::json_text(deadline.procedure.text())}};
  registry::add_silence(members, deadline.silence);
  return base::json_object(std::move(members));
}

template <class T>
Json json_of(const std::vector<T>& values) {
  return list(values, [](const T& value) { return json_of(value); });
}

// The rating before and after, with all that it was worked out from.
Json json_of_stock(const Facts& facts) {
  Json stock = *write(facts).find("rating");
  if (const auto before = facts.rating->before()) {
    stock.members.push_back({"before", {}, base::json_text(registry::name_of(*before)), 0, 0});
  }
  return stock;
}

Json json_of(const AuthorityDetermination& one, const Rules& rules) {
  Members members = {{"authority", base::json_text(one.authority.text())},
                     {"ties", texts(one.ties)},
                     {"outcome", base::json_text(name_of(one.outcome))},
                     {"approvals", sets(one.approvals)},
                     {"authorised_by", texts(one.authorised_by)},
                     {"barred_by", texts(one.barred_by)},
                     {"advisories", texts(one.advisories)},
                     {"grounds", json_of(grounds(rules, one))},
                     {"procedure", json_of(one.procedure)}};
  if (!one.deadlines.empty()) members.emplace_back("deadlines", json_of(one.deadlines));
  if (one.rating) {
    members.emplace_back("rating", base::json_text(registry::name_of(*one.rating)));
  }
  if (one.facts && one.facts->rating) members.emplace_back("stock", json_of_stock(*one.facts));
  return base::json_object(std::move(members));
}

Json json_of_view(const AuthorityRequesterView& one) {
  return base::json_object({{"authority", base::json_text(one.authority.text())},
                            {"ties", texts(one.ties)},
                            {"outcome", base::json_text(name_of(one.shown))},
                            {"approvals", sets(one.approvals)},
                            {"authorised_by", base::json_array({})},
                            {"barred_by", texts(one.barred_by)},
                            {"advisories", texts(one.advisories)},
                            {"grounds", json_of(one.grounds)},
                            {"stock_left_out", base::json_bool(one.stock_left_out)}});
}

std::string say_ties(const std::vector<registry::Basis>& ties) {
  std::vector<std::string> names;
  names.reserve(ties.size());
  for (const registry::Basis basis : ties) {
    names.push_back(basis == registry::Basis::DirectProduct
                        ? "direct product"
                        : std::string(registry::name_of(basis)));
  }
  return join(names);
}

std::string say_sets(const std::vector<std::vector<registry::OfficeId>>& approvals) {
  std::vector<std::string> ways;
  ways.reserve(approvals.size());
  for (const auto& set : approvals) {
    std::vector<std::string> offices;
    offices.reserve(set.size());
    for (const registry::OfficeId& office : set) offices.push_back(office.text());
    ways.push_back(join(offices));
  }
  return join(ways, "or");
}

std::string say_undeclared(const std::vector<std::string_view>& names) {
  if (names.empty()) return {};
  std::vector<std::string> parts;
  parts.reserve(names.size());
  for (const std::string_view name : names) parts.push_back(fmt::format("`{}`", name));
  return fmt::format("\nleft out of the request, and counted as none: {}", join(parts));
}

std::string head(const registry::AuthorityId& authority, const std::vector<registry::Basis>& ties,
                 std::string_view outcome,
                 const std::vector<std::vector<registry::OfficeId>>& approvals) {
  return fmt::format("\n\n{}   tie (nexus): {}\n  {}{}", authority.text(), say_ties(ties), outcome,
                     approvals.empty() ? "" : ": " + say_sets(approvals));
}

std::string lines(const std::vector<Ground>& grounds) {
  std::string text;
  for (const Ground& ground : grounds) text += fmt::format("\n  - {}", ground.sentence);
  return text;
}

std::string say(const ProcedureDemand& demand) {
  return fmt::format(
      "\n  before the decision: {} must {} ({}, procedure {}){}", demand.office.text(),
      demand.kind == registry::AdviceDemand::Kind::In ? "have given its advice" : "concur",
      demand.directive.text(), demand.procedure.text(),
      demand.silence ? "; " + registry::words_of(*demand.silence, registry::Awaited::Advice) : "");
}

std::string say(const DecisionDeadline& deadline) {
  return fmt::format("\n  the decision ({}, procedure {}): {}", deadline.directive.text(),
                     deadline.procedure.text(),
                     registry::words_of(*deadline.silence, registry::Awaited::Decision));
}

}  // namespace

Json to_json(const Determination& determination, const Rules& rules) {
  Json authorities = list(determination.authorities, [&rules](const AuthorityDetermination& one) {
    return json_of(one, rules);
  });
  return base::json_object({{"overall", base::json_text(name_of(determination.overall))},
                            {"authorities", std::move(authorities)},
                            {"as_of", base::json_text(base::to_text(determination.at))},
                            {"undeclared", texts(undeclared(determination.request))},
                            {"gaps", json_of(determination.gaps)}});
}

Json to_json(const RequesterView& view) {
  return base::json_object({{"view", base::json_text("requester")},
                            {"overall", base::json_text(name_of(view.overall))},
                            {"authorities", list(view.authorities, json_of_view)},
                            {"as_of", base::json_text(base::to_text(view.at))},
                            {"undeclared", texts(view.undeclared)},
                            {"stock", base::json_text(kNoStockFigure)}});
}

Json to_json(const base::Refusal& refusal) {
  return base::json_object(
      {{"refused", base::json_object({{"rule", base::json_text(refusal.rule)},
                                      {"message", base::json_text(refusal.message)},
                                      {"where", base::json_text(refusal.where)}})}});
}

std::string to_text(const Determination& determination, const Rules& rules) {
  std::string text =
      fmt::format("{}\nas of {}", words_of(determination.overall), base::to_text(determination.at));
  text += say_undeclared(undeclared(determination.request));
  for (const Gap& gap : determination.gaps) text += fmt::format("\n- {}", gap.message);
  for (const AuthorityDetermination& one : determination.authorities) {
    text += head(one.authority, one.ties, words_of(one.outcome), one.approvals);
    for (const ProcedureDemand& demand : one.procedure) text += say(demand);
    for (const DecisionDeadline& deadline : one.deadlines) text += say(deadline);
    // What is missing of the ties was said above, once for everybody.
    if (determination.gaps.empty()) text += lines(grounds(rules, one));
  }
  return text;
}

std::string to_text(const RequesterView& view) {
  std::string text = fmt::format("{}\nas of {}", words_of(view.overall), base::to_text(view.at));
  text += say_undeclared(view.undeclared);
  text += fmt::format("\n{}", kNoStockFigure);
  for (const AuthorityRequesterView& one : view.authorities) {
    text += head(one.authority, one.ties, words_of(one.shown), one.approvals);
    text += lines(one.grounds);
  }
  return text;
}

std::string to_text(const base::Refusal& refusal) {
  return fmt::format("refused ({}): {}{}", refusal.rule, refusal.message,
                     refusal.where.empty() ? "" : fmt::format(" (at `{}`)", refusal.where));
}

}  // namespace countersign::kernel
