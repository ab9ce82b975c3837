// SPDX-License-Identifier: Apache-2.0
#include "registry/directive.h"

#include <fmt/format.h>

#include <algorithm>

#include "registry/internal/reading.h"

namespace countersign::registry {
namespace {

using base::Json;
using internal::Members;

// Where the Cedar text stands: in the file that NAME.json names, or in the document itself.
enum class PolicyText { Beside, Inside };

// Ninety days: a review, or a writing up, that is due later is none.
constexpr std::int64_t kMostReviewHours = 90 * 24;

Procedure read_procedure(const Json& element, base::Report& report) {
  base::Fields fields(element, "a procedure", report);
  Procedure procedure;
  procedure.written.at = element.at;
  procedure.id = ProcedureId(fields.id("id"));
  internal::OnceOnly once("advice", report);
  for (const Json& demand : fields.array("advice")) {
    base::Fields advice(demand, "a demand for advice", report);
    AdviceDemand read;
    read.office = OfficeId(advice.id("office"));
    read.kind = static_cast<AdviceDemand::Kind>(advice.word("demand", {"in", "concur"}));
    read.silence = read_silence(advice, report);
    read.written.at = demand.at;
    advice.finish();
    once.see(read.office.text(), demand.at);
    procedure.advice.push_back(std::move(read));
  }
  procedure.silence = read_silence(fields, report);
  const bool goes_on = procedure.silence && procedure.silence->then == SilenceRule::Then::GoOn;
  const bool any = std::any_of(procedure.advice.begin(), procedure.advice.end(),
                               [](const AdviceDemand& demand) { return !demand.silence; });
  if (goes_on && !any) {
    fields.report("on_silence", "`go_on`, but there is no advice to go on without",
                  "no deadline supplies an approval: write `wait`, `refuse` or {\"escalate\": …}");
  }
  fields.finish();
  return procedure;
}

// A list that, left out, stands for "any". `[]` would read as "none" and is refused.
void refuse_empty_list(base::Fields& fields, std::string_view name) {
  const Json* list = fields.maybe(name);
  if (list == nullptr || list->kind != Json::Kind::Array || !list->items.empty()) return;
  fields.report(name, fmt::format("`{}` is empty: the tally would count nothing", name),
                "leave it out to count any");
}

std::vector<Action> read_actions(base::Fields& tally, base::Report& report) {
  std::vector<Action> actions;
  for (const Json& element : tally.array("actions")) {
    const bool is_use = element.kind == Json::Kind::Text && element.text == "use";
    if (!is_use && !(element.kind == Json::Kind::Text && element.text == "transfer")) {
      report.add(element.at,
                 element.kind == Json::Kind::Text
                     ? fmt::format("`{}` is not an action", element.text)
                     : fmt::format("an action must be a text, not {}", base::name_of(element.kind)),
                 "one of `use`, `transfer`");
      continue;
    }
    const Action action = is_use ? Action::Use : Action::Transfer;
    if (std::find(actions.begin(), actions.end(), action) != actions.end()) {
      report.add(element.at, fmt::format("`{}` stands twice in `actions`", element.text),
                 "keep one of the two");
      continue;
    }
    actions.push_back(action);
  }
  return actions;
}

Tally read_tally(const Json& element, base::Report& report) {
  base::Fields fields(element, "a tally", report);
  Tally tally;
  tally.written.at = element.at;
  tally.id = TallyId(fields.id("id"));
  if (!tally.id.empty() && !is_attribute_name(tally.id.text())) {
    fields.report("id", fmt::format("`{}` cannot be named in a policy", tally.id.text()),
                  "use letters, digits and `_`, beginning with a letter, and no word of Cedar");
  }
  for (const std::string_view name : {"actions", "items", "recipients"}) {
    refuse_empty_list(fields, name);
  }
  tally.actions = read_actions(fields, report);
  tally.items = internal::read_ids<ItemId>(fields, "items");
  tally.recipients = internal::read_ids<PartyId>(fields, "recipients");
  tally.period = internal::read_period(fields, "period");
  tally.limit = fields.integer("limit", 0, internal::kNoLimit);
  fields.finish();
  return tally;
}

Emergency read_emergency(const Json& element, base::Report& report) {
  base::Fields fields(element, "emergency consent", report);
  Emergency emergency;
  fields.need("offices");
  emergency.offices = internal::read_ids<OfficeId>(fields, "offices");
  if (emergency.offices.empty()) {
    fields.report("offices", "no office may consent in an emergency",
                  "leave `emergency` out, or name who may");
  }
  emergency.hours = fields.integer("hours", 1, kMostEmergencyHours);
  emergency.review_within_hours = fields.integer("review_within_hours", 1, kMostReviewHours);
  fields.finish();
  return emergency;
}

// "policies" and, where it stands inside, "policy_text".
void read_policies(base::Fields& fields, PolicyText where, Directive& directive) {
  const auto file = fields.maybe_text("policies");
  if (file) {
    directive.policies = *file;
    if (!base::is_id(*file) || !file->ends_with(".cedar") || file->find('/') != std::string::npos) {
      fields.report("policies", fmt::format("`{}` is not the name of a Cedar file", *file),
                    "name a file beside this one, like \"US-3.cedar\"");
    }
  }
  if (where == PolicyText::Beside) return;
  auto text = fields.maybe_text("policy_text");
  if (file.has_value() != text.has_value()) {
    fields.report(file ? "policies" : "policy_text",
                  "`policies` and `policy_text` stand together or not at all",
                  "a signed directive carries the text of its Cedar file");
  }
  if (text && text->size() > kPolicyTextLimit) {
    fields.report("policy_text",
                  fmt::format("the policies are larger than {} bytes", kPolicyTextLimit),
                  "split the directive");
  }
  directive.policy_text = std::move(text).value_or("");
}

Directive read_with(const Json& document, PolicyText where, base::Report& report) {
  base::Fields fields(document, "a directive", report);
  Directive directive;
  directive.written.at = document.at;
  directive.id = DirectiveId(fields.id("id"));
  directive.title = internal::read_name(fields, "title");
  directive.issued_by = OfficeId(fields.id("issued_by"));
  directive.in_force = fields.period("in_force");
  directive.kind = static_cast<Directive::Kind>(fields.word("kind", {"binding", "advisory"}));
  directive.announced = fields.flag_or("announced", false);
  directive.supersedes = internal::read_ids<DirectiveId>(fields, "supersedes");
  if (std::find(directive.supersedes.begin(), directive.supersedes.end(), directive.id) !=
      directive.supersedes.end()) {
    fields.report("supersedes", fmt::format("`{}` supersedes itself", directive.id.text()),
                  "name the directives that end when this one begins");
  }
  read_policies(fields, where, directive);
  internal::OnceOnly procedures("procedures", report);
  for (const Json& element : fields.array("procedures")) {
    directive.procedures.push_back(read_procedure(element, report));
    procedures.see(directive.procedures.back().id.text(), element.at);
  }
  internal::OnceOnly tallies("tallies", report);
  for (const Json& element : fields.array("tallies")) {
    directive.tallies.push_back(read_tally(element, report));
    tallies.see(directive.tallies.back().id.text(), element.at);
  }
  if (auto office = fields.maybe_id("discrepancies")) {
    directive.discrepancies = OfficeId(std::move(*office));
  }
  directive.marking = maybe_marking(fields, "marking", report);
  if (directive.marking && directive.announced) {
    fields.report("marking", "an announced directive has a marking",
                  "leave one of the two out: what is announced, everybody may see");
  }
  if (auto office = fields.maybe_id("reconsideration")) {
    directive.reconsideration = OfficeId(std::move(*office));
  }
  if (const Json* emergency = fields.maybe("emergency")) {
    directive.emergency = read_emergency(*emergency, report);
  }
  if (const Json* oral = fields.maybe("oral")) {
    base::Fields allowed(*oral, "oral consent", report);
    directive.oral_within_hours = allowed.integer("within_hours", 1, kMostReviewHours);
    allowed.finish();
  }
  fields.finish();
  if (document.kind == Json::Kind::Object && directive.policies.empty() &&
      directive.supersedes.empty() && directive.tallies.empty()) {
    report.add(document.at, "the directive does nothing",
               "name its `policies`, or what it `supersedes`");
  }
  return directive;
}

Json write_demand(const AdviceDemand& demand) {
  Members entry;
  entry.emplace_back("office", base::json_text(demand.office.text()));
  entry.emplace_back("demand", base::json_text(name_of(demand.kind)));
  add_silence(entry, demand.silence);
  return base::json_object(std::move(entry));
}

Json write_procedure(const Procedure& procedure) {
  Members entry;
  entry.emplace_back("id", base::json_text(procedure.id.text()));
  if (!procedure.advice.empty()) {
    entry.emplace_back("advice", internal::write_each(procedure.advice, write_demand));
  }
  add_silence(entry, procedure.silence);
  return base::json_object(std::move(entry));
}

Json write_tally(const Tally& tally) {
  Members entry;
  entry.emplace_back("id", base::json_text(tally.id.text()));
  if (!tally.actions.empty()) {
    entry.emplace_back("actions", internal::write_each(tally.actions, [](Action action) {
                         return base::json_text(name_of(action));
                       }));
  }
  internal::add_ids(entry, "items", tally.items);
  internal::add_ids(entry, "recipients", tally.recipients);
  internal::add_period(entry, "period", tally.period);
  entry.emplace_back("limit", base::json_integer(tally.limit));
  return base::json_object(std::move(entry));
}

}  // namespace

std::string_view name_of(AdviceDemand::Kind kind) {
  return kind == AdviceDemand::Kind::In ? "in" : "concur";
}

std::string_view name_of(Directive::Kind kind) {
  return kind == Directive::Kind::Binding ? "binding" : "advisory";
}

const Procedure* Directive::find(const ProcedureId& procedure) const {
  const auto found = std::find_if(procedures.begin(), procedures.end(),
                                  [&](const Procedure& one) { return one.id == procedure; });
  return found == procedures.end() ? nullptr : &*found;
}

const Tally* Directive::find(const TallyId& tally) const {
  const auto found = std::find_if(tallies.begin(), tallies.end(),
                                  [&](const Tally& one) { return one.id == tally; });
  return found == tallies.end() ? nullptr : &*found;
}

Directive Directive::read_file(const Json& document, base::Report& report) {
  return read_with(document, PolicyText::Beside, report);
}

Directive Directive::read(const Json& document, base::Report& report) {
  return read_with(document, PolicyText::Inside, report);
}

Json Directive::write(const Directive& directive) {
  Members members;
  members.emplace_back("id", base::json_text(directive.id.text()));
  internal::add_name(members, "title", directive.title);
  members.emplace_back("issued_by", base::json_text(directive.issued_by.text()));
  members.emplace_back("in_force", internal::write_period(directive.in_force));
  members.emplace_back("kind", base::json_text(name_of(directive.kind)));
  members.emplace_back("announced", base::json_bool(directive.announced));
  internal::add_ids(members, "supersedes", directive.supersedes);
  if (!directive.policies.empty()) {
    members.emplace_back("policies", base::json_text(directive.policies));
    members.emplace_back("policy_text", base::json_text(directive.policy_text));
  }
  if (!directive.procedures.empty()) {
    members.emplace_back("procedures", internal::write_each(directive.procedures, write_procedure));
  }
  if (!directive.tallies.empty()) {
    members.emplace_back("tallies", internal::write_each(directive.tallies, write_tally));
  }
  if (directive.discrepancies) {
    members.emplace_back("discrepancies", base::json_text(directive.discrepancies->text()));
  }
  if (directive.marking) members.emplace_back("marking", Marking::write(*directive.marking));
  if (directive.reconsideration) {
    members.emplace_back("reconsideration", base::json_text(directive.reconsideration->text()));
  }
  if (const auto& emergency = directive.emergency) {
    Members allowed;
    internal::add_ids(allowed, "offices", emergency->offices);
    allowed.emplace_back("hours", base::json_integer(emergency->hours));
    allowed.emplace_back("review_within_hours", base::json_integer(emergency->review_within_hours));
    members.emplace_back("emergency", base::json_object(std::move(allowed)));
  }
  if (directive.oral_within_hours) {
    members.emplace_back(
        "oral",
        base::json_object({{"within_hours", base::json_integer(*directive.oral_within_hours)}}));
  }
  return base::json_object(std::move(members));
}

}  // namespace countersign::registry
