// SPDX-License-Identifier: Apache-2.0
#include "casework/bundle.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/bundle_rows.h"
#include "casework/layers.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

using base::Json;

constexpr std::string_view kFullForm = "countersign-bundle/full/v1";
constexpr std::string_view kLaneForm = "countersign-bundle/lane/v1";
constexpr std::string_view kHolderForm = "countersign-bundle/holder/v1";
constexpr std::string_view kFacts = "facts:";

std::string_view form_of(const kernel::Audience& audience) {
  switch (audience.kind) {
    case kernel::Audience::Kind::Overseer:
      return kFullForm;
    case kernel::Audience::Kind::Authority:
      return kLaneForm;
    case kernel::Audience::Kind::Holder:
      return kHolderForm;
  }
  return {};
}

// The entry with all that is known of it.
base::Ruled<kernel::LoggedEntry> opened(const kernel::EvidenceEntry& item) {
  const auto entry = ledger::Entry::parse(item.bytes, "entry");
  if (!entry) return base::Refusal{"entry-form", base::to_text(entry.error()), "entry"};
  std::optional<base::ByteView> envelope;
  if (item.envelope) envelope = *item.envelope;
  return kernel::open_entry(item.position, entry.value(), item.disclosures, envelope);
}

}  // namespace

Json write_entry(const kernel::EvidenceEntry& item, const kernel::Showing& shown) {
  std::vector<std::string> proof;
  for (const ledger::Hash& hash : item.proof) proof.push_back(base::to_base64(hash.view()));
  std::vector<std::string> disclosures;
  for (const ledger::Disclosure& each : item.disclosures) {
    const auto field = kernel::read_disclosure(each);
    if (field && shown.has(field.value().field.name)) disclosures.push_back(each.text);
  }
  std::vector<std::pair<std::string, Json>> members;
  members.emplace_back("position", base::json_integer(static_cast<std::int64_t>(item.position)));
  members.emplace_back("entry", base::json_text(base::to_base64(item.bytes)));
  members.emplace_back("proof", base::json_texts(proof));
  members.emplace_back("disclosures", base::json_texts(disclosures));
  if (item.envelope && shown.has("statement")) {
    members.emplace_back("statement", base::json_text(base::as_text(*item.envelope)));
  }
  return base::json_object(std::move(members));
}

namespace {

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

}  // namespace

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

namespace {

// What the grant's entry, the last of its kind, says of when, and of the facts.
void take_grant_entry(kernel::Evidence& evidence, base::Report& report) {
  for (auto at = evidence.entries.rbegin(); at != evidence.entries.rend(); ++at) {
    const kernel::EvidenceEntry& item = *at;
    const auto entry = ledger::Entry::parse(item.bytes, "entry");
    if (!entry || entry.value().kind() != kernel::name_of(kernel::EntryKind::Grant)) continue;
    for (const ledger::Disclosure& disclosure : item.disclosures) {
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
    return;
  }
}

ledger::Note note_in(base::Fields& fields, std::string_view name, std::string_view file) {
  auto note = ledger::read_note(fields.text(name), file);
  if (note) return std::move(note.value());
  fields.report(name, base::to_text(note.error()));
  return {};
}

kernel::Audience audience_in(base::Fields& fields) {
  switch (fields.word("bundle", {kFullForm, kLaneForm, kHolderForm})) {
    case 1:
      return kernel::Audience::of(registry::PartyId(fields.id("authority")));
    case 2:
      return kernel::Audience::holder();
    default:
      return kernel::Audience::overseer();
  }
}

}  // namespace

std::string_view name_of(kernel::Audience::Kind kind) {
  switch (kind) {
    case kernel::Audience::Kind::Overseer:
      return "full";
    case kernel::Audience::Kind::Authority:
      return "lane";
    case kernel::Audience::Kind::Holder:
      return "holder";
  }
  return {};
}

base::Ruled<base::Json> write_bundle(const kernel::Evidence& evidence,
                                     const kernel::Audience& audience) {
  CHECK(evidence.grant && evidence.since && !evidence.entries.empty());
  std::vector<kernel::LoggedEntry> known;
  for (const kernel::EvidenceEntry& item : evidence.entries) {
    BOOST_OUTCOME_TRY(kernel::LoggedEntry entry, opened(item));
    known.push_back(std::move(entry));
  }
  BOOST_OUTCOME_TRY(const kernel::Exposure exposure, kernel::Exposure::create(audience, known));
  std::vector<Json> entries;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (const auto shown = exposure.of(known[i])) {
      entries.push_back(write_entry(evidence.entries[i], *shown));
    }
  }
  std::vector<std::pair<std::string, Json>> members;
  const auto add = [&](std::string name, std::string_view text) {
    members.emplace_back(std::move(name), base::json_text(text));
  };
  add("bundle", form_of(audience));
  if (audience.kind == kernel::Audience::Kind::Authority) {
    add("authority", audience.authority.text());
  }
  add("instance", kernel::name_of(evidence.instance.kind));
  add("log", evidence.instance.origin);
  add("case", evidence.case_id.text());
  add("grant", evidence.grant->text());
  add("checkpoint", ledger::write_note(evidence.checkpoint));
  add("since", ledger::write_note(*evidence.since));
  if (audience.kind != kernel::Audience::Kind::Holder) {
    const auto lane = evidence.lane_rows.find(audience.authority);
    add_rows(members, lane == evidence.lane_rows.end() ? evidence.rows : lane->second);
  }
  members.emplace_back("entries", base::json_array(std::move(entries)));
  return base::json_object(std::move(members));
}

base::Parsed<Bundle> read_bundle(std::string_view source, std::string_view file) {
  base::JsonLimits limits;
  limits.bytes = 256U << 20;
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source, file, limits));
  return read_bundle(document, source, file);
}

base::Parsed<Bundle> read_bundle(const Json& document, std::string_view source,
                                 std::string_view file) {
  base::Report report(source, file);
  // Of another document every part would be wrong: that it is one is enough.
  if (document.kind == Json::Kind::Object && document.find("entries") == nullptr) {
    report.add({}, "is no bundle, allotment or count",
               "`countersign bundle`, `allot` and `count -o` write them");
    return report.take();
  }
  base::Fields fields(document, "a bundle", report);
  Bundle bundle;
  bundle.audience = audience_in(fields);
  kernel::Evidence& evidence = bundle.evidence;
  evidence.instance.kind =
      static_cast<kernel::InstanceKind>(fields.word("instance", {"live", "exercise"}));
  evidence.instance.origin = fields.text("log");
  evidence.case_id = kernel::CaseId(fields.id("case"));
  evidence.grant = registry::GrantId(fields.id("grant"));
  evidence.checkpoint = note_in(fields, "checkpoint", file);
  evidence.since = note_in(fields, "since", file);
  evidence.rows = read_rows(fields, report);
  for (const Json& item : fields.array("entries")) {
    evidence.entries.push_back(read_entry(item, report));
  }
  if (evidence.entries.empty()) fields.report("entries", "the bundle has no entries");
  fields.finish();
  if (!report.clean()) return report.take();
  take_grant_entry(evidence, report);
  if (!report.clean()) return report.take();
  return bundle;
}

base::Parsed<Trust> read_trust(std::string_view source, std::string_view file) {
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source, file));
  base::Report report(source, file);
  if (document.kind == Json::Kind::Object && document.find("policy") == nullptr &&
      document.find("authorities") == nullptr) {
    report.add({}, "is no trust file", "`countersign trust -o` writes one");
    return report.take();
  }
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
  if (!policy) {
    for (const base::Issue& issue : policy.error()) {
      fields.report("policy", issue.message, issue.remedy);
    }
  }
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
  const BundleRows shown(bundle.evidence.rows);
  const kernel::Sources make{[&](const base::Json& document) {
                               return make_layer(document, [&](const seal::Digest& digest) {
                                 return aids.find_base ? aids.find_base(digest) : nullptr;
                               });
                             },
                             shown.finder()};
  Verification verification;
  verification.audience = bundle.audience;
  verification.grant = *bundle.evidence.grant;
  verification.instance = bundle.evidence.instance;
  const bool exercise = practice == Practice::Accept &&
                        bundle.evidence.instance.kind == kernel::InstanceKind::Exercise;
  const kernel::Anchors anchors{
      exercise ? kernel::InstanceKind::Exercise : kernel::InstanceKind::Live, trust.roots,
      trust.log};
  const auto take = [&](const kernel::HolderView& view) {
    verification.issued = view.scope;
    verification.consents = view.consents;
    verification.granted_at = view.at;
  };
  kernel::Examination& examination = verification.examination;
  switch (bundle.audience.kind) {
    case kernel::Audience::Kind::Overseer: {
      BOOST_OUTCOME_TRY(const auto grant,
                        kernel::prove_grant(bundle.evidence, anchors, make, &examination));
      take(
          {*bundle.evidence.grant, grant->terms().scope, grant->terms().consents, grant->at(), {}});
      break;
    }
    case kernel::Audience::Kind::Authority: {
      BOOST_OUTCOME_TRY(const kernel::LaneView view,
                        kernel::check_lane_bundle(bundle.evidence, bundle.audience.authority,
                                                  anchors, make, &examination));
      take(view.grant);
      break;
    }
    case kernel::Audience::Kind::Holder: {
      BOOST_OUTCOME_TRY(const kernel::HolderView view,
                        kernel::check_holder_bundle(bundle.evidence, anchors, &examination));
      take(view);
      break;
    }
  }
  if (!shown.all_used()) {
    return base::Refusal{"rows-added", "the bundle has rows of lists that nothing here rests on",
                         "rows"};
  }
  if (!bundle.evidence.rows.rows.empty()) {
    examination.reevaluated.push_back(
        fmt::format("{} rows of lists, each against the root that was signed",
                    bundle.evidence.rows.rows.size()));
    examination.attested.emplace_back(
        "that the rows of a list are sorted, by who signed it: an item between two neighbours is "
        "taken not to be listed");
  }
  CHECK(examination.since.has_value());
  verification.scope = examination.since->scope;
  if (!aids.status) {
    examination.unchecked.push_back(
        "whether the grant was used, or a change of rules suspended it, and everything after the "
        "checkpoint: ask for a status (--fresh)");
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

std::string_view words_of(kernel::EntryKind act) {
  if (act == kernel::EntryKind::Suspend || act == kernel::EntryKind::KeyWithdrawal) {
    return "suspended";
  }
  if (act == kernel::EntryKind::Surrender) return "surrendered";
  return act == kernel::EntryKind::Revoke ? "revoked" : "resumed";
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
