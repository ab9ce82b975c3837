// SPDX-License-Identifier: Apache-2.0
// What a consent is limited to, and what remains when all consents are laid over each other.
#ifndef COUNTERSIGN_KERNEL_SCOPE_H_
#define COUNTERSIGN_KERNEL_SCOPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "geo/place.h"
#include "kernel/request.h"
#include "registry/ids.h"

namespace countersign::geo {
class Layer;
}

namespace countersign::kernel {

enum class Remainder { Refused, Open };
std::string_view name_of(Remainder remainder);

// Conditions put by one office. What is left out adds nothing.
struct Provisos {
  std::optional<std::int64_t> quantity;  // at most, 1 or more
  std::vector<geo::Place> places;        // the use must lie in each of them
  std::optional<base::Period> window;
  std::optional<std::vector<registry::CategoryId>> categories;  // only these
  std::vector<std::string> text;  // for people; the holder acknowledges them
  // Of an approval: what becomes of the part of the request that these leave out. Refused where it
  // does not say.
  std::optional<Remainder> remainder;

  bool empty() const;
  // Whether they limit what a machine checks.
  bool narrow() const;
  friend bool operator==(const Provisos&, const Provisos&) = default;

  // Reads `provisos` (docs/formats/statements.md); absent (`null`) gives none.
  static Provisos read(const base::Json* document, base::Report& report);
  static base::Json write(const Provisos& provisos);
};

// What became of one part of an office's provisos in those of a decision.
struct ProvisoChange {
  enum class Kind { Kept, Tightened, Weakened };
  Kind kind = Kind::Kept;
  Provisos advised;  // that part alone
};
// Part by part: quantity, each place, window, categories, each free text.
std::vector<ProvisoChange> compare_provisos(const Provisos& decided, const Provisos& advised);

// Whether `ours` asks for at least what `theirs` does.
bool at_least_as_strict(const Provisos& ours, const Provisos& theirs);

// What may be done under a grant. Invariants: quantity >= 1, the window is not empty and ends.
struct Scope {
  registry::PartyId holder;
  registry::Action action = registry::Action::Use;
  registry::ItemId item;
  std::int64_t quantity = 0;
  std::vector<geo::Place> places;  // all of them cover what is done
  std::optional<registry::PartyId> recipient;
  std::optional<registry::PartyId> end_user;
  base::Period window;
  std::vector<registry::CategoryId> categories;  // what is done falls under no other
  std::vector<std::string> text;
  bool emergency = false;  // an authority consented in an emergency

  friend bool operator==(const Scope&, const Scope&) = default;

  static Scope read(const base::Json& document, base::Report& report);
  static base::Json write(const Scope& scope);
};

// What it takes.
registry::Quantity quantity_of(const Scope& scope);

// A place in words: "51.73 N 36.19 E, give or take 100 m", "2000 m around ...", "the region RU".
std::string words_of(const geo::Place& place);

// The list of free-text provisos that is a member of `fields`; an empty one where it is left out.
std::vector<std::string> read_free_texts(base::Fields& fields, std::string_view name,
                                         base::Report& report);

// The common scope of the request and every proviso, from `from` on. Refused by `no-window` when
// nothing says until when, and by `scope-empty` when nothing is left: no time, none of the
// categories asked for, or no place (check_places without a layer).
base::Ruled<Scope> intersect(const Request& request, const std::vector<Provisos>& provisos,
                             base::Instant from);

// Refused by `scope-empty` when no place can lie in all of the scope's. Regions are known only
// where a layer is given.
base::Ruled<void> check_places(const Scope& scope, const geo::Layer* layer);

// What becomes of what `scope` leaves out of the request, of which `rest` was still to be granted;
// empty when it leaves nothing out. Open only where all provisos that limit it say so.
std::optional<Remainder> remainder_of(const Request& request, const Scope& scope,
                                      const std::vector<Provisos>& provisos, std::int64_t rest,
                                      base::Instant from);

// What of `scope` every proviso leaves. Refused by `scope-empty`.
base::Ruled<Scope> narrowed(Scope scope, const std::vector<Provisos>& provisos);

// A single use or transfer, as a draw asks for it or a report states it.
struct Act {
  std::int64_t quantity = 0;
  std::optional<geo::Place> place;
  std::vector<registry::CategoryId> categories;
  base::Instant at;

  friend bool operator==(const Act&, const Act&) = default;
};

// What would have been asked for this act alone: the request with the act's quantity, place and
// categories.
Request request_for(const Request& request, const Act& act);

// Why the act lies outside the scope, quantity apart; empty when it lies inside. A region is known
// to cover a place only where a layer is given.
std::vector<base::Refusal> outside(const Scope& scope, const Act& act, const geo::Layer* layer);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_SCOPE_H_
