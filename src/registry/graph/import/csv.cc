// SPDX-License-Identifier: Apache-2.0
#include "registry/graph/import/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace countersign::registry::graph {
namespace {

class CsvReader {
 public:
  // From the beginning of a row.
  CsvReader(std::string_view text, char separator, const ReadTo& from)
      : text_(text), separator_(separator), at_(from.bytes), line_(from.line) {
    if (at_ == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    line_begin_ = at_;
  }

  bool done() const { return at_ >= text_.size(); }
  ReadTo at() const { return {at_, line_}; }
  const base::Issues& issues() const { return issues_; }

  // False where the form is broken. Fields are used again from row to row.
  bool read(std::vector<CsvField>& row, std::size_t& count) {
    count = 0;
    while (true) {
      if (row.size() == count) row.emplace_back();
      CsvField& field = row[count++];
      field.text.clear();
      field.at = here();
      if (!read_field(field)) return false;
      if (done()) return true;
      const char c = text_[at_];
      if (c == separator_) {
        ++at_;
        continue;
      }
      end_line();
      return true;
    }
  }

 private:
  base::Position here() const { return {line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)}; }
  void end_line() {
    if (text_[at_] == '\r') ++at_;
    if (!done() && text_[at_] == '\n') ++at_;
    ++line_;
    line_begin_ = at_;
  }
  bool ends_field() const {
    return done() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r';
  }
  bool broken(base::Position at, std::string message, std::string remedy) {
    base::Issue issue;
    issue.at = at;
    issue.message = std::move(message);
    issue.remedy = std::move(remedy);
    issues_.push_back(std::move(issue));
    return false;
  }

  bool read_field(CsvField& field) {
    if (done() || text_[at_] != '"') {
      const std::size_t begin = at_;
      while (!ends_field()) {
        if (text_[at_] == '"') {
          return broken(here(), "a quote stands within a field that does not begin with one",
                        "put the whole field in quotes, and write quotes within it twice");
        }
        ++at_;
      }
      field.text.assign(text_.substr(begin, at_ - begin));
      return true;
    }
    for (++at_; !done(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        if (done() || text_[at_] != '"') {
          if (ends_field()) return true;
          return broken(here(), "something follows the quote that ends a field",
                        "write quotes within a field twice");
        }
      } else if (c == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
      field.text += c;
      constexpr std::size_t kMostBytes = 1U << 16;
      if (field.text.size() > kMostBytes) break;
    }
    return broken(field.at, "the quote that begins here does not end",
                  "write quotes within a field twice");
  }

  std::string_view text_;
  char separator_;
  std::size_t at_;
  std::uint32_t line_;
  std::size_t line_begin_;
  base::Issues issues_;
};

enum Column : std::size_t {
  kItem,
  kComponent,
  kQuantity,
  kUnit,
  kValue,
  kOrigin,
  kSupplier,
  kPrice,
  kClass,
  kNeeds,
  kMadeWith,
  kColumnCount
};

class PartsList {
 public:
  explicit PartsList(Parts& parts) : parts_(parts) {}

  // Which column is what; false when rows would make no sense.
  bool read_head(std::span<const CsvField> head) {
    at_.assign(kColumnCount, std::nullopt);
    for (const auto& [name, meaning] : parts_.mapping().columns) {
      const auto column = std::find_if(head.begin(), head.end(),
                                       [&](const CsvField& field) { return field.text == name; });
      if (column == head.end()) {
        parts_.refuse({1, 1}, fmt::format("there is no column `{}`", name),
                      "the mapping names columns as the first row does");
        return false;
      }
      const auto known = std::find(std::begin(kColumns), std::end(kColumns), meaning);
      at_[static_cast<std::size_t>(known - std::begin(kColumns))] =
          static_cast<std::size_t>(column - head.begin());
    }
    width_ = head.size();
    if (at_[kItem]) return true;
    parts_.refuse({1, 1}, "no column names the item", "map one to `item`");
    return false;
  }

  void read_row(std::span<const CsvField> row) {
    if (row.size() != width_) {
      parts_.refuse(row.front().at,
                    fmt::format("{} fields, where the first row has {}", row.size(), width_),
                    "separate them as the first row does");
      return;
    }
    row_ = row;
    const CsvField& item = row[*at_[kItem]];
    if (!parts_.is_name(item.text, "item", item.at)) return;
    const CsvField* component = field(kComponent);
    if (component != nullptr && !parts_.is_name(component->text, "component", component->at)) {
      return;
    }
    if (!read_numbers(component != nullptr)) return;
    for (const Column column : {kSupplier, kClass, kNeeds, kMadeWith}) {
      const CsvField* name = field(column);
      if (name != nullptr && !parts_.is_name(name->text, kColumns[column], name->at)) return;
    }
    take(item, component);
  }

 private:
  // The field of that column; null when there is none or it is empty.
  const CsvField* field(Column column) const {
    if (!at_[column] || row_[*at_[column]].text.empty()) return nullptr;
    return &row_[*at_[column]];
  }

  bool number(Column column, int decimals, std::int64_t least, std::optional<std::int64_t>& into) {
    into.reset();
    const CsvField* written = field(column);
    if (written == nullptr) return true;
    into = parse_number(written->text, decimals);
    if (into && *into >= least) return true;
    parts_.refuse(
        written->at,
        fmt::format("`{}` is no {} that can be counted", written->text.substr(0, 40),
                    kColumns[column]),
        fmt::format("write a number {}, {} and without separators",
                    least > 0 ? "above 0" : "that is not negative",
                    decimals == 0 ? std::string("whole")
                                  : fmt::format("with a point and at most {} decimals", decimals)));
    return false;
  }

  bool read_numbers(bool has_component) {
    if (!number(kQuantity, 0, 0, quantity_) ||
        !number(kValue, parts_.mapping().decimals, 0, value_) ||
        !number(kPrice, parts_.mapping().decimals, 1, price_)) {
      return false;
    }
    if (!has_component) return true;
    if (at_[kQuantity] && !quantity_) {
      parts_.refuse(row_[*at_[kQuantity]].at, "the quantity is empty", "write how many pieces");
      return false;
    }
    if (!quantity_) quantity_ = 1;
    const CsvField* unit = field(kUnit);
    if (unit == nullptr) return true;
    const auto known = parts_.mapping().units.find(unit->text);
    if (known == parts_.mapping().units.end()) {
      parts_.refuse(unit->at, fmt::format("the unit `{}` is not known", unit->text.substr(0, 40)),
                    "say in the mapping's `units` how many pieces it is");
      return false;
    }
    if (__builtin_mul_overflow(*quantity_, known->second, &*quantity_)) {
      parts_.refuse(unit->at, "the quantity is too large", "count in a larger unit");
      return false;
    }
    return true;
  }

  // Nothing of a row is taken before all of it has been found right.
  void take(const CsvField& item, const CsvField* component) {
    CatalogueBuilder& builder = parts_.builder();
    const Node whole = builder.item(item.text);
    Node about = whole;
    if (component == nullptr) {
      parts_.describe(whole);
      ++parts_.report().rows;
    } else {
      about = builder.item(component->text);
      const CsvField* origin = field(kOrigin);
      parts_.contains(whole, about,
                      origin == nullptr ? std::string() : parts_.mapping().origin_of(origin->text),
                      *quantity_, value_, component->at);
    }
    if (price_) parts_.price(whole, *price_, row_[*at_[kPrice]].at);
    if (const CsvField* supplier = field(kSupplier)) {
      parts_.supplied_by(about, supplier->text, supplier->at);
    }
    if (const CsvField* name = field(kClass)) parts_.of_class(about, name->text);
    if (const CsvField* technology = field(kMadeWith)) {
      parts_.made_with(whole, builder.node(NodeKind::Technology, technology->text));
    }
    const CsvField* needed = field(kNeeds);
    if (needed == nullptr) return;
    constexpr std::string_view kData = "data:";
    const bool is_data = needed->text.starts_with(kData);
    const std::string_view name = std::string_view(needed->text).substr(is_data ? kData.size() : 0);
    parts_.needs(whole, builder.node(is_data ? NodeKind::Data : NodeKind::Item, name));
  }

  Parts& parts_;
  std::vector<std::optional<std::size_t>> at_;  // by Column
  std::size_t width_ = 0;
  std::span<const CsvField> row_;
  std::optional<std::int64_t> quantity_, value_, price_;
};

}  // namespace

base::Issues read_csv(
    std::string_view text, char separator, const ReadTo& from,
    const std::function<bool(std::span<const CsvField> row, const ReadTo& end)>& take) {
  CsvReader reader(text, separator, from);
  std::vector<CsvField> row;
  std::size_t count = 0;
  while (!reader.done()) {
    if (!reader.read(row, count)) return reader.issues();
    if (count == 1 && row[0].text.empty()) continue;
    if (!take({row.data(), count}, reader.at())) break;
  }
  return {};
}

void import_csv(std::string_view text, std::string_view file, Parts& parts,
                const Reading& reading) {
  parts.begin_file(file);
  PartsList list(parts);
  bool has_head = false;
  const char separator = parts.mapping().separator;
  const Reading::Hold nothing = [] { return std::string_view(); };
  const bool again = reading.from.bytes > 0;
  if (again) {
    (void)read_csv(text, separator, {}, [&](std::span<const CsvField> row, const ReadTo&) {
      has_head = list.read_head(row);
      return false;
    });
    if (!has_head) return;  // said before
  }
  base::Issues broken = read_csv(text, separator, again ? reading.from : ReadTo{},
                                 [&](std::span<const CsvField> row, const ReadTo& end) {
                                   if (has_head) {
                                     list.read_row(row);
                                   } else if (!(has_head = list.read_head(row))) {
                                     return false;
                                   }
                                   if (reading.read_to) reading.read_to(end, text.size(), nothing);
                                   return true;
                                 });
  for (base::Issue& issue : broken) issue.file = file;
  parts.report().refuse(std::move(broken));
  if (!has_head && parts.report().clean()) parts.refuse({1, 1}, "there is no row at all");
}

}  // namespace countersign::registry::graph
