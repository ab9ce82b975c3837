// SPDX-License-Identifier: Apache-2.0
// A stock's history as a drawing.
#ifndef COUNTERSIGN_CASEWORK_INTERNAL_STOCK_CHART_H_
#define COUNTERSIGN_CASEWORK_INTERNAL_STOCK_CHART_H_

#include <string>

#include "kernel/stock.h"

namespace countersign::casework::internal {

// SVG 1.1: what is held and what is free, as steps, from the first event to the stock's instant,
// with lines where it turns yellow and red now. Readable without colours, by its words and dashes.
std::string chart_of(const kernel::ItemStock& stock);

}  // namespace countersign::casework::internal

#endif  // COUNTERSIGN_CASEWORK_INTERNAL_STOCK_CHART_H_
