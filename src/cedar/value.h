// SPDX-License-Identifier: Apache-2.0
// Values of the policy language.
//
// Invariants:
//   Immutable   a value never changes; copies share what is large
//   Canonical   a set is sorted and without repetition, a record sorted by name, so that equal
//               values have equal representations
#ifndef COUNTERSIGN_CEDAR_VALUE_H_
#define COUNTERSIGN_CEDAR_VALUE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cedar/text.h"

namespace countersign::cedar {

// An entity's name: its type ("Namespace::Type") and its id, any text.
class EntityUid {
 public:
  EntityUid(Text type, Text id);

  const Text& type() const { return type_; }
  const Text& id() const { return id_; }
  std::uint64_t hash() const { return hash_; }

  friend bool operator==(const EntityUid& a, const EntityUid& b) {
    return a.hash_ == b.hash_ && a.id_ == b.id_ && a.type_ == b.type_;
  }
  // By type, then by id: an order for people.
  friend std::strong_ordering operator<=>(const EntityUid& a, const EntityUid& b) {
    const std::strong_ordering by_type = a.type_ <=> b.type_;
    return by_type != 0 ? by_type : a.id_ <=> b.id_;
  }

 private:
  Text type_;
  Text id_;
  std::uint64_t hash_;
};

// An IPv4 or IPv6 address or range.
struct IpRange {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address fills the first four
  std::uint8_t prefix = 0;               // 0 to 32 or to 128

  friend auto operator<=>(const IpRange&, const IpRange&) = default;
};

class Set;
class Record;

class Value {
 public:
  // The extension types are Decimal, Datetime, Duration and Ip.
  enum class Kind : std::uint8_t {
    Bool,
    Long,
    Decimal,   // ten-thousandths
    Datetime,  // milliseconds since 1970-01-01T00:00:00Z
    Duration,  // milliseconds
    Unknown,   // not yet known: only in requests for partial evaluation
    String,
    Entity,
    Set,
    Record,
    Ip
  };

  Value() : kind_(Kind::Bool), number_(0) {}
  Value(const Value& other) : kind_(other.kind_) {
    if (shares()) {
      body_ = other.body_;
      body_->hold();
    } else {
      number_ = other.number_;
    }
  }
  Value(Value&& other) noexcept : kind_(other.kind_) {
    if (shares()) {
      body_ = other.body_;
      other.kind_ = Kind::Bool;
      other.number_ = 0;
    } else {
      number_ = other.number_;
    }
  }
  Value& operator=(const Value& other) { return *this = Value(other); }
  Value& operator=(Value&& other) noexcept;
  ~Value() {
    if (shares()) body_->release();
  }

  static Value boolean(bool value) { return {Kind::Bool, value ? 1 : 0}; }
  static Value integer(std::int64_t value) { return {Kind::Long, value}; }
  static Value decimal(std::int64_t ten_thousandths) { return {Kind::Decimal, ten_thousandths}; }
  static Value datetime(std::int64_t unix_ms) { return {Kind::Datetime, unix_ms}; }
  static Value duration(std::int64_t ms) { return {Kind::Duration, ms}; }
  static Value string(const Text& text);
  static Value entity(EntityUid uid);
  static Value entity(Text type, Text id) {
    return entity(EntityUid(std::move(type), std::move(id)));
  }
  static Value set(std::vector<Value> items);
  // Of two members of the same name the last is kept.
  static Value record(std::vector<std::pair<Text, Value>> members);
  static Value ip(const IpRange& range);
  // A value that partial evaluation is to leave open: of any kind, or surely of that kind.
  static Value unknown() { return {Kind::Unknown, -1}; }
  static Value unknown(Kind kind) { return {Kind::Unknown, static_cast<std::int64_t>(kind)}; }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  // Whether it is Unknown or a Record that holds an unknown value at any depth.
  bool is_partial() const;
  // Of an Unknown: whether it is surely of that kind.
  bool surely(Kind kind) const { return number_ == static_cast<std::int64_t>(kind); }

  // Each asks for its own kind; anything else is a bug and is not looked for.
  bool boolean() const { return number_ != 0; }
  // Long, Decimal, Datetime, Duration in their units.
  std::int64_t number() const { return number_; }
  Text string() const;
  std::string_view string_view() const;
  const EntityUid& entity() const;
  const Set& set() const;
  const Record& record() const;
  const IpRange& ip() const;

  // Equality of the language: values of different kinds are unequal.
  friend bool operator==(const Value& a, const Value& b) { return a.compare(b) == 0; }
  // A total order for canonical sets; it means nothing to people.
  int compare(const Value& other) const;

 private:
  friend class Record;
  Value(Kind kind, std::int64_t number) : kind_(kind), number_(number) {}
  Value(Kind kind, const Shared* body) : kind_(kind), body_(body) { body_->hold(); }
  bool shares() const { return kind_ >= Kind::String; }

  Kind kind_;
  union {
    std::int64_t number_;
    const Shared* body_;
  };
};

// A set: sorted by Value::compare, without repetition. Holds nothing that is partial.
class Set final : public Shared {
 public:
  explicit Set(std::vector<Value> items);

  std::span<const Value> items() const { return items_; }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  bool contains(const Value& value) const;
  bool contains_all(const Set& others) const;
  bool contains_any(const Set& others) const;

 private:
  std::vector<Value> items_;
};

// A record: names to values. In order of the names' hashes; `by_name` gives the order for people.
class Record final : public Shared {
 public:
  using Member = std::pair<Text, Value>;

  Record() = default;
  explicit Record(std::vector<Member> members);

  std::span<const Member> members() const { return members_; }
  std::vector<const Member*> by_name() const;
  std::size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  // The member of that name, or null. The pointer lives as long as the record.
  const Value* find(const Text& name) const;
  // Whether a value in it, at any depth of records, is Unknown.
  bool partial() const { return partial_; }
  // A copy with one member added or replaced.
  Value with(const Text& name, Value value) const;

 private:
  // Members that are in order and have different names.
  struct InOrder {};
  Record(std::vector<Member> members, InOrder);
  bool holds_partial() const;

  std::vector<Member> members_;
  bool partial_ = false;
};

// "a boolean", "a set", ...: what a person calls the kind.
std::string_view name_of(Value::Kind kind);

// The value as an expression of the language ("[1, 2]", "User::\"alice\"", "decimal(\"1.5\")");
// names of a record in the order of their bytes.
std::string to_text(const Value& value);
std::string to_text(const EntityUid& uid);
// A quoted, escaped string literal.
std::string quoted(std::string_view text);

}  // namespace countersign::cedar

template <>
struct std::hash<countersign::cedar::EntityUid> {
  std::size_t operator()(const countersign::cedar::EntityUid& uid) const noexcept {
    return uid.hash();
  }
};

#endif  // COUNTERSIGN_CEDAR_VALUE_H_
