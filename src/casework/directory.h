// SPDX-License-Identifier: Apache-2.0
// A directory of registers and directives (docs/formats/registers.md): what `determine -d` works
// from and `import` takes in.
#ifndef COUNTERSIGN_CASEWORK_DIRECTORY_H_
#define COUNTERSIGN_CASEWORK_DIRECTORY_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "registry/record.h"
#include "registry/registers.h"

namespace countersign::casework {

// One document of a directory, in the form in which an office signs it: an element of items.json
// or claims.json by itself, a directive with its policies inside, a layer that names its base by
// its digest.
struct DirectoryDocument {
  registry::Record record;
  std::shared_ptr<const base::Json> document;  // never null; record.digest is its digest
  std::string file;                            // the file it comes from, under the path given
  std::shared_ptr<const std::string>
      beside;                       // a layer's base, by whose digest it is named; or null
  std::filesystem::path rows = {};  // of a list, the file of its rows
};

struct Directory {
  registry::Registers registers;
  // Every record of the registers: by authority, then charter, vocabulary, layer, and on as the
  // record kinds stand. A vocabulary or layer that authorities share is listed for each.
  std::vector<DirectoryDocument> documents;
};

// Reads the directory whole, or says everything that is wrong with it: one pass over the files,
// then, when each is right by itself, over what they say of one another. A file that cannot be read
// is an issue as well. Refused, beside what the readers of the documents refuse: a missing
// vocabulary.json or charter, a file or folder of another name below an authority's folder, a Cedar
// file that no directive names or two do, a directive whose id is not its file's name, a symbolic
// link that leads out of the directory, anything past the limits below.
base::Parsed<Directory> read_directory(const std::filesystem::path& path);

inline constexpr std::size_t kFileLimit = 16U << 20;   // bytes of a document
inline constexpr std::size_t kLayerLimit = 64U << 20;  // bytes of a layer or its base
inline constexpr std::size_t kMostEntries = 10'000;    // files in one folder

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_DIRECTORY_H_
