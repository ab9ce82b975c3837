// SPDX-License-Identifier: Apache-2.0
#include "casework/movement_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/internal/csv_reader.h"

namespace countersign::casework {
namespace {

using internal::CsvCell;
using internal::CsvReader;
using registry::Movement;

constexpr std::size_t kRowsInList = 5'000;
constexpr std::size_t kReasonLimit = 256;  // bytes, as of the names in registers

enum Field { Id, Date, Item, From, To, Quantity, Place, Reason, Unit, Grant };
constexpr std::array<std::string_view, 10> kFields = {
    "id", "date", "item", "from", "to", "quantity", "place", "reason", "unit", "grant"};
constexpr std::size_t kRequired = 6;  // the first of them

class TableReader {
 public:
  TableReader(std::istream& in, std::string_view file, const CsvLayout& layout,
              const registry::Holdings& holdings)
      : rows_in_(in, layout.separator), file_(file), layout_(layout), holdings_(holdings) {}

  base::Parsed<std::vector<Movement>> read() {
    if (!read_headings()) return std::move(issues_);
    while (rows_in_.next(cells_)) {
      if (const auto& fault = rows_in_.fault()) {
        add(fault->at, fault->message, fault->remedy);
      } else if (cells_.size() != width_) {
        add(cells_.front().at, fmt::format("{} cells, but {} headings", cells_.size(), width_),
            "a cell with the separator in it stands in quotation marks");
      } else {
        read_row();
      }
    }
    if (!issues_.empty()) return std::move(issues_);
    return std::move(rows_);
  }

 private:
  void add(base::Position at, std::string message, std::string remedy) {
    issues_.push_back({std::string(file_), at, std::move(message), std::move(remedy), {}});
  }

  std::string heading_of(std::size_t field) const {
    const auto found = layout_.headings.find(kFields[field]);
    return found == layout_.headings.end() ? std::string(kFields[field]) : found->second;
  }

  bool read_headings() {
    for (const auto& [field, heading] : layout_.headings) {
      if (std::find(kFields.begin(), kFields.end(), field) != kFields.end()) continue;
      const auto meant = base::did_you_mean(field, {kFields.begin(), kFields.end()});
      add({}, fmt::format("`{}` is no field of a movement", field),
          meant ? fmt::format("did you mean `{}`?", *meant) : std::string());
    }
    if (!rows_in_.next(cells_)) {
      add({1, 1}, "the table is empty", "its first line names the columns");
      return false;
    }
    if (const auto& fault = rows_in_.fault()) add(fault->at, fault->message, fault->remedy);
    width_ = cells_.size();
    for (std::size_t column = 0; column < cells_.size(); ++column) take_heading(column);
    for (std::size_t field = 0; field < kRequired; ++field) {
      if (columns_[field]) continue;
      std::vector<std::string_view> headings;
      for (const CsvCell& cell : cells_) headings.push_back(cell.text);
      const std::string wanted = heading_of(field);
      const auto meant = base::did_you_mean(wanted, headings);
      add({1, 1}, fmt::format("no column is headed `{}`", wanted),
          meant ? fmt::format("did you mean `{}`? Say so with `--column {}={}`", *meant,
                              kFields[field], *meant)
                : fmt::format("say which it is with `--column {}=HEADING`", kFields[field]));
    }
    return issues_.empty();
  }

  void take_heading(std::size_t column) {
    const CsvCell& cell = cells_[column];
    for (std::size_t field = 0; field < kFields.size(); ++field) {
      if (heading_of(field) != cell.text) continue;
      if (columns_[field]) {
        add(cell.at, fmt::format("two columns are headed `{}`", cell.text), "rename one of them");
      }
      columns_[field] = column;
      return;
    }
    // Silence would lose what somebody thought was taken in.
    add(cell.at, fmt::format("no field is taken from the column `{}`", cell.text),
        "say which with `--column FIELD=HEADING`, or take the column out");
  }

  // The field's cell; null when there is none, or nothing in it.
  const CsvCell* cell(Field field) const {
    if (!columns_[field]) return nullptr;
    const CsvCell& found = cells_[*columns_[field]];
    return found.text.empty() ? nullptr : &found;
  }

  // The same of a field that every row has.
  const CsvCell* need(Field field) {
    const CsvCell* found = cell(field);
    if (found == nullptr) {
      add(cells_[*columns_[field]].at, fmt::format("`{}` is empty", heading_of(field)),
          "every movement has one");
    }
    return found;
  }

  std::string read_id(const CsvCell* of) {
    if (of == nullptr) return {};
    if (!base::is_id(of->text)) {
      add(of->at, fmt::format("`{}` cannot be an id", of->text),
          "1 to 128 letters, digits and `-_.:/`, the first a letter or digit");
    }
    return of->text;
  }

  void read_row() {
    const std::size_t before = issues_.size();
    Movement row;
    row.written.at = cells_.front().at;
    row.id = registry::MovementId(read_id(need(Id)));
    if (const CsvCell* date = need(Date)) {
      const auto at = base::parse_instant(date->text);
      if (at) row.on = *at;
      if (!at) {
        add(date->at, fmt::format("`{}` is no date", date->text),
            "write it as 2025-06-10, or with its time as 2025-06-10T12:00:00Z");
      }
    }
    read_item(row);
    read_quantity(row);
    row.from = read_account(From);
    row.to = read_account(To);
    read_reason(row);
    if (const CsvCell* grant = cell(Grant)) row.grant = registry::GrantId(read_id(grant));
    if (issues_.size() == before) finish(std::move(row));
  }

  void finish(Movement row) {
    if (const auto fault = registry::fault_in(row)) {
      const auto named = std::find(kFields.begin(), kFields.end(), fault->field);
      const auto& column = columns_[static_cast<std::size_t>(named - kFields.begin())];
      add(column ? cells_[*column].at : row.written.at, fault->message, fault->remedy);
      return;
    }
    const auto [first, fresh] = seen_.emplace(row.id.text(), rows_.size());
    if (fresh) {
      rows_.push_back(std::move(row));
      return;
    }
    const Movement& other = rows_[first->second];
    add(cells_[*columns_[Id]].at,
        fmt::format("the row `{}` stands in line {} too{}", row.id.text(), other.written.at.line,
                    other == row ? "" : ", and says something else there"),
        "give each movement an id of its own, and enter it once");
  }

  void read_item(Movement& row) {
    const CsvCell* item = need(Item);
    if (item == nullptr) return;
    row.item = registry::ItemId(read_id(item));
    const registry::Holding* holding = holdings_.find(row.item);
    if (holding == nullptr || holding->quantity) {
      std::vector<std::string_view> known;
      for (const registry::Holding& one : holdings_.holdings) {
        if (!one.quantity) known.push_back(one.item.text());
      }
      const auto meant = base::did_you_mean(item->text, known);
      add(item->at, fmt::format("`{}` is no item that the holdings count by movements", item->text),
          meant ? fmt::format("did you mean `{}`?", *meant)
                : "list it in holdings.json, with `\"counted_by\": \"movements\"`");
      return;
    }
    const CsvCell* unit = cell(Unit);
    if (unit == nullptr || unit->text == holding->unit) return;
    add(unit->at,
        fmt::format("`{}` is not the unit of `{}`, which is `{}`", unit->text, item->text,
                    holding->unit),
        "convert the quantity, and correct the unit");
  }

  void read_quantity(Movement& row) {
    const CsvCell* quantity = need(Quantity);
    if (quantity == nullptr) return;
    const std::string& text = quantity->text;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), row.quantity);
    if (failed == std::errc::result_out_of_range) {
      add(quantity->at, fmt::format("`{}` is more than 64 bits can count", text),
          "count in a larger unit");
    } else if (failed != std::errc() || end != text.data() + text.size() || row.quantity < 1 ||
               text.front() == '0') {
      add(quantity->at, fmt::format("`{}` is no quantity", text),
          "write a whole number, 1 or more, in digits alone; the direction is in `from` and `to`");
    }
  }

  registry::Account read_account(Field field) {
    const CsvCell* account = need(field);
    if (account == nullptr) return {};
    std::string text = account->text;
    const CsvCell* place = cell(Place);
    if (text == "held" && place != nullptr) text = "held/" + place->text;
    const auto read = registry::Account::parse(text);
    if (!read) {
      add(account->at, fmt::format("`{}` is no account", account->text),
          "write `held/PLACE`, or `held` beside a column `place`; or `opening`, `delivery`, "
          "`adjustment`, `lost`, `used`, `handed-over`");
      return {};
    }
    if (!read->is_held() || holdings_.find(read->place) != nullptr) return *read;
    std::vector<std::string_view> known;
    for (const registry::HoldingPlace& one : holdings_.places) known.push_back(one.id.text());
    const auto meant = base::did_you_mean(read->place.text(), known);
    add(account->text == "held" ? place->at : account->at,
        fmt::format("`{}` is no place that the holdings name", read->place.text()),
        meant ? fmt::format("did you mean `{}`?", *meant) : "add it to `places` in holdings.json");
    return {};
  }

  void read_reason(Movement& row) {
    const CsvCell* reason = cell(Reason);
    if (reason == nullptr) return;
    row.reason = reason->text;
    if (row.reason.find_first_of("\r\n\t") != std::string::npos) {
      add(reason->at, "a reason of several lines", "write it as one line of text");
    } else if (row.reason.size() > kReasonLimit) {
      add(reason->at, fmt::format("a reason of more than {} bytes", kReasonLimit), "shorten it");
    }
  }

  CsvReader rows_in_;
  std::string_view file_;
  const CsvLayout& layout_;
  const registry::Holdings& holdings_;
  std::array<std::optional<std::size_t>, kFields.size()> columns_;
  std::size_t width_ = 0;
  std::vector<CsvCell> cells_;
  std::vector<Movement> rows_;
  std::unordered_map<std::string, std::size_t> seen_;
  base::Issues issues_;
};

}  // namespace

base::Parsed<std::vector<Movement>> read_movement_csv(std::istream& in, std::string_view file,
                                                      const CsvLayout& layout,
                                                      const registry::Holdings& holdings) {
  return TableReader(in, file, layout, holdings).read();
}

std::vector<registry::Movements> in_lists(std::vector<Movement> rows, std::string_view id) {
  std::vector<registry::Movements> lists;
  for (Movement& row : rows) {
    if (lists.empty() || lists.back().rows.size() == kRowsInList) {
      lists.push_back(
          {registry::MovementsId(fmt::format("{}/{}", id, lists.size() + 1)), {}, {}, {}});
    }
    lists.back().rows.push_back(std::move(row));
  }
  return lists;
}

base::Parsed<void> check_against(const registry::Registers& registers,
                                 const registry::AuthorityId& authority,
                                 const std::vector<registry::Movements>& lists,
                                 std::string_view file) {
  std::vector<registry::AuthorityRegister> every = registers.authorities();
  for (registry::AuthorityRegister& held : every) {
    if (held.authority != authority) continue;
    for (const registry::Movements& list : lists) {
      held.movements.push_back(
          {{registry::RecordKind::Movements, list.id.text(), authority, list.in_force, {}},
           std::make_shared<const registry::Movements>(list),
           std::string(file)});
    }
  }
  auto checked = registry::Registers::create(std::move(every));
  if (!checked) return std::move(checked.error());
  return base::outcome::success();
}

IssuePlan plan_of(std::vector<registry::Movements> lists) {
  IssuePlan plan;
  for (registry::Movements& list : lists) {
    plan.documents.push_back({registry::RecordKind::Movements, list.id.text(),
                              base::write_json(registry::Movements::write(list)), list.in_force,
                              nullptr});
    list = {};
  }
  return plan;
}

}  // namespace countersign::casework
