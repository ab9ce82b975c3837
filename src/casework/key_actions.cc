// SPDX-License-Identifier: Apache-2.0
// Keys withdrawn, what they signed, and who stands by it.
#include <fmt/format.h>

#include "casework/actions.h"
#include "casework/internal/acting.h"

namespace countersign::casework {
namespace {

using base::Refusal;
using kernel::EntryKind;

constexpr std::string_view kRoot = "/root";
constexpr std::string_view kClerk = "/clerk";

// "US/root" and "US/clerk" stand for those keys, as in a folder of keys.
base::Ruled<Pen> pen_of(Instance& instance, const KeyActor& actor) {
  for (const std::string_view end : {kRoot, kClerk}) {
    if (!actor.by.ends_with(end)) continue;
    return Pen{actor.key, instance.name(),
               registry::PartyId(actor.by.substr(0, actor.by.size() - end.size())),
               std::string(end.substr(1))};
  }
  BOOST_OUTCOME_TRY(registry::PartyId authority,
                    authority_of(instance, registry::OfficeId(actor.by)));
  return Pen{actor.key, instance.name(), std::move(authority), actor.by};
}

// The statement of an entry, as it stands in the ledger; empty when there is none.
base::Result<std::optional<kernel::SignedStatement>> statement_at(Instance& instance,
                                                                  kernel::Position position) {
  BOOST_OUTCOME_TRY(const auto read, instance.entries(position, 1));
  if (read.empty() || read.front().blobs.empty() || !read.front().blobs.front().bytes) {
    return std::optional<kernel::SignedStatement>();
  }
  auto statement = kernel::read_signed(*read.front().blobs.front().bytes, "statement");
  if (!statement) return std::optional<kernel::SignedStatement>();
  return std::optional<kernel::SignedStatement>(std::move(statement.value()));
}

// Whether something may rest on what the withdrawn key signed there, and nobody stands by it.
bool is_open(const kernel::State& state, const registry::PartyId& authority, const seal::KeyId& key,
             const kernel::SignedEntry& made, const seal::Digest& statement) {
  if (!made.case_id) {
    const bool rests = made.kind == EntryKind::Record || made.kind == EntryKind::Manifest;
    return rests &&
           state.authorities().find(authority)->withdrawn.suspects(key, made.at, statement, {});
  }
  bool open = false;
  const kernel::Case* of = state.find(*made.case_id);
  if (of == nullptr) return false;
  kernel::Case::each_ground(*of,
                            [&](const registry::PartyId&, EntryKind, const kernel::Done& done) {
                              open = open || (done.position == made.position && done.suspected);
                            });
  return open;
}

}  // namespace

Handled withdraw_key(Instance& instance, const KeyActor& actor,
                     const kernel::KeyWithdrawalBody& body) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return base::Ruled<Receipt>(pen.error());
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_statement(pen.value(), EntryKind::KeyWithdrawal, nullptr,
                                    kernel::KeyWithdrawalBody::write(body)));
  return instance.submit(std::move(statement));
}

Handled confirm(Instance& instance, const KeyActor& actor, kernel::Position position,
                const std::string& text) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return base::Ruled<Receipt>(pen.error());
  BOOST_OUTCOME_TRY(const auto confirmed, statement_at(instance, position));
  if (!confirmed) {
    return base::Ruled<Receipt>(Refusal{
        "not-suspected", fmt::format("entry {} is no signed statement", position), "statement"});
  }
  // One signature may stand in many cases: the entry says in which.
  std::optional<kernel::Case> of;
  instance.look([&](const kernel::State& state) {
    for (const kernel::SignedEntry& made :
         state.signed_by(confirmed->envelope.signatures.front().key_id)) {
      if (made.position != position || !made.case_id) continue;
      if (const kernel::Case* found = state.find(*made.case_id)) of = *found;
    }
  });
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_statement(pen.value(), EntryKind::Confirm, of ? &*of : nullptr,
                                    kernel::ConfirmBody::write({confirmed->digest, text})));
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> done, instance.submit(std::move(statement)));
  if (done || done.error().rule != "not-suspected") return done;
  Refusal refusal = done.error();
  refusal.message = fmt::format(
      "entry {} is under no suspicion: its key was not withdrawn as suspected, or its office has "
      "confirmed it already (`countersign key list`)",
      position);
  return base::Ruled<Receipt>(std::move(refusal));
}

namespace {

Handled notice(Instance& instance, const KeyActor& actor, const kernel::AbsenceBody& body) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return base::Ruled<Receipt>(pen.error());
  BOOST_OUTCOME_TRY(
      kernel::Submission statement,
      write_statement(pen.value(), EntryKind::Absence, nullptr, kernel::AbsenceBody::write(body)));
  return instance.submit(std::move(statement));
}

}  // namespace

Handled give_absence(Instance& instance, const KeyActor& actor, const registry::OfficeId& office,
                     const base::Period& period, const std::string& text) {
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> given,
                    notice(instance, actor, {office, std::nullopt, period, text}));
  if (!given) return given;
  instance.look([&](const kernel::State& state) {
    for (const auto& [authority, entered] : state.authorities().all()) {
      const registry::Office* away = entered.charter().charter.find(office);
      if (away == nullptr || !away->succession.empty()) continue;
      given.value().notes.push_back(fmt::format(
          "the charter of {} names nobody to act for {}: until {} nobody can do what is its to do",
          authority.text(), office.text(), base::to_text(period.until)));
    }
  });
  return given;
}

Handled give_return(Instance& instance, const KeyActor& actor, const registry::OfficeId& office,
                    const std::string& text) {
  std::optional<kernel::CommandId> standing;
  instance.look([&](const kernel::State& state) {
    for (const auto& [authority, entered] : state.authorities().all()) {
      for (const kernel::EnteredAbsence& absence : entered.absences) {
        const bool over = absence.ended || absence.period.until <= state.now();
        if (absence.office == office && !over && !standing) standing = absence.command;
      }
    }
  });
  if (!standing) {
    return base::Ruled<Receipt>(Refusal{
        "no-absence", fmt::format("{} has given no notice of absence that stands", office.text()),
        office.text()});
  }
  return notice(instance, actor, {office, standing, {}, text});
}

namespace {

// Whether the reader sees that its authority made such a statement.
bool sees_signature(const Reader& reader, const kernel::State& state,
                    const SuspectedSignature& signature, const kernel::SignedStatement& statement) {
  if (!signature.case_id) return true;
  const kernel::Case* of = state.find(*signature.case_id);
  if (of == nullptr) return reader.is_keeper();
  if (sight_of(signature.kind)) {
    return reader.sees_step(state, *of, signature.position, signature.kind, statement);
  }
  return reader.sees(kernel::Sight::Step, *of, statement.head.authority, marking_of(statement));
}

// The office that has confirmed this step of a case.
std::string confirmed_by(const kernel::State& state, const kernel::SignedEntry& made) {
  std::string office;
  const kernel::Case* of = made.case_id ? state.find(*made.case_id) : nullptr;
  if (of == nullptr) return office;
  kernel::Case::each_ground(*of,
                            [&](const registry::PartyId&, EntryKind, const kernel::Done& done) {
                              if (done.position == made.position && done.confirmed)
                                office = done.confirmed->office.text();
                            });
  return office;
}

}  // namespace

base::Result<std::vector<WithdrawnKeyView>> withdrawn_keys(Instance& instance,
                                                           const Reader& reader) {
  std::vector<WithdrawnKeyView> views;
  std::vector<std::vector<kernel::SignedEntry>> signed_since;
  instance.look([&](const kernel::State& state) {
    for (const auto& [authority, entered] : state.authorities().all()) {
      if (!reader.sees(kernel::Sight::Key, authority)) continue;
      for (const auto& [key, withdrawal] : entered.withdrawn.all()) {
        views.push_back({authority, key, withdrawal, {}});
        auto& made = signed_since.emplace_back(state.signed_by(key));
        std::erase_if(made, [&](const auto& each) { return !withdrawal.covers(each.at); });
      }
    }
  });
  for (std::size_t i = 0; i < views.size(); ++i) {
    WithdrawnKeyView& view = views[i];
    for (const kernel::SignedEntry& made : signed_since[i]) {
      BOOST_OUTCOME_TRY(const auto statement, statement_at(instance, made.position));
      // The same key may be bound to posts of another authority, whose own it is to withdraw.
      if (!statement || statement->head.authority != view.authority) continue;
      SuspectedSignature signature{made.position, made.kind, made.at, statement->head.by,
                                   made.case_id,  false,     {}};
      instance.look([&](const kernel::State& state) {
        if (!sees_signature(reader, state, signature, *statement)) return;
        signature.open = is_open(state, view.authority, view.key, made, statement->digest);
        signature.confirmed_by = confirmed_by(state, made);
        view.signatures.push_back(std::move(signature));
      });
    }
  }
  return views;
}

}  // namespace countersign::casework
