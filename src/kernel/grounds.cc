// SPDX-License-Identifier: Apache-2.0
#include "kernel/grounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cedar/explain.h"
#include "cedar/partial.h"
#include "kernel/internal/analysis.h"
#include "kernel/internal/compiled.h"
#include "kernel/internal/policy_grounds.h"
#include "kernel/internal/words.h"

namespace countersign::kernel {

namespace {

std::string called(const registry::ItemPath& path) { return registry::to_text(path); }

std::string percent(std::int64_t bp) { return fmt::format("{}.{:02} %", bp / 100, bp % 100); }

std::string say_claim(const registry::ClaimedTie& tie) {
  const std::string item = called(tie.path);
  const std::string& claim = tie.claim.text();
  switch (tie.basis) {
    case registry::Basis::Supplied:
      return fmt::format("it supplied {} (its claim {})", item, claim);
    case registry::Basis::Owner:
      return fmt::format("it owns {} (its claim {})", item, claim);
    case registry::Basis::DirectProduct:
      return fmt::format("{} is a direct product of its technology (its claim {})", item, claim);
    case registry::Basis::Data:
      return fmt::format("{} relies on its {} data (its claim {})", item,
                         tie.kind ? tie.kind->text() : std::string(), claim);
    case registry::Basis::Component:
      break;
  }
  return fmt::format("{} is its component (its claim {})", item, claim);
}

std::string say_source(const registry::TieSource& source) {
  if (const auto* claimed = std::get_if<registry::ClaimedTie>(&source)) return say_claim(*claimed);
  if (const auto* needed = std::get_if<registry::NeededData>(&source)) {
    const std::string row = needed->row
                                ? fmt::format(" in row {} of its list `{}`", needed->row->position,
                                              needed->row->list.text())
                                : std::string();
    return fmt::format("{} needs its {} data (so {} describes it{})", called(needed->path),
                       needed->kind.text(), needed->described_by.text(), row);
  }
  return fmt::format("the request relies on its {} data",
                     std::get<registry::RequestedData>(source).kind.text());
}

std::string say_share(const registry::ComponentShare& share) {
  std::vector<std::string> paths;
  paths.reserve(share.parts.size());
  for (const registry::OwnPart& part : share.parts) paths.push_back(called(part.path));
  return fmt::format("its components are {} {} of the {} {} that {} costs, {} (by way of {})",
                     with_commas(share.content.text()), share.currency, with_commas(share.price),
                     share.currency, share.item.text(), percent(share.bp_floor), join(paths));
}

void add_ties(const AuthorityDetermination& determination, std::vector<Ground>& grounds) {
  if (!determination.facts) return;
  const auto add = [&](const std::string& why) {
    Ground ground;
    ground.kind = Ground::Kind::Tie;
    ground.rule = name_of(ground.kind);
    ground.sentence = fmt::format("{} has a say: {}", determination.authority.text(), why);
    grounds.push_back(std::move(ground));
  };
  const registry::TieFacts& ties = determination.facts->ties;
  for (const registry::TieSource& source : ties.sources) add(say_source(source));
  for (const registry::ComponentShare& share : ties.shares) {
    if (share.gives_tie) add(say_share(share));
  }
}

void add_no_permission(const PolicyGrounds& policies, const RuleBook::Compiled& book,
                       std::vector<Ground>& grounds) {
  std::vector<Ground> close = policies.came_close();
  Ground none;
  none.kind = Ground::Kind::NoPermission;
  none.rule = name_of(none.kind);
  none.sentence = close.empty()
                      ? fmt::format(
                            "no permission of {} covers it: none in force is for this "
                            "requester, action and item",
                            book.authority.text())
                      : fmt::format("no permission of {} covers it", book.authority.text());
  grounds.push_back(std::move(none));
  std::move(close.begin(), close.end(), std::back_inserter(grounds));
}

}  // namespace

std::string_view name_of(Ground::Kind kind) {
  switch (kind) {
    case Ground::Kind::Tie:
      return "tie";
    case Ground::Kind::Permits:
      return "permits";
    case Ground::Kind::Needs:
      return "permits-once-approved";
    case Ground::Kind::Bars:
      return "bars";
    case Ground::Kind::Unless:
      return "bars-unless-approved";
    case Ground::Kind::NoPermission:
      return "no-permission";
    case Ground::Kind::CameClose:
      return "came-close";
    case Ground::Kind::Advises:
      return "advises";
    case Ground::Kind::Gap:
      return "gap";
  }
  return "gap";
}

std::vector<Ground> grounds(const Rules& rules, const AuthorityDetermination& determination) {
  std::vector<Ground> grounds;
  for (const Gap& gap : determination.gaps) {
    Ground ground;
    ground.kind = Ground::Kind::Gap;
    ground.rule = gap.rule;
    ground.sentence = gap.message;
    ground.directive = gap.directive;
    ground.file = gap.file;
    ground.at = gap.place;
    grounds.push_back(std::move(ground));
  }
  const RuleBook* book = rules.book(determination.authority);
  if (determination.gaps.empty() && book != nullptr && determination.facts) {
    const auto hearing = Hearing::open(book->compiled(), *determination.facts);
    if (hearing) {
      const Analysis analysis = analyse(book->compiled(), *hearing, *determination.facts);
      const PolicyGrounds policies(book->compiled(), *hearing, *determination.facts, analysis);
      policies.add_decided(grounds);
      if (determination.outcome == Outcome::Prohibited && analysis.permits.is_never()) {
        add_no_permission(policies, book->compiled(), grounds);
      }
      policies.add_advisories(grounds);
    }
  }
  add_ties(determination, grounds);
  return grounds;
}

}  // namespace countersign::kernel
