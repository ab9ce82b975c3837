// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/prose.h"
#include "casework/allotments.h"
#include "casework/bundle.h"
#include "casework/count.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/instance_options.h"
#include "cli/output.h"

namespace countersign::cli {
namespace {

struct Arguments {
  std::string bundle;
  std::string trust;
  std::string fresh;
  std::vector<std::string> bases;
  bool exercise = false;
  bool json = false;

  Format format() const { return json ? Format::Json : Format::Text; }
};

constexpr std::size_t kLargestBundle = 256U << 20;

// By this machine's clock.
bool is_over(const kernel::Scope& scope) {
  return scope.window.until <= instant_or_now(std::nullopt, {}).value();
}

base::Json json_of(const kernel::GrantAct& act) {
  return base::json_object(
      {{"act", base::json_text(casework::words_of(act.kind))},
       {"position", base::json_integer(static_cast<std::int64_t>(act.position))},
       {"at", base::json_text(base::to_text(act.at))},
       {"by", base::json_text(act.by)},
       {"text", base::json_text(act.text)}});
}

base::Json json_of(const casework::Verification& found) {
  const kernel::Examination& seen = found.examination;
  std::vector<base::Json> acts;
  for (const kernel::GrantAct& act : seen.since->acts) acts.push_back(json_of(act));
  base::Json answer =
      base::json_object({{"verified", base::json_text(casework::words_of(*seen.endorsement))},
                         {"bundle", base::json_text(casework::name_of(found.audience.kind))},
                         {"instance", base::json_text(kernel::name_of(found.instance.kind))},
                         {"grant", base::json_text(found.grant.text())},
                         {"granted_at", base::json_text(base::to_text(found.granted_at))},
                         {"scope", kernel::Scope::write(found.scope)},
                         {"issued_scope", kernel::Scope::write(found.issued)},
                         {"lapsed", base::json_bool(is_over(found.scope))},
                         {"since", base::json_array(std::move(acts))},
                         {"consents", kernel::write(found.consents)},
                         {"reevaluated", base::json_texts(seen.reevaluated)},
                         {"attested", base::json_texts(seen.attested)},
                         {"unchecked", base::json_texts(seen.unchecked)}});
  if (found.audience.kind == kernel::Audience::Kind::Authority) {
    answer.members.push_back({"lane", {}, base::json_text(found.audience.authority.text())});
  }
  return answer;
}

void print_scope(const kernel::Scope& scope, std::string_view indent) {
  if (scope.emergency) print(fmt::format("{}EMERGENCY - consented to in an emergency", indent));
  const std::string to = scope.recipient ? fmt::format(" to {}", scope.recipient->text()) : "";
  print(fmt::format("{}{} may {} {} {}{}, from {} until {}", indent, scope.holder.text(),
                    registry::name_of(scope.action), scope.quantity, scope.item.text(), to,
                    base::to_text(scope.window.from), base::to_text(scope.window.until)));
  if (scope.end_user && scope.end_user != scope.recipient) {
    print(fmt::format("{}for the end user {}", indent, scope.end_user->text()));
  }
  for (const geo::Place& place : scope.places) {
    print(fmt::format("{}within {}", indent, kernel::words_of(place)));
  }
  for (const registry::CategoryId& category : scope.categories) {
    print(fmt::format("{}category {}", indent, category.text()));
  }
  for (const std::string& text : scope.text) {
    print(fmt::format("{}on condition: {}", indent, base::quoted(text)));
  }
}

void print_list(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  print(title);
  for (const std::string& line : lines) print("  - " + line);
}

Exit tell_verified(const casework::Verification& found, Format format) {
  if (format == Format::Json) {
    print(json_of(found));
    return Exit::Done;
  }
  if (found.instance.kind == kernel::InstanceKind::Exercise) mark_exercise();
  print(fmt::format("{}: {}", found.grant.text(),
                    casework::words_of(*found.examination.endorsement)));
  print_scope(found.scope, "  ");
  if (is_over(found.scope)) {
    print(fmt::format("LAPSED: its window ended at {}; nothing can be drawn under it any more",
                      base::to_text(found.scope.window.until)));
  }
  if (found.scope != found.issued) {
    print(fmt::format("as issued at {}:", base::to_text(found.granted_at)));
    print_scope(found.issued, "  ");
  }
  for (const kernel::GrantAct& act : found.examination.since->acts) {
    print(fmt::format("since: {} by {} at {} (entry {}){}", casework::words_of(act.kind), act.by,
                      base::to_text(act.at), act.position,
                      act.text.empty() ? "" : ": " + base::quoted(act.text)));
  }
  if (found.audience.kind == kernel::Audience::Kind::Authority) {
    print(fmt::format("the lane of {}, evaluated again; no other's rules are",
                      found.audience.authority.text()));
  }
  print_list("evaluated again here:", found.examination.reevaluated);
  print_list("attested, not evaluated again:", found.examination.attested);
  print_list("not checked:", found.examination.unchecked);
  if (found.standing) {
    print(fmt::format("by the log's signed status of {}: {}, {} left",
                      base::to_text(found.standing->at), kernel::name_of(found.standing->status),
                      found.standing->left));
  }
  return Exit::Done;
}

Exit tell_allotment(const casework::VerifiedAllotment& checked, Format format) {
  const kernel::AllotmentBody& body = checked.allotment.body;
  if (format == Format::Json) {
    base::Json answer = json_of(checked.grant);
    answer.members.push_back(
        {"allotment",
         {},
         base::json_object(
             {{"entry", base::json_integer(static_cast<std::int64_t>(checked.allotment.entry))},
              {"by", base::json_text(checked.allotment.by)},
              {"taken_at", base::json_text(base::to_text(checked.allotment.at))},
              {"body", kernel::AllotmentBody::write(body)}})});
    print(answer);
    return Exit::Done;
  }
  print(fmt::format("allotment {}: {} of grant {}, to {}, until {}", checked.allotment.entry,
                    body.quantity, body.grant.text(), base::quoted(body.to),
                    base::to_text(body.until)));
  if (body.place) print("  within " + kernel::words_of(*body.place));
  print(fmt::format("  taken by {} at {}; that it was left in the grant is the log's word",
                    checked.allotment.by, base::to_text(checked.allotment.at)));
  print("of the grant:");
  return tell_verified(checked.grant, format);
}

Exit verify_count(const Arguments& arguments, const std::string& text,
                  const casework::Trust& trust) {
  const auto counted = casework::verify_count(text, arguments.bundle, trust.log);
  if (!counted) return complain(counted.error(), arguments.format());
  if (!counted.value()) return tell(counted.value().error(), arguments.format());
  const casework::Tallied& tallied = counted.value().value();
  if (arguments.json) {
    print(write(tallied));
  } else {
    const bool ends = tallied.until != base::kDistantFuture;
    print(fmt::format("counted again: since {}{}, {} requests; no entry of {} to {} was left out",
                      base::to_text(tallied.since),
                      ends ? fmt::format(" until {}", base::to_text(tallied.until)) : "",
                      tallied.requests, tallied.first, tallied.size - 1));
    for (const auto& [outcome, count] : tallied.decisions) {
      print(fmt::format("  decisions, {}: {}", outcome, count));
    }
    for (const auto& [outcome, count] : tallied.cases) {
      print(fmt::format("  cases, {}: {}", outcome, count));
    }
    for (const auto& [outcome, cases] : tallied.by_first_submission) {
      print(fmt::format("  first submitted then, {}: {}, median age {} s as of {}", outcome,
                        cases.count, cases.median_age_s, base::to_text(*tallied.as_of)));
    }
    if (tallied.stated) print("not checked: what the document states beside its proof (`stated`)");
  }
  return Exit::Done;
}

// Shapes that nothing was evaluated with: whoever gave them would believe that something was.
base::Issues of_no_layer(const std::map<seal::Digest, std::string>& unused) {
  base::Issues issues;
  for (const auto& [digest, file] : unused) {
    base::Issue issue;
    issue.file = file;
    issue.message = "these are the shapes of no region layer that is asked about here";
    issue.remedy = "give the file that the layer was made with, or leave --base out";
    issues.push_back(std::move(issue));
  }
  return issues;
}

Exit run(const Arguments& arguments) {
  const Format format = arguments.format();
  const auto trust_text = read_file(arguments.trust);
  if (!trust_text) return complain(trust_text.error(), format);
  const auto trust = casework::read_trust(trust_text.value(), arguments.trust);
  if (!trust) return complain(trust.error(), format);
  for (const ledger::Policy::Log& log : trust.value().log.logs()) {
    if (log.key.name().starts_with("exercise/")) mark_exercise();
  }
  const auto text = read_file(arguments.bundle, kLargestBundle);
  if (!text) return complain(text.error(), format);
  if (text.value().starts_with("{\"count\"")) {
    return verify_count(arguments, text.value(), trust.value());
  }
  casework::Aids aids;
  if (!arguments.fresh.empty()) {
    const auto fresh = read_file(arguments.fresh);
    if (!fresh) return complain(fresh.error(), format);
    aids.status = fresh.value();
  }
  std::map<seal::Digest, casework::BesideOrNull> bases;
  std::map<seal::Digest, std::string> unused;  // and the files they were read from
  for (const std::string& file : arguments.bases) {
    const auto base = read_file(file, kLargestBundle);
    if (!base) return complain(base.error(), format);
    const auto json = base::read_json(base.value(), file, {.bytes = kLargestBundle});
    if (!json) return complain(json.error(), format);
    // Signed as one line of JSON, however the file is laid out.
    auto line = std::make_shared<const std::string>(base::write_json(json.value()));
    const seal::Digest digest = seal::sha256(base::as_bytes(*line));
    bases.emplace(digest, line);
    unused.emplace(digest, file);
  }
  aids.find_base = [&](const seal::Digest& digest) -> casework::BesideOrNull {
    unused.erase(digest);
    const auto found = bases.find(digest);
    return found == bases.end() ? nullptr : found->second;
  };
  const auto practice =
      arguments.exercise ? casework::Practice::Accept : casework::Practice::Refuse;
  if (text.value().starts_with("{\"allotment\"")) {
    const auto allotment = casework::read_allotment(text.value(), arguments.bundle);
    if (!allotment) return complain(allotment.error(), format);
    const auto checked =
        casework::verify_allotment(allotment.value(), trust.value(), practice, aids);
    if (!checked) return tell(checked.error(), format);
    if (!unused.empty()) return complain(of_no_layer(unused), format);
    return tell_allotment(checked.value(), format);
  }
  const auto bundle = casework::read_bundle(text.value(), arguments.bundle);
  if (!bundle) return complain(bundle.error(), format);
  const auto found = casework::verify(bundle.value(), trust.value(), practice, aids);
  if (!found) return tell(found.error(), format);
  if (!unused.empty()) return complain(of_no_layer(unused), format);
  return tell_verified(found.value(), format);
}

constexpr const char* kFooter = R"(
Checks a grant's bundle, an allotment, or a count with its proof, without instance or network.
TRUST.json has the authorities' root keys, the log's key and its witnesses: nothing else is believed.
A full bundle is evaluated again by the same function that issued the grant, an authority's for its
own lane; a holder's shows signatures, scope and proofs. A grant that was revoked or suspended by a
signed act since is refused. What was evaluated, what was only attested and what could not be checked
is said each time. A failure says which check failed, and why.
)";

}  // namespace

void add_verify(CLI::App& app, Exit& exit) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("verify", "check a grant, an allotment, or a count, offline");
  command->footer(kFooter);
  command->add_option("bundle", arguments->bundle, "a bundle, an allotment, or a count")
      ->type_name("BUNDLE.json")
      ->required();
  command->add_option("--trust", arguments->trust, "what is believed beforehand")
      ->type_name("TRUST.json")
      ->required();
  command
      ->add_option(
          "--fresh", arguments->fresh,
          "a status signed by the log (`countersign status`): not revoked, not suspended, what "
          "is left")
      ->type_name("STATUS");
  command
      ->add_option("--base", arguments->bases,
                   "the shapes of a region layer: what it says of a place is then evaluated again, "
                   "not attested")
      ->type_name("GEOJSON")
      ->allow_extra_args(false);
  command->add_flag("--exercise", arguments->exercise, "accept a grant of an exercise");
  command->add_flag("--json", arguments->json, "answer in JSON");
  command->callback([arguments, &exit] { exit = run(*arguments); });
}

}  // namespace countersign::cli
