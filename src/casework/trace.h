// SPDX-License-Identifier: Apache-2.0
// What a tie engine knows of one item, told: in words, as JSON, as a drawing (docs/catalogue.md).
#ifndef COUNTERSIGN_CASEWORK_TRACE_H_
#define COUNTERSIGN_CASEWORK_TRACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "registry/graph/answers.h"
#include "registry/graph/engine.h"

namespace countersign::casework {

struct TraceQuestion {
  enum class Ask {
    Ties,     // who has a say, by what bases and shares
    Paths,    // and by the shortest path each
    Sources,  // and by every part, need and technology
    WhyNot,   // why the authority has none
    UsedBy    // what contains or needs the item; with `if_origin`, what would change
  };

  std::string item;
  std::optional<std::string> authority;  // of this one alone; WhyNot needs it
  std::string destination;               // empty: any
  Ask ask = Ask::Ties;
  std::optional<std::string>
      if_origin;  // UsedBy: were the item of this origin wherever it is a part
};

// One step of a way, told: "contains", "needs" or "is made with", and what.
struct TracedStep {
  std::string how;
  std::string name;
};

struct TracedPath {
  std::string basis;  // of the tie it proves; empty for a gap
  std::vector<TracedStep> steps;
  std::vector<std::string> claims;  // of the authority on where it ends
};

// A line that counts for the authority.
struct TracedPart {
  std::string whole, part, origin;
  std::string pieces, amount;
  std::int64_t value = 0;
  std::vector<std::string> claims;
};

struct TracedTie {
  std::string authority;
  std::vector<std::string> bases;
  std::string content;  // of the authority's; empty: nothing
  std::int64_t bp_floor = 0;
  std::int64_t bp_ceiling = 0;
  registry::graph::Rule rule;
  std::vector<TracedPath> paths;
  std::vector<TracedPart> parts;
  std::vector<std::string> data;  // needed of the authority, or claimed by it
};

struct TracedGap {
  std::string kind;
  std::string message;
  std::vector<TracedStep> way;
};

// An item above, and, were the origin another one, who has a say then.
struct TracedUse {
  std::string item;
  std::vector<std::string> before, after;  // authorities with a tie; "undetermined" where gaps are
};

struct Trace {
  std::string item;
  base::Instant at;
  // Of registers: how many entries their ledger had then (empty: now), and whose alone are told of
  // (empty: all).
  std::optional<std::uint64_t> known_at;
  std::string alone;
  std::size_t rows_read = 0;  // of lists, each proved against the root that was signed
  std::string destination;
  TraceQuestion::Ask ask = TraceQuestion::Ask::Ties;
  std::string authority;  // asked about; may be empty
  std::int64_t price = 0;
  std::string currency;
  std::vector<TracedTie> ties;   // who has a say
  std::vector<TracedTie> below;  // who has something in it, and no say
  std::vector<TracedGap> gaps;
  std::vector<std::string> reasons;  // WhyNot
  std::string if_origin;             // UsedBy
  std::vector<TracedUse> uses;       // UsedBy
  std::size_t looked_at = 0;         // UsedBy: how many stand above

  bool determined() const { return gaps.empty(); }
};

// Issues are the question's: an item or authority that the catalogue does not know. With
// `if_origin` the engine is left changed, as if it were so.
base::Parsed<Trace> trace(registry::graph::TieEngine& engine, const TraceQuestion& question);

std::string to_text(const Trace& trace);  // without a line break at the end
base::Json to_json(const Trace& trace);
// The paths from the item to what proves each tie, left to right; an SVG document.
std::string to_svg(const Trace& trace);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_TRACE_H_
