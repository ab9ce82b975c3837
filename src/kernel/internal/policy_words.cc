// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/policy_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "geo/layer.h"
#include "registry/registers.h"

namespace countersign::kernel {

namespace {

struct Word {
  std::string id;
  std::string name;  // empty, or the id again, where there is no other
};

class Builder {
 public:
  explicit Builder(PolicyWords& words) : words_(words) {}

  // Declares an enumerated type and returns whether there is one.
  bool enumerated(std::string_view type, const std::vector<Word>& entities) {
    add(type, entities);
    if (entities.empty()) return false;
    std::vector<std::string> ids;
    ids.reserve(entities.size());
    for (const Word& word : entities) ids.push_back(cedar::quoted(word.id));
    words_.schema += fmt::format("entity {} enum [{}];\n", type, fmt::join(ids, ", "));
    return true;
  }

  void add(std::string_view type, const std::vector<Word>& entities) {
    for (const Word& word : entities) {
      const cedar::EntityUid uid(type, word.id);
      words_.known.insert(uid);
      if (!word.name.empty() && word.name != word.id) words_.names.entities[uid] = word.name;
    }
  }

  void line(std::string_view text) {
    words_.schema += text;
    words_.schema += '\n';
  }

 private:
  PolicyWords& words_;
};

template <class List>
std::vector<Word> words_in(const List& list) {
  std::vector<Word> words;
  words.reserve(list.size());
  for (const auto& entry : list) words.push_back({entry.id.text(), entry.name});
  return words;
}

std::vector<Word> plain(std::initializer_list<std::string_view> ids) {
  std::vector<Word> words;
  for (const std::string_view id : ids) words.push_back({std::string(id), {}});
  return words;
}

// Every party with every kind of data.
std::vector<Word> data_sources(const registry::Vocabulary& vocabulary) {
  std::vector<Word> words;
  for (const auto& party : vocabulary.parties) {
    for (const auto& kind : vocabulary.data) {
      words.push_back({fmt::format("{}/{}", party.id.text(), kind.id.text()),
                       fmt::format("{}, {}", kind.label(), party.label())});
    }
  }
  return words;
}

std::vector<cedar::Entity> parties_in_groups(const registry::Vocabulary& vocabulary) {
  std::vector<cedar::Entity> parties;
  for (const auto& party : vocabulary.parties) {
    cedar::Entity entity{cedar::EntityUid("Party", party.id.text())};
    for (const registry::Group& group : vocabulary.groups) {
      if (std::find(group.members.begin(), group.members.end(), party.id) != group.members.end()) {
        entity.parents.emplace_back("Group", group.id.text());
      }
    }
    parties.push_back(std::move(entity));
  }
  return parties;
}

std::vector<std::string> tallies_in_force(const registry::AuthorityView& authority) {
  std::vector<std::string> ids;
  for (const registry::DirectiveInForce& directive : authority.directives) {
    for (const registry::Tally& tally : directive->tallies) ids.push_back(tally.id.text());
  }
  return ids;
}

// Which of the types with a list there are.
struct Declared {
  bool groups = false;
  bool offices = false;
  bool regions = false;
  bool categories = false;
  bool data = false;
};

// The attributes of a context, those of a transfer apart.
std::string attributes(const registry::AuthorityView& authority, const Declared& declared) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view type) {
    text += fmt::format("  {}: {},\n", name, type);
  };
  if (declared.offices) add("approvals", "Set<Office>");
  add("quantity", "Long");
  if (declared.regions) {
    add("touches", "Set<Region>");
    add("within", "Set<Region>");
  }
  if (declared.categories) add("categories", "Set<Category>");
  if (declared.data) add("data_sources", "Set<DataSource>");
  add("funders", "Set<Party>");
  if (declared.groups) add("funded_only_by", "Set<Group>");
  add("used_with", "Set<Item>");
  add("ties", "Set<Basis>");
  add("component_share_bp_min", "Long");
  add("component_share_bp_max", "Long");
  const auto& properties = (*authority.vocabulary)->properties;
  if (!properties.empty()) {
    std::vector<std::string> bounds;
    bounds.reserve(properties.size());
    for (const registry::Property& property : properties) {
      bounds.push_back(fmt::format("{0}_min: Long, {0}_max: Long", property.id.text()));
    }
    add("item", fmt::format("{{ {} }}", fmt::join(bounds, ", ")));
  }
  if (authority.holdings != nullptr) add("rating", "Rating");
  if (const auto tallies = tallies_in_force(authority); !tallies.empty()) {
    add("rest", fmt::format("{{ {}: Long }}", fmt::join(tallies, ": Long, ")));
  }
  return text;
}

}  // namespace

PolicyWords words_of_policies(const registry::AuthorityView& authority) {
  CHECK(authority.charter != nullptr && authority.vocabulary != nullptr);
  const registry::Vocabulary& vocabulary = **authority.vocabulary;
  PolicyWords words;
  words.parties = parties_in_groups(vocabulary);
  for (const registry::Property& property : vocabulary.properties) {
    words.names.properties[property.id.text()] = {property.label(), property.unit};
  }

  Builder schema(words);
  Declared declared;
  declared.groups = schema.enumerated("Group", words_in(vocabulary.groups));
  schema.add("Party", words_in(vocabulary.parties));
  schema.line(declared.groups ? "entity Party in [Group];" : "entity Party;");
  const bool classes = schema.enumerated("ItemClass", words_in(vocabulary.classes));
  schema.line(classes ? "entity Item in [ItemClass];" : "entity Item;");
  declared.offices = schema.enumerated("Office", words_in((*authority.charter)->offices));
  if (authority.layer != nullptr) {
    declared.regions = schema.enumerated("Region", words_in((*authority.layer)->regions()));
  }
  declared.categories = schema.enumerated("Category", words_in(vocabulary.categories));
  declared.data = schema.enumerated("DataSource", data_sources(vocabulary));
  schema.enumerated("Rating", plain({"red", "yellow", "green"}));
  schema.enumerated("Basis", plain({"supplied", "owner", "component", "direct_product", "data"}));

  const std::string facts = attributes(authority, declared);
  schema.line(fmt::format("type Facts = {{\n{}}};", facts));
  schema.line(fmt::format("type TransferFacts = {{\n{}  recipient: Party,\n  end_user: Party,\n}};",
                          facts));
  for (const auto& [action, context] :
       {std::pair("use", "Facts"), std::pair("transfer", "TransferFacts")}) {
    schema.line(
        fmt::format("action {} appliesTo {{ principal: [Party], resource: [Item], context: {} }};",
                    action, context));
  }
  return words;
}

}  // namespace countersign::kernel
