// SPDX-License-Identifier: Apache-2.0
#include "casework/story.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "casework/files.h"
#include "kernel/scope.h"
#include "registry/marking.h"

namespace countersign::casework {
namespace {

using base::Json;

// What a step may say, verb by verb, beside `id`, `at`, `do`, `text` and `expect`.
struct Verb {
  std::string_view name;
  std::vector<std::string_view> needs;
  std::vector<std::string_view> may;
};

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = {
      {"import", {"directory"}, {}},
      {"issue", {"authority"}, {"directives", "documents", "withdraw"}},
      {"determine", {"request"}, {"as_of", "known_at", "change"}},
      {"submit", {"by", "case", "request"}, {"change"}},
      {"claim", {"by", "case"}, {"basis", "item", "reason", "withdraws"}},
      {"advise", {"by", "case", "view"}, {"acting_for", "provisos", "reason", "marking"}},
      {"override", {"by", "case", "adviser", "reason"}, {"acting_for", "ground"}},
      {"decide",
       {"by", "case", "outcome"},
       {"acting_for", "ground", "review_by", "signed_by", "provisos", "reason", "internal",
        "internal_marking", "resumes", "rest"}},
      {"decide_together", {"by", "list"}, {}},
      {"grant", {"case"}, {}},
      {"draw", {"by", "grant", "quantity", "categories"}, {"place"}},
      {"report",
       {"by", "grant", "quantity", "when"},
       {"place", "categories", "reason", "allotment"}},
      {"suspend",
       {"by", "grant", "reason"},
       {"acting_for", "ground", "internal", "internal_marking"}},
      {"revoke",
       {"by", "grant", "reason"},
       {"acting_for", "ground", "internal", "internal_marking"}},
      {"surrender", {"by", "grant"}, {"reason"}},
      {"acknowledge", {"by", "grant"}, {"provisos"}},
      {"close", {"by", "case", "report", "reason"}, {"acting_for"}},
      {"review", {"by", "case", "reason"}, {}},
      {"oral", {"by", "case", "office", "said_at", "reason"}, {}},
      {"reconsider", {"by", "case", "reason"}, {}},
      {"reconsidered",
       {"by", "case", "outcome", "reason"},
       {"acting_for", "ground", "internal", "internal_marking"}},
      {"absence", {"by", "office", "until"}, {"from", "reason"}},
      {"return", {"by", "office"}, {"reason"}},
      {"appoint", {"office"}, {"person"}},
      {"withdraw_key", {"by", "office", "reason"}, {"suspected_since", "signed_by"}},
      {"confirm", {"by", "case", "statement"}, {"reason", "signed_by"}},
      {"query", {"by", "case"}, {"reason", "withdraws"}},
      {"answer", {"by", "case"}, {"reason", "document", "to", "marking"}},
      {"withdraw", {"by", "case"}, {"reason"}},
      {"amend", {"by", "case", "request"}, {"change", "reason"}},
      {"reconfirm", {"by", "case"}, {"reason"}},
      {"correct", {"by", "entry", "change", "reason"}, {}},
      {"allot", {"by", "grant", "for", "quantity", "categories", "until"}, {"place"}},
      {"give_back", {"by", "grant", "quantity"}, {"reason"}},
      {"request_check", {"by", "grant", "checker", "due", "reason"}, {}},
      {"record_check", {"by", "grant", "finding", "when", "reason"}, {}},
      {"import_legacy", {"by", "cases"}, {}},
      {"mark", {"name"}, {}},
      {"queue", {"office"}, {}},
      {"show", {}, {"case", "grant", "as"}},
      {"count", {"since"}, {}},
      {"verify", {"grant", "bundle"}, {"authority"}},
  };
  return kVerbs;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

// What a misspelt word would turn into something else is refused while the story is read.
void check_words(const StoryStep& step, base::Fields& fields, base::Report& report) {
  const auto has = [&](std::string_view name) { return step.step.find(name) != nullptr; };
  if (step.verb == "advise") {
    fields.word("view", {"concur", "concur_with_provisos", "do_not_concur", "no_comment"});
  }
  if (step.verb == "reconsidered") fields.word("outcome", {"uphold", "set_aside"});
  if (step.verb == "decide")
    fields.word("outcome", {"approve", "deny", "return", "recall", "emergency"});
  if (step.verb == "verify") {
    const bool lane = fields.word("bundle", {"full", "holder", "lane"}) == 2;
    if (lane) fields.id("authority");
    if (!lane && has("authority")) {
      fields.report("authority", "only the bundle of a lane is an authority's",
                    R"(write "bundle": "lane")");
    }
  }
  if (step.verb == "confirm") {
    fields.word("statement", {"request", "advice", "override", "decision", "consent"});
  }
  if (step.verb == "close") fields.word("report", {"last"});
  if (step.verb == "report" && has("allotment")) fields.word("allotment", {"last"});
  if (step.verb == "correct") {
    fields.word("entry", {"claim", "advice", "draw", "report", "request", "decision"});
  }
  if (step.verb == "record_check") fields.word("finding", {"confirmed", "discrepancy"});
  if (step.verb == "acknowledge") kernel::read_free_texts(fields, "provisos", report);
  if (has("basis")) {
    fields.word("basis", {"supplied", "owner", "component", "direct_product", "data"});
  }
  for (const std::string_view time : {"since", "as_of", "when", "suspected_since", "from", "until",
                                      "due", "said_at", "review_by"}) {
    if (has(time)) fields.instant(time);
  }
  if (has("quantity")) fields.integer("quantity", 1);
  for (const std::string_view marking : {"marking", "internal_marking"}) {
    registry::maybe_marking(fields, marking, report);
  }
  if (has("internal_marking") && !has("internal")) {
    fields.report("internal_marking", "there are no internal reasons to be marked",
                  "add `internal`, or leave `internal_marking` out");
  }
  if (has("rest") && !fields.flag_or("rest", true)) {
    fields.report("rest", "a decision is about the rest, or does not speak of it",
                  R"(write "rest": true, or leave it out)");
  }
  for (const std::string_view id : {"by", "case", "grant", "signed_by", "adviser", "resumes", "to",
                                    "office", "person", "acting_for", "checker"}) {
    if (has(id)) fields.id(id);
  }
}

StoryStep read_step(const Json& document, base::Report& report) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  base::Fields fields(document, "a step", report);
  StoryStep step;
  step.step = document;
  step.id = fields.maybe_text("id").value_or("");
  step.text = fields.maybe_text("text").value_or("");
  step.at = fields.instant("at");
  step.verb = names[fields.word("do", names)];
  if (const Json* expect = fields.maybe("expect")) step.expect = *expect;
  const Verb* verb = find_verb(step.verb);
  for (const std::string_view need : verb->needs) fields.need(need);
  for (const std::string_view may : verb->may) fields.maybe(may);
  check_words(step, fields, report);
  fields.finish();
  return step;
}

}  // namespace

base::Parsed<Story> read_story(const std::filesystem::path& folder) {
  const std::string file = (folder / "story.json").string();
  const auto source = read_file(folder / "story.json", 16U << 20);
  if (!source) {
    return base::Issues{{file,
                         {},
                         source.error().message,
                         "a story is a folder with a story.json (docs/formats/stories.md)",
                         {}}};
  }
  BOOST_OUTCOME_TRY(const Json document, base::read_json(source.value(), file));
  base::Report report(source.value(), file);
  base::Fields fields(document, "a story", report);
  Story story;
  story.folder = folder;
  story.title = fields.text("title");
  story.exercise = fields.flag_or("exercise", false);
  for (const Json& item : fields.array("steps")) {
    StoryStep step = read_step(item, report);
    if (!story.steps.empty() && step.at < story.steps.back().at) {
      report.add(item.at, "this step lies before the one above it",
                 "put the steps in the order of their times");
    }
    story.steps.push_back(std::move(step));
  }
  if (story.steps.empty()) fields.report("steps", "a story has steps");
  fields.finish();
  if (!report.clean()) return report.take();
  return story;
}

}  // namespace countersign::casework
