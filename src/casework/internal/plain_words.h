// SPDX-License-Identifier: Apache-2.0
// Small words that lines about cases share: names, periods, places, what was put right.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_PLAIN_WORDS_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_PLAIN_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/instant.h"
#include "base/prose.h"
#include "casework/internal/exchange_words.h"
#include "geo/place.h"
#include "kernel/case.h"
#include "kernel/scope.h"
#include "registry/ids.h"

namespace countersign::casework::internal {

using Lines = std::vector<std::string>;

template <class Id>
std::string names_of(const std::vector<Id>& ids, std::string_view between = ", ") {
  std::vector<std::string_view> names;
  for (const Id& id : ids) names.push_back(id.text());
  return fmt::format("{}", fmt::join(names, between));
}

// "from … until …"; empty where neither end is set.
std::string words_of(const base::Period& period);
// Adds ", from … until …".
void add_window(const base::Period& window, std::string& line);

std::string words_of(const std::vector<geo::Place>& places);
// " at 51.73 N 36.19 E"; empty where there is none.
std::string words_of(const std::optional<geo::Place>& place);

// An act in words: "use 2 ATACMS".
std::string words_of(registry::Action action, std::int64_t quantity, const registry::ItemId& item);

std::string_view words_of(kernel::Remainder remainder);

// " by US/SecDef, or by US/Deputy and US/Legal"; empty where there is no set.
std::string approvals_of(const std::vector<std::vector<registry::OfficeId>>& sets);

// What an entry said before, struck out, and who put it right. `say` has the words for its body.
template <class Body, class Say>
void add_corrections(const std::vector<kernel::Corrected<Body>>& corrections, const Say& say,
                     std::string& line) {
  for (const kernel::Corrected<Body>& correction : corrections) {
    line +=
        fmt::format("\n      [struck out: {}]\n      corrected by {}: {}", say(correction.mistaken),
                    words_of(correction.done), base::quoted(correction.why));
  }
}

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_PLAIN_WORDS_H_
