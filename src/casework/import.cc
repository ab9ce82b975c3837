// SPDX-License-Identifier: Apache-2.0
#include "casework/import.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/files.h"
#include "casework/internal/acting.h"
#include "kernel/statement_body.h"
#include "registry/document.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using registry::Power;
using registry::RecordKind;

constexpr std::string_view kImportedAlready = "imported-already";

// The office that signs an authority's registers and manifests.
const registry::Office* voucher_of(const registry::Charter& charter) {
  for (const Power power : {Power::Vouch, Power::Issue}) {
    for (const registry::Office& office : charter.offices) {
      if (office.may(power)) return &office;
    }
  }
  return nullptr;
}

base::Refusal no_voucher(const registry::PartyId& authority) {
  return {"no-power",
          fmt::format("the charter of {} lets no office vouch for registers; let one `vouch`",
                      authority.text()),
          authority.text()};
}

base::Result<void> have_key(const KeyFolder& keys, std::string_view holder, MissingKeys missing) {
  if (missing == MissingKeys::Make) {
    BOOST_OUTCOME_TRY(keys.load_or_make(holder));
  }
  return base::outcome::success();
}

// What the ledger says of an authority now.
std::optional<kernel::Entered> entered_by(Instance& instance, const registry::PartyId& authority) {
  std::optional<kernel::Entered> entered;
  instance.look([&](const kernel::State& state) {
    if (const kernel::Entered* found = state.authorities().find(authority)) entered = *found;
  });
  return entered;
}

// The machine signs standing consents with the clerk's key: it is kept in the instance.
base::Result<void> keep_clerk(const Instance& instance, const registry::PartyId& authority,
                              const seal::SigningKey& clerk) {
  const fs::path kept = fs::path(instance.path()) / "clerks" / (authority.text() + ".key");
  std::error_code none;
  fs::remove(kept, none);
  std::string secret = clerk.secret_text();
  auto written = write_file(kept, secret, Secrecy::Private);
  seal::wipe(secret);
  return written;
}

// An import that was interrupted right after the charter has not kept the clerk's key yet.
base::Result<void> keep_clerk_of(const Instance& instance, const registry::PartyId& authority,
                                 const kernel::Entered& entered, const KeyFolder& keys) {
  const auto clerk = keys.load(authority.text() + "/clerk");
  if (!clerk || clerk.value().public_key() != entered.charter().clerk) {
    return base::outcome::success();
  }
  return keep_clerk(instance, authority, clerk.value());
}

Handled enter_charter_by(Instance& instance, const registry::PartyId& authority,
                         const base::Json& charter, const KeyFolder& keys, MissingKeys missing) {
  const std::string root_name = authority.text() + "/root";
  const std::string clerk_name = authority.text() + "/clerk";
  BOOST_OUTCOME_TRY(have_key(keys, root_name, missing));
  BOOST_OUTCOME_TRY(have_key(keys, clerk_name, missing));
  BOOST_OUTCOME_TRY(const seal::SigningKey root, keys.load(root_name));
  BOOST_OUTCOME_TRY(const seal::SigningKey clerk, keys.load(clerk_name));
  return enter_charter(instance, authority, charter, root, clerk);
}

// The person is named after the key: a directory names offices, never people.
Handled appoint_by(Instance& instance, const registry::PartyId& authority,
                   const registry::Office& office, const KeyFolder& keys, MissingKeys missing,
                   base::Instant from) {
  BOOST_OUTCOME_TRY(have_key(keys, office.id.text(), missing));
  BOOST_OUTCOME_TRY(const seal::SigningKey root, keys.load(authority.text() + "/root"));
  BOOST_OUTCOME_TRY(const seal::SigningKey holder, keys.load(office.id.text()));
  const registry::PersonId person("p-" + holder.public_key().id().text().substr(0, 12));
  return enter_appointment(instance, office.id, person, holder.public_key(),
                           {from, base::kDistantFuture}, root);
}

bool is_appointed(const kernel::Entered& entered, const registry::OfficeId& office) {
  return std::any_of(entered.appointments.begin(), entered.appointments.end(),
                     [&](const auto& held) { return held.appointment.office == office; });
}

IssuePlan plan_for(const Directory& directory, const registry::PartyId& authority) {
  IssuePlan plan;
  for (const DirectoryDocument& held : directory.documents) {
    const registry::Record& record = held.record;
    if (record.authority != authority || record.kind == RecordKind::Charter ||
        record.kind == RecordKind::Appointment) {
      continue;
    }
    plan.documents.push_back({record.kind, record.id, base::write_json(*held.document),
                              record.period, held.beside, held.rows});
  }
  return plan;
}

base::Result<base::Ruled<Imported>> import_authority(Instance& instance, const Directory& directory,
                                                     const registry::AuthorityRegister& held,
                                                     const KeyFolder& keys, MissingKeys missing,
                                                     base::Instant at) {
  Imported imported{held.authority, 0, 0};
  const auto& charter = held.charters.front();
  std::optional<kernel::Entered> entered = entered_by(instance, held.authority);
  if (!entered) {
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt,
                      enter_charter_by(instance, held.authority, registry::Charter::write(*charter),
                                       keys, missing));
    if (!receipt) return base::Ruled<Imported>(receipt.error());
    entered = entered_by(instance, held.authority);
  } else {
    BOOST_OUTCOME_TRY(keep_clerk_of(instance, held.authority, *entered, keys));
  }
  IssuePlan plan = plan_for(directory, held.authority);
  if (entered->manifest() != nullptr) {
    return base::Ruled<Imported>(base::Refusal{
        std::string(kImportedAlready),
        fmt::format("{} has issued a manifest here already; change it with `countersign issue`",
                    held.authority.text()),
        held.authority.text()});
  }
  for (const registry::Office& office : charter->offices) {
    if (is_appointed(*entered, office.id)) continue;
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt,
                      appoint_by(instance, held.authority, office, keys, missing, at));
    if (!receipt) return base::Ruled<Imported>(receipt.error());
    ++imported.offices;
  }
  imported.records = plan.documents.size();
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt,
                    issue(instance, held.authority, std::move(plan), keys, at));
  if (!receipt) return base::Ruled<Imported>(receipt.error());
  return base::Ruled<Imported>(imported);
}

// The office that signs a new document.
base::Ruled<std::string> signer_of(const IssuePlan::NewDocument& document,
                                   const registry::Office& voucher) {
  if (document.kind != RecordKind::Directive) return voucher.id.text();
  const auto read = base::read_json(document.document, document.id);
  const base::Json* issuer = read ? read.value().find("issued_by") : nullptr;
  if (issuer == nullptr || issuer->text.empty()) {
    return base::Refusal{
        "issuer", fmt::format("directive `{}` names no issuing office", document.id), "issued_by"};
  }
  return issuer->text;
}

}  // namespace

base::Parsed<base::Json> read_charter(std::string_view text, std::string_view file) {
  BOOST_OUTCOME_TRY(base::Json document, base::read_json(text, file));
  base::Report report(text, file);
  registry::Charter::read(document, report);
  if (!report.clean()) return report.take();
  return document;
}

Handled enter_charter(Instance& instance, const registry::PartyId& authority,
                      const base::Json& charter, const seal::SigningKey& root,
                      const seal::SigningKey& clerk) {
  base::Report report({}, "charter");
  const registry::Charter read = registry::Charter::read(charter, report);
  if (!report.clean()) {
    return base::Ruled<Receipt>(base::Refusal{"document", base::to_text(report.take()), "charter"});
  }
  const Pen pen{root, instance.name(), authority, "root"};
  // In its one spelling, so that manifests list what was entered.
  const base::Json body = kernel::CharterBody::write(
      {registry::Charter::write(read), root.public_key(), clerk.public_key()});
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_statement(pen, kernel::EntryKind::Charter, nullptr, body));
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt, instance.charter(std::move(statement)));
  if (!receipt) return receipt;
  BOOST_OUTCOME_TRY(keep_clerk(instance, authority, clerk));
  return receipt;
}

namespace {

// A person may hold an office again, or with another key: an id is used once, for good.
registry::AppointmentId free_appointment_id(Instance& instance, const registry::PartyId& authority,
                                            const registry::OfficeId& office,
                                            const registry::PersonId& person) {
  const std::string first = fmt::format("{}:{}", office.text(), person.text());
  std::size_t before = 0;
  instance.look([&](const kernel::State& state) {
    for (const auto& held : state.authorities().find(authority)->appointments) {
      const std::string& id = held.appointment.id.text();
      if (id == first || id.starts_with(first + ":")) ++before;
    }
  });
  return registry::AppointmentId(before == 0 ? first : fmt::format("{}:{}", first, before + 1));
}

}  // namespace

Handled enter_appointment(Instance& instance, const registry::OfficeId& office,
                          const registry::PersonId& person, const seal::PublicKey& holder,
                          const base::Period& period, const seal::SigningKey& root) {
  auto verifier = seal::Verifier::create(holder, std::nullopt);
  if (!verifier) return error(CaseworkError::Unreadable, base::to_text(verifier.error()));
  const auto authority = authority_of(instance, office, "office");
  if (!authority) return refused(authority.error());
  const registry::Appointment appointment{
      free_appointment_id(instance, authority.value(), office, person),
      office,
      person,
      std::move(verifier.value()),
      period,
      {}};
  const Pen pen{root, instance.name(), authority.value(), "root"};
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_statement(pen, kernel::EntryKind::Appointment, nullptr,
                                    registry::Appointment::write(appointment)));
  return instance.appoint(std::move(statement));
}

base::Result<base::Ruled<Receipt>> issue(Instance& instance, const registry::PartyId& authority,
                                         IssuePlan plan, const KeyFolder& keys, base::Instant at) {
  const std::optional<kernel::Entered> entered = entered_by(instance, authority);
  if (!entered) {
    return base::Ruled<Receipt>(base::Refusal{
        "unknown-authority", fmt::format("`{}` has no charter in this instance", authority.text()),
        "authority"});
  }
  const registry::Office* voucher = voucher_of(entered->charter().charter);
  if (voucher == nullptr) {
    return base::Ruled<Receipt>(no_voucher(authority));
  }
  auto manifest = next_manifest(*entered, authority, plan, at);
  if (!manifest) return base::Ruled<Receipt>(manifest.error());
  std::vector<kernel::Submission> records;
  for (IssuePlan::NewDocument& document : plan.documents) {
    const auto signer = signer_of(document, *voucher);
    if (!signer) return base::Ruled<Receipt>(signer.error());
    BOOST_OUTCOME_TRY(const seal::SigningKey key, keys.load(signer.value()));
    BOOST_OUTCOME_TRY(kernel::Submission record,
                      write_record({key, instance.name(), authority, signer.value()}, document));
    if (document.kind == RecordKind::List) {
      const auto list = registry::read_document<registry::ItemList>(document.document, document.id);
      if (!list) {
        return base::Ruled<Receipt>(
            base::Refusal{"document", base::to_text(list.error()), document.id});
      }
      BOOST_OUTCOME_TRY(const base::Ruled<void> kept,
                        instance.keep_rows(list.value(), document.rows));
      if (!kept) return base::Ruled<Receipt>(kept.error());
    }
    // What is signed is held once: many documents come together, and large ones.
    document.document = {};
    kernel::let_body_go(record.statement);
    records.push_back(std::move(record));
  }
  BOOST_OUTCOME_TRY(const seal::SigningKey key, keys.load(voucher->id.text()));
  BOOST_OUTCOME_TRY(
      kernel::Submission statement,
      write_manifest({key, instance.name(), authority, voucher->id.text()}, manifest.value()));
  return instance.issue(std::move(records), std::move(statement));
}

base::Result<base::Ruled<std::vector<Imported>>> import_directory(Instance& instance,
                                                                  const Directory& directory,
                                                                  const KeyFolder& keys,
                                                                  MissingKeys missing,
                                                                  base::Instant at) {
  // What would be refused halfway is refused before anything is entered.
  for (const registry::AuthorityRegister& held : directory.registers.authorities()) {
    if (voucher_of(*held.charters.front()) == nullptr) {
      return base::Ruled<std::vector<Imported>>(no_voucher(held.authority));
    }
    if (auto sound = kernel::check_directives(directory.registers, held.authority, at); !sound) {
      return base::Ruled<std::vector<Imported>>(sound.error());
    }
  }
  std::vector<Imported> all;
  std::optional<base::Refusal> already;
  for (const registry::AuthorityRegister& held : directory.registers.authorities()) {
    BOOST_OUTCOME_TRY(base::Ruled<Imported> imported,
                      import_authority(instance, directory, held, keys, missing, at));
    if (imported) {
      all.push_back(imported.value());
    } else if (imported.error().rule == kImportedAlready) {
      already = imported.error();
    } else {
      return base::Ruled<std::vector<Imported>>(imported.error());
    }
  }
  if (all.empty() && already) return base::Ruled<std::vector<Imported>>(*already);
  return base::Ruled<std::vector<Imported>>(std::move(all));
}

}  // namespace countersign::casework
