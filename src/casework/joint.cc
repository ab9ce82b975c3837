// SPDX-License-Identifier: Apache-2.0
#include "casework/joint.h"

#include <utility>

#include <fmt/format.h>

#include "casework/internal/acting.h"
#include "kernel/batch.h"

namespace countersign::casework {
namespace {

JointItem read_item(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a decision of the list", report);
  JointItem item;
  item.case_id = kernel::CaseId(fields.id("case"));
  if (const auto text = fields.maybe_text("request")) {
    item.request = seal::parse_digest(*text);
    if (!item.request) {
      fields.report("request", fmt::format("`{}` is no digest", *text),
                    "write sha256:… as `case show --json` has it, or leave it out");
    }
  }
  const std::vector<std::string_view> outcomes = {"approve", "deny", "return", "strike_out"};
  const std::string_view outcome = outcomes[fields.word("outcome", outcomes)];
  DecisionPlan& plan = item.plan;
  plan.outcome = *kernel::find_decision_outcome(outcome);
  plan.provisos = kernel::Provisos::read(fields.maybe("provisos"), report);
  plan.text = fields.maybe_text("text").value_or("");
  plan.reasons.text = fields.maybe_text("internal").value_or("");
  plan.reasons.marking = registry::maybe_marking(fields, "internal_marking", report);
  if (plan.reasons.marking && plan.reasons.text.empty()) {
    fields.report("internal_marking", "there are no internal reasons to be marked",
                  "add `internal`, or leave `internal_marking` out");
  }
  plan.ground = fields.maybe_id("ground").value_or("");
  plan.of_rest = fields.flag_or("rest", false);
  if (plan.outcome == kernel::DecisionOutcome::StrikeOut && plan.text.empty()) {
    fields.report("outcome", "a case that is struck out stays undecided, and the list says why",
                  "add `text`");
  }
  const bool says_no = plan.outcome == kernel::DecisionOutcome::Deny ||
                       plan.outcome == kernel::DecisionOutcome::Return;
  if (says_no && plan.text.empty()) {
    fields.report("outcome", "a denial or a return says why, for whoever asked", "add `text`");
  }
  if (plan.outcome != kernel::DecisionOutcome::Approve && !plan.provisos.empty()) {
    fields.report("provisos", "only an approval has provisos", "leave `provisos` out");
  }
  fields.finish();
  return item;
}

// The case as it is now, on a determination that is true now.
base::Result<base::Ruled<kernel::Case>> case_to_decide(Instance& instance, const JointItem& item) {
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> current, instance.redetermine(item.case_id));
  if (!current) return base::Ruled<kernel::Case>(current.error());
  auto of = case_now(instance, item.case_id);
  if (of && item.request && *item.request != of.value().request_digest) {
    return base::Ruled<kernel::Case>(base::Refusal{
        "other-request",
        fmt::format("the list names another request than that of case `{}`: look at it again",
                    item.case_id.text()),
        item.case_id.text()});
  }
  return of;
}

}  // namespace

std::vector<JointItem> read_joint(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a list of decisions", report);
  std::vector<JointItem> items;
  for (const base::Json& item : fields.array("items")) items.push_back(read_item(item, report));
  if (items.empty() || items.size() > kernel::kMostItems) {
    fields.report("items", fmt::format("the list has {} cases", items.size()),
                  fmt::format("name 1 to {}", kernel::kMostItems));
  }
  fields.finish();
  return items;
}

Handled decide_together(Instance& instance, const Actor& actor,
                        const std::vector<JointItem>& items) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  std::vector<std::pair<kernel::Case, DecisionPlan>> cases;
  for (const JointItem& item : items) {
    BOOST_OUTCOME_TRY(auto of, case_to_decide(instance, item));
    if (!of) return refused(of.error());
    cases.emplace_back(std::move(of.value()), item.plan);
  }
  BOOST_OUTCOME_TRY(auto batch, write_batch(pen.value(), cases));
  if (!batch) return refused(batch.error());
  return instance.submit(std::move(batch.value()));
}

}  // namespace countersign::casework
