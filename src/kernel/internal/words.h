// SPDX-License-Identifier: Apache-2.0
// Conditions of policies in words, from their shape and the facts they were evaluated on.
#ifndef COUNTERSIGN_KERNEL_INTERNAL_WORDS_H_
#define COUNTERSIGN_KERNEL_INTERNAL_WORDS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cedar/ast.h"
#include "kernel/facts.h"

namespace countersign::kernel {

// What people call the words of an authority's registers.
struct Names {
  struct Property {
    std::string label;
    std::string unit;
  };

  std::unordered_map<cedar::EntityUid, std::string> entities;  // only where it is not the id
  std::unordered_map<std::string, Property> properties;        // by id

  // "UA (Ukraine)", or "UA" where nobody gave a name.
  std::string call(const cedar::EntityUid& uid) const;
  std::string call(std::string_view type, std::string_view id) const;
};

// "1,600". The second takes a whole number in digits.
std::string with_commas(std::int64_t number);
std::string with_commas(std::string digits);
// "a", "a and b", "a, b and c".
std::string join(const std::vector<std::string>& parts, std::string_view last = "and");

// Whether an expression holds on the facts; empty when it cannot be told.
using Truth = std::function<std::optional<bool>(const cedar::ExprRef&)>;

// Speaks of one evaluation. Holds references: all three must outlive it.
class Words {
 public:
  Words(const Names& names, const Facts& facts, const Truth& truth)
      : names_(names), facts_(facts), truth_(truth) {}

  // A clause that says `expr` came out as `value`: "the place is not within UA (Ukraine)".
  // `source` is where `expr` was written.
  std::string say(const cedar::Source& source, const cedar::Expr& expr, bool value) const;

 private:
  class Sentence;

  const Names& names_;
  const Facts& facts_;
  const Truth& truth_;
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_INTERNAL_WORDS_H_
