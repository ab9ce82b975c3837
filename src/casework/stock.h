// SPDX-License-Identifier: Apache-2.0
// What an authority holds and what is left of it, for people and programs: the owning authority's
// view. No requester's view has any of it.
#ifndef COUNTERSIGN_CASEWORK_STOCK_H_
#define COUNTERSIGN_CASEWORK_STOCK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/json.h"
#include "base/result.h"
#include "casework/reader.h"
#include "kernel/state.h"
#include "kernel/stock.h"
#include "registry/registers.h"

namespace countersign::casework {

// Which stocks: all, unless said.
struct StockFilter {
  std::optional<registry::AuthorityId> authority;
  std::optional<registry::ItemId> item;
  std::optional<registry::HoldingPlaceId> place;  // of what is shown by place
  // Whose sight it is told in: the stocks it sees, and by their ids the grants whose case it sees.
  Reader reader = Reader::keeper();
};

struct StockAnswer {
  base::Json json;   // docs/stock.md
  std::string text;  // the same for people, without a line break at the end
};

// Rules of refusal, of all: `unknown-authority`, `unknown-item` (in no holdings book in force of
// the authorities asked about), `unknown-place`, `not-shown` (of an authority asked about whose
// stock the reader does not see).

// How much there is, where, and what is promised.
base::Ruled<StockAnswer> show_stock(const kernel::StockSource& source, const StockFilter& filter);
// The rating now, and after a request for so many, with what it was worked out from.
base::Ruled<StockAnswer> rate_stock(const kernel::StockSource& source, const StockFilter& filter,
                                    std::int64_t quantity);
// When it turns yellow, red and nothing at the present rate of use.
base::Ruled<StockAnswer> forecast_stock(const kernel::StockSource& source,
                                        const StockFilter& filter);
// Every posting up to the source's instant.
base::Ruled<StockAnswer> stock_history(const kernel::StockSource& source,
                                       const StockFilter& filter);

// What is held and free over time, with the thresholds as they are now: a document of SVG 1.1. Of
// one item: refused by `one-stock` when the filter leaves several.
base::Ruled<std::string> draw_stock(const kernel::StockSource& source, const StockFilter& filter);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_STOCK_H_
