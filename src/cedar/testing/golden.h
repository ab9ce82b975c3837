// SPDX-License-Identifier: Apache-2.0
// Tests whose inputs and answers are files, one pair each.
//
// To write the answers anew after a change that is meant, run the test with
// COUNTERSIGN_WRITE_GOLDEN=1 in the environment, and read the difference.
#ifndef COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_
#define COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_

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

struct GoldenAnswer {
  std::string name;
  std::string found;
  std::string expected;
};

// For every file NAME`input` of the folder: `answer(NAME`input`, its text)`, and the text of
// NAME`expected`, which is written first where that is asked for.
template <class Answer>
std::vector<GoldenAnswer> golden_answers(const std::filesystem::path& folder,
                                         std::string_view input, std::string_view expected,
                                         Answer answer) {
  // Read before any thread is started.
  const bool write =
      std::getenv("COUNTERSIGN_WRITE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  std::vector<GoldenAnswer> answers;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(input)) continue;
    const std::filesystem::path beside =
        folder / (name.substr(0, name.size() - input.size()) + std::string(expected));
    const std::string found = answer(name, content_of(entry.path()));
    if (write) std::ofstream(beside, std::ios::binary) << found;
    answers.push_back({name, found, content_of(beside)});
  }
  std::ranges::sort(answers, {}, &GoldenAnswer::name);
  return answers;
}

}  // namespace countersign::cedar::testing

#endif  // COUNTERSIGN_CEDAR_TESTING_GOLDEN_H_
