// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/exchange_words.h"

#include <fmt/format.h>

#include "base/prose.h"
#include "casework/internal/plain_words.h"

namespace countersign::casework::internal {

std::string words_of(const kernel::Done& done) {
  const std::string who =
      done.signer.kind == kernel::Signer::Kind::Clerk ? "the clerk" : name_of(done.signer);
  std::string words = fmt::format("{}, {} (entry {}", who, base::to_text(done.at), done.position);
  if (done.suspected) {
    words += "; signed by a key withdrawn as suspected, not confirmed";
  } else if (done.confirmed) {
    words += "; its key was withdrawn as suspected, and the office stands by it";
  }
  return words + ")";
}

std::string marked_as(const std::optional<registry::Marking>& marking) {
  if (!marking) return {};
  std::string words = ", marked " + marking->level.text();
  if (!marking->releasable_to.empty()) {
    words += ", releasable to " + names_of(marking->releasable_to, " and ");
  }
  if (marking->cases) words += fmt::format(", for {} alone", fmt::join(*marking->cases, " and "));
  return words;
}

void add_reasons(const std::optional<kernel::InternalReasons>& reasons, std::string& line) {
  if (!reasons) return;
  line += fmt::format("\n      internal reasons{}: {}", marked_as(reasons->marking),
                      base::quoted(reasons->text));
}

void add_query(const kernel::Query& query, StepLines& lines) {
  std::string& asked = lines[query.done.position];
  asked = fmt::format("    query: {} asks the requester{}\n      {}", words_of(query.done),
                      query.settled() ? std::string()
                                      : "; the clock of " + query.authority.text() +
                                            " stands still until it is answered",
                      base::quoted(query.body.text));
  for (const kernel::Answer& answer : query.answers) {
    std::string& line = lines[answer.done.position];
    line =
        fmt::format("    answer: {} answers entry {}", words_of(answer.done), query.done.position);
    if (!answer.body) {
      line += "\n      what it says is not shown to you";
      continue;
    }
    line += marked_as(answer.body->marking);
    if (!answer.body->text.empty()) line += "\n      " + base::quoted(answer.body->text);
    if (!answer.body->document) continue;
    line +=
        fmt::format("\n      with the document {}, {}", base::quoted(answer.body->document->name),
                    to_text(answer.body->document->digest));
  }
  if (!query.withdrawn) return;
  lines[query.withdrawn->position] =
      fmt::format("    query: {} takes back what it asked (entry {})", words_of(*query.withdrawn),
                  query.done.position);
}

}  // namespace countersign::casework::internal
