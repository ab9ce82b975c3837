// SPDX-License-Identifier: Apache-2.0
// Whether the words a record uses are in every vocabulary its authority has meanwhile.
#ifndef COUNTERSIGN_REGISTRY_INTERNAL_WORDS_H_
#define COUNTERSIGN_REGISTRY_INTERNAL_WORDS_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/instant.h"
#include "base/issue.h"
#include "registry/registers.h"

namespace countersign::registry::internal {

// Adds an issue without an excerpt.
void add_issue(base::Issues& issues, const std::string& file, base::Position at,
               std::string message, std::string remedy);

// The vocabularies of one authority, made ready for many questions. Holds views into `held`, which
// must outlive it.
class Words {
 public:
  enum class Kind { Party, DataKind, Class, Property };

  explicit Words(const AuthorityRegister& held);

  // Reports `word` when one of the vocabularies in force at some time in `period` lacks it, or when
  // none is in force then. An empty period asks for nothing: what was withdrawn is never read.
  // `file` and `at` are where the word was written.
  void need(Kind kind, const std::string& word, const base::Period& period, const std::string& file,
            base::Position at, base::Issues& issues) const;

 private:
  struct Book {
    const Recorded<Vocabulary>* vocabulary;
    std::unordered_set<std::string_view> words[4];  // by Kind
  };

  AuthorityId authority_;
  std::vector<Book> books_;
};

}  // namespace countersign::registry::internal

#endif  // COUNTERSIGN_REGISTRY_INTERNAL_WORDS_H_
