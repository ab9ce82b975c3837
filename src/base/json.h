// SPDX-License-Identifier: Apache-2.0
// JSON as outside bytes: read strictly, within limits, every value with its place.
//
// Built on Boost.JSON's SAX parser (its own DOM keeps the last of two equal keys in silence).
// Invariants of a Json that `read_json` returned:
//   Unique    no object holds two members of the same name
//   Bounded   size, depth and count are within the limits given
//   Exact     an Integer was written without fraction or exponent, fits 64 signed bits, and is
//             not `-0`, which is a Real
#ifndef COUNTERSIGN_BASE_JSON_H_
#define COUNTERSIGN_BASE_JSON_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/issue.h"
#include "base/result.h"

namespace countersign::base {

struct JsonLimits {
  std::size_t bytes = 16U << 20;
  std::size_t depth = 64;
  std::size_t values = 2'000'000;
};

class Json {
 public:
  enum class Kind { Null, Bool, Integer, Real, Text, Array, Object };
  struct Member;

  Kind kind = Kind::Null;
  Position at;              // where the value begins
  std::uint32_t begin = 0;  // its bytes in the document: [begin, end)
  std::uint32_t end = 0;
  bool boolean = false;         // Bool
  std::int64_t integer = 0;     // Integer
  double real = 0;              // Real: written with a fraction or an exponent
  std::string text;             // Text
  std::vector<Json> items;      // Array
  std::vector<Member> members;  // Object, in the order written

  // The member of that name, or null. An object only.
  const Json* find(std::string_view name) const;
};

struct Json::Member {
  std::string name;
  Position at;  // of the name
  Json value;
  std::uint32_t begin = 0;  // the name's bytes in the document, quotes included: [begin, end)
  std::uint32_t end = 0;
};

// "a whole number", "a text", ...: what a person calls the kind.
std::string_view name_of(Json::Kind kind);

// Reads one JSON document (RFC 8259) and nothing after it. `file` is what issues call it. Refused:
// not JSON, not UTF-8, duplicate names, a number past 64 signed bits, anything past the limits (and
// in any case 4 GiB).
Parsed<Json> read_json(std::string_view source, std::string_view file, JsonLimits limits = {});

// Collects the issues of one source text, the first hundred of them: more help nobody. Holds views:
// the text and name must outlive it.
class Report {
 public:
  Report(std::string_view source, std::string_view file) : source_(source), file_(file) {}

  void add(Position at, std::string message, std::string remedy = {});
  // The same with the value, or the member's name, underlined as far as its line goes.
  void add_at(const Json& value, std::string message, std::string remedy = {});
  void add_at(const Json::Member& member, std::string message, std::string remedy = {});
  bool clean() const { return count_ == 0; }
  // How many issues so far: a reader of one part tells by it whether that part was clean.
  std::size_t count() const { return count_; }
  // The issues so far; the report is empty afterwards.
  Issues take();

 private:
  void add(Position at, std::uint32_t begin, std::uint32_t end, std::string message,
           std::string remedy);

  std::size_t count_ = 0;
  std::string_view source_;
  std::string_view file_;
  Issues issues_;
};

// Reads the members of one object by name and reports what is missing, of the wrong kind, out of
// range, or unknown. Every reading function returns a usable default after reporting, so that one
// pass finds every mistake; the caller asks `report.clean()` before it uses what was read.
// Call `finish()` once all known members have been asked for: what is left is reported as unknown.
class Fields {
 public:
  // `what` names the object in messages ("a directive"). When `object` is no object, that is
  // reported once and every reading function stays silent.
  Fields(const Json& object, std::string_view what, Report& report);

  // The member, or null when it is absent. Marks the name as known.
  const Json* maybe(std::string_view name);
  // The member; its absence is reported and gives null.
  const Json* need(std::string_view name);

  std::string text(std::string_view name);
  std::optional<std::string> maybe_text(std::string_view name);
  // A text that is_id() admits.
  std::string id(std::string_view name);
  std::optional<std::string> maybe_id(std::string_view name);
  // An array of ids without repetitions; absent gives an empty vector, `[]` too.
  std::vector<std::string> ids(std::string_view name);
  std::int64_t integer(std::string_view name,
                       std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t most = std::numeric_limits<std::int64_t>::max());
  std::optional<std::int64_t> maybe_integer(
      std::string_view name, std::int64_t least = std::numeric_limits<std::int64_t>::min(),
      std::int64_t most = std::numeric_limits<std::int64_t>::max());
  bool flag_or(std::string_view name, bool otherwise);
  Instant instant(std::string_view name);
  std::optional<Instant> maybe_instant(std::string_view name);
  // {"from": TIME, "until": TIME}, either may be left out; a period that is empty is reported.
  Period period(std::string_view name);
  // One of `words`, by position; reports and gives 0 otherwise.
  std::size_t word(std::string_view name, const std::vector<std::string_view>& words);
  // The items of an array member; empty when absent or (reported) no array.
  const std::vector<Json>& array(std::string_view name);

  // Reports a problem with the member of that name (or with the object, when it is absent).
  void report(std::string_view name, std::string message, std::string remedy = {});

  void finish();

 private:
  const Json* take(std::string_view name);
  const Json* of_kind(const Json* value, std::string_view name, Json::Kind kind);

  const Json& object_;
  std::string_view what_;
  Report& report_;
  std::vector<std::string_view> known_;
  bool is_object_ = true;
};

// Appends `text` as a JSON string, with its quotes (RFC 8259 section 7; only what must be escaped).
void append_json_text(std::string& out, std::string_view text);

// One line of JSON with members in the order they stand, texts escaped as above, no white space.
// The house's writer for what is signed or hashed: the same Json gives the same bytes everywhere.
std::string write_json(const Json& value);

// Makers for what will be written. Position is {0, 0}.
Json json_text(std::string_view text);
Json json_integer(std::int64_t value);
Json json_bool(bool value);
Json json_real(double value);
Json json_array(std::vector<Json> items);
Json json_object(std::vector<std::pair<std::string, Json>> members);
Json json_texts(const std::vector<std::string>& texts);

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_JSON_H_
