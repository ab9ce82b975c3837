// SPDX-License-Identifier: Apache-2.0
#include "kernel/scope.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/check.h"
#include "base/prose.h"
#include "geo/layer.h"

namespace countersign::kernel {
namespace {

constexpr std::size_t kMostTexts = 64;
constexpr std::size_t kLongestText = 4096;

template <class Id>
std::vector<std::string> texts_of(const std::vector<Id>& ids) {
  std::vector<std::string> texts;
  for (const Id& id : ids) texts.push_back(id.text());
  return texts;
}

std::vector<registry::CategoryId> categories_of(base::Fields& fields) {
  std::vector<registry::CategoryId> categories;
  for (std::string& id : fields.ids("categories")) categories.emplace_back(std::move(id));
  return categories;
}

std::vector<geo::Place> places_of(base::Fields& fields, base::Report& report) {
  std::vector<geo::Place> places;
  for (const base::Json& item : fields.array("places")) {
    if (auto place = geo::Place::read(item, "a place", report)) places.push_back(*std::move(place));
  }
  return places;
}

base::Json json_of(const base::Period& period) {
  std::vector<std::pair<std::string, base::Json>> members;
  if (period.from != base::kDistantPast) {
    members.emplace_back("from", base::json_text(base::to_text(period.from)));
  }
  if (period.until != base::kDistantFuture) {
    members.emplace_back("until", base::json_text(base::to_text(period.until)));
  }
  return base::json_object(std::move(members));
}

base::Json json_of(const std::vector<geo::Place>& places) {
  std::vector<base::Json> items;
  for (const geo::Place& place : places) items.push_back(place.to_json());
  return base::json_array(std::move(items));
}

void narrow(Scope& scope, const Provisos& provisos) {
  if (provisos.quantity) scope.quantity = std::min(scope.quantity, *provisos.quantity);
  for (const geo::Place& place : provisos.places) {
    if (std::find(scope.places.begin(), scope.places.end(), place) == scope.places.end()) {
      scope.places.push_back(place);
    }
  }
  if (provisos.window) scope.window = scope.window.intersect(*provisos.window);
  if (provisos.categories) {
    std::erase_if(scope.categories, [&](const registry::CategoryId& category) {
      return std::find(provisos.categories->begin(), provisos.categories->end(), category) ==
             provisos.categories->end();
    });
  }
  for (const std::string& text : provisos.text) {
    if (std::find(scope.text.begin(), scope.text.end(), text) == scope.text.end()) {
      scope.text.push_back(text);
    }
  }
}

// Refuses a scope in which nothing can be done; `categories`: there were some before.
base::Ruled<void> check_left(const Scope& scope, bool categories) {
  if (scope.window.empty()) {
    return base::Refusal{"scope-empty",
                         "no time is left in which all consents, the request and the present agree",
                         "window"};
  }
  if (scope.categories.empty() && categories) {
    return base::Refusal{"scope-empty",
                         "none of the categories asked for is left: the consents name others",
                         "categories"};
  }
  return check_places(scope, nullptr);
}

}  // namespace

std::vector<std::string> read_free_texts(base::Fields& fields, std::string_view name,
                                         base::Report& report) {
  std::vector<std::string> texts;
  for (const base::Json& item : fields.array(name)) {
    if (item.kind != base::Json::Kind::Text || item.text.empty() ||
        item.text.size() > kLongestText) {
      report.add(item.at, "a free-text proviso must be a text",
                 fmt::format("write 1 to {} bytes", kLongestText));
      continue;
    }
    if (base::find_hidden_character(item.text)) {
      report.add(item.at, "a free-text proviso holds a character that a screen does not show",
                 "leave out control characters and those that change the direction of writing");
      continue;
    }
    texts.push_back(item.text);
  }
  if (texts.size() > kMostTexts) fields.report(name, "too many free-text provisos");
  return texts;
}

registry::Quantity quantity_of(const Scope& scope) {
  return {scope.action, scope.item, scope.holder, scope.recipient, scope.quantity};
}

std::string words_of(const geo::Place& place) {
  const auto degrees = [](const geo::LatLon& at) {
    return fmt::format("{} {} {} {}", std::abs(at.lat), at.lat < 0 ? "S" : "N", std::abs(at.lon),
                       at.lon < 0 ? "W" : "E");
  };
  std::string words;
  switch (place.kind()) {
    case geo::Place::Kind::Region:
      return "the region " + place.region().text();
    case geo::Place::Kind::Point:
      words = degrees(place.point());
      if (place.radius_m() > 0) words = fmt::format("{} m around {}", place.radius_m(), words);
      break;
    case geo::Place::Kind::Area:
      words = fmt::format("the stated area that begins at {}",
                          degrees(place.polygons().front().rings.front().front()));
      break;
  }
  if (place.uncertainty_m() > 0) {
    words += fmt::format(", give or take {} m", place.uncertainty_m());
  }
  return words;
}

std::string_view name_of(Remainder remainder) {
  return remainder == Remainder::Open ? "open" : "refused";
}

bool Provisos::empty() const { return *this == Provisos{}; }

bool Provisos::narrow() const { return quantity || !places.empty() || window || categories; }

Provisos Provisos::read(const base::Json* document, base::Report& report) {
  Provisos provisos;
  if (document == nullptr) return provisos;
  base::Fields fields(*document, "provisos", report);
  provisos.quantity = fields.maybe_integer("quantity", 1);
  provisos.places = places_of(fields, report);
  if (fields.maybe("window") != nullptr) provisos.window = fields.period("window");
  if (fields.maybe("categories") != nullptr) provisos.categories = categories_of(fields);
  provisos.text = read_free_texts(fields, "text", report);
  if (fields.maybe("remainder") != nullptr) {
    provisos.remainder = static_cast<Remainder>(fields.word("remainder", {"refused", "open"}));
    if (!provisos.narrow()) {
      fields.report("remainder", "these provisos leave nothing out",
                    "limit quantity, places, window or categories, or leave `remainder` out");
    }
  }
  fields.finish();
  return provisos;
}

base::Json Provisos::write(const Provisos& provisos) {
  std::vector<std::pair<std::string, base::Json>> members;
  if (provisos.quantity) members.emplace_back("quantity", base::json_integer(*provisos.quantity));
  if (!provisos.places.empty()) members.emplace_back("places", json_of(provisos.places));
  if (provisos.window) members.emplace_back("window", json_of(*provisos.window));
  if (provisos.categories) {
    members.emplace_back("categories", base::json_texts(texts_of(*provisos.categories)));
  }
  if (!provisos.text.empty()) members.emplace_back("text", base::json_texts(provisos.text));
  if (provisos.remainder) {
    members.emplace_back("remainder", base::json_text(name_of(*provisos.remainder)));
  }
  return base::json_object(std::move(members));
}

Scope Scope::read(const base::Json& document, base::Report& report) {
  Scope scope;
  base::Fields fields(document, "a scope", report);
  scope.holder = registry::PartyId(fields.id("holder"));
  scope.action = static_cast<registry::Action>(fields.word("action", {"use", "transfer"}));
  scope.item = registry::ItemId(fields.id("item"));
  scope.quantity = fields.integer("quantity", 1);
  scope.places = places_of(fields, report);
  if (auto id = fields.maybe_id("recipient")) scope.recipient = registry::PartyId(std::move(*id));
  if (auto id = fields.maybe_id("end_user")) scope.end_user = registry::PartyId(std::move(*id));
  scope.window = fields.period("window");
  scope.categories = categories_of(fields);
  scope.text = read_free_texts(fields, "text", report);
  scope.emergency = fields.flag_or("emergency", false);
  fields.finish();
  return scope;
}

base::Json Scope::write(const Scope& scope) {
  std::vector<std::pair<std::string, base::Json>> members;
  members.emplace_back("holder", base::json_text(scope.holder.text()));
  members.emplace_back("action", base::json_text(registry::name_of(scope.action)));
  members.emplace_back("item", base::json_text(scope.item.text()));
  members.emplace_back("quantity", base::json_integer(scope.quantity));
  if (!scope.places.empty()) members.emplace_back("places", json_of(scope.places));
  if (scope.recipient) {
    members.emplace_back("recipient", base::json_text(scope.recipient->text()));
  }
  if (scope.end_user) members.emplace_back("end_user", base::json_text(scope.end_user->text()));
  members.emplace_back("window", json_of(scope.window));
  members.emplace_back("categories", base::json_texts(texts_of(scope.categories)));
  if (!scope.text.empty()) members.emplace_back("text", base::json_texts(scope.text));
  if (scope.emergency) members.emplace_back("emergency", base::json_bool(true));
  return base::json_object(std::move(members));
}

base::Ruled<Scope> intersect(const Request& request, const std::vector<Provisos>& provisos,
                             base::Instant from) {
  Scope scope;
  scope.holder = request.requester;
  scope.action = request.action;
  scope.item = request.item;
  scope.quantity = request.quantity;
  if (request.place) scope.places.push_back(*request.place);
  scope.recipient = request.recipient;
  scope.end_user = request.end_user;
  scope.window = request.window.intersect({from, base::kDistantFuture});
  if (scope.window.empty()) {
    return base::Refusal{"scope-empty",
                         fmt::format("the window of the request ended at {}: no time is left; the "
                                     "requester amends it",
                                     base::to_text(request.window.until)),
                         "window"};
  }
  scope.categories = request.categories.value_or(std::vector<registry::CategoryId>{});
  for (const Provisos& each : provisos) narrow(scope, each);
  if (scope.window.until == base::kDistantFuture) {
    return base::Refusal{"no-window",
                         "neither the request nor a proviso says until when: a grant must end. "
                         "Ask with a `window`, or decide with one",
                         "window"};
  }
  BOOST_OUTCOME_TRY(check_left(scope, request.categories && !request.categories->empty()));
  return scope;
}

std::optional<Remainder> remainder_of(const Request& request, const Scope& scope,
                                      const std::vector<Provisos>& provisos, std::int64_t rest,
                                      base::Instant from) {
  const auto categories = request.categories ? request.categories->size() : 0;
  const bool all = scope.quantity == rest && scope.places.size() <= (request.place ? 1U : 0U) &&
                   scope.window == request.window.intersect({from, base::kDistantFuture}) &&
                   scope.categories.size() == categories;
  if (all) return std::nullopt;
  const bool open = std::all_of(provisos.begin(), provisos.end(), [](const Provisos& each) {
    return !each.narrow() || each.remainder == Remainder::Open;
  });
  return open ? Remainder::Open : Remainder::Refused;
}

base::Ruled<Scope> narrowed(Scope scope, const std::vector<Provisos>& provisos) {
  const bool categories = !scope.categories.empty();
  for (const Provisos& each : provisos) narrow(scope, each);
  BOOST_OUTCOME_TRY(check_left(scope, categories));
  return scope;
}

base::Ruled<void> check_places(const Scope& scope, const geo::Layer* layer) {
  for (auto one = scope.places.begin(); one != scope.places.end(); ++one) {
    for (auto other = scope.places.begin(); other != one; ++other) {
      const bool apart = layer == nullptr ? geo::apart(*other, *one) : layer->apart(*other, *one);
      if (!apart) continue;
      return base::Refusal{
          "scope-empty",
          fmt::format("no place lies both in {} and in {}, and the consents "
                      "demand both",
                      base::write_json(other->to_json()), base::write_json(one->to_json())),
          "places"};
    }
  }
  return base::outcome::success();
}

Request request_for(const Request& request, const Act& act) {
  Request asked = request;
  asked.quantity = act.quantity;
  asked.place = act.place;
  asked.categories = act.categories;
  return asked;
}

std::vector<base::Refusal> outside(const Scope& scope, const Act& act, const geo::Layer* layer) {
  std::vector<base::Refusal> reasons;
  if (!scope.window.contains(act.at)) {
    reasons.push_back(
        {"outside-window",
         fmt::format("{} is not between {} and {}", base::to_text(act.at),
                     base::to_text(scope.window.from), base::to_text(scope.window.until)),
         "window"});
  }
  for (const geo::Place& place : scope.places) {
    const bool inside = act.place && (layer != nullptr ? layer->covers(place, *act.place)
                                                       : geo::covers(place, *act.place));
    if (inside) continue;
    reasons.push_back({"outside-place",
                       act.place ? fmt::format("the place {} does not surely lie within {}",
                                               words_of(*act.place), words_of(place))
                                 : "no place is stated, and the grant is for one",
                       "place"});
    break;
  }
  for (const registry::CategoryId& category : act.categories) {
    if (std::find(scope.categories.begin(), scope.categories.end(), category) !=
        scope.categories.end()) {
      continue;
    }
    reasons.push_back({"outside-category",
                       fmt::format("the category `{}` is not covered", category.text()),
                       "categories"});
  }
  return reasons;
}

namespace {

bool holds_all(const std::vector<std::string>& of, const std::vector<std::string>& these) {
  return std::all_of(these.begin(), these.end(), [&](const std::string& text) {
    return std::find(of.begin(), of.end(), text) != of.end();
  });
}

// Each part of provisos as provisos of that part alone.
std::vector<Provisos> parts_of(const Provisos& provisos) {
  std::vector<Provisos> parts;
  const auto add = [&](auto member, auto value) {
    parts.emplace_back();
    parts.back().*member = std::move(value);
  };
  if (provisos.quantity) add(&Provisos::quantity, provisos.quantity);
  for (const geo::Place& place : provisos.places) {
    add(&Provisos::places, std::vector<geo::Place>{place});
  }
  if (provisos.window) add(&Provisos::window, provisos.window);
  if (provisos.categories) add(&Provisos::categories, provisos.categories);
  for (const std::string& text : provisos.text) {
    add(&Provisos::text, std::vector<std::string>{text});
  }
  return parts;
}

// Whether `ours` says that part in the same words.
bool repeats(const Provisos& ours, const Provisos& part) {
  if (part.quantity && ours.quantity != part.quantity) return false;
  if (part.window && ours.window != part.window) return false;
  if (part.categories && ours.categories != part.categories) return false;
  const auto& places = ours.places;
  const bool kept = part.places.empty() ||
                    std::find(places.begin(), places.end(), part.places.front()) != places.end();
  return kept && holds_all(ours.text, part.text);
}

bool keeps(const Provisos& ours, const Provisos& part) {
  if (part.quantity && (!ours.quantity || *ours.quantity > *part.quantity)) return false;
  for (const geo::Place& place : part.places) {
    const bool kept = std::any_of(ours.places.begin(), ours.places.end(), [&](const auto& own) {
      return own == place || geo::covers(place, own);
    });
    if (!kept) return false;
  }
  if (part.window) {
    if (!ours.window || ours.window->from < part.window->from ||
        ours.window->until > part.window->until) {
      return false;
    }
  }
  if (part.categories) {
    if (!ours.categories) return false;
    for (const registry::CategoryId& category : *ours.categories) {
      if (std::find(part.categories->begin(), part.categories->end(), category) ==
          part.categories->end()) {
        return false;
      }
    }
  }
  return holds_all(ours.text, part.text);
}

}  // namespace

std::vector<ProvisoChange> compare_provisos(const Provisos& decided, const Provisos& advised) {
  std::vector<ProvisoChange> changes;
  for (Provisos& part : parts_of(advised)) {
    using Kind = ProvisoChange::Kind;
    const Kind kind = repeats(decided, part) ? Kind::Kept
                      : keeps(decided, part) ? Kind::Tightened
                                             : Kind::Weakened;
    changes.push_back({kind, std::move(part)});
  }
  return changes;
}

bool at_least_as_strict(const Provisos& ours, const Provisos& theirs) {
  const auto changes = compare_provisos(ours, theirs);
  return std::none_of(changes.begin(), changes.end(), [](const ProvisoChange& change) {
    return change.kind == ProvisoChange::Kind::Weakened;
  });
}

}  // namespace countersign::kernel
