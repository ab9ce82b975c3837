// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/traced_use.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace countersign::casework::internal {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): of every name here

std::vector<std::string> names_of(const Catalogue& catalogue, const HadSay& had) {
  if (!had.determined) return {"undetermined"};
  std::vector<std::string> names;
  each(had.who, [&](unsigned authority, std::size_t) {
    names.push_back(catalogue.tables.authorities[authority]);
  });
  return names;
}

// Mixes one more number into a sum (the finalizer of SplitMix64).
void mix(std::uint64_t& sum, std::uint64_t number) {
  sum += 0x9E3779B97F4A7C15 + number;
  sum = (sum ^ (sum >> 30)) * 0xBF58476D1CE4E5B9;
  sum = (sum ^ (sum >> 27)) * 0x94D049BB133111EB;
  sum ^= sum >> 31;
}

std::string list(const std::vector<std::string>& words) {
  return words.empty() ? "nobody" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::string label_of(const Catalogue& catalogue, Node node) {
  const std::string name(catalogue.name(node));
  const NodeKind kind = catalogue.names.kinds[node];
  return kind == NodeKind::Item ? name : fmt::format("{} ({})", name, name_of(kind));
}

HadSay had_say(const ItemTies& ties) {
  HadSay had;
  had.determined = ties.determined() || ties.gaps == bit(Gap::NoTie);
  mix(had.sum, ties.gaps);
  for (const Say& say : ties.says) {
    if (say.bases != 0) had.who |= AuthoritySet{1} << say.authority;
    mix(had.sum, say.authority);
    mix(had.sum, say.bases);
    mix(had.sum, say.content.high_word());
    mix(had.sum, say.content.low_word());
    mix(had.sum, static_cast<std::uint64_t>(say.bp_floor));
    mix(had.sum, static_cast<std::uint64_t>(say.bp_ceiling));
  }
  return had;
}

TracedUse use_of(const Catalogue& catalogue, Node node, const HadSay& before, const HadSay& after) {
  return {label_of(catalogue, node), names_of(catalogue, before), names_of(catalogue, after)};
}

std::string words_of(const TracedUse& use) {
  return use.before == use.after
             ? fmt::format("{}: on other grounds or shares, as before {}", use.item,
                           list(use.before))
             : fmt::format("{}: {} instead of {}", use.item, list(use.after), list(use.before));
}

base::Json json_of(const TracedUse& use) {
  return base::json_object({{"item", base::json_text(use.item)},
                            {"before", base::json_texts(use.before)},
                            {"after", base::json_texts(use.after)}});
}

}  // namespace countersign::casework::internal
