// SPDX-License-Identifier: Apache-2.0
#include "casework/corrections.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "casework/files.h"
#include "casework/internal/acting.h"
#include "kernel/bodies_file.h"
#include "kernel/logged.h"

namespace countersign::casework {
namespace {

using kernel::Corrigible;

// The case whose entry it is.
std::optional<kernel::Case> case_with(Instance& instance, kernel::Position entry) {
  std::optional<kernel::Case> found;
  instance.look([&](const kernel::State& state) {
    for (const auto& [id, of] : state.cases()) {
      if (std::binary_search(of.entries.begin(), of.entries.end(), entry)) found = of;
    }
  });
  return found;
}

// What stands there now, where it was corrected before.
std::optional<base::Json> corrected_before(Instance& instance, const kernel::Case& of,
                                           kernel::Position entry) {
  std::optional<base::Json> body;
  const auto take = [&](const auto& steps) {
    for (const auto& step : steps) {
      if (step.done.position == entry) body = step.body.write(step.body);
    }
  };
  take(of.claims);
  for (const auto& [authority, lane] : of.lanes) take(lane.advice);
  instance.look([&](const kernel::State& state) {
    for (const registry::GrantId& id : of.grants) {
      take(state.find(id)->draws);
      take(state.find(id)->reports);
    }
  });
  return body;
}

// The word of a correction for an entry of that kind. What none of these fits the kernel refuses by
// what it is.
Corrigible word_for(kernel::EntryKind kind) {
  switch (kind) {
    case kernel::EntryKind::Claim:
      return Corrigible::Claim;
    case kernel::EntryKind::Advice:
    case kernel::EntryKind::Correction:
      return Corrigible::Advice;
    case kernel::EntryKind::Draw:
    case kernel::EntryKind::Allotment:
      return Corrigible::Draw;
    default:
      return Corrigible::Report;
  }
}

}  // namespace

base::Json laid_over(base::Json document, const base::Json& change) {
  for (const base::Json::Member& member : change.members) {
    const auto same = std::find_if(document.members.begin(), document.members.end(),
                                   [&](const auto& old) { return old.name == member.name; });
    if (member.value.kind == base::Json::Kind::Null) {
      if (same != document.members.end()) document.members.erase(same);
    } else if (same != document.members.end()) {
      same->value = member.value;
    } else {
      document.members.push_back(member);
    }
  }
  return document;
}

Handled correct(Instance& instance, const Actor& actor, const CorrectionPlan& plan) {
  const std::optional<kernel::Case> of = case_with(instance, plan.entry);
  if (!of) {
    return refused(
        {"unknown-entry",
         fmt::format("entry {} is no step of a case; `case show` has their numbers", plan.entry),
         "entry"});
  }
  BOOST_OUTCOME_TRY(const auto stored, instance.entries(plan.entry, 1));
  const store::StoredEntry& wrong = stored.front();
  kernel::CorrectionBody body;
  body.entry = plan.entry;
  body.text = plan.text;
  body.content = plan.change;
  if (!wrong.blobs.empty() && wrong.blobs.front().bytes) {
    const auto statement = kernel::read_signed(*wrong.blobs.front().bytes, "entry");
    if (!statement) {
      return error(CaseworkError::Damaged, base::to_text(statement.error()));
    }
    body.what = word_for(statement.value().head.kind);
    body.statement = statement.value().digest;
    body.content = laid_over(
        corrected_before(instance, *of, plan.entry).value_or(statement.value().body), plan.change);
  }
  return step(instance, actor, *of, kernel::EntryKind::Correction,
              kernel::CorrectionBody::write(body));
}

}  // namespace countersign::casework
