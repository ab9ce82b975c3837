// SPDX-License-Identifier: Apache-2.0
#include "kernel/record_shelf.h"

#include <fmt/format.h>

#include "base/check.h"
#include "geo/layer.h"
#include "registry/appointment.h"
#include "registry/calendar.h"
#include "registry/charter.h"
#include "registry/claim.h"
#include "registry/directive.h"
#include "registry/ground_list.h"
#include "registry/holdings.h"
#include "registry/item.h"
#include "registry/item_list.h"
#include "registry/movements.h"
#include "registry/prices.h"
#include "registry/tie_rules.h"
#include "registry/vocabulary.h"

namespace countersign::kernel {
namespace {

using registry::RecordKind;

template <class T>
std::shared_ptr<const void> kept(T value) {
  return std::make_shared<const T>(std::move(value));
}

// Reads a document that is whole in itself; null after a mistake, which is in the report.
std::shared_ptr<const void> read(RecordKind kind, const base::Json& document,
                                 base::Report& report) {
  switch (kind) {
    case RecordKind::Charter:
      return kept(registry::Charter::read(document, report));
    case RecordKind::Appointment: {
      auto appointment = registry::Appointment::read(document, report);
      return appointment ? kept(*std::move(appointment)) : nullptr;
    }
    case RecordKind::Vocabulary:
      return kept(registry::Vocabulary::read(document, report));
    case RecordKind::Item:
      return kept(registry::ItemDescription::read(document, report));
    case RecordKind::Prices:
      return kept(registry::PriceList::read(document, report));
    case RecordKind::Claim:
      return kept(registry::Claim::read(document, report));
    case RecordKind::Ties:
      return kept(registry::TieRules::read(document, report));
    case RecordKind::Holdings:
      return kept(registry::Holdings::read(document, report));
    case RecordKind::Directive:
      return kept(registry::Directive::read(document, report));
    case RecordKind::Calendar:
      return kept(registry::Calendar::read(document, report));
    case RecordKind::Movements:
      return kept(registry::Movements::read(document, report));
    case RecordKind::Grounds:
      return kept(registry::GroundList::read(document, report));
    case RecordKind::Layer:
    case RecordKind::List:
      break;
  }
  CHECK(false);
}

// Of the other kinds an authority has one book, which bears the authority's id.
bool has_own_id(RecordKind kind) {
  return kind == RecordKind::Appointment || kind == RecordKind::Item || kind == RecordKind::Claim ||
         kind == RecordKind::Directive || kind == RecordKind::Movements || kind == RecordKind::List;
}

template <class T>
void append(std::vector<registry::Recorded<T>>& list, const registry::Record& record,
            const std::shared_ptr<const void>& value) {
  list.push_back({record, std::static_pointer_cast<const T>(value),
                  fmt::format("{} {}", registry::name_of(record.kind), record.id)});
}

void append(registry::AuthorityRegister& held, const registry::Record& record,
            const std::shared_ptr<const void>& value) {
  switch (record.kind) {
    case RecordKind::Charter:
      return append(held.charters, record, value);
    case RecordKind::Appointment:
      return append(held.appointments, record, value);
    case RecordKind::Vocabulary:
      return append(held.vocabularies, record, value);
    case RecordKind::Layer:
      return append(held.layers, record, value);
    case RecordKind::Item:
      return append(held.items, record, value);
    case RecordKind::Prices:
      return append(held.price_lists, record, value);
    case RecordKind::Claim:
      return append(held.claims, record, value);
    case RecordKind::Ties:
      return append(held.tie_rules, record, value);
    case RecordKind::Holdings:
      return append(held.holdings, record, value);
    case RecordKind::Directive:
      return append(held.directives, record, value);
    case RecordKind::Calendar:
      return append(held.calendars, record, value);
    case RecordKind::Movements:
      return append(held.movements, record, value);
    case RecordKind::Grounds:
      return append(held.grounds, record, value);
    case RecordKind::List:
      return append(held.lists, record, value);
  }
}

}  // namespace

base::Ruled<seal::Digest> RecordShelf::put(RecordKind kind, std::string_view name,
                                           const base::Json& document) {
  const seal::Digest digest = registry::digest_of(document);
  if (has(kind, digest)) return digest;
  std::shared_ptr<const void> value;
  if (kind == RecordKind::Layer) {
    if (!sources_.make_layer)
      return base::Refusal{"document", "no layer can be read here", std::string(name)};
    auto layer = sources_.make_layer(document);
    if (!layer) return base::Refusal{"document", base::to_text(layer.error()), std::string(name)};
    value = std::move(layer.value());
  } else {
    // The document has no text of its own here: issues carry the places it had in its statement.
    base::Report report({}, name);
    if (kind == RecordKind::List) {
      registry::ItemList list = registry::ItemList::read(document, report);
      give_rows(list, Absence::Proved);
      value = kept(std::move(list));
    } else {
      value = read(kind, document, report);
    }
    if (!report.clean())
      return base::Refusal{"document", base::to_text(report.take()), std::string(name)};
  }
  const base::Json* id = has_own_id(kind) ? document.find("id") : nullptr;
  kept_.emplace(digest, Kept{kind, id == nullptr ? std::string() : id->text, std::move(value)});
  return digest;
}

void RecordShelf::give_rows(registry::ItemList& list, Absence absence) const {
  list.source =
      proved_rows(list, sources_.find_rows ? sources_.find_rows(list, absence) : nullptr, absence);
}

bool RecordShelf::has(RecordKind kind, const seal::Digest& digest) const {
  const auto [first, last] = kept_.equal_range(digest);
  for (auto at = first; at != last; ++at) {
    if (at->second.kind == kind) return true;
  }
  return false;
}

bool RecordShelf::add_to(registry::AuthorityRegister& held,
                         const registry::ManifestEntry& entry) const {
  const auto [first, last] = kept_.equal_range(entry.digest);
  for (auto at = first; at != last; ++at) {
    const Kept& kept = at->second;
    if (kept.kind != entry.kind || (!kept.id.empty() && kept.id != entry.id)) continue;
    append(held, {entry.kind, entry.id, held.authority, entry.period, entry.digest}, kept.value);
    return true;
  }
  return false;
}

void RecordShelf::add_as_written(registry::AuthorityRegister& held,
                                 const seal::Digest& digest) const {
  const auto [first, last] = kept_.equal_range(digest);
  for (auto at = first; at != last; ++at) {
    const Kept& kept = at->second;
    registry::Record record{kept.kind, kept.id, held.authority, {}, digest};
    std::shared_ptr<const void> value = kept.value;
    if (kept.kind == RecordKind::Item) {
      record.period =
          std::static_pointer_cast<const registry::ItemDescription>(kept.value)->in_force;
    } else if (kept.kind == RecordKind::Claim) {
      record.period = std::static_pointer_cast<const registry::Claim>(kept.value)->in_force;
    } else if (kept.kind == RecordKind::Prices) {
      record.id = held.authority.text();
    } else if (kept.kind == RecordKind::List) {
      registry::ItemList list = *std::static_pointer_cast<const registry::ItemList>(kept.value);
      give_rows(list, Absence::Attested);
      record.period = list.in_force;
      value = std::make_shared<const registry::ItemList>(std::move(list));
    } else {
      continue;
    }
    append(held, record, value);
  }
}

}  // namespace countersign::kernel
