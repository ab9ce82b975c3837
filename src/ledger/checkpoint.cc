// SPDX-License-Identifier: Apache-2.0
#include "ledger/checkpoint.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ledger/internal/decimal.h"
#include "ledger/internal/lines.h"

namespace countersign::ledger {
namespace {

constexpr std::string_view kHelp =
    "a checkpoint is three lines: the log's origin, its size, its root hash in base64";

}  // namespace

base::Parsed<Checkpoint> read_checkpoint(std::string_view text, std::string_view file) {
  Lines lines(text, file);
  Checkpoint checkpoint;
  if (!lines.next() || lines.line().empty()) {
    return lines.issue(1, "the checkpoint has no origin", std::string(kHelp));
  }
  checkpoint.origin = lines.line();
  const auto size = lines.next() ? parse_decimal(lines.line()) : std::nullopt;
  if (!size) {
    return lines.issue(1, fmt::format("`{}` is no tree size", lines.line().substr(0, 80)),
                       std::string(kHelp));
  }
  checkpoint.head.size = *size;
  const auto bytes = lines.next() ? base::from_base64(lines.line()) : std::nullopt;
  const auto root = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
  if (!root) {
    return lines.issue(1, fmt::format("`{}` is no root hash", lines.line().substr(0, 80)),
                       std::string(kHelp));
  }
  checkpoint.head.root = *root;
  if (*size == 0 && *root != empty_root()) {
    return lines.issue(1, "an empty log has another root hash",
                       fmt::format("it is {}", base::to_base64(empty_root().bytes)));
  }
  while (lines.ended() && lines.next()) {
    if (lines.line().empty()) return lines.issue(1, "an extension line is empty", "remove it");
    checkpoint.extensions.emplace_back(lines.line());
  }
  if (!lines.ended()) {
    return lines.issue(static_cast<std::uint32_t>(lines.line().size() + 1),
                       "the last line has no line break", "end it with a line feed");
  }
  return checkpoint;
}

std::string write_checkpoint(const Checkpoint& checkpoint) {
  CHECK(!checkpoint.origin.empty() && checkpoint.origin.find('\n') == std::string::npos);
  CHECK(checkpoint.head.size <= kMaxTreeSize);
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.head.size,
                                 base::to_base64(checkpoint.head.root.bytes));
  for (const std::string& line : checkpoint.extensions) {
    CHECK(!line.empty() && line.find('\n') == std::string::npos);
    text += line + "\n";
  }
  return text;
}

Note sign_checkpoint(const Checkpoint& checkpoint, const seal::SigningKey& key) {
  Note note{write_checkpoint(checkpoint), {}};
  note.signatures.push_back(sign_note(note.text, checkpoint.origin, key));
  return note;
}

}  // namespace countersign::ledger
