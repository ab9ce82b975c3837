// SPDX-License-Identifier: Apache-2.0
#include "fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/check.h"

namespace countersign::fuzz {
namespace {

// SplitMix64: spelt out because the standard library's distributions differ between machines.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  // A number below `end`, which is at least 1.
  std::size_t below(std::size_t end) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % end);
  }

 private:
  std::uint64_t state_;
};

// What trips readers: quotes, brackets, ends of ranges, ill-formed UTF-8, separators.
constexpr std::array<std::string_view, 30> kTokens = {"\"",
                                                      "\\",
                                                      "{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      "(",
                                                      ")",
                                                      ",",
                                                      ":",
                                                      ";",
                                                      "//",
                                                      "\n",
                                                      "\r\n",
                                                      std::string_view("\0", 1),
                                                      "\x7f",
                                                      "\xff",
                                                      "\xc0\x80",
                                                      "\xed\xa0\x80",
                                                      "\xf4\x90\x80\x80",
                                                      "\\u0000",
                                                      "\\ud800",
                                                      "-",
                                                      "0",
                                                      "1e999",
                                                      "9223372036854775808",
                                                      "-9223372036854775809",
                                                      "null",
                                                      "::",
                                                      "=="};

struct Piece {
  std::size_t begin;
  std::size_t size;
};

Piece piece_of(const std::string& text, Dice& dice) {
  const std::size_t begin = dice.below(text.size() + 1);
  const std::size_t most = std::min<std::size_t>(text.size() - begin, 64);
  return {begin, dice.below(most + 1)};
}

void change_once(std::string& text, const std::vector<std::string>& seeds, Dice& dice) {
  const Piece piece = piece_of(text, dice);
  switch (dice.below(8)) {
    case 0:
      if (!text.empty()) {
        char& byte = text[dice.below(text.size())];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << dice.below(8)));
      }
      break;
    case 1:
      if (!text.empty()) text[dice.below(text.size())] = static_cast<char>(dice.below(256));
      break;
    case 2:
      text.erase(piece.begin, piece.size);
      break;
    case 3:
      text.insert(piece.begin, text.substr(piece.begin, piece.size));
      break;
    case 4:
      text.insert(dice.below(text.size() + 1), text.substr(piece.begin, piece.size));
      break;
    case 5:
      text.insert(piece.begin, kTokens.at(dice.below(kTokens.size())));
      break;
    case 6: {
      const std::string& other = seeds[dice.below(seeds.size())];
      const Piece taken = piece_of(other, dice);
      text.replace(piece.begin, piece.size, other, taken.begin, taken.size);
      break;
    }
    case 7:
      // One in many, or short seeds would mostly be cut to nothing.
      if (dice.below(4) == 0) text.resize(dice.below(text.size() + 1));
      break;
    default:
      break;
  }
}

}  // namespace

std::string mutate(const std::vector<std::string>& seeds, std::uint64_t number,
                   std::size_t most_bytes) {
  CHECK(!seeds.empty());
  Dice dice(number);
  std::string text = seeds[dice.below(seeds.size())];
  for (std::size_t changes = 1 + dice.below(8); changes > 0; --changes)
    change_once(text, seeds, dice);
  text.resize(std::min(text.size(), most_bytes));
  return text;
}

}  // namespace countersign::fuzz
