// SPDX-License-Identifier: Apache-2.0
// What a case must look like, worked out anew from the commands that were accepted: a slow, obvious
// reference that shares no code with the kernel's rules. It knows the directives of the walk's
// small world (world.h) by heart.
#ifndef COUNTERSIGN_TESTS_WALK_ORACLE_H_
#define COUNTERSIGN_TESTS_WALK_ORACLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace countersign::walk {

// Who signs: one person may hold several offices, each with a key of its own.
struct Hand {
  std::string key;  // as the key folder names it
  std::string authority;
  std::string office;
  std::string person;
};

struct Asked {
  std::int64_t quantity = 1;
  bool in_ru = true;   // the place; otherwise in UA
  bool depot = false;  // the category; otherwise radar
};

// What a case or grant was before a command and is after it.
struct Standing {
  std::string status;                         // of the case; empty: there is none
  std::map<std::string, std::string> grants;  // by id
  friend bool operator==(const Standing&, const Standing&) = default;
};

class Oracle {
 public:
  // What was accepted, in order.
  void asked(const std::string& of, const Hand& by, const Asked& what);
  void advised(const std::string& of, const Hand& by, bool against,
               std::optional<std::int64_t> quantity);
  // Overrides the last advice of that office in the lane.
  void overrode(const std::string& of, const Hand& by, const std::string& adviser);
  void decided(const std::string& of, const Hand& by, const std::string& outcome, bool resumes,
               std::optional<std::int64_t> quantity);
  // The request's next version; nothing said of the one before binds, but who said it is barred
  // still.
  void amended(const std::string& of, const Hand& by, const Asked& what);
  // The office's last advice on an earlier version holds for this one.
  void reconfirmed(const std::string& of, const Hand& by);
  // Whoever speaks for the requester is barred like who asked.
  void spoke_for_requester(const std::string& of, const Hand& by);
  void claimed(const std::string& of, const std::string& authority, bool withdrawn);
  void restocked(bool green) { green_ = green; }
  void acknowledged(const std::string& grant) { acknowledged_.insert(grant); }
  void drew(const std::string& grant, std::int64_t quantity) { drawn_[grant] += quantity; }

  // Why a grant of the case, just issued with this quantity, should not exist; empty: it may.
  std::string against_grant(const std::string& of, std::int64_t quantity) const;
  // Why a draw that was just accepted should not have been.
  std::string against_draw(const std::string& grant, std::int64_t quantity, std::int64_t granted,
                           const std::string& status_before, bool has_texts) const;

 private:
  struct Advice {
    Hand by;
    bool against = false;
    std::optional<std::int64_t> quantity;
    std::set<std::string> overridden_by;  // offices
    int number = 0;
  };
  struct Approval {
    Hand by;
    std::optional<std::int64_t> quantity;
    bool recalled = false;
    std::vector<Advice> advice;  // of its lane, as it was then
  };
  struct Case {
    std::set<std::string> askers;  // persons
    Asked what;
    std::vector<Advice> advice;
    std::vector<Advice> earlier;  // on versions before
    std::vector<Approval> approvals;
    bool denied = false;
    bool returned = false;
    std::set<std::string> claims;
  };

  static std::set<std::string> required(const std::string& authority, const Asked& what);
  static std::string against_lane(const Case& of, const std::string& authority,
                                  const std::vector<std::string>& offices, std::int64_t quantity);
  static bool may_count(const Case& of, const Approval& approval);

  std::map<std::string, Case> cases_;
  std::map<std::string, std::int64_t> drawn_;
  std::set<std::string> acknowledged_;
  bool green_ = true;
};

// Why a case could not have come from one standing to the other by this command; empty: it could.
// `step` is the command's word, with what the table of states adds; "time" for what only time did.
std::string against_transition(const Standing& before, const Standing& after,
                               const std::string& step, const std::string& grant);

}  // namespace countersign::walk

#endif  // COUNTERSIGN_TESTS_WALK_ORACLE_H_
