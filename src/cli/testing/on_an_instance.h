// SPDX-License-Identifier: Apache-2.0
// The small directory of the drill, imported into a live instance by the program itself. For tests
// of the room.
#ifndef COUNTERSIGN_CLI_TESTING_ON_AN_INSTANCE_H_
#define COUNTERSIGN_CLI_TESTING_ON_AN_INSTANCE_H_

#include <gtest/gtest.h>

#include <string>

#include "casework/testing/drill.h"
#include "cli/testing/ran.h"

namespace countersign::cli {

class OnAnInstance : public ::testing::Test {
 protected:
  void SetUp() override {
    casework::testing::Files files;
    for (auto& [name, text] : casework::testing::small_directory()) files["in/" + name] = text;
    folder_.write(files);
    ASSERT_EQ(ran({"init", instance(), "--json"}).exit, Exit::Done);
    ASSERT_EQ(ran({"import", "-i", instance(), at("in"), "--keys", at("keys"), "--make-keys"}).exit,
              Exit::Done);
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string instance() const { return at("instance"); }
  std::string file(const std::string& name, const std::string& text) {
    folder_.write({{name, text}});
    return at(name);
  }
  // A command of an office.
  Ran act(const std::string& office, Words words) {
    for (const std::string& more : {std::string("-i"), instance(), std::string("--by"), office,
                                    std::string("--key"), at("keys/" + office + ".key")}) {
      words.push_back(more);
    }
    return ran(words);
  }

  casework::testing::Folder folder_;
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_TESTING_ON_AN_INSTANCE_H_
