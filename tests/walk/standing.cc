// SPDX-License-Identifier: Apache-2.0
#include "walk/standing.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace countersign::walk {
namespace {

// A row: the states of the case in which the step may follow; and, of a granted one, the states of
// the grant it names, or of any of the case's. `rest`: also while what a grant left is open.
// Cases: p(ending) d(enied) r(eturned) n(ot there yet). Grants: a(ctive) s(uspended) e(xhausted)
// l(apsed) v: revoked, u: surrendered.
struct Row {
  std::string_view step;
  std::string_view cases;
  std::string_view named;
  std::string_view any;
  bool rest = false;
};

constexpr Row kTable[] = {
    {"request", "n", "", ""},
    {"claim", "p", "", ""},
    {"claim: withdraw", "p", "", ""},
    {"advice", "p", "", "s", true},
    {"override", "p", "", "s", true},
    {"decision: approve", "p", "", ""},
    {"decision: deny", "p", "", ""},
    {"decision: return", "p", "", ""},
    {"decision: recall", "p", "", ""},
    {"decision: strike_out", "p", "", ""},
    {"decision: emergency", "p", "", ""},
    {"decision: approve, of the rest", "", "", "", true},
    {"decision: deny, of the rest", "", "", "", true},
    {"decision: recall, of the rest", "", "", "", true},
    {"decision: approve, to resume", "", "s", ""},
    {"decision: deny, to resume", "", "s", ""},
    {"decision: recall, to resume", "", "s", ""},
    {"query", "p", "", ""},
    {"query: withdraw", "p", "", ""},
    {"answer", "p", "", ""},
    {"amend", "pr", "", ""},
    {"reconfirm", "p", "", ""},
    {"withdraw", "pr", "", ""},
    {"confirm", "p", "", "ase"},
    {"grant", "p", "", "", true},
    {"acknowledge: provisos", "", "asel", ""},
    {"acknowledge: revocation", "", "v", ""},
    {"draw", "", "a", ""},
    {"allotment", "", "a", ""},
    {"give_back", "", "aselvu", ""},
    {"correction: claim", "p", "", ""},
    {"correction: advice", "p", "", "s", true},
    {"correction: draw", "", "ae", ""},
    {"correction: report", "", "aselvu", ""},
    {"check_request", "", "aselvu", ""},
    {"check", "", "aselvu", ""},
    {"report", "", "aselvu", ""},
    {"close", "", "aselvu", ""},
    {"suspend", "", "ae", ""},
    {"revoke", "", "asel", ""},
    {"surrender", "", "ase", ""},
    {"oral", "p", "", ""},
    {"review", "pdr", "", "aselvu"},
    {"reconsider", "d", "", ""},
    {"reconsidered: uphold", "d", "", ""},
    {"reconsidered: set_aside", "d", "", ""},
};

char letter_of_case(const std::string& status) { return status.empty() ? 'n' : status.front(); }

char letter_of_grant(const std::string& status) {
  if (status == "revoked") return 'v';
  if (status == "surrendered") return 'u';
  return status.empty() ? '-' : status.front();
}

bool one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

bool begins(const std::string& word, std::string_view with) {
  return std::string_view(word).substr(0, with.size()) == with;
}

bool case_may_become(const std::string& was, const std::string& is, const std::string& step) {
  if (was.empty()) return is == "pending" && step == "request";
  if (is == "pending") {
    return (was == "returned" && step == "amend") ||
           (was == "denied" && step == "reconsidered: set_aside");
  }
  if (is == "withdrawn") return one_of(was, {"pending", "returned"}) && step == "withdraw";
  if (was != "pending") return false;
  // In silence a case is denied by time; whether its time was over, the oracle says.
  if (is == "denied") return step == "decision: deny" || step == "time";
  if (is == "returned") return step == "decision: return";
  return is == "granted" && step == "grant";
}

// The cause a grant's change needs. `named`: it is the grant that the step names.
bool grant_may_become(const std::string& was, const std::string& is, const std::string& step,
                      bool named) {
  const bool time = step == "time" || step == "issue";
  if (was.empty()) return is == "active" && step == "grant";
  if (was == "revoked" || was == "surrendered") return false;
  if (is == "surrendered") {
    return named && step == "surrender" && one_of(was, {"active", "suspended", "exhausted"});
  }
  if (is == "revoked") return named && step == "revoke";
  if (is == "lapsed") return was != "lapsed" && time;
  if (was == "lapsed") return false;
  const bool resumed = was == "suspended" && named && begins(step, "decision: approve, to resume");
  if (is == "suspended") {
    return one_of(was, {"active", "exhausted"}) &&
           ((named && step == "suspend") || time || step == "key_withdrawal");
  }
  if (is == "exhausted") {
    const bool taken = one_of(step, {"draw", "allotment", "correction: draw"});
    return resumed || (was == "active" && named && taken);
  }
  if (is != "active") return false;
  const bool less = one_of(step, {"give_back", "correction: draw"});
  return resumed || (was == "exhausted" && named && less);
}

}  // namespace

std::string against_table(const Standing& before, const Step& step, bool rest) {
  const auto* row = std::find_if(std::begin(kTable), std::end(kTable),
                                 [&](const Row& each) { return each.step == step.words; });
  if (row == std::end(kTable)) return fmt::format("`{}` is no step that there is", step.words);
  if (row->cases.find(letter_of_case(before.status)) != std::string_view::npos) return {};
  if (rest && row->rest) return {};
  if (before.status == "granted") {
    for (const auto& [id, grant] : before.grants) {
      const char letter = letter_of_grant(grant.status);
      if (row->any.find(letter) != std::string_view::npos) return {};
      if (id == step.grant && row->named.find(letter) != std::string_view::npos) return {};
    }
  }
  return fmt::format("`{}` does not follow while the case is `{}`", step.words, before.status);
}

std::string against_transition(const Standing& before, const Standing& after, const Step& step) {
  if (before.status != after.status && !case_may_become(before.status, after.status, step.words)) {
    return fmt::format("the case was `{}` and is `{}` by `{}`", before.status, after.status,
                       step.words);
  }
  for (const auto& [id, was] : before.grants) {
    if (!after.grants.contains(id)) return fmt::format("grant `{}` is gone", id);
  }
  for (const auto& [id, is] : after.grants) {
    const auto found = before.grants.find(id);
    const GrantStanding was = found == before.grants.end() ? GrantStanding() : found->second;
    const bool named = id == step.grant;
    if (was.status != is.status && !grant_may_become(was.status, is.status, step.words, named)) {
      return fmt::format("grant `{}` was `{}` and is `{}` by `{}`", id, was.status, is.status,
                         step.words);
    }
    const bool narrowed =
        is.quantity < was.quantity && named && begins(step.words, "decision: approve, to resume");
    if (!was.status.empty() && is.quantity != was.quantity && !narrowed) {
      return fmt::format("grant `{}` was of {} and is of {} by `{}`", id, was.quantity, is.quantity,
                         step.words);
    }
  }
  return {};
}

}  // namespace countersign::walk
