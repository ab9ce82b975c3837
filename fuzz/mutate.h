// SPDX-License-Identifier: Apache-2.0
// Mutations of a seed that are the same on every machine and in every run.
#ifndef COUNTERSIGN_FUZZ_MUTATE_H_
#define COUNTERSIGN_FUZZ_MUTATE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace countersign::fuzz {

// The `number`-th mutation made from `seeds` (at least one): up to eight small changes to one of
// them (bits, bytes, pieces removed, doubled, moved, or taken from another seed), at most
// `most_bytes` long. Every number stands for itself: no mutation needs the ones before it.
std::string mutate(const std::vector<std::string>& seeds, std::uint64_t number,
                   std::size_t most_bytes);

}  // namespace countersign::fuzz

#endif  // COUNTERSIGN_FUZZ_MUTATE_H_
