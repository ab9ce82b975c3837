// SPDX-License-Identifier: Apache-2.0
// Of reader.h: what is shown whole or not at all, and is refused where any of it is kept back.
#include <algorithm>

#include <fmt/format.h>

#include "casework/reader.h"

namespace countersign::casework {

using kernel::Sight;

base::Refusal not_shown(const Reader& reader, std::string_view what) {
  const std::string who = reader.who() ? reader.who()->id : std::string();
  return {"not-shown", fmt::format("{} is not shown {}", who, what), who};
}

namespace {

std::optional<base::Refusal> refuse_unseen(const Reader& reader, const kernel::State& state,
                                           const registry::GrantId& grant) {
  const kernel::GrantRecord* record = state.find(grant);
  if (record != nullptr && reader.sees(Sight::Case, *state.find(record->case_id))) {
    return std::nullopt;
  }
  return base::Refusal{"unknown-grant", fmt::format("there is no grant `{}`", grant.text()),
                       "grant"};
}

// Whether `is` holds of a lane that the authority has or had in a version of the request.
template <class Is>
bool any_lane(const kernel::Case& of, const registry::PartyId& authority, const Is& is) {
  const auto in = [&](const std::map<registry::PartyId, kernel::Lane>& lanes) {
    const auto lane = lanes.find(authority);
    return lane != lanes.end() && is(lane->second);
  };
  return in(of.lanes) ||
         std::any_of(of.earlier.begin(), of.earlier.end(),
                     [&](const kernel::EarlierVersion& version) { return in(version.lanes); });
}

// Whether anything of the lane but internal reasons is kept from the reader.
bool misses_a_step(const Reader& reader, const kernel::State& state, const kernel::Case& of,
                   const registry::PartyId& authority) {
  if (!of.lanes.contains(authority) || !reader.sees(Sight::Request, of)) return true;
  const auto hidden = [&](Sight sight) {
    return [&, sight](const auto& step) {
      return !reader.sees(sight, of, authority, step.body.marking);
    };
  };
  const auto rules = state.rules_at(state.now());
  return any_lane(of, authority,
                  [&](const kernel::Lane& lane) {
                    return std::any_of(lane.advice.begin(), lane.advice.end(),
                                       hidden(Sight::Advice)) ||
                           std::any_of(lane.overrides.begin(), lane.overrides.end(),
                                       hidden(Sight::Override));
                  }) ||
         std::any_of(of.claims.begin(), of.claims.end(),
                     [&](const kernel::CaseClaim& claim) {
                       return claim.authority == authority && hidden(Sight::Claim)(claim);
                     }) ||
         reader.misses_a_rule(*rules, authority);
}

// Whether a version of the request is kept from the reader. A bundle shows them all.
bool misses_a_version(const Reader& reader, const kernel::Case& of) {
  return !reader.sees_version(of, of.request) ||
         std::any_of(of.earlier.begin(), of.earlier.end(),
                     [&](const kernel::EarlierVersion& version) {
                       return !reader.sees_version(of, version.request);
                     });
}

// Whether an answer to the authority is.
bool misses_an_answer(const Reader& reader, const kernel::Case& of,
                      const registry::PartyId& authority) {
  return std::any_of(of.queries.begin(), of.queries.end(), [&](const kernel::Query& asked) {
    return asked.authority == authority &&
           std::any_of(asked.answers.begin(), asked.answers.end(),
                       [&](const auto& given) { return !reader.sees_answer(of, asked, given); });
  });
}

// Whether internal reasons of the authority are kept from the reader by their marking.
bool misses_reasons(const Reader& reader, const kernel::State& state, const kernel::Case& of,
                    const registry::PartyId& authority) {
  const auto hidden = [&](const registry::PartyId& whose, const auto& reasons) {
    return whose == authority && !reader.sees_reasons(of, authority, reasons);
  };
  const auto& again = of.reconsideration;
  const auto of_grant = [&](const kernel::GrantRecord* grant) {
    return hidden(grant->revoked_by, grant->revoked_reasons) ||
           (grant->suspended && hidden(grant->suspended->authority, grant->suspended->reasons)) ||
           std::any_of(grant->pauses.begin(), grant->pauses.end(),
                       [&](const auto& pause) { return hidden(pause.authority, pause.reasons); });
  };
  const auto grants = state.grants_of(of);
  return any_lane(of, authority,
                  [&](const kernel::Lane& lane) {
                    return std::any_of(
                        lane.decisions.begin(), lane.decisions.end(),
                        [&](const auto& step) { return hidden(authority, step.reasons); });
                  }) ||
         (again && hidden(again->authority, again->reasons)) ||
         std::any_of(grants.begin(), grants.end(), of_grant);
}

}  // namespace

bool Reader::sees_whole(const kernel::State& state, const kernel::Case& of,
                        const registry::PartyId& lane) const {
  return sees(Sight::Why, of, lane) && !misses_a_step(*this, state, of, lane);
}

std::optional<base::Refusal> refuse_bundle(const Reader& reader, const kernel::State& state,
                                           const registry::GrantId& grant,
                                           const kernel::Audience& audience) {
  if (auto unseen = refuse_unseen(reader, state, grant)) return unseen;
  if (reader.is_keeper()) return std::nullopt;
  const kernel::Case& of = *state.find(state.find(grant)->case_id);
  switch (audience.kind) {
    case kernel::Audience::Kind::Overseer:
      if (reader.sees(Sight::FullBundle, of)) return std::nullopt;
      return not_shown(reader, "every authority's part: ask for --lane or --holder");
    case kernel::Audience::Kind::Authority:
      if (reader.sees(Sight::LaneBundle, of, audience.authority) &&
          reader.sees(Sight::Reasons, of, audience.authority) && !misses_a_version(reader, of) &&
          !misses_an_answer(reader, of, audience.authority) &&
          !misses_a_step(reader, state, of, audience.authority) &&
          !misses_reasons(reader, state, of, audience.authority)) {
        return std::nullopt;
      }
      return not_shown(reader, fmt::format("the part of {} whole", audience.authority.text()));
    case kernel::Audience::Kind::Holder:
      if (reader.sees(Sight::HolderBundle, of) && !misses_a_version(reader, of)) {
        return std::nullopt;
      }
      return not_shown(reader, "the holder's bundle");
  }
  return not_shown(reader, "it");
}

std::optional<base::Refusal> refuse_status(const Reader& reader, const kernel::State& state,
                                           const registry::GrantId& grant) {
  if (auto unseen = refuse_unseen(reader, state, grant)) return unseen;
  if (reader.sees(Sight::Status, *state.find(state.find(grant)->case_id))) return std::nullopt;
  return not_shown(reader, "how the grant stands");
}

}  // namespace countersign::casework
