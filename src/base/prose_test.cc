// SPDX-License-Identifier: Apache-2.0
#include "base/prose.h"

#include <gtest/gtest.h>

namespace countersign::base {
namespace {

TEST(Prose, FindsWhatAScreenWouldNotShow) {
  EXPECT_EQ(find_hidden_character(""), std::nullopt);
  EXPECT_EQ(find_hidden_character("no use within 2 km\n\tof a school,\r\nété, 学校, 🏫"),
            std::nullopt);
  EXPECT_EQ(find_hidden_character("ab\x1b[8m"), 2U);
  EXPECT_EQ(find_hidden_character(std::string_view("a\0b", 3)), 1U);
  EXPECT_EQ(find_hidden_character("a\rb"), 1U);
  EXPECT_EQ(find_hidden_character("a\x7f"), 1U);
  EXPECT_EQ(find_hidden_character("é\u0085"), 2U);
  for (const char* hidden :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"}) {
    EXPECT_EQ(find_hidden_character(std::string("a") + hidden + "b"), 1U);
  }
  // Their neighbours are shown.
  for (const char* shown : {"\u00a0", "\u200d", "\u2010", "\u2027", "\u202f", "\u2065"}) {
    EXPECT_EQ(find_hidden_character(shown), std::nullopt);
  }
}

TEST(Prose, QuotesOnOneLine) {
  EXPECT_EQ(quoted("by day \"only\"\nC1/G1: valid"), R"("by day \"only\"\nC1/G1: valid")");
}

}  // namespace
}  // namespace countersign::base
