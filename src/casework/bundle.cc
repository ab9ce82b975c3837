// SPDX-License-Identifier: Apache-2.0
#include "casework/bundle.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/layers.h"
#include "ledger/checkpoint.h"
#include "registry/appointment.h"

namespace countersign::casework {
namespace {

using base::Json;

constexpr std::string_view kFullForm = "countersign-bundle/full/v1";
constexpr std::string_view kHolderForm = "countersign-bundle/holder/v1";
constexpr std::string_view kFacts = "facts:";

kernel::EntryKind kind_of(const kernel::EvidenceEntry& item) {
  const auto entry = ledger::Entry::parse(item.bytes, "entry");
  CHECK(entry.has_value());
  const auto found = kernel::find_entry_kind(entry.value().kind());
  CHECK(found.has_value());
  return *found;
}

// The entry's disclosures that this kind of bundle shows.
std::vector<ledger::Disclosure> shown(const kernel::EvidenceEntry& item, BundleKind kind) {
  if (kind == BundleKind::Full) return item.disclosures;
  const auto names = kernel::fields_for_holder(kind_of(item));
  std::vector<ledger::Disclosure> disclosures;
  for (const ledger::Disclosure& disclosure : item.disclosures) {
    const auto field = kernel::read_disclosure(disclosure);
    if (!field) continue;
    const std::string& name = field.value().field.name;
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      disclosures.push_back(disclosure);
    }
  }
  return disclosures;
}

Json json_of(const kernel::EvidenceEntry& item, const std::vector<ledger::Disclosure>& shown) {
  std::vector<std::string> proof;
  for (const ledger::Hash& hash : item.proof) proof.push_back(base::to_base64(hash.view()));
  std::vector<std::string> disclosures;
  for (const ledger::Disclosure& each : shown) disclosures.push_back(each.text);
  std::vector<std::pair<std::string, Json>> members;
  members.emplace_back("position", base::json_integer(static_cast<std::int64_t>(item.position)));
  members.emplace_back("entry", base::json_text(base::to_base64(item.bytes)));
  members.emplace_back("proof", base::json_texts(proof));
  members.emplace_back("disclosures", base::json_texts(disclosures));
  if (item.envelope) {
    members.emplace_back("statement", base::json_text(base::as_text(*item.envelope)));
  }
  return base::json_object(std::move(members));
}

// Whether a holder's bundle has the entry, appointments apart.
bool belongs(const kernel::EvidenceEntry& item, kernel::EntryKind kind,
             const std::vector<kernel::Position>& consents) {
  if (kind == kernel::EntryKind::Decision || kind == kernel::EntryKind::Consent) {
    return std::find(consents.begin(), consents.end(), item.position) != consents.end();
  }
  return kernel::is_in_holder_bundle(kind) && kind != kernel::EntryKind::Appointment;
}

kernel::SignedStatement statement_of(const kernel::EvidenceEntry& item) {
  auto read = kernel::read_signed(*item.envelope, "statement");
  CHECK(read.has_value());
  return std::move(read.value());
}

// The office and key by which a statement was signed.
using Hand = std::pair<std::string, std::string>;

// The office and key that an appointment binds.
Hand bound_by(const kernel::EvidenceEntry& appointment) {
  const kernel::SignedStatement statement = statement_of(appointment);
  base::Report report(statement.payload_text, "appointment");
  const auto read = registry::Appointment::read(statement.body, report);
  CHECK(read.has_value());
  return {read->office.text(), read->key.key().id().text()};
}

// The positions of the consents that the grant's entry names.
std::vector<kernel::Position> consents_of(const kernel::Evidence& evidence) {
  std::vector<kernel::Position> positions;
  for (const ledger::Disclosure& disclosure : evidence.entries.back().disclosures) {
    const auto field = kernel::read_disclosure(disclosure);
    if (!field || field.value().field.name != "grant") continue;
    const Json* consents = field.value().field.value.find("consents");
    CHECK(consents != nullptr);
    for (const Json& consent : consents->items) {
      for (const Json& position : consent.find("positions")->items) {
        positions.push_back(static_cast<kernel::Position>(position.integer));
      }
    }
  }
  return positions;
}

// What a bundle of that kind has. In a holder's only those who signed what is in it are named.
std::vector<const kernel::EvidenceEntry*> choose(const kernel::Evidence& evidence,
                                                 BundleKind kind) {
  std::vector<const kernel::EvidenceEntry*> chosen;
  if (kind == BundleKind::Full) {
    for (const kernel::EvidenceEntry& item : evidence.entries) chosen.push_back(&item);
    return chosen;
  }
  const std::vector<kernel::Position> consents = consents_of(evidence);
  std::set<Hand> hands;
  for (const kernel::EvidenceEntry& item : evidence.entries) {
    if (!item.envelope || !belongs(item, kind_of(item), consents)) continue;
    const kernel::SignedStatement statement = statement_of(item);
    hands.emplace(statement.head.by, statement.envelope.signatures.front().key_id.text());
  }
  for (const kernel::EvidenceEntry& item : evidence.entries) {
    const kernel::EntryKind of = kind_of(item);
    const bool signer = of == kernel::EntryKind::Appointment && hands.contains(bound_by(item));
    if (signer || belongs(item, of, consents)) chosen.push_back(&item);
  }
  return chosen;
}

base::Bytes bytes_in(base::Fields& fields, std::string_view name) {
  const std::string text = fields.text(name);
  auto bytes = base::from_base64(text);
  if (!bytes) fields.report(name, fmt::format("`{}` is not base64", name));
  return bytes.value_or(base::Bytes{});
}

std::vector<std::string> texts_in(base::Fields& fields, std::string_view name,
                                  base::Report& report) {
  std::vector<std::string> texts;
  for (const Json& item : fields.array(name)) {
    if (item.kind != Json::Kind::Text) {
      report.add(item.at, fmt::format("`{}` holds texts only", name));
      continue;
    }
    texts.push_back(item.text);
  }
  return texts;
}

kernel::EvidenceEntry read_entry(const Json& document, base::Report& report) {
  base::Fields fields(document, "an entry", report);
  kernel::EvidenceEntry item;
  item.position = static_cast<kernel::Position>(fields.integer("position", 0));
  item.bytes = bytes_in(fields, "entry");
  for (const std::string& text : texts_in(fields, "proof", report)) {
    const auto bytes = base::from_base64(text);
    const auto hash = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
    if (!hash) fields.report("proof", fmt::format("`{}` is no hash", text));
    item.proof.push_back(hash.value_or(ledger::Hash{}));
  }
  for (std::string& text : texts_in(fields, "disclosures", report)) {
    item.disclosures.push_back({std::move(text)});
  }
  if (const auto statement = fields.maybe_text("statement")) {
    const base::ByteView bytes = base::as_bytes(*statement);
    item.envelope = base::Bytes(bytes.begin(), bytes.end());
  }
  fields.finish();
  return item;
}

// What the grant's own entry says of when, and of the facts.
void take_grant_entry(kernel::Evidence& evidence, base::Report& report) {
  for (const ledger::Disclosure& disclosure : evidence.entries.back().disclosures) {
    const auto field = kernel::read_disclosure(disclosure);
    if (!field) continue;
    const auto& [name, value] = field.value().field;
    if (name == "received_at") {
      evidence.at = base::parse_instant(value.text).value_or(base::Instant{});
      evidence.from = evidence.at;
    }
    if (!name.starts_with(kFacts)) continue;
    evidence.facts[registry::PartyId(name.substr(kFacts.size()))] =
        kernel::read_facts(value, report);
  }
}

}  // namespace

std::string_view name_of(BundleKind kind) { return kind == BundleKind::Full ? "full" : "holder"; }

base::Json write_bundle(const kernel::Evidence& evidence, BundleKind kind) {
  CHECK(evidence.grant.has_value() && !evidence.entries.empty());
  const std::vector<const kernel::EvidenceEntry*> chosen = choose(evidence, kind);
  std::vector<Json> entries;
  for (const kernel::EvidenceEntry* item : chosen) {
    entries.push_back(json_of(*item, shown(*item, kind)));
  }
  return base::json_object(
      {{"bundle", base::json_text(kind == BundleKind::Full ? kFullForm : kHolderForm)},
       {"instance", base::json_text(kernel::name_of(evidence.instance.kind))},
       {"log", base::json_text(evidence.instance.origin)},
       {"case", base::json_text(evidence.case_id.text())},
       {"grant", base::json_text(evidence.grant->text())},
       {"checkpoint", base::json_text(ledger::write_note(evidence.checkpoint))},
       {"entries", base::json_array(std::move(entries))}});
}

base::Parsed<Bundle> read_bundle(std::string_view source, std::string_view file) {
  base::JsonLimits limits;
  limits.bytes = 256U << 20;
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source, file, limits));
  base::Report report(source, file);
  base::Fields fields(document, "a bundle", report);
  Bundle bundle;
  bundle.kind = static_cast<BundleKind>(fields.word("bundle", {kFullForm, kHolderForm}));
  kernel::Evidence& evidence = bundle.evidence;
  evidence.instance.kind =
      static_cast<kernel::InstanceKind>(fields.word("instance", {"live", "exercise"}));
  evidence.instance.origin = fields.text("log");
  evidence.case_id = kernel::CaseId(fields.id("case"));
  evidence.grant = registry::GrantId(fields.id("grant"));
  auto note = ledger::read_note(fields.text("checkpoint"), file);
  if (note) {
    evidence.checkpoint = std::move(note.value());
  } else {
    fields.report("checkpoint", base::to_text(note.error()));
  }
  for (const Json& item : fields.array("entries")) {
    evidence.entries.push_back(read_entry(item, report));
  }
  if (evidence.entries.empty()) fields.report("entries", "the bundle has no entries");
  fields.finish();
  if (!report.clean()) return report.take();
  if (bundle.kind == BundleKind::Full) take_grant_entry(evidence, report);
  if (!report.clean()) return report.take();
  return bundle;
}

base::Parsed<Trust> read_trust(std::string_view source, std::string_view file) {
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source, file));
  base::Report report(source, file);
  base::Fields fields(document, "a trust file", report);
  std::map<registry::PartyId, seal::PublicKey> roots;
  if (const Json* authorities = fields.need("authorities")) {
    for (const Json::Member& member : authorities->members) {
      auto key = seal::PublicKey::parse(member.value.text);
      if (!key) {
        report.add(member.value.at, fmt::format("`{}` is no root key", member.value.text),
                   "write ed25519:… as `countersign charter` printed it");
        continue;
      }
      roots.emplace(registry::PartyId(member.name), std::move(key.value()));
    }
    if (authorities->members.empty()) {
      report.add(authorities->at, "no authority is trusted", "pin at least one root key");
    }
  }
  std::string lines;
  for (const std::string& line : texts_in(fields, "policy", report)) lines += line + "\n";
  auto policy = ledger::Policy::parse(lines, file);
  if (!policy) fields.report("policy", base::to_text(policy.error()));
  fields.finish();
  if (!report.clean()) return report.take();
  return Trust{std::move(roots), std::move(policy.value())};
}

base::Json write_trust(const std::map<registry::PartyId, seal::PublicKey>& roots,
                       const ledger::VerifierKey& log) {
  std::vector<std::pair<std::string, Json>> authorities;
  for (const auto& [authority, root] : roots) {
    authorities.emplace_back(authority.text(), base::json_text(root.text()));
  }
  return base::json_object(
      {{"authorities", base::json_object(std::move(authorities))},
       {"policy", base::json_texts({fmt::format("log {}", log.text()), "quorum none"})}});
}

base::Ruled<Verification> verify(const Bundle& bundle, const Trust& trust, Practice practice,
                                 const Aids& aids) {
  // A bundle holds no base: without the verifier's own, what a layer says of a place is attested.
  const kernel::LayerMaker make = [&](const base::Json& document) {
    return make_layer(document, [&](const seal::Digest& digest) {
      return aids.find_base ? aids.find_base(digest) : nullptr;
    });
  };
  Verification verification;
  verification.kind = bundle.kind;
  verification.grant = *bundle.evidence.grant;
  verification.instance = bundle.evidence.instance;
  const bool exercise = practice == Practice::Accept &&
                        bundle.evidence.instance.kind == kernel::InstanceKind::Exercise;
  const kernel::Anchors anchors{
      exercise ? kernel::InstanceKind::Exercise : kernel::InstanceKind::Live, trust.roots,
      trust.log};
  if (bundle.kind == BundleKind::Full) {
    BOOST_OUTCOME_TRY(const auto grant, kernel::prove_grant(bundle.evidence, anchors, make,
                                                            &verification.examination));
    verification.scope = grant->terms().scope;
    verification.consents = grant->terms().consents;
    verification.granted_at = grant->at();
  } else {
    BOOST_OUTCOME_TRY(
        kernel::HolderView view,
        kernel::check_holder_bundle(bundle.evidence, anchors, &verification.examination));
    verification.scope = std::move(view.scope);
    verification.consents = std::move(view.consents);
    verification.granted_at = view.at;
  }
  if (!aids.status) {
    verification.examination.unchecked.push_back(
        "whether the grant was revoked, suspended, narrowed or used since: ask for a status "
        "(--fresh)");
    return verification;
  }
  BOOST_OUTCOME_TRY(verification.standing, check_standing(*aids.status, verification.grant,
                                                          verification.instance, trust.log));
  if (verification.standing->status != kernel::GrantStatus::Active) {
    const std::string word(kernel::name_of(verification.standing->status));
    return base::Refusal{word,
                         fmt::format("the grant is {} as of {}, by the log's signed status", word,
                                     base::to_text(verification.standing->at)),
                         verification.grant.text()};
  }
  return verification;
}

std::string words_of(const ledger::Endorsement& endorsement) {
  const auto latest = endorsement.latest();
  return fmt::format(
      "valid as of position {}, cosigned by {} witnesses{}",
      endorsement.checkpoint.head.size == 0 ? 0 : endorsement.checkpoint.head.size - 1,
      endorsement.cosigned.size(),
      latest ? " at " + base::to_text(*latest)
             : ": without witnesses a stolen log key can rewrite history");
}

}  // namespace countersign::casework
