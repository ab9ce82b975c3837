// SPDX-License-Identifier: Apache-2.0
// in-toto Statement v1: a predicate about subjects that are named by their digests. It is the
// payload of an envelope whose type is kInTotoPayloadType.
#ifndef COUNTERSIGN_SEAL_STATEMENT_H_
#define COUNTERSIGN_SEAL_STATEMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "seal/digest.h"

namespace countersign::seal {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";

struct Subject {
  std::string name;
  Digest digest;

  friend auto operator<=>(const Subject&, const Subject&) = default;
};

struct Statement {
  std::vector<Subject> subjects;  // may be empty: a charter speaks of nothing older than itself
  std::string predicate_type;
  base::Json predicate;  // an object
};

// Reads a statement. Refused: whatever base::read_json refuses, unknown or missing members, another
// `_type`, a subject without a name or with any digest but one lower-case `sha256`, a name that
// stands twice, more than 1,024 subjects, a predicate that is no object. The predicate keeps its
// places in `source`, so that its reader can report against the same text.
base::Parsed<Statement> read_statement(std::string_view source, std::string_view file,
                                       base::JsonLimits limits = {});

// The statement as one line of JSON: the same statement gives the same bytes everywhere.
std::string write_statement(Statement statement);

}  // namespace countersign::seal

#endif  // COUNTERSIGN_SEAL_STATEMENT_H_
