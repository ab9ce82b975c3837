// SPDX-License-Identifier: Apache-2.0
// What goes back and forth between the offices of a lane and the requester, as one call each.
#ifndef COUNTERSIGN_CASEWORK_EXCHANGE_H_
#define COUNTERSIGN_CASEWORK_EXCHANGE_H_

#include <memory>
#include <optional>
#include <string>

#include "casework/actions.h"

namespace countersign::casework {

// Asks the requester. Until the answer comes the clock of the lane stands still.
Handled query(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const std::string& text);
// Takes back the query that stands at `position`, or, where none is named, the last one that the
// office has open. Refused by `unknown-query` when there is none.
Handled take_back_query(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        std::optional<kernel::Position> position, const std::string& text);

struct AnswerPlan {
  std::optional<kernel::Position> query;  // which; may be left out where one alone is open
  std::string text;
  std::string document_name = {};  // of `document`
  std::shared_ptr<const std::string> document = {};
  std::optional<registry::Marking> marking = {};
};
// Refused by `unknown-query` when no query is meant, or more than one may be.
Handled answer(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const AnswerPlan& plan);

// States the request anew, whole. `text` says what it changes and may be empty.
Handled amend(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const base::Json& request, const std::string& text);
// Says that what the office advised last on an earlier version holds for the present one. Refused
// by `unknown-advice` when it advised on none.
Handled reconfirm(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                  const std::string& text);

// Takes the request back, for good.
Handled withdraw_request(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                         const std::string& text);

// What stands at `position`, when that is an answer with a document that the reader sees: the
// document's bytes. Empty when it is none.
base::Result<std::optional<std::string>> document_of(Instance& instance, const Reader& reader,
                                                     const kernel::CaseId& id,
                                                     kernel::Position position);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_EXCHANGE_H_
