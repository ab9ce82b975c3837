// SPDX-License-Identifier: Apache-2.0
#include "casework/question.h"

#include <utility>

#include "kernel/answers.h"
#include "kernel/determination.h"
#include "kernel/request.h"
#include "kernel/views.h"

namespace countersign::casework {

namespace {

Answer refused(const base::Refusal& refusal) {
  return {.refused = true, .json = kernel::to_json(refusal), .text = kernel::to_text(refusal)};
}

}  // namespace

base::Parsed<Answer> answer(const registry::Registers& registers, const Question& question) {
  BOOST_OUTCOME_TRY(const kernel::RequestOrRefusal request,
                    kernel::read_request(question.request, question.file));
  if (!request) return refused(request.error());
  const kernel::Rules rules(registers, question.at);
  if (question.view == AnswerView::Requester) {
    const auto view = kernel::requester_view(rules, request.value());
    if (!view) return refused(view.error());
    return Answer{.json = kernel::to_json(view.value()), .text = kernel::to_text(view.value())};
  }
  const auto determination = kernel::determine(rules, request.value());
  if (!determination) return refused(determination.error());
  return Answer{.json = kernel::to_json(determination.value(), rules),
                .text = kernel::to_text(determination.value(), rules)};
}

base::Parsed<Answer> answer(const kernel::State& state, const Question& question) {
  BOOST_OUTCOME_TRY(const kernel::RequestOrRefusal request,
                    kernel::read_request(question.request, question.file));
  if (!request) return refused(request.error());
  if (question.view == AnswerView::Requester) {
    const auto view = kernel::requester_view(*state.rules_at(question.at), request.value());
    if (!view) return refused(view.error());
    return Answer{.json = kernel::to_json(view.value()), .text = kernel::to_text(view.value())};
  }
  const auto determined = state.determine(request.value(), question.at);
  if (!determined) return refused(determined.error());
  const kernel::Determined& made = determined.value();
  return Answer{.json = kernel::to_json(made.determination, *made.rules),
                .text = kernel::to_text(made.determination, *made.rules)};
}

}  // namespace countersign::casework
