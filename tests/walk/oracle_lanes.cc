// SPDX-License-Identifier: Apache-2.0
// Whose yes counts, and when there is a grant: section 4 of the design, for this small world.
#include <algorithm>

#include <fmt/format.h>

#include "walk/oracle.h"

namespace countersign::walk {
namespace {

constexpr Ms kGoOnAfter = 144 * kHour;    // without USDP's advice
constexpr Ms kRefuseAfter = 240 * kHour;  // of a depot, without MoD's decision
constexpr Ms kEmergency = 6 * kHour;
constexpr Ms kReview = 48 * kHour;

}  // namespace

std::set<std::string> Oracle::tied(const Asked& what) {
  return what.transfer ? std::set<std::string>{"US"} : std::set<std::string>{"US", "GB"};
}

// The world's directives, in words: uses in RU need SecDef, more than five Deputy as well; depots
// need GB's MoD; transfers of more than four need SecDef.
std::set<std::string> Oracle::required(const std::string& authority, const Asked& what) {
  std::set<std::string> offices;
  if (what.transfer) {
    if (authority == "US" && what.quantity > 4) offices.insert("US/SecDef");
    return offices;
  }
  if (authority == "US" && what.in_ru) offices.insert("US/SecDef");
  if (authority == "US" && what.quantity > 5) offices.insert("US/Deputy");
  if (authority == "GB" && what.depot) offices.insert("GB/MoD");
  return offices;
}

// Signed by a key that was withdrawn as suspected, and nobody has stood by it with a good one.
bool Oracle::suspects(const Signed& step) const {
  const auto covers = [&](const Signed& each) {
    const auto since = withdrawn_keys_.find(each.by.key);
    return since != withdrawn_keys_.end() && since->second && *since->second <= each.at;
  };
  return covers(step) && std::none_of(step.confirmed.begin(), step.confirmed.end(),
                                      [&](const Signed& each) { return !covers(each); });
}

// That person did it, or stood by it last.
bool Oracle::is_by(const Signed& step, const std::string& person) {
  return step.by.person == person ||
         (!step.confirmed.empty() && step.confirmed.back().by.person == person);
}

// Who asked or spoke for the requester, and who advised, on whatever version, does not decide.
std::string Oracle::bars(const Case& of, const std::string& person) const {
  for (const Signed& speaker : of.speakers) {
    if (is_by(speaker, person)) return "who asked decides";
  }
  for (const auto* given : {&of.advice, &of.earlier}) {
    for (const Advice& advice : *given) {
      if (is_by(advice.step, person)) return "who advised decides";
    }
  }
  return {};
}

bool Oracle::was_recalled(const Case& of, const Decision& decision) const {
  return std::any_of(of.decisions.begin(), of.decisions.end(), [&](const Decision& later) {
    return later.what.outcome == "recall" && later.step.entry > decision.step.entry &&
           later.step.by.as() == decision.step.by.as() &&
           later.what.resumes == decision.what.resumes && later.what.after == decision.what.after;
  });
}

// How long queries of that authority were with the requester in that time.
Ms Oracle::paused(const Case& of, const std::string& authority, Ms from, Ms until) const {
  // While a query of its own is with the requester, and while the case was closed by a denial that
  // did not last.
  std::vector<std::pair<Ms, Ms>> stops = of.closures;
  for (const Query& query : of.queries) {
    if (query.step.by.authority != authority) continue;
    stops.emplace_back(query.step.at, query.settled.value_or(until));
  }
  std::sort(stops.begin(), stops.end());
  Ms sum = 0;
  Ms counted = from;
  for (const auto& [since, over] : stops) {
    const Ms begin = std::max(since, counted);
    const Ms end = std::min(over, until);
    if (begin >= end) continue;
    sum += end - begin;
    counted = end;
  }
  return sum;
}

// What advice was there when it was decided, and what that asks for.
std::string Oracle::missing_of_procedure(const Case& of, const Decision& decision) const {
  const Hand& by = decision.step.by;
  std::map<std::string, const Advice*> last;
  for (const Advice& advice : of.advice) {
    const bool before = advice.step.entry < decision.step.entry;
    if (before && advice.step.by.authority == by.authority) last[advice.step.by.as()] = &advice;
  }
  if (by.authority == "US" && of.what.in_ru && !of.what.transfer) {
    const auto demanded = last.find("US/USDP");
    if (demanded == last.end()) {
      const Ms since = of.stated().at;
      const Ms ran = decision.step.at - since - paused(of, "US", since, decision.step.at);
      if (ran < kGoOnAfter) return "the advice of USDP was not in, and its time not over";
    } else if (suspects(demanded->second->step)) {
      return "the advice of USDP is suspected";
    }
  }
  for (const auto& [office, advice] : last) {
    const auto& limit = decision.what.limits.quantity;
    const bool weaker = advice->quantity && (!limit || *limit > *advice->quantity);
    if (!advice->against && !weaker) continue;
    const bool overridden =
        std::any_of(of.overrides.begin(), of.overrides.end(), [&](const Override& made) {
          return made.advice == advice->step.entry && made.step.by.as() == by.as() &&
                 made.step.entry < decision.step.entry && !suspects(made.step);
        });
    if (!overridden) return fmt::format("{} advised otherwise, and nobody overrode it", office);
  }
  return {};
}

std::string Oracle::bars_for(const Case& of, const Decision& decision) const {
  std::string barred = bars(of, decision.step.by.person);
  const auto& confirmed = decision.step.confirmed;
  if (barred.empty() && !confirmed.empty()) barred = bars(of, confirmed.back().by.person);
  return barred;
}

// Why this approval does not count.
std::string Oracle::against_counting(const Case& of, const Decision& decision) const {
  if (decision.what.outcome != "approve") return "it is no approval";
  if (was_recalled(of, decision)) return "it was recalled";
  if (suspects(decision.step)) return "it is suspected";
  const std::string barred = bars_for(of, decision);
  return barred.empty() ? missing_of_procedure(of, decision) : barred;
}

// Why this consent in an emergency does not stand in for the approvals that are missing.
std::string Oracle::against_emergency(const Case& of, const Decision& consent) const {
  if (consent.what.outcome != "emergency") return "it is no consent in an emergency";
  if (was_recalled(of, consent)) return "it was recalled";
  if (suspects(consent.step)) return "it is suspected";
  const Hand& by = consent.step.by;
  if (by.office != "US/Deputy" || !by.acting_for.empty()) return "another than Deputy consented";
  // More than five demands Deputy's approval by a directive that knows no emergency.
  if (required("US", of.what) != std::set<std::string>{"US/SecDef"} || of.what.transfer) {
    return "no directive lets anybody consent in an emergency here";
  }
  const Limits& limits = consent.what.limits;
  if (!limits.quantity || !limits.until) return "it states no quantity or window";
  if (*limits.until - consent.step.at > kEmergency) return "it is for more than six hours";
  const auto& due = consent.what.review_by;
  if (!due || *due <= consent.step.at || *due - consent.step.at > kReview) {
    return "its review is not due in time";
  }
  const std::string barred = bars_for(of, consent);
  return barred.empty() ? missing_of_procedure(of, consent) : barred;
}

// A denial or return that stands, of what is asked about.
std::string Oracle::against_standing(const Case& of, const std::string& after,
                                     const std::string& resumes) const {
  const bool uncertain = of.reconsidered && suspects(*of.reconsidered);
  for (const Decision& decision : of.decisions) {
    const bool refuses = decision.what.outcome == "deny" || decision.what.outcome == "return";
    const bool concerns = decision.what.resumes.empty() ? decision.what.after == after
                                                        : decision.what.resumes == resumes;
    if (!refuses || !concerns || (decision.set_aside && !uncertain)) continue;
    return fmt::format("it was refused ({})", decision.what.outcome);
  }
  return {};
}

std::string Oracle::against_lane(const Case& of, const std::string& authority,
                                 const std::set<std::string>& offices, const Issued& grant) const {
  std::set<std::string> given;
  std::set<std::string> persons;
  bool emergency = false;
  for (const Decision& decision : of.decisions) {
    if (decision.step.by.authority != authority || !grant.decisions.contains(decision.step.entry)) {
      continue;
    }
    if (!decision.what.resumes.empty() || decision.what.after != grant.after) {
      return "it rests on a decision about something else";
    }
    const bool urgent = decision.what.outcome == "emergency";
    std::string against = urgent ? against_emergency(of, decision) : against_counting(of, decision);
    if (urgent && against.empty() && !grant.after.empty()) against = "the rest is no emergency";
    if (!against.empty()) {
      return fmt::format("it rests on a yes of {} that does not count: {}", decision.step.by.as(),
                         against);
    }
    const Limits& limits = decision.what.limits;
    if (limits.quantity && grant.quantity > *limits.quantity) return "it is of more than approved";
    if (limits.until && grant.until > *limits.until) return "it is for longer than approved";
    for (const std::string& text : limits.text) {
      if (std::count(grant.text.begin(), grant.text.end(), text) == 0) return "a proviso is lost";
    }
    emergency = emergency || urgent;
    const auto& confirmed = decision.step.confirmed;
    bool twice = !persons.insert(decision.step.by.person).second;
    if (!confirmed.empty() && confirmed.back().by.person != decision.step.by.person) {
      twice = !persons.insert(confirmed.back().by.person).second || twice;
    }
    if (twice) return "one person counts twice";
    given.insert(decision.step.by.as());
  }
  if (emergency) return grant.emergency ? "" : "it does not say that it was an emergency";
  if (std::includes(given.begin(), given.end(), offices.begin(), offices.end())) return {};
  return fmt::format("{} did not approve as its directives ask", authority);
}

std::string Oracle::against_consents(const Case& of, const Issued& grant) const {
  std::set<Entry> known;
  std::set<std::string> tied_here = tied(of.what);
  if (grant.authorities != tied_here) return "it rests on other authorities than have a say";
  for (const std::string& authority : tied_here) {
    const auto offices = required(authority, of.what);
    if (offices.empty()) {
      if (!grant.clerks.contains(authority)) {
        return fmt::format("the clerk of {} did not sign", authority);
      }
      continue;
    }
    const std::string against = against_lane(of, authority, offices, grant);
    if (!against.empty()) return against;
  }
  for (const Decision& decision : of.decisions) known.insert(decision.step.entry);
  const bool all = std::all_of(grant.decisions.begin(), grant.decisions.end(),
                               [&](Entry entry) { return known.contains(entry); });
  return all ? std::string() : "it rests on a decision that nobody made";
}

std::string Oracle::against_grant(const std::string& of, const Issued& grant,
                                  const Standings& standings) const {
  if (is_legacy(of)) return "it is an earlier case";
  const Case& one = cases_.at(of);
  if (!one.what.transfer && !green_) return "the rating is red, and the permission asks for green";
  if (!one.what.transfer && one.what.quantity > 50) return "more than fifty are prohibited";
  if (one.withdrawn) return "it was withdrawn";
  if (suspects(one.stated())) return "the request is suspected";
  if (refused_by_silence(of, grant.at)) return "silence refused it";
  for (const Claim& claim : one.claims) {
    if (!claim.withdrawn || suspects(*claim.withdrawn)) return "a claim is open";
  }
  std::string against = against_standing(one, grant.after, {});
  if (!against.empty()) return against;
  if (grant.after != one.rest) return "it is not of what the last grant left";
  std::int64_t left = one.what.quantity;
  const Standing& now = standings.at(of);
  for (const std::string& id : one.grants) {
    const GrantStanding& before = now.grants.at(id);
    const bool in_use = before.status == "active" || before.status == "suspended";
    left -= in_use ? std::max(before.quantity, drawn(id)) : drawn(id);
  }
  if (grant.quantity > left) return fmt::format("it is of {} of {}", grant.quantity, left);
  if (grant.until > one.what.until) return "it is for longer than was asked";
  against = against_consents(one, grant);
  if (!against.empty()) return against;
  // What is left out is open where every approval that narrows says so.
  std::string remainder = grant.quantity < left || grant.until < one.what.until ? "open" : "";
  for (const Decision& decision : one.decisions) {
    if (!grant.decisions.contains(decision.step.entry)) continue;
    const Limits& limits = decision.what.limits;
    const bool narrows = limits.quantity || limits.until;
    if (!remainder.empty() && narrows && !limits.open) remainder = "refused";
  }
  if (remainder == grant.remainder) return {};
  return fmt::format("the rest is said to be `{}` and is `{}`", grant.remainder, remainder);
}

// Every way of choosing an approval for each office is tried.
std::string Oracle::against_lanes(const Case& of, const std::string& grant,
                                  bool emergencies) const {
  const std::string& after = grants_.at(grant).after;
  for (const std::string& authority : tied(of.what)) {
    const auto offices = required(authority, of.what);
    std::vector<std::set<std::string>> choices(1);  // of persons
    bool urgent = false;
    for (const std::string& office : offices) {
      std::vector<std::set<std::string>> longer;
      for (const auto& chosen : choices) {
        for (const Decision& decision : of.decisions) {
          const bool about = decision.what.resumes.empty() ? decision.what.after == after
                                                           : decision.what.resumes == grant;
          if (!about || decision.step.by.as() != office ||
              !against_counting(of, decision).empty() || chosen.contains(decision.step.by.person)) {
            continue;
          }
          longer.push_back(chosen);
          longer.back().insert(decision.step.by.person);
        }
      }
      choices = std::move(longer);
    }
    for (const Decision& decision : of.decisions) {
      urgent = urgent || (authority == "US" && emergencies && after.empty() &&
                          against_emergency(of, decision).empty());
    }
    if (choices.empty() && !urgent) return fmt::format("{} no longer says yes", authority);
  }
  return against_standing(of, after, grant);
}

std::string Oracle::against_draw(const std::string& of, const std::string& grant,
                                 std::int64_t quantity, const GrantStanding& before,
                                 const std::vector<std::string>& texts) const {
  if (!cases_.contains(of) || !grants_.contains(grant)) return "there is no such grant";
  const Case& one = cases_.at(of);
  if (before.status != "active" && before.status != "exhausted") {
    return fmt::format("the grant was `{}`", before.status);
  }
  if (quantity > before.quantity) {
    return fmt::format("{} drawn of {}", quantity, before.quantity);
  }
  if (!one.what.transfer && !green_) return "the rating is red";
  for (const std::string& text : texts) {
    if (!grants_.at(grant).noted.contains(text)) return "its provisos were not acknowledged";
  }
  return against_lanes(one, grant, true);
}

std::string Oracle::against_resuming(const std::string& of, const std::string& grant) const {
  const Case& one = cases_.at(of);
  if (!one.what.transfer && !green_) return "the rating is red";
  if (suspects(one.stated())) return "the request is suspected";
  return against_lanes(one, grant, false);
}

bool Oracle::refused_by_silence(const std::string& of, Ms at) const {
  const Case& one = cases_.at(of);
  if (!one.what.depot || one.what.transfer || !one.grants.empty()) return false;
  const Ms since = one.stated().at;
  const Ms ran = at - since - paused(one, "GB", since, at);
  if (ran < kRefuseAfter) return false;
  // The instant at which the time was over: what came then was too late.
  Ms over = since + kRefuseAfter;
  for (Ms before = 0; before != over;) {
    before = over;
    over = since + kRefuseAfter + paused(one, "GB", since, over);
  }
  for (const Decision& decision : one.decisions) {
    // Whoever's key was stolen afterwards had not kept silent all the same.
    if (decision.step.by.authority != "GB" || decision.step.at >= over) continue;
    if (decision.set_aside) continue;
    if (decision.what.outcome == "deny" || decision.what.outcome == "return") return false;
    const bool ours = decision.what.outcome == "approve" && decision.step.by.as() == "GB/MoD";
    const bool recalled =
        std::any_of(one.decisions.begin(), one.decisions.end(), [&](const Decision& later) {
          return later.what.outcome == "recall" && later.step.by.as() == "GB/MoD" &&
                 later.step.entry > decision.step.entry && later.step.at < over;
        });
    if (ours && !recalled) return false;
  }
  return true;
}

}  // namespace countersign::walk
