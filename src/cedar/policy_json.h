// SPDX-License-Identifier: Apache-2.0
// Policies in Cedar's JSON form, both ways.
//
// A policy is {"effect", "principal", "action", "resource", "conditions", "annotations"}, an
// expression an object with one member: an operator, a function, "Value", "Var", "Set" or "Record".
// What is written is the form the reference implementation gives to a policy read from text,
// members in its order. Reading takes every spelling of it; of what means the same, the spelling is
// not kept: a list in "Value" is written as "Set", `has a.b` as `has a && a has b`, a pattern
// character by character.
//
// Every policy that is read can be written as text, and that text be read (to_text in ast.h).
#ifndef COUNTERSIGN_CEDAR_POLICY_JSON_H_
#define COUNTERSIGN_CEDAR_POLICY_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/policy_set.h"

namespace countersign::cedar {

// One policy or template; its source is the document, and so are its spans. Refused with places:
// missing, unknown and repeated members (unknown ones are passed over in heads and `has`), what the
// language has no word for, slots outside the head, nulls but for the value of an annotation,
// fractions, expressions past the limits of ast.h, and documents past 16 MiB.
base::Parsed<Policy> read_policy(std::string_view text, std::string id, std::string_view file = {});

// {"staticPolicies": {ID: POLICY}, "templates": {ID: TEMPLATE}, "templateLinks": [{"templateId",
// "newId", "values": {"?principal": UID}}]}, each of which may be left out. Gives the policies,
// then the templates, then what was linked, in the order written. Refused besides: a template among
// the policies or a policy among the templates, a link to no template, an id used twice.
base::Parsed<std::vector<Policy>> read_policies(std::string_view text, std::string_view file = {});

// A linked policy is written as what it was linked to. The values in it are none of them unknown.
base::Json to_json(const Policy& policy);
base::Json to_json(const Expr& expr);

// The set in the form that read_policies takes. A policy that was linked is written as a link where
// the set has its template.
base::Json to_json(const PolicySet& policies);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_POLICY_JSON_H_
