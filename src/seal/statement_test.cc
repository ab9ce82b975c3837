// SPDX-License-Identifier: Apache-2.0
#include "seal/statement.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/issue.h"

namespace countersign::seal {
namespace {

Statement example() {
  Statement statement;
  statement.subjects = {{"case/1/request", sha256(base::as_bytes("abc"))}};
  statement.predicate_type = "https://countersign.example/decision/v1";
  statement.predicate = base::json_object(
      {{"outcome", base::json_text("approve")}, {"quantity", base::json_integer(1)}});
  return statement;
}

std::string first_issue(std::string_view source) {
  auto read = read_statement(source, "s");
  return read ? "read"
              : base::to_text(base::Issue{"", read.error().front().at, read.error().front().message,
                                          "", "", 1});
}

TEST(Statement, IsWrittenTheSameEveryTimeAndReadBack) {
  const std::string text = write_statement(example());
  EXPECT_EQ(text,
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"case/1/"
            "request\",\"digest\":{\"sha256\":"
            "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}}],"
            "\"predicateType\":\"https://countersign.example/decision/v1\",\"predicate\":{"
            "\"outcome\":\"approve\",\"quantity\":1}}");
  auto read = read_statement(text, "s");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value().subjects, example().subjects);
  EXPECT_EQ(write_statement(read.value()), text);
}

TEST(Statement, MaySpeakOfNothingOlderThanItself) {
  Statement statement = example();
  statement.subjects.clear();
  EXPECT_TRUE(read_statement(write_statement(statement), "s"));
}

TEST(Statement, ReadsStrictly) {
  const auto with = [](std::string_view type, std::string_view subject,
                       std::string_view predicate) {
    return fmt::format(R"({{"_type":"{}","subject":{},"predicateType":"p","predicate":{}}})", type,
                       subject, predicate);
  };
  const std::string digest = std::string(64, 'a');
  const std::string subject = fmt::format(R"({{"name":"n","digest":{{"sha256":"{}"}}}})", digest);
  EXPECT_EQ(first_issue(with(kStatementType, "[" + subject + "]", "{}")), "read");
  EXPECT_NE(first_issue(with("https://in-toto.io/Statement/v0.1", "[]", "{}")).find("_type"),
            std::string::npos);
  EXPECT_EQ(first_issue(with(kStatementType, "[" + subject + "," + subject + "]", "{}")),
            "1:155: the subject `n` stands twice");
  EXPECT_EQ(first_issue(with(kStatementType, "[]", "[]")),
            "1:89: `predicate` must be an object, not a list");
  EXPECT_EQ(first_issue(with(kStatementType, "{}", "{}")),
            "1:54: `subject` must be a list, not an object");
  EXPECT_EQ(first_issue(with(kStatementType, R"([{"name":"n","digest":{"sha1":"aa"}}])", "{}")),
            "1:76: a subject's digest needs `sha256`");
  EXPECT_EQ(first_issue(with(kStatementType, R"([{"name":"n","digest":{"sha256":"AA"}}])", "{}")),
            "1:86: `AA` is no SHA-256 digest");
  EXPECT_EQ(
      first_issue(with(kStatementType,
                       fmt::format(R"([{{"name":"","digest":{{"sha256":"{}"}}}}])", digest), "{}")),
      "1:63: a subject's name has 1 to 1024 bytes");
  EXPECT_EQ(first_issue(R"({"_type":"https://in-toto.io/Statement/v1"})"),
            "1:1: a statement needs `subject`");
}

TEST(Statement, ThePredicateKeepsItsPlaces) {
  auto read = read_statement(
      "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],\"predicateType\":\"p\",\n"
      "\"predicate\":{\n \"x\": 1}}",
      "s");
  ASSERT_TRUE(read) << base::to_text(read.error());
  EXPECT_EQ(read.value().predicate.find("x")->at, (base::Position{3, 7}));
}

}  // namespace
}  // namespace countersign::seal
