// SPDX-License-Identifier: Apache-2.0
// Registers written down in a test, as they would stand in files. For tests only.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_DECLARED_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_DECLARED_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/instant.h"
#include "registry/document.h"
#include "registry/registers.h"

namespace countersign::registry::internal {

inline base::Instant day(std::string_view text) {
  const auto at = base::parse_instant(text);
  CHECK(at.has_value());
  return *at;
}

inline base::Json json(std::string_view text) {
  auto document = base::read_json(text, "test");
  CHECK(document.has_value());
  return std::move(document.value());
}

// What X's reader makes of `text`, or its issues as text.
template <class X>
std::string issues_of(std::string_view text) {
  const auto read = read_document<X>(text, "f");
  return read ? "read" : base::to_text(read.error());
}

// What is written reads as what was read, and is written the same again.
template <class X>
bool comes_back(std::string_view text) {
  const auto read = read_document<X>(text, "f");
  if (!read) return false;
  const std::string written = base::write_json(X::write(read.value()));
  const auto again = read_document<X>(written, "f");
  return again && again.value() == read.value() &&
         base::write_json(X::write(again.value())) == written;
}

// Rows that were proved already; an item named in `lost` is not known of.
class Rows final : public ItemRows {
 public:
  explicit Rows(const std::vector<std::string>& texts, std::string lost = {})
      : lost_(std::move(lost)) {
    for (const std::string& text : texts) {
      auto row = read_document<ListedRow>(text, "row");
      CHECK(row.has_value());
      const ItemId id = row.value().item.id;
      rows_[id] = std::make_shared<const ListedRow>(std::move(row.value()));
    }
  }
  RowAnswer find(const ItemId& item) const override {
    RowAnswer answer;
    answer.why = "it is lost";
    if (item.text() == lost_) return answer;
    const auto found = rows_.find(item);
    answer.kind = found == rows_.end() ? RowAnswer::Kind::NotListed : RowAnswer::Kind::Listed;
    if (found == rows_.end()) return answer;
    answer.position = std::distance(rows_.begin(), found);
    answer.row = found->second;
    return answer;
  }
  std::string each(const std::function<void(const ListedRow&)>& give) const override {
    for (const auto& [id, row] : rows_) give(*row);
    return lost_.empty() ? std::string() : "one is lost";
  }

 private:
  std::string lost_;
  std::map<ItemId, std::shared_ptr<const ListedRow>> rows_;
};

// The register of one authority, document by document. Each is recorded for its own period, or for
// the one given.
class Declared {
 public:
  explicit Declared(std::string authority) { held_.authority = AuthorityId(std::move(authority)); }

  Declared& charter(std::string_view text, base::Period period = {}) {
    return book(held_.charters, RecordKind::Charter, "charter.json", text, period);
  }
  Declared& vocabulary(std::string_view text, base::Period period = {}) {
    return book(held_.vocabularies, RecordKind::Vocabulary, "vocabulary.json", text, period);
  }
  Declared& prices(std::string_view text, base::Period period = {}) {
    return book(held_.price_lists, RecordKind::Prices, "prices.json", text, period);
  }
  Declared& holdings(std::string_view text, base::Period period = {}) {
    return book(held_.holdings, RecordKind::Holdings, "holdings.json", text, period);
  }
  Declared& calendar(std::string_view text, base::Period period = {}) {
    return book(held_.calendars, RecordKind::Calendar, "calendar.json", text, period);
  }
  Declared& ties(std::string_view text) {
    const TieRules rules = value_of<TieRules>(text);
    return book(held_.tie_rules, RecordKind::Ties, "ties.json", text, rules.in_force);
  }
  Declared& item(std::string_view text) {
    return one(held_.items, RecordKind::Item, "items.json", text);
  }
  Declared& claim(std::string_view text) {
    return one(held_.claims, RecordKind::Claim, "claims.json", text);
  }
  Declared& movements(std::string_view text, base::Period period = {}) {
    one(held_.movements, RecordKind::Movements, "movements.json", text);
    base::Period& ruling = held_.movements.back().record.period;
    ruling = ruling.intersect(period);
    return *this;
  }
  Declared& list(std::string_view text, std::shared_ptr<const ItemRows> source,
                 base::Period period = {}) {
    ItemList value = value_of<ItemList>(text);
    value.source = std::move(source);
    const base::Period ruling = value.in_force.intersect(period);
    std::string id = value.id.text();
    held_.lists.push_back(recorded(RecordKind::List, std::move(id), held_.authority, ruling,
                                   json(text), std::move(value), "list.json"));
    return *this;
  }
  Declared& directive(std::string_view text) {
    auto document = json(text);
    base::Report report(text, "test");
    Directive value = Directive::read_file(document, report);
    CHECK(report.clean());
    const base::Period period = value.in_force;
    const std::string id = value.id.text();
    held_.directives.push_back(recorded(RecordKind::Directive, id, held_.authority, period,
                                        document, std::move(value), id + ".json"));
    return *this;
  }

  AuthorityRegister& held() { return held_; }
  operator AuthorityRegister() const {
    return held_;
  }  // NOLINT(google-explicit-constructor): a test's list of them reads as what it is

 private:
  template <class X>
  static X value_of(std::string_view text) {
    auto read = read_document<X>(text, "test");
    CHECK(read.has_value());
    return std::move(read.value());
  }

  template <class X>
  Declared& book(std::vector<Recorded<X>>& list, RecordKind kind, std::string file,
                 std::string_view text, base::Period period) {
    list.push_back(recorded(kind, held_.authority.text(), held_.authority, period, json(text),
                            value_of<X>(text), std::move(file)));
    return *this;
  }

  template <class X>
  Declared& one(std::vector<Recorded<X>>& list, RecordKind kind, std::string file,
                std::string_view text) {
    X value = value_of<X>(text);
    const base::Period period = value.in_force;
    std::string id = value.id.text();
    list.push_back(recorded(kind, std::move(id), held_.authority, period, json(text),
                            std::move(value), std::move(file)));
    return *this;
  }

  AuthorityRegister held_;
};

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_DECLARED_H_
