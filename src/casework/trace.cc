// SPDX-License-Identifier: Apache-2.0
#include "casework/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "casework/internal/traced_use.h"
#include "registry/claim.h"

namespace countersign::casework {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): the room of every name
                                  // here
using registry::Basis;
using registry::ComponentRule;

constexpr std::array<Basis, 5> kBases = {Basis::Supplied, Basis::Owner, Basis::Component,
                                         Basis::DirectProduct, Basis::Data};

base::Issues one_issue(std::string message, std::string remedy) {
  base::Issue issue;
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

class Tracer {
 public:
  Tracer(TieEngine& engine, const TraceQuestion& question, Node item)
      : engine_(engine),
        catalogue_(engine.catalogue()),
        question_(question),
        item_(item),
        rules_(engine.rules(question.destination)) {}

  Trace run(std::optional<std::uint8_t> authority) {
    trace_.item = question_.item;
    trace_.at = engine_.at();
    trace_.destination = question_.destination;
    trace_.ask = question_.ask;
    trace_.authority = question_.authority.value_or("");
    const NodeState& state = engine_.state(item_);
    trace_.price = state.price;
    if (state.is_described()) {
      trace_.currency = engine_.currency_of(catalogue_.descriptions[state.description].by);
    }
    const ItemTies ties = ties_of(engine_, item_, rules_);
    for (std::size_t i = 0; i < kGaps; ++i) {
      if ((ties.gaps >> i & 1) != 0) add_gap(static_cast<Gap>(i));
    }
    for (const Say& say : ties.says) {
      if (!authority || say.authority == *authority) add_tie(say);
    }
    if (question_.ask == TraceQuestion::Ask::WhyNot) why_not(*authority, ties);
    if (question_.ask == TraceQuestion::Ask::UsedBy) used_by();
    return std::move(trace_);
  }

 private:
  std::string label(Node node) const { return internal::label_of(catalogue_, node); }

  const std::string& authority_name(std::uint8_t authority) const {
    return catalogue_.tables.authorities[authority];
  }

  std::vector<TracedStep> told(const Path& path) const {
    static constexpr std::array<const char*, 3> kHow = {"contains", "needs", "is made with"};
    std::vector<TracedStep> steps;
    for (const PathStep& step : path) {
      steps.push_back({kHow[static_cast<std::size_t>(step.step)], label(step.node)});
    }
    return steps;
  }

  // "US-c1": the authority's claims in force that reach the node, or an origin.
  std::vector<std::string> claims_on(Node node, std::uint8_t authority,
                                     std::optional<std::uint16_t> origin = {}) const {
    std::vector<std::string> ids;
    for (const ClaimFact& claim : catalogue_.tables.claims) {
      if (claim.authority != authority || !catalogue_.holds(claim.period, engine_.at())) continue;
      const auto is_among = [&](auto all) {
        return std::find(all.begin(), all.end(), claim.target) != all.end();
      };
      const bool reaches =
          (claim.on == ClaimFact::On::Item && claim.target == node) ||
          (claim.on == ClaimFact::On::Supplier && is_among(catalogue_.suppliers.of(node))) ||
          (claim.on == ClaimFact::On::Class && is_among(catalogue_.classes.of(node))) ||
          (claim.on == ClaimFact::On::Origin && origin == claim.target);
      if (reaches) ids.push_back(claim.id);
    }
    return ids;
  }

  void add_path(TracedTie& tie, std::uint8_t authority, Basis basis) {
    const auto path = prove(engine_, item_, authority, basis);
    if (!path) return;
    const Node end = path->empty() ? item_ : path->back().node;
    tie.paths.push_back(
        {std::string(registry::name_of(basis)), told(*path), claims_on(end, authority)});
  }

  void add_sources(TracedTie& tie, std::uint8_t authority) {
    for (const PartSource& source : all_parts(engine_, item_, authority)) {
      const Line& line = catalogue_.lines.entries[source.line];
      tie.parts.push_back({label(source.whole), label(line.part),
                           catalogue_.tables.origins[line.origin], source.pieces.text(),
                           source.amount.text(), catalogue_.value(source.line).value_or(0),
                           claims_on(line.part, authority, line.origin)});
    }
    for (const Node node : all_data(engine_, item_, authority)) tie.data.push_back(label(node));
  }

  void add_tie(const Say& say) {
    TracedTie tie;
    tie.authority = authority_name(say.authority);
    tie.rule = rules_[say.authority];
    for (const Basis basis : kBases) {
      if ((say.bases & bit(basis)) != 0) tie.bases.emplace_back(registry::name_of(basis));
    }
    if (!say.content.is_zero()) tie.content = say.content.text();
    tie.bp_floor = say.bp_floor;
    tie.bp_ceiling = say.bp_ceiling;
    using Ask = TraceQuestion::Ask;
    if (question_.ask == Ask::Paths || question_.ask == Ask::Sources) {
      for (const Basis basis : kBases) {
        const bool counts = (say.bases & bit(basis)) != 0;
        if (counts || (say.bases == 0 && basis == Basis::Component)) {
          add_path(tie, say.authority, basis);
        }
      }
    }
    if (question_.ask == Ask::Sources) add_sources(tie, say.authority);
    (say.bases == 0 ? trace_.below : trace_.ties).push_back(std::move(tie));
  }

  void add_gap(Gap gap) {
    TracedGap told_gap;
    told_gap.kind = name_of(gap);
    const auto path = prove_gap(engine_, item_, gap);
    if (path) told_gap.way = told(*path);
    const std::string at = path && !path->empty() ? label(path->back().node) : label(item_);
    told_gap.message = message_of(gap, at);
    trace_.gaps.push_back(std::move(told_gap));
  }

  std::string message_of(Gap gap, const std::string& at) const {
    switch (gap) {
      case Gap::NotDescribed:
        return fmt::format("no description of `{}` is in force", at);
      case Gap::NotComplete:
        return fmt::format("the description of `{}` does not declare itself complete", at);
      case Gap::UnknownOrigin:
        return fmt::format("the origin of `{}` is not known", at);
      case Gap::UnknownValue:
        return fmt::format("the value of `{}` is not known", at);
      case Gap::UnknownProvider:
        return fmt::format("nobody is known to provide `{}`", at);
      case Gap::TooDeep:
        return "too many items lie within one another";
      case Gap::UnknownPrice:
        return fmt::format("no price of `{}` is in force", at);
      case Gap::Currency:
        return fmt::format("parts of `{}` are valued in another currency than its price", at);
      case Gap::Overflow:
        return fmt::format("a share of `{}` is too large to work out", at);
      case Gap::NoTie:
        return fmt::format("no authority has a say over `{}`, so none could consent", at);
    }
    return {};
  }

  std::string with_path(Node item, std::uint8_t authority, Basis basis) const {
    std::string text = label(item);
    if (const auto path = prove(engine_, item, authority, basis)) {
      for (const TracedStep& step : told(*path)) text += " > " + step.name;
    }
    return text;
  }

  void why_not(std::uint8_t authority, const ItemTies& ties) {
    auto& reasons = trace_.reasons;
    const std::string& name = authority_name(authority);
    const Say* say = ties.find(authority);
    if (say != nullptr && say->bases != 0) {
      reasons.push_back(fmt::format("it has one: ask with --path"));
      return;
    }
    if (!ties.determined()) {
      reasons.emplace_back("nothing can be said of anybody's parts while something is not known");
    }
    const Profile& profile = engine_.profile(item_);
    const AuthoritySet one = AuthoritySet{1} << authority;
    reasons.push_back(fmt::format("{} does not supply or own it, and claims neither", name));
    if ((engine_.state(item_).data & one) != 0) {
      reasons.push_back(fmt::format("it relies on {} ({}), but {}'s rule leaves data out", name,
                                    with_path(item_, authority, Basis::Data), name));
    } else {
      const Reach below = reach(engine_, item_);
      reasons.push_back(
          fmt::format("nothing among {} needs and {} parts, at any depth, is provided"
                      " or claimed as data by {}",
                      below.needs, below.lines, name));
    }
    const bool direct = prove(engine_, item_, authority, Basis::DirectProduct).has_value();
    reasons.push_back(direct || (profile.direct & one) != 0
                          ? fmt::format("it is made with {}, but {}'s rule leaves direct products "
                                        "out",
                                        with_path(item_, authority, Basis::DirectProduct), name)
                          : fmt::format("no technology of {} is named for it", name));
    why_no_parts(authority, say);
  }

  void why_no_parts(std::uint8_t authority, const Say* say) {
    const std::string& name = authority_name(authority);
    if (say != nullptr && !say->content.is_zero()) {
      const std::int64_t threshold = rules_[authority].component.threshold_bp;
      trace_.reasons.push_back(fmt::format(
          "parts worth {} of the price {} are {}'s: less than {}.{:02} %, below its threshold of "
          "{}.{:02} %",
          say->content.text(), trace_.price, name, (say->bp_floor + 1) / 100,
          (say->bp_floor + 1) % 100, threshold / 100, threshold % 100));
      return;
    }
    trace_.reasons.push_back(fmt::format(
        "no part with a value, at any depth, is of {}'s origin or claimed by it", name));
  }

  void used_by() {
    const std::vector<Node> nodes = above(engine_, item_);
    trace_.looked_at = nodes.size();
    if (!question_.if_origin) {
      for (const Node node : nodes) trace_.uses.push_back({label(node), {}, {}});
      return;
    }
    trace_.if_origin = *question_.if_origin;
    std::vector<internal::HadSay> before;
    before.reserve(nodes.size());
    for (const Node node : nodes) {
      before.push_back(internal::had_say(ties_of(engine_, node, rules_)));
    }
    const auto origin = engine_.origin(*question_.if_origin);
    if (!origin) return;
    engine_.change_origin(item_, *origin);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto after = internal::had_say(ties_of(engine_, nodes[i], rules_));
      if (after == before[i]) continue;
      trace_.uses.push_back(internal::use_of(catalogue_, nodes[i], before[i], after));
    }
  }

  TieEngine& engine_;
  const Catalogue& catalogue_;
  const TraceQuestion& question_;
  Node item_;
  const RuleSet& rules_;
  Trace trace_;
};

}  // namespace

base::Parsed<Trace> trace(TieEngine& engine, const TraceQuestion& question) {
  const auto item = engine.catalogue().item(question.item);
  if (!item) {
    return one_issue(fmt::format("`{}` is no item or component here", question.item),
                     "write its id as the registers or the catalogue do");
  }
  std::optional<std::uint8_t> authority;
  if (question.authority) {
    authority = engine.catalogue().tables.authority(*question.authority);
    if (!authority) {
      return one_issue(fmt::format("`{}` is no authority here", *question.authority),
                       "a party that is no authority has no tie");
    }
  } else if (question.ask == TraceQuestion::Ask::WhyNot) {
    return one_issue("why who has no say?", "name the authority");
  }
  return Tracer(engine, question, *item).run(authority);
}

}  // namespace countersign::casework
