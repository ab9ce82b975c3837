// SPDX-License-Identifier: Apache-2.0
// The ledger of a drill as a log that lies would show it: entries changed at will,
// every hash, chain link, proof and checkpoint made anew and signed by the log's own key. What a
// verifier still refuses it refuses for the signatures of offices and roots alone.
#ifndef COUNTERSIGN_CASEWORK_TESTING_FORGERY_H_
#define COUNTERSIGN_CASEWORK_TESTING_FORGERY_H_

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "casework/keys.h"
#include "casework/testing/drill.h"
#include "kernel/grant.h"
#include "kernel/logged.h"
#include "kernel/since.h"
#include "kernel/state.h"
#include "kernel/statement.h"
#include "ledger/checkpoint.h"
#include "ledger/tiles.h"

namespace countersign::casework::testing {

struct ForgedEntry {
  std::string kind;
  std::vector<kernel::SaltedField> fields;
  std::optional<base::Bytes> envelope;

  base::Json* find(std::string_view name) {
    for (kernel::SaltedField& salted : fields) {
      if (salted.field.name == name) return &salted.field.value;
    }
    return nullptr;
  }
  base::Json& field(std::string_view name) {
    base::Json* value = find(name);
    CHECK(value != nullptr);
    return *value;
  }
  kernel::SignedStatement statement() const {
    CHECK(envelope.has_value());
    auto read = kernel::read_signed(*envelope, "forged");
    CHECK(read.has_value());
    return std::move(read.value());
  }
};

// The member of an object, to be changed.
inline base::Json& member(base::Json& object, std::string_view name) {
  for (base::Json::Member& each : object.members) {
    if (each.name == name) return each.value;
  }
  CHECK(false);
  return object;
}

class Forgery {
 public:
  // Everything `drill` has in its ledger, and the selection that proves `grant`.
  Forgery(Drill& drill, const registry::GrantId& grant) {
    auto evidence = drill.instance().evidence_of(grant);
    CHECK(evidence.has_value());
    like_ = std::move(evidence.value());
    for (const auto& entry : like_.entries) shown_.push_back(entry.position);
    auto key = load_key(std::filesystem::path(drill.path()) / "log.key");
    CHECK(key.has_value());
    log_key_.emplace(std::move(key.value()));
    auto stored = drill.instance().entries(0, 1'000'000);
    CHECK(stored.has_value());
    for (const store::StoredEntry& each : stored.value()) {
      ForgedEntry entry;
      const auto read = ledger::Entry::parse(each.bytes, "entry");
      CHECK(read.has_value());
      entry.kind = read.value().kind();
      for (const store::Disclosure& disclosure : each.disclosures) {
        auto field = kernel::read_disclosure({disclosure.text});
        CHECK(field.has_value());
        entry.fields.push_back(std::move(field.value()));
      }
      if (!each.blobs.empty()) entry.envelope = each.blobs.front().bytes;
      entries_.push_back(std::move(entry));
    }
    // The last: earlier ones of the case led to it.
    for (const kernel::Position position : shown_) {
      if (at(position).kind == "grant") grant_ = position;
    }
    CHECK(at(grant_).kind == "grant");
  }

  ForgedEntry& at(kernel::Position position) { return entries_.at(position); }
  std::vector<kernel::Position>& shown() { return shown_; }
  kernel::Evidence& like() { return like_; }
  kernel::Position size() const { return entries_.size(); }

  // The only shown entry of that kind, or the only one of that authority or record.
  kernel::Position find(std::string_view kind, std::string_view mark = {}) {
    std::vector<kernel::Position> found;
    for (const kernel::Position position : shown_) {
      ForgedEntry& entry = at(position);
      if (entry.kind != kind) continue;
      const std::string payload = entry.envelope ? entry.statement().payload_text : std::string();
      if (payload.find(mark) != std::string::npos) found.push_back(position);
    }
    CHECK(found.size() == 1);
    return found.front();
  }
  void hide(kernel::Position position) { std::erase(shown_, position); }
  void show(kernel::Position position) {
    shown_.push_back(position);
    std::sort(shown_.begin(), shown_.end());
  }

  // Puts a statement with this head and body, signed by `key`, in the place of the entry's.
  void restate(kernel::Position position, const seal::SigningKey& key,
               const kernel::StatementHead& head, const base::Json& body) {
    const std::string payload = kernel::write_payload(head, body);
    const std::string text = seal::write_envelope(
        seal::sign_envelope(seal::kInTotoPayloadType, base::as_bytes(payload), key));
    const base::ByteView bytes = base::as_bytes(text);
    ForgedEntry& entry = at(position);
    entry.kind = kernel::name_of(head.kind);
    entry.envelope = base::Bytes(bytes.begin(), bytes.end());
    put(entry, "statement", base::json_text(to_text(seal::sha256(bytes))));
    put(entry, "authority", base::json_text(head.authority.text()));
    put(entry, "command", base::json_text(head.command.text()));
    put(entry, "instance", base::json_text(kernel::name_of(head.instance.kind)));
    drop(entry, "case");
    drop(entry, "chain");
    if (!head.case_id) return;
    put(entry, "case", base::json_text(head.case_id->text()));
    put(entry, "chain", base::json_object({}));
  }
  // The entry's own statement, changed and signed by `key`.
  void restate(kernel::Position position, const seal::SigningKey& key,
               const std::function<void(kernel::StatementHead& head, base::Json& body)>& change) {
    kernel::SignedStatement statement = at(position).statement();
    change(statement.head, statement.body);
    restate(position, key, statement.head, statement.body);
  }

  static void put(ForgedEntry& entry, const std::string& name, base::Json value) {
    if (base::Json* there = entry.find(name)) {
      *there = std::move(value);
      return;
    }
    kernel::SaltedField salted;
    // Nobody guesses what a test invents.
    const auto digest = seal::sha256(base::as_bytes(name + entry.kind));
    std::copy_n(digest.bytes.begin(), salted.salt.size(), salted.salt.begin());
    salted.field = {name, std::move(value)};
    entry.fields.push_back(std::move(salted));
  }
  static void drop(ForgedEntry& entry, std::string_view name) {
    std::erase_if(entry.fields, [&](const auto& salted) { return salted.field.name == name; });
  }

  // The evidence as the lying log would hand it out. Fields whose name is in `withheld` for a
  // position are committed to and not disclosed.
  kernel::Evidence evidence(const std::map<kernel::Position, std::string>& withheld = {}) {
    ledger::MemoryTree tree;
    std::map<std::string, kernel::ChainLink> chains;
    std::vector<kernel::EvidenceEntry> made;
    for (kernel::Position position = 0; position < size(); ++position) {
      made.push_back(make(position, chains, withheld));
      tree.append(ledger::hash_leaf(made.back().bytes));
    }
    kernel::Evidence evidence = like_;
    evidence.entries.clear();
    for (const kernel::Position position : shown_) {
      auto proof = ledger::inclusion_proof(position, size(), tree);
      CHECK(proof.has_value());
      made.at(position).proof = std::move(proof.value());
      evidence.entries.push_back(made.at(position));
    }
    evidence.checkpoint =
        ledger::sign_checkpoint({like_.instance.origin, {size(), tree.root()}, {}}, *log_key_);
    sign_since(evidence);
    return evidence;
  }
  // What an auditor who folds the whole forged ledger says.
  base::Ruled<void> folded(Instance& instance) {
    std::map<std::string, kernel::ChainLink> chains;
    kernel::State state(instance.sources());
    for (kernel::Position position = 0; position < size(); ++position) {
      const kernel::EvidenceEntry made = make(position, chains, {});
      const auto entry = ledger::Entry::parse(made.bytes, "entry");
      CHECK(entry.has_value());
      std::optional<base::ByteView> envelope;
      if (made.envelope) envelope = *made.envelope;
      BOOST_OUTCOME_TRY(const kernel::LoggedEntry opened,
                        kernel::open_entry(position, entry.value(), made.disclosures, envelope));
      BOOST_OUTCOME_TRY(state.fold(opened));
    }
    return base::outcome::success();
  }
  // The log's note on what is shown behind the grant's own entry, whatever that is.
  void sign_since(kernel::Evidence& evidence) const {
    kernel::SinceNote note{like_.instance.origin, *like_.grant, size(), {}};
    for (const auto& entry : evidence.entries) {
      if (entry.position > grant_) note.positions.push_back(entry.position);
    }
    const std::string text = kernel::write(note);
    evidence.since =
        ledger::Note{text, {ledger::sign_note(text, like_.instance.origin, *log_key_)}};
  }

 private:
  kernel::EvidenceEntry make(kernel::Position position,
                             std::map<std::string, kernel::ChainLink>& chains,
                             const std::map<kernel::Position, std::string>& withheld) {
    ForgedEntry& entry = at(position);
    const base::Json* of = entry.find("case");
    if (of != nullptr) {
      const kernel::ChainLink& link = chains[of->text];
      base::Json chain = base::json_object({{"number", base::json_integer(link.number)}});
      if (link.previous) {
        chain.members.push_back({"previous", {}, base::json_text(to_text(*link.previous))});
      }
      put(entry, "chain", std::move(chain));
    }
    std::vector<ledger::Field> fields;
    std::vector<ledger::Salt> salts;
    for (const kernel::SaltedField& salted : entry.fields) {
      fields.push_back(salted.field);
      salts.push_back(salted.salt);
    }
    const auto created = ledger::Entry::create(entry.kind, fields, salts);
    kernel::EvidenceEntry made;
    made.position = position;
    made.bytes = created.entry.bytes();
    const auto hidden = withheld.find(position);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (hidden == withheld.end() || hidden->second != fields[i].name) {
        made.disclosures.push_back(created.disclosures[i]);
      }
    }
    made.envelope = entry.envelope;
    if (of != nullptr) {
      kernel::ChainLink& link = chains[entry.field("case").text];
      link = {link.number + 1, ledger::hash_leaf(made.bytes)};
    }
    return made;
  }

  kernel::Evidence like_;
  kernel::Position grant_ = 0;
  std::optional<seal::SigningKey> log_key_;
  std::vector<ForgedEntry> entries_;
  std::vector<kernel::Position> shown_;
};

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_FORGERY_H_
