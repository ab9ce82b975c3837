// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "registry/graph/answers.h"
#include "registry/graph/import/mapping.h"

namespace countersign::registry::graph {
namespace {

using base::Fields;
using base::Json;

class Reader {
 public:
  Reader(const TieEngine& engine, base::Report& report)
      : engine_(engine), catalogue_(engine.catalogue()), report_(report) {}

  // Empty where something was reported.
  std::optional<Change> read(const Json& element) {
    const std::size_t before = report_.count();
    Fields fields(element, "a change", report_);
    static const std::vector<std::string_view> kWhat = {
        "origin", "component", "price", "supplier", "claim", "withdraw_claim", "rule"};
    Change change;
    const std::size_t what = fields.word("what", kWhat);
    if (report_.count() != before) return std::nullopt;  // what else is there nobody can tell
    switch (what) {
      case 0:
        change = read_origin(fields);
        break;
      case 1:
        change = read_line(fields);
        break;
      case 2:
        change = read_price(fields);
        break;
      case 3:
        change =
            SupplierChange{node(fields, {"item", "data", "technology"}), name(fields, "supplier")};
        break;
      case 4:
        change = read_claim(fields);
        break;
      case 5:
        change = read_withdrawal(fields);
        break;
      default:
        change = read_rule(fields);
    }
    fields.finish();
    if (report_.count() != before) return std::nullopt;
    return change;
  }

 private:
  std::string name(Fields& fields, std::string_view member) {
    std::string text = fields.text(member);
    if (const Json* there = fields.maybe(member); there != nullptr && text.empty()) {
      fields.report(member, fmt::format("`{}` is empty", member), "write a name");
    }
    return text;
  }

  Node find(Fields& fields, std::string_view member, NodeKind kind) {
    const std::string written = fields.text(member);
    if (written.empty()) return kNoNode;
    const auto found = catalogue_.names.find(kind, written);
    if (!found) {
      fields.report(member, fmt::format("`{}` is not in the catalogue", written),
                    "changes are of what is there; import the lists anew to add to it");
    }
    return found.value_or(kNoNode);
  }

  // Of what stands under one of these names.
  Node node(Fields& fields, const std::vector<std::string_view>& members) {
    Node found = kNoNode;
    std::size_t there = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (fields.maybe(members[i]) == nullptr) continue;
      ++there;
      found = find(fields, members[i], static_cast<NodeKind>(i));
    }
    if (there != 1) {
      fields.report("what", "it is not said of what, or of two things",
                    "name it under one of item, data, technology");
    }
    return found;
  }

  std::uint8_t authority(Fields& fields, const std::string& id) {
    const auto found = catalogue_.tables.authority(id);
    if (!found && !id.empty()) {
      fields.report("authority", fmt::format("`{}` is no authority of the catalogue", id),
                    "import the lists anew with a mapping that names it");
    }
    return found.value_or(0);
  }

  OriginChange read_origin(Fields& fields) {
    OriginChange change;
    change.part = find(fields, "component", NodeKind::Item);
    change.from = fields.maybe_text("from");
    change.origin = fields.text("origin");
    if (change.part == kNoNode) return change;
    for (const std::uint32_t description : catalogue_.used_in.of(change.part)) {
      if (in_force(description) && has_line(description, change.part, change.from)) return change;
    }
    fields.report("component", "it is nowhere a part of that origin on the catalogue's date",
                  "look with `countersign trace COMPONENT --used-by`");
    return change;
  }

  LineChange read_line(Fields& fields) {
    LineChange change;
    change.item = find(fields, "item", NodeKind::Item);
    change.part = find(fields, "component", NodeKind::Item);
    change.quantity = fields.maybe_integer("quantity", 0);
    change.value = fields.maybe_integer("value", 0);
    if (fields.maybe("quantity") == nullptr && fields.maybe("value") == nullptr) {
      fields.report("what", "neither a quantity nor a value", "write what is another one now");
    }
    if (change.item == kNoNode || change.part == kNoNode) return change;
    const std::uint32_t description = engine_.state(change.item).description;
    if (description == kNone || !has_line(description, change.part, {})) {
      fields.report("component", "the item has no such component on the catalogue's date",
                    "look with `countersign trace COMPONENT --used-by`");
    }
    return change;
  }

  PriceChange read_price(Fields& fields) {
    PriceChange change;
    change.item = find(fields, "item", NodeKind::Item);
    change.price = fields.integer("price", 1);
    if (change.item != kNoNode && engine_.state(change.item).price == 0) {
      fields.report("item", "it has no price on the catalogue's date",
                    "import the lists anew with one");
    }
    return change;
  }

  ClaimChange read_claim(Fields& fields) {
    ClaimChange change;
    const Json* written = fields.need("claim");
    if (written == nullptr) return change;
    const MappedClaim claim = MappedClaim::read(*written, report_);
    Fields inside(*written, "a claim", report_);
    change.claim.id = claim.id;
    change.claim.authority = authority(inside, claim.authority);
    change.claim.basis = claim.basis;
    change.in_force = claim.in_force;
    change.target = claim.target;
    change.claim.on = claim.fact_on();
    if (const auto kind = claim.node_kind()) {
      change.claim.target = find(inside, name_of(*kind), *kind);
    }
    if (is_claimed(claim.id, change.claim.authority)) {
      inside.report("id", fmt::format("`{}` is a claim of the catalogue already", claim.id),
                    "give it another id, or withdraw the other first");
    }
    claimed_.insert({claim.id, change.claim.authority});
    withdrawn_.erase({claim.id, change.claim.authority});
    return change;
  }

  ClaimWithdrawal read_withdrawal(Fields& fields) {
    ClaimWithdrawal change;
    change.id = fields.id("id");
    change.authority = authority(fields, fields.id("authority"));
    if (!change.id.empty() && !is_claimed(change.id, change.authority)) {
      fields.report("id", fmt::format("there is no claim `{}` of that authority", change.id),
                    "claims that do not hold on the catalogue's date are not there");
    }
    withdrawn_.insert({change.id, change.authority});
    claimed_.erase({change.id, change.authority});
    return change;
  }

  RuleChange read_rule(Fields& fields) {
    RuleChange change;
    const Json* written = fields.need("rule");
    if (written == nullptr) return change;
    const MappedRule rule = MappedRule::read(*written, report_);
    Fields inside(*written, "a rule", report_);
    change = {authority(inside, rule.authority), rule.destination, rule.rule};
    if (written->find("in_force") != nullptr) {
      inside.report("in_force", "a rule that changes holds for as long as the one before",
                    "leave it out; for other periods import the lists anew");
    }
    return change;
  }

  bool in_force(std::uint32_t description) const {
    return engine_.state(catalogue_.descriptions[description].node).description == description;
  }

  bool has_line(std::uint32_t description, Node part,
                const std::optional<std::string>& origin) const {
    const auto lines = catalogue_.lines.of(description);
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return line.part == part && (!origin || catalogue_.tables.origins[line.origin] == *origin);
    });
  }

  bool is_claimed(const std::string& id, std::uint8_t authority) const {
    if (claimed_.contains({id, authority})) return true;
    if (withdrawn_.contains({id, authority})) return false;
    const auto& claims = catalogue_.tables.claims;
    return std::any_of(claims.begin(), claims.end(), [&](const ClaimFact& claim) {
      return claim.id == id && claim.authority == authority &&
             catalogue_.holds(claim.period, engine_.at());
    });
  }

  const TieEngine& engine_;
  const Catalogue& catalogue_;
  base::Report& report_;
  std::set<std::pair<std::string, std::uint8_t>> claimed_, withdrawn_;  // by changes before
};

struct Reached {
  const TieEngine& engine;

  std::vector<Node> upwards(Node node) const {
    std::vector<Node> nodes = above(engine, node);
    nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }
  using Nodes = std::optional<std::vector<Node>>;
  Nodes operator()(const OriginChange& change) const { return upwards(change.part); }
  Nodes operator()(const LineChange& change) const { return upwards(change.item); }
  Nodes operator()(const PriceChange& change) const { return std::vector<Node>{change.item}; }
  Nodes operator()(const SupplierChange& change) const { return upwards(change.node); }
  Nodes operator()(const ClaimChange& change) const {
    return change.claim.on == ClaimFact::On::Item ? Nodes(upwards(change.claim.target)) : Nodes();
  }
  Nodes operator()(const ClaimWithdrawal& change) const {
    for (const ClaimFact& claim : engine.catalogue().tables.claims) {
      if (claim.id != change.id || claim.authority != change.authority) continue;
      return claim.on == ClaimFact::On::Item ? Nodes(upwards(claim.target)) : Nodes();
    }
    return Nodes();
  }
  Nodes operator()(const RuleChange&) const { return Nodes(); }
};

struct Applied {
  TieEngine& engine;

  bool operator()(const OriginChange& change) const {
    const auto& origins = engine.catalogue().tables.origins;
    const auto origin = engine.origin(change.origin);
    if (!origin) return false;
    std::optional<std::uint16_t> from;
    if (change.from) {
      const auto known = std::find(origins.begin(), origins.end(), *change.from);
      if (known == origins.end()) return true;  // a change before left no part of it
      from = static_cast<std::uint16_t>(known - origins.begin());
    }
    engine.change_origin(change.part, *origin, from);
    return true;
  }
  bool operator()(const LineChange& change) const {
    engine.change_line(change.item, change.part, change.quantity, change.value);
    return true;
  }
  bool operator()(const PriceChange& change) const {
    engine.change_price(change.item, change.price);
    return true;
  }
  bool operator()(const SupplierChange& change) const {
    engine.change_supplier(change.node, engine.supplier(change.supplier));
    return true;
  }
  bool operator()(const ClaimChange& change) const {
    ClaimFact claim = change.claim;
    claim.period = engine.period(change.in_force);
    std::optional<std::uint32_t> target = claim.target;
    if (claim.on == ClaimFact::On::Origin) target = engine.origin(change.target);
    if (claim.on == ClaimFact::On::Supplier) target = engine.supplier(change.target);
    if (claim.on == ClaimFact::On::Class) target = engine.product_class(change.target);
    if (!target) return false;
    claim.target = *target;
    engine.add_claim(std::move(claim));
    return true;
  }
  bool operator()(const ClaimWithdrawal& change) const {
    engine.withdraw_claim(change.id, change.authority);
    return true;
  }
  bool operator()(const RuleChange& change) const {
    engine.change_rule(change.authority, change.destination, change.rule);
    return true;
  }
};

}  // namespace

std::vector<Change> read_changes(const TieEngine& engine, const Json& document,
                                 base::Report& report) {
  Fields fields(document, "a list of changes", report);
  fields.need("changes");
  std::vector<Change> changes;
  Reader reader(engine, report);
  for (const Json& element : fields.array("changes")) {
    if (auto change = reader.read(element)) changes.push_back(*std::move(change));
  }
  fields.finish();
  if (report.clean() && changes.empty()) {
    report.add(document.at, "there is no change in it", "write what has changed");
  }
  return changes;
}

std::optional<std::vector<Node>> reach_of(const TieEngine& engine, const Change& change) {
  return std::visit(Reached{engine}, change);
}

bool apply(TieEngine& engine, const Change& change) { return std::visit(Applied{engine}, change); }

}  // namespace countersign::registry::graph
