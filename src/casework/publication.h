// SPDX-License-Identifier: Apache-2.0
// A count as it may be published: small numbers withheld, and as many others as it takes that none
// of those can be worked out again from the totals.
#ifndef COUNTERSIGN_CASEWORK_PUBLICATION_H_
#define COUNTERSIGN_CASEWORK_PUBLICATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "casework/case_count.h"

namespace countersign::casework {

// Whole numbers in rows and columns. Where `adds_up`, the last row is the sum of the others; the
// last column always is.
struct PublishedTable {
  std::vector<std::vector<std::uint64_t>> cells;
  bool adds_up = true;

  // Per cell, whether it is withheld: every number from 1 to `least` - 1, and others, so that for
  // each withheld cell there is another table of whole numbers, none negative, with the same shown
  // cells and sums, in which that cell is different. Where no choice of others does that, all are
  // withheld.
  std::vector<std::vector<bool>> withheld(std::uint64_t least) const;
};

struct Publication {
  std::vector<std::string> columns;  // outcomes, and last "all"
  std::vector<std::string> keys;     // of rows; last "all" where rows add up
  PublishedTable table;
  std::vector<std::vector<bool>> withheld;
  std::uint64_t least = 0;
  CaseCount counted;
};

// `least` is 2 or more.
Publication publish(const CaseCount& counted, std::uint64_t least);

base::Json to_json(const Publication& publication);
std::string to_text(const Publication& publication);
std::string to_csv(const Publication& publication);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_PUBLICATION_H_
