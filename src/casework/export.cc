// SPDX-License-Identifier: Apache-2.0
#include "casework/export.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/csv.h"
#include "kernel/logged.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::EntryKind;
using kernel::Sight;

constexpr std::uint64_t kChunk = 512;

// The authorities of a determination whose findings the reader sees.
std::vector<registry::PartyId> lanes_of(const kernel::LoggedEntry& entry, const Reader& reader,
                                        const kernel::Case& of) {
  constexpr std::string_view kFindings = "findings:";
  std::vector<registry::PartyId> lanes;
  for (const auto& [name, field] : entry.fields) {
    if (!name.starts_with(kFindings)) continue;
    registry::PartyId authority(name.substr(kFindings.size()));
    if (reader.sees(Sight::Finding, of, authority)) lanes.push_back(std::move(authority));
  }
  return lanes;
}

std::optional<registry::GrantId> grant_of(const kernel::LoggedEntry& entry) {
  if (entry.kind == EntryKind::Grant) {
    const Json* document = entry.field("grant");
    const Json* id = document == nullptr ? nullptr : document->find("id");
    return id == nullptr ? std::nullopt : std::optional(registry::GrantId(id->text));
  }
  if (entry.kind == EntryKind::Outcome) {
    const Json* id = entry.field("grant");
    return id == nullptr ? std::nullopt : std::optional(registry::GrantId(id->text));
  }
  if (!entry.statement) return std::nullopt;
  for (const char* name : {"grant", "resumes"}) {
    const Json* id = entry.statement->body.find(name);
    if (id != nullptr && id->kind == Json::Kind::Text) return registry::GrantId(id->text);
  }
  return std::nullopt;
}

// The entry as an event, if the reader sees it.
std::optional<CaseEvent> event_of(const kernel::LoggedEntry& entry, const Reader& reader,
                                  const kernel::State& state) {
  const kernel::Case* of = entry.case_id ? state.find(*entry.case_id) : nullptr;
  if (of == nullptr || !reader.sees(Sight::Case, *of)) return std::nullopt;
  const auto sight = sight_of(entry.kind);
  if (!sight && !reader.is_keeper()) return std::nullopt;
  CaseEvent event;
  event.position = entry.position;
  event.at = *entry.received_at;
  event.kind = entry.kind;
  event.of = of->id;
  event.grant = grant_of(entry);
  if (const Json* outcome = entry.field("outcome")) event.outcome = outcome->text;
  if (entry.kind == EntryKind::Determination) {
    event.lanes = lanes_of(entry, reader, *of);
    if (event.lanes.empty() && !reader.is_keeper()) return std::nullopt;
    return event;
  }
  if (entry.statement) {
    const registry::PartyId& authority = entry.statement->head.authority;
    if (of->lanes.contains(authority)) event.lanes.push_back(authority);
    if (entry.statement->head.by != "clerk") {
      event.office = registry::OfficeId(entry.statement->head.by);
    }
    if (!reader.sees_step(state, *of, entry.position, entry.kind, *entry.statement)) {
      return std::nullopt;
    }
  } else if (sight && !reader.sees(*sight, *of)) {
    return std::nullopt;
  }
  return event;
}

Json relation(const std::string& object, std::string_view qualifier) {
  return base::json_object(
      {{"objectId", base::json_text(object)}, {"qualifier", base::json_text(qualifier)}});
}

Json attribute_type(std::string_view name, std::string_view type) {
  return base::json_object({{"name", base::json_text(name)}, {"type", base::json_text(type)}});
}

Json type_of(std::string_view name, std::vector<Json> attributes) {
  return base::json_object(
      {{"name", base::json_text(name)}, {"attributes", base::json_array(std::move(attributes))}});
}

// An object with what is known of it from the beginning.
Json object(const std::string& id, std::string_view type, base::Instant at,
            const std::vector<std::pair<std::string_view, std::string>>& attributes,
            std::vector<Json> relations) {
  std::vector<Json> values;
  for (const auto& [name, value] : attributes) {
    values.push_back(base::json_object({{"name", base::json_text(name)},
                                        {"time", base::json_text(base::to_text(at))},
                                        {"value", base::json_text(value)}}));
  }
  return base::json_object({{"id", base::json_text(id)},
                            {"type", base::json_text(type)},
                            {"attributes", base::json_array(std::move(values))},
                            {"relationships", base::json_array(std::move(relations))}});
}

std::string case_id(const kernel::CaseId& id) { return "case:" + id.text(); }
std::string lane_id(const kernel::CaseId& id, const registry::PartyId& authority) {
  return fmt::format("lane:{}:{}", id.text(), authority.text());
}

// The objects that the events speak of, by id: sorted, each once.
std::map<std::string, Json> objects_of(const std::vector<CaseEvent>& events,
                                       const kernel::State& state, const Reader& reader) {
  std::map<std::string, Json> objects;
  for (const CaseEvent& event : events) {
    const kernel::Case& of = *state.find(event.of);
    const base::Instant at = of.submitted.at;
    std::vector<std::pair<std::string_view, std::string>> attributes = {
        {"status", std::string(kernel::name_of(of.status))},
        {"requester", of.request.requester.text()}};
    std::vector<Json> relations;
    if (reader.sees(Sight::Request, of)) {
      const std::string item = "item:" + of.request.item.text();
      attributes.emplace_back("action", registry::name_of(of.request.action));
      relations.push_back(relation(item, "asks for"));
      objects.emplace(item, object(item, "item", at, {}, {}));
    }
    objects.emplace(case_id(of.id),
                    object(case_id(of.id), "case", at, attributes, std::move(relations)));
    for (const registry::PartyId& authority : event.lanes) {
      const std::string lane = lane_id(of.id, authority);
      objects.emplace(lane, object(lane, "lane", at, {{"authority", authority.text()}},
                                   {relation(case_id(of.id), "part of")}));
    }
    if (event.office) {
      const std::string office = "office:" + event.office->text();
      objects.emplace(office, object(office, "office", at, {}, {}));
    }
    if (event.grant) {
      const std::string grant = "grant:" + event.grant->text();
      objects.emplace(grant, object(grant, "grant", at, {}, {relation(case_id(of.id), "came of")}));
    }
  }
  return objects;
}

std::string event_type_of(const CaseEvent& event) {
  return std::string(kernel::name_of(event.kind));
}

Json json_of(const CaseEvent& event) {
  std::vector<Json> attributes = {
      base::json_object({{"name", base::json_text("position")},
                         {"value", base::json_text(fmt::format("{}", event.position))}})};
  if (!event.outcome.empty()) {
    attributes.push_back(base::json_object(
        {{"name", base::json_text("outcome")}, {"value", base::json_text(event.outcome)}}));
  }
  std::vector<Json> relations = {relation(case_id(event.of), "of")};
  for (const registry::PartyId& authority : event.lanes) {
    relations.push_back(relation(lane_id(event.of, authority), "in"));
  }
  if (event.office) relations.push_back(relation("office:" + event.office->text(), "by"));
  if (event.grant) relations.push_back(relation("grant:" + event.grant->text(), "about"));
  return base::json_object({{"id", base::json_text(fmt::format("entry:{}", event.position))},
                            {"type", base::json_text(event_type_of(event))},
                            {"time", base::json_text(base::to_text(event.at))},
                            {"attributes", base::json_array(std::move(attributes))},
                            {"relationships", base::json_array(std::move(relations))}});
}

}  // namespace

base::Result<std::vector<CaseEvent>> history(Instance& instance, const Reader& reader) {
  BOOST_OUTCOME_TRY(const ledger::Note note, instance.checkpoint());
  const auto checkpoint = ledger::read_checkpoint(note.text, "checkpoint");
  CHECK(checkpoint.has_value());
  const std::uint64_t size = checkpoint.value().head.size;
  std::vector<CaseEvent> events;
  for (std::uint64_t from = 0; from < size; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored, instance.entries(from, std::min(kChunk, size - from)));
    std::vector<kernel::LoggedEntry> opened;
    for (const store::StoredEntry& each : stored) {
      BOOST_OUTCOME_TRY(kernel::LoggedEntry entry, Instance::open_stored(each));
      opened.push_back(std::move(entry));
    }
    instance.look([&](const kernel::State& state) {
      for (const kernel::LoggedEntry& entry : opened) {
        if (auto event = event_of(entry, reader, state)) events.push_back(*std::move(event));
      }
    });
  }
  return events;
}

base::Result<Json> export_ocel(Instance& instance, const Reader& reader) {
  BOOST_OUTCOME_TRY(const std::vector<CaseEvent> events, history(instance, reader));
  std::map<std::string, Json> objects;
  instance.look([&](const kernel::State& state) { objects = objects_of(events, state, reader); });
  std::set<std::string> types;
  std::vector<Json> event_items;
  for (const CaseEvent& event : events) {
    types.insert(event_type_of(event));
    event_items.push_back(json_of(event));
  }
  std::vector<Json> event_types;
  for (const std::string& type : types) {
    event_types.push_back(type_of(
        type, {attribute_type("position", "integer"), attribute_type("outcome", "string")}));
  }
  std::vector<Json> object_items;
  for (auto& [id, item] : objects) object_items.push_back(std::move(item));
  std::vector<Json> object_types = {
      type_of("case", {attribute_type("status", "string"), attribute_type("requester", "string"),
                       attribute_type("action", "string")}),
      type_of("grant", {}), type_of("item", {}),
      type_of("lane", {attribute_type("authority", "string")}), type_of("office", {})};
  return base::json_object({{"objectTypes", base::json_array(std::move(object_types))},
                            {"eventTypes", base::json_array(std::move(event_types))},
                            {"objects", base::json_array(std::move(object_items))},
                            {"events", base::json_array(std::move(event_items))}});
}

base::Result<std::string> export_csv(Instance& instance, const Reader& reader) {
  BOOST_OUTCOME_TRY(const std::vector<CaseEvent> events, history(instance, reader));
  std::string csv =
      csv_line({"entry", "time", "case", "event", "outcome", "authorities", "office", "grant"});
  for (const CaseEvent& event : events) {
    std::string lanes;
    for (const registry::PartyId& authority : event.lanes) {
      lanes += (lanes.empty() ? "" : " ") + authority.text();
    }
    csv += csv_line({fmt::format("{}", event.position), base::to_text(event.at), event.of.text(),
                     event_type_of(event), event.outcome, lanes,
                     event.office ? event.office->text() : std::string(),
                     event.grant ? event.grant->text() : std::string()});
  }
  return csv;
}

}  // namespace countersign::casework
