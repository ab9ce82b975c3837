// SPDX-License-Identifier: Apache-2.0
// Stories: dated steps with the answers they must get, run against a fresh instance whose clock is
// the story's (docs/formats/stories.md). How policy staff test directives before they are issued.
#ifndef COUNTERSIGN_CASEWORK_STORY_H_
#define COUNTERSIGN_CASEWORK_STORY_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"

namespace countersign::casework {

struct StoryStep {
  std::string id;    // may be empty
  std::string text;  // what happens, for people
  base::Instant at;
  std::string verb;
  base::Json step;    // the whole step, as written
  base::Json expect;  // Null: that the step is accepted
};

struct Story {
  std::filesystem::path folder;
  std::string title;
  bool exercise = false;
  std::vector<StoryStep> steps;  // times never decrease
};

// Reads DIR/story.json. Files that steps name are read when the step is run.
base::Parsed<Story> read_story(const std::filesystem::path& folder);

struct StepResult {
  std::string id;
  base::Instant at;
  std::string text;
  std::string answer;                // what came, in a few words
  std::vector<std::string> differs;  // what was expected and did not come; empty: as expected
};

// Runs the story against a new instance at `instance` (whose keys are put into `instance`/keys),
// calling `tell` after each step. Fails when the machine could not; a step that answers otherwise
// than expected is a result that says so, and the story goes on.
base::Result<std::vector<StepResult>> play(const Story& story,
                                           const std::filesystem::path& instance,
                                           const std::function<void(const StepResult&)>& tell);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_STORY_H_
