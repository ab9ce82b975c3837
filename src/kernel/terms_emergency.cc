// SPDX-License-Identifier: Apache-2.0
// Consent in an emergency: who may give it, and for how long.
#include <algorithm>

#include <fmt/format.h>

#include "kernel/terms.h"

namespace countersign::kernel {
namespace {

using base::Refusal;

constexpr std::int64_t kHourMs = 60LL * 60 * 1000;

}  // namespace

base::Ruled<registry::Emergency> check_emergency(const Rules& rules,
                                                 const AuthorityDetermination& finding,
                                                 const registry::OfficeId& office) {
  const registry::AuthorityView* view = rules.view().find(finding.authority);
  std::optional<registry::Emergency> least;
  for (const registry::DirectiveId& id : finding.required_by) {
    const registry::DirectiveInForce* directive = view == nullptr ? nullptr : view->find(id);
    const auto& allowed = directive == nullptr ? std::nullopt : (*directive)->emergency;
    const bool named = allowed && std::find(allowed->offices.begin(), allowed->offices.end(),
                                            office) != allowed->offices.end();
    if (!named) {
      return Refusal{"not-in-emergency",
                     fmt::format("{}, which demands the approval, lets {} give no consent in an "
                                 "emergency",
                                 id.text(), office.text()),
                     id.text()};
    }
    if (!least) {
      least = *allowed;
    } else {
      least->hours = std::min(least->hours, allowed->hours);
      least->review_within_hours =
          std::min(least->review_within_hours, allowed->review_within_hours);
    }
  }
  if (least) return *std::move(least);
  return Refusal{"not-in-emergency",
                 fmt::format("{} demands no approval that could be given in an emergency",
                             finding.authority.text()),
                 finding.authority.text()};
}

base::Ruled<void> check_hours(const registry::Emergency& allowed, const DecisionBody& body,
                              base::Instant at, const registry::PartyId& authority) {
  const auto& window = body.provisos.window;
  if (!window || !body.provisos.quantity ||
      window->until.unix_ms - at.unix_ms > allowed.hours * kHourMs) {
    return Refusal{"emergency-window",
                   fmt::format("consent in an emergency states a quantity, and a window that ends "
                               "within {} hours",
                               allowed.hours),
                   authority.text()};
  }
  if (body.review_by && *body.review_by > at &&
      body.review_by->unix_ms - at.unix_ms <= allowed.review_within_hours * kHourMs) {
    return base::outcome::success();
  }
  return Refusal{"emergency-review",
                 fmt::format("its review is due within {} hours", allowed.review_within_hours),
                 authority.text()};
}

}  // namespace countersign::kernel
