// SPDX-License-Identifier: Apache-2.0
#include "conformance/differential/answer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/json.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"
#include "cedar/schema_conformance.h"
#include "cedar/schema_types.h"
#include "cedar/validator.h"
#include "conformance/schema_meaning.h"

namespace countersign::differential {
namespace {

using base::Json;
using Members = std::vector<std::pair<std::string, Json>>;

const Json& member(const Json& object, std::string_view name) {
  const Json* found = object.find(name);
  CHECK(found != nullptr);
  return *found;
}

Json verdict(bool accepted) { return base::json_text(accepted ? "accepted" : "refused"); }

Json texts(const std::set<std::string>& list) {
  return base::json_texts(std::vector<std::string>(list.begin(), list.end()));
}

std::string joined(const Json& list, std::string_view separator) {
  std::string text;
  for (const Json& item : list.items) {
    if (&item != &list.items.front()) text += separator;
    text += item.text;
  }
  return text;
}

// One policy or template in JSON, as the reference writes it; none where the reference has none.
std::optional<cedar::Policy> read_json_form(const Json& form, const std::string& id) {
  if (form.kind != Json::Kind::Text) return std::nullopt;
  base::Parsed<cedar::Policy> read = cedar::read_policy(form.text, id);
  if (!read) return std::nullopt;
  return std::move(read).value();
}

// One template, and nothing else.
std::optional<cedar::Policy> read_template(const std::string& text, const std::string& id) {
  base::Parsed<std::vector<cedar::Policy>> read = cedar::parse_policies(text);
  if (!read || read.value().size() != 1 || !read.value().front().is_template()) return std::nullopt;
  cedar::Policy policy = std::move(read.value().front());
  policy.id = id;
  return policy;
}

bool add_link(const Json& one, std::vector<cedar::Policy>& policies) {
  cedar::Slots slots;
  for (const Json::Member& value : member(one, "values").members) {
    std::optional<cedar::EntityUid>& slot =
        value.name == "?principal" ? slots.principal : slots.resource;
    slot.emplace(member(value.value, "type").text, member(value.value, "id").text);
  }
  for (const cedar::Policy& policy : policies) {
    if (policy.id != member(one, "template").text || !policy.is_template()) continue;
    base::Parsed<cedar::Policy> linked = cedar::link(policy, member(one, "id").text, slots);
    if (!linked) return false;
    policies.push_back(std::move(linked).value());
    return true;
  }
  return false;
}

// Policies and templates in one list; empty when any of them is refused.
std::optional<std::vector<cedar::Policy>> read_texts(const Json& one) {
  base::Parsed<std::vector<cedar::Policy>> read =
      cedar::parse_policies(joined(member(one, "policies"), "\n"));
  if (!read) return std::nullopt;
  std::vector<cedar::Policy> policies = std::move(read).value();
  for (const cedar::Policy& policy : policies)
    if (policy.is_template()) return std::nullopt;
  for (const Json& item : member(one, "templates").items) {
    std::optional<cedar::Policy> read_one =
        read_template(member(item, "text").text, member(item, "id").text);
    if (!read_one) return std::nullopt;
    policies.push_back(std::move(*read_one));
  }
  return policies;
}

// The same from their JSON forms.
std::optional<std::vector<cedar::Policy>> read_json_forms(const Json& one) {
  const Json& aids = member(one, "aids");
  std::vector<cedar::Policy> policies;
  for (const Json& form : member(aids, "policies").items) {
    auto policy = read_json_form(form, "policy" + std::to_string(policies.size()));
    if (!policy || policy->is_template()) return std::nullopt;
    policies.push_back(std::move(*policy));
  }
  const std::vector<Json>& templates = member(one, "templates").items;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    auto policy =
        read_json_form(member(aids, "templates").items[i], member(templates[i], "id").text);
    if (!policy || !policy->is_template()) return std::nullopt;
    policies.push_back(std::move(*policy));
  }
  return policies;
}

std::optional<std::vector<cedar::Policy>> read_policies(const Json& one) {
  std::optional<std::vector<cedar::Policy>> policies =
      member(one, "as_json").boolean ? read_json_forms(one) : read_texts(one);
  if (!policies) return std::nullopt;
  for (const Json& item : member(one, "links").items)
    if (!add_link(item, *policies)) return std::nullopt;
  return policies;
}

// Whether a text is written in JSON as the reference writes it, and what the reference wrote is
// read for what the text says.
bool same_json_form(const std::string& text, const Json& form) {
  const base::Parsed<std::vector<cedar::Policy>> read = cedar::parse_policies(text);
  const std::optional<cedar::Policy> other = read_json_form(form, "policy0");
  if (!read || read.value().size() != 1 || !other) return false;
  const base::Parsed<Json> expected = base::read_json(form.text, {}, {.depth = 1000});
  const Json written = cedar::to_json(read.value().front());
  return expected && same(written, expected.value()) && same(cedar::to_json(*other), written);
}

Json json_forms(const Json& one) {
  const Json& aids = member(one, "aids");
  std::vector<Json> verdicts;
  const std::vector<Json>& policies = member(aids, "policies").items;
  for (std::size_t i = 0; i < policies.size(); ++i)
    verdicts.push_back(
        base::json_bool(same_json_form(member(one, "policies").items[i].text, policies[i])));
  const std::vector<Json>& templates = member(aids, "templates").items;
  for (std::size_t i = 0; i < templates.size(); ++i)
    verdicts.push_back(base::json_bool(
        same_json_form(member(member(one, "templates").items[i], "text").text, templates[i])));
  return base::json_array(std::move(verdicts));
}

std::optional<cedar::Schema> read_schema(const Json& text, std::string_view form) {
  base::Parsed<cedar::Schema> schema =
      form == "text" ? cedar::Schema::parse(text.text) : cedar::Schema::parse_json(text.text);
  if (!schema) return std::nullopt;
  return std::move(schema).value();
}

// Whether the reference's other form of a schema means the same.
bool same_schema(const cedar::Schema& schema, std::string_view other_form, const Json& other) {
  if (other.kind != Json::Kind::Text) return false;
  const std::optional<cedar::Schema> read = read_schema(other, other_form);
  return read && conformance::meaning_of(*read) == conformance::meaning_of(schema);
}

// With a schema, what is read must conform to it, and its actions are among the entities.
std::optional<cedar::EntityStore> read_store(const std::string& text, const cedar::Schema* schema) {
  std::optional<cedar::SchemaTypes> types;
  if (schema != nullptr) types.emplace(*schema);
  base::Parsed<std::vector<cedar::Entity>> read =
      cedar::read_entities(text, {}, types ? &*types : nullptr);
  if (!read) return std::nullopt;
  base::Parsed<cedar::EntityStore> store = cedar::EntityStore::create(read.value());
  if (!store) return std::nullopt;
  if (schema == nullptr) return std::move(store).value();
  if (!cedar::store_issues(*schema, store.value()).empty()) return std::nullopt;
  std::vector<cedar::Entity> entities = std::move(read).value();
  std::erase_if(entities, [](const cedar::Entity& entity) {
    return cedar::names_action_type(entity.uid.type().view());
  });
  for (cedar::Entity& action : cedar::action_entities(*schema))
    entities.push_back(std::move(action));
  store = cedar::EntityStore::create(std::move(entities));
  CHECK(store.has_value());
  return std::move(store).value();
}

void validate(const cedar::Schema& schema, const std::vector<cedar::Policy>& policies,
              Members& answer) {
  const cedar::ValidationReport report = cedar::Validator(schema).validate(policies);
  std::set<std::string> invalid;
  std::set<std::string> warnings;
  for (const cedar::Finding& finding : report.findings) {
    if (!finding.is_warning()) {
      invalid.insert(finding.policy);
    } else {
      warnings.insert(finding.policy + " " + std::string(cedar::name_of(finding.rule)));
    }
  }
  answer.emplace_back("invalid", texts(invalid));
  answer.emplace_back("warnings", texts(warnings));
  // The reference's package has no permissive mode; but that takes whatever strict mode takes.
  const cedar::ValidationReport permissive =
      cedar::Validator(schema, cedar::ValidationMode::Permissive).validate(policies);
  std::set<std::string> only_strict;
  for (const cedar::Policy& policy : policies)
    if (!invalid.contains(policy.id) && !permissive.accepts(policy.id))
      only_strict.insert(policy.id);
  answer.emplace_back("only_strict", texts(only_strict));
}

Json answer_request(const std::string& text, const cedar::Schema* schema,
                    cedar::Authorizer* authorizer, const cedar::EntityStore* store) {
  Members answer;
  std::optional<cedar::SchemaTypes> types;
  if (schema != nullptr) types.emplace(*schema);
  const base::Parsed<cedar::Request> request =
      cedar::read_request(text, {}, types ? &*types : nullptr);
  if (schema != nullptr) {
    const bool valid = request && cedar::request_issues(*schema, request.value()).empty();
    answer.emplace_back("valid", base::json_bool(valid));
    if (!valid) return base::json_object(std::move(answer));
  }
  if (authorizer == nullptr || store == nullptr) return base::json_object(std::move(answer));
  answer.emplace_back("read", base::json_bool(request.has_value()));
  if (!request) return base::json_object(std::move(answer));
  const cedar::Response& response = authorizer->decide(request.value(), *store);
  std::set<std::string> reasons;
  for (const cedar::Policy* policy : response.reasons) reasons.insert(policy->id);
  std::set<std::string> errors;
  for (const cedar::EvaluationError& error : response.errors) errors.insert(error.policy->id);
  answer.emplace_back("decision", base::json_text(cedar::name_of(response.verdict)));
  answer.emplace_back("reasons", texts(reasons));
  answer.emplace_back("errors", texts(errors));
  return base::json_object(std::move(answer));
}

Json decide(const Json& one) {
  Members answer;
  answer.emplace_back("json_forms", json_forms(one));
  std::optional<cedar::Schema> schema;
  const Json& schema_text = member(one, "schema");
  if (schema_text.kind == Json::Kind::Object) {
    schema = read_schema(member(schema_text, "text"), member(schema_text, "form").text);
    answer.emplace_back("schema", verdict(schema.has_value()));
    if (const Json* other = member(one, "aids").find("schema")) {
      const bool is_text = member(schema_text, "form").text == "text";
      answer.emplace_back(
          "schema_forms",
          base::json_bool(schema && same_schema(*schema, is_text ? "json" : "text", *other)));
    }
  }
  std::optional<std::vector<cedar::Policy>> policies = read_policies(one);
  std::optional<cedar::Authorizer> authorizer;
  if (policies) {
    base::Parsed<cedar::PolicySet> set = cedar::PolicySet::create(*policies);
    if (set) authorizer.emplace(std::move(set).value());
  }
  answer.emplace_back("policies", verdict(authorizer.has_value()));
  if (schema && authorizer) validate(*schema, *policies, answer);
  const cedar::Schema* guide = member(one, "typed").boolean && schema ? &*schema : nullptr;
  const std::optional<cedar::EntityStore> store =
      read_store("[" + joined(member(one, "entities"), ",") + "]", guide);
  answer.emplace_back("entities", verdict(store.has_value()));
  std::vector<Json> requests;
  for (const Json& request : member(one, "requests").items)
    requests.push_back(answer_request(request.text, guide, authorizer ? &*authorizer : nullptr,
                                      store ? &*store : nullptr));
  answer.emplace_back("requests", base::json_array(std::move(requests)));
  return base::json_object(std::move(answer));
}

bool accepts(const Json& one, const Json& item, const cedar::Schema* schema) {
  const std::string& what = member(item, "what").text;
  const std::string& text = member(item, "text").text;
  if (what == "policy") {
    const base::Parsed<std::vector<cedar::Policy>> read = cedar::parse_policies(text);
    if (!read) return false;
    for (const cedar::Policy& policy : read.value())
      if (policy.is_template()) return false;
    return true;
  }
  if (what == "template") return read_template(text, "t").has_value();
  if (what == "policy_json") return cedar::read_policy(text, "p").has_value();
  if (what == "schema") return cedar::Schema::parse(text).has_value();
  if (what == "schema_json") return cedar::Schema::parse_json(text).has_value();
  CHECK(what == "entities");
  if (member(one, "schema").kind == Json::Kind::Text && schema == nullptr) return false;
  return read_store(text, schema).has_value();
}

Json read(const Json& one) {
  std::optional<cedar::Schema> schema;
  if (member(one, "schema").kind == Json::Kind::Text) {
    schema = read_schema(member(one, "schema"), "text");
  }
  std::vector<Json> verdicts;
  for (const Json& item : member(one, "items").items)
    verdicts.push_back(verdict(accepts(one, item, schema ? &*schema : nullptr)));
  return base::json_object({{"items", base::json_array(std::move(verdicts))}});
}

}  // namespace

bool same(const Json& a, const Json& b) {
  if (a.kind != b.kind || a.boolean != b.boolean || a.integer != b.integer || a.text != b.text ||
      a.items.size() != b.items.size() || a.members.size() != b.members.size())
    return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same(a.items[i], b.items[i])) return false;
  return std::all_of(a.members.begin(), a.members.end(), [&](const Json::Member& one) {
    const Json* other = b.find(one.name);
    return other != nullptr && same(one.value, *other);
  });
}

base::Json answer(const base::Json& one) {
  return member(one, "kind").text == "decide" ? decide(one) : read(one);
}

}  // namespace countersign::differential
