// SPDX-License-Identifier: Apache-2.0
#include "ledger/policy.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "ledger/internal/decimal.h"
#include "ledger/internal/lines.h"

namespace countersign::ledger {

namespace {

constexpr std::size_t kMaxSize = 64U << 10;
constexpr std::size_t kMaxOfAKind = 128;
constexpr std::string_view kNone = "none";

// A word of a line and the column where it begins.
struct Word {
  std::string_view text;
  std::uint32_t column;
};

std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t begin = line.find_first_not_of(" \t", i);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.push_back({line.substr(begin, end - begin), static_cast<std::uint32_t>(begin + 1)});
    i = end;
  }
  return words;
}

}  // namespace

// Reads a policy line by line; stops at the first mistake.
class PolicyReader {
 public:
  PolicyReader(std::string_view source, std::string_view file)
      : source_(source), lines_(source, file) {}

  base::Parsed<Policy> read() {
    if (source_.size() > kMaxSize) {
      return lines_.issue(1, fmt::format("the policy is larger than {} bytes", kMaxSize));
    }
    while (lines_.next()) {
      if (const std::size_t bad = control_in(lines_.line()); bad != std::string_view::npos) {
        return lines_.issue(static_cast<std::uint32_t>(bad + 1),
                            "a control character cannot stand in a policy",
                            "use spaces, tabs and line feeds only");
      }
      const std::vector<Word> words = words_of(lines_.line());
      if (words.empty() || words[0].text.front() == '#') continue;
      BOOST_OUTCOME_TRY(read_line(words));
    }
    if (policy_.quorum_.empty()) {
      return lines_.issue(1, "the policy has no `quorum` line",
                          "add `quorum NAME`, or `quorum none` to ask for no witness");
    }
    return std::move(policy_);
  }

 private:
  using Done = base::Parsed<void>;

  static std::size_t control_in(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto c = static_cast<unsigned char>(line[i]);
      if ((c < 0x20 && c != '\t') || c == 0x7f) return i;
    }
    return std::string_view::npos;
  }

  Done read_line(const std::vector<Word>& words) {
    const std::string_view word = words[0].text;
    if (word == "log") return read_log(words);
    if (word == "witness") return read_witness(words);
    if (word == "group") return read_group(words);
    if (word == "quorum") return read_quorum(words);
    const auto meant = base::did_you_mean(word, {"log", "witness", "group", "quorum"});
    return lines_.issue(words[0].column, fmt::format("`{}` begins no line of a policy", word),
                        meant ? fmt::format("did you mean `{}`?", *meant)
                              : "one of `log`, `witness`, `group`, `quorum`");
  }

  base::Issues form(const Word& at, std::string_view form) const {
    return lines_.issue(at.column, fmt::format("`{}` lines have another form", at.text),
                        fmt::format("write `{}`", form));
  }

  base::Parsed<VerifierKey> read_key(const Word& word, SignatureType type) const {
    auto key = VerifierKey::parse(word.text);
    if (!key) {
      return lines_.issue(word.column, key.error().front().message, key.error().front().remedy);
    }
    if (key.value().type() != type) {
      return lines_.issue(word.column,
                          fmt::format("the key of `{}` is for {}", key.value().name(),
                                      type == SignatureType::Ed25519 ? "cosignatures, not for a log"
                                                                     : "notes, not a witness's"),
                          type == SignatureType::Ed25519 ? "a log signs with a key of the type 0x01"
                                                         : "a witness has a key of the type 0x04");
    }
    return std::move(key).value();
  }

  Done read_log(const std::vector<Word>& words) {
    if (words.size() < 2 || words.size() > 3) return form(words[0], "log VKEY [URL]");
    BOOST_OUTCOME_TRY(auto key, read_key(words[1], SignatureType::Ed25519));
    for (const Policy::Log& log : policy_.logs_) {
      if (log.key.key() == key.key()) {
        return lines_.issue(words[1].column, "this log's key is listed twice",
                            "keep one of the two lines");
      }
    }
    if (policy_.logs_.size() == kMaxOfAKind) return too_many(words[0]);
    policy_.logs_.push_back({std::move(key), words.size() == 3 ? std::string(words[2].text) : ""});
    return base::outcome::success();
  }

  Done read_witness(const std::vector<Word>& words) {
    if (words.size() < 3 || words.size() > 4) return form(words[0], "witness NAME VKEY [URL]");
    BOOST_OUTCOME_TRY(check_new(words[1]));
    BOOST_OUTCOME_TRY(auto key, read_key(words[2], SignatureType::Cosignature));
    for (const Policy::Witness& witness : policy_.witnesses_) {
      if (witness.key.key() == key.key()) {
        return lines_.issue(words[2].column,
                            fmt::format("this is the key of the witness `{}` too", witness.name),
                            "a key counts once: keep one of the two lines");
      }
    }
    if (policy_.witnesses_.size() == kMaxOfAKind) return too_many(words[0]);
    define(words[1].text).witness = policy_.witnesses_.size();
    policy_.witnesses_.push_back({std::string(words[1].text), std::move(key),
                                  words.size() == 4 ? std::string(words[3].text) : ""});
    return base::outcome::success();
  }

  Done read_group(const std::vector<Word>& words) {
    if (words.size() < 4) return form(words[0], "group NAME all|any|K NAME...");
    BOOST_OUTCOME_TRY(check_new(words[1]));
    const std::size_t count = words.size() - 3;
    std::size_t needed = words[2].text == "any" ? 1 : count;
    if (words[2].text != "any" && words[2].text != "all") {
      const auto number = parse_decimal(words[2].text);
      if (!number || *number == 0 || *number > count) {
        return lines_.issue(words[2].column,
                            fmt::format("`{}` is no number of members", words[2].text),
                            fmt::format("write `all`, `any` or a number from 1 to {}", count));
      }
      needed = *number;
    }
    if (++groups_ > kMaxOfAKind) return too_many(words[0]);
    std::vector<std::size_t> members;
    for (std::size_t i = 3; i < words.size(); ++i) {
      const auto found = places_.find(words[i].text);
      if (found == places_.end()) return unknown(words[i]);
      if (in_group_[found->second]) {
        return lines_.issue(
            words[i].column,
            fmt::format("`{}` is a member already, here or of another group", words[i].text),
            "a witness counts in one way only");
      }
      in_group_[found->second] = true;
      members.push_back(found->second);
    }
    Policy::Node& node = define(words[1].text);
    node.needed = needed;
    node.members = std::move(members);
    return base::outcome::success();
  }

  Done read_quorum(const std::vector<Word>& words) {
    if (words.size() != 2) return form(words[0], "quorum NAME|none");
    if (!policy_.quorum_.empty()) {
      return lines_.issue(words[0].column, "a second `quorum` line", "keep one of the two");
    }
    policy_.quorum_ = words[1].text;
    if (words[1].text == kNone) return base::outcome::success();
    const auto found = places_.find(words[1].text);
    if (found == places_.end()) return unknown(words[1]);
    policy_.quorum_node_ = found->second;
    return base::outcome::success();
  }

  Done check_new(const Word& name) const {
    if (name.text == kNone) {
      return lines_.issue(name.column, "`none` cannot name a witness or group",
                          "choose another name");
    }
    if (places_.contains(name.text)) {
      return lines_.issue(name.column, fmt::format("`{}` is defined twice", name.text),
                          "witnesses and groups share their names: choose another");
    }
    return base::outcome::success();
  }

  base::Issues unknown(const Word& name) const {
    std::vector<std::string_view> known;
    known.reserve(places_.size());
    for (const auto& place : places_) known.push_back(place.first);
    const auto meant = base::did_you_mean(name.text, known);
    return lines_.issue(name.column, fmt::format("`{}` is not defined above", name.text),
                        meant ? fmt::format("did you mean `{}`?", *meant)
                              : "define the witness or group on a line before this one");
  }

  base::Issues too_many(const Word& word) const {
    return lines_.issue(word.column,
                        fmt::format("more than {} `{}` lines", kMaxOfAKind, word.text));
  }

  Policy::Node& define(std::string_view name) {
    places_.emplace(name, policy_.nodes_.size());
    in_group_.push_back(false);
    policy_.nodes_.push_back({std::string(name), std::nullopt, 0, {}});
    return policy_.nodes_.back();
  }

  std::string_view source_;
  Lines lines_;
  Policy policy_;
  std::unordered_map<std::string_view, std::size_t> places_;  // of names in policy_.nodes_
  std::vector<bool> in_group_;
  std::size_t groups_ = 0;
};

base::Parsed<Policy> Policy::parse(std::string_view source, std::string_view file) {
  return PolicyReader(source, file).read();
}

std::optional<base::Instant> Endorsement::earliest() const {
  const auto found =
      std::min_element(cosigned.begin(), cosigned.end(),
                       [](const Cosigned& a, const Cosigned& b) { return a.at < b.at; });
  if (found == cosigned.end()) return std::nullopt;
  return found->at;
}

std::optional<base::Instant> Endorsement::latest() const {
  const auto found =
      std::max_element(cosigned.begin(), cosigned.end(),
                       [](const Cosigned& a, const Cosigned& b) { return a.at < b.at; });
  if (found == cosigned.end()) return std::nullopt;
  return found->at;
}

bool Policy::makes_quorum(const std::vector<bool>& cosigned) const {
  if (!quorum_node_) return true;
  std::vector<bool> satisfied(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.witness) {
      satisfied[i] = cosigned[*node.witness];
      continue;
    }
    const auto have = std::count_if(node.members.begin(), node.members.end(),
                                    [&](std::size_t member) { return satisfied[member]; });
    satisfied[i] = static_cast<std::size_t>(have) >= node.needed;
  }
  return satisfied[*quorum_node_];
}

base::Ruled<Endorsement> Policy::check(const Note& note) const {
  auto checkpoint = read_checkpoint(note.text, "checkpoint");
  if (!checkpoint) {
    return base::Refusal{"checkpoint-form", base::to_text(checkpoint.error().front()), {}};
  }
  // Logs first, witnesses behind them.
  std::vector<VerifierKey> known;
  known.reserve(logs_.size() + witnesses_.size());
  for (const Log& log : logs_) known.push_back(log.key);
  for (const Witness& witness : witnesses_) known.push_back(witness.key);
  const std::string& origin = checkpoint.value().origin;
  auto verified = verify_note(note, known);
  if (!verified && verified.error().rule != "note-unsigned") return std::move(verified).error();

  bool by_its_log = false;
  std::vector<std::optional<base::Instant>> times(witnesses_.size());
  if (verified) {
    for (const VerifiedSignature& signature : verified.value()) {
      if (signature.key < logs_.size()) {
        by_its_log = by_its_log || logs_[signature.key].key.name() == origin;
      } else {
        auto& time = times[signature.key - logs_.size()];
        time = std::max(time, signature.time);
      }
    }
  }
  if (!by_its_log) {
    return base::Refusal{
        "checkpoint-log",
        fmt::format("the checkpoint of `{}` bears no signature of a log key that is trusted here "
                    "under that name",
                    origin),
        {}};
  }
  Endorsement endorsement{std::move(checkpoint).value(), {}};
  std::vector<bool> cosigned(witnesses_.size());
  for (std::size_t i = 0; i < witnesses_.size(); ++i) {
    if (!times[i]) continue;
    cosigned[i] = true;
    endorsement.cosigned.push_back({witnesses_[i].name, *times[i]});
  }
  if (!makes_quorum(cosigned)) {
    return base::Refusal{
        "checkpoint-quorum",
        fmt::format("the checkpoint of `{}` at size {} is cosigned by {} of the {} witnesses known "
                    "here, which does not make the quorum `{}`",
                    endorsement.checkpoint.origin, endorsement.checkpoint.head.size,
                    endorsement.cosigned.size(), witnesses_.size(), quorum_),
        {}};
  }
  return endorsement;
}

}  // namespace countersign::ledger
