// SPDX-License-Identifier: Apache-2.0
#include "ledger/policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/issue.h"
#include "ledger/cosignature.h"

namespace countersign::ledger {
namespace {

seal::SigningKey signer(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return seal::SigningKey::from_seed(seed);
}

std::string log_key(std::uint8_t fill, std::string name = "log.example") {
  return VerifierKey(std::move(name), SignatureType::Ed25519, signer(fill).public_key()).text();
}

std::string witness_key(std::uint8_t fill) {
  return VerifierKey(fmt::format("w{}.example", fill), SignatureType::Cosignature,
                     signer(fill).public_key())
      .text();
}

// The specification's example: two of three X, and any of three Y.
std::string two_levels() {
  std::string text = "# example\n\nlog " + log_key(100) + " https://log.example/\n\n";
  for (const char* const group : {"X", "Y"}) {
    const int first = *group == 'X' ? 1 : 4;
    for (int i = 0; i < 3; ++i) {
      text += fmt::format("witness {}{}\t{}\n", group, i + 1,
                          witness_key(static_cast<std::uint8_t>(first + i)));
    }
  }
  return text +
         "  group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3  \n"
         "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
}

Policy policy_of(std::string_view text) {
  auto policy = Policy::parse(text, "p");
  EXPECT_TRUE(policy) << base::to_text(policy.error());
  return std::move(policy).value();
}

Note checkpoint_by(std::uint8_t log, const std::vector<std::uint8_t>& witnesses,
                   std::string origin = "log.example") {
  Note note = sign_checkpoint({std::move(origin), {0, empty_root()}, {}}, signer(log));
  for (const std::uint8_t witness : witnesses) {
    note.signatures.push_back(cosign(note.text, fmt::format("w{}.example", witness),
                                     signer(witness),
                                     base::Instant{1'700'000'000'000 + witness * 1000}));
  }
  return note;
}

std::string rule_of(const base::Ruled<Endorsement>& checked) {
  return checked ? "endorsed" : checked.error().rule;
}

std::string issue_of(std::string_view text) {
  auto policy = Policy::parse(text, "p");
  if (policy) return "a policy";
  const base::Issue& issue = policy.error().front();
  return base::to_text(base::Issue{"", issue.at, issue.message, "", "", 1});
}

TEST(Policy, AsksForItsQuorumInEveryCombination) {
  const Policy policy = policy_of(two_levels());
  EXPECT_EQ(policy.logs().size(), 1U);
  EXPECT_EQ(policy.logs()[0].url, "https://log.example/");
  EXPECT_EQ(policy.witnesses().size(), 6U);
  EXPECT_EQ(policy.quorum(), "X-and-Y");
  for (unsigned set = 0; set < 64; ++set) {
    std::vector<std::uint8_t> witnesses;
    int x = 0;
    int y = 0;
    for (std::uint8_t i = 0; i < 6; ++i) {
      if ((set >> i & 1) == 0) continue;
      witnesses.push_back(static_cast<std::uint8_t>(i + 1));
      ++(i < 3 ? x : y);
    }
    auto checked = policy.check(checkpoint_by(100, witnesses));
    EXPECT_EQ(rule_of(checked), x >= 2 && y >= 1 ? "endorsed" : "checkpoint-quorum") << set;
    if (checked) {
      EXPECT_EQ(checked.value().cosigned.size(), witnesses.size());
    }
  }
}

TEST(Policy, TellsWhoCosignedAndWhen) {
  const Policy policy = policy_of(two_levels());
  Note note = checkpoint_by(100, {5, 2, 1});
  // The second witness cosigned once more, earlier: its latest word counts.
  note.signatures.push_back(
      cosign(note.text, "w2.example", signer(2), base::Instant{1'600'000'000'000}));
  auto checked = policy.check(note);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked.value().cosigned,
            (std::vector<Cosigned>{{"X1", base::Instant{1'700'000'001'000}},
                                   {"X2", base::Instant{1'700'000'002'000}},
                                   {"Y2", base::Instant{1'700'000'005'000}}}));
  EXPECT_EQ(checked.value().earliest(), base::Instant{1'700'000'001'000});
  EXPECT_EQ(checked.value().latest(), base::Instant{1'700'000'005'000});
  EXPECT_EQ(checked.value().checkpoint.origin, "log.example");
}

TEST(Policy, MayAskForNoWitness) {
  const Policy policy = policy_of("log " + log_key(100) + "\nquorum none\n");
  auto checked = policy.check(checkpoint_by(100, {}));
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_TRUE(checked.value().cosigned.empty());
  EXPECT_FALSE(checked.value().latest());
}

TEST(Policy, BelievesItsOwnLogsUnderTheirOwnNames) {
  const Policy policy = policy_of("log " + log_key(100) + "\nlog " + log_key(101, "other.example") +
                                  "\nquorum none\n");
  EXPECT_EQ(rule_of(policy.check(checkpoint_by(100, {}))), "endorsed");
  EXPECT_EQ(rule_of(policy.check(checkpoint_by(101, {}, "other.example"))), "endorsed");
  EXPECT_EQ(rule_of(policy.check(checkpoint_by(102, {}))), "checkpoint-log");
  // One log's key must not speak for another's origin.
  Note note{write_checkpoint({"other.example", {0, empty_root()}, {}}), {}};
  note.signatures.push_back(sign_note(note.text, "log.example", signer(100)));
  EXPECT_EQ(rule_of(policy.check(note)), "checkpoint-log");
  EXPECT_EQ(rule_of(policy_of("quorum none\n").check(checkpoint_by(100, {}))), "checkpoint-log");
}

TEST(Policy, AWrongSignatureOfAListedKeySpoilsTheCheckpoint) {
  const Policy policy = policy_of(two_levels());
  Note note = checkpoint_by(100, {1, 2, 4});
  note.signatures.push_back(cosign("another\n", "w3.example", signer(3), base::Instant{5000}));
  EXPECT_EQ(rule_of(policy.check(note)), "note-signature");
}

TEST(Policy, WitnessesAloneMakeNoCheckpoint) {
  Note note = checkpoint_by(100, {1, 2, 4});
  note.signatures.erase(note.signatures.begin());
  EXPECT_EQ(rule_of(policy_of(two_levels()).check(note)), "checkpoint-log");
}

TEST(Policy, RefusesWhatIsNoCheckpoint) {
  const Note note{"text\n", {sign_note("text\n", "log.example", signer(100))}};
  EXPECT_EQ(rule_of(policy_of(two_levels()).check(note)), "checkpoint-form");
}

TEST(Policy, ReadsStrictly) {
  const std::string a = "witness a " + witness_key(1) + "\n";
  const std::string b = "witness b " + witness_key(2) + "\n";
  EXPECT_EQ(issue_of(a + b + "group g 2 a b\nquorum g\n"), "a policy");
  EXPECT_EQ(issue_of("quorum none"), "a policy");
  EXPECT_EQ(issue_of(""), "1:1: the policy has no `quorum` line");
  EXPECT_EQ(issue_of(a + "quorum a\nquorum a\n"), "3:1: a second `quorum` line");
  EXPECT_EQ(issue_of("quorum a\n" + a), "1:8: `a` is not defined above");
  EXPECT_EQ(issue_of(a + "witness a " + witness_key(2) + "\n"), "2:9: `a` is defined twice");
  EXPECT_EQ(issue_of(a + "witness b " + witness_key(1) + "\n"),
            "2:11: this is the key of the witness `a` too");
  EXPECT_EQ(issue_of("witness none " + witness_key(1) + "\n"),
            "1:9: `none` cannot name a witness or group");
  EXPECT_EQ(issue_of(a + "group g all none\n"), "2:13: `none` is not defined above");
  EXPECT_EQ(issue_of(a + "group g all\n"), "2:1: `group` lines have another form");
  EXPECT_EQ(issue_of(a + b + "group g 3 a b\n"), "3:9: `3` is no number of members");
  EXPECT_EQ(issue_of(a + b + "group g 0 a b\n"), "3:9: `0` is no number of members");
  EXPECT_EQ(issue_of(a + b + "group g +1 a b\n"), "3:9: `+1` is no number of members");
  EXPECT_EQ(issue_of(a + "group g all a a\n"),
            "2:15: `a` is a member already, here or of another group");
  EXPECT_EQ(issue_of(a + b + "group g any a\ngroup h any b a\n"),
            "4:15: `a` is a member already, here or of another group");
  EXPECT_EQ(issue_of(a + "group g any g\n"), "2:13: `g` is not defined above");
  EXPECT_EQ(issue_of("log " + log_key(1) + "\nlog " + log_key(1, "other") + "\n"),
            "2:5: this log's key is listed twice");
  EXPECT_EQ(issue_of("log " + witness_key(1) + "\n"),
            "1:5: the key of `w1.example` is for cosignatures, not for a log");
  EXPECT_EQ(issue_of("witness a " + log_key(1) + "\n"),
            "1:11: the key of `log.example` is for notes, not a witness's");
  EXPECT_EQ(issue_of("log x\n"), "1:5: `x` is no verifier key");
  EXPECT_EQ(issue_of("qourum none\n"), "1:1: `qourum` begins no line of a policy");
  EXPECT_EQ(issue_of("quorum none\r\n"), "1:12: a control character cannot stand in a policy");
  EXPECT_EQ(issue_of(std::string(70'000, '#')), "1:1: the policy is larger than 65536 bytes");
}

TEST(Policy, TakesAsManyAsTheSpecificationRecommends) {
  std::string text;
  for (std::uint8_t i = 0; i < 32; ++i) {
    text += "log " + log_key(static_cast<std::uint8_t>(100 + i)) + "\n";
    text += fmt::format("witness w{} {}\ngroup g{} any w{}\n", i, witness_key(i), i, i);
  }
  EXPECT_EQ(issue_of(text + "quorum g0\n"), "a policy");
}

}  // namespace
}  // namespace countersign::ledger
