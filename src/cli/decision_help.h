// SPDX-License-Identifier: Apache-2.0
// What help says of provisos and of decisions, and of the files they are written in.
#ifndef COUNTERSIGN_CLI_DECISION_HELP_H_
#define COUNTERSIGN_CLI_DECISION_HELP_H_

namespace countersign::cli {

inline constexpr const char* kProvisos = R"(
PROVISOS.json limits what may be done; each part may be left out:
  {"quantity": 1, "places": [{"point": [51.73, 36.19], "radius_m": 2000}],
   "window": {"from": "2025-06-12", "until": "2025-06-20"}, "categories": [],
   "text": ["by day only"]}
`text` is for what no machine checks: the holder acknowledges it before the first use.)";

inline constexpr const char* kDecide = R"(
What comes after an approval, new advice above all, is noted by `case show` and `grant`.
Until the grant, `--outcome recall` takes the office's own approval back.

Several cases at once: write them into a list, and sign it once with --batch.
  {"items": [
    {"case": "UA-1", "outcome": "approve"},
    {"case": "UA-2", "outcome": "approve", "provisos": {"quantity": 1}, "text": "one for now"},
    {"case": "UA-3", "outcome": "deny", "text": "why, for the requester"},
    {"case": "UA-4", "outcome": "strike_out", "text": "the end user is not known yet"}]}
A case that is struck out stays undecided. If one case of the list cannot be decided as it says, none
is, and you are told which. Whoever asked in one case learns nothing of the others.

PROVISOS.json limits what may be done; each part may be left out:
  {"quantity": 1, "places": [{"point": [51.73, 36.19], "radius_m": 2000}],
   "window": {"from": "2025-06-12", "until": "2025-06-20"}, "categories": [],
   "text": ["by day only"], "remainder": "open"}
`text` is for what no machine checks: the holder acknowledges it before the first use. `remainder`
says what becomes of the part of the request that these leave out: it is refused, unless you write
"open": then decide it later with --rest.)";

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_DECISION_HELP_H_
