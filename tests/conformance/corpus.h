// SPDX-License-Identifier: Apache-2.0
// The cases of a conformance corpus, wherever they lie.
//
// A case is a file NAME.json (README.md has its members). What belongs to it is found by name:
//   NAME.validation.json     in the same folder F, or in a folder called `F-validation`
//   NAME.cedarschema.json    in the same folder F, or in a folder called `F-json-schemas`
// and the paths in it start at any folder above it.
#ifndef COUNTERSIGN_TESTS_CONFORMANCE_CORPUS_H_
#define COUNTERSIGN_TESTS_CONFORMANCE_CORPUS_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace countersign::conformance {

struct Case {
  std::string name;  // the path from the corpus's root, without `.json`
  std::filesystem::path root;
  std::filesystem::path file;
  std::filesystem::path verdicts;     // empty when there are none
  std::filesystem::path json_schema;  // likewise

  // The file that the case calls `path`; empty when no folder up to the root holds it.
  std::optional<std::filesystem::path> find(std::string_view path) const;
};

class Corpus {
 public:
  // Of a folder (archives in it are unpacked first) or of one archive: .tar, .tar.gz, .tgz, .tar.xz
  // or .txz. Where an archive holds what belongs to cases but not the cases, they are taken from
  // the archives beside it. Refused: a path that is neither, an archive that cannot be unpacked.
  static base::Parsed<Corpus> open(const std::filesystem::path& path);

  // Files that may be cases, by name: a JSON document may turn out to be something else.
  const std::vector<Case>& cases() const { return cases_; }
  // What belongs to a case that is not there.
  const std::vector<std::string>& strays() const { return strays_; }
  // The archives beside the given one that cases were taken from.
  const std::vector<std::filesystem::path>& aids() const { return aids_; }

 private:
  class Folder;

  void collect();

  std::shared_ptr<const Folder> unpacked_;  // removed with the last copy
  std::vector<std::filesystem::path> roots_;
  std::vector<Case> cases_;
  std::vector<std::string> strays_;
  std::vector<std::filesystem::path> aids_;
};

}  // namespace countersign::conformance

#endif  // COUNTERSIGN_TESTS_CONFORMANCE_CORPUS_H_
