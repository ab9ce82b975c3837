// SPDX-License-Identifier: Apache-2.0
// On an instance for practice every command says so in everything it prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class Exercise : public ::testing::Test {
 protected:
  void SetUp() override {
    casework::testing::Files files;
    for (auto& [name, text] : casework::testing::small_directory()) files["in/" + name] = text;
    folder_.write(files);
    step({"init", instance(), "--exercise"});
    step({"import", "-i", instance(), at("in"), "--keys", at("keys"), "--make-keys"});
  }

  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string instance() const { return at("place"); }
  std::string file(const std::string& name, const std::string& text) {
    folder_.write({{name, text}});
    return at(name);
  }

  // Runs it, in words and in JSON where `both`, and holds what is printed to the word. Whether it
  // was done or refused is no matter.
  void step(const Words& words) {
    std::string name = words[0];
    for (const char* group : {"case", "log", "check", "key", "stock"}) {
      if (name == group) name += " " + words[1];
    }
    walked_.insert(name);
    const std::string text = printed(words);
    const bool wrote = std::find(words.begin(), words.end(), "-o") != words.end();
    if (!wrote || !text.empty()) expect_marked(name, text);
    Words json_words = words;
    json_words.emplace_back("--json");
    expect_marked(name + " --json", printed(json_words));
  }
  void act(const std::string& office, Words words) {
    for (const std::string& more : {std::string("-i"), instance(), std::string("--by"), office,
                                    std::string("--key"), at("keys/" + office + ".key")}) {
      words.push_back(more);
    }
    step(words);
  }
  static std::string printed(const Words& words) {
    const Ran done = ran(words);
    return done.out + done.err;
  }
  static void expect_marked(const std::string& name, const std::string& text) {
    EXPECT_THAT(text, AnyOf(HasSubstr("EXERCISE"), HasSubstr("exercise"))) << name;
  }

  Folder folder_;
  std::set<std::string> walked_;
};

TEST_F(Exercise, TheWordStandsInTablesAndEventLogs) {
  const auto exported = [&](const char* as) {
    const std::string to = at("out");
    EXPECT_EQ(ran({"export", "-i", instance(), as, to}).exit, Exit::Done);
    std::ifstream in(to);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_THAT(exported("--csv"), HasSubstr("office,grant,exercise"));
  EXPECT_THAT(exported("--ocel"), HasSubstr("\"exercise\":true"));
  const Words count = {"count", "-i", instance(), "--since", "2020-01-01", "--csv"};
  EXPECT_THAT(ran(count).out, HasSubstr(",exercise"));
}

TEST_F(Exercise, TheWordStandsInWhatEveryCommandPrints) {
  const std::string in = instance();
  const std::string use = file("use.json", R"({"requester": "UA", "action": "use", "item": "M",
    "quantity": 2, "place": {"point": [5, 15], "uncertainty_m": 100},
    "window": {"until": "2099-01-01"}, "categories": [], "data_sources": [], "funded_by": []})");
  const std::string one = file("one.json", R"({"quantity": 1, "categories": [],
    "place": {"point": [5, 15]}})");
  step({"determine", "-i", in, use});
  act("UA/Staff", {"submit", "C", use});
  act("FR/Registrar", {"claim", "C", "--basis", "owner", "--item", "M", "--text", "ours"});
  act("US/USDP", {"advise", "C", "--view", "concur"});
  act("US/SecDef", {"override", "C", "--adviser", "US/USDP", "--text", "all the same"});
  act("US/SecDef", {"decide", "C", "--outcome", "approve"});
  step({"grant", "C", "-i", in});
  act("UA/Staff", {"draw", "C/G1", one});
  act("UA/Staff", {"report", "C/G1", file("used.json", R"({"quantity": 1, "categories": [],
    "at": "2025-06-13T20:00:00Z", "place": {"point": [5, 15]}})")});
  act("UA/Staff", {"acknowledge", "C/G1"});
  act("US/USDP", {"close", "C", "--report", "9", "--text", "explained"});
  act("US/SecDef", {"suspend", "C/G1", "--text", "a pause"});
  act("US/SecDef", {"resume", "C/G1", "--outcome", "approve"});
  act("US/SecDef", {"revoke", "C/G1", "--text", "over"});
  act("UA/Staff", {"correct", "9", file("change.json", R"({"quantity": 2})"), "--text", "a slip"});
  act("UA/Staff", {"allot", "C/G1", file("allot.json", R"({"to": "them", "quantity": 1,
    "categories": [], "until": "2098-01-01"})"),
                   "-o", at("allotment.json")});
  act("UA/Staff", {"give-back", "C/G1", "--allotment", "9", "--quantity", "1"});
  act("US/SecDef", {"check", "request", "C/G1", "--checker", "US/Legal", "--due", "2098-01-01",
                    "--text", "where is it?"});
  act("US/Legal", {"check", "record", "C/G1", "--request", "9", "--finding", "confirmed", "--at",
                   "2025-06-13", "--text", "there"});
  step({"check", "list", "-i", in});
  act("US/Registrar", {"import-legacy", file("earlier.json", R"({"cases": [{"id": "old",
    "action": "use", "item": "M", "quantity": 1, "requester": "UA", "outcome": "deny",
    "decided_at": "2020-01-01", "decided_by": "the Board"}]})")});
  act("US/USDP", {"query", "C", "--text", "what for?"});
  act("UA/Staff", {"answer", "C", "--text", "as we said"});
  act("UA/Staff", {"amend", "C", use});
  act("US/USDP", {"reconfirm", "C"});
  act("UA/Staff", {"withdraw", "C", "--text", "not needed"});
  step({"absence", "US/SecDef", "-i", in, "--until", "2098-01-01", "--key",
        at("keys/US/SecDef.key")});
  step({"return", "US/SecDef", "-i", in, "--key", at("keys/US/SecDef.key")});
  act("US/SecDef", {"confirm", "9"});
  act("UA/Staff", {"surrender", "C/G1", "--text", "not needed"});
  act("UA/Staff", {"reconsider", "C", "--text", "we see it otherwise"});
  act("US/SecDef", {"reconsidered", "C", "--outcome", "uphold", "--text", "as before"});
  act("US/SecDef", {"review", "C", "--text", "in order"});
  act("US/USDP",
      {"oral", "C", "--office", "US/SecDef", "--said-at", "2025-06-13", "--text", "yes"});
  step({"emergencies", "-i", in});
  step({"queue", "-i", in, "--office", "US/SecDef"});
  step({"case", "document", "C", "9", "-i", in, "-o", at("document")});
  step({"export", "-i", in, "--ocel", at("log.json")});
  step({"stock", "show", "-i", in});
  step({"stock", "rate", "-i", in});
  step({"stock", "forecast", "-i", in});
  step({"stock", "history", "-i", in});
  step({"stock", "import", file("rows.csv", "id,date,item,from,to,quantity\n"), "-i", in,
        "--authority", "US", "--keys", at("keys"), "--id", "rows"});
  step({"key", "list", "-i", in});
  step({"offices", "-i", in});
  step({"case", "why", "C", "-i", in});
  step({"case", "list", "-i", in});
  step({"case", "show", "C", "-i", in});
  step({"count", "-i", in, "--since", "2025-01-01"});
  step({"log", "checkpoint", "-i", in});
  step({"trace", "M", "-i", in});
  step({"log", "prove", "3", "-i", in});
  step({"log", "audit", "-i", in});
  step({"bundle", "C/G1", "-i", in});
  step({"status", "C/G1", "-i", in});
  step({"trust", "-i", in});
  step({"trust", "-i", in, "-o", at("trust.json")});
  step({"count", "-i", in, "--since", "2025-01-01", "-o", at("count.json")});
  step({"verify", at("count.json"), "--trust", at("trust.json")});
  step({"issue", file("changes.json", R"({"withdraw": [{"record": "directive", "id": "US-3"}]})"),
        "-i", in, "--authority", "US", "--keys", at("keys")});
  step({"charter", at("in/authorities/US/charter.json"), "-i", in, "--root-key",
        at("keys/US/root.key"), "--clerk-key", at("keys/US/clerk.key")});
  std::string key = ran({"key", "new", at("fresh.key")}).out;
  key.erase(key.find_last_not_of('\n') + 1);
  key.erase(0, key.rfind('\n') + 1);
  step({"appoint", "-i", in, "--office", "US/Legal", "--person", "p-17", "--public-key", key,
        "--root-key", at("keys/US/root.key")});
  act("US/Legal", {"key", "withdraw", "--public-key", key, "--text", "lost"});
  folder_.write({{"story/story.json", R"({"title": "a story", "exercise": true,
    "steps": [{"at": "2025-06-01", "do": "mark", "name": "here"}]})"}});
  step({"play", at("story")});
  // A command that is added is walked too; a key belongs to no instance, nor does a catalogue.
  walked_.insert({"key new", "key show", "catalogue import", "catalogue change", "catalogue list"});
  const std::vector<std::string> names = command_names();
  for (const std::string& name : names) EXPECT_TRUE(walked_.contains(name)) << name;
}

}  // namespace
}  // namespace countersign::cli
