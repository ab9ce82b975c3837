// SPDX-License-Identifier: Apache-2.0
#include "casework/question.h"

#include <utility>

#include <fmt/format.h>

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
    auto view = kernel::requester_view(*state.rules_at(question.at), request.value());
    if (!view) return refused(view.error());
    view.value().at = question.at;  // the rules are those of many dates on which none changes
    return Answer{.json = kernel::to_json(view.value()), .text = kernel::to_text(view.value())};
  }
  const auto determined = state.determine(request.value(), question.at);
  if (!determined) return refused(determined.error());
  const kernel::Determined& made = determined.value();
  return Answer{.json = kernel::to_json(made.determination, *made.rules),
                .text = kernel::to_text(made.determination, *made.rules)};
}

base::Parsed<Answer> answer(const kernel::State& state, const Question& question,
                            const Reader& reader) {
  if (reader.is_keeper()) return answer(state, question);
  Question asked = question;
  asked.view = AnswerView::Requester;
  BOOST_OUTCOME_TRY(Answer answered, answer(state, asked));
  if (answered.refused || question.view == AnswerView::Requester) return answered;
  BOOST_OUTCOME_TRY(const kernel::RequestOrRefusal request,
                    kernel::read_request(question.request, question.file));
  const auto determined = state.determine(request.value(), question.at);
  if (!determined) return refused(determined.error());
  const kernel::Rules& rules = *determined.value().rules;
  kernel::Determination own = determined.value().determination;
  const registry::PartyId& owner = reader.who()->authority;
  const bool sees = reader.sees(kernel::Sight::Finding, owner) &&
                    reader.sees(kernel::Sight::Stock, owner) && !reader.misses_a_rule(rules, owner);
  std::erase_if(own.authorities, [&](const kernel::AuthorityDetermination& finding) {
    return !sees || finding.authority != owner;
  });
  if (own.authorities.empty()) return answered;
  own.overall = own.authorities.front().outcome;
  answered.json.members.push_back({"own", {}, kernel::to_json(own, rules)});
  answered.text += fmt::format("\n\nof {} in full: {}", owner.text(), kernel::to_text(own, rules));
  return answered;
}

}  // namespace countersign::casework
