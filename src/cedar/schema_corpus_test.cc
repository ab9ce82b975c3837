// SPDX-License-Identifier: Apache-2.0
// The schemas of the reference's corpus, in both forms. Runs where COUNTERSIGN_CEDAR_CORPUS names
// the folder of the unpacked archives.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "cedar/schema.h"

namespace countersign::cedar {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Everything a schema says, as text.
std::string described(const Schema& schema) {
  std::string text;
  for (const auto& [name, type] : schema.entity_types()) {
    text += name.str() + " " + to_text(*type.attributes);
    for (const Text& ancestor : type.ancestors) text += " in " + ancestor.str();
    if (type.tags) text += " tags " + to_text(*type.tags);
    if (type.ids) text += " ids " + std::to_string(type.ids->size());
    text += "\n";
  }
  for (const auto& [uid, action] : schema.actions()) {
    text += to_text(uid) + " " + to_text(*action.context);
    for (const EntityUid& ancestor : action.ancestors) text += " in " + to_text(ancestor);
    for (const Text& principal : action.principals) text += " by " + principal.str();
    for (const Text& resource : action.resources) text += " on " + resource.str();
    text += "\n";
  }
  return text;
}

TEST(SchemaCorpusTest, BothFormsReadAndMeanTheSame) {
  const char* corpus = std::getenv("COUNTERSIGN_CEDAR_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "COUNTERSIGN_CEDAR_CORPUS names no folder";
  std::size_t read = 0;
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(corpus) / "corpus-tests")) {
    if (entry.path().extension() != ".cedarschema") continue;
    const base::Parsed<Schema> human =
        Schema::parse(contents_of(entry.path()), entry.path().filename().string());
    ASSERT_TRUE(human) << entry.path() << "\n" << base::to_text(human.error());
    ++read;
    const fs::path json_path = fs::path(corpus) / "corpus-tests-json-schemas" /
                               (entry.path().filename().string() + ".json");
    if (!fs::exists(json_path)) continue;
    const base::Parsed<Schema> json =
        Schema::parse_json(contents_of(json_path), json_path.filename().string());
    ASSERT_TRUE(json) << json_path << "\n" << base::to_text(json.error());
    EXPECT_EQ(described(human.value()), described(json.value())) << entry.path();
    ++compared;
  }
  EXPECT_GT(read, 0U) << "no schemas in " << corpus;
  RecordProperty("schemas_read", static_cast<int>(read));
  RecordProperty("schemas_compared", static_cast<int>(compared));
  std::cout << read << " schemas read, " << compared << " compared with their JSON form\n";
}

}  // namespace
}  // namespace countersign::cedar
