// SPDX-License-Identifier: Apache-2.0
// Signatures are verified in the threads that hand commands in. What is carried out is what one
// thread would have carried out that did everything in turn.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "casework/testing/drill.h"
#include "kernel/authenticate.h"

namespace countersign::casework {
namespace {

using testing::Drill;
using testing::rule_of;

const kernel::CaseId kCase("C");

kernel::Submission advice_by(Drill& drill, const seal::SigningKey& key,
                             const std::string& by = "US/USDP",
                             const std::string& authority = "US") {
  const kernel::Case of = drill.case_now(kCase);
  auto written = write_statement(
      {key, drill.instance().name(), registry::PartyId(authority), by}, kernel::EntryKind::Advice,
      &of, kernel::AdviceBody::write({kernel::AdviceView::Concur, {}, "no objection"}));
  CHECK(written.has_value());
  return std::move(written.value());
}

// The manifest that ends USDP's appointment now.
kernel::Submission withdrawal(Drill& drill) {
  std::optional<kernel::Submission> written;
  drill.instance().look([&](const kernel::State& state) {
    const registry::PartyId us("US");
    const kernel::Entered& entered = *state.authorities().find(us);
    IssuePlan plan;
    for (const kernel::EnteredAppointment& held : entered.appointments) {
      if (held.appointment.office.text() != "US/USDP") continue;
      plan.endings.push_back(
          {registry::RecordKind::Appointment, held.appointment.id.text(), drill.now()});
    }
    const auto manifest = next_manifest(entered, us, plan, drill.now());
    CHECK(manifest.has_value());
    auto signed_one = write_manifest(drill.pen("US", "US/Registrar"), manifest.value());
    CHECK(signed_one.has_value());
    written = std::move(signed_one.value());
  });
  return *std::move(written);
}

kernel::Submission appointment(Drill& drill, const seal::SigningKey& key) {
  const base::Json document =
      testing::json(R"({"id": "US-USDP-new", "office": "US/USDP", "person": "newcomer", "key": ")" +
                    key.public_key().text() + R"(", "in_force": {"from": "2025-01-01"}})");
  auto written =
      write_statement(drill.pen("US", "root"), kernel::EntryKind::Appointment, nullptr, document);
  CHECK(written.has_value());
  return std::move(written.value());
}

// Has the committer take `first` up, hands `second` in while it is at it (so that its signature is
// verified before `first` is in the state), and gives the answer to `second`.
std::string overtaken(Drill& drill, const std::function<Handled()>& first,
                      kernel::Submission second) {
  std::promise<void> taken_up;
  std::promise<void> handed_in;
  drill.when_next_asked([&] {
    taken_up.set_value();
    handed_in.get_future().wait();
  });
  std::string answered_first = "not at all";
  std::thread other([&] { answered_first = rule_of(first()); });
  taken_up.get_future().wait();
  auto answer = drill.instance().submit_later(std::move(second));
  handed_in.set_value();
  other.join();
  EXPECT_EQ(answered_first, "");
  const auto reply = answer.get();
  if (!reply) return "failed: " + reply.error().message;
  const auto* refusal = std::get_if<base::Refusal>(&reply.value());
  return refusal == nullptr ? std::string() : refusal->rule;
}

TEST(Ahead, AKeyThatIsWithdrawnAfterItsSignatureWasVerifiedIsRefused) {
  Drill drill;
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  kernel::Submission advice = advice_by(drill, drill.key("US/USDP"));
  EXPECT_EQ(
      overtaken(
          drill, [&, ending = withdrawal(drill)] { return drill.instance().issue({}, ending); },
          advice),
      "not-appointed");
  EXPECT_EQ(rule_of(drill.instance().submit(advice)), "not-appointed");
  EXPECT_EQ(drill.case_now(kCase).entries.size(), 2U);
}

TEST(Ahead, AKeyThatIsAppointedAfterItsStatementWasHandedInIsGood) {
  Drill drill;
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  const seal::SigningKey& key = drill.key("US/newcomer");
  EXPECT_EQ(rule_of(drill.instance().submit(advice_by(drill, key))), "not-appointed");
  EXPECT_EQ(
      overtaken(
          drill,
          [&, appointed = appointment(drill, key)] { return drill.instance().appoint(appointed); },
          advice_by(drill, key)),
      "");
  EXPECT_EQ(rule_of(drill.instance().submit(advice_by(drill, key))), "");
  EXPECT_EQ(drill.case_now(kCase).entries.size(), 4U);
}

TEST(Ahead, TheSameBytesFromManyThreadsAreOneCommand) {
  Drill drill;
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  const kernel::Submission advice = advice_by(drill, drill.key("US/USDP"));
  std::vector<std::future<Handled>> answers;
  for (int i = 0; i < 4; ++i) {
    answers.push_back(
        std::async(std::launch::async, [&] { return drill.instance().submit(advice); }));
  }
  int first_ones = 0;
  for (auto& answer : answers) {
    const Handled handled = answer.get();
    ASSERT_EQ(rule_of(handled), "");
    EXPECT_EQ(handled.value().value().first, drill.case_now(kCase).entries.back());
    if (!handled.value().value().repeated) ++first_ones;
  }
  EXPECT_EQ(first_ones, 1);
  EXPECT_EQ(drill.case_now(kCase).entries.size(), 3U);
}

std::string outcome_of(const base::Ruled<kernel::Signer>& signer) {
  if (!signer) return signer.error().rule + ": " + signer.error().message;
  return signer.value().office.text() + " " + signer.value().person.text() + " " +
         signer.value().key.text();
}

// Everybody says everything as anybody, under every ring that could have been at hand: what was
// verified ahead never changes who is taken to have signed.
TEST(Ahead, MakesNoDifferenceToWhoIsTakenToHaveSigned) {
  Drill drill;
  ASSERT_EQ(rule_of(ask(drill.instance(), drill.by("UA/Staff"), kCase, testing::use_of_m())), "");
  std::vector<kernel::SignedStatement> statements;
  for (const char* holder : {"US/USDP", "US/SecDef", "UA/Staff", "US/root", "US/clerk", "nobody"}) {
    for (const char* by : {"US/USDP", "US/SecDef", "US/none", "root", "clerk"}) {
      for (const char* authority : {"US", "UA", "XX"}) {
        statements.push_back(advice_by(drill, drill.key(holder), by, authority).statement);
        statements.push_back(statements.back());
        statements.back().envelope.signatures.front().bytes.front() ^= 1;
      }
    }
  }
  const auto compare = [&](const kernel::State& state) {
    kernel::KeyRing keys = state.authorities().key_ring();
    kernel::KeyRing mistaken;
    for (const auto& [id, verifier] : keys) mistaken.emplace(id, keys.rbegin()->second);
    int signers = 0;
    for (const kernel::SignedStatement& statement : statements) {
      const auto plain = state.authorities().who_signed(statement, state.now());
      if (plain) ++signers;
      for (const kernel::KeyRing& ring : {keys, mistaken, kernel::KeyRing()}) {
        kernel::SignedStatement ahead = statement;
        kernel::verify_ahead(ahead, ring);
        EXPECT_EQ(outcome_of(state.authorities().who_signed(ahead, state.now())),
                  outcome_of(plain));
        // Changed after it was verified: it no longer counts.
        ahead.envelope.signatures.front().bytes.front() ^= 2;
        EXPECT_FALSE(state.authorities().who_signed(ahead, state.now()));
      }
    }
    return signers;
  };
  int before = 0;
  drill.instance().look([&](const kernel::State& state) { before = compare(state); });
  EXPECT_EQ(before, 4);  // USDP, SecDef, the root and the clerk, each as itself
  ASSERT_EQ(rule_of(drill.instance().issue({}, withdrawal(drill))), "");
  int after = 0;
  drill.instance().look([&](const kernel::State& state) { after = compare(state); });
  EXPECT_EQ(after, 3);
}

}  // namespace
}  // namespace countersign::casework
