// SPDX-License-Identifier: Apache-2.0
// Generated inputs of the Cedar benchmarks, the same for the same seed everywhere.
#ifndef COUNTERSIGN_BENCH_CEDAR_INPUTS_H_
#define COUNTERSIGN_BENCH_CEDAR_INPUTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::bench {

inline constexpr std::size_t kRequests = 500;

// SplitMix64: the standard library's distributions differ from one library to another.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // Below `limit`, which is at least one.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  bool chance(unsigned percent) { return next() % 100 < percent; }

 private:
  std::uint64_t state_;
};

// An entity's uid in its JSON form.
std::string uid(std::string_view type, std::string_view id);
// The type's entity of that number: "User", 3 is User::"user3".
std::string numbered(std::string_view type, std::size_t number);
// Cedar's JSON of a reference in an attribute, and of a list of parts.
std::string reference(std::string_view type, std::size_t number);
std::string list(const std::vector<std::string>& parts);

// What an engine is given: JSON throughout, but for the policies' text.
struct Inputs {
  std::string policies;  // empty: the application's own file
  std::vector<std::string> entities;
  std::vector<std::string> requests;

  void entity(std::string_view uid, std::string_view attributes,
              const std::vector<std::string>& parents = {});
  void request(std::string_view principal, std::string_view action, std::string_view resource,
               std::string_view context = "{}");
};

// The three applications with `count` entities of each kind.
Inputs drive(std::size_t count, std::uint64_t seed);
Inputs code_host(std::size_t count, std::uint64_t seed);
Inputs todo(std::size_t count, std::uint64_t seed);

// `count` policies over as many users, teams, folders and documents as such a number of policies
// speaks of, so that about as many apply to a request whatever the count.
enum class Heads {
  Scoped,      // mixed heads; half the policies have conditions as well
  Conditions,  // the same policies, what their heads said written as conditions
  Attributes   // policies that name no entity at all: each could apply to every request
};
Inputs policy_set(std::size_t count, Heads heads, std::uint64_t seed);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_BENCH_CEDAR_INPUTS_H_
