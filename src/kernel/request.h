// SPDX-License-Identifier: Apache-2.0
// What is asked: a use or a transfer of an item, by whom, where and for whom.
//
// Two things can be wrong with a request. What is no request at all (not JSON, a text where a
// number belongs) is the writer's mistake and gives Issues with places. What is one but cannot be
// answered (a name nobody knows, a use without a place) is refused, with the rule's name.
#ifndef COUNTERSIGN_KERNEL_REQUEST_H_
#define COUNTERSIGN_KERNEL_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "geo/place.h"
#include "registry/ids.h"
#include "registry/marking.h"
#include "registry/ties.h"
#include "registry/usage.h"

namespace countersign::registry {
class Registers;
class RegistersView;
}  // namespace countersign::registry

namespace countersign::kernel {

// How pressing the requester says it is, and why.
struct Priority {
  enum class Level { Routine, Urgent, Immediate };
  Level level = Level::Routine;
  std::string reason;  // never empty

  friend bool operator==(const Priority&, const Priority&) = default;
};
// "routine", "urgent", "immediate".
std::string_view name_of(Priority::Level level);

// Invariants of what `read_request` returns: a use has a place and no recipient, a transfer has
// both a recipient and an end user; quantity >= 1; the window is not empty; no list repeats itself.
struct Request {
  registry::PartyId requester;
  registry::Action action = registry::Action::Use;
  registry::ItemId item;
  std::int64_t quantity = 0;
  std::optional<geo::Place> place;
  std::optional<registry::PartyId> recipient;
  std::optional<registry::PartyId> end_user;  // the recipient, unless the request says another
  std::vector<registry::ItemId> used_with;
  base::Period window;  // when; unbounded on a side the request leaves out
  // Empty means none. What the request left out counts as none here and is listed by `undeclared`.
  std::optional<std::vector<registry::CategoryId>> categories;
  std::optional<std::vector<registry::DataSource>> data_sources;
  std::optional<std::vector<registry::PartyId>> funded_by;
  // Announced to who decides; no rule looks at them.
  std::optional<base::Instant> needed_by;
  std::optional<Priority> priority;
  std::optional<registry::Marking> marking;  // who may see what is asked
  std::optional<std::string> purpose;

  friend bool operator==(const Request&, const Request&) = default;
};

// A request that was read, or why it is none that can be answered.
using RequestOrRefusal = base::Ruled<Request>;

// Reads a request (docs/formats/registers.md, "A request"). Issues: not JSON, duplicate keys, one
// that every request needs left out, a value of the wrong kind. Refusals, by rule: `unknown-key`,
// which comes before all issues, `not-applicable`, `use-without-place`,
// `transfer-without-recipient`, `quantity`, `window`.
base::Parsed<RequestOrRefusal> read_request(std::string_view text, std::string_view file);
// The same from a document that was already read.
base::Parsed<RequestOrRefusal> read_request(const base::Json& document, base::Report& report);

// The document that reads as this request; what was undeclared stays left out.
base::Json write(const Request& request);

// The names of `categories`, `data_sources` and `funded_by` that the request left out, in this
// order: shown by `determine`, refused by `submit`.
std::vector<std::string_view> undeclared(const Request& request);

// Refuses names nobody here knows: a party, region, category or kind of data that is in no
// authority's registers in force, an item that never was in any. Rules: `unknown-party`,
// `unknown-item`, `unknown-region`, `unknown-category`, `unknown-data`; `where` is the request's
// key. `view` is of `registers`.
std::optional<base::Refusal> refuse_unknown_names(const Request& request,
                                                  const registry::Registers& registers,
                                                  const registry::RegistersView& view);

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_REQUEST_H_
