// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/spelling.h"

// The C interface alone: it never throws.
#define U_SHOW_CPLUSPLUS_API 0
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::cedar::internal {
namespace {

using Rule = Finding::Rule;

// A text as ICU reads it. `characters` are its code points, each with the offset behind it.
struct Spelling {
  struct Character {
    UChar32 code = 0;
    std::size_t end = 0;
  };

  explicit Spelling(std::string_view text) : Spelling(utf16_of(text)) {}
  explicit Spelling(std::u16string text) : units(std::move(text)) {
    for (std::size_t at = 0; at < units.size();) {
      UChar32 code = 0;
      U16_NEXT(units.data(), at, units.size(), code);
      characters.push_back({code, at});
    }
  }

  static std::u16string utf16_of(std::string_view text) {
    std::u16string units(text.size(), u'\0');
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t size = 0;
    u_strFromUTF8(units.data(), static_cast<std::int32_t>(units.size()), &size, text.data(),
                  static_cast<std::int32_t>(text.size()), &status);
    CHECK(U_SUCCESS(status));
    units.resize(static_cast<std::size_t>(size));
    return units;
  }

  std::u16string units;
  std::vector<Character> characters;
};
using Character = Spelling::Character;

bool is_printable_ascii(UChar32 code) { return code >= 0x20 && code < 0x7f; }

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_printable_ascii(static_cast<unsigned char>(c)); });
}

// The embeddings, overrides and isolates: U+202A to U+202E, U+2066 to U+2069.
bool changes_direction(UChar32 code) {
  switch (u_charDirection(code)) {
    case U_LEFT_TO_RIGHT_EMBEDDING:
    case U_LEFT_TO_RIGHT_OVERRIDE:
    case U_RIGHT_TO_LEFT_EMBEDDING:
    case U_RIGHT_TO_LEFT_OVERRIDE:
    case U_POP_DIRECTIONAL_FORMAT:
    case U_FIRST_STRONG_ISOLATE:
    case U_LEFT_TO_RIGHT_ISOLATE:
    case U_RIGHT_TO_LEFT_ISOLATE:
    case U_POP_DIRECTIONAL_ISOLATE:
      return true;
    default:
      return false;
  }
}

// "U+0430 CYRILLIC SMALL LETTER A"
std::string named(UChar32 code) {
  std::array<char, 128> name{};
  UErrorCode status = U_ZERO_ERROR;
  u_charName(code, U_EXTENDED_CHAR_NAME, name.data(), static_cast<std::int32_t>(name.size()),
             &status);
  return fmt::format("U+{:04X} {}", static_cast<std::uint32_t>(code), name.data());
}

bool has_script(UChar32 code) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(code, &status) != USCRIPT_UNKNOWN;
}

// What ICU knows about scripts and identifiers. Reading it from several threads is fine.
class Profile {
 public:
  // Lives as long as the process: its making takes longer than a policy's validation.
  static const Profile& get() {
    static const Profile profile;
    return profile;
  }

  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  ~Profile() { uspoof_close(checker_); }

  bool allowed_in_names(UChar32 code) const {
    return uset_contains(recommended_, code) != 0 || uset_contains(included_, code) != 0;
  }

  // Whether one script could hold every character.
  bool is_single_script(std::u16string_view text) const {
    UErrorCode status = U_ZERO_ERROR;
    USpoofCheckResult* result = uspoof_openCheckResult(&status);
    uspoof_check2(checker_, text.data(), static_cast<std::int32_t>(text.size()), result, &status);
    const URestrictionLevel level = uspoof_getCheckResultRestrictionLevel(result, &status);
    uspoof_closeCheckResult(result);
    CHECK(U_SUCCESS(status));
    return level <= USPOOF_SINGLE_SCRIPT_RESTRICTIVE;
  }

 private:
  Profile() {
    UErrorCode status = U_ZERO_ERROR;
    checker_ = uspoof_open(&status);
    uspoof_setRestrictionLevel(checker_, USPOOF_SINGLE_SCRIPT_RESTRICTIVE);
    uspoof_setChecks(checker_, USPOOF_RESTRICTION_LEVEL | USPOOF_AUX_INFO, &status);
    recommended_ = uspoof_getRecommendedSet(&status);
    included_ = uspoof_getInclusionSet(&status);
    CHECK(U_SUCCESS(status));
  }

  USpoofChecker* checker_ = nullptr;
  const USet* recommended_ = nullptr;  // ICU's own, as is the next
  const USet* included_ = nullptr;
};

std::string_view script_of(UChar32 code) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getName(uscript_getScript(code, &status));
}

std::optional<Doubt> doubt_of_direction(const Spelling& text, Rule rule, std::string_view what) {
  const std::vector<Character>& characters = text.characters;
  const auto found = std::find_if(characters.begin(), characters.end(),
                                  [](const Character& one) { return changes_direction(one.code); });
  if (found == characters.end()) return std::nullopt;
  return Doubt{rule,
               fmt::format("this {} holds {}, which changes the direction of writing", what,
                           named(found->code)),
               "what is shown is not what is compared; remove it"};
}

std::optional<Doubt> doubt_of_scripts(const Spelling& text, Rule rule, std::string_view what) {
  const std::vector<Character>& characters = text.characters;
  const auto scriptless = std::find_if(characters.begin(), characters.end(),
                                       [](const Character& one) { return !has_script(one.code); });
  if (scriptless != characters.end()) {
    return Doubt{rule,
                 fmt::format("this {} holds {}, a character of no known script", what,
                             named(scriptless->code)),
                 "leave it out: nobody can say what it looks like"};
  }
  const Profile& profile = Profile::get();
  const std::u16string_view units = text.units;
  if (profile.is_single_script(units)) return std::nullopt;
  // With more characters a text stays mixed: the first that made it so is told.
  const auto mixed = std::partition_point(
      characters.begin(), characters.end(),
      [&](const Character& last) { return profile.is_single_script(units.substr(0, last.end)); });
  CHECK(mixed != characters.end());
  return Doubt{rule,
               fmt::format("this {} mixes scripts: {} ({}) stands among letters of another", what,
                           named(mixed->code), script_of(mixed->code)),
               "letters of different scripts can look alike; write it in one"};
}

// The escapes that a pattern is written with by the reference.
bool is_escaped(UChar32 code) {
  if (code < 0x80) return !is_printable_ascii(code);
  switch (u_charType(code)) {
    case U_UNASSIGNED:
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return true;
    default:
      return u_hasBinaryProperty(code, UCHAR_GRAPHEME_EXTEND) != 0;
  }
}

// Every escape has a Latin letter but `\0`, which has none.
std::u16string written(const Spelling& part) {
  std::u16string out;
  std::size_t begin = 0;
  for (const Character& one : part.characters) {
    if (!is_escaped(one.code)) {
      out += part.units.substr(begin, one.end - begin);
    } else if (one.code != 0) {
      out += u'u';
    }
    begin = one.end;
  }
  return out;
}

}  // namespace

std::optional<Doubt> doubt_of_text(std::string_view text) {
  if (is_plain(text)) return std::nullopt;
  const Spelling spelling(text);
  if (auto doubt = doubt_of_direction(spelling, Rule::DirectionalText, "text")) return doubt;
  return doubt_of_scripts(spelling, Rule::MixedScriptText, "text");
}

std::optional<Doubt> doubt_of_name(std::string_view name) {
  if (is_plain(name)) return std::nullopt;
  const Spelling spelling(name);
  if (auto doubt = doubt_of_direction(spelling, Rule::DirectionalName, "name")) return doubt;
  const Profile& profile = Profile::get();
  const std::vector<Character>& characters = spelling.characters;
  const auto odd = std::find_if(characters.begin(), characters.end(), [&](const Character& one) {
    return !is_printable_ascii(one.code) && !profile.allowed_in_names(one.code);
  });
  if (odd != characters.end()) {
    return Doubt{
        Rule::ConfusableName,
        fmt::format("this name holds {}, which Unicode advises against in names", named(odd->code)),
        "use letters and digits that cannot be taken for others"};
  }
  return doubt_of_scripts(spelling, Rule::MixedScriptName, "name");
}

std::optional<Doubt> doubt_of_pattern(const Pattern& pattern) {
  std::u16string text;
  for (const std::string& part : pattern.parts) {
    const Spelling spelling(part);
    if (auto doubt = doubt_of_direction(spelling, Rule::DirectionalText, "pattern")) return doubt;
    text += written(spelling);
  }
  std::optional<Doubt> doubt =
      doubt_of_scripts(Spelling(std::move(text)), Rule::MixedScriptText, "pattern");
  if (doubt) doubt->remedy += "; an escape such as `\\n` counts as Latin";
  return doubt;
}

}  // namespace countersign::cedar::internal
