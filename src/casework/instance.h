// SPDX-License-Identifier: Apache-2.0
// One instance: its ledger in a store, the state folded from it, and the log's key.
//
// On disk an instance is a folder, readable by its owner alone:
//   instance.db       the store (docs/formats/store.md)
//   log.key           the private key that signs checkpoints
//   clerks/US.key     the clerk keys of authorities that have the machine sign standing consents
//   lists/ROOT.rows   the rows of lists of items (docs/formats/rows.md), by the root that was
//   signed
//
// A command's signature is verified in the thread that hands it in, by the key it names. Then it is
// carried out by the committer's thread: evaluated by the kernel against the folded state,
// completed with fresh salts, folded, and written together with others in one durable step. What is
// answered is on disk. Invariant: Ahead: the state is ahead of the store only inside one batch; if
// that is not written, both are folded anew.
#ifndef COUNTERSIGN_CASEWORK_INSTANCE_H_
#define COUNTERSIGN_CASEWORK_INSTANCE_H_

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "casework/internal/salts.h"
#include "kernel/commands.h"
#include "kernel/grant.h"
#include "kernel/state.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "seal/keys.h"
#include "store/group_commit.h"
#include "store/store.h"

namespace countersign::casework {

// Where the present comes from: the system's clock, or a story's.
using Clock = std::function<base::Instant()>;

base::Instant system_now();

// What a command that was carried out came to.
struct Receipt {
  kernel::Position first = 0;      // the first of its entries
  std::uint64_t count = 0;         // how many; 0: nothing had to be entered
  bool repeated = false;           // the same command was carried out before
  std::vector<std::string> notes;  // what whoever asked should know beside
};

// Bad input, a refusal, a failure of the machine: three channels, one of which answered.
using Handled = base::Result<base::Ruled<Receipt>>;

class Instance final : private store::FoldedState {
 public:
  // Makes the folder, the log's key and the first entry. Fails when there is something at `path`.
  static base::Result<std::unique_ptr<Instance>> create(const std::string& path,
                                                        const kernel::InstanceName& name,
                                                        Clock clock = system_now);
  // Opens it and folds its ledger.
  static base::Result<std::unique_ptr<Instance>> open(const std::string& path,
                                                      Clock clock = system_now);
  ~Instance() override;

  const std::string& path() const { return path_; }
  const kernel::InstanceName& name() const { return name_; }
  // Under which verifiers know the log.
  ledger::VerifierKey log_key() const;

  // Commands (kernel/commands.h says what each is refused for). Each may be called from any thread
  // and waits until the command is on disk, or refused.
  Handled charter(kernel::Submission charter);
  Handled appoint(kernel::Submission appointment);
  Handled issue(std::vector<kernel::Submission> records, kernel::Submission manifest);
  // A step of a case: any statement that names one; draws, allotments and corrections apart. Or a
  // batch, which names several, or an earlier case.
  Handled submit(kernel::Submission statement);
  // The machine's own steps: a new determination where the last is no longer true; the grant, once
  // everything it needs stands in the ledger.
  Handled redetermine(const kernel::CaseId& id);
  Handled grant(const kernel::CaseId& id);
  Handled draw(kernel::Submission draw);
  Handled allot(kernel::Submission allotment);
  // A correction, of a draw too.
  Handled correct(kernel::Submission correction);
  // As submit(), without waiting: for many clients at once.
  std::future<base::Result<store::Reply>> submit_later(kernel::Submission statement);

  // Layers with the bases that the store keeps, and the rows of lists. Good as long as the instance
  // is.
  kernel::Sources sources();
  // Where the rows of that root are kept, when they are.
  std::filesystem::path rows_path(const seal::Digest& root) const;
  // Copies a list's rows to there, where they are not there yet: before it is issued. Refused by
  // `list-rows` when they are not that list's.
  base::Result<base::Ruled<void>> keep_rows(const registry::ItemList& list,
                                            const std::filesystem::path& rows);

  // Runs `read` on the state as of the present; no command is carried out meanwhile.
  void look(const std::function<void(const kernel::State&)>& read);
  // The state as it was known when the ledger had `size` entries: folded anew from those.
  base::Result<std::unique_ptr<kernel::State>> known_at(kernel::Position size);

  // The checkpoint of everything that is on disk, signed now or before.
  base::Result<ledger::Note> checkpoint();

  // Whether the store is whole by its own rules; fails as store::Store::check() does.
  base::Result<void> check_store() const;
  // The checkpoint of the least size from `size` on that was signed before, as it is kept.
  base::Result<std::optional<store::CheckpointNote>> kept_checkpoint(kernel::Position size);

  // The text as a note that the log's key signed.
  std::string sign_note(const std::string& text) const;

  // A stored entry as the kernel folds it.
  static base::Result<kernel::LoggedEntry> open_stored(const store::StoredEntry& stored);
  // Entries with everything beside them, and proofs of inclusion in the first `size`.
  base::Result<std::vector<store::StoredEntry>> entries(kernel::Position from, std::uint64_t count);
  base::Result<std::vector<ledger::Hash>> inclusion(kernel::Position position,
                                                    kernel::Position size);
  // What was kept beside a statement that names it by this digest; empty when nothing was.
  base::Result<std::optional<std::string>> kept(const seal::Digest& digest);
  // Entries as evidence, each with its proof in the tree of the first `size`.
  base::Result<std::vector<kernel::EvidenceEntry>> proved_entries(
      const std::vector<kernel::Position>& positions, kernel::Position size);
  // The leaf hashes of the first `size` entries.
  base::Result<std::vector<ledger::Hash>> leaves(kernel::Position size);

  // Everything that proves the grant as it was issued, and the acts on it since, against the
  // checkpoint of what is on disk: what bundles are made of. The facts are left to who reads one.
  // Fails with NotFound when there is no such grant.
  base::Result<kernel::Evidence> evidence_of(const registry::GrantId& grant);
  // The anchors under which the instance believes itself: the roots its ledger began with.
  kernel::Anchors own_anchors();

 private:
  using Ruling =
      std::function<base::Ruled<kernel::Drafts>(const kernel::State& state, base::Instant at)>;

  Instance(std::string path, kernel::InstanceName name, Clock clock, seal::SigningKey log_key,
           std::unique_ptr<store::Store> store);

  // store::FoldedState
  void committed(std::uint64_t head) override;
  base::Result<std::uint64_t> refold() override;

  base::Result<void> start();
  base::Result<void> check_log_key() const;
  // Verifies the signature here and now, in the thread of who hands it in: most of a command's
  // work, and none of it needs the state.
  void verify_ahead(kernel::SignedStatement& statement);
  void publish_keys();
  base::Parsed<std::shared_ptr<const geo::Layer>> layer_of(const base::Json& document);
  base::Result<base::Ruled<void>> check_rows_of(const kernel::SignedStatement& statement) const;
  store::Task task_of(std::optional<store::Command> command, Ruling ruling);
  store::Prepared prepare(const Ruling& ruling, kernel::Position next);
  Handled carry_out(std::optional<store::Command> command, Ruling ruling);
  // What is taken under a grant: `check` says for which use the grant is to be proved again.
  Handled use(kernel::Submission taken, decltype(kernel::check_draw)* check,
              decltype(kernel::rule_on_draw)* rule);
  static base::Ruled<kernel::Drafts> rule_on(const kernel::State& state,
                                             const kernel::Submission& statement, base::Instant at);
  // The grant proved for `at` from the ledger as folded: to be issued, or for a use under it.
  base::Ruled<std::unique_ptr<const kernel::Grant>> prove_now(
      const kernel::State& state, const kernel::CaseId& id,
      const std::optional<kernel::DrawnUse>& use, base::Instant at);
  // The rest wants mutex_ held.
  kernel::Anchors anchors(const kernel::State& state) const;
  base::Result<store::StoredEntry> entry_at(kernel::Position position);
  base::Result<std::vector<kernel::Position>> since(const kernel::GrantRecord& grant,
                                                    kernel::Position size);
  // The entries at these positions, with proofs in the tree of `size` leaves.
  base::Result<std::vector<kernel::EvidenceEntry>> gather(
      const std::vector<kernel::Position>& positions, kernel::Position size);

  std::string path_;
  kernel::InstanceName name_;
  Clock clock_;
  seal::SigningKey log_key_;
  std::unique_ptr<store::Store> store_;

  // Guards what follows: the committer's thread changes it, look() reads it.
  std::mutex mutex_;
  std::unique_ptr<kernel::State> state_;
  ledger::MemoryTree tree_;
  Salts salts_;
  // Folded, but not on disk yet: evidence for a later command of the same batch.
  std::map<kernel::Position, store::StoredEntry> pending_;
  bool keys_entered_ = false;  // since keys_ was published

  // What signatures are verified by before their turn. Never more than a guess at which keys will
  // be asked about: it may lag behind the state.
  std::mutex keys_mutex_;
  std::shared_ptr<const kernel::KeyRing> keys_;

  // Contents that came with an issue and may not be in the store yet. Kept for good: there are few.
  std::mutex arriving_mutex_;
  std::map<seal::Digest, std::shared_ptr<const std::string>> arriving_;

  std::unique_ptr<store::Committer> committer_;  // last: its thread uses all of the above
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_INSTANCE_H_
