// SPDX-License-Identifier: Apache-2.0
// Tables as text (RFC 4180).
#ifndef COUNTERSIGN_CASEWORK_CSV_H_
#define COUNTERSIGN_CASEWORK_CSV_H_

#include <string>
#include <vector>

namespace countersign::casework {

// One record with its line break. A field that holds a comma, quote or line break is quoted; one
// that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return) gets an
// apostrophe before it: what people wrote must not run where it is opened.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_CSV_H_
