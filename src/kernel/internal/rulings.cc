// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/rulings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ids.h"
#include "kernel/acting.h"
#include "kernel/internal/folded.h"
#include "kernel/internal_reasons.h"
#include "kernel/lifecycle.h"

namespace countersign::kernel {

using base::Refusal;

base::Ruled<Signer> admit(const State& state, const Submission& submission, EntryKind kind,
                          base::Instant at) {
  const StatementHead& head = submission.statement.head;
  if (head.kind != kind) {
    return Refusal{
        "kind", fmt::format("a {} was expected, this is a {}", name_of(kind), name_of(head.kind)),
        "kind"};
  }
  if (!state.instance()) return Refusal{"other-instance", "the instance has no name yet", {}};
  BOOST_OUTCOME_TRY(Signer signer,
                    authenticate(state.authorities(), *state.instance(), submission.statement, at));
  const Case* of = head.case_id ? state.find(*head.case_id) : nullptr;
  if (of != nullptr) {
    BOOST_OUTCOME_TRY(check_turn(state.authorities(), *of, head, at));
  }
  return signer;
}

std::optional<Refusal> refuse_legacy(const State& state, const std::string& id) {
  const std::string of = id.substr(0, id.find('/'));
  if (!base::is_id(of) || !state.legacy().contains(CaseId(of))) return std::nullopt;
  return Refusal{
      "legacy",
      fmt::format("`{}` was decided before this ledger began: it is counted, and kept as "
                  "a precedent, but it is no grant, and nothing is drawn, reported or "
                  "decided under it here. Submit a request",
                  of),
      of};
}

base::Ruled<const Case*> case_of(const State& state, const SignedStatement& statement) {
  const StatementHead& head = statement.head;
  const Case* found = head.case_id ? state.find(*head.case_id) : nullptr;
  if (found == nullptr && head.case_id) {
    if (auto legacy = refuse_legacy(state, head.case_id->text())) return *std::move(legacy);
  }
  if (found == nullptr) {
    return Refusal{"unknown-case",
                   head.case_id ? fmt::format("there is no case `{}`", head.case_id->text())
                                : "the statement names no case",
                   "case"};
  }
  if (head.request != found->request_digest) {
    return Refusal{"other-request",
                   fmt::format("the statement is about another request than that of case `{}`",
                               found->id.text()),
                   "subject"};
  }
  return found;
}

base::Ruled<const Case*> case_for_step(const State& state, const SignedStatement& statement,
                                       base::Instant at, const GrantRecord* named) {
  BOOST_OUTCOME_TRY(const Case* const found, case_of(state, statement));
  const Step step = step_of(statement);
  const StepRule* rule = find(step);
  if (rule == nullptr) {
    return Refusal{"body",
                   fmt::format("`{}` is no {} that there is", step.variant, name_of(step.kind)),
                   "body"};
  }
  BOOST_OUTCOME_TRY(check_follows(*rule, found, named, state.grants_of(*found), at));
  return found;
}

base::Ruled<void> check_marking(const State& state, const registry::PartyId& authority,
                                const std::optional<registry::Marking>& marking, base::Instant at) {
  if (!marking) return base::outcome::success();
  return check_marking(state.rules_at(at)->view(), authority, marking);
}

base::Ruled<void> check_marking(const registry::RegistersView& view,
                                const registry::PartyId& authority,
                                const std::optional<registry::Marking>& marking) {
  if (!marking) return base::outcome::success();
  const registry::AuthorityView* own = view.find(authority);
  const registry::Vocabulary* words =
      own == nullptr || own->vocabulary == nullptr ? nullptr : own->vocabulary->value.get();
  if (words == nullptr || words->find(marking->level) == nullptr) {
    return Refusal{"marking-level",
                   fmt::format("`{}` is no level of marking in the vocabulary of {}",
                               marking->level.text(), authority.text()),
                   "marking"};
  }
  for (const registry::PartyId& party : marking->releasable_to) {
    if (words->find(party) != nullptr) continue;
    return Refusal{
        "unknown-party",
        fmt::format("`{}` is no party in the vocabulary of {}", party.text(), authority.text()),
        "marking"};
  }
  return base::outcome::success();
}

base::Ruled<void> check_ground(const State& state, const registry::PartyId& authority,
                               const std::string& ground, const std::string& text,
                               base::Instant at) {
  const auto rules = state.rules_at(at);
  const registry::AuthorityView* view = rules->view().find(authority);
  const registry::GroundList* list =
      view == nullptr || view->grounds == nullptr ? nullptr : view->grounds->value.get();
  if (list == nullptr) {
    if (ground.empty()) return base::outcome::success();
    return Refusal{"ground-unknown",
                   fmt::format("{} has no list of grounds in force, so `{}` says nothing",
                               authority.text(), ground),
                   "ground"};
  }
  std::vector<std::string_view> codes;
  for (const registry::Ground& each : list->grounds) codes.push_back(each.code);
  if (ground.empty() || list->find(ground) == nullptr) {
    return Refusal{ground.empty() ? "ground-missing" : "ground-unknown",
                   fmt::format("name a ground of the list of {}: {}", authority.text(),
                               fmt::join(codes, ", ")),
                   "ground"};
  }
  if (!text.empty()) return base::outcome::success();
  return Refusal{"ground-missing", "say in words too, in `text`, what the other side may know",
                 "text"};
}

base::Ruled<void> check_ground(const State& state, const LoggedEntry& entry) {
  if (!entry.statement) return base::outcome::success();
  const auto check = [&](const std::string& ground, const std::string& text) {
    return check_ground(state, entry.statement->head.authority, ground, text, *entry.received_at);
  };
  switch (entry.kind) {
    case EntryKind::Override: {
      BOOST_OUTCOME_TRY(const OverrideBody body, body_of<OverrideBody>(entry));
      return check(body.ground, body.text);
    }
    case EntryKind::Decision: {
      BOOST_OUTCOME_TRY(const DecisionBody body, body_of<DecisionBody>(entry));
      const bool says_no =
          body.outcome == DecisionOutcome::Deny || body.outcome == DecisionOutcome::Return;
      return says_no ? check(body.ground, body.text) : base::outcome::success();
    }
    case EntryKind::Reconsidered: {
      BOOST_OUTCOME_TRY(const ReconsideredBody body, body_of<ReconsideredBody>(entry));
      const bool says_no = body.outcome == ReconsideredOutcome::Uphold;
      return says_no ? check(body.ground, body.text) : base::outcome::success();
    }
    case EntryKind::Suspend:
    case EntryKind::Revoke: {
      BOOST_OUTCOME_TRY(const GrantActBody body, body_of<GrantActBody>(entry));
      return check(body.ground, body.text);
    }
    default:
      return base::outcome::success();
  }
}

Draft draft_of(const Submission& submission) {
  Draft draft;
  draft.kind = submission.statement.head.kind;
  draft.case_id = submission.statement.head.case_id;
  draft.statement = submission.statement;
  draft.beside = submission.beside;
  return draft;
}

Draft outcome_draft(const CaseId& id, std::string_view outcome) {
  Draft draft;
  draft.kind = EntryKind::Outcome;
  draft.case_id = id;
  draft.fields.push_back({"outcome", base::json_text(outcome)});
  return draft;
}

base::Ruled<SaltedField> committed(const Submission& submission, const Commitment& commitment,
                                   std::string_view name) {
  for (const ledger::Disclosure& disclosure : submission.disclosures) {
    if (disclosure.commitment() != commitment) continue;
    BOOST_OUTCOME_TRY(SaltedField field, read_disclosure(disclosure));
    if (field.field.name == name) return field;
  }
  return Refusal{"commitment",
                 fmt::format("what the statement commits to as `{}` did not come with it", name),
                 std::string(name)};
}

base::Ruled<void> add_reasons(const State& state, const Submission& submission,
                              const std::optional<Commitment>& commitment, base::Instant at,
                              Draft& draft) {
  if (!commitment) return base::outcome::success();
  BOOST_OUTCOME_TRY(SaltedField field, committed(submission, *commitment, "reasons"));
  base::Report report({}, "reasons");
  const InternalReasons reasons = InternalReasons::read(field.field.value, report);
  if (!report.clean()) return Refusal{"reasons-form", base::to_text(report.take()), "reasons"};
  BOOST_OUTCOME_TRY(check_marking(state, submission.statement.head.authority, reasons.marking, at));
  draft.salted.push_back(std::move(field));
  return base::outcome::success();
}

}  // namespace countersign::kernel
