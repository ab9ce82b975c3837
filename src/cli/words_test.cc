// SPDX-License-Identifier: Apache-2.0
// What people are told: of a mistake where it is and what to do, of an act what came of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cli/output.h"
#include "cli/testing/on_an_instance.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;

class Told : public OnAnInstance {
 protected:
  std::string request(const std::string& until) {
    return file("request.json", R"({"requester": "UA", "action": "use", "item": "M",
      "quantity": 2, "place": {"point": [5, 15], "uncertainty_m": 100},
      "window": {"until": ")" + until +
                                    R"("}, "categories": [], "data_sources": [],
      "funded_by": []})");
  }
  Ran submit(const std::string& until = "2099-01-01") {
    return act("UA/Staff", {"submit", "C", request(until)});
  }
  std::string show() { return ran({"case", "show", "C", "-i", instance()}).out; }
};

TEST_F(Told, ARequestWhoseWindowIsOverIsRefusedAtOnce) {
  const Ran over = submit("2020-01-01");
  EXPECT_EQ(over.exit, Exit::BadInput);
  EXPECT_THAT(over.err, HasSubstr("request.json:"));
  EXPECT_THAT(over.err, HasSubstr("the window ended at 2020-01-01T00:00:00Z"));
  EXPECT_EQ(submit().exit, Exit::Done);
}

TEST_F(Told, ADenialSaysWhyAndWhatMayStillBeDone) {
  ASSERT_EQ(submit().exit, Exit::Done);
  ASSERT_EQ(act("US/USDP", {"advise", "C", "--view", "do_not_concur"}).exit, Exit::Done);
  for (const char* outcome : {"deny", "return"}) {
    const Ran silent = act("US/SecDef", {"decide", "C", "--outcome", outcome});
    EXPECT_EQ(silent.exit, Exit::BadInput);
    EXPECT_THAT(silent.err, HasSubstr(std::string("--text, the reasons to ") + outcome));
  }
  const std::string list = file("list.json", R"({"items": [{"case": "C", "outcome": "deny"}]})");
  EXPECT_THAT(act("US/SecDef", {"decide", "--batch", list}).err, HasSubstr("says why"));
  ASSERT_EQ(act("US/SecDef", {"decide", "C", "--outcome", "deny", "--text", "too wide"}).exit,
            Exit::Done);
  EXPECT_THAT(show(), HasSubstr("ask once that it be looked at again (`countersign reconsider`)"));
  const auto why = [&] { return ran({"case", "why", "C", "-i", instance()}).out; };
  EXPECT_THAT(why(), HasSubstr("the requester, who may ask once that it be looked at again"));
  ASSERT_EQ(act("UA/Staff", {"reconsider", "C", "--text", "narrower now"}).exit, Exit::Done);
  EXPECT_THAT(why(), HasSubstr("the answer of US to whether the denial stands"));
  EXPECT_THAT(show(), Not(HasSubstr("may ask once")));
}

TEST_F(Told, WordsThatAreSignedShowWhatTheySay) {
  for (const char* hidden : {"a\x01z", "a\xff", "a\xe2\x80\xaez"}) {
    const Ran typed = act("US/USDP", {"query", "C", "--text", hidden});
    EXPECT_EQ(typed.exit, Exit::BadInput);
    EXPECT_THAT(typed.err, HasSubstr("countersign query: --text: it "));
  }
}

TEST_F(Told, AnAbsenceThatNobodyFillsIsNoted) {
  const auto away = [&](const char* until) {
    return ran({"absence", "US/SecDef", "-i", instance(), "--key", at("keys/US/SecDef.key"),
                "--until", until});
  };
  const Ran past = away("2020-01-01");
  EXPECT_EQ(past.exit, Exit::BadInput);
  EXPECT_THAT(past.err, HasSubstr("--until: 2020-01-01T00:00:00Z lies before the beginning"));
  EXPECT_THAT(away("2098-01-01").out, HasSubstr("names nobody to act for US/SecDef: until 2098"));
}

TEST_F(Told, AReportOutsideTheGrantSaysThatItIsADiscrepancy) {
  ASSERT_EQ(submit().exit, Exit::Done);
  ASSERT_EQ(act("US/USDP", {"advise", "C", "--view", "concur"}).exit, Exit::Done);
  ASSERT_EQ(act("US/SecDef", {"decide", "C", "--outcome", "approve"}).exit, Exit::Done);
  ASSERT_EQ(ran({"grant", "C", "-i", instance()}).exit, Exit::Done);
  const std::string used = file("used.json", R"({"quantity": 1, "categories": [],
    "at": "2025-06-13T20:00:00Z", "place": {"point": [5, 15]}})");
  const Ran reported = act("UA/Staff", {"report", "C/G1", used});
  EXPECT_EQ(reported.exit, Exit::Done);
  EXPECT_THAT(reported.out, HasSubstr("note: it is a discrepancy, which US/"));
  EXPECT_THAT(reported.out, HasSubstr("(outside-window)"));
}

TEST_F(Told, AnotherInstancesLogKeyIsNotTaken) {
  ASSERT_EQ(ran({"log", "checkpoint", "-i", instance()}).exit, Exit::Done);
  ASSERT_EQ(ran({"init", at("other")}).exit, Exit::Done);
  const std::filesystem::path key = std::filesystem::path(instance()) / "log.key";
  const auto swap = [&](const std::filesystem::path& from) {
    std::filesystem::copy_file(from, key, std::filesystem::copy_options::overwrite_existing);
  };
  std::filesystem::copy_file(key, at("own.key"));
  swap(std::filesystem::path(at("other")) / "log.key");
  const Ran opened = ran({"case", "list", "-i", instance()});
  EXPECT_EQ(opened.exit, Exit::CouldNotFinish);
  EXPECT_THAT(opened.err, HasSubstr("is not the key that signed this ledger: put the right one"));
  swap(at("own.key"));
  EXPECT_EQ(ran({"case", "list", "-i", instance()}).exit, Exit::Done);
}

TEST_F(Told, WhatIsMissingIsNamedWithWhatToDo) {
  EXPECT_THAT(ran({"case", "list", "-i", at("in")}).err,
              HasSubstr("is not an instance: name the folder that `countersign init` made"));
  EXPECT_THAT(ran({"init", instance()}).err, HasSubstr("already: name another folder"));
  EXPECT_THAT(ran({"determine", "-i", instance(), at("in")}).err, HasSubstr("is a folder"));
  ASSERT_EQ(ran({"init", at("fresh")}).exit, Exit::Done);
  EXPECT_THAT(ran({"import", at("in"), "-i", at("fresh"), "--keys", at("no-keys")}).err,
              HasSubstr("--make-keys makes the keys that are missing"));
  EXPECT_THAT(ran({"key", "new", at("new.key")}).out, HasSubstr("keep it secret"));
  EXPECT_THAT(ran({"trust", "-i", instance(), "-o", at("trust.json")}).out,
              HasSubstr("written to " + at("trust.json")));
}

TEST_F(Told, ADocumentOfAnotherKindIsNamedInOneLine) {
  ASSERT_EQ(ran({"trust", "-i", instance(), "-o", at("trust.json")}).exit, Exit::Done);
  const std::string other = request("2099-01-01");
  EXPECT_EQ(ran({"verify", other, "--trust", at("trust.json")}).err,
            other +
                ": is no bundle, allotment or count\n"
                "  help: `countersign bundle`, `allot` and `count -o` write them\n");
  EXPECT_EQ(ran({"verify", other, "--trust", other}).err,
            other + ": is no trust file\n  help: `countersign trust -o` writes one\n");
}

TEST(Marked, ATableGetsAColumnWhateverItsCellsHold) {
  const std::string table = "id,text\nC,\"two\nlines, \"\"quoted\"\"\"\n";
  begin_output();
  EXPECT_EQ(marked_table(table), table);
  EXPECT_EQ(marked_chart("<svg></svg>"), "<svg></svg>");
  mark_exercise();
  EXPECT_EQ(marked_table(table), "id,text,exercise\nC,\"two\nlines, \"\"quoted\"\"\",true\n");
  EXPECT_THAT(marked_chart("<svg></svg>"), HasSubstr("EXERCISE"));
  begin_output();
}

}  // namespace
}  // namespace countersign::cli
