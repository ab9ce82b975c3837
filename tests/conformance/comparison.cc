// SPDX-License-Identifier: Apache-2.0
#include "conformance/comparison.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "cedar/authorizer.h"
#include "cedar/json.h"
#include "cedar/parser.h"
#include "cedar/policy_json.h"
#include "cedar/schema.h"
#include "cedar/schema_conformance.h"
#include "cedar/schema_forms.h"
#include "cedar/schema_types.h"
#include "cedar/validator.h"
#include "conformance/message_kinds.h"
#include "conformance/schema_meaning.h"

namespace countersign::conformance {
namespace {

namespace fs = std::filesystem;
using base::Json;
using Texts = std::set<std::string>;

// Corpora hold deeper and longer documents than the product reads.
constexpr base::JsonLimits kLimits = {.bytes = 256U << 20, .depth = 512, .values = 20'000'000};

constexpr std::string_view kContradicted =
    "`shouldValidate` contradicts the corpus's own verdict file";
constexpr std::string_view kByHand =
    "a decision of a validator case, written by hand, that the language does not give";

std::optional<std::string> content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::stringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

std::string to_text(const Texts& texts) { return fmt::format("[{}]", fmt::join(texts, ", ")); }

std::string_view verdict_of(bool valid) { return valid ? "valid" : "invalid"; }

bool is_json(const fs::path& path) { return path.extension() == ".json"; }

class Comparison {
 public:
  explicit Comparison(const Case& one) : case_(one) {}

  Outcome run() {
    const std::optional<Json> description = read_json(case_.file);
    if (!description) {
      // Whatever it was meant to be, it is not left out in silence.
      ++outcome_.cases;
      return std::move(outcome_);
    }
    if (description->kind != Json::Kind::Object) return {};
    const bool has_policies = description->find("policies") != nullptr;
    if (!has_policies && description->find("requests") == nullptr) return {};
    ++outcome_.cases;
    if (load(*description)) {
      compare_round_trips();
      compare_requests(*description);
      compare_verdicts(*description);
    }
    compare_json_schema();
    if (outcome_.failed[static_cast<std::size_t>(Check::Readable)] == 0)
      count(Check::Readable, true, {}, {}, {});
    return std::move(outcome_);
  }

 private:
  void count(Check check, bool right, std::string_view what, std::string expected,
             std::string got) {
    std::string subject = what.empty() ? case_.name : fmt::format("{}: {}", case_.name, what);
    outcome_.count(check, right, std::move(subject), std::move(expected), std::move(got));
  }

  void unreadable(std::string_view what, std::string got) {
    count(Check::Readable, false, what, "something that can be read", std::move(got));
  }

  std::optional<Json> read_json(const fs::path& path) {
    const std::optional<std::string> text = content_of(path);
    if (!text) {
      unreadable(path.filename().string(), "a file that cannot be opened");
      return std::nullopt;
    }
    base::Parsed<Json> json = base::read_json(*text, path.filename().string(), kLimits);
    if (json) return std::move(json).value();
    unreadable(path.filename().string(), base::to_text(json.error()));
    return std::nullopt;
  }

  // A member of the case's documents, or null after reporting that it is not there as it should be.
  const Json* need(const Json& object, std::string_view name, Json::Kind kind) {
    const Json* found = object.kind == Json::Kind::Object ? object.find(name) : nullptr;
    if (found != nullptr && found->kind == kind) return found;
    unreadable(fmt::format("`{}`", name),
               found == nullptr
                   ? "nothing"
                   : fmt::format("{}, not {}", name_of(found->kind), base::name_of(kind)));
    return nullptr;
  }

  // The content of the file that the member names.
  std::optional<std::string> need_file(const Json& description, std::string_view name,
                                       fs::path& path) {
    const Json* member = need(description, name, Json::Kind::Text);
    if (member == nullptr) return std::nullopt;
    const std::optional<fs::path> found = case_.find(member->text);
    std::optional<std::string> text = found ? content_of(*found) : std::nullopt;
    if (!text) unreadable(name, fmt::format("no file `{}`", member->text));
    if (found) path = *found;
    return text;
  }

  bool load(const Json& description) {
    fs::path path;
    if (std::optional<std::string> text = need_file(description, "policies", path)) {
      const std::string name = path.filename().string();
      auto policies =
          is_json(path) ? cedar::read_policies(*text, name) : cedar::parse_policies(*text, name);
      if (policies) {
        policies_ = std::move(policies).value();
      } else {
        unreadable("policies", base::to_text(policies.error()));
      }
    }
    if (description.find("schema") != nullptr) load_schema(description);
    if (description.find("entities") != nullptr) load_entities(description);
    return outcome_.differences.empty();
  }

  void load_schema(const Json& description) {
    fs::path path;
    const std::optional<std::string> text = need_file(description, "schema", path);
    if (!text) return;
    const std::string name = path.filename().string();
    auto schema =
        is_json(path) ? cedar::Schema::parse_json(*text, name) : cedar::Schema::parse(*text, name);
    if (!schema) return unreadable("schema", base::to_text(schema.error()));
    schema_.emplace(std::move(schema).value());
    types_.emplace(*schema_);
    if (!is_json(path)) schema_text_ = text;
  }

  void load_entities(const Json& description) {
    fs::path path;
    const std::optional<std::string> text = need_file(description, "entities", path);
    if (!text) return;
    base::Parsed<Json> json = base::read_json(*text, path.filename().string(), kLimits);
    if (!json) return unreadable("entities", base::to_text(json.error()));
    if (json.value().kind != Json::Kind::Array) return unreadable("entities", "no list");
    entities_ = std::move(json).value();
  }

  // Each policy as JSON, that as text, and that as JSON again. Policies that say the same are
  // written in the same JSON.
  void compare_round_trips() {
    for (const cedar::Policy& policy : policies_) {
      const std::string json = base::write_json(cedar::to_json(policy));
      const auto read = cedar::read_policy(json, policy.id);
      const std::string text = read ? cedar::to_text(read.value()) : std::string();
      const auto parsed = cedar::parse_policies(text);
      std::string got;
      if (!read) {
        got = base::to_text(read.error());
      } else if (!parsed) {
        got = text + "\n" + base::to_text(parsed.error());
      } else if (parsed.value().size() != 1) {
        got = text;
      } else {
        got = base::write_json(cedar::to_json(parsed.value().front()));
      }
      const bool right = json == got;
      count(Check::RoundTrip, right, policy.id, json, std::move(got));
    }
  }

  const cedar::ExpectedTypes* types() const { return types_ ? &*types_ : nullptr; }

  // With the schema as guide, and where that fails without: values the schema does not foresee
  // decide all the same.
  std::optional<cedar::EntityStore> store() {
    std::vector<cedar::Entity> entities;
    for (const Json& item : entities_.items) {
      base::Report report({}, {});
      std::optional<cedar::Entity> entity = cedar::read_entity(item, report, types());
      if (!report.clean()) {
        base::Report unguided({}, {});
        entity = cedar::read_entity(item, unguided);
        if (!unguided.clean()) {
          unreadable("entities", base::to_text(unguided.take()));
          return std::nullopt;
        }
      }
      entities.push_back(std::move(*entity));
    }
    if (schema_) add_missing_actions(entities);
    auto made = cedar::EntityStore::create(std::move(entities));
    if (made) return std::move(made).value();
    unreadable("entities", base::to_text(made.error()));
    return std::nullopt;
  }

  void add_missing_actions(std::vector<cedar::Entity>& entities) const {
    std::set<cedar::EntityUid> given;
    for (const cedar::Entity& entity : entities) given.insert(entity.uid);
    for (cedar::Entity& action : cedar::action_entities(*schema_))
      if (!given.contains(action.uid)) entities.push_back(std::move(action));
  }

  void compare_requests(const Json& description) {
    const Json* requests = description.find("requests");
    if (requests == nullptr || requests->items.empty()) return;
    const std::optional<cedar::EntityStore> entities = store();
    auto set = cedar::PolicySet::create(policies_);
    if (!set) unreadable("policies", base::to_text(set.error()));
    if (!entities || !set) return;
    cedar::Authorizer authorizer(std::move(set).value());
    for (std::size_t i = 0; i < requests->items.size(); ++i)
      compare_request(requests->items[i], fmt::format("request {}", i), authorizer, *entities);
  }

  void compare_request(const Json& item, const std::string& name, cedar::Authorizer& authorizer,
                       const cedar::EntityStore& entities) {
    // A request that only serves validation has none.
    if (item.kind == Json::Kind::Object && item.find("decision") == nullptr) return;
    const Json* decision = need(item, "decision", Json::Kind::Text);
    const Json* reasons = need(item, "reason", Json::Kind::Array);
    const Json* errors = need(item, "errors", Json::Kind::Array);
    if (decision == nullptr || reasons == nullptr || errors == nullptr) return;
    base::Report report({}, {});
    std::optional<cedar::Request> request = cedar::read_request(item, report, types());
    if (!report.clean()) {
      base::Report unguided({}, {});
      request = cedar::read_request(item, unguided);
      if (!unguided.clean()) return unreadable(name, base::to_text(unguided.take()));
    }
    const cedar::Response& response = authorizer.decide(*request, entities);
    const std::string_view got = cedar::name_of(response.verdict);
    count_decided(Check::Decision, name, decision->text, std::string(got));
    Texts got_reasons;
    for (const cedar::Policy* policy : response.reasons) got_reasons.insert(policy->id);
    count_decided(Check::Reasons, name, to_text(texts_of(*reasons)), to_text(got_reasons));
    Texts got_errors;
    for (const cedar::EvaluationError& error : response.errors) got_errors.insert(error.policy->id);
    count_decided(Check::Errors, name, to_text(texts_of(*errors)), to_text(got_errors));
  }

  // Validator cases serve validation. Their decisions come from no run of the reference: some allow
  // without a reason, or fail in a policy that cannot.
  void count_decided(Check check, const std::string& name, std::string expected, std::string got) {
    const bool is_validator_case = case_.file.parent_path().filename() == "testdata";
    if (is_validator_case && expected != got) {
      ++outcome_.set_aside[kByHand];
    } else {
      const bool right = expected == got;
      count(check, right, name, std::move(expected), std::move(got));
    }
  }

  static Texts texts_of(const Json& list) {
    Texts texts;
    for (const Json& item : list.items) texts.insert(item.text);
    return texts;
  }

  void compare_verdicts(const Json& description) {
    if (!schema_) return;
    const cedar::ValidationReport strict = cedar::Validator(*schema_).validate(policies_);
    const Json* should = description.find("shouldValidate");
    const std::optional<Json> verdicts =
        case_.verdicts.empty() ? std::nullopt : read_json(case_.verdicts);
    const Json* policies =
        verdicts ? need(*verdicts, "policyValidation", Json::Kind::Object) : nullptr;
    const Json* whole = policies ? policies->find("strict") : nullptr;
    if (should != nullptr && whole != nullptr && should->boolean != whole->boolean) {
      ++outcome_.set_aside[kContradicted];
    } else if (should != nullptr) {
      compare_validity(Check::ShouldValidate, "", should->boolean, !strict.has_errors(), strict);
    }
    if (policies == nullptr) return;
    const cedar::ValidationReport permissive =
        cedar::Validator(*schema_, cedar::ValidationMode::Permissive).validate(policies_);
    compare_policies(*policies, strict, permissive);
    compare_entities(*verdicts);
    compare_request_verdicts(description, *verdicts);
  }

  void compare_validity(Check check, std::string_view what, bool expected, bool got,
                        const cedar::ValidationReport& report) {
    std::string said(verdict_of(got));
    for (const cedar::Finding& finding : report.findings)
      if (!finding.is_warning() && !got) said += "\n" + base::to_text(finding.issue);
    count(check, expected == got, what, std::string(verdict_of(expected)), std::move(said));
  }

  void compare_policies(const Json& verdicts, const cedar::ValidationReport& strict,
                        const cedar::ValidationReport& permissive) {
    const Json* each = need(verdicts, "perPolicy", Json::Kind::Object);
    if (each == nullptr) return;
    Texts expected;
    Texts got;
    for (const Json::Member& policy : each->members) expected.insert(policy.name);
    for (const cedar::Policy& policy : policies_) got.insert(policy.id);
    if (expected != got)
      return count(Check::Readable, false, "policies", to_text(expected), to_text(got));
    for (const Json::Member& policy : each->members) {
      compare_policy(policy, Check::PolicyStrict, "strict", "strictErrors", strict);
      compare_policy(policy, Check::PolicyPermissive, "permissive", "permissiveErrors", permissive);
    }
  }

  void compare_policy(const Json::Member& policy, Check check, std::string_view mode,
                      std::string_view messages, const cedar::ValidationReport& report) {
    const Json* valid = need(policy.value, mode, Json::Kind::Bool);
    if (valid == nullptr) return;
    compare_validity(check, policy.name, valid->boolean, report.accepts(policy.name), report);
    Texts expected;
    if (const Json* list = policy.value.find(messages)) {
      for (const Json& message : list->items) {
        const auto kind = kind_of(message.text);
        expected.insert(kind ? std::string(cedar::name_of(*kind)) : message.text);
      }
    }
    Texts got;
    for (const cedar::Finding& finding : report.findings)
      if (!finding.is_warning() && finding.policy == policy.name)
        got.insert(std::string(cedar::name_of(kind_of(finding))));
    count(Check::MessageKinds, expected == got, fmt::format("{} {}", policy.name, mode),
          to_text(expected), to_text(got));
  }

  // What is wrong with each entity of the document, by "Type::id".
  std::map<std::string, std::string> entity_errors() const {
    std::map<std::string, std::string> errors;
    for (const Json& item : entities_.items) {
      base::Report report({}, {});
      const Json* uid = item.kind == Json::Kind::Object ? item.find("uid") : nullptr;
      const std::optional<cedar::EntityUid> name =
          uid == nullptr ? std::nullopt : cedar::read_uid(*uid, report);
      if (!name) continue;
      const std::optional<cedar::Entity> entity = cedar::read_entity(item, report, types());
      std::string said = base::to_text(report.take());
      if (entity) said += base::to_text(cedar::entity_issues(*schema_, *entity));
      errors.emplace(fmt::format("{}::{}", name->type().view(), name->id().view()),
                     std::move(said));
    }
    return errors;
  }

  void compare_entities(const Json& verdicts) {
    const Json* all = need(verdicts, "entityValidation", Json::Kind::Object);
    const Json* each = all ? need(*all, "perEntity", Json::Kind::Object) : nullptr;
    if (each == nullptr) return;
    const auto errors = entity_errors();
    for (const Json::Member& member : each->members) {
      const Json* list = member.value.find("errors");
      const bool expected = list == nullptr || list->items.empty();
      const auto found = errors.find(member.name);
      const std::string said = found == errors.end() ? "not in the document" : found->second;
      count(Check::Entity, expected == said.empty(), member.name,
            expected ? "valid" : list->items.front().text, said.empty() ? "valid" : said);
    }
  }

  void compare_request_verdicts(const Json& description, const Json& verdicts) {
    const Json* each = need(verdicts, "requestValidation", Json::Kind::Array);
    const Json* requests = description.find("requests");
    const std::size_t known = requests == nullptr ? 0 : requests->items.size();
    if (each == nullptr) return;
    if (each->items.size() != known)
      return unreadable("requestValidation",
                        fmt::format("{} verdicts on {} requests", each->items.size(), known));
    for (std::size_t i = 0; i < known; ++i) {
      base::Report report({}, {});
      const auto request = cedar::read_request(requests->items[i], report, types());
      std::string said = base::to_text(report.take());
      if (request) said += base::to_text(cedar::request_issues(*schema_, *request));
      for (const std::string_view mode : {"strict", "permissive"}) {
        const Json* valid = need(each->items[i], mode, Json::Kind::Bool);
        if (valid == nullptr) return;
        count(Check::Request, valid->boolean == said.empty(), fmt::format("request {} {}", i, mode),
              std::string(verdict_of(valid->boolean)), said.empty() ? "valid" : said);
      }
    }
  }

  void compare_json_schema() {
    if (!schema_ || case_.json_schema.empty()) return;
    const std::optional<std::string> text = content_of(case_.json_schema);
    const std::string name = case_.json_schema.filename().string();
    if (!text) return unreadable(name, "a file that cannot be opened");
    const auto expected = cedar::Schema::parse_json(*text, name);
    if (!expected) return unreadable(name, base::to_text(expected.error()));
    compare_schema(name, expected.value(), *schema_);
    if (schema_text_) {
      const auto json = cedar::schema_to_json(*schema_text_);
      compare_written(name + " written as JSON", expected.value(),
                      json ? base::write_json(json.value()) : std::string(), Form::Json);
    }
    const auto human = cedar::schema_to_text(*text);
    compare_written(name + " written as text", expected.value(),
                    human ? human.value() : std::string(), Form::Human);
  }

  enum class Form : bool { Json, Human };

  void compare_written(const std::string& what, const cedar::Schema& expected,
                       const std::string& written, Form form) {
    const auto got = form == Form::Json ? cedar::Schema::parse_json(written, what)
                                        : cedar::Schema::parse(written, what);
    if (written.empty() || !got)
      return count(Check::JsonSchema, false, what, meaning_of(expected),
                   written.empty() ? "nothing" : base::to_text(got.error()));
    compare_schema(what, expected, got.value());
  }

  void compare_schema(const std::string& what, const cedar::Schema& expected,
                      const cedar::Schema& got) {
    std::string meant = meaning_of(expected);
    std::string said = meaning_of(got);
    const bool right = meant == said;
    count(Check::JsonSchema, right, what, std::move(meant), std::move(said));
  }

  const Case& case_;
  Outcome outcome_;
  std::vector<cedar::Policy> policies_;
  std::optional<std::string> schema_text_;  // in the human syntax
  std::optional<cedar::Schema> schema_;
  std::optional<cedar::SchemaTypes> types_;
  Json entities_;
};

}  // namespace

Outcome compare(const Case& one) { return Comparison(one).run(); }

}  // namespace countersign::conformance
