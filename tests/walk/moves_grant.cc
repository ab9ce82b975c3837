// SPDX-License-Identifier: Apache-2.0
// What is done under a grant, and about it.
#include <algorithm>

#include <fmt/format.h>

#include "casework/allotments.h"
#include "casework/checks.h"
#include "walk/world.h"

namespace countersign::walk {
namespace {

std::vector<registry::CategoryId> categories_of(const Asked& what, bool right) {
  if (what.transfer) return {};
  return {registry::CategoryId(what.depot && right ? "depot" : "radar")};
}

}  // namespace

void World::draw() {
  const std::string grant = some_grant();
  const Asked what = what_of(about_);
  const bool right = right_ || what.transfer || !once_in(5);
  kernel::DrawBody body{registry::GrantId(grant), one_to(3), std::nullopt,
                        categories_of(what, right)};
  if (!what.transfer) body.place = place(right == what.in_ru);
  const auto before = record(grant);
  const Hand by = hand({"UA/Staff"});
  const Answer answer = answer_of(casework::draw(drill_.instance(), actor(by), body));
  const Step step{"draw", grant};
  if (took(step, by, answer)) {
    if (!before) return finding("drawn under a grant that is not there");
    if (by.authority != "UA") finding("another party drew");
    if (!right) finding("drawn outside what was asked for");
    if (grant_is(grant) != "active") finding("drawn under a grant that was not active");
    const GrantStanding is{grant_is(grant), before->scope.quantity};
    judge("drawn", oracle_.against_draw(about_, grant, oracle_.drawn(grant) + body.quantity, is,
                                        before->scope.text));
    oracle_.drew(grant, answer.first, body.quantity, std::nullopt);
    check_reports(grant);
  }
  settle(step);
}

void World::allot() {
  const std::string grant = some_grant();
  const Asked what = what_of(about_);
  const Ms until = now() + kHour * one_to(right_ ? 200 : 400);
  const auto before = record(grant);
  kernel::AllotmentBody body;
  body.grant = registry::GrantId(grant);
  body.to = "the second battery";
  body.quantity = one_to(3);
  if (!what.transfer) body.place = place(what.in_ru);
  body.categories = categories_of(what, true);
  body.until = instant(until);
  const Hand by = hand({"UA/Staff"});
  const Answer answer = answer_of(casework::allot(drill_.instance(), actor(by), body));
  const Step step{"allotment", grant};
  if (took(step, by, answer)) {
    if (!before) return finding("taken under a grant that is not there");
    if (by.authority != "UA") finding("another party took it");
    if (grant_is(grant) != "active") finding("taken under a grant that was not active");
    if (until > before->scope.window.until.unix_ms) finding("it outlasts its grant");
    const GrantStanding is{grant_is(grant), before->scope.quantity};
    judge("allotted", oracle_.against_draw(about_, grant, oracle_.drawn(grant) + body.quantity, is,
                                           before->scope.text));
    oracle_.drew(grant, answer.first, body.quantity, until);
    allotted_.insert(about_);
    check_reports(grant);
  }
  settle(step);
}

void World::give_back() {
  const std::string grant = some_grant();
  const auto now_is = record(grant);
  Entry allotment = 3;
  if (now_is) {
    for (const kernel::Draw& draw : now_is->draws) {
      if (draw.allotment && (allotment == 3 || once_in(2))) allotment = draw.done.position;
    }
  }
  const std::int64_t quantity = once_in(2) ? 1 : one_to(3);
  const Hand by = hand({"UA/Staff"});
  const Answer answer = answer_of(casework::give_back(
      drill_.instance(), actor(by), {registry::GrantId(grant), allotment, quantity, "not needed"}));
  const Step step{"give_back", grant};
  if (took(step, by, answer)) {
    if (by.authority != "UA") finding("another party gave it back");
    judge("given back", oracle_.against_giving_back(grant, allotment, quantity, now()));
    oracle_.gave_back(grant, allotment, quantity);
    check_reports(grant);
  }
  settle(step);
}

void World::report() {
  const std::string grant = some_grant();
  const Asked what = what_of(about_);
  const auto before = record(grant);
  const bool right = what.transfer || !once_in(4);
  kernel::ReportBody body{registry::GrantId(grant),  one_to(2),    std::nullopt,
                          categories_of(what, true), drill_.now(), "used"};
  // Some come late.
  if (once_in(3)) body.at = instant(std::max(began_, now() - kHour * one_to(100)));
  if (!what.transfer) body.place = place(right == what.in_ru);
  if (before && once_in(2)) {
    for (const kernel::Draw& draw : before->draws) {
      if (draw.allotment) body.allotment = draw.done.position;
    }
  }
  const Hand by = hand({"UA/Staff"});
  const Answer answer = answer_of(casework::report(drill_.instance(), actor(by), body));
  const Step step{"report", grant};
  if (took(step, by, answer)) {
    oracle_.reported(grant, answer.first, body.quantity, right && by.authority == "UA",
                     body.allotment);
    check_reports(grant);
  } else if (before && answer.rule != "no-power" && answer.rule != "key-withdrawn" &&
             answer.rule != "not-the-office" && !answer.rule.starts_with("not-") &&
             answer.rule != "absent" && answer.rule != "acting-elsewhere") {
    finding("a report is never refused: " + answer.rule);
  }
  settle(step);
}

void World::act(kernel::EntryKind kind) {
  const std::string grant = some_grant();
  const bool surrender = kind == kernel::EntryKind::Surrender;
  const Hand by = surrender ? hand({"UA/Staff"}) : hand({"US/SecDef", "GB/MoD"});
  const Answer answer = answer_of(casework::act_on_grant(
      drill_.instance(), actor(by), kind, {registry::GrantId(grant), "for a reason"}));
  const Step step{std::string(name_of(kind)), grant};
  if (took(step, by, answer)) {
    const bool consents =
        by.authority == "US" || (by.authority == "GB" && !what_of(about_).transfer);
    if (surrender ? by.authority != "UA" : !consents) finding("it was another's to do");
    if (kind == kernel::EntryKind::Suspend) oracle_.suspended(grant, by.authority);
    if (kind == kernel::EntryKind::Revoke) oracle_.revoked(about_);
  }
  settle(step);
}

void World::acknowledge() {
  const std::string grant = some_grant();
  const auto body = casework::to_acknowledge(drill_.instance(), registry::GrantId(grant));
  const Hand by = hand({"UA/Staff"});
  const Answer answer =
      body ? answer_of(casework::acknowledge(drill_.instance(), actor(by), body.value()))
           : Answer{body.error().rule, 0, 0, false};
  const bool texts = body && !body.value().provisos.empty();
  const Step step{words_of("acknowledge", texts ? "provisos" : "revocation"), grant};
  if (took(step, by, answer)) {
    if (by.authority != "UA") finding("another party took note");
    if (texts) oracle_.took_note(grant, body.value().provisos);
  }
  settle(step);
}

void World::close_discrepancy() {
  const std::string grant = some_grant();
  std::vector<Entry> open;
  std::set<Entry> closed;
  if (const auto now_is = record(grant)) {
    for (const kernel::UseReport& report : now_is->reports) {
      if (report.open()) open.push_back(report.done.position);
      if (report.closed) closed.insert(report.done.position);
    }
    for (const kernel::EndUseCheck& check : now_is->checks) {
      if (check.open()) open.push_back(check.done->position);
      if (check.closed) closed.insert(check.done->position);
    }
  }
  if (open.empty() && !once_in(4)) return report();
  Entry meant = open.empty() ? 3 : pick(open);
  if (!closed.empty() && once_in(4)) meant = *closed.begin();
  const Hand by = hand({"US/USDP", "US/USDP", "GB/MoD", "US/SecDef"});
  const Answer answer =
      answer_of(casework::close(drill_.instance(), actor(by), id(), {meant, "looked into"}));
  const Step step{"close", grant};
  if (took(step, by, answer)) {
    if (std::count(open.begin(), open.end(), meant) == 0) finding("nothing was open to be closed");
    const bool may = by.as() == "US/USDP" || by.authority == "GB" || by.authority == "US";
    if (!may) finding("an office closed it whose authority had no say");
    const auto after = record(grant);
    for (const kernel::UseReport& report : after->reports) {
      if (report.done.position == meant && report.open()) finding("it is open still");
    }
  }
  settle(step);
}

// A check of the end use is asked for, or done.
void World::check() {
  const std::string grant = some_grant();
  const auto now_is = record(grant);
  const kernel::EndUseCheck* asked = nullptr;
  if (now_is) {
    for (const kernel::EndUseCheck& each : now_is->checks) {
      if (asked == nullptr || !each.done) asked = &each;
    }
  }
  if (asked == nullptr || once_in(4)) {
    const Hand by = hand({"US/SecDef", "US/Auditor", "GB/MoD"});
    const Answer answer = answer_of(casework::request_check(
        drill_.instance(), actor(by),
        {registry::GrantId(grant),
         registry::OfficeId(by.authority == "GB" ? "GB/Legal" : "US/Legal"),
         instant(now() + kHour * static_cast<Ms>(upto(100))), "is it where it should be?"}));
    const Step step{"check_request", grant};
    if (took(step, by, answer) && by.authority != "US" && by.authority != "GB") {
      finding("a party without a say asked for a check");
    }
    return settle(step);
  }
  const Hand by =
      once_in(4) ? hand({"US/Legal", "GB/Legal"}) : holder_of(asked->body.checker.text());
  const Answer answer = answer_of(casework::record_check(
      drill_.instance(), actor(by),
      {registry::GrantId(grant), asked->requested.position, drill_.now(),
       once_in(2) ? kernel::CheckFinding::Discrepancy : kernel::CheckFinding::Confirmed, "seen"}));
  const Step step{"check", grant};
  if (took(step, by, answer)) {
    if (asked->done) finding("it was done before");
    if (asked->body.checker.text() != by.as()) finding("another office was asked to");
  }
  settle(step);
}

}  // namespace countersign::walk
