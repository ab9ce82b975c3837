// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "kernel/determination.h"

namespace countersign::kernel {

namespace {

// When the authority's pending directives take effect.
std::vector<base::Instant> beginnings_after(const registry::Registers& registers,
                                            const registry::AuthorityId& authority,
                                            base::Instant at) {
  std::set<base::Instant> instants;
  for (const auto& directive : registers.find(authority)->directives) {
    const base::Period& period = directive.record.period;
    if (!period.empty() && period.from > at) instants.insert(period.from);
  }
  return {instants.begin(), instants.end()};
}

}  // namespace

Rules::Rules(registry::Registers registers, base::Instant at)
    : registers_(std::move(registers)), view_(registers_.view(at)) {
  for (const registry::AuthorityView& authority : view_.authorities()) {
    Entry entry;
    auto book = RuleBook::make(registers_, view_, authority.authority);
    if (book) {
      entry.failure = first_failure(registers_, authority.authority,
                                    beginnings_after(registers_, authority.authority, at));
      if (!entry.failure) entry.book = std::move(book).value();
    } else {
      entry.failure = RuleFailure{at, std::move(book).error()};
    }
    auto announced =
        RuleBook::make(registers_, view_, authority.authority, Selection::AnnouncedForbids);
    if (announced) entry.announced = std::move(announced).value();
    books_.emplace(authority.authority, std::move(entry));
  }
}

const RuleBook* Rules::book(const registry::AuthorityId& authority) const {
  const auto found = books_.find(authority);
  return found == books_.end() || !found->second.book ? nullptr : &*found->second.book;
}

const RuleFailure* Rules::failure(const registry::AuthorityId& authority) const {
  const auto found = books_.find(authority);
  return found == books_.end() || !found->second.failure ? nullptr : &*found->second.failure;
}

const RuleBook* Rules::announced_book(const registry::AuthorityId& authority) const {
  const auto found = books_.find(authority);
  return found == books_.end() || !found->second.announced ? nullptr : &*found->second.announced;
}

}  // namespace countersign::kernel
