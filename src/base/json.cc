// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <system_error>
#include <unordered_set>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/json_elements.h"

namespace countersign::base {
namespace {

namespace bj = boost::json;

// Turns offsets that never decrease into lines and columns, in one pass over the source.
class Places {
 public:
  explicit Places(std::string_view source) : source_(source) {}

  Position at(std::size_t offset) {
    offset = std::min(offset, source_.size());
    for (; next_ < offset; ++next_) {
      if (source_[next_] == '\n') {
        ++line_;
        line_begin_ = next_ + 1;
      }
    }
    return {line_, static_cast<std::uint32_t>(offset - line_begin_ + 1)};
  }

 private:
  std::string_view source_;
  std::size_t next_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
};

// The SAX handler. Boost.JSON tells it what comes, not where: the place of a value is found from
// the pointer into the source that string and number callbacks carry, or from the parser's
// progress.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  void begin(std::string_view source, std::string_view file, JsonLimits limits,
             const TakeElement* take_element) {
    source_ = source;
    file_ = file;
    limits_ = limits;
    take_element_ = take_element;
    places_.emplace(source);
  }
  Json& root() { return root_; }
  Issues& issues() { return issues_; }
  Position here() { return places_->at(cursor_); }
  std::uint32_t offset() const { return static_cast<std::uint32_t>(cursor_); }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }

  bool on_object_begin(bj::error_code& ec) { return open(Json::Kind::Object, '{', ec); }
  bool on_object_end(std::size_t, bj::error_code&) { return close('}'); }
  bool on_array_begin(bj::error_code& ec) { return open(Json::Kind::Array, '[', ec); }
  bool on_array_end(std::size_t, bj::error_code&) { return close(']'); }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    piece_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code& ec) {
    const Position at = take_text(part);
    std::string name = std::exchange(piece_, {});
    Open& top = open_.back();
    if (holds(top, name)) {
      return fail(at, fmt::format("`{}` stands twice in the same object", name),
                  "keep one of the two", ec);
    }
    top.value->members.push_back({std::move(name), at, {}, token_, offset()});
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    piece_.append(part.data(), part.size());
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code& ec) {
    const Position at = take_text(part);
    Json* value = place(Json::Kind::Text, at, ec);
    if (value == nullptr) return false;
    value->text = std::exchange(piece_, {});
    return true;
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    piece_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, bj::string_view part, bj::error_code& ec) {
    piece_.append(part.data(), part.size());
    // No integer is written so; readers differ over whether they take it for one.
    const bool negative_zero = piece_ == "-0";
    Json* value = begin_number(negative_zero ? Json::Kind::Real : Json::Kind::Integer, ec);
    if (value == nullptr) return false;
    value->integer = number;
    value->real = negative_zero ? -0.0 : 0.0;
    return true;
  }
  bool on_uint64(std::uint64_t, bj::string_view part, bj::error_code& ec) {
    piece_.append(part.data(), part.size());
    return too_large(ec);
  }
  bool on_double(double, bj::string_view part, bj::error_code& ec) {
    piece_.append(part.data(), part.size());
    if (piece_.find_first_of(".eE") == std::string::npos) return too_large(ec);
    // Boost.JSON 1.81 is off by one in the last bit of some numbers; from_chars never is.
    double number = 0;
    if (std::from_chars(piece_.data(), piece_.data() + piece_.size(), number).ec != std::errc())
      return fail(next_token(),
                  fmt::format("the number `{}` lies outside what 64 bits can hold", shown_number()),
                  "write a number between -1.7e308 and 1.7e308, and not so close to 0", ec);
    Json* value = begin_number(Json::Kind::Real, ec);
    if (value == nullptr) return false;
    value->real = number;
    return true;
  }
  bool on_bool(bool boolean, bj::error_code& ec) {
    Json* value = begin_word(Json::Kind::Bool, boolean ? "true" : "false", ec);
    if (value == nullptr) return false;
    value->boolean = boolean;
    return true;
  }
  bool on_null(bj::error_code& ec) { return begin_word(Json::Kind::Null, "null", ec) != nullptr; }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  struct Open {
    Json* value;
    std::unordered_set<std::string> names;  // of the members, once they are more than a handful
  };

  // Whether the object has a member of that name; it is about to gain one.
  static bool holds(Open& object, const std::string& name) {
    constexpr std::size_t kHandful = 16;
    const std::vector<Json::Member>& members = object.value->members;
    if (members.size() < kHandful) return object.value->find(name) != nullptr;
    if (object.names.empty()) {
      for (const Json::Member& member : members) object.names.insert(member.name);
    }
    return !object.names.insert(name).second;
  }

  bool fail(Position at, std::string message, std::string remedy, bj::error_code& ec) {
    issues_.push_back(
        {std::string(file_), at, std::move(message), std::move(remedy), excerpt_of(source_, at)});
    ec = bj::make_error_code(bj::error::syntax);
    return false;
  }

  // The cursor stands behind the last token taken; between tokens only white space, ':' and ','
  // can stand, so the next token begins at the first other byte.
  Position next_token() {
    while (cursor_ < source_.size() &&
           std::string_view(" \t\r\n:,").find(source_[cursor_]) != std::string_view::npos) {
      ++cursor_;
    }
    token_ = offset();
    return here();
  }
  // Completes the text in `piece_` by its last part; gives where the text begins.
  Position take_text(bj::string_view last) {
    piece_.append(last.data(), last.size());
    const Position at = next_token();
    const std::less_equal<const char*> not_after;
    if (!last.empty() && not_after(source_.data(), last.data()) &&
        not_after(last.data() + last.size(), source_.data() + source_.size())) {
      // A part that was not copied ends where the text does.
      cursor_ = static_cast<std::size_t>(last.data() - source_.data()) + last.size();
      CHECK(source_[cursor_] == '"');
    } else {
      ++cursor_;  // the opening quote
      while (cursor_ < source_.size() && source_[cursor_] != '"') {
        cursor_ += source_[cursor_] == '\\' ? 2 : 1;
      }
    }
    ++cursor_;
    return at;
  }
  bool close(char bracket) {
    while (cursor_ < source_.size() && source_[cursor_] != bracket) ++cursor_;
    ++cursor_;
    open_.back().value->end = offset();
    open_.pop_back();
    if (take_element_ != nullptr) hand_over();
    return true;
  }
  // An element of one of the document's array members is complete.
  void hand_over() {
    if (open_.size() != 2 || open_[1].value->kind != Json::Kind::Array ||
        root_.kind != Json::Kind::Object) {
      return;
    }
    std::vector<Json>& elements = open_[1].value->items;
    (*take_element_)(root_.members.back().name, std::move(elements.back()));
    elements.pop_back();
    count_ = before_element_;
  }
  // A number as a message quotes it: one of many digits, cut short.
  std::string shown_number() const {
    return piece_.size() <= 40 ? piece_ : piece_.substr(0, 40) + "…";
  }
  bool too_large(bj::error_code& ec) {
    const Position at = next_token();
    return fail(at, fmt::format("the number `{}` does not fit 64 signed bits", shown_number()),
                "write a number between -9223372036854775808 and 9223372036854775807", ec);
  }
  Json* begin_number(Json::Kind kind, bj::error_code& ec) {
    const Position at = next_token();
    cursor_ += piece_.size();
    piece_.clear();
    return place(kind, at, ec);
  }
  Json* begin_word(Json::Kind kind, std::string_view word, bj::error_code& ec) {
    const Position at = next_token();
    cursor_ += word.size();
    return place(kind, at, ec);
  }
  bool open(Json::Kind kind, char bracket, bj::error_code& ec) {
    const Position at = next_token();
    CHECK(cursor_ < source_.size() && source_[cursor_] == bracket);
    ++cursor_;
    if (open_.size() >= limits_.depth) {
      return fail(at, fmt::format("nested deeper than {} levels", limits_.depth),
                  "flatten the document", ec);
    }
    Json* value = place(kind, at, ec);
    if (value == nullptr) return false;
    open_.push_back({value, {}});
    return true;
  }
  Json* place(Json::Kind kind, Position at, bj::error_code& ec) {
    if (++count_ > limits_.values) {
      fail(at, fmt::format("more than {} values in one document", limits_.values),
           "split the document", ec);
      return nullptr;
    }
    if (open_.size() == 2) before_element_ = count_ - 1;
    Json* value = &root_;
    if (!open_.empty()) {
      Json& parent = *open_.back().value;
      if (parent.kind == Json::Kind::Array) {
        parent.items.emplace_back();
        value = &parent.items.back();
      } else {
        value = &parent.members.back().value;
      }
    }
    value->kind = kind;
    value->at = at;
    value->begin = token_;
    value->end = offset();
    return value;
  }

  std::string_view source_;
  std::string_view file_;
  JsonLimits limits_;
  std::optional<Places> places_;
  std::size_t cursor_ = 0;
  std::uint32_t token_ = 0;         // where the last token that was begun begins
  std::size_t count_ = 0;           // of values, those that were handed over apart
  std::size_t before_element_ = 0;  // count_ when the last value at that depth began
  const TakeElement* take_element_ = nullptr;
  std::string piece_;
  Json root_;
  // Pointers stay good: a container grows only while it is the innermost open one, and then no
  // pointer into its elements is held.
  std::vector<Open> open_;
  Issues issues_;
};

Issues one_issue(std::string_view source, std::string_view file, Position at, std::string message,
                 std::string remedy) {
  return {{std::string(file), at, std::move(message), std::move(remedy), excerpt_of(source, at)}};
}

std::string describe_byte(std::string_view source, std::size_t offset) {
  if (offset >= source.size()) return "the document ends too early";
  const char c = source[offset];
  if (c >= 0x20 && c < 0x7f) return fmt::format("`{}` cannot stand here", c);
  for (const std::string_view curly : {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019"}) {
    if (source.substr(offset).starts_with(curly)) {
      return fmt::format("`{}` is no quotation mark of JSON: write `\"`", curly);
    }
  }
  return fmt::format("the byte 0x{:02x} cannot stand here", static_cast<unsigned char>(c));
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::string_view name_of(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::Null:
      return "null";
    case Json::Kind::Bool:
      return "true or false";
    case Json::Kind::Integer:
      return "a whole number";
    case Json::Kind::Real:
      return "a number with a fraction";
    case Json::Kind::Text:
      return "a text";
    case Json::Kind::Array:
      return "a list";
    case Json::Kind::Object:
      return "an object";
  }
  CHECK(false);
}

namespace {

Parsed<Json> parse(std::string_view source, std::string_view file, JsonLimits limits,
                   const TakeElement* take_element) {
  const std::size_t most =
      std::min<std::size_t>(limits.bytes, std::numeric_limits<std::uint32_t>::max());
  if (source.size() > most) {
    return one_issue(source, file, {}, fmt::format("larger than {} bytes", most),
                     "split the document");
  }
  if (source.starts_with("\xef\xbb\xbf")) {
    return one_issue(source, file, {}, "begins with a byte order mark",
                     "save the file as UTF-8 without one (a BOM)");
  }
  if (source.starts_with("\xff\xfe") || source.starts_with("\xfe\xff")) {
    return one_issue(source, file, {}, "is UTF-16", "save the file as UTF-8");
  }
  if (!is_utf8(source)) {
    return one_issue(source, file, {}, "not well-formed UTF-8", "save the file as UTF-8");
  }
  bj::parse_options options;
  // Our own limit answers first and with a place; the parser's only has to be larger.
  options.max_depth = limits.depth + 1;
  bj::basic_parser<Builder> parser(options);
  Builder& builder = parser.handler();
  builder.begin(source, file, limits, take_element);
  bj::error_code ec;
  const std::size_t taken = parser.write_some(false, source.data(), source.size(), ec);
  if (!builder.issues().empty()) return std::move(builder.issues());
  Places places(source);
  if (ec) {
    return one_issue(source, file, places.at(taken),
                     fmt::format("not JSON: {}", describe_byte(source, taken)),
                     "check brackets, commas and quotes before this place");
  }
  const std::size_t rest = source.find_first_not_of(" \t\r\n", taken);
  if (rest != std::string_view::npos) {
    return one_issue(source, file, places.at(rest), "something follows the end of the document",
                     "remove it: one file holds one JSON value");
  }
  return std::move(builder.root());
}

}  // namespace

Parsed<Json> read_json(std::string_view source, std::string_view file, JsonLimits limits) {
  return parse(source, file, limits, nullptr);
}

Parsed<Json> read_json_elements(std::string_view source, std::string_view file,
                                const TakeElement& take, JsonLimits limits) {
  limits.bytes = std::numeric_limits<std::uint32_t>::max();
  return parse(source, file, limits, &take);
}

}  // namespace countersign::base
