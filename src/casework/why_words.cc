// SPDX-License-Identifier: Apache-2.0
#include "casework/why_words.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"

namespace countersign::casework {
namespace {

using base::Json;
using Lines = std::vector<std::string>;

std::string_view words_of(kernel::Deed deed, bool resuming) {
  switch (deed) {
    case kernel::Deed::Advise:
      return "advise";
    case kernel::Deed::Approve:
      return resuming ? "let the grant go on" : "approve";
    case kernel::Deed::Refuse:
      return resuming ? "keep the grant suspended" : "deny or return it";
  }
  return {};
}

// What an office may do, on one line; what it may not, each with its bars beneath.
void describe_office(const kernel::OfficeStanding& office, bool resuming, Lines& lines) {
  Lines may;
  Lines barred;
  for (const kernel::Standing& standing : office.deeds) {
    const std::string_view deed = words_of(standing.deed, resuming);
    if (standing.bars.empty()) {
      may.emplace_back(deed);
      continue;
    }
    barred.push_back(fmt::format("    {} may not {}:", office.office.text(), deed));
    for (const kernel::Bar& bar : standing.bars) {
      barred.push_back(fmt::format("      {} ({})", bar.refusal.message, bar.refusal.rule));
      barred.push_back(fmt::format("        lifted by: {}", bar.lifted_by));
    }
  }
  if (!may.empty()) {
    lines.push_back(
        fmt::format("    {} may {} now", office.office.text(), fmt::join(may, ", or ")));
  }
  lines.insert(lines.end(), barred.begin(), barred.end());
}

void describe_lane(const kernel::LaneStanding& lane, bool resuming, Lines& lines) {
  lines.push_back(fmt::format(
      "  {}: {}", lane.authority.text(),
      lane.finding ? kernel::words_of(lane.finding->outcome) : "no tie (nexus) any more"));
  if (lane.stale) {
    lines.emplace_back(
        "    the rules have changed since it was determined: the next decision enters this first");
  }
  for (const kernel::Ground& ground : lane.grounds) {
    if (ground.policy.empty()) continue;
    lines.push_back(fmt::format("    rule {}: {}", ground.policy, ground.sentence));
  }
  const bool clerk = lane.finding && lane.finding->outcome == kernel::Outcome::Authorised;
  if (clerk) {
    lines.push_back("    a standing permission covers it: the clerk signs when the grant is made");
  }
  for (const kernel::OfficeStanding& office : lane.offices) {
    describe_office(office, resuming, lines);
  }
  if (lane.offices.empty() && !clerk) {
    lines.push_back("    its charter has no office that may advise or decide");
  }
}

void describe_precedents(const std::vector<kernel::Precedent>& precedents, Lines& lines) {
  if (precedents.empty()) {
    lines.emplace_back("  no earlier case was like it");
    return;
  }
  lines.emplace_back("  earlier cases like it:");
  for (const kernel::Precedent& earlier : precedents) {
    if (earlier.from_file_of) {
      lines.push_back(fmt::format(
          "    {}, from the files of {}: {} at {} by {}, before this ledger{}", earlier.id.text(),
          earlier.from_file_of->text(),
          earlier.status == kernel::CaseStatus::Granted ? "approved" : "denied",
          base::to_text(earlier.submitted), base::quoted(earlier.decided_by),
          earlier.differs.empty() ? std::string()
                                  : fmt::format("; {}", fmt::join(earlier.differs, "; "))));
      continue;
    }
    lines.push_back(fmt::format(
        "    {}, asked {}: {}{}{}; under {} directives", earlier.id.text(),
        base::to_text(earlier.submitted), kernel::name_of(earlier.status),
        earlier.ended ? " at " + base::to_text(*earlier.ended) : std::string(),
        earlier.grant ? fmt::format(" (its grant is {} now)", kernel::name_of(*earlier.grant))
                      : std::string(),
        earlier.same_directives ? "the same" : "other"));
  }
}

Json json_of(const kernel::OfficeStanding& office) {
  std::vector<Json> deeds;
  for (const kernel::Standing& standing : office.deeds) {
    std::vector<Json> bars;
    for (const kernel::Bar& bar : standing.bars) {
      bars.push_back(base::json_object({{"rule", base::json_text(bar.refusal.rule)},
                                        {"message", base::json_text(bar.refusal.message)},
                                        {"where", base::json_text(bar.refusal.where)},
                                        {"lifted_by", base::json_text(bar.lifted_by)}}));
    }
    deeds.push_back(base::json_object({{"act", base::json_text(kernel::name_of(standing.deed))},
                                       {"may", base::json_bool(standing.bars.empty())},
                                       {"bars", base::json_array(std::move(bars))}}));
  }
  Json json = base::json_object({{"office", base::json_text(office.office.text())}});
  if (office.person) {
    json.members.push_back({"person", {}, base::json_text(office.person->text())});
  }
  json.members.push_back({"acts", {}, base::json_array(std::move(deeds))});
  return json;
}

Json json_of(const kernel::LaneStanding& lane) {
  std::vector<Json> offices;
  for (const kernel::OfficeStanding& office : lane.offices) offices.push_back(json_of(office));
  Json json = base::json_object({{"authority", base::json_text(lane.authority.text())}});
  if (lane.finding) {
    json.members.push_back(
        {"outcome", {}, base::json_text(kernel::name_of(lane.finding->outcome))});
  }
  json.members.push_back({"stale", {}, base::json_bool(lane.stale)});
  std::vector<Json> rules;
  for (const kernel::Ground& ground : lane.grounds) {
    if (ground.policy.empty()) continue;
    rules.push_back(base::json_object({{"rule", base::json_text(ground.rule)},
                                       {"directive", base::json_text(ground.directive.text())},
                                       {"policy", base::json_text(ground.policy)},
                                       {"says", base::json_text(ground.sentence)}}));
  }
  json.members.push_back({"rules", {}, base::json_array(std::move(rules))});
  json.members.push_back({"offices", {}, base::json_array(std::move(offices))});
  return json;
}

Json json_of(const kernel::Precedent& earlier) {
  Json json = base::json_object({{"case", base::json_text(earlier.id.text())},
                                 {"submitted", base::json_text(base::to_text(earlier.submitted))},
                                 {"status", base::json_text(kernel::name_of(earlier.status))},
                                 {"same_directives", base::json_bool(earlier.same_directives)}});
  if (earlier.ended) {
    json.members.push_back({"ended", {}, base::json_text(base::to_text(*earlier.ended))});
  }
  if (earlier.grant) {
    json.members.push_back({"grant", {}, base::json_text(kernel::name_of(*earlier.grant))});
  }
  if (earlier.from_file_of) {
    json.members.push_back({"from_file_of", {}, base::json_text(earlier.from_file_of->text())});
    json.members.push_back({"decided_by", {}, base::json_text(earlier.decided_by)});
    json.members.push_back({"differs", {}, base::json_texts(earlier.differs)});
  }
  return json;
}

}  // namespace

base::Ruled<kernel::Why> explain_to(const Reader& reader, const kernel::State& state,
                                    const kernel::CaseId& id,
                                    const std::optional<registry::OfficeId>& office) {
  kernel::WhyScope scope{office, std::nullopt};
  if (reader.is_keeper()) return kernel::explain(state, id, state.now(), scope);
  const kernel::Case* of = state.find(id);
  if (of == nullptr || !reader.sees(kernel::Sight::Case, *of)) {
    return base::Refusal{"unknown-case", fmt::format("there is no case `{}`", id.text()), "case"};
  }
  const registry::PartyId& own = reader.who()->authority;
  // What bars an act names the rules, the advice and the overrides it follows from, those on
  // earlier versions too.
  if (!reader.sees_whole(state, *of, own))
    return not_shown(reader, "who may act in this case, or not all that bars it");
  scope.lane = own;
  BOOST_OUTCOME_TRY(kernel::Why why, kernel::explain(state, id, state.now(), scope));
  std::erase_if(why.precedents, [&](const kernel::Precedent& earlier) {
    if (earlier.from_file_of) return !reader.sees_legacy(state.legacy().at(earlier.id));
    const kernel::Case& other = *state.find(earlier.id);
    return !reader.sees(kernel::Sight::Case, other) || !reader.sees(kernel::Sight::Request, other);
  });
  return why;
}

std::string describe(const kernel::Why& why) {
  Lines lines;
  lines.push_back(fmt::format("{}: {}", why.id.text(), kernel::name_of(why.status)));
  if (why.resuming) {
    lines.push_back(fmt::format("  grant {} is suspended: acts are about letting it go on",
                                why.resuming->text()));
  }
  for (const kernel::LaneStanding& lane : why.lanes) {
    describe_lane(lane, why.resuming.has_value(), lines);
  }
  if (why.status == kernel::CaseStatus::Pending && !why.in_part) {
    lines.push_back(
        why.grant_waits_for
            ? "  no grant yet: " + why.grant_waits_for->message
            : "  nothing stands in the way of the grant: `countersign grant` issues it");
  }
  describe_precedents(why.precedents, lines);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

Json to_json(const kernel::Why& why) {
  std::vector<Json> lanes;
  for (const kernel::LaneStanding& lane : why.lanes) lanes.push_back(json_of(lane));
  std::vector<Json> precedents;
  for (const kernel::Precedent& earlier : why.precedents) precedents.push_back(json_of(earlier));
  Json json = base::json_object({{"case", base::json_text(why.id.text())},
                                 {"status", base::json_text(kernel::name_of(why.status))}});
  if (why.resuming) {
    json.members.push_back({"resuming", {}, base::json_text(why.resuming->text())});
  }
  json.members.push_back({"lanes", {}, base::json_array(std::move(lanes))});
  if (why.grant_waits_for) {
    json.members.push_back(
        {"grant_waits_for",
         {},
         base::json_object({{"rule", base::json_text(why.grant_waits_for->rule)},
                            {"message", base::json_text(why.grant_waits_for->message)}})});
  }
  json.members.push_back({"precedents", {}, base::json_array(std::move(precedents))});
  return json;
}

}  // namespace countersign::casework
