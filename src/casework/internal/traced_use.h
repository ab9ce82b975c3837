// SPDX-License-Identifier: Apache-2.0
// How a change of a catalogue tells of one item: who had a say, and who has one then.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_TRACED_USE_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_TRACED_USE_H_

#include <cstdint>
#include <string>

#include "base/json.h"
#include "casework/trace.h"
#include "registry/graph/answers.h"

namespace countersign::casework::internal {

// "Drone-B", "maps (data)".
std::string label_of(const registry::graph::Catalogue& catalogue, registry::graph::Node node);

// What is remembered of an item's ties while they change: little, for catalogues of millions.
struct HadSay {
  registry::graph::AuthoritySet who = 0;  // with a tie
  bool determined = true;                 // or nobody has a say, for certain
  std::uint64_t sum = 0;                  // of gaps, bases and shares: another one, another answer

  friend bool operator==(const HadSay&, const HadSay&) = default;
};
HadSay had_say(const registry::graph::ItemTies& ties);

TracedUse use_of(const registry::graph::Catalogue& catalogue, registry::graph::Node node,
                 const HadSay& before, const HadSay& after);

// "Drone-B: US, FR instead of US".
std::string words_of(const TracedUse& use);
base::Json json_of(const TracedUse& use);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_TRACED_USE_H_
