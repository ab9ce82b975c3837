// SPDX-License-Identifier: Apache-2.0
// A request put to registers, without an instance: what `countersign determine` does.
#ifndef COUNTERSIGN_CASEWORK_QUESTION_H_
#define COUNTERSIGN_CASEWORK_QUESTION_H_

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/reader.h"
#include "kernel/state.h"
#include "registry/registers.h"

namespace countersign::casework {

enum class AnswerView {
  Full,      // all there is to say, for the authorities and their overseers
  Requester  // what announced rules say; everything else is referred
};

struct Question {
  std::string_view request;  // JSON (docs/formats/registers.md, "A request")
  std::string_view file;     // what issues call it
  base::Instant at;          // the date asked about
  AnswerView view = AnswerView::Full;
};

struct Answer {
  bool refused = false;  // the request, not the use: a prohibited use is an answer
  base::Json json;       // docs/formats/determination.md
  std::string text;      // the same for people, without a line break at the end
};

// Determines the request under the registers, with nothing reserved or drawn so far. Issues are the
// request's own.
base::Parsed<Answer> answer(const registry::Registers& registers, const Question& question);
// The same in an instance, with what its grants have reserved and drawn.
base::Parsed<Answer> answer(const kernel::State& state, const Question& question);
// The same as one office sees it: what a requester sees, and its own authority's finding in full
// where it may see findings of it.
base::Parsed<Answer> answer(const kernel::State& state, const Question& question,
                            const Reader& reader);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_QUESTION_H_
