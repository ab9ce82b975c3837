// SPDX-License-Identifier: Apache-2.0
// Whether entities and requests are what a schema says they are. What conforms meets, in a policy
// that the schema's strict validation accepts, no type error and no missing attribute.
#ifndef COUNTERSIGN_CEDAR_SCHEMA_CONFORMANCE_H_
#define COUNTERSIGN_CEDAR_SCHEMA_CONFORMANCE_H_

#include <vector>

#include "base/issue.h"
#include "cedar/entities.h"
#include "cedar/request.h"
#include "cedar/schema.h"

namespace countersign::cedar {

// Each function gives every way in which its subject does not conform, as issues without a place;
// the messages name the entity or the attribute. Empty means that it conforms. An unknown value
// never does.

// One entity: a declared type, its attributes and tags, ids of enumerated types, parents of the
// types that the schema allows. An action must be exactly as declared. Ancestors that are not
// listed as parents are not seen.
base::Issues entity_issues(const Schema& schema, const Entity& entity);

// Every entity of the store, with all its ancestors: an action that is in a group over others must
// be listed with them, or not at all.
base::Issues store_issues(const Schema& schema, const EntityStore& store);

// The schema's actions as entities, in the groups that it says: they belong to every store that
// policies about its actions are evaluated against.
std::vector<Entity> action_entities(const Schema& schema);

// A declared action, a principal and a resource of types it applies to, its context.
base::Issues request_issues(const Schema& schema, const Request& request);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_SCHEMA_CONFORMANCE_H_
