// SPDX-License-Identifier: Apache-2.0
#include "kernel/withdrawn_keys.h"

#include <algorithm>
#include <utility>

namespace countersign::kernel {

const WithdrawnKey* WithdrawnKeys::find(const seal::KeyId& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

bool WithdrawnKeys::suspects(const seal::KeyId& key, base::Instant at,
                             const seal::Digest& statement, const In& in) const {
  const WithdrawnKey* withdrawn = find(key);
  if (withdrawn == nullptr || !withdrawn->covers(at)) return false;
  const auto [first, last] = confirmed_.equal_range({statement, in});
  return std::none_of(first, last, [&](const auto& each) {
    const WithdrawnKey* confirmer = find(each.second.by);
    return confirmer == nullptr || !confirmer->covers(each.second.at);
  });
}

void WithdrawnKeys::withdraw(const seal::KeyId& key, WithdrawnKey withdrawal) {
  const auto [held, first] = keys_.emplace(key, withdrawal);
  if (first || !withdrawal.suspected_since) return;
  auto& since = held->second.suspected_since;
  since = since ? std::min(*since, *withdrawal.suspected_since) : withdrawal.suspected_since;
}

void WithdrawnKeys::confirm(const seal::Digest& statement, const In& in, const seal::KeyId& by,
                            base::Instant at) {
  confirmed_.emplace(std::pair(statement, in), Confirmed{by, at});
}

}  // namespace countersign::kernel
