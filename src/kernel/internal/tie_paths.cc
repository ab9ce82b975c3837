// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/tie_paths.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace countersign::kernel {
namespace {

using base::Refusal;
using registry::Amount;
using registry::Basis;
using registry::Component;
using registry::ComponentRule;
using registry::ItemDescription;
using registry::ItemId;
using registry::ItemPath;
using registry::Recorded;

constexpr std::int64_t kWholeBp = 10'000;

class Paths {
 public:
  Paths(const registry::RegistersView& view, const registry::TieQuestion& question,
        const registry::AuthorityId& authority)
      : view_(view), question_(question), authority_(authority) {}

  base::Ruled<void> check(const registry::TieFacts& ties) const {
    if (ties.authority != authority_) return wrong("the ties are another authority's");
    std::vector<Basis> bases;
    for (const registry::TieSource& source : ties.sources) {
      BOOST_OUTCOME_TRY(const Basis basis,
                        std::visit([&](const auto& one) { return follow(one); }, source));
      bases.push_back(basis);
    }
    for (const registry::ComponentShare& share : ties.shares) {
      BOOST_OUTCOME_TRY(weigh(share));
      if (share.gives_tie) bases.push_back(Basis::Component);
    }
    std::sort(bases.begin(), bases.end());
    bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
    if (bases.empty() || bases != ties.bases) {
      return wrong("the bases of the ties are not those of what they rest on");
    }
    return check_bounds(ties);
  }

 private:
  Refusal wrong(std::string_view what) const {
    return {"tie-path", fmt::format("the ties of {}: {}", authority_.text(), what),
            authority_.text()};
  }

  bool is_asked_about(const ItemId& item) const {
    return item == question_.item ||
           std::find(question_.used_with.begin(), question_.used_with.end(), item) !=
               question_.used_with.end();
  }

  base::Ruled<const Recorded<ItemDescription>*> description_of(const ItemId& item) const {
    const auto* description = view_.describe(item);
    if (description != nullptr) return description;
    const std::string unsure = view_.unsure_of(item);
    return wrong(unsure.empty() ? fmt::format("no description of `{}` is in force", item.text())
                                : unsure);
  }

  // From what is asked about down to the last, each a component of the one before.
  base::Ruled<void> walk(const ItemPath& path) const {
    if (path.empty() || !is_asked_about(path.front())) {
      return wrong("a way does not begin with what is asked about");
    }
    for (std::size_t i = 1; i < path.size(); ++i) {
      BOOST_OUTCOME_TRY(const auto* whole, description_of(path[i - 1]));
      const auto& parts = (*whole)->components;
      const bool holds = std::any_of(parts.begin(), parts.end(),
                                     [&](const Component& part) { return part.id == path[i]; });
      if (holds) continue;
      return wrong(fmt::format("`{}` is no component of `{}`", path[i].text(), path[i - 1].text()));
    }
    return base::outcome::success();
  }

  bool claims(const std::vector<const Recorded<registry::Claim>*>& in_force,
              const registry::ClaimId& id, Basis basis) const {
    return std::any_of(in_force.begin(), in_force.end(), [&](const auto* claim) {
      return claim->record.authority == authority_ && (*claim)->id == id &&
             (*claim)->basis == basis;
    });
  }

  base::Ruled<Basis> follow(const registry::ClaimedTie& claimed) const {
    BOOST_OUTCOME_TRY(walk(claimed.path));
    if (!claims(view_.claims_on(claimed.path.back()), claimed.claim, claimed.basis)) {
      return wrong(fmt::format("the claim `{}` is not in force", claimed.claim.text()));
    }
    if (claimed.path.size() > 1 && claimed.basis != Basis::Data) {
      return wrong(fmt::format("the claim `{}` is about a part alone", claimed.claim.text()));
    }
    return claimed.basis;
  }

  base::Ruled<Basis> follow(const registry::NeededData& needed) const {
    BOOST_OUTCOME_TRY(walk(needed.path));
    BOOST_OUTCOME_TRY(const auto* item, description_of(needed.path.back()));
    const auto& needs = (*item)->needs;
    const bool stated = std::any_of(needs.begin(), needs.end(), [&](const registry::Need& need) {
      return need.authority == authority_ && need.kind == needed.kind;
    });
    if (stated && item->record.authority == needed.described_by &&
        view_.row_of(needed.path.back()) == needed.row) {
      return Basis::Data;
    }
    return wrong(fmt::format("`{}` does not need its `{}` data, as it is described",
                             needed.path.back().text(), needed.kind.text()));
  }

  base::Ruled<Basis> follow(const registry::RequestedData& requested) const {
    const registry::DataSource source{authority_, requested.kind};
    const auto& sources = question_.data_sources;
    if (std::find(sources.begin(), sources.end(), source) != sources.end()) return Basis::Data;
    return wrong("the request does not rely on such data");
  }

  // The line of a description that a part is.
  base::Ruled<void> check_part(const registry::OwnPart& part) const {
    BOOST_OUTCOME_TRY(walk(part.path));
    if (part.path.size() < 2) return wrong("a part is no part of anything");
    const ItemId& id = part.path.back();
    const ItemId& whole_id = part.path[part.path.size() - 2];
    BOOST_OUTCOME_TRY(const auto* whole, description_of(whole_id));
    for (const registry::ClaimId& claim : part.claims) {
      if (claims(view_.claims_on_component(id), claim, Basis::Component)) continue;
      return wrong(fmt::format("the claim `{}` is not in force", claim.text()));
    }
    const auto& lines = (*whole)->components;
    const bool stands = std::any_of(lines.begin(), lines.end(), [&](const Component& line) {
      return line.id == id && line.value == part.value &&
             (line.origin == authority_ || !part.claims.empty());
    });
    if (stands && whole->record.authority == part.described_by &&
        view_.row_of(whole_id) == part.row &&
        part.pieces.times(Amount(part.value)) == part.amount) {
      return base::outcome::success();
    }
    return wrong(
        fmt::format("`{}` in `{}` is not its part, of that value", id.text(), whole_id.text()));
  }

  base::Ruled<void> weigh(const registry::ComponentShare& share) const {
    if (!is_asked_about(share.item)) return wrong("a share is of something else");
    std::optional<Amount> content = Amount();
    for (const registry::OwnPart& part : share.parts) {
      if (part.path.empty() || part.path.front() != share.item) {
        return wrong("a part is of something else");
      }
      BOOST_OUTCOME_TRY(check_part(part));
      if (content) content = content->plus(part.amount);
    }
    const auto price = view_.price_of(share.priced_by, share.item);
    const auto scaled = share.content.times(Amount(kWholeBp));
    const registry::AuthorityView* own = view_.find(authority_);
    const bool priced = price && price->price == share.price && price->currency == share.currency &&
                        view_.row_of(share.item) == share.row;
    if (!priced || own == nullptr || content != share.content || !scaled ||
        scaled->over_down(share.price) != share.bp_floor ||
        scaled->over_up(share.price) != share.bp_ceiling || share.rule != own->component_rule()) {
      return wrong(
          fmt::format("the share in `{}` is not what its parts and price give", share.item.text()));
    }
    const bool gives = share.rule.kind == ComponentRule::Kind::AnyShare ||
                       share.bp_floor >= share.rule.threshold_bp;
    if (gives == share.gives_tie && !share.content.is_zero()) return base::outcome::success();
    return wrong("its rule makes another thing of the share");
  }

  base::Ruled<void> check_bounds(const registry::TieFacts& ties) const {
    std::vector<ItemId> roots{question_.item};
    for (const ItemId& item : question_.used_with) {
      if (std::find(roots.begin(), roots.end(), item) == roots.end()) roots.push_back(item);
    }
    std::int64_t least = ties.shares.empty() ? 0 : ties.shares.front().bp_floor;
    std::int64_t most = 0;
    for (const registry::ComponentShare& share : ties.shares) {
      least = std::min(least, share.bp_floor);
      most = std::max(most, share.bp_ceiling);
    }
    if (ties.shares.size() < roots.size()) least = 0;
    if (ties.share_bp_min == least && ties.share_bp_max == most) return base::outcome::success();
    return wrong("the bounds of the share are not those of its shares");
  }

  const registry::RegistersView& view_;
  const registry::TieQuestion& question_;
  const registry::AuthorityId& authority_;
};

}  // namespace

base::Ruled<void> check_paths(const registry::RegistersView& view,
                              const registry::TieQuestion& question,
                              const registry::AuthorityId& authority,
                              const registry::TieFacts& ties) {
  return Paths(view, question, authority).check(ties);
}

}  // namespace countersign::kernel
