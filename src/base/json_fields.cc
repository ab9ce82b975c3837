// SPDX-License-Identifier: Apache-2.0
// What a document is expected to hold, member by member.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/json.h"

namespace countersign::base {

void Report::add(Position at, std::uint32_t begin, std::uint32_t end, std::string message,
                 std::string remedy) {
  constexpr std::size_t kMostIssues = 100;
  if (++count_ > kMostIssues) return;
  // A value that was read from elsewhere (a disclosure) has its place there, not in this source.
  const std::string_view meant =
      begin <= source_.size() ? source_.substr(begin, end - begin) : std::string_view();
  const std::size_t line = std::min(meant.find_first_of("\r\n"), meant.size());
  issues_.push_back({std::string(file_), at, std::move(message), std::move(remedy),
                     excerpt_of(source_, at),
                     static_cast<std::uint32_t>(std::max<std::size_t>(line, 1))});
}

void Report::add(Position at, std::string message, std::string remedy) {
  add(at, 0, 0, std::move(message), std::move(remedy));
}

void Report::add_at(const Json& value, std::string message, std::string remedy) {
  add(value.at, value.begin, value.end, std::move(message), std::move(remedy));
}

void Report::add_at(const Json::Member& member, std::string message, std::string remedy) {
  add(member.at, member.begin, member.end, std::move(message), std::move(remedy));
}

Issues Report::take() {
  count_ = 0;
  return std::exchange(issues_, {});
}

namespace {

// "provisos", "the changes"; not "a class".
bool is_plural(std::string_view what) {
  return what.ends_with('s') && !what.starts_with("a ") && !what.starts_with("an ");
}

}  // namespace

Fields::Fields(const Json& object, std::string_view what, Report& report)
    : object_(object), what_(what), report_(report) {
  if (object.kind != Json::Kind::Object) {
    is_object_ = false;
    report_.add_at(object, fmt::format("{} must be an object, not {}", what, name_of(object.kind)));
  }
}

const Json* Fields::take(std::string_view name) {
  known_.push_back(name);
  return is_object_ ? object_.find(name) : nullptr;
}

const Json* Fields::maybe(std::string_view name) { return take(name); }

const Json* Fields::need(std::string_view name) {
  const Json* value = take(name);
  if (value == nullptr && is_object_) {
    report_.add(object_.at,
                fmt::format("{} {} `{}`", what_, is_plural(what_) ? "need" : "needs", name),
                fmt::format("add \"{}\"", name));
  }
  return value;
}

const Json* Fields::of_kind(const Json* value, std::string_view name, Json::Kind kind) {
  if (value == nullptr) return nullptr;
  if (value->kind == kind) return value;
  report_.add_at(*value,
                 fmt::format("`{}` must be {}, not {}", name, name_of(kind), name_of(value->kind)));
  return nullptr;
}

std::string Fields::text(std::string_view name) {
  const Json* value = of_kind(need(name), name, Json::Kind::Text);
  return value == nullptr ? std::string() : value->text;
}

std::optional<std::string> Fields::maybe_text(std::string_view name) {
  const Json* value = of_kind(take(name), name, Json::Kind::Text);
  if (value == nullptr) return std::nullopt;
  return value->text;
}

namespace {

bool check_id(const Json& value, std::string_view name, Report& report) {
  if (value.kind == Json::Kind::Text && is_id(value.text)) return true;
  report.add_at(
      value,
      value.kind == Json::Kind::Text
          ? fmt::format("`{}` cannot be an id in `{}`", value.text, name)
          : fmt::format("an id in `{}` must be a text, not {}", name, name_of(value.kind)),
      "an id is 1 to 128 letters, digits and -_.:/ and begins with a letter or digit");
  return false;
}

}  // namespace

std::string Fields::id(std::string_view name) {
  const Json* value = need(name);
  return value != nullptr && check_id(*value, name, report_) ? value->text : std::string();
}

std::optional<std::string> Fields::maybe_id(std::string_view name) {
  const Json* value = take(name);
  if (value == nullptr || !check_id(*value, name, report_)) return std::nullopt;
  return value->text;
}

std::vector<std::string> Fields::ids(std::string_view name) {
  std::vector<std::string> ids;
  std::unordered_set<std::string_view> seen;
  for (const Json& item : array(name)) {
    if (!check_id(item, name, report_)) continue;
    if (!seen.insert(item.text).second) {
      report_.add_at(item, fmt::format("`{}` stands twice in `{}`", item.text, name),
                     "keep one of the two");
      continue;
    }
    ids.push_back(item.text);
  }
  return ids;
}

std::optional<std::int64_t> Fields::maybe_integer(std::string_view name, std::int64_t least,
                                                  std::int64_t most) {
  const Json* value = of_kind(take(name), name, Json::Kind::Integer);
  if (value == nullptr) return std::nullopt;
  if (value->integer < least || value->integer > most) {
    report_.add_at(*value, fmt::format("`{}` is {}, which is not between {} and {}", name,
                                       value->integer, least, most));
    return std::nullopt;
  }
  return value->integer;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  if (need(name) == nullptr) return least;
  return maybe_integer(name, least, most).value_or(least);
}

bool Fields::flag_or(std::string_view name, bool otherwise) {
  const Json* value = of_kind(take(name), name, Json::Kind::Bool);
  return value == nullptr ? otherwise : value->boolean;
}

std::optional<Instant> Fields::maybe_instant(std::string_view name) {
  const Json* value = of_kind(take(name), name, Json::Kind::Text);
  if (value == nullptr) return std::nullopt;
  const auto instant = parse_instant(value->text);
  if (!instant) {
    report_.add_at(*value, fmt::format("`{}` is not a time in UTC", value->text),
                   "write it like 2025-06-10T12:00:00Z, or a date like 2025-06-10");
  }
  return instant;
}

Instant Fields::instant(std::string_view name) {
  if (need(name) == nullptr) return {};
  return maybe_instant(name).value_or(Instant{});
}

Period Fields::period(std::string_view name) {
  Period period;
  const Json* value = need(name);
  if (value == nullptr) return period;
  Fields fields(*value, name, report_);
  period.from = fields.maybe_instant("from").value_or(kDistantPast);
  period.until = fields.maybe_instant("until").value_or(kDistantFuture);
  fields.finish();
  if (period.empty()) {
    report_.add_at(*value, fmt::format("`{}` ends before it begins", name),
                   "`until` must be later than `from`: periods are half open");
  }
  return period;
}

std::size_t Fields::word(std::string_view name, const std::vector<std::string_view>& words) {
  const Json* value = of_kind(need(name), name, Json::Kind::Text);
  if (value == nullptr) return 0;
  const auto found = std::find(words.begin(), words.end(), value->text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string list;
  for (const std::string_view known : words)
    list += fmt::format("{}`{}`", list.empty() ? "" : ", ", known);
  const auto meant = did_you_mean(value->text, words);
  report_.add_at(*value, fmt::format("`{}` cannot stand in `{}`", value->text, name),
                 meant ? fmt::format("did you mean `{}`? one of {}", *meant, list)
                       : fmt::format("one of {}", list));
  return 0;
}

const std::vector<Json>& Fields::array(std::string_view name) {
  static const std::vector<Json> kNone;
  const Json* value = of_kind(take(name), name, Json::Kind::Array);
  return value == nullptr ? kNone : value->items;
}

void Fields::report(std::string_view name, std::string message, std::string remedy) {
  const Json* value = is_object_ ? object_.find(name) : nullptr;
  report_.add_at(value == nullptr ? object_ : *value, std::move(message), std::move(remedy));
}

void Fields::finish() {
  if (!is_object_) return;
  for (const Json::Member& member : object_.members) {
    if (std::find(known_.begin(), known_.end(), member.name) != known_.end()) continue;
    const auto meant = did_you_mean(member.name, known_);
    report_.add_at(
        member, fmt::format("{} {} no `{}`", what_, is_plural(what_) ? "have" : "has", member.name),
        meant ? fmt::format("did you mean `{}`?", *meant) : "remove it");
  }
}

}  // namespace countersign::base
