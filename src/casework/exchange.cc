// SPDX-License-Identifier: Apache-2.0
#include "casework/exchange.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.h"
#include "casework/files.h"
#include "casework/internal/acting.h"

namespace countersign::casework {
namespace {

using base::Refusal;
using kernel::EntryKind;

Refusal unknown_query(std::string message) {
  return {"unknown-query", std::move(message), "query"};
}

base::Ruled<const kernel::Query*> meant_by(const kernel::Case& of,
                                           const std::optional<kernel::Position>& position) {
  std::vector<const kernel::Query*> open;
  for (const kernel::Query& asked : of.queries) {
    if (position == asked.done.position) return &asked;
    if (!asked.settled()) open.push_back(&asked);
  }
  if (position) return unknown_query(fmt::format("entry {} is no query of this case", *position));
  if (open.size() == 1) return open.front();
  if (open.empty()) return unknown_query("no query of this case is open");
  std::vector<kernel::Position> positions;
  for (const kernel::Query* asked : open) positions.push_back(asked->done.position);
  return unknown_query(fmt::format("several queries are open, entries {}: say which you answer",
                                   fmt::join(positions, ", ")));
}

}  // namespace

Handled query(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const std::string& text) {
  return step(instance, actor, case_now(instance, id), EntryKind::Query,
              kernel::QueryBody::write({std::nullopt, text}));
}

Handled take_back_query(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        std::optional<kernel::Position> position, const std::string& text) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  std::optional<kernel::CommandId> meant;
  for (const kernel::Query& asked : of.value().queries) {
    const bool named = position ? asked.done.position == *position
                                : asked.done.signer.office == actor.office && !asked.settled();
    if (named) meant = asked.done.command;
  }
  if (!meant) {
    return refused(unknown_query(
        position ? fmt::format("entry {} is no query of this case", *position)
                 : fmt::format("{} has no query open in this case", actor.office.text())));
  }
  return step(instance, actor, of, EntryKind::Query, kernel::QueryBody::write({meant, text}));
}

Handled answer(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const AnswerPlan& plan) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  const auto asked = meant_by(of.value(), plan.query);
  if (!asked) return refused(asked.error());
  kernel::AnswerBody body{asked.value()->done.statement, plan.text, std::nullopt, plan.marking};
  if (plan.document != nullptr) {
    body.document =
        kernel::AttachedDocument{plan.document_name, seal::sha256(base::as_bytes(*plan.document))};
  }
  return step(instance, actor, of, EntryKind::Answer, kernel::AnswerBody::write(body),
              plan.document);
}

Handled amend(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const base::Json& request, const std::string& text) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  return step(instance, actor, of, EntryKind::Amend,
              kernel::AmendBody::write({of.value().version() + 1, request, text}));
}

Handled reconfirm(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                  const std::string& text) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  const kernel::Advice* last = nullptr;
  for (const kernel::EarlierVersion& version : of.value().earlier) {
    for (const auto& [authority, lane] : version.lanes) {
      if (const kernel::Advice* given = lane.advice_of(actor.office)) last = given;
    }
  }
  if (last == nullptr) {
    return refused(
        {"unknown-advice",
         fmt::format("{} advised on no earlier version of this request", actor.office.text()),
         actor.office.text()});
  }
  return step(instance, actor, of, EntryKind::Reconfirm,
              kernel::ReconfirmBody::write({{last->done.statement}, text}));
}

Handled withdraw_request(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                         const std::string& text) {
  return step(instance, actor, case_now(instance, id), EntryKind::Withdraw,
              kernel::WithdrawBody::write({text}));
}

base::Result<std::optional<std::string>> document_of(Instance& instance, const Reader& reader,
                                                     const kernel::CaseId& id,
                                                     kernel::Position position) {
  std::optional<seal::Digest> digest;
  instance.look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(id);
    if (of == nullptr) return;
    for (const kernel::Query& asked : of->queries) {
      for (const kernel::Answer& given : asked.answers) {
        if (given.done.position != position || !given.body->document) continue;
        if (!reader.sees(kernel::Sight::Case, *of) || !reader.sees_answer(*of, asked, given)) {
          continue;
        }
        digest = given.body->document->digest;
      }
    }
  });
  if (!digest) return std::optional<std::string>();
  return instance.kept(*digest);
}

}  // namespace countersign::casework
