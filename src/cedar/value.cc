// SPDX-License-Identifier: Apache-2.0
#include "cedar/value.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "cedar/internal/extension.h"

namespace countersign::cedar {
namespace {

struct EntityBody final : Shared {
  explicit EntityBody(EntityUid from) : uid(std::move(from)) {}
  const EntityUid uid;
};

struct IpBody final : Shared {
  explicit IpBody(const IpRange& from) : range(from) {}
  const IpRange range;
};

int sign_of(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_texts(const Text& a, const Text& b) {
  if (a == b) return 0;
  if (a.hash() != b.hash()) return a.hash() < b.hash() ? -1 : 1;
  return sign_of(a <=> b);
}

int compare_uids(const EntityUid& a, const EntityUid& b) {
  if (a == b) return 0;
  if (a.hash() != b.hash()) return a.hash() < b.hash() ? -1 : 1;
  return sign_of(a <=> b);
}

int compare_sets(const Set& a, const Set& b) {
  if (a.size() != b.size()) return three_way(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const int order = a.items()[i].compare(b.items()[i]); order != 0) return order;
  }
  return 0;
}

int compare_records(const Record& a, const Record& b) {
  if (a.size() != b.size()) return three_way(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Record::Member& left = a.members()[i];
    const Record::Member& right = b.members()[i];
    if (const int order = compare_texts(left.first, right.first); order != 0) return order;
    if (const int order = left.second.compare(right.second); order != 0) return order;
  }
  return 0;
}

void append(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool:
      out += value.boolean() ? "true" : "false";
      return;
    case Value::Kind::Long:
      out += std::to_string(value.number());
      return;
    case Value::Kind::Decimal:
      out += "decimal(\"" + internal::decimal_text(value.number()) + "\")";
      return;
    case Value::Kind::Datetime:
      out += internal::datetime_expression(value.number());
      return;
    case Value::Kind::Duration:
      out += "duration(\"" + internal::duration_text(value.number()) + "\")";
      return;
    case Value::Kind::String:
      out += quoted(value.string_view());
      return;
    case Value::Kind::Unknown:
      out += "?";
      return;
    case Value::Kind::Entity:
      out += to_text(value.entity());
      return;
    case Value::Kind::Ip:
      out += "ip(\"" + internal::ip_text(value.ip()) + "\")";
      return;
    case Value::Kind::Set: {
      std::vector<std::string> items;
      for (const Value& item : value.set().items()) items.push_back(to_text(item));
      std::sort(items.begin(), items.end());
      out += fmt::format("[{}]", fmt::join(items, ", "));
      return;
    }
    case Value::Kind::Record: {
      std::vector<std::string> members;
      for (const Record::Member* member : value.record().by_name()) {
        members.push_back(quoted(member->first.view()) + ": " + to_text(member->second));
      }
      out += fmt::format("{{{}}}", fmt::join(members, ", "));
      return;
    }
  }
}

}  // namespace

EntityUid::EntityUid(Text type, Text id)
    : type_(std::move(type)), id_(std::move(id)), hash_(hash_of(type_.hash(), id_.hash())) {}

Value& Value::operator=(Value&& other) noexcept {
  if (this == &other) return *this;
  if (shares()) body_->release();
  kind_ = other.kind_;
  if (shares()) {
    body_ = other.body_;
    other.kind_ = Kind::Bool;
    other.number_ = 0;
  } else {
    number_ = other.number_;
  }
  return *this;
}

Value Value::string(const Text& text) {
  // The empty Text has no body of its own, a value always has one.
  static const Ref<Text::Body> empty(Text::Body::make({}, Text().hash()));
  return {Kind::String, text.body_.get() == nullptr ? empty.get() : text.body_.get()};
}
Value Value::entity(EntityUid uid) { return {Kind::Entity, new EntityBody(std::move(uid))}; }
Value Value::set(std::vector<Value> items) { return {Kind::Set, new Set(std::move(items))}; }
Value Value::record(std::vector<std::pair<Text, Value>> members) {
  return {Kind::Record, new Record(std::move(members))};
}
Value Value::ip(const IpRange& range) { return {Kind::Ip, new IpBody(range)}; }

Text Value::string() const { return Text(static_cast<const Text::Body*>(body_)); }
std::string_view Value::string_view() const {
  return static_cast<const Text::Body*>(body_)->view();
}
const EntityUid& Value::entity() const { return static_cast<const EntityBody*>(body_)->uid; }
const Set& Value::set() const { return *static_cast<const Set*>(body_); }
const Record& Value::record() const { return *static_cast<const Record*>(body_); }
const IpRange& Value::ip() const { return static_cast<const IpBody*>(body_)->range; }

bool Value::is_partial() const {
  return kind_ == Kind::Unknown || (kind_ == Kind::Record && record().partial());
}

int Value::compare(const Value& other) const {
  if (kind_ != other.kind_) return kind_ < other.kind_ ? -1 : 1;
  if (!shares()) return three_way(number_, other.number_);
  if (body_ == other.body_) return 0;
  switch (kind_) {
    case Kind::String: {
      const auto* a = static_cast<const Text::Body*>(body_);
      const auto* b = static_cast<const Text::Body*>(other.body_);
      if (a->hash() != b->hash()) return a->hash() < b->hash() ? -1 : 1;
      return three_way(a->view(), b->view());
    }
    case Kind::Entity:
      return compare_uids(entity(), other.entity());
    case Kind::Set:
      return compare_sets(set(), other.set());
    case Kind::Record:
      return compare_records(record(), other.record());
    default:
      return sign_of(ip() <=> other.ip());
  }
}

Set::Set(std::vector<Value> items) : items_(std::move(items)) {
  CHECK(std::none_of(items_.begin(), items_.end(),
                     [](const Value& item) { return item.is_partial(); }));
  std::sort(items_.begin(), items_.end(),
            [](const Value& a, const Value& b) { return a.compare(b) < 0; });
  items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
}

bool Set::contains(const Value& value) const {
  return std::binary_search(items_.begin(), items_.end(), value,
                            [](const Value& a, const Value& b) { return a.compare(b) < 0; });
}

bool Set::contains_all(const Set& others) const {
  return others.size() <= size() &&
         std::all_of(others.items_.begin(), others.items_.end(),
                     [this](const Value& item) { return contains(item); });
}

bool Set::contains_any(const Set& others) const {
  const Set& fewer = others.size() < size() ? others : *this;
  const Set& more = others.size() < size() ? *this : others;
  return std::any_of(fewer.items_.begin(), fewer.items_.end(),
                     [&more](const Value& item) { return more.contains(item); });
}

Record::Record(std::vector<Member> members) : members_(std::move(members)) {
  std::stable_sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
    return compare_texts(a.first, b.first) < 0;
  });
  // Keep the last of each run of equal names.
  const auto kept =
      std::unique(members_.rbegin(), members_.rend(),
                  [](const Member& a, const Member& b) { return a.first == b.first; });
  members_.erase(members_.begin(), kept.base());
  partial_ = holds_partial();
}

Record::Record(std::vector<Member> members, InOrder)
    : members_(std::move(members)), partial_(holds_partial()) {}

bool Record::holds_partial() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.second.is_partial(); });
}

std::vector<const Record::Member*> Record::by_name() const {
  std::vector<const Member*> order;
  order.reserve(members_.size());
  for (const Member& member : members_) order.push_back(&member);
  std::sort(order.begin(), order.end(),
            [](const Member* a, const Member* b) { return a->first < b->first; });
  return order;
}

const Value* Record::find(const Text& name) const {
  constexpr std::size_t kScanned = 8;
  auto from = members_.begin();
  if (members_.size() > kScanned) {
    from = std::lower_bound(
        members_.begin(), members_.end(), name.hash(),
        [](const Member& member, std::uint64_t hash) { return member.first.hash() < hash; });
  }
  for (; from != members_.end() && from->first.hash() <= name.hash(); ++from) {
    if (from->first == name) return &from->second;
  }
  return nullptr;
}

Value Record::with(const Text& name, Value value) const {
  std::vector<Member> members = members_;
  if (const Value* known = find(name)) {
    // A member that is there keeps its place, and all keep theirs: nothing is to be sorted.
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (&members_[i].second != known) continue;
      members[i].second = std::move(value);
      break;
    }
    return Value(Value::Kind::Record, new Record(std::move(members), InOrder()));
  }
  members.emplace_back(name, std::move(value));
  return Value::record(std::move(members));
}

std::string_view name_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::Bool:
      return "a boolean";
    case Value::Kind::Long:
      return "a long";
    case Value::Kind::Decimal:
      return "a decimal";
    case Value::Kind::Datetime:
      return "a datetime";
    case Value::Kind::Duration:
      return "a duration";
    case Value::Kind::String:
      return "a string";
    case Value::Kind::Unknown:
      return "a value not yet known";
    case Value::Kind::Entity:
      return "an entity";
    case Value::Kind::Set:
      return "a set";
    case Value::Kind::Record:
      return "a record";
    case Value::Kind::Ip:
      return "an IP address";
  }
  return "";
}

std::string to_text(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_text(const EntityUid& uid) {
  return uid.type().str() + "::" + quoted(uid.id().view());
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\0':
        out += "\\0";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{{{:x}}}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

}  // namespace countersign::cedar
