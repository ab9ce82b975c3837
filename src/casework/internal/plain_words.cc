// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/plain_words.h"

namespace countersign::casework::internal {

std::string words_of(const base::Period& period) {
  Lines ends;
  if (period.from != base::kDistantPast) ends.push_back("from " + base::to_text(period.from));
  if (period.until != base::kDistantFuture) ends.push_back("until " + base::to_text(period.until));
  return fmt::format("{}", fmt::join(ends, " "));
}

void add_window(const base::Period& window, std::string& line) {
  if (window != base::Period{}) line += ", " + words_of(window);
}

std::string words_of(const std::vector<geo::Place>& places) {
  std::vector<std::string> each;
  for (const geo::Place& place : places) each.push_back(kernel::words_of(place));
  return fmt::format("{}", fmt::join(each, " and within "));
}

std::string words_of(const std::optional<geo::Place>& place) {
  return place ? " at " + kernel::words_of(*place) : std::string();
}

std::string words_of(registry::Action action, std::int64_t quantity, const registry::ItemId& item) {
  return fmt::format("{} {} {}", registry::name_of(action), quantity, item.text());
}

std::string_view words_of(kernel::Remainder remainder) {
  return remainder == kernel::Remainder::Open ? "what this leaves out of the request stays open "
                                                "while the grant does, and may be decided later"
                                              : "what this leaves out of the request is refused";
}

std::string approvals_of(const std::vector<std::vector<registry::OfficeId>>& sets) {
  std::vector<std::string> alternatives;
  for (const auto& set : sets) alternatives.push_back(names_of(set, " and "));
  return alternatives.empty() ? std::string()
                              : fmt::format(" by {}", fmt::join(alternatives, ", or by "));
}

}  // namespace countersign::casework::internal
