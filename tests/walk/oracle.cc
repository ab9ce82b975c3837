// SPDX-License-Identifier: Apache-2.0
// What the oracle takes note of.
#include "walk/oracle.h"

#include <algorithm>

#include <fmt/format.h>

namespace countersign::walk {

void Oracle::asked(const std::string& of, const Signed& by, const Asked& what) {
  Case one;
  one.what = what;
  one.asked = by;
  one.speakers = {by};
  cases_[of] = std::move(one);
}

void Oracle::amended(const std::string& of, const Signed& by, const Asked& what) {
  Case& one = cases_.at(of);
  one.amended = by;
  one.speakers.push_back(by);
  one.what = what;
  one.earlier.insert(one.earlier.end(), one.advice.begin(), one.advice.end());
  one.earlier_words.insert(one.earlier_words.end(), one.decisions.begin(), one.decisions.end());
  one.advice.clear();
  one.overrides.clear();
  one.decisions.clear();
  one.oral.clear();
}

void Oracle::advised(const std::string& of, const Signed& by, bool against,
                     std::optional<std::int64_t> quantity) {
  cases_.at(of).advice.push_back({by, against, quantity});
}

void Oracle::reconfirmed(const std::string& of, const Signed& by) {
  Case& one = cases_.at(of);
  for (auto last = one.earlier.rbegin(); last != one.earlier.rend(); ++last) {
    if (last->step.by.as() != by.by.as()) continue;
    one.advice.push_back({by, last->against, last->quantity});
    return;
  }
}

void Oracle::overrode(const std::string& of, const Signed& by, const std::string& adviser) {
  Case& one = cases_.at(of);
  for (auto last = one.advice.rbegin(); last != one.advice.rend(); ++last) {
    if (last->step.by.as() != adviser) continue;
    one.overrides.push_back({by, last->step.entry});
    return;
  }
}

void Oracle::decided(const std::string& of, const Signed& by, const Decided& what) {
  Case& one = cases_.at(of);
  one.decisions.push_back({by, what, false});
  const bool refuses = what.outcome == "deny" || what.outcome == "return";
  if (refuses && !what.after.empty()) one.rest.clear();
}

void Oracle::claimed(const std::string& of, const Signed& by) {
  cases_.at(of).claims.push_back({by, std::nullopt});
}

void Oracle::claim_withdrawn(const std::string& of, Entry claim, const Signed& by) {
  for (Claim& each : cases_.at(of).claims) {
    if (each.step.entry == claim) each.withdrawn = by;
  }
}

void Oracle::queried(const std::string& of, const Signed& by) {
  cases_.at(of).queries.push_back({by, std::nullopt});
}

void Oracle::settled(const std::string& of, Entry query, Ms at) {
  for (Query& each : cases_.at(of).queries) {
    if (each.step.entry == query && !each.settled) each.settled = at;
  }
}

void Oracle::spoke_for_requester(const std::string& of, const Signed& by) {
  cases_.at(of).speakers.push_back(by);
}

void Oracle::granted(const std::string& of, const Issued& grant) {
  Case& one = cases_.at(of);
  one.grants.push_back(grant.id);
  one.rest = grant.remainder == "open" ? grant.id : std::string();
  Grant made;
  made.of = of;
  made.after = grant.after;
  grants_[grant.id] = std::move(made);
}

void Oracle::suspended(const std::string& grant, const std::string& authority) {
  grants_.at(grant).suspender = authority;
}

void Oracle::resumed(const std::string& grant) { grants_.at(grant).suspender.clear(); }

void Oracle::reconsidered(const std::string& of, const Signed& by, bool set_aside) {
  Case& one = cases_.at(of);
  one.reconsidered = by;
  if (!set_aside) return;
  for (Decision& decision : one.decisions) {
    const bool denial = decision.what.outcome == "deny" && decision.what.resumes.empty() &&
                        decision.what.after.empty();
    if (!denial || decision.set_aside) continue;
    decision.set_aside = true;
    one.closures.emplace_back(decision.step.at, by.at);
  }
}

void Oracle::written_up(const std::string& of, const Signed& by, const std::string& office,
                        Ms said_at) {
  cases_.at(of).oral.push_back({by.by.person, office, said_at});
}

void Oracle::took_note(const std::string& grant, const std::vector<std::string>& texts) {
  grants_.at(grant).noted.insert(texts.begin(), texts.end());
}

void Oracle::drew(const std::string& grant, Entry draw, std::int64_t quantity,
                  std::optional<Ms> until) {
  Draw& one = grants_.at(grant).draws[draw];
  one.quantity = quantity;
  one.until = until;
}

void Oracle::gave_back(const std::string& grant, Entry allotment, std::int64_t quantity) {
  grants_.at(grant).draws.at(allotment).given_back += quantity;
}

void Oracle::reported(const std::string& grant, Entry report, std::int64_t quantity, bool right,
                      std::optional<Entry> allotment) {
  grants_.at(grant).reports[report] = {quantity, right, allotment};
}

void Oracle::key_withdrawn(const Hand& of, std::optional<Ms> suspected_since) {
  const auto before = withdrawn_keys_.find(of.key);
  if (before != withdrawn_keys_.end() && before->second && suspected_since) {
    suspected_since = std::min(*before->second, *suspected_since);
  }
  withdrawn_keys_[of.key] = suspected_since;
}

// Every step of the case that a grant may rest on.
template <class Visit>
void Oracle::each_ground(Case& of, Visit&& visit) {
  visit(of.asked, "request");
  if (of.amended) visit(*of.amended, "request");
  for (Claim& claim : of.claims) {
    if (claim.withdrawn) visit(*claim.withdrawn, "claim");
  }
  if (of.reconsidered) visit(*of.reconsidered, "reconsidered");
  for (Advice& advice : of.advice) visit(advice.step, "advice");
  for (Override& made : of.overrides) visit(made.step, "override");
  for (Decision& decision : of.decisions) visit(decision.step, "decision");
}

void Oracle::confirmed(const std::string& of, Entry entry, const Signed& by) {
  Case& one = cases_.at(of);
  each_ground(one, [&](Signed& step, std::string_view) {
    if (step.entry == entry) step.confirmed.push_back(by);
  });
  // The same persons are barred as speakers.
  for (Signed& speaker : one.speakers) {
    if (speaker.entry == entry) speaker.confirmed.push_back(by);
  }
}

std::string Oracle::rest(const std::string& of) const {
  const auto found = cases_.find(of);
  return found == cases_.end() ? std::string() : found->second.rest;
}

std::vector<std::pair<Entry, std::string>> Oracle::suspected(const std::string& of) const {
  std::vector<std::pair<Entry, std::string>> steps;
  const auto found = cases_.find(of);
  if (found == cases_.end()) return steps;
  Case one = found->second;
  each_ground(one, [&](const Signed& step, std::string_view) {
    if (suspects(step)) steps.emplace_back(step.entry, step.by.as());
  });
  return steps;
}

bool Oracle::rests_on_key(const std::string& of, const Hand& whose) const {
  const auto since = withdrawn_keys_.find(whose.key);
  if (since == withdrawn_keys_.end() || !since->second) return false;
  Case one = cases_.at(of);
  bool found = false;
  each_ground(one, [&](const Signed& step, std::string_view) {
    // What was confirmed by another key is not; what only this one stood by is again.
    found = found || (step.by.authority == whose.authority && suspects(step));
  });
  return found;
}

std::string Oracle::against_confirming(const std::string& of, Entry entry, const Hand& by) const {
  Case one = cases_.at(of);
  std::string against = "it stands by nothing that is suspected";
  each_ground(one, [&](const Signed& step, std::string_view kind) {
    if (step.entry != entry || !suspects(step)) return;
    against.clear();
    if (step.by.as() != by.as()) against = "another office stood by it";
    const bool decides = kind == "decision" || kind == "override";
    if (decides && against.empty()) against = bars(one, by.person);
  });
  return against;
}

std::int64_t Oracle::drawn(const std::string& grant) const {
  const auto found = grants_.find(grant);
  std::int64_t sum = 0;
  if (found == grants_.end()) return sum;
  for (const auto& [entry, draw] : found->second.draws) sum += draw.quantity - draw.given_back;
  return sum;
}

std::string Oracle::against_giving_back(const std::string& grant, Entry allotment,
                                        std::int64_t quantity, Ms at) const {
  const Grant& one = grants_.at(grant);
  const auto draw = one.draws.find(allotment);
  if (draw == one.draws.end() || !draw->second.until) return "it was no allotment";
  if (at >= *draw->second.until) return "the allotment had ended";
  std::int64_t gone = draw->second.given_back;
  for (const auto& [entry, report] : one.reports) {
    if (report.allotment == allotment) gone += report.quantity;
  }
  if (gone + quantity > draw->second.quantity) return "more was given back than was there";
  return {};
}

std::string Oracle::against_stock(const Standings& standings) const {
  std::int64_t taken = 0;
  for (const auto& [id, standing] : standings) {
    const auto of = cases_.find(id);
    if (of == cases_.end() || !of->second.what.transfer) continue;
    for (const auto& [grant, is] : standing.grants) {
      const bool in_use = is.status == "active" || is.status == "suspended";
      taken += in_use ? std::max(is.quantity, drawn(grant)) : drawn(grant);
    }
  }
  if (taken <= held_) return {};
  return fmt::format("{} of N are promised or gone, and there were never more than {}", taken,
                     held_);
}

std::string Oracle::against_reports(const std::string& grant, const std::set<Entry>& inside) const {
  const auto found = grants_.find(grant);
  if (found == grants_.end()) return {};
  std::int64_t used = 0;
  std::int64_t drawn = 0;
  std::map<Entry, std::int64_t> of_allotments;
  for (const auto& [entry, report] : found->second.reports) {
    if (!inside.contains(entry)) continue;
    if (!report.right) return fmt::format("report {} is outside, and no discrepancy", entry);
    (report.allotment ? of_allotments[*report.allotment] : used) += report.quantity;
  }
  for (const auto& [entry, draw] : found->second.draws) {
    if (!draw.until) {
      drawn += draw.quantity;
    } else if (of_allotments[entry] > draw.quantity - draw.given_back) {
      return fmt::format("more was used than allotment {} had, and there is no discrepancy", entry);
    }
  }
  if (used > drawn) return fmt::format("{} used of {} drawn, and no discrepancy", used, drawn);
  return {};
}

}  // namespace countersign::walk
