// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal_reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/check.h"

namespace countersign::kernel {
namespace {

using ::testing::HasSubstr;

// What reading the document complains of; empty: it was read, and writes the same document back.
std::string complaint(const std::string& text) {
  const auto document = base::read_json(text, "test");
  CHECK(document.has_value());
  base::Report report(text, "test");
  const InternalReasons read = InternalReasons::read(document.value(), report);
  if (!report.clean()) return base::to_text(report.take());
  EXPECT_EQ(base::write_json(InternalReasons::write(read)), base::write_json(document.value()));
  return {};
}

TEST(InternalReasons, ReadAndWriteThemselves) {
  EXPECT_EQ(complaint(R"({"text": "two radars are down"})"), "");
  EXPECT_EQ(complaint(R"({"text": "a source says so", "marking": {"level": "secret",
      "releasable_to": ["GB"], "cases": ["C"]}})"),
            "");
}

TEST(InternalReasons, SayWhatIsWrongAndWhere) {
  EXPECT_THAT(complaint(R"("two radars are down")"), HasSubstr("internal reasons"));
  EXPECT_THAT(complaint(R"({"text": ""})"), HasSubstr("say nothing"));
  EXPECT_THAT(complaint(R"({"marking": {"level": "secret"}})"), HasSubstr("`text`"));
  EXPECT_THAT(complaint(R"({"text": "so", "marking": {}})"), HasSubstr("level"));
  EXPECT_THAT(complaint(R"({"text": "so", "for": "you"})"), HasSubstr("for"));
  EXPECT_THAT(complaint(R"({"text": ")" + std::string(16385, 'a') + R"("})"),
              HasSubstr("longer than 16384 bytes"));
}

}  // namespace
}  // namespace countersign::kernel
