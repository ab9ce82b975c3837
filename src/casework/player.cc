// SPDX-License-Identifier: Apache-2.0
// Carries out a story's steps and holds what comes against what was expected.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "casework/actions.h"
#include "casework/allotments.h"
#include "casework/changes.h"
#include "casework/checks.h"
#include "casework/corrections.h"
#include "casework/directory.h"
#include "casework/exchange.h"
#include "casework/files.h"
#include "casework/import.h"
#include "casework/instance.h"
#include "casework/internal/acting.h"
#include "casework/internal/looking_steps.h"
#include "casework/internal/matching.h"
#include "casework/internal/office_steps.h"
#include "casework/internal/step_answers.h"
#include "casework/joint.h"
#include "casework/keys.h"
#include "casework/story.h"
#include "kernel/answers.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using base::Json;
using base::Refusal;

// `step.change` laid over the members of the file's object: one request, many questions.
Json changed(Json document, const Json* change) {
  return change == nullptr ? document : laid_over(std::move(document), *change);
}

class Player {
  using Step = base::Result<base::Parsed<Came>>;

 public:
  Player(const Story& story, const fs::path& path)
      : story_(story), path_(path), keys_(path / "keys") {}

  base::Result<void> open() {
    const kernel::InstanceName name{
        story_.exercise ? kernel::InstanceKind::Exercise : kernel::InstanceKind::Live,
        story_.exercise ? "exercise/" + path_.filename().string() : path_.filename().string()};
    now_ = story_.steps.front().at;
    BOOST_OUTCOME_TRY(instance_, Instance::create(path_.string(), name, [this] { return now_; }));
    return base::outcome::success();
  }

  base::Result<StepResult> run(const StoryStep& step) {
    now_ = step.at;
    StepResult result{step.id, step.at, step.text, {}, {}};
    const Step carried = carry_out(step);
    // What an earlier step did not make is not there: this step is told as one that differs, and
    // the story goes on.
    if (!carried && carried.error().code == make_error_code(CaseworkError::NotFound)) {
      result.answer = carried.error().message;
      result.differs.push_back(carried.error().message);
      return result;
    }
    if (!carried) return carried.error();
    const base::Parsed<Came>& came = carried.value();
    if (!came) {
      result.answer = "bad input";
      result.differs.push_back(base::to_text(came.error()));
      return result;
    }
    result.answer = came.value().words;
    result.differs = differences(step.expect, came.value().answer);
    return result;
  }

 private:
  Step carry_out(const StoryStep& step) {
    const std::string& verb = step.verb;
    const Json& s = step.step;
    if (verb == "import") return import(s);
    if (verb == "issue") return issue(s);
    if (verb == "determine") return determine(step);
    if (verb == "grant") return handled(casework::grant(*instance_, case_in(s)));
    if (verb == "mark") return mark(s);
    if (is_looking_step(verb)) return carry_out_looking_step(*instance_, verb, s, now_);
    if (is_office_step(verb)) {
      return handled(carry_out_office_step(*instance_, keys_, verb, s, now_));
    }
    return act(step);
  }

  kernel::CaseId case_in(const Json& s) const { return kernel::CaseId(text_of(s, "case")); }
  registry::GrantId grant_in(const Json& s) const { return registry::GrantId(text_of(s, "grant")); }

  base::Parsed<Json> read_json_file(const std::string& name) {
    const fs::path file = story_.folder / name;
    const auto text = read_file(file);
    if (!text) return base::Issues{{file.string(), {}, text.error().message, {}, {}}};
    return base::read_json(text.value(), file.string());
  }

  Step handled(Handled answer) {
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt, std::move(answer));
    if (!receipt) return base::Parsed<Came>(refusal_came(receipt.error()));
    const Receipt& done = receipt.value();
    std::string words = fmt::format("entered at {}", done.first);
    for (const std::string& note : done.notes) words += "; note: " + note;
    return base::Parsed<Came>(
        Came{base::json_object({{"accepted", base::json_bool(true)},
                                {"notes", base::json_integer(std::ssize(done.notes))}}),
             std::move(words)});
  }

  Step import(const Json& s) {
    const auto directory = read_directory(story_.folder / text_of(s, "directory"));
    if (!directory) return base::Parsed<Came>(directory.error());
    BOOST_OUTCOME_TRY(auto imported, import_directory(*instance_, directory.value(), keys_,
                                                      MissingKeys::Make, now_));
    if (!imported) return base::Parsed<Came>(refusal_came(imported.error()));
    std::size_t records = 0;
    for (const Imported& each : imported.value()) records += each.records;
    return base::Parsed<Came>(
        Came{base::json_object({{"accepted", base::json_bool(true)}}),
             fmt::format("{} authorities, {} records", imported.value().size(), records)});
  }

  Step issue(const Json& s) {
    const registry::PartyId authority(text_of(s, "authority"));
    Json changes = base::json_object({});
    for (const Json::Member& member : s.members) {
      if (member.name == "directives" || member.name == "documents" || member.name == "withdraw") {
        changes.members.push_back(member);
      }
    }
    base::Report report({}, "step");
    const auto plan = read_changes(changes, report, authority, story_.folder);
    if (!plan) return base::Parsed<Came>(plan.error());
    return handled(casework::issue(*instance_, authority, plan.value(), keys_, now_));
  }

  Step determine(const StoryStep& step) {
    const Json& s = step.step;
    const auto document = read_json_file(text_of(s, "request"));
    if (!document) return base::Parsed<Came>(document.error());
    const Json request = changed(document.value(), s.find("change"));
    base::Report report({}, text_of(s, "request"));
    const auto read = kernel::read_request(request, report);
    if (!read) return base::Parsed<Came>(read.error());
    if (!read.value()) return base::Parsed<Came>(refusal_came(read.value().error()));
    const base::Instant at = time_of(s, "as_of").value_or(now_);
    std::optional<base::Ruled<kernel::Determined>> determined;
    const std::string mark = text_of(s, "known_at");
    if (mark.empty()) {
      instance_->look([&](const kernel::State& state) {
        determined = state.determine(read.value().value(), at);
      });
    } else if (!marks_.contains(mark)) {
      return base::Parsed<Came>(refusal_came(
          {"unknown-mark", fmt::format("no step before marks `{}`", mark), "known_at"}));
    } else {
      BOOST_OUTCOME_TRY(const auto then, instance_->known_at(marks_[mark]));
      determined = then->determine(read.value().value(), at);
    }
    if (!*determined) return base::Parsed<Came>(refusal_came(determined->error()));
    const kernel::Determined& made = determined->value();
    return base::Parsed<Came>(
        Came{kernel::to_json(made.determination, *made.rules), in_a_few_words(made.determination)});
  }

  static std::string in_a_few_words(const kernel::Determination& determination) {
    std::vector<std::string> lanes;
    for (const auto& finding : determination.authorities) {
      std::string lane =
          fmt::format("{}: {}", finding.authority.text(), kernel::words_of(finding.outcome));
      std::vector<std::string> sets;
      for (const auto& set : finding.approvals) {
        std::vector<std::string_view> offices;
        for (const auto& office : set) offices.push_back(office.text());
        sets.push_back(fmt::format("{}", fmt::join(offices, " and ")));
      }
      if (!sets.empty()) lane += fmt::format(" ({})", fmt::join(sets, ", or "));
      lanes.push_back(std::move(lane));
    }
    return lanes.empty() ? std::string(kernel::words_of(determination.overall))
                         : fmt::format("{}", fmt::join(lanes, "; "));
  }

  // The steps that an office takes with its key.
  Step act(const StoryStep& step) {
    const Json& s = step.step;
    const registry::OfficeId office(text_of(s, "by"));
    const std::string named = text_of(s, "signed_by");
    const std::string holder = named.empty() ? office.text() : named;
    if (!fs::exists(keys_.file_of(holder))) {
      return base::Parsed<Came>(
          refusal_came({"unknown-office",
                        fmt::format("no charter of this story has an office `{}`", holder), "by"}));
    }
    BOOST_OUTCOME_TRY(const seal::SigningKey key, keys_.load(holder));
    Actor actor{key, office};
    if (s.find("acting_for") != nullptr) {
      actor.acting_for = registry::OfficeId(text_of(s, "acting_for"));
    }
    base::Report report({}, "step");
    if (step.verb == "submit" || step.verb == "amend") {
      const auto document = read_json_file(text_of(s, "request"));
      if (!document) return base::Parsed<Came>(document.error());
      const Json request = changed(document.value(), s.find("change"));
      if (step.verb == "amend") {
        return handled(amend(*instance_, actor, case_in(s), request, text_of(s, "reason")));
      }
      const Handled asked = ask(*instance_, actor, case_in(s), request);
      if (asked && asked.value()) last_["request"] = asked.value().value().first;
      return handled(asked);
    }
    if (step.verb == "decide_together") return decide_together_with(s, actor);
    if (step.verb == "import_legacy") return import_legacy_with(s, actor);
    const Handled answer = act_with(step, actor, report);
    remember(step.verb, answer);
    if (!report.clean()) return base::Parsed<Came>(report.take());
    return handled(answer);
  }

  Handled act_with(const StoryStep& step, const Actor& actor, base::Report& report) {
    const Json& s = step.step;
    const std::string& verb = step.verb;
    const std::string reason = text_of(s, "reason");
    if (verb == "claim") return claim_with(s, actor);
    if (verb == "advise") {
      kernel::AdviceBody body;
      body.view =
          kernel::find_advice_view(text_of(s, "view")).value_or(kernel::AdviceView::NoComment);
      body.provisos = kernel::Provisos::read(s.find("provisos"), report);
      body.text = reason;
      body.marking = marking_in(s, "marking", report);
      return advise(*instance_, actor, case_in(s), body);
    }
    if (verb == "override") {
      return override_advice(*instance_, actor, case_in(s),
                             registry::OfficeId(text_of(s, "adviser")), reason, std::nullopt,
                             text_of(s, "ground"));
    }
    if (verb == "decide") return decide_with(s, actor, report);
    if (verb == "correct") {
      const auto entry = last_.find(text_of(s, "entry"));
      return correct(*instance_, actor,
                     {entry == last_.end() ? 0 : entry->second, reason, *s.find("change")});
    }
    if (verb == "allot") return allot_with(s, actor, report);
    if (verb == "give_back") {
      return give_back(*instance_, actor,
                       {grant_in(s), last_["allotment"], s.find("quantity")->integer, reason});
    }
    if (verb == "request_check") {
      return request_check(*instance_, actor,
                           {grant_in(s), registry::OfficeId(text_of(s, "checker")),
                            time_of(s, "due").value_or(now_), reason});
    }
    if (verb == "record_check") {
      return record_check(*instance_, actor,
                          {grant_in(s), last_["check_request"], time_of(s, "when").value_or(now_),
                           text_of(s, "finding") == "confirmed" ? kernel::CheckFinding::Confirmed
                                                                : kernel::CheckFinding::Discrepancy,
                           reason});
    }
    if (verb == "review") return review(*instance_, actor, case_in(s), reason);
    if (verb == "oral") {
      return write_up(
          *instance_, actor, case_in(s),
          {registry::OfficeId(text_of(s, "office")), time_of(s, "said_at").value_or(now_), reason});
    }
    if (verb == "reconsider") return ask_again(*instance_, actor, case_in(s), reason);
    if (verb == "reconsidered") {
      const bool upheld = text_of(s, "outcome") == "uphold";
      return answer_again(
          *instance_, actor, case_in(s),
          {upheld ? kernel::ReconsideredOutcome::Uphold : kernel::ReconsideredOutcome::SetAside,
           reason, text_of(s, "ground"), internal_in(s, report)});
    }
    if (verb == "draw" || verb == "report") return use_with(s, verb, actor, report);
    if (verb == "close") {
      return close(*instance_, actor, case_in(s), {last_discrepancy_, reason});
    }
    if (verb == "acknowledge") return acknowledge_with(s, actor);
    if (verb == "query") return query_with(s, actor);
    if (verb == "answer") return answer_with(s, actor, report);
    if (verb == "reconfirm") return reconfirm(*instance_, actor, case_in(s), reason);
    if (verb == "withdraw") return withdraw_request(*instance_, actor, case_in(s), reason);
    kernel::EntryKind kind = kernel::EntryKind::Suspend;
    if (verb == "revoke") kind = kernel::EntryKind::Revoke;
    if (verb == "surrender") kind = kernel::EntryKind::Surrender;
    return act_on_grant(*instance_, actor, kind, {grant_in(s), reason, text_of(s, "ground")},
                        internal_in(s, report));
  }

  static kernel::InternalReasons internal_in(const Json& s, base::Report& report) {
    return {text_of(s, "internal"), marking_in(s, "internal_marking", report)};
  }

  static std::optional<registry::Marking> marking_in(const Json& s, std::string_view name,
                                                     base::Report& report) {
    const Json* marking = s.find(name);
    if (marking == nullptr) return std::nullopt;
    return registry::Marking::read(*marking, report);
  }

  Handled query_with(const Json& s, const Actor& actor) {
    const std::string text = text_of(s, "reason");
    if (s.find("withdraws") == nullptr) return query(*instance_, actor, case_in(s), text);
    return take_back_query(*instance_, actor, case_in(s), std::nullopt, text);
  }

  // Answers the last open query, or the last of the office named in `to`.
  Handled answer_with(const Json& s, const Actor& actor, base::Report& report) {
    AnswerPlan plan;
    plan.text = text_of(s, "reason");
    plan.marking = marking_in(s, "marking", report);
    const std::string to = text_of(s, "to");
    instance_->look([&](const kernel::State& state) {
      const kernel::Case* of = state.find(case_in(s));
      if (of == nullptr) return;
      for (const kernel::Query& asked : of->queries) {
        if (to.empty() ? !asked.settled() : asked.done.signer.office.text() == to) {
          plan.query = asked.done.position;
        }
      }
    });
    if (s.find("document") != nullptr) {
      plan.document_name = fs::path(text_of(s, "document")).filename().string();
      BOOST_OUTCOME_TRY(std::string bytes, read_file(story_.folder / text_of(s, "document")));
      plan.document = std::make_shared<const std::string>(std::move(bytes));
    }
    return answer(*instance_, actor, case_in(s), plan);
  }

  Handled acknowledge_with(const Json& s, const Actor& actor) {
    auto body = to_acknowledge(*instance_, grant_in(s));
    if (!body) return base::Ruled<Receipt>(body.error());
    if (const Json* named = s.find("provisos")) {
      body.value().provisos.clear();
      for (const Json& text : named->items) body.value().provisos.push_back(text.text);
    }
    return acknowledge(*instance_, actor, body.value());
  }

  Handled claim_with(const Json& s, const Actor& actor) {
    kernel::ClaimBody body;
    body.text = text_of(s, "reason");
    if (s.find("withdraws") != nullptr) {
      body.withdraws = claims_[text_of(s, "withdraws")];
    } else {
      body.basis = registry::find_basis(text_of(s, "basis")).value_or(registry::Basis::Supplied);
      body.item = registry::ItemId(text_of(s, "item"));
    }
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt, claim(*instance_, actor, case_in(s), body));
    if (receipt && !body.withdraws) {
      instance_->look([&](const kernel::State& state) {
        claims_[text_of(s, "case")] = state.find(case_in(s))->claims.back().done.command;
      });
    }
    return receipt;
  }

  Handled decide_with(const Json& s, const Actor& actor, base::Report& report) {
    DecisionPlan plan;
    plan.outcome = kernel::find_decision_outcome(text_of(s, "outcome"))
                       .value_or(kernel::DecisionOutcome::Deny);
    plan.provisos = kernel::Provisos::read(s.find("provisos"), report);
    plan.text = text_of(s, "reason");
    plan.reasons = internal_in(s, report);
    plan.ground = text_of(s, "ground");
    plan.review_by = time_of(s, "review_by");
    if (s.find("resumes") != nullptr) plan.resumes = registry::GrantId(text_of(s, "resumes"));
    plan.of_rest = s.find("rest") != nullptr;
    return decide(*instance_, actor, case_in(s), plan);
  }

  Step decide_together_with(const Json& s, const Actor& actor) {
    const std::string file = text_of(s, "list");
    const auto document = read_json_file(file);
    if (!document) return base::Parsed<Came>(document.error());
    base::Report report({}, file);
    const auto items = read_joint(document.value(), report);
    if (!report.clean()) return base::Parsed<Came>(report.take());
    return handled(decide_together(*instance_, actor, items));
  }

  Handled use_with(const Json& s, const std::string& verb, const Actor& actor,
                   base::Report& report) {
    std::optional<geo::Place> place;
    if (const Json* stated = s.find("place"))
      place = geo::Place::read(*stated, "the place", report);
    std::vector<registry::CategoryId> categories;
    if (const Json* listed = s.find("categories")) {
      for (const Json& item : listed->items) categories.emplace_back(item.text);
    }
    const std::int64_t quantity = s.find("quantity")->integer;
    if (verb == "draw") return draw(*instance_, actor, {grant_in(s), quantity, place, categories});
    kernel::ReportBody body{
        grant_in(s),          quantity, place, categories, time_of(s, "when").value_or(now_),
        text_of(s, "reason"), {}};
    if (s.find("allotment") != nullptr) body.allotment = last_["allotment"];
    return casework::report(*instance_, actor, body);
  }

  Handled allot_with(const Json& s, const Actor& actor, base::Report& report) {
    kernel::AllotmentBody body;
    body.grant = grant_in(s);
    body.to = text_of(s, "for");
    body.quantity = s.find("quantity")->integer;
    if (const Json* stated = s.find("place")) {
      body.place = geo::Place::read(*stated, "the place", report);
    }
    for (const Json& item : s.find("categories")->items) body.categories.emplace_back(item.text);
    body.until = time_of(s, "until").value_or(now_);
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> receipt, allot(*instance_, actor, body));
    if (!receipt) return receipt;
    // Believed only as who is to use it would: from the file alone.
    BOOST_OUTCOME_TRY(const auto written,
                      write_allotment(*instance_, body.grant, receipt.value().first));
    if (!written) return refused(written.error());
    const auto read = read_allotment(base::write_json(written.value()), "allotment");
    if (!read) return refused({"allotment-form", base::to_text(read.error()), {}});
    kernel::Anchors anchors = instance_->own_anchors();
    const auto checked =
        verify_allotment(read.value(), {anchors.roots, std::move(anchors.log)},
                         story_.exercise ? Practice::Accept : Practice::Refuse, Aids{});
    if (!checked) return refused(checked.error());
    return receipt;
  }

  Step import_legacy_with(const Json& s, const Actor& actor) {
    const std::string file = text_of(s, "cases");
    const auto document = read_json_file(file);
    if (!document) return base::Parsed<Came>(document.error());
    base::Report report({}, file);
    const auto cases = read_earlier(document.value(), report);
    if (!report.clean()) return base::Parsed<Came>(report.take());
    return handled(import_earlier(*instance_, actor, cases));
  }

  // Which entry the last step of its kind was.
  void remember(const std::string& verb, const Handled& answer) {
    if (!answer || !answer.value() || answer.value().value().count == 0) return;
    const kernel::Position entry = answer.value().value().first;
    if (verb == "allot") last_["allotment"] = entry;
    if (verb == "request_check") last_["check_request"] = entry;
    if (verb == "advise") last_["advice"] = entry;
    if (verb == "claim" || verb == "draw" || verb == "report") last_[verb] = entry;
    if (verb == "decide") last_["decision"] = entry;
    if (verb == "report" || verb == "record_check") last_discrepancy_ = entry;
  }

  Step mark(const Json& s) {
    kernel::Position size = 0;
    instance_->look([&](const kernel::State& state) { size = state.size(); });
    marks_[text_of(s, "name")] = size;
    return base::Parsed<Came>(Came{base::json_object({{"accepted", base::json_bool(true)}}),
                                   fmt::format("the ledger has {} entries", size)});
  }

  const Story& story_;
  fs::path path_;
  KeyFolder keys_;
  base::Instant now_;
  std::unique_ptr<Instance> instance_;
  std::map<std::string, kernel::Position> marks_;
  std::map<std::string, kernel::CommandId> claims_;  // the last claim on each case
  std::map<std::string, kernel::Position> last_;     // the entry of the last step of a kind
  kernel::Position last_discrepancy_ = 0;            // of the last report or check
};

}  // namespace

base::Result<std::vector<StepResult>> play(const Story& story, const fs::path& instance,
                                           const std::function<void(const StepResult&)>& tell) {
  Player player(story, instance);
  BOOST_OUTCOME_TRY(player.open());
  std::vector<StepResult> results;
  for (const StoryStep& step : story.steps) {
    BOOST_OUTCOME_TRY(StepResult result, player.run(step));
    if (tell) tell(result);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace countersign::casework
