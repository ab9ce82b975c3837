// SPDX-License-Identifier: Apache-2.0
#include "kernel/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "geo/layer.h"
#include "registry/registers.h"

namespace countersign::kernel {

namespace {

using base::Json;
using base::Refusal;
using registry::Action;

constexpr std::array<std::string_view, 16> kKeys = {
    "requester", "action",    "item",    "quantity",   "place",        "recipient",
    "end_user",  "used_with", "window",  "categories", "data_sources", "funded_by",
    "needed_by", "priority",  "marking", "purpose"};

constexpr std::array<std::string_view, 3> kLevels = {"routine", "urgent", "immediate"};

// The first member of `object` that is none of `known`. What is unknown about a request is refused,
// a key as much as a party: it may be a condition that nobody here would see.
std::optional<Refusal> refuse_unknown_keys(const Json& object,
                                           const std::vector<std::string_view>& known,
                                           std::string_view within) {
  if (object.kind != Json::Kind::Object) return std::nullopt;
  for (const Json::Member& member : object.members) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    const auto near = base::did_you_mean(member.name, known);
    return Refusal{"unknown-key",
                   fmt::format("{} has no key `{}`{}", within, member.name,
                               near ? fmt::format("; did you mean `{}`?", *near) : ""),
                   member.name};
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_unknown_keys(const Json& document) {
  if (auto refusal = refuse_unknown_keys(document, {kKeys.begin(), kKeys.end()}, "a request")) {
    return refusal;
  }
  if (const Json* window = document.find("window")) {
    if (auto refusal = refuse_unknown_keys(*window, {"from", "until"}, "the window")) {
      return refusal;
    }
  }
  if (const Json* priority = document.find("priority")) {
    if (auto refusal = refuse_unknown_keys(*priority, {"level", "reason"}, "the priority")) {
      return refusal;
    }
  }
  const Json* sources = document.find("data_sources");
  if (sources == nullptr) return std::nullopt;
  for (const Json& source : sources->items) {
    if (auto refusal = refuse_unknown_keys(source, {"authority", "kind"}, "a data source")) {
      return refusal;
    }
  }
  return std::nullopt;
}

template <class Id>
std::vector<Id> ids_of(base::Fields& fields, std::string_view name) {
  std::vector<Id> ids;
  for (std::string& text : fields.ids(name)) ids.emplace_back(std::move(text));
  return ids;
}

template <class Id>
std::optional<Id> maybe_id(base::Fields& fields, std::string_view name) {
  std::optional<std::string> text = fields.maybe_id(name);
  if (!text) return std::nullopt;
  return Id(*std::move(text));
}

// What is read so far, and the first rule it breaks.
struct Reading {
  Request request;
  std::optional<Refusal> refusal;

  void refuse(std::optional<Refusal> found) {
    if (!refusal && found) refusal = std::move(found);
  }
};

void read_window(const Json& json, Reading& reading, base::Report& report) {
  base::Fields fields(json, "the window", report);
  base::Period window;
  if (const auto from = fields.maybe_instant("from")) window.from = *from;
  if (const auto until = fields.maybe_instant("until")) window.until = *until;
  fields.finish();
  if (window.empty()) {
    reading.refuse(Refusal{"window",
                           fmt::format("the window is empty: it ends at {}, and begins at {}",
                                       base::to_text(window.until), base::to_text(window.from)),
                           "window"});
  }
  reading.request.window = window;
}

Priority read_priority(const Json& json, base::Report& report) {
  base::Fields fields(json, "the priority", report);
  Priority priority;
  priority.level =
      static_cast<Priority::Level>(fields.word("level", {kLevels.begin(), kLevels.end()}));
  priority.reason = fields.text("reason");
  if (json.find("reason") != nullptr && priority.reason.empty()) {
    fields.report("reason", "`reason` is empty", "say why, for who decides");
  }
  fields.finish();
  return priority;
}

std::vector<registry::DataSource> read_data_sources(base::Fields& request, base::Report& report) {
  std::vector<registry::DataSource> sources;
  for (const Json& element : request.array("data_sources")) {
    base::Fields fields(element, "a data source", report);
    registry::DataSource source{registry::PartyId(fields.id("authority")),
                                registry::DataKindId(fields.id("kind"))};
    fields.finish();
    if (std::find(sources.begin(), sources.end(), source) != sources.end()) {
      report.add(element.at,
                 fmt::format("the data source `{}` of `{}` stands twice", source.kind.text(),
                             source.authority.text()),
                 "name each once");
      continue;
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

// The rules on a request that is well formed.
std::optional<Refusal> refuse_shape(const Request& request) {
  if (request.quantity < 1) {
    return Refusal{"quantity",
                   fmt::format("a request is for 1 or more, not for {}", request.quantity),
                   "quantity"};
  }
  if (request.action == Action::Use) {
    for (const auto& [name, party] :
         {std::pair("recipient", &request.recipient), std::pair("end_user", &request.end_user)}) {
      if (*party) {
        return Refusal{"not-applicable",
                       fmt::format("a use has no `{}`: leave it out, or ask for a transfer", name),
                       name};
      }
    }
    if (!request.place) {
      return Refusal{"use-without-place", "a use needs a `place`: a point, an area or a region",
                     "place"};
    }
  } else if (!request.recipient) {
    return Refusal{"transfer-without-recipient", "a transfer needs a `recipient`", "recipient"};
  }
  return std::nullopt;
}

template <class Id>
Json texts_of(const std::vector<Id>& ids) {
  std::vector<std::string> texts;
  texts.reserve(ids.size());
  for (const Id& id : ids) texts.push_back(id.text());
  return base::json_texts(texts);
}

// Whether any authority's register that `has` looks at knows the name.
template <class Has>
bool known_somewhere(const registry::RegistersView& view, Has has) {
  return std::any_of(view.authorities().begin(), view.authorities().end(), has);
}

template <class Id>
std::optional<Refusal> refuse_unknown_word(const registry::RegistersView& view, const Id& id,
                                           std::string_view rule, std::string_view what,
                                           std::string_view where) {
  const bool known = known_somewhere(view, [&id](const registry::AuthorityView& authority) {
    return authority.vocabulary != nullptr && (*authority.vocabulary)->find(id) != nullptr;
  });
  if (known) return std::nullopt;
  return Refusal{std::string(rule),
                 fmt::format("no authority's vocabulary knows the {} `{}`", what, id.text()),
                 std::string(where)};
}

std::optional<Refusal> refuse_unknown_party(const registry::RegistersView& view,
                                            const registry::PartyId& party,
                                            std::string_view where) {
  return refuse_unknown_word(view, party, "unknown-party", "party", where);
}

std::optional<Refusal> refuse_unknown_item(const registry::Registers& registers,
                                           const registry::ItemId& item, std::string_view where) {
  if (registers.has_item(item)) return std::nullopt;
  return Refusal{"unknown-item",
                 fmt::format("no authority describes or claims an item `{}`", item.text()),
                 std::string(where)};
}

std::optional<Refusal> refuse_unknown_region(const registry::RegistersView& view,
                                             const geo::RegionId& region) {
  const bool known = known_somewhere(view, [&region](const registry::AuthorityView& authority) {
    return authority.layer != nullptr && (*authority.layer)->has(region);
  });
  if (known) return std::nullopt;
  return Refusal{"unknown-region",
                 fmt::format("no authority's region layer has a region `{}`", region.text()),
                 "place"};
}

}  // namespace

std::string_view name_of(Priority::Level level) {
  return kLevels.at(static_cast<std::size_t>(level));
}

base::Parsed<RequestOrRefusal> read_request(std::string_view text, std::string_view file) {
  BOOST_OUTCOME_TRY(const Json document, base::read_json(text, file));
  base::Report report(text, file);
  return read_request(document, report);
}

base::Parsed<RequestOrRefusal> read_request(const Json& document, base::Report& report) {
  if (auto unknown = refuse_unknown_keys(document)) return RequestOrRefusal(*std::move(unknown));
  Reading reading;
  Request& request = reading.request;
  base::Fields fields(document, "a request", report);
  request.requester = registry::PartyId(fields.id("requester"));
  request.action = fields.word("action", {"use", "transfer"}) == 0 ? Action::Use : Action::Transfer;
  request.item = registry::ItemId(fields.id("item"));
  request.quantity = fields.integer("quantity");
  if (const Json* place = fields.maybe("place")) {
    request.place = geo::Place::read(*place, "the place", report);
  }
  request.recipient = maybe_id<registry::PartyId>(fields, "recipient");
  request.end_user = maybe_id<registry::PartyId>(fields, "end_user");
  request.used_with = ids_of<registry::ItemId>(fields, "used_with");
  if (const Json* window = fields.maybe("window")) read_window(*window, reading, report);
  if (fields.maybe("categories") != nullptr) {
    request.categories = ids_of<registry::CategoryId>(fields, "categories");
  }
  if (fields.maybe("data_sources") != nullptr) {
    request.data_sources = read_data_sources(fields, report);
  }
  if (fields.maybe("funded_by") != nullptr) {
    request.funded_by = ids_of<registry::PartyId>(fields, "funded_by");
  }
  request.needed_by = fields.maybe_instant("needed_by");
  if (const Json* priority = fields.maybe("priority")) {
    request.priority = read_priority(*priority, report);
  }
  request.marking = registry::maybe_marking(fields, "marking", report);
  request.purpose = fields.maybe_text("purpose");
  fields.finish();

  if (!report.clean()) return report.take();
  reading.refuse(refuse_shape(request));
  if (reading.refusal) return RequestOrRefusal(*std::move(reading.refusal));
  if (request.recipient && !request.end_user) request.end_user = request.recipient;
  return RequestOrRefusal(std::move(request));
}

Json write(const Request& request) {
  std::vector<std::pair<std::string, Json>> members;
  const auto add = [&members](std::string name, Json value) {
    members.emplace_back(std::move(name), std::move(value));
  };
  add("requester", base::json_text(request.requester.text()));
  add("action", base::json_text(registry::name_of(request.action)));
  add("item", base::json_text(request.item.text()));
  add("quantity", base::json_integer(request.quantity));
  if (request.place) add("place", request.place->to_json());
  if (request.recipient) add("recipient", base::json_text(request.recipient->text()));
  if (request.end_user) add("end_user", base::json_text(request.end_user->text()));
  if (!request.used_with.empty()) add("used_with", texts_of(request.used_with));
  if (request.window != base::Period{}) {
    std::vector<std::pair<std::string, Json>> window;
    if (request.window.from != base::kDistantPast) {
      window.emplace_back("from", base::json_text(base::to_text(request.window.from)));
    }
    if (request.window.until != base::kDistantFuture) {
      window.emplace_back("until", base::json_text(base::to_text(request.window.until)));
    }
    add("window", base::json_object(std::move(window)));
  }
  if (request.categories) add("categories", texts_of(*request.categories));
  if (request.data_sources) {
    std::vector<Json> sources;
    for (const registry::DataSource& source : *request.data_sources) {
      sources.push_back(base::json_object({{"authority", base::json_text(source.authority.text())},
                                           {"kind", base::json_text(source.kind.text())}}));
    }
    add("data_sources", base::json_array(std::move(sources)));
  }
  if (request.funded_by) add("funded_by", texts_of(*request.funded_by));
  if (request.needed_by) {
    add("needed_by", base::json_text(base::to_text(*request.needed_by)));
  }
  if (request.priority) {
    add("priority", base::json_object({{"level", base::json_text(name_of(request.priority->level))},
                                       {"reason", base::json_text(request.priority->reason)}}));
  }
  if (request.marking) add("marking", registry::Marking::write(*request.marking));
  if (request.purpose) add("purpose", base::json_text(*request.purpose));
  return base::json_object(std::move(members));
}

std::vector<std::string_view> undeclared(const Request& request) {
  std::vector<std::string_view> names;
  if (!request.categories) names.emplace_back("categories");
  if (!request.data_sources) names.emplace_back("data_sources");
  if (!request.funded_by) names.emplace_back("funded_by");
  return names;
}

std::optional<Refusal> refuse_unknown_names(const Request& request,
                                            const registry::Registers& registers,
                                            const registry::RegistersView& view) {
  std::optional<Refusal> refusal;
  const auto refuse = [&refusal](std::optional<Refusal> found) {
    if (!refusal) refusal = std::move(found);
  };
  refuse(refuse_unknown_party(view, request.requester, "requester"));
  refuse(refuse_unknown_item(registers, request.item, "item"));
  if (request.recipient) refuse(refuse_unknown_party(view, *request.recipient, "recipient"));
  if (request.end_user) refuse(refuse_unknown_party(view, *request.end_user, "end_user"));
  for (const registry::ItemId& item : request.used_with) {
    refuse(refuse_unknown_item(registers, item, "used_with"));
  }
  if (request.place && request.place->kind() == geo::Place::Kind::Region) {
    refuse(refuse_unknown_region(view, request.place->region()));
  }
  if (request.categories) {
    for (const registry::CategoryId& category : *request.categories) {
      refuse(refuse_unknown_word(view, category, "unknown-category", "category", "categories"));
    }
  }
  if (request.data_sources) {
    for (const registry::DataSource& source : *request.data_sources) {
      refuse(refuse_unknown_party(view, source.authority, "data_sources"));
      refuse(
          refuse_unknown_word(view, source.kind, "unknown-data", "kind of data", "data_sources"));
    }
  }
  if (request.funded_by) {
    for (const registry::PartyId& funder : *request.funded_by) {
      refuse(refuse_unknown_party(view, funder, "funded_by"));
    }
  }
  return refusal;
}

}  // namespace countersign::kernel
