// SPDX-License-Identifier: Apache-2.0
// The words an authority uses: parties, groups, categories, kinds of data, classes, properties,
// levels of marking.
#ifndef COUNTERSIGN_REGISTRY_VOCABULARY_H_
#define COUNTERSIGN_REGISTRY_VOCABULARY_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "registry/ids.h"
#include "registry/marking.h"

namespace countersign::registry {

// A word and what a person calls it. `name` is empty when none was given.
template <class Id>
struct Word {
  Id id;
  std::string name;

  // The name, or the id where there is none.
  const std::string& label() const { return name.empty() ? id.text() : name; }
  friend bool operator==(const Word&, const Word&) = default;
};

struct Group {
  GroupId id;
  std::string name;
  std::vector<PartyId> members;

  const std::string& label() const { return name.empty() ? id.text() : name; }
  friend bool operator==(const Group&, const Group&) = default;
};

struct Property {
  PropertyId id;  // is_attribute_name(): policies name it, with `_min` and `_max` behind
  std::string name;
  std::string unit;

  const std::string& label() const { return name.empty() ? id.text() : name; }
  friend bool operator==(const Property&, const Property&) = default;
};

// Each list holds an id once, in the order written; a group's members are among the parties.
struct Vocabulary {
  std::vector<Word<PartyId>> parties;
  std::vector<Group> groups;
  std::vector<Word<CategoryId>> categories;
  std::vector<Word<DataKindId>> data;
  std::vector<Word<ClassId>> classes;
  std::vector<Property> properties;
  std::vector<Word<LevelId>> levels;  // of markings, the lowest first

  // The entry of that id, or null.
  const Word<PartyId>* find(const PartyId& id) const;
  const Group* find(const GroupId& id) const;
  const Word<CategoryId>* find(const CategoryId& id) const;
  const Word<DataKindId>* find(const DataKindId& id) const;
  const Word<ClassId>* find(const ClassId& id) const;
  const Property* find(const PropertyId& id) const;
  const Word<LevelId>* find(const LevelId& id) const;
  // That level and all below it; none where it is not one of these.
  std::vector<LevelId> up_to(const LevelId& level) const;

  // Reads vocabulary.json (docs/formats/registers.md). Mistakes go to `report`; what is returned
  // is only to be used when the report is clean.
  static Vocabulary read(const base::Json& document, base::Report& report);
  // The document that reads as this vocabulary.
  static base::Json write(const Vocabulary& vocabulary);

  friend bool operator==(const Vocabulary&, const Vocabulary&) = default;
};

}  // namespace countersign::registry

#endif  // COUNTERSIGN_REGISTRY_VOCABULARY_H_
