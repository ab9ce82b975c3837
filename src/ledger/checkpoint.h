// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint): a log's size and root, the text of a signed note.
#ifndef COUNTERSIGN_LEDGER_CHECKPOINT_H_
#define COUNTERSIGN_LEDGER_CHECKPOINT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "seal/keys.h"

namespace countersign::ledger {

struct Checkpoint {
  std::string origin;  // names the log; also the name of the key that signs
  TreeHead head;
  std::vector<std::string> extensions;  // lines that other logs may add; ours adds none

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Reads a note's text: the origin, the size in decimal, the root in base64, any number of further
// lines, none empty. An empty log has the empty root. What was read is written back the same.
base::Parsed<Checkpoint> read_checkpoint(std::string_view text, std::string_view file);
std::string write_checkpoint(const Checkpoint& checkpoint);

// The checkpoint with the log's signature on it, by the key named as the origin is.
Note sign_checkpoint(const Checkpoint& checkpoint, const seal::SigningKey& key);

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_CHECKPOINT_H_
