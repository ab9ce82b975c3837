// SPDX-License-Identifier: Apache-2.0
#include "cedar/text.h"

#include <gtest/gtest.h>

namespace countersign::cedar {
namespace {

// Texts are one when their bytes stand in one place.
bool are_one(const Text& a, const Text& b) { return a.view().data() == b.view().data(); }

TEST(TextTest, HoldsAnyBytes) {
  const std::string bytes("a\0b\xff", 4);
  const Text text(bytes);
  EXPECT_EQ(text.view(), bytes);
  EXPECT_EQ(text.hash(), hash_of(bytes));
  EXPECT_EQ(Text(std::string(5000, 'x')).view(), std::string(5000, 'x'));
  EXPECT_TRUE(Text("").empty());
  EXPECT_EQ(Text(""), Text());
}

TEST(TextSharingTest, EqualTextsAreOneWhileItLives) {
  const Text before("User");
  Text kept;
  {
    const TextSharing sharing;
    kept = Text("User");
    EXPECT_FALSE(are_one(before, kept));
    EXPECT_TRUE(are_one(kept, Text("User")));
    EXPECT_FALSE(are_one(kept, Text("Team")));
    {
      const TextSharing inner;
      EXPECT_TRUE(are_one(kept, Text("User")));
    }
    EXPECT_TRUE(are_one(kept, Text("User")));
    for (int i = 0; i < 1000; ++i) {
      const std::string name = "team" + std::to_string(i);
      const Text first(name);
      EXPECT_EQ(first.view(), name);
      EXPECT_TRUE(are_one(first, Text(name)));
    }
  }
  EXPECT_FALSE(are_one(kept, Text("User")));
  EXPECT_EQ(kept, before);
}

}  // namespace
}  // namespace countersign::cedar
