// SPDX-License-Identifier: Apache-2.0
#include "registry/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using base::Json;
using internal::Members;

template <class Entry, class Id>
const Entry* find_in(const std::vector<Entry>& entries, const Id& id) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

// Reads a list of {"id", "name"}. `what` names one of them.
template <class Id>
std::vector<Word<Id>> read_words(base::Fields& fields, std::string_view list, std::string_view what,
                                 base::Report& report) {
  std::vector<Word<Id>> words;
  internal::OnceOnly once(list, report);
  for (const Json& element : fields.array(list)) {
    base::Fields word(element, what, report);
    Id id(word.id("id"));
    std::string name = internal::read_name(word, "name");
    word.finish();
    once.see(id.text(), element.at);
    words.push_back({std::move(id), std::move(name)});
  }
  return words;
}

// Party and data kind are joined by "/" where both are meant ("US/targeting"); the first "/" must
// be the joint.
void check_party_ids(const Json& document, base::Report& report) {
  const Json* parties = document.find("parties");
  if (parties == nullptr) return;
  for (const Json& element : parties->items) {
    const Json* id = element.kind == Json::Kind::Object ? element.find("id") : nullptr;
    if (id == nullptr || id->text.find('/') == std::string::npos) continue;
    report.add(id->at, fmt::format("the party `{}` has a `/` in its id", id->text),
               "use another character: `/` stands between a party and what is its own");
  }
}

std::vector<Group> read_groups(base::Fields& fields, const std::vector<Word<PartyId>>& parties,
                               base::Report& report) {
  std::vector<Group> groups;
  internal::OnceOnly once("groups", report);
  std::vector<std::string_view> known;
  known.reserve(parties.size());
  for (const auto& party : parties) known.push_back(party.id.text());
  for (const Json& element : fields.array("groups")) {
    base::Fields group(element, "a group", report);
    Group read{GroupId(group.id("id")), internal::read_name(group, "name"), {}};
    const Json* members = group.need("members");
    read.members = internal::read_ids<PartyId>(group, "members");
    group.finish();
    once.see(read.id.text(), element.at);
    for (const PartyId& member : read.members) {
      if (find_in(parties, member) != nullptr) continue;
      const auto meant = base::did_you_mean(member.text(), known);
      report.add(members->at, fmt::format("`{}` is not a party", member.text()),
                 meant ? fmt::format("did you mean `{}`?", *meant)
                       : std::string("a group's members are listed in `parties`"));
    }
    groups.push_back(std::move(read));
  }
  return groups;
}

std::vector<Property> read_properties(base::Fields& fields, base::Report& report) {
  std::vector<Property> properties;
  internal::OnceOnly once("properties", report);
  for (const Json& element : fields.array("properties")) {
    base::Fields property(element, "a property", report);
    Property read{PropertyId(property.id("id")), internal::read_name(property, "name"),
                  internal::read_name(property, "unit")};
    if (!read.id.empty() && !is_attribute_name(read.id.text())) {
      property.report("id", fmt::format("`{}` cannot be named in a policy", read.id.text()),
                      "use letters, digits and `_`, beginning with a letter, and no word of Cedar");
    }
    property.finish();
    once.see(read.id.text(), element.at);
    properties.push_back(std::move(read));
  }
  return properties;
}

template <class Id>
Json write_words(const std::vector<Word<Id>>& words) {
  return internal::write_each(words, [](const Word<Id>& word) {
    Members entry;
    entry.emplace_back("id", base::json_text(word.id.text()));
    internal::add_name(entry, "name", word.name);
    return base::json_object(std::move(entry));
  });
}

Json write_group(const Group& group) {
  Members entry;
  entry.emplace_back("id", base::json_text(group.id.text()));
  internal::add_name(entry, "name", group.name);
  entry.emplace_back("members", internal::write_ids(group.members));
  return base::json_object(std::move(entry));
}

Json write_property(const Property& property) {
  Members entry;
  entry.emplace_back("id", base::json_text(property.id.text()));
  internal::add_name(entry, "name", property.name);
  internal::add_name(entry, "unit", property.unit);
  return base::json_object(std::move(entry));
}

}  // namespace

const Word<PartyId>* Vocabulary::find(const PartyId& id) const { return find_in(parties, id); }
const Group* Vocabulary::find(const GroupId& id) const { return find_in(groups, id); }
const Word<CategoryId>* Vocabulary::find(const CategoryId& id) const {
  return find_in(categories, id);
}
const Word<DataKindId>* Vocabulary::find(const DataKindId& id) const { return find_in(data, id); }
const Word<ClassId>* Vocabulary::find(const ClassId& id) const { return find_in(classes, id); }
const Property* Vocabulary::find(const PropertyId& id) const { return find_in(properties, id); }
const Word<LevelId>* Vocabulary::find(const LevelId& id) const { return find_in(levels, id); }

std::vector<LevelId> Vocabulary::up_to(const LevelId& level) const {
  std::vector<LevelId> below;
  for (const Word<LevelId>& word : levels) {
    below.push_back(word.id);
    if (word.id == level) return below;
  }
  return {};
}

Vocabulary Vocabulary::read(const Json& document, base::Report& report) {
  base::Fields fields(document, "a vocabulary", report);
  Vocabulary vocabulary;
  fields.need("parties");
  vocabulary.parties = read_words<PartyId>(fields, "parties", "a party", report);
  check_party_ids(document, report);
  vocabulary.groups = read_groups(fields, vocabulary.parties, report);
  vocabulary.categories = read_words<CategoryId>(fields, "categories", "a category", report);
  vocabulary.data = read_words<DataKindId>(fields, "data", "a kind of data", report);
  vocabulary.classes = read_words<ClassId>(fields, "classes", "a class", report);
  vocabulary.properties = read_properties(fields, report);
  vocabulary.levels = read_words<LevelId>(fields, "levels", "a level", report);
  fields.finish();
  return vocabulary;
}

Json Vocabulary::write(const Vocabulary& vocabulary) {
  Members members;
  members.emplace_back("parties", write_words(vocabulary.parties));
  const auto add = [&](std::string_view list, bool any, Json written) {
    if (any) members.emplace_back(list, std::move(written));
  };
  add("groups", !vocabulary.groups.empty(), internal::write_each(vocabulary.groups, write_group));
  add("categories", !vocabulary.categories.empty(), write_words(vocabulary.categories));
  add("data", !vocabulary.data.empty(), write_words(vocabulary.data));
  add("classes", !vocabulary.classes.empty(), write_words(vocabulary.classes));
  add("properties", !vocabulary.properties.empty(),
      internal::write_each(vocabulary.properties, write_property));
  add("levels", !vocabulary.levels.empty(), write_words(vocabulary.levels));
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
