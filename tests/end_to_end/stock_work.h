// SPDX-License-Identifier: Apache-2.0
// What the child that works on a stock and the test that kills it must agree on.
#ifndef COUNTERSIGN_TESTS_END_TO_END_STOCK_WORK_H_
#define COUNTERSIGN_TESTS_END_TO_END_STOCK_WORK_H_

#include <cstdint>

namespace countersign::casework {

inline constexpr std::int64_t kStockOpening = 20;
inline constexpr std::int64_t kStockDelivery = 10;
inline constexpr int kStockClients = 3;

// What is done in the round of a number, each written once it is acknowledged. Client c of round n
// asks in the case `S-n-c`; the lists are `S-n` (a delivery) and `S-n-c-out` (what left).
enum class StockStep : std::uint64_t { Delivered, Reserved, Drawn, HandedOver };

struct StockDone {
  StockStep step;
  std::uint64_t number;
  std::uint64_t client;
  std::int64_t quantity;
};

}  // namespace countersign::casework

#endif  // COUNTERSIGN_TESTS_END_TO_END_STOCK_WORK_H_
