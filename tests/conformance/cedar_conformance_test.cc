// SPDX-License-Identifier: Apache-2.0
// The runner itself: that it finds what it is to compare, and that every kind of difference fails.
// A small corpus is written for each test; one wrong expectation at a time is put into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <string>

#include <fmt/format.h>

namespace countersign::conformance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Relative paths to contents.
using Files = std::map<std::string, std::string>;

const Files kRight = {
    {"corpus-tests/a.cedar",
     "permit(principal, action, resource) when { context.n > 1 };\n"
     "forbid(principal, action, resource) when { context.n * 9223372036854775807 > 1 };"},
    {"corpus-tests/a.cedarschema",
     "entity U { name?: String }; entity R;\n"
     "action view appliesTo { principal: U, resource: R, context: { n: Long } };"},
    {"corpus-tests/a.entities.json",
     R"([{"uid": {"type": "U", "id": "u"}, "attrs": {}, "parents": []},
         {"uid": {"type": "U", "id": "odd"}, "attrs": {"name": 1}, "parents": []}])"},
    {"corpus-tests/a.json",
     R"({"policies": "corpus-tests/a.cedar", "schema": "corpus-tests/a.cedarschema",
         "entities": "corpus-tests/a.entities.json", "shouldValidate": true, "requests": [
          {"description": "r", "principal": {"type": "U", "id": "u"},
           "action": {"type": "Action", "id": "view"}, "resource": {"type": "R", "id": "r"},
           "context": {"n": 3}, "decision": "allow", "reason": ["policy0"],
           "errors": ["policy1"]}]})"},
    {"corpus-tests-json-schemas/a.cedarschema.json",
     R"({"": {"entityTypes": {"R": {}, "U": {"shape": {"type": "Record", "attributes":
              {"name": {"type": "String", "required": false}}}}},
         "actions": {"view": {"appliesTo": {"principalTypes": ["U"], "resourceTypes": ["R"],
           "context": {"type": "Record", "attributes": {"n": {"type": "Long"}}}}}}}})"},
    {"corpus-tests-validation/a.validation.json",
     R"({"policyValidation": {"strict": true, "permissive": true, "perPolicy": {
           "policy0": {"strict": true, "permissive": true},
           "policy1": {"strict": true, "permissive": true}}},
         "entityValidation": {"perEntity": {"U::u": {}, "U::odd": {"errors": ["a mismatch"]}}},
         "requestValidation": [{"description": "r", "strict": true, "permissive": true}]})"},
};

struct Finished {
  int status = -1;
  std::string output;
};

class CedarConformanceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "cedar_conformance_test.XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const Files& files, const fs::path& into = {}) {
    for (const auto& [name, content] : files) {
      const fs::path path = folder_ / into / name;
      fs::create_directories(path.parent_path());
      std::ofstream(path) << content;
    }
  }

  Finished shell(const std::string& command) const {
    Finished run;
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return run;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
      run.output.append(buffer.data(), got);
    run.status = WEXITSTATUS(pclose(pipe));
    return run;
  }
  Finished conformance(const std::string& arguments) const {
    return shell(fmt::format("cd '{}' && {} {}", folder_.string(), CEDAR_CONFORMANCE, arguments));
  }

  fs::path folder_;
};

TEST_F(CedarConformanceTest, PassesWhereNothingDiffers) {
  write(kRight);
  const Finished run = conformance(".");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("1 cases\n"));
  EXPECT_THAT(run.output, HasSubstr("\n22 passed, 0 failed\n"));
}

// One wrong expectation, and what the run says of it.
struct Wrong {
  std::string file;
  std::string right;
  std::string wrong;
  std::string said;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.said; }

class WrongExpectationTest : public CedarConformanceTest,
                             public testing::WithParamInterface<Wrong> {};

TEST_P(WrongExpectationTest, Fails) {
  Files files = kRight;
  std::string& content = files.at(GetParam().file);
  const std::size_t at = content.find(GetParam().right);
  ASSERT_NE(at, std::string::npos);
  content.replace(at, GetParam().right.size(), GetParam().wrong);
  write(files);
  const Finished run = conformance(".");
  EXPECT_EQ(run.status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    EveryKind, WrongExpectationTest,
    testing::Values(
        Wrong{"corpus-tests/a.json", "allow", "deny", "request 0: decision\n  expected deny"},
        Wrong{"corpus-tests/a.json", R"(["policy0"])", "[]", "request 0: reasons\n  expected []"},
        Wrong{"corpus-tests/a.json", R"(["policy1"])", "[]", "request 0: errors\n  expected []"},
        Wrong{"corpus-tests/a.json", R"("requests": [)", R"("requests": [7, )", "readable\n"},
        Wrong{"corpus-tests/a.json", R"("entities": "corpus-tests/a)", R"("entities": "gone)",
              "no file `gone.entities.json`"},
        Wrong{"corpus-tests/a.json", "]}", "]", "a.json: readable\n"},
        Wrong{"corpus-tests/a.cedar", "forbid", "forbit", "policies: readable\n"},
        Wrong{"corpus-tests/a.cedarschema", "n: Long", "n: Lung", "schema: readable\n"},
        Wrong{"corpus-tests/a.cedarschema", "n: Long", "m: Long",
              "a.cedarschema.json: JSON schema\n"},
        Wrong{"corpus-tests-json-schemas/a.cedarschema.json", "false", "true",
              "a.cedarschema.json: JSON schema\n"},
        Wrong{"corpus-tests-validation/a.validation.json", R"("policy1": {"strict": true)",
              R"("policy1": {"strict": false)", "policy1: policy strict\n"},
        Wrong{"corpus-tests-validation/a.validation.json",
              R"("policy1": {"strict": true, "permissive": true)",
              R"("policy1": {"strict": true, "permissive": false)", "policy1: policy permissive\n"},
        Wrong{"corpus-tests-validation/a.validation.json",
              R"("policy1": {"strict": true, "permissive": true})",
              R"("policy1": {"strict": true, "permissive": true,
                             "strictErrors": ["the types Long and String are not compatible"]})",
              "policy1 strict: message kinds\n  expected [incompatible_types]"},
        Wrong{"corpus-tests-validation/a.validation.json", R"("U::u": {})",
              R"("U::u": {"errors": ["x"]})", "U::u: entity\n"},
        Wrong{"corpus-tests-validation/a.validation.json", R"({"errors": ["a mismatch"]})", "{}",
              "U::odd: entity\n"},
        Wrong{"corpus-tests-validation/a.validation.json", R"("r", "strict": true)",
              R"("r", "strict": false)", "request 0 strict: request\n"}));

TEST_F(CedarConformanceTest, ShouldValidateCountsWhereNoVerdictFileSaysOtherwise) {
  Files files = kRight;
  std::string& content = files.at("corpus-tests/a.json");
  content.replace(content.find("\"shouldValidate\": true"), 22, "\"shouldValidate\": false");
  write(files);
  const Finished aside = conformance(".");
  EXPECT_EQ(aside.status, 0) << aside.output;
  EXPECT_THAT(aside.output, HasSubstr("1 set aside: `shouldValidate` contradicts"));
  fs::remove_all(folder_ / "corpus-tests-validation");
  const Finished alone = conformance(".");
  EXPECT_EQ(alone.status, 1) << alone.output;
  EXPECT_THAT(alone.output, HasSubstr("a: shouldValidate\n  expected invalid"));
}

TEST_F(CedarConformanceTest, ReadsArchivesAloneTogetherAndWithTheCasesBeside) {
  write(kRight, "all");
  ASSERT_EQ(shell(fmt::format("cd '{}' && mkdir several &&"
                              "tar -C all -czf several/cases.tar.gz corpus-tests &&"
                              "tar -C all -cf several/verdicts.tar corpus-tests-validation "
                              "corpus-tests-json-schemas && rm -r all",
                              folder_.string()))
                .status,
            0);
  const Finished together = conformance("several");
  EXPECT_EQ(together.status, 0) << together.output;
  EXPECT_THAT(together.output, HasSubstr("\n22 passed, 0 failed\n"));
  const Finished cases = conformance("several/cases.tar.gz");
  EXPECT_EQ(cases.status, 0) << cases.output;
  EXPECT_THAT(cases.output, HasSubstr("\n7 passed, 0 failed\n"));
  const Finished verdicts = conformance("several/verdicts.tar");
  EXPECT_EQ(verdicts.status, 0) << verdicts.output;
  EXPECT_THAT(verdicts.output, HasSubstr("\n22 passed, 0 failed\n"));
  fs::remove(folder_ / "several/cases.tar.gz");
  const Finished strays = conformance("several/verdicts.tar");
  EXPECT_EQ(strays.status, 2) << strays.output;
  EXPECT_THAT(strays.output, HasSubstr("a.validation.json: readable\n"));
}

TEST_F(CedarConformanceTest, TakesOnlyWhatIsAskedFor) {
  write(kRight, "one");
  Files other = kRight;
  other.at("corpus-tests/a.cedar") = "permit(";
  write(other, "two");
  EXPECT_EQ(conformance(".").status, 1);
  EXPECT_EQ(conformance("--most 1 .").status, 0);
  EXPECT_EQ(conformance("--only one/corpus-tests/a .").status, 0);
  EXPECT_EQ(conformance("--only two/corpus-tests/a .").status, 1);
  const Finished none = conformance("--only b .");
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.output, HasSubstr("no case `b`"));
}

TEST_F(CedarConformanceTest, RefusesWhatHoldsNoCase) {
  write({{"empty/readme.txt", "nothing"}, {"broken.tar", "no archive"}, {"a.zip", "x"}});
  EXPECT_EQ(conformance("empty").status, 2);
  EXPECT_THAT(conformance("empty").output, HasSubstr("empty: no case"));
  EXPECT_EQ(conformance("gone").status, 2);
  EXPECT_THAT(conformance("gone").output, HasSubstr("there is no such folder or archive"));
  EXPECT_EQ(conformance("broken.tar").status, 2);
  EXPECT_THAT(conformance("broken.tar").output, HasSubstr("the archive could not be unpacked"));
  EXPECT_EQ(conformance("a.zip").status, 2);
  EXPECT_THAT(conformance("a.zip").output, HasSubstr("neither a folder nor an archive"));
}

}  // namespace
}  // namespace countersign::conformance
