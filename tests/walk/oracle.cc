// SPDX-License-Identifier: Apache-2.0
#include "walk/oracle.h"

#include <algorithm>

#include <fmt/format.h>

namespace countersign::walk {

void Oracle::asked(const std::string& of, const Hand& by, const Asked& what) {
  cases_[of] = Case{{by.person}, what, {}, {}, {}, false, false, {}};
}

void Oracle::amended(const std::string& of, const Hand& by, const Asked& what) {
  Case& one = cases_.at(of);
  one.askers.insert(by.person);
  one.what = what;
  one.earlier.insert(one.earlier.end(), one.advice.begin(), one.advice.end());
  one.advice.clear();
  one.approvals.clear();
  one.returned = false;
}

void Oracle::reconfirmed(const std::string& of, const Hand& by) {
  Case& one = cases_.at(of);
  for (auto last = one.earlier.rbegin(); last != one.earlier.rend(); ++last) {
    if (last->by.office != by.office) continue;
    one.advice.push_back(
        {by, last->against, last->quantity, {}, static_cast<int>(one.advice.size())});
    return;
  }
}

void Oracle::spoke_for_requester(const std::string& of, const Hand& by) {
  cases_.at(of).askers.insert(by.person);
}

void Oracle::advised(const std::string& of, const Hand& by, bool against,
                     std::optional<std::int64_t> quantity) {
  Case& one = cases_.at(of);
  one.advice.push_back({by, against, quantity, {}, static_cast<int>(one.advice.size())});
}

void Oracle::overrode(const std::string& of, const Hand& by, const std::string& adviser) {
  auto& advice = cases_.at(of).advice;
  for (auto last = advice.rbegin(); last != advice.rend(); ++last) {
    if (last->by.office != adviser) continue;
    last->overridden_by.insert(by.office);
    return;
  }
}

void Oracle::decided(const std::string& of, const Hand& by, const std::string& outcome,
                     bool resumes, std::optional<std::int64_t> quantity) {
  Case& one = cases_.at(of);
  if (resumes) return;
  if (outcome == "deny") one.denied = true;
  if (outcome == "return") one.returned = true;
  if (outcome == "recall") {
    for (Approval& approval : one.approvals) {
      if (approval.by.office == by.office) approval.recalled = true;
    }
  }
  if (outcome != "approve") return;
  std::vector<Advice> lane;
  for (const Advice& advice : one.advice) {
    if (advice.by.authority == by.authority) lane.push_back(advice);
  }
  one.approvals.push_back({by, quantity, false, std::move(lane)});
}

void Oracle::claimed(const std::string& of, const std::string& authority, bool withdrawn) {
  auto& claims = cases_.at(of).claims;
  if (withdrawn) {
    claims.erase(authority);
  } else {
    claims.insert(authority);
  }
}

// The world's directives, in words: uses in RU need SecDef, more than five need Deputy as well;
// depots need GB's MoD.
std::set<std::string> Oracle::required(const std::string& authority, const Asked& what) {
  std::set<std::string> offices;
  if (authority == "US" && what.in_ru) offices.insert("US/SecDef");
  if (authority == "US" && what.quantity > 5) offices.insert("US/Deputy");
  if (authority == "GB" && what.depot) offices.insert("GB/MoD");
  return offices;
}

// Whether nothing speaks against this approval as such: the person, and what advice demands.
bool Oracle::may_count(const Case& of, const Approval& approval) {
  if (approval.recalled || of.askers.contains(approval.by.person)) return false;
  for (const auto* given : {&of.advice, &of.earlier}) {
    for (const Advice& advice : *given) {
      if (advice.by.person == approval.by.person) return false;
    }
  }
  std::map<std::string, const Advice*> last;
  for (const Advice& advice : approval.advice) last[advice.by.office] = &advice;
  // The review of uses in RU: USDP's advice before any approval of the US.
  if (approval.by.authority == "US" && of.what.in_ru && !last.contains("US/USDP")) return false;
  for (const auto& [office, advice] : last) {
    const bool weaker =
        advice->quantity && (!approval.quantity || *approval.quantity > *advice->quantity);
    if ((advice->against || weaker) && !advice->overridden_by.contains(approval.by.office)) {
      return false;
    }
  }
  return true;
}

std::string Oracle::against_lane(const Case& of, const std::string& authority,
                                 const std::vector<std::string>& offices, std::int64_t quantity) {
  // One person counts once: every way of choosing an approval for each office is tried.
  std::vector<std::vector<const Approval*>> choices(1);
  for (const std::string& office : offices) {
    std::vector<std::vector<const Approval*>> longer;
    for (const auto& chosen : choices) {
      for (const Approval& approval : of.approvals) {
        if (approval.by.office != office || !may_count(of, approval)) continue;
        const bool again = std::any_of(chosen.begin(), chosen.end(), [&](const Approval* other) {
          return other->by.person == approval.by.person;
        });
        if (again || (approval.quantity && quantity > *approval.quantity)) continue;
        longer.push_back(chosen);
        longer.back().push_back(&approval);
      }
    }
    choices = std::move(longer);
  }
  if (!choices.empty()) return {};
  return fmt::format("{} did not approve this as its directives ask", authority);
}

std::string Oracle::against_grant(const std::string& of, std::int64_t quantity) const {
  const Case& one = cases_.at(of);
  if (!green_) return "the rating is red, and the only permission asks for green";
  if (one.denied) return "it was denied";
  if (one.returned) return "it was returned";
  if (!one.claims.empty()) return "a claim is open";
  if (one.what.quantity > 50) return "more than fifty are prohibited";
  if (quantity > one.what.quantity) return "more was granted than asked for";
  for (const char* authority : {"US", "GB"}) {
    const auto offices = required(authority, one.what);
    std::string against = against_lane(one, authority, {offices.begin(), offices.end()}, quantity);
    if (!against.empty()) return against;
  }
  return {};
}

std::string Oracle::against_draw(const std::string& grant, std::int64_t quantity,
                                 std::int64_t granted, const std::string& status_before,
                                 bool has_texts) const {
  if (status_before != "active") return fmt::format("the grant was {}", status_before);
  const auto before = drawn_.find(grant);
  const std::int64_t sum = quantity + (before == drawn_.end() ? 0 : before->second);
  if (sum > granted) return fmt::format("{} drawn of {}", sum, granted);
  if (!green_) return "the rating is red";
  if (has_texts && !acknowledged_.contains(grant)) return "its provisos were not acknowledged";
  return {};
}

namespace {

bool one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

// The cause a grant's change needs.
bool may_become(const std::string& from, const std::string& to, const std::string& step,
                bool named) {
  const bool time = step == "time" || step == "issue";
  if (from.empty()) return to == "active" && step == "grant";
  if (from == "revoked" || from == "surrendered") return false;
  if (to == "surrendered") {
    return named && step == "surrender" && one_of(from, {"active", "suspended", "exhausted"});
  }
  if (to == "revoked") return named && step == "revoke";
  if (to == "lapsed") return from != "lapsed" && time;
  if (from == "lapsed") return false;
  if (to == "suspended") {
    return one_of(from, {"active", "exhausted"}) && ((named && step == "suspend") || time);
  }
  if (to == "exhausted") {
    return (from == "active" && named && step == "draw") ||
           (from == "suspended" && named && step == "approve, to resume");
  }
  return to == "active" && from == "suspended" && named && step == "approve, to resume";
}

}  // namespace

std::string against_transition(const Standing& before, const Standing& after,
                               const std::string& step, const std::string& grant) {
  if (before.status != after.status) {
    const std::string& was = before.status;
    const std::string& is = after.status;
    bool may = was.empty() && is == "pending" && step == "request";
    may = may || (was == "returned" && is == "pending" && step == "amend");
    may = may || (one_of(was, {"pending", "returned"}) && is == "withdrawn" && step == "withdraw");
    may = may || (was == "pending" &&
                  ((is == "denied" && step == "deny") || (is == "returned" && step == "return") ||
                   (is == "granted" && step == "grant")));
    if (!may) {
      return fmt::format("the case was `{}` and is `{}` by `{}`", before.status, after.status,
                         step);
    }
  }
  for (const auto& [id, was] : before.grants) {
    if (!after.grants.contains(id)) return fmt::format("grant `{}` is gone", id);
  }
  for (const auto& [id, is] : after.grants) {
    const auto found = before.grants.find(id);
    const std::string was = found == before.grants.end() ? std::string() : found->second;
    if (was == is || may_become(was, is, step, id == grant)) continue;
    return fmt::format("grant `{}` was `{}` and is `{}` by `{}`", id, was, is, step);
  }
  return {};
}

}  // namespace countersign::walk
