// SPDX-License-Identifier: Apache-2.0
#include "ledger/tlog_proof.h"

#include <utility>

#include <fmt/format.h>

#include "ledger/internal/decimal.h"
#include "ledger/internal/lines.h"

namespace countersign::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMaxHashes = 63;  // the height of the largest tree
constexpr std::size_t kMaxSize = 2U << 20;

}  // namespace

base::Parsed<TlogProof> read_tlog_proof(std::string_view source, std::string_view file) {
  Lines lines(source, file);
  if (source.size() > kMaxSize) {
    return lines.issue(1, fmt::format("the proof is larger than {} bytes", kMaxSize));
  }
  if (!lines.next() || lines.line() != kHeader) {
    return lines.issue(1, "this is no proof of logging",
                       fmt::format("its first line is `{}`", kHeader));
  }
  TlogProof proof;
  bool more = lines.next();
  if (more && lines.line().starts_with(kExtra)) {
    auto extra = base::from_base64(lines.line().substr(kExtra.size()));
    if (!extra || extra->empty()) {
      return lines.issue(static_cast<std::uint32_t>(kExtra.size() + 1),
                         "what follows `extra` is not base64 of anything",
                         "leave the line out where there is nothing to add");
    }
    proof.extra = std::move(*extra);
    more = lines.next();
  }
  const auto index = more && lines.line().starts_with(kIndex)
                         ? parse_decimal(lines.line().substr(kIndex.size()))
                         : std::nullopt;
  if (!index)
    return lines.issue(1, "the entry's position is missing", "write it as `index NUMBER`");
  proof.index = *index;
  while (lines.next() && !lines.line().empty()) {
    const auto bytes = base::from_base64(lines.line());
    const auto hash = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
    if (!hash) {
      return lines.issue(1,
                         fmt::format("`{}` is no SHA-256 in base64", lines.line().substr(0, 80)));
    }
    if (proof.hashes.size() == kMaxHashes) {
      return lines.issue(1,
                         fmt::format("more than {} hashes, the most any tree needs", kMaxHashes));
    }
    proof.hashes.push_back(*hash);
  }
  if (lines.rest().empty()) {
    return lines.issue(1, "the checkpoint is missing",
                       "below the hashes stand an empty line and the signed checkpoint");
  }
  auto note = read_note(lines.rest(), file);
  if (!note) {
    base::Issues issues = std::move(note).error();
    for (base::Issue& issue : issues) issue.at.line += lines.number();
    return issues;
  }
  proof.checkpoint = std::move(note).value();
  return proof;
}

std::string write_tlog_proof(const TlogProof& proof) {
  std::string text = fmt::format("{}\n", kHeader);
  if (!proof.extra.empty()) text += fmt::format("{}{}\n", kExtra, base::to_base64(proof.extra));
  text += fmt::format("{}{}\n", kIndex, proof.index);
  for (const Hash& hash : proof.hashes) text += base::to_base64(hash.bytes) + "\n";
  return text + "\n" + write_note(proof.checkpoint);
}

base::Ruled<Endorsement> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const Policy& policy) {
  BOOST_OUTCOME_TRY(auto endorsement, policy.check(proof.checkpoint));
  const TreeHead& head = endorsement.checkpoint.head;
  if (!verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)) {
    return base::Refusal{
        "inclusion",
        fmt::format("the proof does not show that this entry is number {} of the log `{}` at size "
                    "{}",
                    proof.index, endorsement.checkpoint.origin, head.size),
        {}};
  }
  return endorsement;
}

}  // namespace countersign::ledger
