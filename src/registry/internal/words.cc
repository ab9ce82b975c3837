// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace countersign::registry::internal {
namespace {

constexpr std::array<std::string_view, 4> kSpoken = {"party", "kind of data", "class", "property"};
constexpr std::array<std::string_view, 4> kLists = {"parties", "data", "classes", "properties"};

}  // namespace

void add_issue(base::Issues& issues, const std::string& file, base::Position at,
               std::string message, std::string remedy) {
  issues.push_back({file, at, std::move(message), std::move(remedy), {}});
}

Words::Words(const AuthorityRegister& held) : authority_(held.authority) {
  for (const Recorded<Vocabulary>& one : held.vocabularies) {
    if (one.record.period.empty()) continue;
    Book book{&one, {}};
    for (const auto& word : one->parties) book.words[0].insert(word.id.text());
    for (const auto& word : one->data) book.words[1].insert(word.id.text());
    for (const auto& word : one->classes) book.words[2].insert(word.id.text());
    for (const auto& word : one->properties) book.words[3].insert(word.id.text());
    books_.push_back(std::move(book));
  }
}

void Words::need(Kind kind, const std::string& word, const base::Period& period,
                 const std::string& file, base::Position at, base::Issues& issues) const {
  if (period.empty()) return;
  const auto i = static_cast<std::size_t>(kind);
  bool any = false;
  for (const Book& book : books_) {
    if (book.vocabulary->record.period.intersect(period).empty()) continue;
    any = true;
    if (book.words[i].contains(word)) continue;
    std::vector<std::string_view> known(book.words[i].begin(), book.words[i].end());
    std::sort(known.begin(), known.end());
    const auto meant = base::did_you_mean(word, known);
    add_issue(issues, file, at,
              fmt::format("`{}` is no {} of {}", word, kSpoken[i], book.vocabulary->file),
              meant ? fmt::format("did you mean `{}`?", *meant)
                    : fmt::format("add it to `{}` there", kLists[i]));
    return;
  }
  if (any) return;
  add_issue(issues, file, at,
            fmt::format("`{}` is a word of no vocabulary: `{}` has none in force then", word,
                        authority_.text()),
            "give the authority a vocabulary first");
}

}  // namespace countersign::registry::internal
