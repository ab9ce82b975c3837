// SPDX-License-Identifier: Apache-2.0
#include "kernel/access.h"

#include <array>
#include <set>
#include <utility>

#include "base/check.h"
#include "cedar/authorizer.h"
#include "cedar/entities.h"
#include "cedar/parser.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/schema.h"
#include "cedar/schema_conformance.h"
#include "cedar/validator.h"
#include "kernel/internal/access_policies.h"

namespace countersign::kernel {
namespace {

using cedar::EntityUid;
using cedar::Text;
using cedar::Value;
using Members = std::vector<std::pair<Text, Value>>;

constexpr std::array<std::pair<Sight, std::string_view>, 32> kNames = {
    {{Sight::Case, "see-case"},
     {Sight::Request, "see-request"},
     {Sight::Tie, "see-tie"},
     {Sight::Announced, "see-announced"},
     {Sight::Step, "see-step"},
     {Sight::Finding, "see-finding"},
     {Sight::Advice, "see-advice"},
     {Sight::Override, "see-override"},
     {Sight::Oral, "see-oral"},
     {Sight::Decision, "see-decision"},
     {Sight::Review, "see-review"},
     {Sight::Reasons, "see-reasons"},
     {Sight::Consent, "see-consent"},
     {Sight::Claim, "see-claim"},
     {Sight::Query, "see-query"},
     {Sight::Answer, "see-answer"},
     {Sight::Why, "see-why"},
     {Sight::Grant, "see-grant"},
     {Sight::Use, "see-use"},
     {Sight::Suspension, "see-suspension"},
     {Sight::Rule, "see-rule"},
     {Sight::Stock, "see-stock"},
     {Sight::Register, "see-register"},
     {Sight::FullBundle, "see-full-bundle"},
     {Sight::LaneBundle, "see-lane-bundle"},
     {Sight::HolderBundle, "see-holder-bundle"},
     {Sight::Status, "see-status"},
     {Sight::Task, "see-task"},
     {Sight::Key, "see-key"},
     {Sight::Absence, "see-absence"},
     {Sight::Count, "see-count"},
     {Sight::Ledger, "see-ledger"}}};

template <class Id>
Value entity(const char* type, const Id& id) {
  return Value::entity(Text(type), Text(id.text()));
}

template <class Id>
Value entities(const char* type, const std::vector<Id>& ids) {
  std::vector<Value> values;
  for (const Id& id : ids) values.push_back(entity(type, id));
  return Value::set(std::move(values));
}

cedar::Entity entity_of(const Onlooker& who) {
  std::vector<Value> powers;
  for (const registry::Power power : who.powers) {
    powers.push_back(Value::entity(Text("Power"), Text(std::string(registry::name_of(power)))));
  }
  if (who.clerk) powers.push_back(Value::entity(Text("Power"), Text("consent")));
  return {EntityUid(Text("Office"), Text(who.id)),
          Value::record({{Text("authority"), entity("Party", who.authority)},
                         {Text("powers"), Value::set(std::move(powers))},
                         {Text("levels"), entities("Level", who.levels)}})};
}

cedar::Entity entity_of(const Part& part) {
  Members members = {{Text("owner"), entity("Party", part.owner)},
                     {Text("tied"), entities("Party", part.tied)},
                     {Text("sent"), Value::boolean(part.sent)},
                     {Text("announced"), Value::boolean(part.announced)}};
  if (part.requester) members.emplace_back(Text("requester"), entity("Party", *part.requester));
  if (part.of) members.emplace_back(Text("case"), entity("Case", *part.of));
  if (part.assignee) members.emplace_back(Text("assignee"), entity("Office", *part.assignee));
  if (part.asked_by) members.emplace_back(Text("asked_by"), entity("Party", *part.asked_by));
  std::vector<registry::PartyId> releasable_to;
  if (part.marking) {
    members.emplace_back(Text("level"), entity("Level", part.marking->level));
    releasable_to = part.marking->releasable_to;
    if (part.marking->cases) {
      std::vector<Value> cases;
      for (const std::string& id : *part.marking->cases) {
        cases.push_back(Value::entity(Text("Case"), Text(id)));
      }
      members.emplace_back(Text("cases"), Value::set(std::move(cases)));
    }
  }
  members.emplace_back(Text("releasable_to"), entities("Party", releasable_to));
  return {EntityUid(Text("Part"), Text("part")), Value::record(std::move(members))};
}

}  // namespace

struct Access::Compiled {
  cedar::Schema schema;
  cedar::PolicySet policies;
  std::vector<cedar::Entity> actions;
};

std::string_view name_of(Sight sight) {
  for (const auto& [value, name] : kNames) {
    if (value == sight) return name;
  }
  return {};
}

std::span<const Sight> sights() {
  static const std::vector<Sight> kSights = [] {
    std::vector<Sight> all;
    for (const auto& [value, name] : kNames) all.push_back(value);
    return all;
  }();
  return kSights;
}

Access::Access(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Access::Access(Access&&) noexcept = default;
Access& Access::operator=(Access&&) noexcept = default;
Access::~Access() = default;

base::Parsed<Access> Access::create(std::string_view schema, std::string_view policies) {
  BOOST_OUTCOME_TRY(cedar::Schema words, cedar::Schema::parse(schema, "access.cedarschema"));
  BOOST_OUTCOME_TRY(std::vector<cedar::Policy> parsed,
                    cedar::parse_policies(policies, "access.cedar"));
  base::Issues issues;
  for (const auto& finding : cedar::Validator(words).validate(parsed).findings) {
    issues.push_back(finding.issue);
  }
  for (cedar::Policy& policy : parsed) {
    // Whoever asks by which policy something is shown is told its name.
    const cedar::Text* id = policy.annotation("id");
    if (id != nullptr) {
      policy.id = id->str();
      continue;
    }
    base::Issue issue;
    issue.file = "access.cedar";
    issue.message = "a policy has no `@id`";
    issues.push_back(std::move(issue));
  }
  if (!issues.empty()) return issues;
  std::vector<cedar::Entity> actions = cedar::action_entities(words);
  BOOST_OUTCOME_TRY(cedar::PolicySet set, cedar::PolicySet::create(std::move(parsed)));
  return Access(std::make_unique<const Compiled>(
      Compiled{std::move(words), std::move(set), std::move(actions)}));
}

const Access& Access::product() {
  static const Access kProduct = [] {
    auto made = create(kAccessSchema, kAccessPolicies);
    CHECK(made.has_value());
    return std::move(made.value());
  }();
  return kProduct;
}

bool Access::allows(const Onlooker& who, Sight sight, const Part& part) const {
  const cedar::Entity office = entity_of(who);
  const cedar::Entity resource = entity_of(part);
  const cedar::Request request(
      office.uid, EntityUid(Text("Action"), Text(std::string(name_of(sight)))), resource.uid);
  if (!cedar::request_issues(compiled_->schema, request).empty() ||
      !cedar::entity_issues(compiled_->schema, office).empty() ||
      !cedar::entity_issues(compiled_->schema, resource).empty()) {
    return false;
  }
  std::vector<cedar::Entity> entities = compiled_->actions;
  entities.push_back(office);
  entities.push_back(resource);
  const auto store = cedar::EntityStore::create(std::move(entities));
  if (!store) return false;
  const cedar::Response response = cedar::authorize(compiled_->policies, request, store.value());
  return response.errors.empty() && response.verdict == cedar::Verdict::Allow;
}

}  // namespace countersign::kernel
