// SPDX-License-Identifier: Apache-2.0
// What expressions evaluate to. Every line of the first three tests was tried on the reference
// implementation of the language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cedar/authorizer.h"
#include "cedar/parser.h"
#include "cedar/partial.h"

namespace countersign::cedar {
namespace {

using ::testing::HasSubstr;

// U::"a" and U::"r" exist and have nothing.
base::Parsed<Value> value_of(std::string_view text) {
  const auto expr = parse_expression(text);
  if (!expr) return expr.error();
  EntityStore::Builder builder;
  builder.add(EntityUid("U", "a")).add(EntityUid("U", "r"));
  const auto store = builder.build();
  const Request request(EntityUid("U", "a"), EntityUid("Action", "x"), EntityUid("U", "r"));
  // As the condition of a policy, which must be a boolean.
  return evaluate(parse_expression("(" + std::string(text) + ") && true").value(), request,
                  store.value());
}

TEST(EvaluationTest, HoldsWhereTheReferenceDoes) {
  for (const char* text : {
           R"(true || 1)",
           R"(U::"zz" in U::"zz")",
           R"({a:{b:1}} has a.b)",
           R"(datetime("2020-01-01") < datetime("2021-01-01"))",
           R"(duration("1d") < duration("2d"))",
           R"([].isEmpty())",
           R"(principal is U)",
           R"(principal is U in U::"a")",
           R"(ip("127.0.0.1/8").isLoopback())",
           R"(ip("1.2.3.4")==ip("1.2.3.4/32"))",
           R"(ip("1:2:3:4:5:6:7::")==ip("1:2:3:4:5:6:7:0"))",
           R"(ip("::1:2:3:4:5:6:7")==ip("0:1:2:3:4:5:6:7"))",
           R"(decimal("922337203685477.5807")==decimal("922337203685477.5807"))",
           R"(decimal("-922337203685477.5808")==decimal("-922337203685477.5808"))",
           R"(decimal("00001.0")==decimal("1.0"))",
           R"(decimal("-0.5")==decimal("-0.50"))",
           R"(datetime("0000-01-01")==datetime("0000-01-01"))",
           R"(datetime("2024-01-01T00:00:00+2359")==datetime("2023-12-31T00:01:00Z"))",
           R"(datetime("2024-01-01T00:00:00-0000")==datetime("2024-01-01"))",
           R"(duration("00001d")==duration("1d"))",
           R"(duration("-9223372036854775808ms")==duration("-9223372036854775808ms"))",
           R"(datetime("1969-12-31T23:00:00Z").toDate()==datetime("1969-12-31"))",
           R"(datetime("1969-12-31T23:00:00Z").toTime()==duration("23h"))",
           R"(duration("-1d1h").toDays() == -1)",
           R"(duration("1ms").toSeconds()==0)",
           R"({a:1,b:2}=={b:2,a:1})",
           R"([1,2,1]==[2,1])",
           R"([1,[2]]==[[2],1])",
           R"(context == {})",
           R"(ip("0.0.0.0/0").isInRange(ip("0.0.0.0/0")))",
           R"("a*b" like "a\*b")",
           R"("" like "")",
           R"("" like "*")",
           R"("abcabc" like "a*b*c")",
           R"("aab" like "a*ab")",
           R"(duration("106751991167d7h12m55s807ms")==duration("9223372036854775807ms"))",
           R"(duration("-106751991167d7h12m55s808ms")==duration("-9223372036854775808ms"))",
           R"(datetime("2020-01-01T00:00:00.123+0100")==datetime("2019-12-31T23:00:00.123Z"))",
           R"(ip("::")==ip("0:0:0:0:0:0:0:0"))",
       }) {
    const auto value = value_of(text);
    ASSERT_TRUE(value) << text << ": " << base::to_text(value.error());
    EXPECT_EQ(value.value(), Value::boolean(true)) << text;
  }
}

TEST(EvaluationTest, FailsToHoldWhereTheReferenceDoes) {
  for (
      const char* text : {
          R"(false && 1)",
          R"(principal has x)",
          R"(U::"zz" has x)",
          R"(U::"zz" in U::"yy")",
          R"(principal in [])",
          R"(1 == "1")",
          R"([1].contains("a"))",
          R"(principal.hasTag("k"))",
          R"(U::"zz".hasTag("k"))",
          R"(principal is V in 1)",
          R"(ip("10.0.0.0/8").isInRange(ip("10.0.0.0/24")))",
          R"(datetime("1970-01-01").offset(duration("-9223372036854775808ms")).toTime()==duration("1ms"))",
          R"(principal==resource)",
          R"(ip("1.2.3.4").isMulticast())",
          R"(ip("224.0.0.0/3").isMulticast())",
          R"("ab" like "abab*")",
      }) {
    const auto value = value_of(text);
    ASSERT_TRUE(value) << text << ": " << base::to_text(value.error());
    EXPECT_EQ(value.value(), Value::boolean(false)) << text;
  }
}

TEST(EvaluationTest, ErrsWhereTheReferenceDoes) {
  for (
      const char* text : {
          R"(1)",
          R"(1 && true)",
          R"(true && 1)",
          R"(false || 1)",
          R"(1 || true)",
          R"(principal.x)",
          R"(U::"zz".x == 1)",
          R"(1 in U::"a")",
          R"(U::"a" in [1])",
          R"(U::"a" in [U::"a",1])",
          R"(U::"a" in 1)",
          R"("a" has b)",
          R"([1].x == 1)",
          R"(1 has x)",
          R"({a:1} has a.b)",
          R"({a:1}.b == 1)",
          R"(9223372036854775807+1 == 1)",
          R"(-(-9223372036854775808) == 1)",
          R"(1 < "1")",
          R"("a" < "b")",
          R"(datetime("2020-01-01") < duration("2d"))",
          R"(decimal("1.0") < decimal("2.0"))",
          R"(decimal("1.0").lessThan(1))",
          R"(ip("x")==ip("x"))",
          R"(ip()==1)",
          R"(ip("1.2.3.4","x")==1)",
          R"(ip("1.2.3.4").isIpv4(1))",
          R"(ip(1)==1)",
          R"(if 1 then true else false)",
          R"(if true then 1 else false)",
          R"({}.isEmpty())",
          R"([1].containsAll(1))",
          R"(1.contains(1))",
          R"(principal.getTag("k") == 1)",
          R"(principal.hasTag(1))",
          R"(1.hasTag("k"))",
          R"(U::"zz".getTag("k")==1)",
          R"(1 is U)",
          R"(principal is U in 1)",
          R"(context.a.b == 1)",
          R"(ip("1.2.3.4/33")==ip("1.2.3.4"))",
          R"(ip("::ffff:127.0.0.1").isLoopback())",
          R"(ip("01.2.3.4")==1)",
          R"(ip("::1.2.3.4")==1)",
          R"(ip("::1:2:3:4:5:6:7:8")==1)",
          R"(ip("1.2.3.4/032")==1)",
          R"(ip("::/0128")==1)",
          R"(ip("::1%1")==1)",
          R"(decimal("1.")==1)",
          R"(decimal(".1")==1)",
          R"(decimal("+1.0")==1)",
          R"(decimal("922337203685477.5808")==1)",
          R"(decimal("1.00000")==1)",
          R"(datetime("2024-02-30")==1)",
          R"(datetime("2024-01-01T00:00:00+2400")==1)",
          R"(datetime("2024-01-01T00:00:60Z")==1)",
          R"(datetime("2024-01-01T24:00:00Z")==1)",
          R"(datetime("2024-01-01T00:00:00.1Z")==1)",
          R"(datetime("2024-01-01T00:00:00")==1)",
          R"(datetime("2024-01-01Z")==1)",
          R"(duration("")==1)",
          R"(duration("-")==1)",
          R"(duration("1ms1s")==1)",
          R"(duration("1d1d")==1)",
          R"(duration("9223372036854775808ms")==1)",
          R"(duration("1D")==1)",
          R"(duration("1d ")==1)",
          R"(datetime("1970-01-01").offset(duration("-9223372036854775808ms")).toDate()==1)",
          R"(duration("-1d1h").toDays())",
          R"(datetime("2020-01-01").durationSince(1))",
          R"(datetime("1970-01-01").offset(duration("9223372036854775807ms")).offset(duration("1ms"))==1)",
          R"(datetime("1970-01-01").offset(duration("9223372036854775807ms")).durationSince(datetime("1969-01-01"))==1)",
          R"(1.isIpv4())",
          R"(decimal("123456789012345678901234567890.0")==1)",
          R"(duration("106751991168d")==1)",
          R"(ip("1.2.3.4/")==1)",
          R"(ip("")==1)",
          R"(ip("1::2::3")==1)",
          R"(ip("::10000")==1)",
          R"(ip("1.2.3.4/+3")==1)",
          R"(ip(" 1.2.3.4")==1)",
      }) {
    const auto value = value_of(text);
    EXPECT_FALSE(value) << text;
  }
}

TEST(EvaluationTest, SaysWhatIsWrong) {
  const auto message = [](std::string_view text) {
    const auto value = value_of(text);
    return value ? std::string() : value.error().front().message;
  };
  EXPECT_EQ(message("principal.age == 1"), "`U::\"a\"` has no attribute `age`");
  EXPECT_EQ(message("U::\"zz\".age == 1"), "there is no entity `U::\"zz\"`");
  EXPECT_EQ(message("context.age == 1"), "the record has no attribute `age`");
  EXPECT_EQ(message("9223372036854775807 + 1 == 1"),
            "`9223372036854775807 + 1` does not fit 64 bits");
  EXPECT_EQ(message("1 < \"a\""), "expected a long, found a string");
  EXPECT_EQ(message("ip(\"x\") == 1"), "\"x\" is not an IP address");
  EXPECT_EQ(message("datetime(\"2024-02-30\") == 1"), "\"2024-02-30\" is not a datetime");
  EXPECT_EQ(message("principal.getTag(\"k\") == 1"), "`U::\"a\"` has no tag \"k\"");
}

// The same value on both sides of an operation is checked as two.
TEST(EvaluationTest, ErrsWhenBothSidesAreOneValue) {
  EXPECT_FALSE(value_of("context.contains(context)"));
  EXPECT_FALSE(value_of("principal.contains(principal)"));
}

TEST(EvaluationTest, KeepsLongsExactPast53Bits) {
  EXPECT_EQ(value_of("9007199254740993 == 9007199254740992").value(), Value::boolean(false));
  EXPECT_EQ(value_of("9007199254740992 + 1 == 9007199254740993").value(), Value::boolean(true));
}

TEST(EvaluationTest, WritesExtensionValuesThatReadTheSame) {
  const Value values[] = {
      Value::decimal(INT64_MIN),
      Value::decimal(-5),
      Value::decimal(0),
      Value::decimal(INT64_MAX),
      Value::duration(INT64_MIN),
      Value::duration(INT64_MAX),
      Value::duration(0),
      Value::duration(-90'061'001),
      Value::datetime(INT64_MIN),
      Value::datetime(INT64_MAX),
      Value::datetime(-1),
      Value::datetime(1'749'556'800'000),
      Value::datetime(-62167219200000),
      Value::datetime(253402300799999),
      Value::ip({.v6 = false, .bytes = {10, 0, 0, 0}, .prefix = 8}),
      Value::ip({.v6 = true, .bytes = {0x20, 1, 0xd, 0xb8}, .prefix = 128}),
  };
  for (const Value& value : values) {
    const auto again = value_of(to_text(value) + " == " + to_text(value));
    ASSERT_TRUE(again) << to_text(value);
    const auto parsed = parse_expression(to_text(value));
    ASSERT_TRUE(parsed);
    const Request request(EntityUid("U", "a"), EntityUid("Action", "x"), EntityUid("U", "r"));
    EXPECT_EQ(evaluate(parsed.value(), request, EntityStore()).value(), value) << to_text(value);
  }
}

}  // namespace
}  // namespace countersign::cedar
