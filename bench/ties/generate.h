// SPDX-License-Identifier: Apache-2.0
// A catalogue as large as one likes, the same for the same seed: items up to twenty levels deep,
// most parts used a few times, four of them by millions.
#ifndef COUNTERSIGN_BENCH_TIES_GENERATE_H_
#define COUNTERSIGN_BENCH_TIES_GENERATE_H_

#include <cstdint>
#include <functional>

#include "registry/graph/builder.h"

namespace countersign::bench {

struct CatalogueSize {
  std::size_t nodes = 10'000'000;
  std::size_t edges = 50'000'000;  // contains, needs, made_with and supplied_by together, about
  std::uint64_t seed = 1;
};

// Called for every component line and every price, to hand the same rows to somebody else.
struct Rows {
  std::function<void(std::uint32_t item, std::uint32_t part, std::int64_t quantity,
                     std::int64_t value, unsigned origin)>
      line;  // origin 0: not said, the part's own parts count
  std::function<void(std::uint32_t item, std::int64_t price)> price;
};

inline constexpr unsigned kOrigins = 12;  // the first of them are authorities
inline constexpr unsigned kAuthorities = 8;
inline constexpr unsigned kLevels = 20;

registry::graph::CatalogueBuilder generate(const CatalogueSize& size, const Rows& rows = {});

}  // namespace countersign::bench

#endif  // COUNTERSIGN_BENCH_TIES_GENERATE_H_
