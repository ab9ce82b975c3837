// SPDX-License-Identifier: Apache-2.0
// Whom a verifier believes about a log (C2SP tlog-policy): the log's keys, the witnesses, and which
// of them make a quorum.
#ifndef COUNTERSIGN_LEDGER_POLICY_H_
#define COUNTERSIGN_LEDGER_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

namespace countersign::ledger {

struct Cosigned {
  std::string witness;  // as the policy names it
  base::Instant at;     // the latest, where one witness cosigned more than once

  friend bool operator==(const Cosigned&, const Cosigned&) = default;
};

// A checkpoint that satisfies a policy.
struct Endorsement {
  Checkpoint checkpoint;
  std::vector<Cosigned> cosigned;  // in the policy's order; all that verified, needed or not

  // Empty when no witness cosigned.
  std::optional<base::Instant> earliest() const;
  std::optional<base::Instant> latest() const;
};

class Policy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // may be empty
  };
  struct Witness {
    std::string name;
    VerifierKey key;
    std::string url;  // may be empty
  };

  // Reads a policy file: lines `log VKEY [URL]`, `witness NAME VKEY [URL]`,
  // `group NAME all|any|K NAME...` and exactly one `quorum NAME|none`; `#` begins a comment line.
  // Refused: an unknown word, a name defined twice or not yet, a public key listed twice, a member
  // of two groups, K out of range, more than 128 of a kind, anything else past 64 KiB.
  static base::Parsed<Policy> parse(std::string_view source, std::string_view file);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  // What the `quorum` line names; `none` where no witness is asked for.
  const std::string& quorum() const { return quorum_; }

  // Whether the signed checkpoint is believed: signed by a listed log whose key's name is its
  // origin, and cosigned by a quorum. Rules of refusal: "note-signature" (a signature of a listed
  // key does not verify), "checkpoint-form", "checkpoint-log" (no listed log signed it),
  // "checkpoint-quorum".
  base::Ruled<Endorsement> check(const Note& note) const;

 private:
  friend class PolicyReader;

  // A witness, or a group: satisfied when `needed` of the nodes it names are. Groups name only
  // nodes before them, so one pass in order decides all.
  struct Node {
    std::string name;
    std::optional<std::size_t> witness;  // in witnesses_
    std::size_t needed = 0;
    std::vector<std::size_t> members;  // in nodes_
  };

  Policy() = default;
  bool makes_quorum(const std::vector<bool>& cosigned) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Node> nodes_;
  std::string quorum_;
  std::optional<std::size_t> quorum_node_;  // in nodes_; empty for `none`
};

}  // namespace countersign::ledger

#endif  // COUNTERSIGN_LEDGER_POLICY_H_
