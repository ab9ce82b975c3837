// SPDX-License-Identifier: Apache-2.0
// Tests whose inputs and answers are files, one pair each.
//
// To write the answers anew after a change that is meant, run the test with
// COUNTERSIGN_WRITE_GOLDEN=1 in the environment, and read the difference.
#ifndef COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_
#define COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::cedar::testing {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Every file NAME`input` of the folder: whether `answer(NAME`input`, its text)` is the text of
// NAME`expected`.
template <class Answer>
void compare_golden(const std::filesystem::path& folder, std::string_view input,
                    std::string_view expected, Answer answer) {
  // Read before any thread is started.
  const bool write =
      std::getenv("COUNTERSIGN_WRITE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().ends_with(input)) inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  EXPECT_FALSE(inputs.empty()) << folder;
  for (const std::filesystem::path& path : inputs) {
    const std::string name = path.filename().string();
    const std::filesystem::path beside =
        path.parent_path() / (name.substr(0, name.size() - input.size()) + std::string(expected));
    const std::string found = answer(name, content_of(path));
    if (write) std::ofstream(beside, std::ios::binary) << found;
    EXPECT_EQ(found, content_of(beside)) << name;
  }
}

}  // namespace countersign::cedar::testing

#endif  // COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_
