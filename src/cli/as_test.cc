// SPDX-License-Identifier: Apache-2.0
// `--as`: every command that shows something, for every role.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A case of UA's with a grant, another that waits; an adviser's words stand in both.
class AsTest : public ::testing::Test {
 protected:
  static constexpr const char* kAdvice = "words of the adviser alone";
  static constexpr const char* kUse = R"({"requester": "UA", "action": "use", "item": "M",
    "quantity": 2, "place": {"point": [5, 15], "uncertainty_m": 100},
    "window": {"until": "2099-01-01"}, "categories": [], "data_sources": [], "funded_by": []})";

  void SetUp() override {
    casework::testing::Files files;
    for (auto& [name, text] : casework::testing::small_directory()) files["in/" + name] = text;
    const auto put = [&files](const std::string& file, const std::string& from,
                              const std::string& to) {
      std::string& text = files[file];
      text.replace(text.find(from), from.size(), to);
    };
    put("in/authorities/US/charter.json", R"({"id": "US/Deputy")",
        R"({"id": "US/Watch", "rank": 5, "may": ["oversee"]}, {"id": "US/Deputy")");
    put("in/authorities/UA/charter.json", R"({"id": "UA/Registrar")",
        R"({"id": "UA/Watch", "rank": 5, "may": ["oversee"]}, {"id": "UA/Registrar")");
    folder_.write(files);
    folder_.write({{"use.json", kUse}});
    ASSERT_EQ(ran({"init", at("instance"), "--json"}).exit, Exit::Done);
    ASSERT_EQ(
        ran({"import", "-i", at("instance"), at("in"), "--keys", at("keys"), "--make-keys"}).exit,
        Exit::Done);
    for (const char* id : {"C", "D"}) {
      act("UA/Staff", {"submit", id, at("use.json")});
      act("US/USDP", {"advise", id, "--view", "concur", "--text", kAdvice});
    }
    act("US/SecDef", {"decide", "C", "--outcome", "approve", "--text", "for the requester"});
    ASSERT_EQ(ran({"grant", "C", "-i", at("instance")}).exit, Exit::Done);
  }
  void act(const std::string& office, Words words) {
    for (const std::string& more : {std::string("-i"), at("instance"), std::string("--by"), office,
                                    std::string("--key"), at("keys/" + office + ".key")}) {
      words.push_back(more);
    }
    ASSERT_EQ(ran(words).exit, Exit::Done) << words[0];
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  Ran as(const std::string& office, Words words) {
    for (const std::string& more : {std::string("-i"), at("instance")}) words.push_back(more);
    if (!office.empty()) words.insert(words.end(), {"--as", office});
    return ran(words);
  }

  casework::testing::Folder folder_;
};

// What a command answers: "+" it shows, "-" that it may not be shown, "0" as if there were nothing.
std::string answered(const Ran& run) {
  if (run.exit == Exit::Done) return "+";
  const std::string all = run.out + run.err;
  if (all.find("not-shown") != std::string::npos) return "-";
  if (all.find("unknown-case") != std::string::npos) return "0";
  if (all.find("unknown-grant") != std::string::npos) return "0";
  if (all.find("is no item or component here") != std::string::npos) return "0";
  return "? " + all;
}

TEST_F(AsTest, EveryCommandForEveryRole) {
  const std::vector<Words> commands = {{"case", "list"},
                                       {"case", "show", "D"},
                                       {"case", "why", "D"},
                                       {"determine", at("use.json")},
                                       {"trace", "M"},
                                       {"count", "--since", "2025-01-01"},
                                       {"export", "--csv", at("out.csv")},
                                       {"export", "--ocel", at("out.json")},
                                       {"bundle", "C/G1", "-o", at("out.json")},
                                       {"bundle", "C/G1", "--lane", "US", "-o", at("out.json")},
                                       {"bundle", "C/G1", "--lane", "GB", "-o", at("out.json")},
                                       {"bundle", "C/G1", "--holder", "-o", at("out.json")},
                                       {"status", "C/G1", "-o", at("out.txt")},
                                       {"trust", "-o", at("out.json")},
                                       {"log", "checkpoint", "-o", at("out.txt")},
                                       {"log", "prove", "0", "-o", at("out.txt")},
                                       {"log", "audit"}};
  // In the order of the commands: list, show, why, determine, trace, count, csv, ocel, the bundles
  // (full, US, GB, holder), status, trust, checkpoint, prove, audit.
  const std::map<std::string, std::string> roles = {
      {"",
       "++++++++"
       "++++"
       "+++++"},  // the keeper of the folder
      {"UA/Staff",
       "++-+-+++"
       "---+"
       "+++++"},  // requester
      {"UA/Watch",
       "++-+0+++"
       "---+"
       "+++++"},  // its overseer
      {"US/Legal",
       "++++++++"
       "---+"
       "+++++"},  // adviser: no internal reasons, so no lane's bundle
      {"US/SecDef",
       "++++++++"
       "-+-+"
       "+++++"},  // decider
      {"US/Watch",
       "++++++++"
       "-+-+"
       "+++++"},  // overseer
      {"US/clerk",
       "++-+-+++"
       "----"
       "+++++"},  // clerk
      {"US/Registrar",
       "++-+++++"
       "----"
       "-++++"},  // keeps registers
      {"GB/MoD",
       "++++++++"
       "--++"
       "+++++"},  // another authority with a tie: decider
      {"GB/clerk",
       "++-+-+++"
       "----"
       "+++++"},
      {"GB/Registrar",
       "++-+++++"
       "----"
       "-++++"},
      {"FR/Registrar",
       "+00+0+++"
       "0000"
       "0++++"},  // one without
      {"FR/clerk",
       "+00+-+++"
       "0000"
       "0++++"}};
  for (const auto& [role, expected] : roles) {
    ASSERT_EQ(expected.size(), commands.size()) << role;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const Ran run = as(role, commands[i]);
      EXPECT_EQ(answered(run), std::string(1, expected[i]))
          << (role.empty() ? "the keeper" : role) << ": " << commands[i][0] << " "
          << (commands[i].size() > 1 ? commands[i][1] : "");
    }
  }
}

// Whatever the command, the adviser's words reach only who may see advice in that lane.
TEST_F(AsTest, NoCommandShowsWhatAnotherKeepsBack) {
  const std::vector<Words> commands = {{"case", "list"},
                                       {"case", "show", "C"},
                                       {"case", "show", "D"},
                                       {"case", "show", "C", "--json"},
                                       {"case", "show", "D", "--json"},
                                       {"case", "why", "D"},
                                       {"case", "why", "D", "--json"},
                                       {"determine", at("use.json")},
                                       {"determine", at("use.json"), "--json"},
                                       {"bundle", "C/G1", "--holder"},
                                       {"bundle", "C/G1", "--lane", "GB"},
                                       {"status", "C/G1"}};
  for (const char* role : {"UA/Staff", "UA/Watch", "US/clerk", "US/Registrar", "GB/MoD", "GB/clerk",
                           "GB/Registrar", "FR/Registrar"}) {
    for (const Words& command : commands) {
      const Ran run = as(role, command);
      EXPECT_THAT(run.out + run.err, Not(HasSubstr(kAdvice))) << role << ": " << command[0];
      const bool of_us = std::string(role).starts_with("US/");
      if (!of_us) {
        EXPECT_THAT(run.out + run.err, Not(HasSubstr("US-2"))) << role << ": " << command[0];
      }
    }
  }
  EXPECT_THAT(as("US/Legal", {"case", "show", "D"}).out, HasSubstr(kAdvice));
  EXPECT_THAT(as("UA/Staff", {"case", "show", "C"}).out, HasSubstr("for the requester"));
  EXPECT_THAT(as("UA/Staff", {"case", "show", "D"}).out, Not(HasSubstr("for the requester")));
}

TEST_F(AsTest, TraceOfAnInstanceIsOfItsOwnRegistersAsTheyWereKnown) {
  const Ran all = as("", {"trace", "M", "--path"});
  EXPECT_THAT(all.out, HasSubstr("US: supplied"));
  EXPECT_THAT(all.out, HasSubstr("GB: owner"));
  folder_.write({{"changes.json", R"({"withdraw": [{"record": "claim", "id": "US-c"}]})"}});
  const Ran issued = ran({"issue", at("changes.json"), "-i", at("instance"), "--authority", "US",
                          "--keys", at("keys"), "--json"});
  ASSERT_EQ(issued.exit, Exit::Done) << issued.err;
  const auto answer = base::read_json(issued.out, "issued");
  ASSERT_TRUE(answer.has_value());
  const std::string before =
      std::to_string(answer.value().find("accepted")->find("first")->integer);
  EXPECT_THAT(as("", {"trace", "M"}).out, Not(HasSubstr("US: supplied")));
  const Ran then = as("", {"trace", "M", "--known-at", before});
  EXPECT_THAT(then.out, HasSubstr(", as known at " + before + " entries"));
  EXPECT_THAT(then.out, HasSubstr("US: supplied"));
  EXPECT_THAT(as("", {"trace", "M", "--known-at", before, "--json"}).out,
              HasSubstr("\"known_at\":" + before));
  // What was known does not widen what is shown: an office is told of its own registers.
  const Ran gb = as("GB/MoD", {"trace", "M", "--path", "--known-at", before});
  EXPECT_THAT(gb.out, HasSubstr("by GB's own registers alone"));
  EXPECT_THAT(gb.out, HasSubstr("GB: owner"));
  EXPECT_THAT(gb.out, Not(HasSubstr("US")));
  EXPECT_THAT(as("US/Legal", {"trace", "M", "--json"}).out, HasSubstr(R"("registers_of":"US")"));
  EXPECT_EQ(as("", {"trace", "M", "--known-at", "100000"}).exit, Exit::BadInput);
  EXPECT_EQ(as("", {"trace", "M", "--as-of", "2020-01-01"}).exit, Exit::Done);
  EXPECT_EQ(ran({"trace", "M", "-d", at("in"), "--known-at", "3"}).exit, Exit::BadInput);
}

TEST_F(AsTest, NamesOfficesThatThereAre) {
  for (const char* name : {"US/Nobody", "US", "XX/clerk"}) {
    const Ran run = as(name, {"case", "list"});
    EXPECT_EQ(run.exit, Exit::Refused);
    EXPECT_THAT(run.err, HasSubstr("unknown-office"));
  }
}

}  // namespace
}  // namespace countersign::cli
