// SPDX-License-Identifier: Apache-2.0
#include "casework/checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "casework/internal/acting.h"

namespace countersign::casework {

Handled request_check(Instance& instance, const Actor& actor,
                      const kernel::CheckRequestBody& body) {
  return step(instance, actor, case_of_grant(instance, body.grant), kernel::EntryKind::CheckRequest,
              kernel::CheckRequestBody::write(body));
}

Handled record_check(Instance& instance, const Actor& actor, const kernel::CheckBody& body) {
  return step(instance, actor, case_of_grant(instance, body.grant), kernel::EntryKind::Check,
              kernel::CheckBody::write(body));
}

std::vector<ListedCheck> open_checks(const Reader& reader, const kernel::State& state) {
  std::vector<ListedCheck> listed;
  for (const auto& [id, grant] : state.grants()) {
    kernel::Part task = part_of(*state.find(grant.case_id));
    const bool sees_use = reader.sees(kernel::Sight::Use, *state.find(grant.case_id));
    for (const kernel::EndUseCheck& check : grant.checks) {
      if (check.done) continue;
      const std::string& checker = check.body.checker.text();
      task.owner = registry::PartyId(checker.substr(0, checker.find('/')));
      task.assignee = check.body.checker;
      if (!sees_use && !reader.sees(kernel::Sight::Task, task)) continue;
      listed.push_back({id, check, check.overdue(state.now())});
    }
  }
  std::stable_sort(listed.begin(), listed.end(), [](const auto& one, const auto& other) {
    return one.check.body.due < other.check.body.due;
  });
  return listed;
}

std::vector<kernel::LegacyBody> read_earlier(const base::Json& document, base::Report& report) {
  base::Fields fields(document, "a list of earlier cases", report);
  std::vector<kernel::LegacyBody> cases;
  for (const base::Json& item : fields.array("cases")) {
    cases.push_back(kernel::LegacyBody::read(item, report));
  }
  if (cases.empty()) fields.report("cases", "the list names no case");
  fields.finish();
  return cases;
}

Handled import_earlier(Instance& instance, const Actor& actor,
                       const std::vector<kernel::LegacyBody>& cases) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  const auto stands = [&](const kernel::LegacyBody& body) {
    bool same = false;
    instance.look([&](const kernel::State& state) {
      const auto known = state.legacy().find(body.id);
      same = known != state.legacy().end() && known->second.authority == pen.value().authority &&
             base::write_json(kernel::LegacyBody::write(known->second.body)) ==
                 base::write_json(kernel::LegacyBody::write(body));
    });
    return same;
  };
  Receipt all;
  std::size_t before = 0;
  for (const kernel::LegacyBody& body : cases) {
    if (stands(body)) {
      ++before;
      continue;
    }
    BOOST_OUTCOME_TRY(kernel::Submission statement,
                      write_statement(pen.value(), kernel::EntryKind::Legacy, nullptr,
                                      kernel::LegacyBody::write(body)));
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> entered, instance.submit(std::move(statement)));
    if (!entered) {
      base::Refusal why = entered.error();
      why.message = fmt::format(
          "case `{}` of the list: {} ({} before it were entered; what "
          "stands is left out when the list is handed in again)",
          body.id.text(), why.message, all.count);
      return refused(std::move(why));
    }
    if (all.count == 0) all.first = entered.value().first;
    ++all.count;
  }
  if (before > 0) {
    all.notes.push_back(fmt::format("{} of {} stood in the ledger already, as they are in the list",
                                    before, cases.size()));
    all.repeated = all.count == 0;
  }
  return base::Ruled<Receipt>(all);
}

}  // namespace countersign::casework
