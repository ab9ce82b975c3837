// SPDX-License-Identifier: Apache-2.0
// What an import made of a file: how much was taken, and every line that was refused, with its
// place and why.
#ifndef COUNTERSIGN_REGISTRY_GRAPH_IMPORT_REPORT_H_
#define COUNTERSIGN_REGISTRY_GRAPH_IMPORT_REPORT_H_

#include <cstddef>
#include <string>
#include <utility>

#include "base/issue.h"

namespace countersign::registry::graph {

// Every refusal counts; the first `limit` of them are kept word for word.
class ImportReport {
 public:
  explicit ImportReport(std::size_t limit = 10'000) : limit_(limit) {}

  void refuse(std::string_view file, base::Position at, std::string message, std::string remedy) {
    if (++refused_ > limit_) return;
    base::Issue issue;
    issue.file = file;
    issue.at = at;
    issue.message = std::move(message);
    issue.remedy = std::move(remedy);
    issues_.push_back(std::move(issue));
  }
  void refuse(base::Issues issues) {
    for (base::Issue& issue : issues) {
      if (++refused_ <= limit_) issues_.push_back(std::move(issue));
    }
  }

  bool clean() const { return refused_ == 0; }
  std::size_t refused() const { return refused_; }
  const base::Issues& issues() const { return issues_; }

  // What it holds, for growth.h.
  template <class Growth>
  void each_column(Growth& growth) {
    growth.value(rows);
    growth.value(skipped);
    growth.value(refused_);
    growth.list(issues_, [](auto& one, auto& issue) {
      one.text(issue.file);
      one.value(issue.at);
      one.text(issue.message);
      one.text(issue.remedy);
      one.text(issue.excerpt);
      one.value(issue.underline);
    });
  }

  std::size_t rows = 0;     // lines, components, packages or relationships that were taken
  std::size_t skipped = 0;  // what a format says beside that a catalogue has no use for

 private:
  std::size_t limit_;
  std::size_t refused_ = 0;
  base::Issues issues_;
};

}  // namespace countersign::registry::graph

#endif  // COUNTERSIGN_REGISTRY_GRAPH_IMPORT_REPORT_H_
