// SPDX-License-Identifier: Apache-2.0
// Texts that people write for people, and that programs show between lines of their own.
#ifndef COUNTERSIGN_BASE_PROSE_H_
#define COUNTERSIGN_BASE_PROSE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::base {

// Where the first character stands, in bytes, that would make a screen show something else than
// what is written: a control character other than a line break or a tab, a line or paragraph
// separator, or one that changes the direction of writing (Unicode's Bidi_Control). Empty when
// there is none. `text` is UTF-8.
std::optional<std::size_t> find_hidden_character(std::string_view text);

// The text in quotes on one line, line breaks and the like as JSON escapes them, so that whatever
// it says, nobody takes it for a line of the program that shows it.
std::string quoted(std::string_view text);

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_PROSE_H_
