// SPDX-License-Identifier: Apache-2.0
// The program as it is called: what a mistake in the words comes to, bad input on every command,
// and a case from the request to the draw.
#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "casework/testing/drill.h"
#include "cli/testing/on_an_instance.h"
#include "cli/testing/ran.h"

namespace countersign::cli {
namespace {

using casework::testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;

// The member of `refused` in a line of JSON on standard output; what else there is, it shows whole.
std::string refused(const Ran& run, std::string_view member) {
  const bool one_line = run.out.find('\n') == run.out.size() - 1;
  const auto document = base::read_json(run.out, "output");
  const base::Json* refusal = document && one_line ? document.value().find("refused") : nullptr;
  const base::Json* value = refusal == nullptr ? nullptr : refusal->find(member);
  return value == nullptr ? "no refusal: " + run.out + run.err : value->text;
}

struct Mistake {
  Words words;
  std::string where;
  std::string message;
  std::string remedy;
};

TEST(Program, SaysWhatIsWrongInTheWords) {
  const std::vector<Mistake> mistakes = {
      {{}, "countersign", "a command is missing", "countersign --help"},
      {{"foo"}, "countersign", "`foo` is no command", "countersign --help"},
      {{"determin"}, "countersign", "`determin` is no command", "did you mean `determine`?"},
      {{"case"}, "countersign case", "a command is missing", "one of list, show"},
      {{"case", "shw"}, "countersign case", "`shw` is no command", "did you mean `show`?"},
      {{"determine", "-d", "x"},
       "countersign determine",
       "this is missing: `REQUEST.json` (the request's file",
       "--help"},
      {{"determine", "r.json"}, "countersign determine", "one of --directory and --instance", ""},
      {{"determine", "-d", "x", "-i", "y", "r"},
       "countersign determine",
       "`-d DIR` and `-i INSTANCE` are not given together",
       "--help"},
      {{"determine", "-d", "x", "r", "--as-off", "now"},
       "countersign determine",
       "`--as-off` is no option of it",
       "did you mean `--as-of`?"},
      {{"determine", "-d", "x", "r", "s"},
       "countersign determine",
       "`s` is one word too many",
       "--help"},
      {{"determine", "-i", "x", "r", "--known-at", "many"},
       "countersign determine",
       "`many` is no whole number",
       "--help"},
      {{"decide", "C", "-i", "x", "--by", "US/O", "--key", "k", "--outcome", "yes"},
       "countersign decide",
       "--outcome: `yes` is none of approve, deny, return",
       "--help"},
      {{"decide", "a b", "-i", "x", "--by", "US/O", "--key", "k", "--outcome", "deny"},
       "countersign decide",
       "ID: `a b` cannot be an id",
       "--help"},
      {{"draw"}, "countersign draw", "these are missing: `-i INSTANCE`", "--help"},
      {{"init", "/nowhere/x", "--origin", "a b"}, "--origin", "`a b` cannot name a ledger", "+"},
      {{"advise", "C", "-i", "x", "--by", "US O", "--key", "k", "--view", "concur"},
       "countersign advise",
       "`US O` cannot be an id",
       "--help"},
      {{"claim", "C", "-i", "x", "--by", "US/O", "--key", "k"},
       "countersign claim",
       "--basis with --item, or --withdraws, is required",
       "--help"},
      {{"advise", "C", "-i", "x", "--by", "US/O", "--key", "k", "--view", "concur_with_provisos"},
       "countersign advise",
       "names no proviso",
       "add `--provisos`"},
  };
  for (const Mistake& mistake : mistakes) {
    const Ran text = ran(mistake.words);
    EXPECT_EQ(text.exit, Exit::BadInput);
    EXPECT_EQ(text.out, "");
    EXPECT_THAT(text.err, HasSubstr(mistake.where + ": "));
    EXPECT_THAT(text.err, HasSubstr(mistake.message));
    EXPECT_THAT(text.err, HasSubstr(mistake.remedy));
    Words words = mistake.words;
    words.emplace_back("--json");
    const Ran json = ran(words);
    EXPECT_EQ(json.exit, Exit::BadInput);
    EXPECT_EQ(json.err, "");
    EXPECT_EQ(refused(json, "rule"), "bad-input");
    EXPECT_EQ(refused(json, "where"), mistake.where);
    EXPECT_THAT(refused(json, "message"), HasSubstr(mistake.message));
  }
}

TEST(Program, HelpAndVersionAreNoMistakes) {
  EXPECT_EQ(ran({"--help"}).exit, Exit::Done);
  EXPECT_EQ(ran({"--version"}).exit, Exit::Done);
  EXPECT_THAT(ran({"acknowledge", "--help"}).out, HasSubstr("before the first draw"));
}

class ProgramOnAnInstance : public OnAnInstance {
 protected:
  static constexpr const char* kUse = R"({"requester": "UA", "action": "use", "item": "M",
    "quantity": 2, "place": {"point": [5, 15], "uncertainty_m": 100},
    "window": {"until": "2099-01-01"}, "categories": [], "data_sources": [], "funded_by": []})";

  // A command of an office, in JSON.
  Ran act(const std::string& office, Words words) {
    words.emplace_back("--json");
    return OnAnInstance::act(office, std::move(words));
  }
  Ran submit(const std::string& request) {
    return act("UA/Staff", {"submit", "C", file("request.json", request)});
  }
};

TEST_F(ProgramOnAnInstance, TellsBadInputFromARefusal) {
  const std::string text = kUse;
  const auto with = [&text](const std::string& from, const std::string& to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  for (const std::string& malformed :
       {with("\"M\"", "7"), with("\"quantity\": 2", "\"quantity\": \"2\""),
        with("2099-01-01", "soon"), with("\"item\": \"M\",", ""),
        with("{\"requester\"", "{\"requester\": \"UA\", \"requester\""), std::string(),
        std::string("[]"), text + "x"}) {
    const Ran submitted = submit(malformed);
    EXPECT_EQ(submitted.exit, Exit::BadInput) << malformed;
    EXPECT_EQ(refused(submitted, "rule"), "bad-input");
    EXPECT_THAT(refused(submitted, "where"), HasSubstr(at("request.json") + ":")) << malformed;
    const Ran asked = ran({"determine", "-i", instance(), "--json", at("request.json")});
    EXPECT_EQ(asked.exit, Exit::BadInput) << malformed;
    EXPECT_EQ(refused(asked, "where"), refused(submitted, "where"));
  }
  const std::vector<std::pair<std::string, std::string>> rules = {
      {with("\"item\"", "\"itme\""), "unknown-key"},
      {with("\"M\"", "\"N\""), "unknown-item"},
      {with(R"("place": {"point": [5, 15], "uncertainty_m": 100},)", ""), "use-without-place"},
      {with("\"quantity\": 2", "\"quantity\": 0"), "quantity"},
      {with("\"categories\": []", "\"categories\": [\"other\"]"), "unknown-category"}};
  for (const auto& [request, rule] : rules) {
    const Ran asked = ran({"determine", "-i", instance(), "--json", file("r.json", request)});
    EXPECT_EQ(asked.exit, Exit::Refused) << rule;
    EXPECT_EQ(refused(asked, "rule"), rule);
    EXPECT_EQ(submit(request).exit, Exit::Refused) << rule;
  }
}

TEST_F(ProgramOnAnInstance, TakesNoOtherInstanceOrFile) {
  const std::string good = file("good.json", kUse);
  for (const std::string& none : {at("nothing"), at("in"), good, file("empty", "")}) {
    const Ran listed = ran({"case", "list", "-i", none, "--json"});
    EXPECT_EQ(listed.exit, Exit::BadInput) << none;
    EXPECT_EQ(refused(listed, "rule"), "bad-input") << none;
    EXPECT_THAT(refused(listed, "message"), HasSubstr(none));
  }
  // A file that is not there, a folder, one that is empty, one that holds something else.
  for (const std::string& other :
       {at("nothing"), at("in"), at("empty"), file("binary", std::string("\0\x80\xff", 3))}) {
    const std::vector<Words> commands = {
        {"submit", "C", other, "-i", instance(), "--by", "UA/Staff", "--key",
         at("keys/UA/Staff.key")},
        {"submit", "C", good, "-i", instance(), "--by", "UA/Staff", "--key", other},
        {"draw", "C/G1", other, "-i", instance(), "--by", "UA/Staff", "--key",
         at("keys/UA/Staff.key")},
        {"issue", other, "-i", instance(), "--authority", "US", "--keys", at("keys")},
        {"charter", other, "-i", instance(), "--root-key", at("keys/US/root.key"), "--clerk-key",
         at("keys/US/clerk.key")},
        {"determine", "-i", instance(), other},
        {"verify", other, "--trust", other},
        {"play", other}};
    for (Words words : commands) {
      words.emplace_back("--json");
      const Ran tried = ran(words);
      EXPECT_EQ(tried.exit, Exit::BadInput) << words[0] << " " << other << tried.err;
      EXPECT_EQ(refused(tried, "rule"), "bad-input") << words[0] << " " << other;
    }
  }
}

TEST_F(ProgramOnAnInstance, ACaseFromTheRequestToTheDraw) {
  const auto shown = [&] { return ran({"case", "show", "C", "-i", instance()}).out; };
  ASSERT_EQ(submit(kUse).exit, Exit::Done);
  EXPECT_THAT(shown(), HasSubstr("UA asks to use 2 M at 5 N 15 E, give or take 100 m, until 2099"));
  EXPECT_THAT(shown(), HasSubstr("no grant yet: US has not approved; needed: US/SecDef"));
  ASSERT_EQ(act("US/USDP", {"advise", "C", "--view", "concur", "--text", "as before"}).exit,
            Exit::Done);
  const std::string provisos = file("provisos.json", R"({"quantity": 1, "text": ["by day only"]})");
  ASSERT_EQ(act("US/SecDef", {"decide", "C", "--outcome", "approve", "--provisos", provisos}).exit,
            Exit::Done);
  EXPECT_THAT(shown(), HasSubstr("nothing stands in the way of the grant"));
  ASSERT_EQ(ran({"grant", "C", "-i", instance()}).exit, Exit::Done);
  EXPECT_THAT(shown(),
              HasSubstr("on condition: \"by day only\"; the holder has not acknowledged it"));

  const Words draw = {
      "draw", "C/G1",
      file("draw.json", R"({"quantity": 1, "categories": [], "place": {"point": [5, 15]}})")};
  const Ran early = act("UA/Staff", draw);
  EXPECT_EQ(early.exit, Exit::Refused);
  EXPECT_EQ(refused(early, "rule"), "provisos-unacknowledged");
  const Ran other = act("UA/Staff", {"acknowledge", "C/G1", "--proviso", "by night"});
  EXPECT_EQ(refused(other, "rule"), "provisos-differ");
  ASSERT_EQ(act("UA/Staff", {"acknowledge", "--proviso", "by day only", "C/G1"}).exit, Exit::Done);
  EXPECT_EQ(act("UA/Staff", draw).exit, Exit::Done);
  EXPECT_THAT(shown(), HasSubstr("conditions acknowledged by UA/Staff"));
  EXPECT_THAT(shown(), HasSubstr("drawn: 1 at 5 N 15 E; by UA/Staff"));
  EXPECT_THAT(shown(), Not(HasSubstr("has not acknowledged")));
  const Ran resumed = act("US/SecDef", {"resume", "C/G7", "--outcome", "approve"});
  EXPECT_EQ(refused(resumed, "rule"), "unknown-grant");
}

}  // namespace
}  // namespace countersign::cli
