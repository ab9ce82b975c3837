// SPDX-License-Identifier: Apache-2.0
#include "cedar/policy_json.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "cedar/internal/expression_json.h"
#include "cedar/internal/lexer.h"
#include "cedar/json.h"
#include "cedar/schema.h"

namespace countersign::cedar {
namespace {

using base::Fields;
using base::Json;
using base::Report;
using internal::put;
using internal::span_of;

// A tree of kDepthLimit takes two levels of JSON an operation, and a few for what is around it.
constexpr base::JsonLimits kLimits = {.depth = 2 * kDepthLimit + 16};

class PolicyReader {
 public:
  PolicyReader(std::shared_ptr<const Source> source, Report& report)
      : source_(std::move(source)), report_(report) {}

  // Whole only if nothing was reported.
  Policy read(const Json& json, std::string id) {
    Policy policy;
    policy.id = std::move(id);
    policy.source = source_;
    policy.span = span_of(json);
    Fields fields(json, "a policy", report_);
    policy.effect =
        fields.word("effect", {"permit", "forbid"}) == 0 ? Effect::Permit : Effect::Forbid;
    if (const Json* part = fields.need("principal")) {
      policy.principal = scope(*part, Variable::Principal);
    }
    if (const Json* part = fields.need("action")) policy.action = scope(*part, Variable::Action);
    if (const Json* part = fields.need("resource")) {
      policy.resource = scope(*part, Variable::Resource);
    }
    fields.need("conditions");
    for (const Json& part : fields.array("conditions")) clause(part, policy);
    if (const Json* part = fields.maybe("annotations")) annotations(*part, policy);
    fields.finish();
    return policy;
  }

  // What fills a template's slots.
  Slots slots(const Json& json) {
    Slots slots;
    Fields fields(json, "`values`", report_);
    if (const Json* uid = fields.maybe("?principal")) {
      slots.principal = internal::read_entity_name(*uid, report_);
    }
    if (const Json* uid = fields.maybe("?resource")) {
      slots.resource = internal::read_entity_name(*uid, report_);
    }
    fields.finish();
    return slots;
  }

 private:
  Scope scope(const Json& json, Variable variable) {
    Scope scope;
    scope.span = span_of(json);
    const std::string what = fmt::format("`{}`", name_of(variable));
    Fields fields(json, what, report_);
    const bool action = variable == Variable::Action;
    std::vector<std::string_view> words = {"All", "all", "==", "in"};
    if (!action) words.emplace_back("is");
    const std::size_t before = report_.count();
    const std::size_t word = fields.word("op", words);
    // What belongs to an operator that is not known is not known either.
    if (report_.count() != before) return scope;
    switch (word) {
      case 2:
        scope.kind = Scope::Kind::Equal;
        entity(fields, json, variable, scope);
        break;
      case 3:
        scope.kind = Scope::Kind::In;
        if (action && json.find("entity") == nullptr && json.find("entities") != nullptr) {
          scope.kind = Scope::Kind::InAny;
          for (const Json& uid : fields.array("entities")) one_entity(uid, variable, scope);
        } else {
          entity(fields, json, variable, scope);
        }
        break;
      case 4:
        type(fields, variable, scope);
        break;
      default:
        break;
    }
    // The reference passes over what it does not know here, but for `is`.
    if (scope.type_tested()) fields.finish();
    return scope;
  }

  void type(Fields& fields, Variable variable, Scope& scope) {
    scope.kind = Scope::Kind::Is;
    if (const Json* name = fields.need("entity_type")) {
      scope.type = internal::read_type_name(*name, report_).value_or(Text());
      scope.type_span = span_of(*name);
    }
    const Json* group = fields.maybe("in");
    if (group == nullptr || group->kind == Json::Kind::Null) return;
    scope.kind = Scope::Kind::IsIn;
    Fields inside(*group, "`in`", report_);
    entity(inside, *group, variable, scope);
  }

  // `entity`, or else `slot`.
  void entity(Fields& fields, const Json& json, Variable variable, Scope& scope) {
    const Json* uid = fields.maybe("entity");
    const Json* slot = fields.maybe("slot");
    if (json.kind != Json::Kind::Object) return;
    if (uid == nullptr && slot == nullptr) {
      report_.add_at(json, "neither `entity` nor `slot` is there", "give one of the two");
    } else if (uid != nullptr) {
      one_entity(*uid, variable, scope);
    } else if (variable == Variable::Action) {
      report_.add_at(*slot, "a slot may not stand behind `action`",
                     "the slots are `?principal` and `?resource`");
    } else if (slot->kind != Json::Kind::Text ||
               slot->text != fmt::format("?{}", name_of(variable))) {
      report_.add_at(*slot, fmt::format("only `?{}` may stand here as a slot", name_of(variable)));
    } else {
      scope.slot = true;
      scope.entity_spans.push_back(span_of(*slot));
    }
  }

  void one_entity(const Json& json, Variable variable, Scope& scope) {
    std::optional<EntityUid> uid = internal::read_entity_name(json, report_);
    if (!uid) return;
    if (variable == Variable::Action && !names_action_type(uid->type().view())) {
      report_.add_at(json, fmt::format("`{}` is no action", to_text(*uid)),
                     "the type of an action is `Action`, with or without a namespace");
      return;
    }
    scope.entities.push_back(std::move(*uid));
    scope.entity_spans.push_back(span_of(json));
  }

  void clause(const Json& json, Policy& policy) {
    Clause clause;
    clause.span = span_of(json);
    Fields fields(json, "a condition", report_);
    clause.kind =
        fields.word("kind", {"when", "unless"}) == 0 ? Clause::Kind::When : Clause::Kind::Unless;
    if (const Json* body = fields.need("body")) {
      clause.body = internal::read_expression(*body, report_);
    }
    fields.finish();
    policy.clauses.push_back(std::move(clause));
  }

  void annotations(const Json& json, Policy& policy) {
    if (json.kind != Json::Kind::Object) {
      report_.add_at(json,
                     fmt::format("`annotations` must be an object, not {}", name_of(json.kind)));
    }
    for (const Json::Member& member : json.members) {
      Annotation annotation;
      annotation.name = member.name;
      annotation.span = {member.begin, member.value.end, member.at};
      annotation.bare = member.value.kind == Json::Kind::Null;
      annotation.value = member.value.text;
      if (!internal::is_identifier(member.name)) {
        report_.add_at(member, fmt::format("`{}` cannot be the name of an annotation", member.name),
                       "a name is letters, digits and `_`, and begins with no digit");
      }
      if (!annotation.bare && member.value.kind != Json::Kind::Text) {
        report_.add_at(member.value,
                       fmt::format("the value of an annotation is a text or null, not {}",
                                   name_of(member.value.kind)));
      }
      policy.annotations.push_back(std::move(annotation));
    }
  }

  std::shared_ptr<const Source> source_;
  Report& report_;
};

class SetReader {
 public:
  SetReader(const std::shared_ptr<const Source>& source, Report& report)
      : policies_(source, report), report_(report) {}

  std::vector<Policy> read(const Json& json) {
    Fields fields(json, "a policy set", report_);
    if (const Json* part = fields.maybe("staticPolicies")) members(*part, "staticPolicies");
    if (const Json* part = fields.maybe("templates")) members(*part, "templates");
    for (const Json& part : fields.array("templateLinks")) one_link(part);
    fields.finish();
    return std::move(read_);
  }

 private:
  void members(const Json& json, std::string_view name) {
    const bool templates = name == "templates";
    if (json.kind != Json::Kind::Object) {
      report_.add_at(json, fmt::format("`{}` must be an object, not {}", name, name_of(json.kind)),
                     "name each policy by its id: {\"id\": {\"effect\": ...}}");
    }
    for (const Json::Member& member : json.members) {
      const std::size_t before = report_.count();
      Policy policy = policies_.read(member.value, member.name);
      if (report_.count() == before && policy.is_template() != templates) {
        report_.add_at(member,
                       fmt::format("the {} `{}` has {} slot", templates ? "template" : "policy",
                                   member.name, templates ? "no" : "a"),
                       templates ? "move it to `staticPolicies`" : "move it to `templates`");
      }
      if (!free(member.name)) {
        report_.add_at(member, fmt::format("the policy id `{}` is used twice", member.name),
                       "give every policy an id of its own");
      }
      read_.push_back(std::move(policy));
    }
  }

  const Policy* find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &read_[found->second];
  }

  // Whether nothing read so far has the id; from now on the next policy has it.
  bool free(const std::string& id) { return by_id_.emplace(id, read_.size()).second; }

  void one_link(const Json& json) {
    Fields fields(json, "a link", report_);
    const std::string template_id = fields.text("templateId");
    const std::string new_id = fields.text("newId");
    const Json* values = fields.need("values");
    fields.finish();
    const std::size_t before = report_.count();
    const Slots slots = values == nullptr ? Slots() : policies_.slots(*values);
    if (!report_.clean() && (report_.count() != before || values == nullptr)) return;
    const Policy* linked = find(template_id);
    if (linked == nullptr) {
      fields.report("templateId", fmt::format("there is no template `{}`", template_id),
                    "name one of `templates`");
      return;
    }
    base::Parsed<Policy> policy = link(*linked, new_id, slots);
    if (!policy) {
      for (const base::Issue& issue : policy.error()) {
        report_.add_at(*values, issue.message, issue.remedy);
      }
      return;
    }
    if (!free(new_id)) {
      fields.report("newId", fmt::format("the policy id `{}` is used twice", new_id),
                    "give every policy an id of its own");
    }
    read_.push_back(std::move(policy).value());
  }

  PolicyReader policies_;
  Report& report_;
  std::vector<Policy> read_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

Json scope_json(const Scope& scope, Variable variable) {
  Json json;
  json.kind = Json::Kind::Object;
  const auto target = [&](Json& of) {
    if (scope.slot) {
      put(of, "slot", base::json_text(fmt::format("?{}", name_of(variable))));
    } else {
      put(of, "entity", to_json(scope.entities.front()));
    }
  };
  const auto operation = [&](std::string_view name) { put(json, "op", base::json_text(name)); };
  switch (scope.kind) {
    case Scope::Kind::Any:
      operation("All");
      break;
    case Scope::Kind::Equal:
      operation("==");
      target(json);
      break;
    case Scope::Kind::In:
      operation("in");
      target(json);
      break;
    case Scope::Kind::InAny: {
      operation("in");
      if (scope.entities.size() == 1) {
        target(json);
        break;
      }
      std::vector<Json> entities;
      entities.reserve(scope.entities.size());
      for (const EntityUid& uid : scope.entities) entities.push_back(to_json(uid));
      put(json, "entities", base::json_array(std::move(entities)));
      break;
    }
    case Scope::Kind::Is:
    case Scope::Kind::IsIn:
      operation("is");
      put(json, "entity_type", base::json_text(scope.type.view()));
      if (scope.kind == Scope::Kind::IsIn) {
        Json inside;
        inside.kind = Json::Kind::Object;
        target(inside);
        put(json, "in", std::move(inside));
      }
      break;
  }
  return json;
}

Json annotations_json(const Policy& policy) {
  std::vector<const Annotation*> sorted;
  sorted.reserve(policy.annotations.size());
  for (const Annotation& annotation : policy.annotations) sorted.push_back(&annotation);
  std::sort(sorted.begin(), sorted.end(),
            [](const Annotation* a, const Annotation* b) { return a->name < b->name; });
  Json json;
  json.kind = Json::Kind::Object;
  for (const Annotation* annotation : sorted) {
    put(json, annotation->name.view(),
        annotation->bare ? Json() : base::json_text(annotation->value.view()));
  }
  return json;
}

// How `policy` came from `linked`.
Json link_json(const Policy& policy, const Policy& linked) {
  Json values;
  values.kind = Json::Kind::Object;
  if (linked.principal.slot) put(values, "?principal", to_json(policy.principal.entities.front()));
  if (linked.resource.slot) put(values, "?resource", to_json(policy.resource.entities.front()));
  Json json;
  json.kind = Json::Kind::Object;
  put(json, "templateId", base::json_text(linked.id));
  put(json, "newId", base::json_text(policy.id));
  put(json, "values", std::move(values));
  return json;
}

// Reads the whole of a text; `read` is given the document, a source and a report.
template <class Result, class Read>
base::Parsed<Result> read_document(std::string_view text, std::string_view file, Read read) {
  base::Parsed<Json> document = base::read_json(text, file, kLimits);
  if (!document) return std::move(document).error();
  const auto source = std::make_shared<const Source>(Source{std::string(file), std::string(text)});
  Report report(source->text, source->file);
  Result result = read(document.value(), source, report);
  if (!report.clean()) return report.take();
  return result;
}

}  // namespace

base::Parsed<Policy> read_policy(std::string_view text, std::string id, std::string_view file) {
  return read_document<Policy>(text, file,
                               [&](const Json& json, const auto& source, Report& report) {
                                 return PolicyReader(source, report).read(json, std::move(id));
                               });
}

base::Parsed<std::vector<Policy>> read_policies(std::string_view text, std::string_view file) {
  return read_document<std::vector<Policy>>(
      text, file, [&](const Json& json, const auto& source, Report& report) {
        return SetReader(source, report).read(json);
      });
}

base::Json to_json(const Policy& policy) {
  Json json;
  json.kind = Json::Kind::Object;
  put(json, "effect", base::json_text(name_of(policy.effect)));
  put(json, "principal", scope_json(policy.principal, Variable::Principal));
  put(json, "action", scope_json(policy.action, Variable::Action));
  put(json, "resource", scope_json(policy.resource, Variable::Resource));
  Json conditions;
  conditions.kind = Json::Kind::Array;
  for (const Clause& clause : policy.clauses) {
    Json condition;
    condition.kind = Json::Kind::Object;
    put(condition, "kind", base::json_text(clause.kind == Clause::Kind::When ? "when" : "unless"));
    put(condition, "body", to_json(*clause.body));
    conditions.items.push_back(std::move(condition));
  }
  put(json, "conditions", std::move(conditions));
  if (!policy.annotations.empty()) put(json, "annotations", annotations_json(policy));
  return json;
}

base::Json to_json(const PolicySet& policies) {
  Json fixed;
  fixed.kind = Json::Kind::Object;
  Json templates = fixed;
  Json links;
  links.kind = Json::Kind::Array;
  for (const Policy& policy : policies.templates()) put(templates, policy.id, to_json(policy));
  for (const Policy& policy : policies.policies()) {
    const Policy* linked = policy.template_id ? policies.find(*policy.template_id) : nullptr;
    if (linked != nullptr && linked->is_template()) {
      links.items.push_back(link_json(policy, *linked));
    } else {
      put(fixed, policy.id, to_json(policy));
    }
  }
  Json json;
  json.kind = Json::Kind::Object;
  put(json, "templates", std::move(templates));
  put(json, "staticPolicies", std::move(fixed));
  put(json, "templateLinks", std::move(links));
  return json;
}

}  // namespace countersign::cedar
