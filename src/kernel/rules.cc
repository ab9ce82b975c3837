// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/check.h"
#include "kernel/determination.h"

namespace countersign::kernel {

Rules::Rules(registry::Registers registers, base::Instant at)
    : registers_(std::move(registers)), view_(registers_.view(at)) {
  for (const registry::AuthorityView& authority : view_.authorities()) {
    Entry entry;
    auto book = RuleBook::make(registers_, view_, authority.authority);
    if (book) {
      entry.book = std::move(book).value();
    } else {
      entry.issues = std::move(book).error();
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

const base::Issues& Rules::issues(const registry::AuthorityId& authority) const {
  static const base::Issues kNone;
  const auto found = books_.find(authority);
  return found == books_.end() ? kNone : found->second.issues;
}

const RuleBook* Rules::announced_book(const registry::AuthorityId& authority) const {
  const auto found = books_.find(authority);
  return found == books_.end() || !found->second.announced ? nullptr : &*found->second.announced;
}

}  // namespace countersign::kernel
