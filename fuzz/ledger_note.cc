// SPDX-License-Identifier: Apache-2.0
// Notes, checkpoints and proofs of logging that were read are written back the same; a policy is
// read or draws issues.
#include "ledger/note.h"

#include "base/check.h"
#include "fuzz/target.h"
#include "ledger/checkpoint.h"
#include "ledger/policy.h"
#include "ledger/tlog_proof.h"

FUZZ_TARGET(input) {
  using namespace countersign;
  if (const auto note = ledger::read_note(input, "note"); note) {
    CHECK(ledger::write_note(note.value()) == input);
    const std::string& text = note.value().text;
    if (const auto checkpoint = ledger::read_checkpoint(text, "note"); checkpoint)
      CHECK(ledger::write_checkpoint(checkpoint.value()) == text);
  }
  if (const auto proof = ledger::read_tlog_proof(input, "proof"); proof)
    CHECK(ledger::write_tlog_proof(proof.value()) == input);
  if (const auto policy = ledger::Policy::parse(input, "policy"); !policy)
    CHECK(!policy.error().empty());
}
