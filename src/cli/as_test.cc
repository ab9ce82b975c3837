// SPDX-License-Identifier: Apache-2.0
// `--as`: every command that shows something, for every role.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
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
    put("in/vocabulary.json", R"("categories")",
        R"("levels": [{"id": "restricted"}], "categories")");
    put("in/authorities/US/charter.json", R"("may": ["issue", "decide"]})",
        R"("may": ["issue", "decide"], "cleared": "restricted"})");
    put("in/authorities/UA/charter.json", R"("may": ["request"]})",
        R"("may": ["request"], "cleared": "restricted"})");
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
    act("US/USDP", {"query", "D", "--text", "by which route?"});
    folder_.write({{"map.txt", "over the sea"}});
    act("UA/Staff", {"answer", "D", "--document", at("map.txt"), "--json"});
    answer_ = ran({"case", "show", "D", "-i", at("instance"), "--json"}).out;
    const std::size_t answers = answer_.find(R"("answers":[{"position":)");
    ASSERT_NE(answers, std::string::npos);
    const std::size_t queries = answer_.find(R"("queries":[{"position":)");
    ASSERT_NE(queries, std::string::npos);
    query_ = std::to_string(std::stoll(answer_.substr(queries + 23)));
    answer_ = std::to_string(std::stoll(answer_.substr(answers + 23)));
    act("US/SecDef", {"check", "request", "C/G1", "--checker", "US/Legal", "--due", "2098-01-01",
                      "--text", "words for the checker"});
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

  // Every command that shows something.
  std::vector<Words> commands() const {
    return {{"case", "list"},
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
            {"log", "audit"},
            {"queue", "--office", "US/SecDef"},
            {"emergencies"},
            {"check", "list"},
            {"key", "list"},
            {"offices"},
            {"case", "document", "D", answer_, "-o", at("out.txt")},
            {"stock", "show", "--authority", "US"},
            {"stock", "rate", "--authority", "US"},
            {"stock", "forecast", "--authority", "US"},
            {"stock", "history", "--authority", "US"}};
  }

  casework::testing::Folder folder_;
  std::string query_;   // the entry of the query in D
  std::string answer_;  // the entry of the answer that has a document
};

// The command without what it is asked: "case list".
std::string name_of(const Words& words) {
  const std::vector<std::string> names = command_names();
  const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  return std::find(names.begin(), names.end(), two) == names.end() ? words[0] : two;
}

// What a command answers: "+" it shows, "-" that it may not be shown, "0" as if there were nothing.
std::string answered(const Ran& run) {
  if (run.exit == Exit::Done) return "+";
  const std::string all = run.out + run.err;
  if (all.find("not-shown") != std::string::npos) return "-";
  if (all.find("unknown-case") != std::string::npos) return "0";
  if (all.find("unknown-grant") != std::string::npos) return "0";
  if (all.find("is no item or component here") != std::string::npos) return "0";
  if (all.find("no-document") != std::string::npos) return "0";
  return "? " + all;
}

TEST_F(AsTest, EveryCommandForEveryRole) {
  // What each role is answered, in the order of commands(): list, show, why, determine, trace,
  // count, csv, ocel; the bundles (full, US, GB, holder); status, trust, checkpoint, prove, audit;
  // queue, emergencies, check list, key list, offices, document; stock show, rate, forecast,
  // history.
  const std::map<std::string, std::string> roles = {
      {"", "++++++++ ++++ +++++ ++++++ ++++"},  // the keeper of the folder
      {"UA/Staff", "++-+-+++ ---+ +++++ ++++++ ----"},
      {"UA/Watch", "++-+0+++ ---+ +++++ ++++++ ----"},
      // An adviser: no internal reasons, so no lane's bundle.
      {"US/Legal", "++++++++ ---+ +++++ ++++++ ++++"},
      {"US/SecDef", "++++++++ -+-+ +++++ ++++++ ++++"},
      {"US/Watch", "++++++++ -+-+ +++++ ++++++ ++++"},
      {"US/clerk", "++-+-+++ ---- +++++ +++++0 ----"},
      {"US/Registrar", "++-+++++ ---- -++++ +++++0 ++++"},  // keeps registers
      // Another authority with a tie.
      {"GB/MoD", "++++++++ --++ +++++ +++++0 ----"},
      {"GB/clerk", "++-+-+++ ---- +++++ +++++0 ----"},
      {"GB/Registrar", "++-+++++ ---- -++++ +++++0 ----"},
      // One without.
      {"FR/Registrar", "+00+0+++ 0000 0++++ +++++0 ----"},
      {"FR/clerk", "+00+-+++ 0000 0++++ +++++0 ----"}};
  const std::vector<Words> all = commands();
  for (const auto& [role, row] : roles) {
    std::string expected = row;
    std::erase(expected, ' ');
    ASSERT_EQ(expected.size(), all.size()) << role;
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(answered(as(role, all[i])), std::string(1, expected[i]))
          << (role.empty() ? "the keeper" : role) << ": " << name_of(all[i]);
    }
  }
}

// A command that shows something of an instance takes `--as`, and stands in the table: one that is
// added without fails here. Those that sign show nothing but what became of it; `grant` enters what
// is proved.
TEST_F(AsTest, EveryCommandThatShowsSomethingIsHeldToIt) {
  std::set<std::string> tried;
  for (const Words& words : commands()) tried.insert(name_of(words));
  std::set<std::string> shows;
  for (const std::string& name : command_names()) {
    Words words;
    std::istringstream in(name);
    for (std::string word; in >> word;) words.push_back(word);
    words.emplace_back("--help");
    const Ran help = ran(words);
    ASSERT_EQ(help.exit, Exit::Done) << name;
    const auto takes = [&](std::string_view option) {
      return help.out.find(option) != std::string::npos;
    };
    const bool signs = takes("--key") || takes("--root-key");
    if (takes("--as OFFICE")) shows.insert(name);
    if (takes("--instance") && !signs && name != "grant") {
      EXPECT_TRUE(takes("--as OFFICE")) << "`" << name << "` shows an instance without `--as`";
    }
  }
  EXPECT_EQ(tried, shows);
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
                                       {"status", "C/G1"},
                                       {"queue", "--office", "US/SecDef"},
                                       {"queue", "--office", "US/SecDef", "--json"},
                                       {"check", "list"},
                                       {"key", "list"},
                                       {"stock", "history"}};
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

// What is marked as it is written: an answer, internal reasons.
TEST_F(AsTest, WhatIsMarkedReachesWhoIsCleared) {
  act("UA/Staff", {"answer", "D", "--query", query_, "--text", "words of the requester", "--level",
                   "restricted", "--releasable-to", "US"});
  act("US/SecDef", {"decide", "D", "--outcome", "deny", "--text", "not now", "--internal",
                    "words for the file", "--internal-level", "restricted"});
  for (const Words& show : {Words{"case", "show", "D"}, Words{"case", "show", "D", "--json"}}) {
    EXPECT_THAT(as("US/SecDef", show).out, HasSubstr("words of the requester"));
    EXPECT_THAT(as("US/SecDef", show).out, HasSubstr("words for the file"));
    EXPECT_THAT(as("UA/Staff", show).out, HasSubstr("words of the requester"));
    EXPECT_THAT(as("", show).out, HasSubstr("words for the file"));
    for (const char* role : {"US/Deputy", "US/Watch", "US/Legal", "US/clerk", "GB/MoD"}) {
      EXPECT_THAT(as(role, show).out, Not(HasSubstr("words of the requester"))) << role;
      EXPECT_THAT(as(role, show).out, Not(HasSubstr("words for the file"))) << role;
    }
    EXPECT_THAT(as("UA/Watch", show).out, Not(HasSubstr("words of the requester")));
    EXPECT_THAT(as("UA/Staff", show).out, Not(HasSubstr("words for the file")));
  }
  // Before anything is signed: there is nothing to be marked, or it is too long.
  Words deny = {"decide",           "D",         "-i",   at("instance"), "--by",
                "US/SecDef",        "--outcome", "deny", "--key",        at("keys/US/SecDef.key"),
                "--internal-level", "restricted"};
  EXPECT_THAT(ran(deny).err, HasSubstr("--internal"));
  deny.insert(deny.end(), {"--text", "no", "--internal", std::string(16385, 'a')});
  EXPECT_THAT(ran(deny).err, HasSubstr("longer than 16384 bytes"));
}

// What waits for an office, what is to be checked and what an authority holds: each to its own.
TEST_F(AsTest, ListsShowWhatTheOfficeSees) {
  EXPECT_THAT(as("US/Legal", {"check", "list"}).out, HasSubstr("words for the checker"));
  EXPECT_THAT(as("UA/Staff", {"check", "list"}).out, HasSubstr("words for the checker"));
  EXPECT_THAT(as("US/Registrar", {"check", "list"}).out, HasSubstr("0 checks"));
  EXPECT_THAT(as("FR/Registrar", {"check", "list"}).out, HasSubstr("0 checks"));
  EXPECT_THAT(as("US/Legal", {"queue", "--office", "US/SecDef"}).out, HasSubstr("your decision"));
  EXPECT_THAT(as("GB/MoD", {"queue", "--office", "US/SecDef"}).out,
              HasSubstr("nothing that GB/MoD may see waits for US/SecDef"));
  EXPECT_THAT(as("", {"queue", "--office", "US/Legal"}).out, HasSubstr("your end-use check"));
  const std::string offices = as("US/Legal", {"offices"}).out;
  EXPECT_THAT(offices, HasSubstr("US/SecDef"));
  EXPECT_THAT(offices, HasSubstr("key ed25519:"));
  EXPECT_THAT(offices, Not(HasSubstr("GB/MoD")));
  EXPECT_THAT(as("", {"offices", "--authority", "GB"}).out, HasSubstr("GB/MoD"));
  EXPECT_THAT(as("US/Registrar", {"stock", "show"}).out, HasSubstr("400"));
  EXPECT_THAT(as("GB/MoD", {"stock", "show"}).out, Not(HasSubstr("400")));
}

TEST_F(AsTest, NamesOfficesThatThereAre) {
  for (const char* name : {"US/Nobody", "US", "XX/clerk"}) {
    const Ran run = as(name, {"case", "list"});
    EXPECT_EQ(run.exit, Exit::Refused);
    EXPECT_THAT(run.err, HasSubstr("unknown-office"));
  }
  EXPECT_THAT(as("US/SecDeff", {"case", "list"}).err, HasSubstr("did you mean `US/SecDef`?"));
  const Ran run = as("", {"queue", "--office", "US/SecDeff"});
  EXPECT_EQ(run.exit, Exit::Refused);
  EXPECT_THAT(run.err, HasSubstr("did you mean `US/SecDef`?"));
}

}  // namespace
}  // namespace countersign::cli
