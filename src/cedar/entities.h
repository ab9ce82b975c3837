// SPDX-License-Identifier: Apache-2.0
// The entities that policies are evaluated against, with the closure of their hierarchy.
//
// Invariants:
//   Unique    no two entities share a uid
//   Acyclic   no entity is its own ancestor
//   Closed    `ancestors` holds every entity that can be reached over parents, listed ones or not
#ifndef COUNTERSIGN_CEDAR_ENTITIES_H_
#define COUNTERSIGN_CEDAR_ENTITIES_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "cedar/value.h"

namespace countersign::cedar {

// An entity as it is given.
struct Entity {
  EntityUid uid;
  Value attributes = Value::record({});  // a Record
  std::vector<EntityUid> parents = {};   // need not be listed themselves
  Value tags = Value::record({});        // a Record
};

// An entity as it is kept.
class StoredEntity {
 public:
  const EntityUid& uid() const { return entity_.uid; }
  const Record& attributes() const { return entity_.attributes.record(); }
  const Record& tags() const { return entity_.tags.record(); }
  std::span<const EntityUid> parents() const { return entity_.parents; }
  // Ordered by hash, the entity itself not among them.
  std::span<const EntityUid> ancestors() const { return ancestors_; }
  // Whether `group` is an ancestor.
  bool descends_from(const EntityUid& group) const;

 private:
  friend class EntityStore;
  explicit StoredEntity(Entity entity) : entity_(std::move(entity)) {}

  Entity entity_;
  std::vector<EntityUid> ancestors_;
};

// Immutable once made; reading from several threads is fine. Pointers it gives live as long as the
// store stays where it is.
class EntityStore {
 public:
  EntityStore() = default;

  // Takes the entities and closes their hierarchy. Refused, as issues without a place: two
  // different entities of one uid, a cycle. The same entity twice counts once.
  static base::Parsed<EntityStore> create(std::vector<Entity> entities);

  // The entity, or null when the store does not list it.
  const StoredEntity* find(const EntityUid& uid) const;
  // The same for several at once, which takes less time than one after the other. Null stays null.
  std::array<const StoredEntity*, 3> find(const std::array<const EntityUid*, 3>& uids) const;
  std::span<const StoredEntity> entities() const { return entities_; }
  std::size_t size() const { return entities_.size(); }

  // Collects entities one by one.
  class Builder {
   public:
    // `attributes` and `tags` are Records.
    Builder& add(EntityUid uid, Value attributes = Value::record({}),
                 std::vector<EntityUid> parents = {}, Value tags = Value::record({}));
    // Leaves the builder empty.
    base::Parsed<EntityStore> build();

   private:
    std::vector<Entity> entities_;
  };

 private:
  // A place in the table. The tag is of the hash: most entities that are not meant are told by it,
  // without fetching them.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = 0;  // position in `entities_` plus one, 0 is free
  };

  std::uint32_t slot_of(const EntityUid& uid) const;
  bool insert(Entity entity, base::Issues& issues);
  void close(base::Issues& issues);

  std::vector<StoredEntity> entities_;
  // Open addressing; its size is a power of two.
  std::vector<Slot> table_;
};

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_ENTITIES_H_
