// SPDX-License-Identifier: Apache-2.0
#include "casework/instance.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/files.h"
#include "casework/keys.h"
#include "casework/layers.h"
#include "casework/rows_file.h"
#include "kernel/authenticate.h"
#include "kernel/statement_body.h"
#include "ledger/checkpoint.h"
#include "store/sqlite/sqlite_store.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using kernel::EntryKind;

constexpr std::uint64_t kChunk = 1024;
constexpr std::string_view kStoreFile = "instance.db";
constexpr std::string_view kLogKeyFile = "log.key";

base::Error damaged(std::string message) {
  return error(CaseworkError::Damaged, std::move(message));
}

store::StoredEntry stored_form(kernel::Position position, const store::NewEntry& entry) {
  store::StoredEntry stored;
  stored.position = position;
  stored.bytes = entry.bytes;
  stored.leaf = entry.leaf;
  stored.disclosures = entry.disclosures;
  for (const store::Blob& blob : entry.blobs) stored.blobs.push_back({blob.digest, blob.bytes});
  return stored;
}

store::NewEntry new_entry(const kernel::Completed& completed) {
  store::NewEntry entry;
  entry.bytes = completed.entry.bytes();
  entry.leaf = completed.logged.leaf;
  for (const auto& [name, disclosure] : completed.disclosures) {
    entry.disclosures.push_back({name, disclosure.text});
  }
  if (const auto& statement = completed.logged.statement) {
    entry.blobs.push_back({statement->digest, statement->bytes});
  }
  if (completed.beside != nullptr) {
    const base::ByteView bytes = base::as_bytes(*completed.beside);
    entry.blobs.push_back({seal::sha256(bytes), {bytes.begin(), bytes.end()}});
  }
  return entry;
}

// A command is known by its signer's key and the id the signer gave it.
store::Command command_of(const kernel::SignedStatement& statement) {
  return {{statement.envelope.signatures.front().key_id.text(), statement.head.command.text()},
          statement.digest};
}

bool holds_keys(EntryKind kind) {
  return kind == EntryKind::Charter || kind == EntryKind::Appointment;
}

Handled answer_of(base::Result<store::Reply> reply) {
  if (!reply) return reply.error();
  if (auto* refusal = std::get_if<base::Refusal>(&reply.value())) {
    if (refusal->rule == "nothing-new") return base::Ruled<Receipt>(Receipt{});
    return base::Ruled<Receipt>(std::move(*refusal));
  }
  const store::Placed& placed = std::get<store::Placed>(reply.value());
  return base::Ruled<Receipt>(Receipt{placed.receipt.first,
                                      placed.receipt.count,
                                      placed.standing == store::Standing::Repeated,
                                      {}});
}

}  // namespace

base::Instant system_now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

Instance::Instance(std::string path, kernel::InstanceName name, Clock clock,
                   seal::SigningKey log_key, std::unique_ptr<store::Store> store)
    : path_(std::move(path)),
      name_(std::move(name)),
      clock_(std::move(clock)),
      log_key_(std::move(log_key)),
      store_(std::move(store)) {}

base::Result<kernel::LoggedEntry> Instance::open_stored(const store::StoredEntry& stored) {
  auto entry = ledger::Entry::parse(stored.bytes, fmt::format("entry {}", stored.position));
  if (!entry) return damaged(base::to_text(entry.error()));
  std::vector<ledger::Disclosure> disclosures;
  for (const store::Disclosure& disclosure : stored.disclosures) {
    disclosures.push_back({disclosure.text});
  }
  std::optional<base::ByteView> envelope;
  if (!stored.blobs.empty() && stored.blobs.front().bytes) envelope = *stored.blobs.front().bytes;
  auto logged = kernel::open_entry(stored.position, entry.value(), disclosures, envelope);
  if (!logged) return damaged(logged.error().message);
  return std::move(logged.value());
}

Instance::~Instance() {
  if (committer_) committer_->close();
}

base::Result<std::unique_ptr<Instance>> Instance::create(const std::string& path,
                                                         const kernel::InstanceName& name,
                                                         Clock clock) {
  if (fs::exists(path)) {
    return error(CaseworkError::Exists,
                 fmt::format("there is something at `{}` already: name another folder", path));
  }
  if (!ledger::is_key_name(name.origin)) {
    return error(CaseworkError::Unwritable,
                 fmt::format("`{}` cannot name a log: no spaces, no `+`", name.origin));
  }
  // Made beside and put in place whole, so that a crash leaves no half instance at `path`.
  std::array<std::uint8_t, 8> random{};
  BOOST_OUTCOME_TRY(fill_random(random));
  const std::string fresh = fmt::format("{}.{}", path, base::to_hex(random));
  std::error_code failure;
  fs::create_directory(fresh, failure);
  if (failure) {
    return error(CaseworkError::Unwritable,
                 fmt::format("cannot make `{}`: {}", path, failure.message()));
  }
  fs::permissions(fresh, fs::perms::owner_all, failure);
  BOOST_OUTCOME_TRY(make_key(fs::path(fresh) / kLogKeyFile));
  BOOST_OUTCOME_TRY(seal::SigningKey key, load_key(fs::path(fresh) / kLogKeyFile));
  fs::create_directory(fs::path(fresh) / "clerks", failure);
  const std::string db = (fs::path(fresh) / kStoreFile).string();
  {
    BOOST_OUTCOME_TRY(auto store, store::create_sqlite_store(
                                      db, {{"kind", std::string(kernel::name_of(name.kind))},
                                           {"origin", name.origin}}));
    std::unique_ptr<Instance> made(
        new Instance(fresh, name, clock, std::move(key), std::move(store)));
    BOOST_OUTCOME_TRY(made->start());
    auto named = made->carry_out(std::nullopt, [&](const kernel::State&, base::Instant) {
      return base::Ruled<kernel::Drafts>(kernel::Drafts{kernel::name_instance(name)});
    });
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt, std::move(named));
    CHECK(receipt.has_value());
  }
  fs::rename(fresh, path, failure);
  if (failure) {
    return error(CaseworkError::Unwritable,
                 fmt::format("cannot put `{}` in place: {}", path, failure.message()));
  }
  return open(path, std::move(clock));
}

base::Result<std::unique_ptr<Instance>> Instance::open(const std::string& path, Clock clock) {
  const fs::path folder(path);
  if (!fs::exists(folder / kStoreFile)) {
    std::error_code none;
    return error(CaseworkError::NotAnInstance,
                 fs::exists(folder, none)
                     ? fmt::format("`{}` is not an instance: name the folder that `countersign "
                                   "init` made",
                                   path)
                     : fmt::format("`{0}` is not there; make an instance with `countersign init "
                                   "{0}`",
                                   path));
  }
  BOOST_OUTCOME_TRY(auto store, store::open_sqlite_store((folder / kStoreFile).string()));
  BOOST_OUTCOME_TRY(const auto kind, store->meta("kind"));
  BOOST_OUTCOME_TRY(const auto origin, store->meta("origin"));
  const auto found = kind ? kernel::find_instance_kind(*kind) : std::nullopt;
  if (!found || !origin) return damaged(fmt::format("`{}` does not say what it is", path));
  auto key = load_key(folder / kLogKeyFile);
  if (!key) {
    return base::Error{key.error().code,
                       fmt::format("{}; put the instance's own back from your copy: without it "
                                   "nothing can be entered",
                                   key.error().message)};
  }
  std::unique_ptr<Instance> instance(new Instance(path, {*found, *origin}, std::move(clock),
                                                  std::move(key.value()), std::move(store)));
  BOOST_OUTCOME_TRY(instance->check_log_key());
  BOOST_OUTCOME_TRY(instance->start());
  return instance;
}

// With another key everything entered from here on would be signed in vain.
base::Result<void> Instance::check_log_key() const {
  BOOST_OUTCOME_TRY(const auto kept, store_->latest_checkpoint());
  if (!kept) return base::outcome::success();
  const auto note = ledger::read_note(kept->note, "checkpoint");
  const ledger::VerifierKey own = log_key();
  if (!note || ledger::verify_note(note.value(), std::span(&own, 1))) {
    return base::outcome::success();
  }
  return error(CaseworkError::Damaged,
               fmt::format("`{}` is not the key that signed this ledger: put the right one back "
                           "from your copy",
                           (fs::path(path_) / kLogKeyFile).string()));
}

base::Result<void> Instance::start() {
  BOOST_OUTCOME_TRY(const std::uint64_t head, refold());
  // Not by make_unique: that this is a FoldedState is nobody else's business.
  committer_.reset(new store::Committer(*store_, *this, head));
  return base::outcome::success();
}

ledger::VerifierKey Instance::log_key() const {
  return {name_.origin, ledger::SignatureType::Ed25519, log_key_.public_key()};
}

void Instance::verify_ahead(kernel::SignedStatement& statement) {
  std::shared_ptr<const kernel::KeyRing> keys;
  {
    const std::lock_guard lock(keys_mutex_);
    keys = keys_;
  }
  kernel::verify_ahead(statement, *keys);
}

void Instance::publish_keys() {
  auto keys = std::make_shared<const kernel::KeyRing>(state_->authorities().key_ring());
  keys_entered_ = false;
  const std::lock_guard lock(keys_mutex_);
  keys_ = std::move(keys);
}

void Instance::committed(std::uint64_t /*head*/) {
  const std::lock_guard lock(mutex_);
  pending_.clear();
  if (keys_entered_) publish_keys();
}

base::Result<std::uint64_t> Instance::refold() {
  const std::lock_guard lock(mutex_);
  pending_.clear();
  state_ = std::make_unique<kernel::State>(sources());
  tree_ = ledger::MemoryTree();
  BOOST_OUTCOME_TRY(const std::uint64_t head, store_->head());
  for (std::uint64_t from = 0; from < head; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored,
                      store_->read_entries(from, kChunk, store::Detail::Everything));
    for (const store::StoredEntry& each : stored) {
      BOOST_OUTCOME_TRY(const kernel::LoggedEntry logged, open_stored(each));
      if (auto folded = state_->fold(logged); !folded) return damaged(folded.error().message);
      tree_.append(each.leaf);
    }
  }
  publish_keys();
  return head;
}

base::Result<std::unique_ptr<kernel::State>> Instance::known_at(kernel::Position size) {
  BOOST_OUTCOME_TRY(const std::uint64_t head, store_->head());
  if (size > head) {
    return error(CaseworkError::NotFound,
                 fmt::format("the ledger has {} entries, so nothing was known at {}", head, size));
  }
  auto state = std::make_unique<kernel::State>(sources());
  for (std::uint64_t from = 0; from < size; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored, store_->read_entries(from, std::min(kChunk, size - from),
                                                              store::Detail::Everything));
    for (const store::StoredEntry& each : stored) {
      BOOST_OUTCOME_TRY(const kernel::LoggedEntry logged, open_stored(each));
      if (auto folded = state->fold(logged); !folded) return damaged(folded.error().message);
    }
  }
  return state;
}

store::Prepared Instance::prepare(const Ruling& ruling, kernel::Position next) {
  std::unique_lock lock(mutex_);
  const base::Instant at = std::max(clock_(), state_->now());
  state_->advance(at);
  auto drafts = ruling(*state_, at);
  if (!drafts) return drafts.error();
  if (drafts.value().empty()) return base::Refusal{"nothing-new", "nothing has changed", {}};
  const auto next_salt = [this] { return salts_.next(); };
  std::vector<store::NewEntry> entries;
  for (kernel::Draft& draft : drafts.value()) {
    const kernel::Position position = next + entries.size();
    std::optional<kernel::ChainLink> chain;
    if (draft.case_id) {
      const kernel::Case* of = state_->find(*draft.case_id);
      chain = of == nullptr ? kernel::ChainLink{} : of->next_link();
    }
    auto completed = kernel::complete(std::move(draft), position, at, chain, next_salt);
    base::Ruled<void> folded =
        completed ? state_->fold(completed.value().logged) : completed.error();
    if (!folded) {
      // Some of the command may be folded already: forget it, whole.
      const base::Refusal why = folded.error();
      if (entries.empty()) return why;
      lock.unlock();
      if (auto refolded = refold(); !refolded) return refolded.error();
      return why;
    }
    if (holds_keys(completed.value().logged.kind)) keys_entered_ = true;
    tree_.append(completed.value().logged.leaf);
    entries.push_back(new_entry(completed.value()));
    pending_.emplace(position, stored_form(position, entries.back()));
  }
  return entries;
}

store::Task Instance::task_of(std::optional<store::Command> command, Ruling ruling) {
  store::Task task;
  task.command = std::move(command);
  task.prepare = [this, ruling = std::move(ruling)](std::uint64_t next) {
    return prepare(ruling, next);
  };
  return task;
}

Handled Instance::carry_out(std::optional<store::Command> command, Ruling ruling) {
  return answer_of(committer_->submit(task_of(std::move(command), std::move(ruling))).get());
}

base::Ruled<kernel::Drafts> Instance::rule_on(const kernel::State& state,
                                              const kernel::Submission& submission,
                                              base::Instant at) {
  switch (submission.statement.head.kind) {
    case EntryKind::Request:
      return kernel::rule_on_request(state, submission, at);
    case EntryKind::Claim:
      return kernel::rule_on_claim(state, submission, at);
    case EntryKind::Advice:
      return kernel::rule_on_advice(state, submission, at);
    case EntryKind::Override:
      return kernel::rule_on_override(state, submission, at);
    case EntryKind::Decision:
      return kernel::rule_on_decision(state, submission, at);
    case EntryKind::Batch:
      return kernel::rule_on_batch(state, submission, at);
    case EntryKind::Consent:
      return kernel::rule_on_consent(state, submission, at);
    case EntryKind::Report:
      return kernel::rule_on_report(state, submission, at);
    case EntryKind::Suspend:
    case EntryKind::Revoke:
      return kernel::rule_on_act(state, submission, at);
    case EntryKind::Surrender:
      return kernel::rule_on_surrender(state, submission, at);
    case EntryKind::Acknowledge:
      return kernel::rule_on_acknowledgement(state, submission, at);
    case EntryKind::Close:
      return kernel::rule_on_close(state, submission, at);
    case EntryKind::KeyWithdrawal:
      return kernel::rule_on_key_withdrawal(state, submission, at);
    case EntryKind::Review:
      return kernel::rule_on_review(state, submission, at);
    case EntryKind::Oral:
      return kernel::rule_on_oral(state, submission, at);
    case EntryKind::Reconsider:
      return kernel::rule_on_reconsider(state, submission, at);
    case EntryKind::Reconsidered:
      return kernel::rule_on_reconsidered(state, submission, at);
    case EntryKind::Absence:
      return kernel::rule_on_absence(state, submission, at);
    case EntryKind::Confirm:
      return kernel::rule_on_confirmation(state, submission, at);
    case EntryKind::Query:
      return kernel::rule_on_query(state, submission, at);
    case EntryKind::Answer:
      return kernel::rule_on_answer(state, submission, at);
    case EntryKind::Withdraw:
      return kernel::rule_on_withdrawal(state, submission, at);
    case EntryKind::Amend:
      return kernel::rule_on_amendment(state, submission, at);
    case EntryKind::Reconfirm:
      return kernel::rule_on_reconfirmation(state, submission, at);
    case EntryKind::GiveBack:
      return kernel::rule_on_give_back(state, submission, at);
    case EntryKind::CheckRequest:
      return kernel::rule_on_check_request(state, submission, at);
    case EntryKind::Check:
      return kernel::rule_on_check(state, submission, at);
    case EntryKind::Legacy:
      return kernel::rule_on_legacy(state, submission, at);
    default:
      return base::Refusal{"kind",
                           fmt::format("a {} is not submitted this way",
                                       kernel::name_of(submission.statement.head.kind)),
                           "kind"};
  }
}

std::future<base::Result<store::Reply>> Instance::submit_later(kernel::Submission statement) {
  verify_ahead(statement.statement);
  const store::Command command = command_of(statement.statement);
  return committer_->submit(task_of(
      command, [statement = std::move(statement)](const kernel::State& state, base::Instant at) {
        return rule_on(state, statement, at);
      }));
}

Handled Instance::submit(kernel::Submission statement) {
  return answer_of(submit_later(std::move(statement)).get());
}

Handled Instance::charter(kernel::Submission charter) {
  verify_ahead(charter.statement);
  const store::Command command = command_of(charter.statement);
  return carry_out(command,
                   [charter = std::move(charter)](const kernel::State& state, base::Instant at) {
                     return kernel::rule_on_charter(state, charter, at);
                   });
}

Handled Instance::appoint(kernel::Submission appointment) {
  verify_ahead(appointment.statement);
  const store::Command command = command_of(appointment.statement);
  return carry_out(command, [appointment = std::move(appointment)](const kernel::State& state,
                                                                   base::Instant at) {
    return kernel::rule_on_appointment(state, appointment, at);
  });
}

base::Parsed<std::shared_ptr<const geo::Layer>> Instance::layer_of(const base::Json& document) {
  return make_layer(document, [this](const seal::Digest& digest) -> BesideOrNull {
    {
      const std::lock_guard lock(arriving_mutex_);
      const auto found = arriving_.find(digest);
      if (found != arriving_.end()) return found->second;
    }
    const auto kept = store_->blob(digest);
    if (!kept || !kept.value()) return nullptr;
    return std::make_shared<const std::string>(base::as_text(*kept.value()));
  });
}

kernel::Sources Instance::sources() {
  return {[this](const base::Json& document) { return layer_of(document); },
          [this](const registry::ItemList& list, kernel::Absence) {
            return find_rows(rows_path(list.root));
          }};
}

Handled Instance::issue(std::vector<kernel::Submission> records, kernel::Submission manifest) {
  for (kernel::Submission& record : records) {
    verify_ahead(record.statement);
    kernel::bring_body_back(record.statement);
    BOOST_OUTCOME_TRY(const base::Ruled<void> whole, check_rows_of(record.statement));
    if (!whole) return base::Ruled<Receipt>(whole.error());
    kernel::let_body_go(record.statement);
  }
  verify_ahead(manifest.statement);
  const store::Command command = command_of(manifest.statement);
  {
    const std::lock_guard lock(arriving_mutex_);
    for (const kernel::Submission& record : records) {
      if (record.beside == nullptr) continue;
      arriving_.emplace(seal::sha256(base::as_bytes(*record.beside)), record.beside);
    }
  }
  return carry_out(command, [records = std::move(records), manifest = std::move(manifest)](
                                const kernel::State& state, base::Instant at) {
    return kernel::rule_on_issue(state, records, manifest, at);
  });
}

Handled Instance::redetermine(const kernel::CaseId& id) {
  return carry_out(std::nullopt, [id](const kernel::State& state, base::Instant at) {
    return kernel::redetermine(state, id, at);
  });
}

Handled Instance::grant(const kernel::CaseId& id) {
  return carry_out(
      std::nullopt,
      [this, id](const kernel::State& state, base::Instant at) -> base::Ruled<kernel::Drafts> {
        BOOST_OUTCOME_TRY(const auto grant, prove_now(state, id, std::nullopt, at));
        return kernel::rule_on_grant(state, *grant, at);
      });
}

Handled Instance::draw(kernel::Submission draw) {
  return use(std::move(draw), kernel::check_draw, kernel::rule_on_draw);
}

Handled Instance::allot(kernel::Submission allotment) {
  return use(std::move(allotment), kernel::check_allotment, kernel::rule_on_allotment);
}

Handled Instance::use(kernel::Submission taken, decltype(kernel::check_draw)* check,
                      decltype(kernel::rule_on_draw)* rule) {
  verify_ahead(taken.statement);
  const store::Command command = command_of(taken.statement);
  return carry_out(
      command,
      [this, taken = std::move(taken), check, rule](
          const kernel::State& state, base::Instant at) -> base::Ruled<kernel::Drafts> {
        BOOST_OUTCOME_TRY(const kernel::DrawnUse asked, check(state, taken, at));
        BOOST_OUTCOME_TRY(const auto grant,
                          prove_now(state, *taken.statement.head.case_id, asked, at));
        return rule(state, taken, *grant, at);
      });
}

Handled Instance::correct(kernel::Submission correction) {
  verify_ahead(correction.statement);
  const store::Command command = command_of(correction.statement);
  return carry_out(
      command,
      [this, correction = std::move(correction)](const kernel::State& state,
                                                 base::Instant at) -> base::Ruled<kernel::Drafts> {
        BOOST_OUTCOME_TRY(const auto asked, kernel::corrected_use(state, correction, at));
        if (!asked) return kernel::rule_on_correction(state, correction, nullptr, at);
        BOOST_OUTCOME_TRY(const auto grant,
                          prove_now(state, *correction.statement.head.case_id, *asked, at));
        return kernel::rule_on_correction(state, correction, grant.get(), at);
      });
}

base::Result<std::vector<kernel::EvidenceEntry>> Instance::proved_entries(
    const std::vector<kernel::Position>& positions, kernel::Position size) {
  const std::lock_guard lock(mutex_);
  return gather(positions, size);
}

void Instance::look(const std::function<void(const kernel::State&)>& read) {
  const std::lock_guard lock(mutex_);
  state_->advance(std::max(clock_(), state_->now()));
  read(*state_);
}

base::Result<ledger::Note> Instance::checkpoint() {
  const std::lock_guard lock(mutex_);
  BOOST_OUTCOME_TRY(const std::uint64_t head, store_->head());
  BOOST_OUTCOME_TRY(const auto kept, store_->checkpoint_from(head));
  if (kept && kept->size == head) {
    auto note = ledger::read_note(kept->note, "checkpoint");
    if (!note) return damaged(base::to_text(note.error()));
    return std::move(note.value());
  }
  // Only what is on disk is ever signed for others: a head that might be lost would, once written
  // again, make two trees of one size.
  BOOST_OUTCOME_TRY(const ledger::RightEdge edge, ledger::right_edge_at(head, tree_));
  const ledger::Note note =
      ledger::sign_checkpoint({name_.origin, {head, edge.root()}, {}}, log_key_);
  BOOST_OUTCOME_TRY(store_->put_checkpoint({head, ledger::write_note(note)}));
  return note;
}

base::Result<void> Instance::check_store() const { return store_->check(); }

base::Result<std::optional<store::CheckpointNote>> Instance::kept_checkpoint(
    kernel::Position size) {
  return store_->checkpoint_from(size);
}

std::string Instance::sign_note(const std::string& text) const {
  return ledger::write_note({text, {ledger::sign_note(text, name_.origin, log_key_)}});
}

base::Result<std::vector<store::StoredEntry>> Instance::entries(kernel::Position from,
                                                                std::uint64_t count) {
  return store_->read_entries(from, count, store::Detail::Everything);
}

base::Result<std::vector<ledger::Hash>> Instance::inclusion(kernel::Position position,
                                                            kernel::Position size) {
  const std::lock_guard lock(mutex_);
  return ledger::inclusion_proof(position, size, tree_);
}

base::Result<std::optional<std::string>> Instance::kept(const seal::Digest& digest) {
  BOOST_OUTCOME_TRY(const auto bytes, store_->blob(digest));
  if (!bytes) return std::optional<std::string>();
  return std::optional<std::string>(base::as_text(*bytes));
}

base::Result<std::vector<ledger::Hash>> Instance::leaves(kernel::Position size) {
  return store_->leaf_hashes(0, size);
}

}  // namespace countersign::casework
