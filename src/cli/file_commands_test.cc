// SPDX-License-Identifier: Apache-2.0
// A list decided, a report corrected, an allotment checked offline, a check that is overdue, an
// earlier case: as they are typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;

class FileCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    casework::testing::Files files;
    for (auto& [name, text] : casework::testing::small_directory()) files["in/" + name] = text;
    files["use.json"] = R"({"requester": "UA", "action": "use", "item": "M", "quantity": 2,
      "place": {"point": [5, 15], "uncertainty_m": 100}, "window": {"until": "2099-01-01"},
      "categories": [], "data_sources": [], "funded_by": []})";
    folder_.write(files);
    ASSERT_EQ(ran({"init", at("instance")}).exit, Exit::Done);
    ASSERT_EQ(
        ran({"import", "-i", at("instance"), at("in"), "--keys", at("keys"), "--make-keys"}).exit,
        Exit::Done);
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string file(const std::string& name, const std::string& text) {
    folder_.write({{name, text}});
    return at(name);
  }
  Ran act(const std::string& office, Words words) {
    for (const std::string& more : {std::string("-i"), at("instance"), std::string("--by"), office,
                                    std::string("--key"), at("keys/" + office + ".key")}) {
      words.push_back(more);
    }
    return ran(words);
  }
  Ran decide(const std::string& list) {
    return act("US/SecDef", {"decide", "--batch", file("list.json", list)});
  }
  void open(const std::string& id) {
    ASSERT_EQ(act("UA/Staff", {"submit", id, at("use.json")}).exit, Exit::Done);
    ASSERT_EQ(act("US/USDP", {"advise", id, "--view", "concur"}).exit, Exit::Done);
  }
  void grant(const std::string& id) {
    open(id);
    ASSERT_EQ(act("US/SecDef", {"decide", id, "--outcome", "approve"}).exit, Exit::Done);
    ASSERT_EQ(ran({"grant", id, "-i", at("instance")}).exit, Exit::Done);
  }
  std::string shown(const std::string& id) {
    return ran({"case", "show", id, "-i", at("instance")}).out;
  }
  // The entry that an answer says it was entered at.
  static std::string entry_of(const Ran& run) {
    const auto end = run.out.find('\n');
    return run.out.substr(run.out.rfind(' ', end) + 1, end - run.out.rfind(' ', end) - 1);
  }

  Folder folder_;
};

TEST_F(FileCommands, DecideTakesACaseOrAList) {
  open("A");
  open("B");
  EXPECT_EQ(act("US/SecDef", {"decide"}).exit, Exit::BadInput);
  EXPECT_EQ(act("US/SecDef", {"decide", "A", "--batch", at("use.json")}).exit, Exit::BadInput);
  const Ran mistaken = decide(R"({"items": [{"case": "A", "outcome": "strike_out"}]})");
  EXPECT_EQ(mistaken.exit, Exit::BadInput);
  EXPECT_THAT(mistaken.err, HasSubstr("list.json:1:"));
  const Ran unknown = decide(R"({"items": [{"case": "A", "outcome": "approve"},
    {"case": "Z", "outcome": "approve"}]})");
  EXPECT_EQ(unknown.exit, Exit::Refused);
  EXPECT_THAT(shown("A"), Not(HasSubstr("approves")));
  ASSERT_EQ(decide(R"({"items": [{"case": "A", "outcome": "approve"},
    {"case": "B", "outcome": "strike_out", "text": "not yet"}]})")
                .exit,
            Exit::Done);
  EXPECT_THAT(shown("A"), HasSubstr("approves"));
  EXPECT_THAT(shown("B"), HasSubstr("strikes it out of a joint decision"));
}

TEST_F(FileCommands, AReportIsCorrectedByItsNumber) {
  grant("A");
  ASSERT_EQ(act("UA/Staff", {"draw", "A/G1", file("draw.json", R"({"quantity": 1,
    "categories": [], "place": {"point": [5, 15]}})")})
                .exit,
            Exit::Done);
  const std::string entry = entry_of(
      act("UA/Staff", {"report", "A/G1", file("used.json", R"({"quantity": 1, "categories": [],
    "at": "2025-06-13T20:00:00Z", "place": {"point": [5, 51]}})")}));
  const std::string change = file("change.json", R"({"place": {"point": [5, 15]}})");
  ASSERT_EQ(act("UA/Staff", {"correct", entry, change, "--text", "15, not 51"}).exit, Exit::Done);
  EXPECT_THAT(shown("A"), HasSubstr("[struck out: 1 used at 2025-06-13T20:00:00Z, 5 N 51 E"));
  EXPECT_THAT(shown("A"), HasSubstr("15, not 51"));
}

TEST_F(FileCommands, AnAllotmentIsCheckedOffline) {
  grant("A");
  const Ran taken = act("UA/Staff", {"allot", "A/G1", file("allot.json", R"({
    "to": "the second battery", "quantity": 1, "categories": [], "until": "2098-01-01",
    "place": {"point": [5, 15]}})"),
                                     "-o", at("allotment.json")});
  ASSERT_EQ(taken.exit, Exit::Done) << taken.err;
  ASSERT_EQ(ran({"trust", "-i", at("instance"), "-o", at("trust.json")}).exit, Exit::Done);
  const Ran checked = ran({"verify", at("allotment.json"), "--trust", at("trust.json")});
  EXPECT_EQ(checked.exit, Exit::Done) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("1 of grant A/G1, to \"the second battery\""));
  const std::string entry = entry_of(taken);
  EXPECT_EQ(act("UA/Staff", {"give-back", "A/G1", "--allotment", entry, "--quantity", "2"}).exit,
            Exit::Refused);
  EXPECT_EQ(act("UA/Staff", {"give-back", "A/G1", "--allotment", entry, "--quantity", "1"}).exit,
            Exit::Done);
  EXPECT_THAT(shown("A"), HasSubstr("active, 2 of 2 left"));
}

TEST_F(FileCommands, AnAllotmentIsTakenOnlyWhereItsFileCanBeWritten) {
  grant("A");
  const std::string plan = file("allot.json", R"({"to": "the second battery", "quantity": 1,
    "categories": [], "until": "2098-01-01", "place": {"point": [5, 15]}})");
  for (const std::string& out : {at("none/allotment.json"), at("in")}) {
    const Ran refused = act("UA/Staff", {"allot", "A/G1", plan, "-o", out});
    EXPECT_EQ(refused.exit, Exit::CouldNotFinish);
    EXPECT_THAT(refused.err, HasSubstr("cannot write `" + out + "`"));
  }
  EXPECT_THAT(shown("A"), HasSubstr("active, 2 of 2 left"));
  const Ran taken = act("UA/Staff", {"allot", "A/G1", plan, "-o", at("allotment.json")});
  ASSERT_EQ(taken.exit, Exit::Done) << taken.err;
  EXPECT_THAT(shown("A"), HasSubstr("active, 1 of 2 left"));
  // Its file once more, should it be lost: nothing is taken for it, and no key is asked for.
  const Ran again = ran(
      {"allot", "A/G1", "--again", entry_of(taken), "-i", at("instance"), "-o", at("again.json")});
  EXPECT_EQ(again.exit, Exit::Done) << again.err;
  EXPECT_THAT(shown("A"), HasSubstr("active, 1 of 2 left"));
  ASSERT_EQ(ran({"trust", "-i", at("instance"), "-o", at("trust.json")}).exit, Exit::Done);
  EXPECT_EQ(ran({"verify", at("again.json"), "--trust", at("trust.json")}).exit, Exit::Done);
  EXPECT_EQ(ran({"allot", "A/G1", "--again", "0", "-i", at("instance"), "-o", at("x.json")}).exit,
            Exit::Refused);
  EXPECT_EQ(ran({"allot", "A/G1", plan, "-i", at("instance"), "-o", at("x.json")}).exit,
            Exit::BadInput);
}

TEST_F(FileCommands, ChecksThatAreDueAreListed) {
  grant("A");
  const Ran asked = act("US/SecDef", {"check", "request", "A/G1", "--checker", "US/Legal", "--due",
                                      "2098-01-01", "--text", "where is it?"});
  ASSERT_EQ(asked.exit, Exit::Done) << asked.err;
  EXPECT_THAT(ran({"check", "list", "-i", at("instance")}).out,
              HasSubstr("1 check to be done, 0 overdue"));
  EXPECT_EQ(act("US/Legal", {"check", "record", "A/G1", "--request", entry_of(asked), "--finding",
                             "discrepancy", "--at", "2025-07-01", "--text", "gone"})
                .exit,
            Exit::Done);
  EXPECT_THAT(shown("A"), HasSubstr("a discrepancy, \"gone\""));
}

TEST_F(FileCommands, AnEarlierCaseIsShownAndIsNoGrant) {
  ASSERT_EQ(act("US/Registrar", {"import-legacy", file("earlier.json", R"({"cases": [
    {"id": "1998-112", "action": "use", "item": "M", "quantity": 3, "requester": "UA",
     "outcome": "approve", "decided_at": "1998-03-04", "decided_by": "the Board"}]})")})
                .exit,
            Exit::Done);
  EXPECT_THAT(shown("1998-112"), HasSubstr("it is no grant"));
  EXPECT_THAT(ran({"case", "list", "-i", at("instance")}).out, HasSubstr("1998-112"));
  const Ran drawn = act("UA/Staff", {"draw", "1998-112/G1",
                                     file("draw.json", R"({"quantity": 1, "categories": []})")});
  EXPECT_EQ(drawn.exit, Exit::Refused);
  EXPECT_THAT(drawn.err, HasSubstr("decided before this ledger began"));
}

}  // namespace
}  // namespace countersign::cli
