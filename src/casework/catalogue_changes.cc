// SPDX-License-Identifier: Apache-2.0
#include "casework/catalogue_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "casework/internal/traced_use.h"
#include "registry/graph/changes.h"

namespace countersign::casework {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): of every name here
using internal::HadSay;

// The nodes that any of the changes may be about, in order.
std::vector<Node> reach_of_all(const TieEngine& engine, const std::vector<Change>& changes) {
  std::vector<Node> nodes;
  for (const Change& change : changes) {
    const auto some = reach_of(engine, change);
    if (!some) {
      nodes.resize(engine.catalogue().nodes());
      std::iota(nodes.begin(), nodes.end(), Node{0});
      return nodes;
    }
    nodes.insert(nodes.end(), some->begin(), some->end());
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

}  // namespace

base::Parsed<CatalogueChanged> change_catalogue(TieEngine& engine, std::string_view document,
                                                std::string_view file, std::string_view destination,
                                                const Progress& progress) {
  BOOST_OUTCOME_TRY(const base::Json written, base::read_json(document, file));
  base::Report report(document, file);
  const std::vector<Change> changes = read_changes(engine, written, report);
  if (!report.clean()) return report.take();
  const std::vector<Node> nodes = reach_of_all(engine, changes);
  // Asked before and after: twice through, so much is done of twice as much.
  std::size_t done = 0;
  ItemTies ties;
  const auto asked = [&](Node node) {
    if (progress && done % 4096 == 0) progress(done, 2 * nodes.size());
    ++done;
    ties_of(engine, node, engine.rules(destination), ties);
    return internal::had_say(ties);
  };
  std::vector<HadSay> before;
  before.reserve(nodes.size());
  for (const Node node : nodes) before.push_back(asked(node));
  for (const Change& change : changes) {
    if (apply(engine, change)) continue;
    base::Issue issue;
    issue.file = file;
    issue.message = "a catalogue holds 65,536 origins and as many classes, and they are taken";
    issue.remedy = "import the lists anew: what is not used any more is then gone";
    return base::Issues{std::move(issue)};
  }
  CatalogueChanged changed;
  changed.changes = changes.size();
  changed.looked_at = nodes.size();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const HadSay after = asked(nodes[i]);
    if (after == before[i]) continue;
    changed.others.push_back(internal::use_of(engine.catalogue(), nodes[i], before[i], after));
  }
  return changed;
}

std::string to_text(const CatalogueChanged& changed) {
  std::string text =
      fmt::format("{} {}; of {} names looked at, {} {} other ties now", changed.changes,
                  changed.changes == 1 ? "change" : "changes", changed.looked_at,
                  changed.others.size(), changed.others.size() == 1 ? "has" : "have");
  for (const TracedUse& use : changed.others) text += "\n  " + internal::words_of(use);
  return text;
}

base::Json to_json(const CatalogueChanged& changed) {
  std::vector<base::Json> others;
  others.reserve(changed.others.size());
  for (const TracedUse& use : changed.others) others.push_back(internal::json_of(use));
  return base::json_object(
      {{"changes", base::json_integer(static_cast<std::int64_t>(changed.changes))},
       {"looked_at", base::json_integer(static_cast<std::int64_t>(changed.looked_at))},
       {"other_ties", base::json_array(std::move(others))}});
}

}  // namespace countersign::casework
