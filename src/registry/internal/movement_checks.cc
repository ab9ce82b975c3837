// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/movement_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "registry/internal/words.h"

namespace countersign::registry::internal {
namespace {

// The book that rules in the end; null when there is none that was not withdrawn.
const Recorded<Holdings>* last_book(const AuthorityRegister& held) {
  const Recorded<Holdings>* last = nullptr;
  for (const auto& book : held.holdings) {
    if (book.record.period.empty()) continue;
    if (last == nullptr || book.record.period.from >= last->record.period.from) last = &book;
  }
  return last;
}

// More mistakes of one kind than this help nobody.
constexpr std::size_t kMostIssues = 100;

class MovementChecks {
 public:
  MovementChecks(const AuthorityRegister& held, base::Issues& issues)
      : held_(held), book_(last_book(held)), issues_(issues) {}

  void run() {
    for (const auto& list : held_.movements) {
      if (list.record.period.empty()) continue;
      for (const Movement& row : list->rows) {
        check_item(list, row);
        check_place(list, row, row.from);
        check_place(list, row, row.to);
        check_once(list, row);
      }
    }
    base::Issues unsound = StockBook(held_.movements).check();
    issues_.insert(issues_.end(), std::make_move_iterator(unsound.begin()),
                   std::make_move_iterator(unsound.end()));
  }

 private:
  void add(const Recorded<Movements>& list, const Movement& row, std::string message,
           std::string remedy) {
    if (++count_ > kMostIssues) return;
    add_issue(issues_, list.file, row.written.at, std::move(message), std::move(remedy));
  }

  void check_item(const Recorded<Movements>& list, const Movement& row) {
    const auto [known, fresh] = items_.emplace(row.item.text(), true);
    if (!fresh && known->second) return;
    const Holding* holding = book_ == nullptr ? nullptr : (*book_)->find(row.item);
    if (holding != nullptr && !holding->quantity) return;
    known->second = false;
    if (holding == nullptr) {
      std::vector<std::string_view> words;
      if (book_ != nullptr) {
        for (const Holding& one : (*book_)->holdings) words.push_back(one.item.text());
      }
      const auto meant = base::did_you_mean(row.item.text(), words);
      add(list, row,
          fmt::format("the row `{}` moves `{}`, which the holdings of `{}` do not list",
                      row.id.text(), row.item.text(), held_.authority.text()),
          meant ? fmt::format("did you mean `{}`?", *meant)
                : "list it in holdings.json, with `\"counted_by\": \"movements\"`");
      return;
    }
    add(list, row,
        fmt::format("the row `{}` moves `{}`, whose quantity holdings.json states as {}",
                    row.id.text(), row.item.text(), *holding->quantity),
        "take `quantity` out, write `\"counted_by\": \"movements\"`, and enter it as a movement "
        "from `opening`");
  }

  void check_place(const Recorded<Movements>& list, const Movement& row, const Account& account) {
    if (!account.is_held()) return;
    if (book_ != nullptr && (*book_)->find(account.place) != nullptr) return;
    std::vector<std::string_view> words;
    if (book_ != nullptr) {
      for (const HoldingPlace& one : (*book_)->places) words.push_back(one.id.text());
    }
    const auto meant = base::did_you_mean(account.place.text(), words);
    add(list, row,
        fmt::format("the row `{}` names the place `{}`, which holdings.json does not",
                    row.id.text(), account.place.text()),
        meant ? fmt::format("did you mean `{}`?", *meant) : "add it to `places` there");
  }

  void check_once(const Recorded<Movements>& list, const Movement& row) {
    const auto [first, fresh] = rows_.emplace(row.id.text(), std::vector{&list});
    if (fresh) return;
    for (const Recorded<Movements>* other : first->second) {
      if (other->record.period.intersect(list.record.period).empty()) continue;
      add(list, row,
          fmt::format("the row `{}` stands in the list `{}` too, which counts at the same time",
                      row.id.text(), other->record.id),
          "a row is entered once: give another one an id of its own; or, if this corrects the "
          "other, let its list begin (`in_force`) where the other ends");
      return;
    }
    first->second.push_back(&list);
  }

  const AuthorityRegister& held_;
  const Recorded<Holdings>* book_;
  base::Issues& issues_;
  std::size_t count_ = 0;
  std::unordered_map<std::string_view, bool> items_;  // whether they are counted by movements
  std::unordered_map<std::string_view, std::vector<const Recorded<Movements>*>> rows_;
};

}  // namespace

void check_movements(const AuthorityRegister& held, base::Issues& issues) {
  MovementChecks(held, issues).run();
}

}  // namespace countersign::registry::internal
