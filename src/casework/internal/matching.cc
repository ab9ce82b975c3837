// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/matching.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace countersign::casework {
namespace {

using base::Json;

void compare(const std::string& where, const Json& expect, const Json* came,
             std::vector<std::string>& differs) {
  const std::string wanted = base::write_json(expect);
  if (came == nullptr) {
    differs.push_back(fmt::format("{}: {} was expected, nothing came", where, wanted));
  } else if (base::write_json(*came) != wanted) {
    differs.push_back(
        fmt::format("{}: {} was expected, {} came", where, wanted, base::write_json(*came)));
  }
}

const Json* authority_in(const Json& authorities, const std::string& name) {
  for (const Json& item : authorities.items) {
    const Json* authority = item.find("authority");
    if (authority != nullptr && authority->text == name) return &item;
  }
  return nullptr;
}

enum class Words { Said, Hidden };

void check_words(const Json& words, const Json& came, Words wanted,
                 std::vector<std::string>& differs) {
  const std::string everything = base::write_json(came);
  for (const Json& word : words.items) {
    std::string escaped;
    base::append_json_text(escaped, word.text);
    const std::string inner = escaped.substr(1, escaped.size() - 2);
    const bool said = everything.find(inner) != std::string::npos;
    if (said == (wanted == Words::Said)) continue;
    differs.push_back(fmt::format("`{}` is said{}", word.text, said ? "" : " nowhere"));
  }
}

void compare_authorities(const Json& expect, const Json* came, std::vector<std::string>& differs) {
  if (came == nullptr) {
    differs.emplace_back("authorities were expected, none came");
    return;
  }
  std::set<std::string> named;
  for (const Json::Member& member : expect.members) {
    named.insert(member.name);
    const Json* authority = authority_in(*came, member.name);
    if (authority == nullptr) {
      differs.push_back(fmt::format("{} was expected to have a tie", member.name));
      continue;
    }
    for (const Json::Member& wanted : member.value.members) {
      if (wanted.name == "says") {
        check_words(wanted.value, *authority, Words::Said, differs);
      } else {
        compare(fmt::format("{} {}", member.name, wanted.name), wanted.value,
                authority->find(wanted.name), differs);
      }
    }
  }
  for (const Json& item : came->items) {
    const Json* authority = item.find("authority");
    if (authority == nullptr || !named.contains(authority->text)) {
      differs.push_back(fmt::format("{} has a tie, and was not expected",
                                    authority == nullptr ? "somebody" : authority->text));
    }
  }
}

}  // namespace

std::vector<std::string> differences(const Json& expect, const Json& came) {
  std::vector<std::string> differs;
  if (expect.kind != Json::Kind::Object) {
    if (const Json* refused = came.find("refused")) {
      differs.push_back(fmt::format(
          "it was refused by `{}`: {}", refused->text,
          came.find("message") == nullptr ? std::string() : came.find("message")->text));
    }
    return differs;
  }
  for (const Json::Member& wanted : expect.members) {
    if (wanted.name == "authorities") {
      compare_authorities(wanted.value, came.find("authorities"), differs);
    } else if (wanted.name == "says") {
      check_words(wanted.value, came, Words::Said, differs);
    } else if (wanted.name == "hides") {
      check_words(wanted.value, came, Words::Hidden, differs);
    } else {
      compare(wanted.name, wanted.value, came.find(wanted.name), differs);
    }
  }
  return differs;
}

}  // namespace countersign::casework
