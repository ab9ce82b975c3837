// SPDX-License-Identifier: Apache-2.0
#include "seal/statement.h"

#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace countersign::seal {
namespace {

constexpr std::size_t kMaxSubjects = 1024;
constexpr std::size_t kMaxNameLength = 1024;

Subject read_subject(const base::Json& json, base::Report& report) {
  base::Fields fields(json, "a subject", report);
  Subject subject;
  subject.name = fields.text("name");
  if (const base::Json* name = json.find("name");
      name != nullptr && name->kind == base::Json::Kind::Text &&
      (name->text.empty() || name->text.size() > kMaxNameLength)) {
    fields.report("name", fmt::format("a subject's name has 1 to {} bytes", kMaxNameLength));
  }
  if (const base::Json* json_digest = fields.need("digest")) {
    base::Fields digests(*json_digest, "a subject's digest", report);
    if (digests.need("sha256") != nullptr) {
      const auto text = digests.maybe_text("sha256");
      const auto digest = text ? digest_from_hex(*text) : std::nullopt;
      if (digest) {
        subject.digest = *digest;
      } else if (text) {
        digests.report("sha256", fmt::format("`{}` is no SHA-256 digest", text->substr(0, 80)),
                       "write 64 lower-case hexadecimal digits");
      }
    }
    digests.finish();
  }
  fields.finish();
  return subject;
}

void read_subjects(const base::Json& list, Statement& statement, base::Report& report) {
  if (list.items.size() > kMaxSubjects) {
    report.add(list.at, fmt::format("{} subjects, more than the {} allowed", list.items.size(),
                                    kMaxSubjects));
    return;
  }
  std::unordered_set<std::string> names;
  for (const base::Json& item : list.items) {
    Subject subject = read_subject(item, report);
    if (!subject.name.empty() && !names.insert(subject.name).second) {
      report.add(item.at, fmt::format("the subject `{}` stands twice", subject.name),
                 "keep one of the two");
    }
    statement.subjects.push_back(std::move(subject));
  }
}

}  // namespace

base::Parsed<Statement> read_statement(std::string_view source, std::string_view file,
                                       base::JsonLimits limits) {
  BOOST_OUTCOME_TRY(auto json, base::read_json(source, file, limits));
  base::Report report(source, file);
  base::Fields fields(json, "a statement", report);
  fields.word("_type", {kStatementType});
  Statement statement;
  if (const base::Json* list = fields.need("subject")) {
    fields.array("subject");
    if (list->kind == base::Json::Kind::Array) read_subjects(*list, statement, report);
  }
  statement.predicate_type = fields.text("predicateType");
  if (const base::Json* predicate = fields.need("predicate")) {
    if (predicate->kind != base::Json::Kind::Object) {
      fields.report("predicate", fmt::format("`predicate` must be an object, not {}",
                                             base::name_of(predicate->kind)));
    }
  }
  fields.finish();
  if (!report.clean()) return report.take();
  for (base::Json::Member& member : json.members) {
    if (member.name == "predicate") statement.predicate = std::move(member.value);
  }
  return statement;
}

std::string write_statement(Statement statement) {
  std::vector<base::Json> subjects;
  subjects.reserve(statement.subjects.size());
  for (const Subject& subject : statement.subjects) {
    subjects.push_back(base::json_object(
        {{"name", base::json_text(subject.name)},
         {"digest", base::json_object({{"sha256", base::json_text(to_hex(subject.digest))}})}}));
  }
  std::vector<std::pair<std::string, base::Json>> members;
  members.emplace_back("_type", base::json_text(kStatementType));
  members.emplace_back("subject", base::json_array(std::move(subjects)));
  members.emplace_back("predicateType", base::json_text(statement.predicate_type));
  members.emplace_back("predicate", std::move(statement.predicate));
  return base::write_json(base::json_object(std::move(members)));
}

}  // namespace countersign::seal
