// SPDX-License-Identifier: Apache-2.0
// Validation against the reference's corpus: every verdict it states on a policy (in both modes),
// an entity or a request. Runs where COUNTERSIGN_CEDAR_CORPUS names the folder of the unpacked
// archives.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "cedar/json.h"
#include "cedar/parser.h"
#include "cedar/schema.h"
#include "cedar/schema_conformance.h"
#include "cedar/schema_types.h"
#include "cedar/validator.h"

namespace countersign::cedar {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

base::Json json_of(const fs::path& path) {
  base::Parsed<base::Json> json = base::read_json(contents_of(path), path.filename().string());
  EXPECT_TRUE(json) << path << "\n" << base::to_text(json.error());
  return json ? std::move(json).value() : base::Json();
}

struct Case {
  fs::path description;  // HASH.json
  fs::path validation;   // HASH.validation.json; may be missing
};

std::vector<Case> cases_in(const fs::path& corpus) {
  std::vector<Case> cases;
  for (const auto& [tests, validations] :
       {std::pair("corpus-tests", "corpus-tests-validation"), std::pair("testdata", "testdata")}) {
    if (!fs::exists(corpus / tests)) continue;
    for (const auto& entry : fs::directory_iterator(corpus / tests)) {
      const std::string name = entry.path().filename().string();
      const std::size_t stem = name.find('.');
      if (name.substr(stem) != ".json") continue;
      cases.push_back(
          {entry.path(), corpus / validations / (name.substr(0, stem) + ".validation.json")});
    }
  }
  if (fs::exists(corpus / "tests"))
    for (const auto& entry : fs::recursive_directory_iterator(corpus / "tests"))
      if (entry.path().extension() == ".json") cases.push_back({entry.path(), {}});
  return cases;
}

class Tally {
 public:
  void count(bool right, const std::string& what) {
    ++all_;
    if (right) return;
    ++wrong_;
    if (wrong_ <= 40) ADD_FAILURE() << what;
  }
  std::string text() const { return std::to_string(all_ - wrong_) + " of " + std::to_string(all_); }
  std::size_t all() const { return all_; }

 private:
  std::size_t all_ = 0;
  std::size_t wrong_ = 0;
};

struct Tallies {
  Tally strict;
  Tally permissive;
  Tally whole;
  Tally entities;
  Tally requests;
};

// Whether each entity of a document can be read and conforms, by "Type::id".
std::map<std::string, std::string> entity_errors(const Schema& schema, const SchemaTypes& types,
                                                 const base::Json& document) {
  std::map<std::string, std::string> errors;
  for (const base::Json& item : document.items) {
    base::Report report({}, {});
    const base::Json* uid = item.find("uid");
    if (const base::Json* inner = uid->find("__entity")) uid = inner;
    std::string& said = errors[uid->find("type")->text + "::" + uid->find("id")->text];
    const std::optional<Entity> entity = read_entity(item, report, &types);
    said = base::to_text(report.take());
    if (entity) said += base::to_text(entity_issues(schema, *entity));
  }
  return errors;
}

std::string request_error(const Schema& schema, const SchemaTypes& types, const base::Json& json) {
  base::Report report({}, {});
  const std::optional<Request> request = read_request(json, report, &types);
  std::string said = base::to_text(report.take());
  if (request) said += base::to_text(request_issues(schema, *request));
  return said;
}

void check_values(const fs::path& corpus, const Case& one, const Schema& schema,
                  const base::Json& description, const base::Json& validation, Tallies& tallies) {
  const SchemaTypes types(schema);
  const auto errors =
      entity_errors(schema, types, json_of(corpus / description.find("entities")->text));
  for (const auto& member : validation.find("entityValidation")->find("perEntity")->members) {
    const auto found = errors.find(member.name);
    const std::string said = found == errors.end() ? "not in the document" : found->second;
    tallies.entities.count(said.empty() == member.value.members.empty(),
                           one.description.string() + " entity " + member.name + "\n" + said);
  }
  const std::vector<base::Json>& requests = description.find("requests")->items;
  const std::vector<base::Json>& verdicts = validation.find("requestValidation")->items;
  ASSERT_EQ(requests.size(), verdicts.size()) << one.description;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::string said = request_error(schema, types, requests[i]);
    tallies.requests.count(
        said.empty() == verdicts[i].find("strict")->boolean,
        one.description.string() + " " + requests[i].find("description")->text + "\n" + said);
  }
}

std::string errors_of(const ValidationReport& report) {
  std::string text;
  for (const Finding& finding : report.findings)
    if (!finding.is_warning()) text += base::to_text(finding.issue) + "\n";
  return text;
}

void check_case(const fs::path& corpus, const Case& one, Tallies& tallies) {
  const base::Json description = json_of(one.description);
  const auto file_of = [&](const char* name) { return corpus / description.find(name)->text; };
  const base::Parsed<Schema> schema = Schema::parse(contents_of(file_of("schema")));
  ASSERT_TRUE(schema) << one.description << base::to_text(schema.error());
  const auto policies = parse_policies(contents_of(file_of("policies")));
  ASSERT_TRUE(policies) << one.description << base::to_text(policies.error());

  const ValidationReport strict = Validator(schema.value()).validate(policies.value());
  const ValidationReport permissive =
      Validator(schema.value(), ValidationMode::Permissive).validate(policies.value());
  // In the handwritten cases the field speaks of the entities too.
  if (one.description.parent_path().filename() != "testdata")
    tallies.whole.count(strict.has_errors() != description.find("shouldValidate")->boolean,
                        one.description.string() + " shouldValidate\n" + errors_of(strict));
  if (!fs::exists(one.validation)) return;
  const base::Json validation = json_of(one.validation);
  const base::Json* expected = validation.find("policyValidation")->find("perPolicy");
  const auto check = [&](const base::Json::Member& policy, const char* name,
                         const ValidationReport& report, Tally& tally) {
    const bool valid = policy.value.find(name)->boolean;
    tally.count(report.accepts(policy.name) == valid,
                one.description.string() + " " + policy.name + " should be " + name +
                    (valid ? " valid\n" : " invalid\n") + errors_of(report));
  };
  for (const base::Json::Member& policy : expected->members) {
    check(policy, "strict", strict, tallies.strict);
    check(policy, "permissive", permissive, tallies.permissive);
  }
  check_values(corpus, one, schema.value(), description, validation, tallies);
}

TEST(ValidationCorpusTest, VerdictsAreTheReferences) {
  const char* corpus = std::getenv("COUNTERSIGN_CEDAR_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "COUNTERSIGN_CEDAR_CORPUS names no folder";
  Tallies tallies;
  for (const Case& one : cases_in(corpus)) check_case(corpus, one, tallies);
  EXPECT_GT(tallies.strict.all(), 0U) << "no cases in " << corpus;
  std::cout << "strict: " << tallies.strict.text() << ", permissive: " << tallies.permissive.text()
            << ", shouldValidate: " << tallies.whole.text()
            << ", entities: " << tallies.entities.text()
            << ", requests: " << tallies.requests.text() << "\n";
}

}  // namespace
}  // namespace countersign::cedar
