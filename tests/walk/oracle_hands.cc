// SPDX-License-Identifier: Apache-2.0
// Who may sign what: powers, keys, absence and whose turn it is.
#include <algorithm>

#include <fmt/format.h>

#include "walk/oracle.h"

namespace countersign::walk {
namespace {

// The charters of the world, in words.
const std::map<std::string, std::set<std::string>>& powers() {
  static const std::map<std::string, std::set<std::string>> kPowers{
      {"UA/Staff", {"request"}},        {"US/SecDef", {"issue", "decide"}},
      {"US/Deputy", {"decide"}},        {"US/Chair", {"decide"}},
      {"US/USDP", {"issue", "advise"}}, {"US/Legal", {"advise"}},
      {"US/Auditor", {"oversee"}},      {"US/Registrar", {"vouch"}},
      {"GB/MoD", {"issue", "decide"}},  {"GB/Minister", {"decide"}},
      {"GB/Legal", {"advise"}},         {"GB/Registrar", {"vouch"}},
      {"FR/Registrar", {"vouch"}},
  };
  return kPowers;
}

const std::vector<std::string>& succession(const std::string& office) {
  static const std::map<std::string, std::vector<std::string>> kOrders{
      {"US/SecDef", {"US/Legal", "US/Deputy", "US/Chair"}}, {"GB/MoD", {"GB/Minister"}}};
  static const std::vector<std::string> kNone;
  const auto found = kOrders.find(office);
  return found == kOrders.end() ? kNone : found->second;
}

// Of which powers one is needed; none: any office may.
std::set<std::string> needed(const std::string& step) {
  const std::string kind = step.substr(0, step.find(':'));
  static const std::map<std::string, std::set<std::string>> kNeeded{
      {"claim", {"vouch"}},
      {"legacy", {"vouch"}},
      {"advice", {"advise"}},
      {"reconfirm", {"advise"}},
      {"query", {"advise", "decide"}},
      {"oral", {"advise", "decide"}},
      {"override", {"decide"}},
      {"decision", {"decide"}},
      {"batch", {"decide"}},
      {"suspend", {"decide"}},
      {"revoke", {"decide"}},
      {"reconsidered", {"decide"}},
      {"review", {"decide", "oversee"}},
      {"check_request", {"decide", "oversee"}},
      {"check", {"decide", "oversee", "advise", "vouch"}},
      {"correction", {"request", "vouch", "advise"}},
  };
  static const std::set<std::string> kOfRequester{
      "request", "answer",      "withdraw",  "amend",     "surrender", "draw",
      "report",  "acknowledge", "allotment", "give_back", "reconsider"};
  if (kOfRequester.contains(kind)) return {"request"};
  const auto found = kNeeded.find(kind);
  return found == kNeeded.end() ? std::set<std::string>() : found->second;
}

}  // namespace

bool Oracle::is_away(const std::string& office, Ms at) const {
  const auto found = away_.find(office);
  return found != away_.end() && found->second.first <= at && at < found->second.second;
}

// Whether a holder of the successor's office, present and with a good key, may decide the case for
// the absent one.
bool Oracle::is_free(const Case& of, const std::string& authority, const std::string& successor,
                     const std::string& office, Ms at) const {
  if (is_away(successor, at)) return false;
  return std::any_of(holders_.begin(), holders_.end(), [&](const Hand& holder) {
    if (holder.office != successor || withdrawn_keys_.contains(holder.key)) return false;
    if (!bars(of, holder.person).empty()) return false;
    return std::none_of(of.decisions.begin(), of.decisions.end(), [&](const Decision& decision) {
      return decision.step.by.authority == authority && decision.what.outcome == "approve" &&
             decision.step.by.person == holder.person && decision.step.by.as() != office &&
             !was_recalled(of, decision) && !suspects(decision.step);
    });
  });
}

std::string Oracle::against_hand(const Hand& by, const std::string& step, const std::string& of,
                                 Ms at) const {
  if (withdrawn_keys_.contains(by.key)) return "its key was withdrawn";
  // Whose key or absence it is, the office says itself, there or not; or the root does.
  const bool of_oneself = step == "key_withdrawal" || step == "absence" || step == "return";
  if (of_oneself || step == "issue") return {};
  const auto needs = needed(step);
  const auto& has = powers().at(by.as());
  const bool may = needs.empty() || std::any_of(needs.begin(), needs.end(), [&](const auto& each) {
                     return has.contains(each);
                   });
  if (!may) return fmt::format("{} has no such power", by.as());
  if (is_away(by.office, at)) return fmt::format("the holder of {} is away", by.office);
  if (by.acting_for.empty()) return {};
  if (!is_away(by.acting_for, at)) return fmt::format("{} is there", by.acting_for);
  const auto& order = succession(by.acting_for);
  const auto own = std::find(order.begin(), order.end(), by.office);
  if (own == order.end()) return fmt::format("{} is no successor", by.office);
  const auto found = cases_.find(of);
  if (found == cases_.end() || !step.starts_with("decision")) return {};
  for (auto before = order.begin(); before != own; ++before) {
    if (is_free(found->second, by.authority, *before, by.acting_for, at)) {
      return fmt::format("it is the turn of {}", *before);
    }
  }
  return {};
}

std::string Oracle::against_decision(const std::string& of, const Signed& by,
                                     const Decided& what) const {
  const Case& one = cases_.at(of);
  if (what.outcome == "recall" || what.outcome == "strike_out") return {};
  std::string against = bars(one, by.by.person);
  if (!against.empty()) return against;
  if (what.outcome != "approve" && what.outcome != "emergency") return {};
  // What no yes lifts.
  const bool barred = !one.what.transfer && (!green_ || one.what.quantity > 50);
  if (barred && by.by.authority == "US") return "a rule bars it absolutely";
  if (what.outcome == "emergency") return against_emergency(one, {by, what, false});
  against = missing_of_procedure(one, {by, what, false});
  if (!against.empty()) return against;
  if (what.resumes.empty()) return {};
  const std::string& suspender = grants_.at(what.resumes).suspender;
  if (!suspender.empty() && suspender != by.by.authority) return "another authority suspended it";
  return {};
}

// Who has decided on whatever version, or stood by it, does not advise. What was struck out of a
// joint decision was not decided.
std::string Oracle::against_advice(const std::string& of, const Hand& by) const {
  const Case& one = cases_.at(of);
  for (const auto* words : {&one.decisions, &one.earlier_words}) {
    for (const Decision& decision : *words) {
      if (decision.what.outcome != "strike_out" && is_by(decision.step, by.person)) {
        return "who decided advises";
      }
    }
  }
  return {};
}

std::string Oracle::against_reconsidering(const std::string& of, const Signed& by) const {
  const Case& one = cases_.at(of);
  if (one.reconsidered) return "it was reconsidered before";
  for (const Decision& decision : one.decisions) {
    if (decision.what.outcome != "deny") continue;
    if (decision.step.by.person == by.by.person) return "who denied looks again";
    if (decision.step.by.authority != by.by.authority) return "another authority denied";
  }
  return bars(one, by.by.person);
}

std::string Oracle::against_review(const std::string& of, Entry consent, const Hand& by) const {
  const Case& one = cases_.at(of);
  if (one.reviewed.contains(consent)) return "it was reviewed before";
  for (const Decision& decision : one.decisions) {
    if (decision.step.entry != consent || decision.what.outcome != "emergency") continue;
    return decision.step.by.person == by.person ? "who consented reviews it" : "";
  }
  return "there was no emergency";
}

std::string Oracle::against_oral(const std::string& of, const Signed& by, const std::string& office,
                                 Ms said_at) const {
  if (office == by.by.as()) return "it writes up its own word";
  if (said_at > by.at || by.at - said_at > 4 * kHour) return "it was not written up in time";
  for (const Oral& note : cases_.at(of).oral) {
    const bool same = note.office == office && note.said_at == said_at;
    if (same && note.person == by.by.person) return "one person wrote it up twice";
  }
  return {};
}

}  // namespace countersign::walk
