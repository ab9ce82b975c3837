// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/office_steps.h"

#include <filesystem>

#include <fmt/format.h>

#include "casework/actions.h"
#include "casework/files.h"
#include "casework/import.h"
#include "casework/internal/step_answers.h"
#include "kernel/acting.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using base::Json;
using base::Refusal;
using kernel::EntryKind;

Handled refused(Refusal refusal) { return base::Ruled<Receipt>(std::move(refusal)); }

Refusal unknown_office(const std::string& holder) {
  return {"unknown-office", fmt::format("no charter of this story has an office `{}`", holder),
          "by"};
}

std::string authority_of(const std::string& office) { return office.substr(0, office.find('/')); }

// Who holds the office by its last appointment.
std::optional<registry::PersonId> holder_of(Instance& instance, const std::string& office) {
  std::optional<registry::PersonId> person;
  instance.look([&](const kernel::State& state) {
    const auto* entered = state.authorities().find(registry::PartyId(authority_of(office)));
    if (entered == nullptr) return;
    for (const auto& held : entered->appointments) {
      if (held.appointment.office.text() == office) person = held.appointment.person;
    }
  });
  return person;
}

// The office's holder, or somebody else, gets a new key; the one before is kept as OFFICE.1,
// OFFICE.2, ... for who would sign with it all the same.
Handled appoint(Instance& instance, const KeyFolder& keys, const Json& step, base::Instant now) {
  const std::string office = text_of(step, "office");
  std::optional<registry::PersonId> person = holder_of(instance, office);
  if (!person) return refused(unknown_office(office));
  if (step.find("person") != nullptr) person = registry::PersonId(text_of(step, "person"));
  int number = 1;
  const auto former = [&] { return keys.file_of(fmt::format("{}.{}", office, number)); };
  while (fs::exists(former())) ++number;
  std::error_code failure;
  fs::rename(keys.file_of(office), former(), failure);
  if (failure) return error(CaseworkError::Unwritable, failure.message());
  BOOST_OUTCOME_TRY(const seal::PublicKey holder, keys.load_or_make(office));
  BOOST_OUTCOME_TRY(const seal::SigningKey root, keys.load(authority_of(office) + "/root"));
  return enter_appointment(instance, registry::OfficeId(office), *person, holder,
                           {now, base::kDistantFuture}, root);
}

Handled withdraw(Instance& instance, const seal::SigningKey& key, const KeyFolder& keys,
                 const Json& step) {
  const std::string office = text_of(step, "office");
  if (!fs::exists(keys.file_of(office))) return refused(unknown_office(office));
  BOOST_OUTCOME_TRY(const seal::SigningKey withdrawn, keys.load(office));
  kernel::KeyWithdrawalBody body;
  body.key = withdrawn.public_key();
  body.suspected_since = base::parse_instant(text_of(step, "suspected_since"));
  body.text = text_of(step, "reason");
  return withdraw_key(instance, {key, text_of(step, "by")}, body);
}

// The last statement of that kind in the case that the office signed and that is suspected.
Handled confirm_last(Instance& instance, const seal::SigningKey& key, const Json& step) {
  const std::string by = text_of(step, "by");
  std::optional<kernel::Position> last;
  instance.look([&](const kernel::State& state) {
    const kernel::Case* of = state.find(kernel::CaseId(text_of(step, "case")));
    if (of == nullptr) return;
    kernel::Case::each_ground(*of, [&](const registry::PartyId& authority, EntryKind kind,
                                       const kernel::Done& done) {
      const bool clerk = done.signer.kind == kernel::Signer::Kind::Clerk;
      const std::string office = clerk ? authority.text() + "/clerk" : done.signer.office.text();
      if (office != by || kernel::name_of(kind) != text_of(step, "statement")) return;
      if (done.suspected) last = done.position;
    });
  });
  if (!last) {
    return refused(
        {"not-suspected",
         fmt::format("no {} of {} in this case is suspected", text_of(step, "statement"), by),
         "statement"});
  }
  return confirm(instance, {key, by}, *last, text_of(step, "reason"));
}

}  // namespace

base::Json who_acts(const kernel::State& state, const kernel::Case& of) {
  Json acting = base::json_object({});
  for (const auto& [authority, lane] : of.lanes) {
    const kernel::Entered* entered = state.authorities().find(authority);
    if (entered == nullptr) continue;
    for (const registry::Office& office : entered->charter().charter.offices) {
      if (entered->absence_of(office.id, state.now()) == nullptr) continue;
      const auto turn = kernel::whose_turn(state.authorities(), of, authority, office.id,
                                           EntryKind::Decision, state.now());
      acting.members.push_back(
          {office.id.text(), {}, base::json_text(turn ? turn->text() : std::string())});
    }
  }
  return acting;
}

bool is_office_step(std::string_view verb) {
  return verb == "appoint" || verb == "withdraw_key" || verb == "confirm" || verb == "absence" ||
         verb == "return";
}

Handled carry_out_office_step(Instance& instance, const KeyFolder& keys, std::string_view verb,
                              const Json& step, base::Instant now) {
  if (verb == "appoint") return appoint(instance, keys, step, now);
  const std::string by = text_of(step, "by");
  const std::string named = text_of(step, "signed_by");
  const std::string holder = named.empty() ? by : named;
  if (!fs::exists(keys.file_of(holder))) return refused(unknown_office(holder));
  BOOST_OUTCOME_TRY(const seal::SigningKey key, keys.load(holder));
  const registry::OfficeId office(text_of(step, "office"));
  if (verb == "absence") {
    const base::Period period{base::parse_instant(text_of(step, "from")).value_or(now),
                              base::parse_instant(text_of(step, "until")).value_or(now)};
    return give_absence(instance, {key, by}, office, period, text_of(step, "reason"));
  }
  if (verb == "return") return give_return(instance, {key, by}, office, text_of(step, "reason"));
  if (verb == "withdraw_key") return withdraw(instance, key, keys, step);
  return confirm_last(instance, key, step);
}

}  // namespace countersign::casework
