// SPDX-License-Identifier: Apache-2.0
// What is kept: the entries of one log, the contents beside them, and little else.
//
// A store knows positions, bytes and digests, never what they mean. Invariants of every store:
//   Dense     entries stand at positions 0, 1, ... head - 1; none changes or goes away
//   Whole     an append is there with all its entries, contents, blobs and its command, or not at
//             all; a batch of appends likewise
//   Durable   what append() returned is still there after the process or the machine stops
//   Once      a command key has one receipt, that of the first append that carried it
//   Sound     what is read equals what was appended (digests are checked again), or Corrupt is
//             returned
// Contents (disclosures and blobs) may be destroyed; entries may not.
//
// The contract suite in tests/store_contract/ says the same in tests and runs on every store.
#ifndef COUNTERSIGN_STORE_STORE_H_
#define COUNTERSIGN_STORE_STORE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "seal/digest.h"

namespace countersign::store {

// Why a store could not do what it was asked.
enum class StoreError {
  NotFound = 1,  // no such file, entry or content
  Exists,        // there is already something where a store was to be created
  NotAStore,     // the file is something else
  NewerVersion,  // written by a newer version of this program
  Corrupt,       // what is stored contradicts itself
  InUse,         // another process writes to this store
  ReadOnly,      // opened for reading, or the file may not be written
  HeadMoved,     // the log has grown since the caller last folded it: fold what is new, try again
  Malformed,     // an append that breaks a rule of this interface
  Full,          // no space left, or a size limit reached; nothing was written
  Failed,        // the system failed (input, output, memory)
  Closed,        // the committer has shut down
  Overloaded,    // too many commands are waiting; try again later
};
std::error_code make_error_code(StoreError error);

inline constexpr std::size_t kMaxEntrySize = (64U << 10) - 1;
// Of a blob, and of all disclosures of an entry together.
inline constexpr std::size_t kMaxContentSize = 64U << 20;

// One field's content in the disclosure form whose salted hash the entry commits to.
struct Disclosure {
  std::string name;  // unique within its entry, not empty
  std::string text;

  friend bool operator==(const Disclosure&, const Disclosure&) = default;
};

// Content named by its SHA-256, written once however many entries refer to it: an envelope, say.
struct Blob {
  seal::Digest digest;
  base::Bytes bytes;

  friend bool operator==(const Blob&, const Blob&) = default;
};

struct NewEntry {
  base::Bytes bytes;  // 1 to kMaxEntrySize of them
  seal::Digest leaf;  // ledger::hash_leaf() of the bytes
  std::vector<Disclosure> disclosures;
  std::vector<Blob> blobs;  // no digest twice
};

// What makes a command unique: its signer's key id and the id the signer gave it.
struct CommandKey {
  std::string signer;
  std::string command;

  friend auto operator<=>(const CommandKey&, const CommandKey&) = default;
};

// A command: its key and the digest of the statement that was signed.
struct Command {
  CommandKey key;
  seal::Digest statement;
};

// The effect of one command, or of none (what the server does by itself). At least one entry.
struct Append {
  std::vector<NewEntry> entries;
  std::optional<Command> command;
};

// Where an append's entries stand: positions first to first + count - 1.
struct Receipt {
  std::uint64_t first = 0;
  std::uint64_t count = 0;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

enum class Standing {
  Appended,     // the receipt is of this append
  Repeated,     // nothing was appended: the same command was before; the receipt is the first one's
  Conflicting,  // nothing was appended: the key was used before, for another statement; the receipt
                // is of the append that used it
};

// What became of one append of a batch.
struct Placed {
  Standing standing = Standing::Appended;
  Receipt receipt;

  friend bool operator==(const Placed&, const Placed&) = default;
};

// The receipt of a command that was appended, and the statement it was for.
struct RecordedCommand {
  seal::Digest statement;
  Receipt receipt;

  friend bool operator==(const RecordedCommand&, const RecordedCommand&) = default;
};

// How much of an entry is read.
enum class Detail {
  Entry,        // position, bytes and leaf
  Disclosures,  // and the disclosures, and the digests of the blobs
  Everything,   // and the blobs' bytes
};

struct StoredBlob {
  seal::Digest digest;
  std::optional<base::Bytes> bytes;  // empty when not asked for, or destroyed
};

struct StoredEntry {
  std::uint64_t position = 0;
  base::Bytes bytes;
  seal::Digest leaf;
  std::vector<Disclosure> disclosures;  // in the order appended, less those destroyed
  std::vector<StoredBlob> blobs;        // in the order appended
};

// The signed checkpoint of a log's first `size` entries (a C2SP note, opaque here).
struct CheckpointNote {
  std::uint64_t size = 0;
  std::string note;

  friend bool operator==(const CheckpointNote&, const CheckpointNote&) = default;
};

// A store. All methods may be called from any thread; those that write take turns. What a method
// returns is the caller's, and shares nothing with the store. Every method may also fail with
// Failed or Corrupt, every method that writes with ReadOnly or Full.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // The number of entries: the position the next one will have.
  virtual base::Result<std::uint64_t> head() const = 0;

  // Appends a batch in one durable step and says what became of each append, in order. Entries
  // stand in the order of the batch, without gaps. Commands are compared with those of earlier
  // batches and earlier appends of this one.
  // Fails with HeadMoved when head() is not `expected_head`, Malformed when an append breaks a rule
  // above; then nothing is written. After Failed it is not known whether the batch is there: until
  // the store is opened anew, writes fail and reads show what was known to be durable, or more.
  virtual base::Result<std::vector<Placed>> append(std::span<const Append> batch,
                                                   std::uint64_t expected_head) = 0;

  // At most `count` entries from position `from` on, in order; fewer only at the head.
  virtual base::Result<std::vector<StoredEntry>> read_entries(std::uint64_t from,
                                                              std::uint64_t count,
                                                              Detail detail) const = 0;
  // The leaf hashes of the same entries.
  virtual base::Result<std::vector<seal::Digest>> leaf_hashes(std::uint64_t from,
                                                              std::uint64_t count) const = 0;
  // The bytes of that blob; empty when it was never appended, or was destroyed.
  virtual base::Result<std::optional<base::Bytes>> blob(const seal::Digest& digest) const = 0;
  // For each key the first append that carried it, as of one head; empty when none did.
  virtual base::Result<std::vector<std::optional<RecordedCommand>>> find_commands(
      std::span<const CommandKey> keys) const = 0;
  base::Result<std::optional<RecordedCommand>> find_command(const CommandKey& key) const;

  // Keeps a checkpoint; one of the same size (with fewer cosignatures, say) is replaced. Malformed
  // when it is of more entries than there are.
  virtual base::Result<void> put_checkpoint(const CheckpointNote& checkpoint) = 0;
  // The checkpoint of the greatest size, and that of the least size from `size` on; empty when
  // there is none.
  virtual base::Result<std::optional<CheckpointNote>> latest_checkpoint() const = 0;
  virtual base::Result<std::optional<CheckpointNote>> checkpoint_from(std::uint64_t size) const = 0;

  // Facts about the instance itself (its id, its log's origin). Writing replaces.
  virtual base::Result<std::optional<std::string>> meta(std::string_view name) const = 0;
  virtual base::Result<void> put_meta(std::string_view name, std::string_view value) = 0;

  // Destroys one disclosure of an entry, or a blob wherever it is referred to: the bytes are
  // overwritten, not only unlinked, in the store's own files (copies and the disk's spare blocks
  // are beyond it). The entry, its commitments and the blob's digest stay. Destroying what is
  // already destroyed does nothing. NotFound when there is no such entry, or the blob was never
  // appended. InUse when readers keep the old bytes alive for now: destroyed for every reader to
  // come, but call again to have them overwritten.
  // A blob that is appended again after it was destroyed is there again.
  virtual base::Result<void> destroy_disclosure(std::uint64_t position, std::string_view name) = 0;
  virtual base::Result<void> destroy_blob(const seal::Digest& digest) = 0;

  // Reads everything and checks the invariants; Corrupt, with what contradicts what, when one does
  // not hold. Takes as long as reading the whole store.
  virtual base::Result<void> check() const = 0;
};

}  // namespace countersign::store

template <>
struct std::is_error_code_enum<countersign::store::StoreError> : std::true_type {};

#endif  // COUNTERSIGN_STORE_STORE_H_
