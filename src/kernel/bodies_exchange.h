// SPDX-License-Identifier: Apache-2.0
// What goes back and forth between a lane and the requester while a case is open, and how the
// requester ends it (docs/formats/statements.md).
#ifndef COUNTERSIGN_KERNEL_BODIES_EXCHANGE_H_
#define COUNTERSIGN_KERNEL_BODIES_EXCHANGE_H_

#include <optional>
#include <string>

#include "base/json.h"
#include "kernel/ids.h"
#include "registry/marking.h"
#include "seal/digest.h"

namespace countersign::kernel {

// Asks the requester, or takes back what the same office asked.
struct QueryBody {
  std::optional<CommandId> withdraws;  // the command id of the query taken back
  std::string text;

  static QueryBody read(const base::Json& body, base::Report& report);
  static base::Json write(const QueryBody& body);
};

// A file that goes with an answer: its bytes travel beside the statement.
struct AttachedDocument {
  std::string name;  // what the requester calls it: one line, no path
  seal::Digest digest;
};

// Answers a query by an annex: it adds to the request and changes nothing in it.
struct AnswerBody {
  seal::Digest query;  // of the statement answered
  std::string text;    // may be empty where there is a document
  std::optional<AttachedDocument> document;
  std::optional<registry::Marking> marking = std::nullopt;  // of text and document alike

  static AnswerBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AnswerBody& body);
};

// The requester takes the request back.
struct WithdrawBody {
  std::string text;  // why; may be empty

  static WithdrawBody read(const base::Json& body, base::Report& report);
  static base::Json write(const WithdrawBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_EXCHANGE_H_
