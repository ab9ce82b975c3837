// SPDX-License-Identifier: Apache-2.0
#include "cedar/authorizer.h"

#include "cedar/internal/compiled_set.h"
#include "cedar/internal/machine.h"

namespace countersign::cedar {
namespace {

constexpr std::string_view kUnknownMessage = "this depends on a value that is not yet known";

// Asks for the memory that evaluating the policies is about to read, all together: over many
// policies and entities most of a decision's time is waiting for it.
void fetch(const internal::CompiledSet& set, const internal::Machine& machine,
           const std::vector<std::uint32_t>& policies) {
  for (const Variable variable : {Variable::Principal, Variable::Resource}) {
    if (const StoredEntity* entity = machine.entity_of(variable)) {
      __builtin_prefetch(entity->attributes().members().data());
    }
  }
  for (const std::uint32_t at : policies) __builtin_prefetch(&set.compiled[at]);
  for (const std::uint32_t at : policies) {
    // A condition's last operation; the others stand before it.
    __builtin_prefetch(&set.program.ops[set.compiled[at].condition]);
  }
}

}  // namespace

std::string_view name_of(Verdict verdict) { return verdict == Verdict::Allow ? "allow" : "deny"; }

base::Issue issue_of(const EvaluationError& error) {
  static const Source no_source;
  const Source& source = error.policy->source ? *error.policy->source : no_source;
  return issue_at(source, error.span, error.message);
}

const Response& Authorizer::decide(const Request& request, const EntityStore& entities) {
  const internal::CompiledSet& set = policies_.compiled();
  internal::Machine machine(set.program, request, entities);
  response_.reasons.clear();
  response_.errors.clear();
  permits_.clear();
  for (const Variable variable : {Variable::Principal, Variable::Action, Variable::Resource}) {
    if (!request[variable].is(Value::Kind::Unknown)) continue;
    for (const Policy& policy : set.policies) {
      response_.errors.push_back({&policy, std::string(kUnknownMessage), policy.span});
    }
    response_.verdict = Verdict::Deny;
    return response_;
  }
  set.index.collect(machine, candidates_);
  fetch(set, machine, candidates_);
  for (const std::uint32_t at : candidates_) {
    const Policy& policy = set.policies[at];
    const internal::CompiledPolicy& compiled = set.compiled[at];
    if (!compiled.unconditional) {
      Value scratch;
      const Value* result = machine.evaluate(compiled.condition, scratch);
      if (result == nullptr) {
        response_.errors.push_back({&policy, machine.failure().message, machine.failure().span});
        continue;
      }
      if (!result->is(Value::Kind::Bool)) {
        response_.errors.push_back({&policy, std::string(kUnknownMessage), policy.span});
        continue;
      }
      if (!result->boolean()) continue;
    }
    (compiled.effect == Effect::Forbid ? response_.reasons : permits_).push_back(&policy);
  }
  const bool allowed = response_.reasons.empty() && !permits_.empty();
  response_.verdict = allowed ? Verdict::Allow : Verdict::Deny;
  if (response_.reasons.empty()) response_.reasons.swap(permits_);
  return response_;
}

Response authorize(const PolicySet& policies, const Request& request, const EntityStore& entities) {
  return Authorizer(policies).decide(request, entities);
}

}  // namespace countersign::cedar
