// SPDX-License-Identifier: Apache-2.0
// Facts as a document: docs/formats/determination.md.
#include <array>
#include <string>
#include <utility>

#include "kernel/facts.h"
#include "registry/amount.h"
#include "registry/claim.h"
#include "registry/holdings.h"

namespace countersign::kernel {

namespace {

using base::Json;
using registry::Amount;

constexpr std::array kBases = {registry::Basis::Supplied, registry::Basis::Owner,
                               registry::Basis::Component, registry::Basis::DirectProduct,
                               registry::Basis::Data};

class Members {
 public:
  Members& add(std::string_view name, Json value) {
    members_.emplace_back(name, std::move(value));
    return *this;
  }
  Members& text(std::string_view name, std::string_view value) {
    return add(name, base::json_text(value));
  }
  Members& number(std::string_view name, std::int64_t value) {
    return add(name, base::json_integer(value));
  }
  template <class Id>
  Members& id(std::string_view name, const Id& value) {
    return text(name, value.text());
  }
  template <class Id>
  Members& maybe_id(std::string_view name, const std::optional<Id>& value) {
    return value ? id(name, *value) : *this;
  }
  template <class Id>
  Members& ids(std::string_view name, const std::vector<Id>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const Id& value : values) texts.push_back(value.text());
    return add(name, base::json_texts(texts));
  }
  template <class T, class Write>
  Members& list(std::string_view name, const std::vector<T>& values, Write write_one) {
    std::vector<Json> items;
    items.reserve(values.size());
    for (const T& value : values) items.push_back(write_one(value));
    return add(name, base::json_array(std::move(items)));
  }
  Json take() { return base::json_object(std::move(members_)); }

 private:
  std::vector<std::pair<std::string, Json>> members_;
};

Json write_source(const registry::DataSource& source) {
  return Members().id("authority", source.authority).id("kind", source.kind).take();
}

// Where the row of a list stands that says it.
Members& add_row(Members& members, const std::optional<registry::RowPlace>& row) {
  if (!row) return members;
  return members.add("row",
                     Members().id("list", row->list).number("position", row->position).take());
}

Json write_tie_source(const registry::TieSource& source) {
  if (const auto* claimed = std::get_if<registry::ClaimedTie>(&source)) {
    return Members()
        .text("from", "claim")
        .text("basis", registry::name_of(claimed->basis))
        .id("claim", claimed->claim)
        .ids("path", claimed->path)
        .maybe_id("kind", claimed->kind)
        .take();
  }
  if (const auto* needed = std::get_if<registry::NeededData>(&source)) {
    Members members;
    members.text("from", "need")
        .ids("path", needed->path)
        .id("kind", needed->kind)
        .id("described_by", needed->described_by);
    return add_row(members, needed->row).take();
  }
  return Members()
      .text("from", "request")
      .id("kind", std::get<registry::RequestedData>(source).kind)
      .take();
}

Json write_part(const registry::OwnPart& part) {
  Members members;
  members.ids("path", part.path)
      .text("pieces", part.pieces.text())
      .number("value", part.value)
      .text("amount", part.amount.text())
      .ids("claims", part.claims)
      .id("described_by", part.described_by);
  return add_row(members, part.row).take();
}

Json write_share(const registry::ComponentShare& share) {
  const bool any = share.rule.kind == registry::ComponentRule::Kind::AnyShare;
  Members members;
  members.id("item", share.item)
      .number("price", share.price)
      .text("currency", share.currency)
      .id("priced_by", share.priced_by)
      .text("content", share.content.text())
      .number("bp_floor", share.bp_floor)
      .number("bp_ceiling", share.bp_ceiling)
      .list("parts", share.parts, write_part)
      .text("rule", any ? "any_share" : "de_minimis")
      .number("threshold_bp", share.rule.threshold_bp)
      .add("gives_tie", base::json_bool(share.gives_tie));
  return add_row(members, share.row).take();
}

Json write_ties(const registry::TieFacts& ties) {
  return Members()
      .id("authority", ties.authority)
      .list("bases", ties.bases,
            [](registry::Basis basis) { return base::json_text(registry::name_of(basis)); })
      .list("sources", ties.sources, write_tie_source)
      .list("shares", ties.shares, write_share)
      .number("share_bp_min", ties.share_bp_min)
      .number("share_bp_max", ties.share_bp_max)
      .take();
}

Json write_property(const PropertyFact& property) {
  return Members()
      .id("id", property.id)
      .number("min", property.bounds.min)
      .number("max", property.bounds.max)
      .take();
}

Json write_rating(const registry::Rating& rating) {
  Members members;
  if (rating.colour) members.text("colour", registry::name_of(*rating.colour));
  members.add("listed", base::json_bool(rating.listed))
      .number("quantity", rating.quantity)
      .number("taken", rating.taken)
      .number("asked", rating.asked)
      .number("remaining", rating.remaining)
      .number("yellow_below", rating.yellow_below)
      .number("red_below", rating.red_below);
  if (rating.cover) {
    members.add("cover", Members()
                             .number("yellow_below_months", rating.cover->yellow_months)
                             .number("red_below_months", rating.cover->red_months)
                             .number("used", rating.cover->use.used)
                             .number("months", rating.cover->use.months)
                             .take());
  }
  return members.take();
}

Json write_tally(const TallyFact& tally) {
  return Members()
      .id("id", tally.id)
      .id("directive", tally.directive)
      .number("limit", tally.count.limit)
      .number("counted", tally.count.counted)
      .number("rest", tally.count.rest)
      .take();
}

template <class Id>
Id read_id(base::Fields& fields, std::string_view name) {
  return Id(fields.id(name));
}

template <class Id>
std::optional<Id> read_maybe_id(base::Fields& fields, std::string_view name) {
  std::optional<std::string> text = fields.maybe_id(name);
  if (!text) return std::nullopt;
  return Id(*std::move(text));
}

template <class Id>
std::vector<Id> read_ids(base::Fields& fields, std::string_view name) {
  if (fields.need(name) == nullptr) return {};
  std::vector<Id> ids;
  for (std::string& text : fields.ids(name)) ids.emplace_back(std::move(text));
  return ids;
}

template <class T>
std::vector<T> read_list(base::Fields& fields, std::string_view name, base::Report& report,
                         T (*read_one)(const Json&, base::Report&)) {
  if (fields.need(name) == nullptr) return {};
  std::vector<T> values;
  for (const Json& element : fields.array(name)) values.push_back(read_one(element, report));
  return values;
}

Amount read_amount(base::Fields& fields, std::string_view name) {
  const std::string text = fields.text(name);
  std::optional<Amount> amount = Amount();
  for (const char digit : text) {
    if (digit < '0' || digit > '9') amount.reset();
    if (amount) amount = amount->times(Amount(10));
    if (amount) amount = amount->plus(Amount(digit - '0'));
    if (!amount) break;
  }
  if (!amount || amount->text() != text) {
    fields.report(name, "`" + text + "` is no amount", "write a whole number in digits, as text");
    return {};
  }
  return *amount;
}

bool read_flag(base::Fields& fields, std::string_view name) {
  return fields.need(name) != nullptr && fields.flag_or(name, false);
}

registry::DataSource read_source(const Json& json, base::Report& report) {
  base::Fields fields(json, "a data source", report);
  registry::DataSource source{read_id<registry::PartyId>(fields, "authority"),
                              read_id<registry::DataKindId>(fields, "kind")};
  fields.finish();
  return source;
}

registry::Basis read_basis(base::Fields& fields, std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(kBases.size());
  for (const registry::Basis basis : kBases) names.push_back(registry::name_of(basis));
  return kBases[fields.word(name, names)];
}

std::optional<registry::RowPlace> read_row(base::Fields& fields, base::Report& report) {
  const Json* row = fields.maybe("row");
  if (row == nullptr) return std::nullopt;
  base::Fields place(*row, "a row", report);
  registry::RowPlace read{read_id<registry::ListId>(place, "list"), place.integer("position", 0)};
  place.finish();
  return read;
}

registry::TieSource read_tie_source(const Json& json, base::Report& report) {
  base::Fields fields(json, "a tie's source", report);
  registry::TieSource source;
  switch (fields.word("from", {"claim", "need", "request"})) {
    case 0: {
      registry::ClaimedTie claimed;
      claimed.basis = read_basis(fields, "basis");
      claimed.claim = read_id<registry::ClaimId>(fields, "claim");
      claimed.path = read_ids<registry::ItemId>(fields, "path");
      claimed.kind = read_maybe_id<registry::DataKindId>(fields, "kind");
      source = std::move(claimed);
      break;
    }
    case 1: {
      registry::NeededData needed;
      needed.path = read_ids<registry::ItemId>(fields, "path");
      needed.kind = read_id<registry::DataKindId>(fields, "kind");
      needed.described_by = read_id<registry::AuthorityId>(fields, "described_by");
      needed.row = read_row(fields, report);
      source = std::move(needed);
      break;
    }
    default:
      source = registry::RequestedData{read_id<registry::DataKindId>(fields, "kind")};
  }
  fields.finish();
  return source;
}

registry::OwnPart read_part(const Json& json, base::Report& report) {
  base::Fields fields(json, "a part", report);
  registry::OwnPart part;
  part.path = read_ids<registry::ItemId>(fields, "path");
  part.pieces = read_amount(fields, "pieces");
  part.value = fields.integer("value");
  part.amount = read_amount(fields, "amount");
  part.claims = read_ids<registry::ClaimId>(fields, "claims");
  part.described_by = read_id<registry::AuthorityId>(fields, "described_by");
  part.row = read_row(fields, report);
  fields.finish();
  return part;
}

registry::ComponentShare read_share(const Json& json, base::Report& report) {
  base::Fields fields(json, "a share", report);
  registry::ComponentShare share;
  share.item = read_id<registry::ItemId>(fields, "item");
  share.price = fields.integer("price");
  share.currency = fields.text("currency");
  share.priced_by = read_id<registry::AuthorityId>(fields, "priced_by");
  share.content = read_amount(fields, "content");
  share.bp_floor = fields.integer("bp_floor");
  share.bp_ceiling = fields.integer("bp_ceiling");
  share.parts = read_list(fields, "parts", report, read_part);
  share.rule.kind = fields.word("rule", {"any_share", "de_minimis"}) == 0
                        ? registry::ComponentRule::Kind::AnyShare
                        : registry::ComponentRule::Kind::DeMinimis;
  share.rule.threshold_bp = fields.integer("threshold_bp");
  share.gives_tie = read_flag(fields, "gives_tie");
  share.row = read_row(fields, report);
  fields.finish();
  return share;
}

registry::TieFacts read_ties(const Json& json, base::Report& report) {
  base::Fields fields(json, "the ties", report);
  registry::TieFacts ties;
  ties.authority = read_id<registry::AuthorityId>(fields, "authority");
  if (fields.need("bases") != nullptr) {
    for (const std::string& name : fields.ids("bases")) {
      bool known = false;
      for (const registry::Basis basis : kBases) {
        if (registry::name_of(basis) != name) continue;
        ties.bases.push_back(basis);
        known = true;
      }
      if (!known) fields.report("bases", "`" + name + "` is no basis of a tie");
    }
  }
  ties.sources = read_list(fields, "sources", report, read_tie_source);
  ties.shares = read_list(fields, "shares", report, read_share);
  ties.share_bp_min = fields.integer("share_bp_min");
  ties.share_bp_max = fields.integer("share_bp_max");
  fields.finish();
  return ties;
}

PropertyFact read_property(const Json& json, base::Report& report) {
  base::Fields fields(json, "a property", report);
  PropertyFact property;
  property.id = read_id<registry::PropertyId>(fields, "id");
  property.bounds.min = fields.integer("min");
  property.bounds.max = fields.integer("max");
  fields.finish();
  return property;
}

registry::Rating read_rating(const Json& json, base::Report& report) {
  base::Fields fields(json, "the rating", report);
  registry::Rating rating;
  if (fields.maybe("colour") != nullptr) {
    constexpr std::array kColours = {registry::Colour::Red, registry::Colour::Yellow,
                                     registry::Colour::Green};
    rating.colour = kColours[fields.word("colour", {"red", "yellow", "green"})];
  }
  rating.listed = read_flag(fields, "listed");
  rating.quantity = fields.integer("quantity");
  rating.taken = fields.integer("taken");
  rating.asked = fields.integer("asked");
  rating.remaining = fields.integer("remaining");
  rating.yellow_below = fields.integer("yellow_below");
  rating.red_below = fields.integer("red_below");
  if (const Json* cover = fields.maybe("cover")) {
    base::Fields inputs(*cover, "the cover", report);
    rating.cover = registry::Cover{
        inputs.integer("yellow_below_months"),
        inputs.integer("red_below_months"),
        {inputs.integer("used"), inputs.integer("months")},
    };
    inputs.finish();
  }
  fields.finish();
  return rating;
}

TallyFact read_tally(const Json& json, base::Report& report) {
  base::Fields fields(json, "a tally", report);
  TallyFact tally;
  tally.id = read_id<registry::TallyId>(fields, "id");
  tally.directive = read_id<registry::DirectiveId>(fields, "directive");
  tally.count.limit = fields.integer("limit");
  tally.count.counted = fields.integer("counted");
  tally.count.rest = fields.integer("rest");
  fields.finish();
  return tally;
}

}  // namespace

Json write(const Facts& facts) {
  Members members;
  members.id("authority", facts.authority)
      .id("requester", facts.requester)
      .text("action", registry::name_of(facts.action))
      .id("item", facts.item)
      .number("quantity", facts.quantity)
      .maybe_id("recipient", facts.recipient)
      .maybe_id("end_user", facts.end_user)
      .ids("item_classes", facts.item_classes)
      .ids("touches", facts.touches)
      .ids("within", facts.within)
      .ids("categories", facts.categories)
      .list("data_sources", facts.data_sources, write_source)
      .ids("funders", facts.funders)
      .ids("funded_only_by", facts.funded_only_by)
      .ids("used_with", facts.used_with)
      .add("ties", write_ties(facts.ties))
      .list("properties", facts.properties, write_property);
  if (facts.rating) members.add("rating", write_rating(*facts.rating));
  members.list("tallies", facts.tallies, write_tally);
  return members.take();
}

Facts read_facts(const Json& document, base::Report& report) {
  base::Fields fields(document, "the facts", report);
  Facts facts;
  facts.authority = read_id<registry::AuthorityId>(fields, "authority");
  facts.requester = read_id<registry::PartyId>(fields, "requester");
  facts.action = fields.word("action", {"use", "transfer"}) == 0 ? registry::Action::Use
                                                                 : registry::Action::Transfer;
  facts.item = read_id<registry::ItemId>(fields, "item");
  facts.quantity = fields.integer("quantity", 1);
  facts.recipient = read_maybe_id<registry::PartyId>(fields, "recipient");
  facts.end_user = read_maybe_id<registry::PartyId>(fields, "end_user");
  facts.item_classes = read_ids<registry::ClassId>(fields, "item_classes");
  facts.touches = read_ids<geo::RegionId>(fields, "touches");
  facts.within = read_ids<geo::RegionId>(fields, "within");
  facts.categories = read_ids<registry::CategoryId>(fields, "categories");
  facts.data_sources = read_list(fields, "data_sources", report, read_source);
  facts.funders = read_ids<registry::PartyId>(fields, "funders");
  facts.funded_only_by = read_ids<registry::GroupId>(fields, "funded_only_by");
  facts.used_with = read_ids<registry::ItemId>(fields, "used_with");
  if (const Json* ties = fields.need("ties")) facts.ties = read_ties(*ties, report);
  facts.properties = read_list(fields, "properties", report, read_property);
  if (const Json* rating = fields.maybe("rating")) facts.rating = read_rating(*rating, report);
  facts.tallies = read_list(fields, "tallies", report, read_tally);
  fields.finish();
  return facts;
}

}  // namespace countersign::kernel
