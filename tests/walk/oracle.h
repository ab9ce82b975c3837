// SPDX-License-Identifier: Apache-2.0
// What a case must look like, worked out anew from the commands that were accepted: a slow, obvious
// reference that shares no code with the kernel's rules. It restates section 4 of the design for
// the walk's small world, whose directives it knows by heart (world_files.cc).
//
// Each `against_...` gives why what was just accepted should not have been; empty: it may.
#ifndef COUNTERSIGN_TESTS_WALK_ORACLE_H_
#define COUNTERSIGN_TESTS_WALK_ORACLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "walk/standing.h"

namespace countersign::walk {

using Ms = std::int64_t;
using Entry = std::uint64_t;  // a position of the ledger
constexpr Ms kHour = 3'600'000;

// Who signs: one person may hold several offices, each with a key of its own.
struct Hand {
  std::string key;  // as the key folder names it
  std::string authority;
  std::string office;
  std::string person;
  std::string acting_for = {};  // the office, whose holder is away, for which this one acts

  const std::string& as() const { return acting_for.empty() ? office : acting_for; }
};

// A signed step: who, when, where it stands, and who stood by it since its key was withdrawn.
struct Signed {
  Hand by;
  Ms at = 0;
  Entry entry = 0;
  std::vector<Signed> confirmed = {};
};

// What is asked for: to use M at a place, or that N be transferred.
struct Asked {
  std::int64_t quantity = 1;
  bool in_ru = true;   // the place; otherwise in UA
  bool depot = false;  // the category; otherwise radar
  bool transfer = false;
  Ms until = 0;
};

// The provisos of an approval.
struct Limits {
  std::optional<std::int64_t> quantity;
  std::optional<Ms> until;
  std::vector<std::string> text;
  bool open = false;  // what they leave out stays open
};

// A decision as it was signed. At most one of `resumes` and `after` is set.
struct Decided {
  std::string outcome;
  std::string resumes = {};
  std::string after = {};
  Limits limits = {};
  std::optional<Ms> review_by = {};
};

// A grant as the product issued it.
struct Issued {
  std::string id;
  Ms at = 0;
  std::int64_t quantity = 0;
  Ms until = 0;
  std::vector<std::string> text;
  std::set<std::string> authorities;  // whose consents it says it rests on
  std::set<Entry> decisions;          // those it says it rests on
  std::set<std::string> clerks;       // whose clerks' consents it says it rests on
  std::string after;
  std::string remainder;  // "", "open" or "refused"
  bool emergency = false;
};

class Oracle {
 public:
  // Who holds what, and what is in stock. Of these nothing is judged.
  void appointed(const Hand& hand) { holders_.push_back(hand); }
  void restocked(bool green) { green_ = green; }
  void stocked(std::int64_t held) { held_ = held; }

  // What was accepted, in order.
  void asked(const std::string& of, const Signed& by, const Asked& what);
  // The request's next version; nothing said of the one before binds, but who said it is barred
  // still.
  void amended(const std::string& of, const Signed& by, const Asked& what);
  void advised(const std::string& of, const Signed& by, bool against,
               std::optional<std::int64_t> quantity);
  // The office's last advice on an earlier version holds for this one.
  void reconfirmed(const std::string& of, const Signed& by);
  // Overrides the last advice of that office in the lane.
  void overrode(const std::string& of, const Signed& by, const std::string& adviser);
  void decided(const std::string& of, const Signed& by, const Decided& what);
  void claimed(const std::string& of, const Signed& by);
  void claim_withdrawn(const std::string& of, Entry claim, const Signed& by);
  void queried(const std::string& of, const Signed& by);
  // Answered or taken back: the query is no longer with the requester.
  void settled(const std::string& of, Entry query, Ms at);
  // Whoever speaks for the requester is barred like who asked.
  void spoke_for_requester(const std::string& of, const Signed& by);
  void withdrawn(const std::string& of) { cases_.at(of).withdrawn = true; }
  void granted(const std::string& of, const Issued& grant);
  void suspended(const std::string& grant, const std::string& authority);
  void resumed(const std::string& grant);
  void revoked(const std::string& of) { cases_.at(of).rest.clear(); }
  void reconsidered(const std::string& of, const Signed& by, bool set_aside);
  void reviewed(const std::string& of, Entry consent) { cases_.at(of).reviewed.insert(consent); }
  bool was_reviewed(const std::string& of, Entry consent) const {
    return cases_.at(of).reviewed.contains(consent);
  }
  void written_up(const std::string& of, const Signed& by, const std::string& office, Ms said_at);
  void took_note(const std::string& grant, const std::vector<std::string>& texts);
  // A draw, an allotment, or what a draw says now that it was corrected.
  void drew(const std::string& grant, Entry draw, std::int64_t quantity, std::optional<Ms> until);
  void gave_back(const std::string& grant, Entry allotment, std::int64_t quantity);
  void reported(const std::string& grant, Entry report, std::int64_t quantity, bool right,
                std::optional<Entry> allotment);
  void imported(const std::string& legacy) { legacy_.insert(legacy); }
  void away(const std::string& office, Ms from, Ms until) { away_[office] = {from, until}; }
  void back(const std::string& office) { away_.erase(office); }
  void key_withdrawn(const Hand& of, std::optional<Ms> suspected_since);
  void confirmed(const std::string& of, Entry entry, const Signed& by);

  // What the walk asks to know what to try.
  // The offices whose approval the directives ask for.
  static std::set<std::string> required(const std::string& authority, const Asked& what);
  bool is_away(const std::string& office, Ms at) const;
  bool is_legacy(const std::string& id) const { return legacy_.contains(id); }
  std::string rest(const std::string& of) const;  // the grant that left something open, or empty
  // What of the case is suspected now: the entries, and of which office.
  std::vector<std::pair<Entry, std::string>> suspected(const std::string& of) const;
  // Whether that hand may sign such a step (by the table's words) at all; in that case, where it is
  // about one.
  std::string against_hand(const Hand& by, const std::string& step, const std::string& of,
                           Ms at) const;
  std::string against_decision(const std::string& of, const Signed& by, const Decided& what) const;
  std::string against_advice(const std::string& of, const Hand& by) const;
  std::string against_grant(const std::string& of, const Issued& grant,
                            const Standings& standings) const;
  // `quantity` is what the draws come to with it, `granted` what the scope has.
  std::string against_draw(const std::string& of, const std::string& grant, std::int64_t quantity,
                           const GrantStanding& before,
                           const std::vector<std::string>& texts) const;
  std::string against_resuming(const std::string& of, const std::string& grant) const;
  std::string against_reconsidering(const std::string& of, const Signed& by) const;
  std::string against_review(const std::string& of, Entry consent, const Hand& by) const;
  std::string against_oral(const std::string& of, const Signed& by, const std::string& office,
                           Ms said_at) const;
  std::string against_confirming(const std::string& of, Entry entry, const Hand& by) const;
  std::string against_giving_back(const std::string& grant, Entry allotment, std::int64_t quantity,
                                  Ms at) const;
  // What must hold of everything, at any time: what no grant of N may take twice; what is reported
  // and found to be inside.
  std::string against_stock(const Standings& standings) const;
  std::string against_reports(const std::string& grant, const std::set<Entry>& inside) const;

  // Whether a deadline has refused the case in silence by `at`.
  bool refused_by_silence(const std::string& of, Ms at) const;
  // Whether a step of the case is by that key, since it is suspected: what is granted waits.
  bool rests_on_key(const std::string& of, const Hand& whose) const;
  std::int64_t drawn(const std::string& grant) const;

 private:
  struct Advice {
    Signed step;
    bool against = false;
    std::optional<std::int64_t> quantity;
  };
  struct Override {
    Signed step;
    Entry advice = 0;
  };
  struct Decision {
    Signed step;
    Decided what;
    bool set_aside = false;
  };
  struct Claim {
    Signed step;
    std::optional<Signed> withdrawn;
  };
  struct Query {
    Signed step;
    std::optional<Ms> settled;
  };
  struct Oral {
    std::string person;
    std::string office;
    Ms said_at = 0;
  };
  struct Case {
    Asked what;
    Signed asked;
    std::vector<Signed> speakers;  // who asked, amended and answered, on every version
    std::optional<Signed> amended;
    std::vector<Advice> advice;
    std::vector<Advice> earlier;          // on versions before
    std::vector<Decision> earlier_words;  // decisions on them
    std::vector<Override> overrides;
    std::vector<Decision> decisions;
    std::vector<Claim> claims;
    std::vector<Query> queries;
    std::vector<Oral> oral;
    std::set<Entry> reviewed;
    std::optional<Signed> reconsidered;
    std::vector<std::string> grants;
    std::string rest;
    bool withdrawn = false;
    std::vector<std::pair<Ms, Ms>> closures;  // denied, and open again since

    const Signed& stated() const { return amended ? *amended : asked; }
  };
  struct Draw {
    std::int64_t quantity = 0;
    std::optional<Ms> until;  // of an allotment
    std::int64_t given_back = 0;
  };
  struct Report {
    std::int64_t quantity = 0;
    bool right = true;
    std::optional<Entry> allotment;
  };
  struct Grant {
    std::string of;
    std::string after;
    std::string suspender;  // whose act suspended it; empty: rules, time or a key
    std::set<std::string> noted;
    std::map<Entry, Draw> draws;
    std::map<Entry, Report> reports;
  };

  static std::set<std::string> tied(const Asked& what);
  static bool is_by(const Signed& step, const std::string& person);
  bool suspects(const Signed& step) const;
  std::string bars(const Case& of, const std::string& person) const;
  std::string bars_for(const Case& of, const Decision& decision) const;
  bool was_recalled(const Case& of, const Decision& decision) const;
  std::string missing_of_procedure(const Case& of, const Decision& decision) const;
  std::string against_counting(const Case& of, const Decision& decision) const;
  std::string against_emergency(const Case& of, const Decision& consent) const;
  std::string against_consents(const Case& of, const Issued& grant) const;
  std::string against_lane(const Case& of, const std::string& authority,
                           const std::set<std::string>& offices, const Issued& grant) const;
  // Whether some choice of approvals, for the grant as issued or to resume it, satisfies every
  // lane.
  std::string against_lanes(const Case& of, const std::string& grant, bool emergencies) const;
  std::string against_standing(const Case& of, const std::string& after,
                               const std::string& resumes) const;
  bool is_free(const Case& of, const std::string& authority, const std::string& successor,
               const std::string& office, Ms at) const;
  Ms paused(const Case& of, const std::string& authority, Ms from, Ms until) const;
  template <class Visit>
  static void each_ground(Case& of, Visit&& visit);

  std::map<std::string, Case> cases_;
  std::map<std::string, Grant> grants_;
  std::vector<Hand> holders_;
  std::map<std::string, std::pair<Ms, Ms>> away_;            // by office
  std::map<std::string, std::optional<Ms>> withdrawn_keys_;  // suspected since
  std::set<std::string> legacy_;
  bool green_ = true;
  std::int64_t held_ = 0;
};

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_ORACLE_H_
