// SPDX-License-Identifier: Apache-2.0
// Decisions of a conformance corpus that is no part of this repository: run where
// COUNTERSIGN_CEDAR_CORPUS names a folder that holds it extracted, otherwise skipped.
//
// A case is a file corpus-tests/HASH.json:
//   {"policies": PATH, "entities": PATH, "requests": [{"principal", "action", "resource",
//   "context",
//    "decision": "allow|deny", "reason": [policy id], "errors": [policy id]}]}
// with paths from the corpus's root.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/json.h"
#include "cedar/authorizer.h"
#include "cedar/json.h"
#include "cedar/parser.h"

namespace countersign::cedar {
namespace {

namespace fs = std::filesystem;
using base::Json;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

struct Tally {
  int cases = 0;
  int requests = 0;
  int wrong = 0;
};

std::set<std::string> texts_of(const Json& list) {
  std::set<std::string> texts;
  for (const Json& item : list.items) texts.insert(item.text);
  return texts;
}

// Runs one case; says what is wrong with it.
std::string run(const fs::path& root, const fs::path& path, Tally& tally) {
  const std::string text = content_of(path);
  const auto document = base::read_json(text, path.string());
  if (!document) return base::to_text(document.error());
  const Json& all = document.value();
  auto policies = parse_policies(content_of(root / all.find("policies")->text));
  if (!policies) return base::to_text(policies.error());
  auto entities = read_entities(content_of(root / all.find("entities")->text));
  if (!entities) return base::to_text(entities.error());
  const auto store = EntityStore::create(std::move(entities).value());
  if (!store) return base::to_text(store.error());
  const auto set = PolicySet::create(std::move(policies).value());
  if (!set) return base::to_text(set.error());
  ++tally.cases;
  std::string wrong;
  Authorizer authorizer(set.value());
  for (const Json& item : all.find("requests")->items) {
    ++tally.requests;
    base::Report report(text, path.string());
    const auto request = read_request(item, report);
    if (!request) return base::to_text(report.take());
    const Response& response = authorizer.decide(*request, store.value());
    std::set<std::string> reasons;
    std::set<std::string> errors;
    for (const Policy* policy : response.reasons) reasons.insert(policy->id);
    for (const EvaluationError& error : response.errors) errors.insert(error.policy->id);
    if (name_of(response.verdict) == item.find("decision")->text &&
        reasons == texts_of(*item.find("reason")) && errors == texts_of(*item.find("errors"))) {
      continue;
    }
    ++tally.wrong;
    wrong += path.string() + ": " + item.find("description")->text + "\n";
  }
  return wrong;
}

TEST(ConformanceTest, DecidesTheCorpusAsTheReferenceDoes) {
  // Read before any thread is started.
  const char* folder = std::getenv("COUNTERSIGN_CEDAR_CORPUS");  // NOLINT(concurrency-mt-unsafe)
  const fs::path root = folder == nullptr ? fs::path() : fs::path(folder);
  if (folder == nullptr || !fs::is_directory(root / "corpus-tests")) {
    GTEST_SKIP() << "COUNTERSIGN_CEDAR_CORPUS names no folder with `corpus-tests`";
  }
  Tally tally;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "corpus-tests")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.ends_with(".entities.json")) continue;
    EXPECT_EQ(run(root, entry.path(), tally), "");
  }
  EXPECT_GT(tally.cases, 0);
  std::printf("%d cases, %d requests, %d wrong\n", tally.cases, tally.requests, tally.wrong);
}

}  // namespace
}  // namespace countersign::cedar
