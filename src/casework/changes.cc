// SPDX-License-Identifier: Apache-2.0
#include "casework/changes.h"

#include <array>

#include <fmt/format.h>

#include "casework/files.h"
#include "registry/directive.h"
#include "registry/document.h"
#include "registry/item_list.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using base::Json;
using registry::RecordKind;

base::Issues unreadable(const fs::path& file, const base::Error& error) {
  return {{file.string(), {}, error.message, {}, {}}};
}

// A directive's two files as the one document that is signed.
base::Parsed<IssuePlan::NewDocument> read_directive(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return unreadable(file, text.error());
  BOOST_OUTCOME_TRY(const Json document, base::read_json(text.value(), file.string()));
  base::Report report(text.value(), file.string());
  registry::Directive directive = registry::Directive::read_file(document, report);
  if (!report.clean()) return report.take();
  if (!directive.policies.empty()) {
    const fs::path policies = file.parent_path() / directive.policies;
    const auto cedar = read_file(policies, registry::kPolicyTextLimit);
    if (!cedar) return unreadable(policies, cedar.error());
    directive.policy_text = cedar.value();
  }
  return IssuePlan::NewDocument{RecordKind::Directive, directive.id.text(),
                                base::write_json(registry::Directive::write(directive)),
                                directive.in_force, nullptr};
}

// A list's document; its rows lie beside it.
base::Parsed<IssuePlan::NewDocument> read_list(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return unreadable(file, text.error());
  BOOST_OUTCOME_TRY(const registry::ItemList list,
                    registry::read_document<registry::ItemList>(text.value(), file.string()));
  return IssuePlan::NewDocument{
      RecordKind::List, list.id.text(), base::write_json(registry::ItemList::write(list)),
      list.in_force,    nullptr,        fs::path(file).replace_extension(".rows")};
}

// A register's file: one document, or, of items, claims and movements, a list of them.
base::Parsed<void> read_register(const std::string& kind, const fs::path& file,
                                 const std::string& authority, IssuePlan& plan) {
  const auto text = read_file(file);
  if (!text) return unreadable(file, text.error());
  BOOST_OUTCOME_TRY(Json document, base::read_json(text.value(), file.string()));
  const bool many = kind == "items" || kind == "claims";
  const auto record = registry::record_kind_of(many ? kind.substr(0, kind.size() - 1) : kind);
  const bool list = many || record == RecordKind::Movements;
  if (!record || *record == RecordKind::Charter || *record == RecordKind::Appointment ||
      *record == RecordKind::Directive || *record == RecordKind::Layer ||
      *record == RecordKind::List) {
    return base::Issues{
        {file.string(),
         {},
         fmt::format("`{}` is no kind of register", kind),
         "one of vocabulary, items, prices, claims, ties, holdings, calendar, grounds, movements",
         {}}};
  }
  if (!list) {
    plan.documents.push_back({*record, authority, base::write_json(document), {}, nullptr});
    return base::outcome::success();
  }
  base::Report report(text.value(), file.string());
  base::Fields fields(document, "this register", report);
  for (const Json& item : fields.array(kind)) {
    base::Fields entry(item, "an entry", report);
    const std::string id = entry.id("id");
    BOOST_OUTCOME_TRY(const base::Period period, period_of(item, file.string()));
    plan.documents.push_back({*record, id, base::write_json(item), period, nullptr});
  }
  fields.finish();
  if (!report.clean()) return report.take();
  return base::outcome::success();
}

}  // namespace

base::Parsed<IssuePlan> read_changes(const Json& changes, base::Report& report,
                                     const registry::PartyId& authority, const fs::path& folder) {
  IssuePlan plan;
  base::Fields fields(changes, "the changes", report);
  for (const Json& name : fields.array("directives")) {
    if (name.kind != Json::Kind::Text) {
      report.add(name.at, "a directive is named by its file", "write \"US-8.json\"");
      continue;
    }
    BOOST_OUTCOME_TRY(IssuePlan::NewDocument directive, read_directive(folder / name.text));
    plan.documents.push_back(std::move(directive));
  }
  for (const Json& name : fields.array("lists")) {
    if (name.kind != Json::Kind::Text) {
      report.add(name.at, "a list of items is named by its file", "write \"parts-2025.json\"");
      continue;
    }
    BOOST_OUTCOME_TRY(IssuePlan::NewDocument list, read_list(folder / name.text));
    plan.documents.push_back(std::move(list));
  }
  if (const Json* documents = fields.maybe("documents")) {
    if (documents->kind != Json::Kind::Object) {
      report.add(documents->at, "`documents` must be an object of register files by their kind");
    }
    for (const Json::Member& member : documents->members) {
      if (member.value.kind != Json::Kind::Text) {
        report.add(member.value.at, "a register is named by its file",
                   fmt::format("write \"{}.json\"", member.name));
        continue;
      }
      BOOST_OUTCOME_TRY(
          read_register(member.name, folder / member.value.text, authority.text(), plan));
    }
  }
  for (const Json& item : fields.array("withdraw")) {
    base::Fields ended(item, "a withdrawal", report);
    const std::string kind = ended.text("record");
    const auto record = registry::record_kind_of(kind);
    if (!record) ended.report("record", fmt::format("`{}` is no kind of record", kind));
    IssuePlan::Ending ending{record.value_or(RecordKind::Directive), ended.id("id"),
                             ended.maybe_instant("from")};
    ended.finish();
    plan.endings.push_back(std::move(ending));
  }
  fields.finish();
  if (!report.clean()) return report.take();
  return plan;
}

}  // namespace countersign::casework
