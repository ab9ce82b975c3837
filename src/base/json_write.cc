// SPDX-License-Identifier: Apache-2.0
// Values made and written.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"

namespace countersign::base {
namespace {

bool must_be_escaped(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const auto plain = std::find_if(text.begin(), text.end(), must_be_escaped);
    out.append(text.begin(), plain);
    if (plain == text.end()) break;
    append_escaped(out, *plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()) + 1);
  }
  out += '"';
}

namespace {

// Depth is bounded: what is written was read within JsonLimits or built by our own code.
void append(std::string& out, const Json& value) {
  switch (value.kind) {
    case Json::Kind::Null:
      out += "null";
      return;
    case Json::Kind::Bool:
      out += value.boolean ? "true" : "false";
      return;
    case Json::Kind::Integer:
      out += std::to_string(value.integer);
      return;
    case Json::Kind::Real: {
      std::array<char, 32> digits{};
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value.real);
      std::string text(digits.data(), end.ptr);
      // A Real stays a Real when it is read again.
      if (text.find_first_of(".eE") == std::string::npos) text += ".0";
      out += text;
      return;
    }
    case Json::Kind::Text:
      append_json_text(out, value.text);
      return;
    case Json::Kind::Array: {
      out += '[';
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i != 0) out += ',';
        append(out, value.items[i]);
      }
      out += ']';
      return;
    }
    case Json::Kind::Object: {
      out += '{';
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        if (i != 0) out += ',';
        append_json_text(out, value.members[i].name);
        out += ':';
        append(out, value.members[i].value);
      }
      out += '}';
      return;
    }
  }
}

Json of_kind(Json::Kind kind) {
  Json value;
  value.kind = kind;
  return value;
}

}  // namespace

std::string write_json(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

Json json_text(std::string_view text) {
  Json value = of_kind(Json::Kind::Text);
  value.text = text;
  return value;
}

Json json_integer(std::int64_t integer) {
  Json value = of_kind(Json::Kind::Integer);
  value.integer = integer;
  return value;
}

Json json_bool(bool boolean) {
  Json value = of_kind(Json::Kind::Bool);
  value.boolean = boolean;
  return value;
}

Json json_real(double real) {
  Json value = of_kind(Json::Kind::Real);
  value.real = real;
  return value;
}

Json json_array(std::vector<Json> items) {
  Json value = of_kind(Json::Kind::Array);
  value.items = std::move(items);
  return value;
}

Json json_object(std::vector<std::pair<std::string, Json>> members) {
  Json value = of_kind(Json::Kind::Object);
  value.members.reserve(members.size());
  for (auto& [name, member] : members)
    value.members.push_back({std::move(name), {}, std::move(member)});
  return value;
}

Json json_texts(const std::vector<std::string>& texts) {
  Json value = of_kind(Json::Kind::Array);
  for (const std::string& text : texts) value.items.push_back(json_text(text));
  return value;
}

}  // namespace countersign::base
