// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/instant.h"
#include "base/issue.h"

namespace countersign::base {
namespace {

TEST(Instant, ReadsRfc3339InUtcAndBareDates) {
  EXPECT_EQ(parse_instant("1970-01-01"), Instant{0});
  EXPECT_EQ(parse_instant("2025-06-10T12:00:00Z"), Instant{1749556800000});
  EXPECT_EQ(parse_instant("2025-06-10T12:00:00.25Z"), Instant{1749556800250});
  for (const char* bad : {"", "2025", "2025-13-01", "2025-02-29", "2025-06-10T12:00:00",
                          "2025-06-10T12:00:00+02:00", "2025-06-10T24:00:00Z", "0000-01-01",
                          "2025-06-10T12:00:60Z", "2025-06-10T12:00:00.1234Z", "2025-06-10 "}) {
    EXPECT_FALSE(parse_instant(bad)) << bad;
  }
}

TEST(Instant, WritesWhatItReads) {
  for (const char* text :
       {"2025-06-10T12:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59Z", "2024-02-29T00:00:00.001Z"}) {
    EXPECT_EQ(to_text(*parse_instant(text)), text);
  }
}

TEST(Bytes, SpellingsRoundTripAndReadStrictly) {
  const Bytes bytes{0, 1, 0xfb, 0xff, 0x7e};
  EXPECT_EQ(to_hex(bytes), "0001fbff7e");
  EXPECT_EQ(from_hex("0001FBff7e"), bytes);
  EXPECT_EQ(to_base64(bytes), "AAH7/34=");
  EXPECT_EQ(from_base64("AAH7/34="), bytes);
  EXPECT_EQ(to_base64url(bytes), "AAH7_34");
  EXPECT_EQ(from_base64url("AAH7_34"), bytes);
  for (const char* bad :
       {"AAH7/34", "AAH7/34==", "AAH7_34=", "AAH7/35=", "A", "AA=A", "AAH7 34="}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
  EXPECT_FALSE(from_base64url("AAH7/34"));
  EXPECT_FALSE(from_base64url("AAH7_35"));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Bytes, Utf8IsStrict) {
  EXPECT_TRUE(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* bad :
       {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Ids, AdmitPlainNamesOnly) {
  EXPECT_TRUE(is_id("US/SecDef"));
  EXPECT_TRUE(is_id("SCALP-EG"));
  EXPECT_FALSE(is_id(""));
  EXPECT_FALSE(is_id("-a"));
  EXPECT_FALSE(is_id("a b"));
  EXPECT_FALSE(is_id(std::string(129, 'a')));
}

TEST(DidYouMean, OffersTheNearestAndStaysSilentWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("quantty", {"quality", "quantity"}), "quantity");
  EXPECT_EQ(did_you_mean("xyz", {"quality", "quantity"}), std::nullopt);
}

}  // namespace
}  // namespace countersign::base
