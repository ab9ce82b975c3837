// SPDX-License-Identifier: Apache-2.0
#include "cedar/entities.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::cedar {
namespace {

bool by_hash(const EntityUid& a, const EntityUid& b) {
  return a.hash() != b.hash() ? a.hash() < b.hash() : a < b;
}

void sort_unique(std::vector<EntityUid>& uids) {
  std::sort(uids.begin(), uids.end(), by_hash);
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
}

std::uint32_t tag_of(const EntityUid& uid) { return static_cast<std::uint32_t>(uid.hash() >> 32); }

bool same(const Entity& a, const Entity& b) {
  std::vector<EntityUid> a_parents = a.parents;
  std::vector<EntityUid> b_parents = b.parents;
  sort_unique(a_parents);
  sort_unique(b_parents);
  return a.attributes == b.attributes && a.tags == b.tags && a_parents == b_parents;
}

void complain(base::Issues& issues, std::string message, std::string remedy) {
  issues.push_back({.file = {},
                    .at = {},
                    .message = std::move(message),
                    .remedy = std::move(remedy),
                    .excerpt = {}});
}

}  // namespace

bool StoredEntity::descends_from(const EntityUid& group) const {
  constexpr std::size_t kScanned = 8;
  auto from = ancestors_.begin();
  if (ancestors_.size() > kScanned) {
    from = std::lower_bound(
        ancestors_.begin(), ancestors_.end(), group.hash(),
        [](const EntityUid& uid, std::uint64_t hash) { return uid.hash() < hash; });
  }
  for (; from != ancestors_.end() && from->hash() <= group.hash(); ++from) {
    if (*from == group) return true;
  }
  return false;
}

base::Parsed<EntityStore> EntityStore::create(std::vector<Entity> entities) {
  EntityStore store;
  base::Issues issues;
  std::size_t size = 8;
  while (size < entities.size() * 2) size *= 2;
  store.table_.resize(size);
  store.entities_.reserve(entities.size());
  for (Entity& entity : entities) store.insert(std::move(entity), issues);
  if (issues.empty()) store.close(issues);
  if (!issues.empty()) return issues;
  return store;
}

std::uint32_t EntityStore::slot_of(const EntityUid& uid) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = uid.hash() & mask;
  const std::uint32_t tag = tag_of(uid);
  for (; table_[slot].number != 0; slot = (slot + 1) & mask) {
    if (table_[slot].tag == tag && entities_[table_[slot].number - 1].uid() == uid) break;
  }
  return static_cast<std::uint32_t>(slot);
}

bool EntityStore::insert(Entity entity, base::Issues& issues) {
  CHECK(entity.attributes.is(Value::Kind::Record) && entity.tags.is(Value::Kind::Record));
  Slot& slot = table_[slot_of(entity.uid)];
  if (slot.number != 0) {
    if (same(entities_[slot.number - 1].entity_, entity)) return true;
    complain(issues,
             fmt::format("the entity `{}` is given twice, differently", to_text(entity.uid)),
             "leave one of the two out");
    return false;
  }
  slot = {tag_of(entity.uid), static_cast<std::uint32_t>(entities_.size() + 1)};
  entities_.push_back(StoredEntity(std::move(entity)));
  return true;
}

// Depth first without recursion: an entity is closed once all its parents are.
void EntityStore::close(base::Issues& issues) {
  enum class Mark : std::uint8_t { New, Open, Closed };
  struct Step {
    std::uint32_t entity;
    std::size_t next_parent = 0;
  };
  std::vector<Mark> marks(entities_.size(), Mark::New);
  std::vector<Step> path;
  const auto open = [&](std::uint32_t entity) {
    marks[entity] = Mark::Open;
    path.push_back({entity});
  };
  for (std::uint32_t start = 0; start < entities_.size(); ++start) {
    if (marks[start] == Mark::New) open(start);
    while (!path.empty()) {
      Step& step = path.back();
      StoredEntity& entity = entities_[step.entity];
      if (step.next_parent == entity.parents().size()) {
        sort_unique(entity.ancestors_);
        marks[step.entity] = Mark::Closed;
        path.pop_back();
        continue;
      }
      const EntityUid& parent = entity.parents()[step.next_parent];
      const std::uint32_t place = table_[slot_of(parent)].number;
      if (place != 0 && marks[place - 1] == Mark::Open) {
        complain(issues, fmt::format("the entity `{}` is its own ancestor", to_text(parent)),
                 "break the circle of `parents`");
        return;
      }
      if (place != 0 && marks[place - 1] == Mark::New) {
        open(place - 1);
        continue;
      }
      entity.ancestors_.push_back(parent);
      if (place != 0) {
        const std::span<const EntityUid> above = entities_[place - 1].ancestors();
        entity.ancestors_.insert(entity.ancestors_.end(), above.begin(), above.end());
      }
      ++step.next_parent;
    }
  }
}

const StoredEntity* EntityStore::find(const EntityUid& uid) const {
  if (table_.empty()) return nullptr;
  const std::uint32_t place = table_[slot_of(uid)].number;
  return place == 0 ? nullptr : &entities_[place - 1];
}

std::array<const StoredEntity*, 3> EntityStore::find(
    const std::array<const EntityUid*, 3>& uids) const {
  std::array<const StoredEntity*, 3> found{};
  if (table_.empty()) return found;
  // The memory of all is asked for before that of the first is needed.
  const std::size_t mask = table_.size() - 1;
  for (const EntityUid* uid : uids) {
    if (uid != nullptr) __builtin_prefetch(&table_[uid->hash() & mask]);
  }
  for (const EntityUid* uid : uids) {
    if (uid == nullptr) continue;
    if (const std::uint32_t number = table_[uid->hash() & mask].number; number != 0) {
      const StoredEntity* entity = &entities_[number - 1];
      __builtin_prefetch(entity);
      __builtin_prefetch(entity + 1);
    }
  }
  for (std::size_t i = 0; i < uids.size(); ++i) {
    if (uids[i] != nullptr) found[i] = find(*uids[i]);
    if (found[i] == nullptr) continue;
    __builtin_prefetch(found[i]->ancestors().data());
    __builtin_prefetch(&found[i]->attributes());
  }
  return found;
}

EntityStore::Builder& EntityStore::Builder::add(EntityUid uid, Value attributes,
                                                std::vector<EntityUid> parents, Value tags) {
  entities_.push_back({std::move(uid), std::move(attributes), std::move(parents), std::move(tags)});
  return *this;
}

base::Parsed<EntityStore> EntityStore::Builder::build() {
  return create(std::exchange(entities_, {}));
}

}  // namespace countersign::cedar
