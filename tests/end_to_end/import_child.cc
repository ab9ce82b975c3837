// SPDX-License-Identifier: Apache-2.0
// import_child FOLDER: imports the lists of the folder to FOLDER/cut.catalogue, and says on
// standard output what it is told of an earlier import.
#include <cstdio>

#include "casework/testing/lists.h"
#include "end_to_end/import_work.h"

int main(int argc, char** argv) {
  using namespace countersign::casework;
  if (argc != 2) return 2;
  const auto imported =
      import_catalogue(testing::import_of_lists(argv[1], "cut.catalogue", kImportKeepEvery),
                       {{}, [](const std::string& sentence) {
                          std::printf("%s\n", sentence.c_str());
                          std::fflush(stdout);
                        }});
  return imported.has_value() && imported.value().engine ? 0 : 1;
}
