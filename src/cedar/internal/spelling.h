// SPDX-License-Identifier: Apache-2.0
// Texts and names that people can take for others (Unicode Technical Standard 39): what a reader
// sees is then not what is compared.
//
// Characters have the properties that ICU's version of Unicode gives them. One that it does not
// know belongs to no script, and is warned of.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_SPELLING_H_
#define COUNTERSIGN_CEDAR_INTERNAL_SPELLING_H_

#include <optional>
#include <string>
#include <string_view>

#include "cedar/validator.h"

namespace countersign::cedar::internal {

struct Doubt {
  Finding::Rule rule;
  std::string message;
  std::string remedy;
};

// Of the content of a string; valid UTF-8, as all texts of policies are.
std::optional<Doubt> doubt_of_text(std::string_view text);
// Of an entity's id or an attribute's name.
std::optional<Doubt> doubt_of_name(std::string_view name);
// Of a pattern: its content for direction. For scripts, as the reference has it, its written form,
// in which a mark or a character that cannot be printed stands as an escape, of Latin letters.
std::optional<Doubt> doubt_of_pattern(const Pattern& pattern);

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_SPELLING_H_
