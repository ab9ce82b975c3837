// SPDX-License-Identifier: Apache-2.0
#include "casework/actions.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/bundle.h"
#include "casework/internal/acting.h"
#include "casework/keys.h"
#include "kernel/commands.h"

namespace countersign::casework {
namespace {

using base::Refusal;
using kernel::EntryKind;

// The authorities whose standing permission covers the case as it is determined now.
std::vector<registry::PartyId> consenting_by_clerk(Instance& instance, const kernel::Case& of) {
  std::vector<registry::PartyId> authorities;
  instance.look([&](const kernel::State& state) {
    std::optional<registry::GrantId> grant;
    if (!of.grants.empty()) grant = of.grants.back();
    const auto determined = state.determine(of.request, state.now(), grant);
    if (!determined) return;
    for (const auto& finding : determined.value().determination.authorities) {
      const auto lane = of.lanes.find(finding.authority);
      const bool consented =
          lane != of.lanes.end() &&
          std::any_of(lane->second.consents.begin(), lane->second.consents.end(),
                      [](const kernel::Consent& each) { return !each.done.suspected; });
      if (finding.outcome == kernel::Outcome::Authorised && !consented) {
        authorities.push_back(finding.authority);
      }
    }
  });
  return authorities;
}

Handled consent_by_clerk(Instance& instance, const kernel::Case& of,
                         const registry::PartyId& authority) {
  const auto path = std::filesystem::path(instance.path()) / "clerks" / (authority.text() + ".key");
  BOOST_OUTCOME_TRY(const seal::SigningKey key, load_key(path));
  const Pen pen{key, instance.name(), authority, "clerk"};
  BOOST_OUTCOME_TRY(auto consent, write_consent(pen, of));
  if (!consent) return refused(consent.error());
  return instance.submit(std::move(consent.value()));
}

// Has the clerks sign that have not yet, on the determination as it is now.
Handled have_clerks_consent(Instance& instance, const kernel::CaseId& id) {
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> current, instance.redetermine(id));
  if (!current) return current;
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  for (const registry::PartyId& authority : consenting_by_clerk(instance, of.value())) {
    BOOST_OUTCOME_TRY(base::Ruled<Receipt> consent,
                      consent_by_clerk(instance, of.value(), authority));
    if (!consent) return consent;
  }
  return current;
}

}  // namespace

Handled ask(Instance& instance, const Actor& actor, const kernel::CaseId& id,
            const base::Json& request) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  BOOST_OUTCOME_TRY(kernel::Submission statement, write_request(pen.value(), id, request));
  return instance.submit(std::move(statement));
}

Handled claim(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const kernel::ClaimBody& body) {
  return step(instance, actor, case_now(instance, id), EntryKind::Claim,
              kernel::ClaimBody::write(body));
}

Handled take_back_claim(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        kernel::Position claim, const std::string& text) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  kernel::ClaimBody body;
  body.text = text;
  for (const kernel::CaseClaim& entered : of.value().claims) {
    if (entered.done.position == claim) body.withdraws = entered.done.command;
  }
  if (body.withdraws) {
    return step(instance, actor, of, EntryKind::Claim, kernel::ClaimBody::write(body));
  }
  return refused({"claim-unknown",
                  fmt::format("entry {} is no claim on case `{}`", claim, id.text()), "withdraws"});
}

Handled advise(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const kernel::AdviceBody& body) {
  return step(instance, actor, case_now(instance, id), EntryKind::Advice,
              kernel::AdviceBody::write(body));
}

Handled override_advice(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                        const registry::OfficeId& adviser, const std::string& text,
                        const std::optional<registry::Marking>& marking,
                        const std::string& ground) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  const auto authority = authority_of(instance, actor.office);
  if (!authority) return refused(authority.error());
  const auto lane = of.value().lanes.find(authority.value());
  const kernel::Advice* advice =
      lane == of.value().lanes.end() ? nullptr : lane->second.advice_of(adviser);
  if (advice == nullptr) {
    return refused({"unknown-advice",
                    fmt::format("{} has not advised in case `{}`", adviser.text(), id.text()),
                    adviser.text()});
  }
  return step(instance, actor, of, EntryKind::Override,
              kernel::OverrideBody::write({advice->done.statement, text, marking, ground}));
}

Handled decide(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const DecisionPlan& plan) {
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> current, instance.redetermine(id));
  if (!current) return current;
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  BOOST_OUTCOME_TRY(auto decision, write_decision(pen.value(), of.value(), plan));
  if (!decision) return refused(decision.error());
  return instance.submit(std::move(decision.value()));
}

Handled resume(Instance& instance, const Actor& actor, const DecisionPlan& plan) {
  const auto of = case_of_grant(instance, *plan.resumes);
  if (!of) return refused(of.error());
  return decide(instance, actor, of.value().id, plan);
}

Handled grant(Instance& instance, const kernel::CaseId& id) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  // Before anything is entered: what else is missing would leave clerks' consents behind.
  std::optional<Refusal> missing;
  instance.look([&](const kernel::State& state) {
    const auto terms = state.check_grantable(*state.find(id), state.now());
    if (!terms) missing = terms.error();
  });
  if (missing) {
    // What is missing is missing of the rest, where a grant stands already.
    if (of.value().rest && !of.value().grants.empty()) {
      missing->message = fmt::format(
          "case `{}` is granted already, as `{}`; of what that left open: {} (`countersign decide "
          "--rest`)",
          id.text(), of.value().grants.back().text(), missing->message);
    }
    return refused(*std::move(missing));
  }
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> consented, have_clerks_consent(instance, id));
  if (!consented) return consented;
  std::vector<std::string> notes;
  instance.look([&](const kernel::State& state) { notes = came_after_approvals(*state.find(id)); });
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> granted, instance.grant(id));
  if (granted) granted.value().notes = std::move(notes);
  return granted;
}

Handled draw(Instance& instance, const Actor& actor, const kernel::DrawBody& body) {
  const auto of = case_of_grant(instance, body.grant);
  const auto draw_once = [&] {
    return step(instance, actor, of, EntryKind::Draw, kernel::DrawBody::write(body));
  };
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> drawn, draw_once());
  if (drawn || drawn.error().rule != "consent-missing") return drawn;
  // A standing permission has come to cover what an approval did before, and nothing else is
  // missing.
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> consented, have_clerks_consent(instance, of.value().id));
  if (!consented) return consented;
  return draw_once();
}

Handled report(Instance& instance, const Actor& actor, const kernel::ReportBody& body) {
  BOOST_OUTCOME_TRY(base::Ruled<Receipt> entered,
                    step(instance, actor, case_of_grant(instance, body.grant), EntryKind::Report,
                         kernel::ReportBody::write(body)));
  if (!entered) return entered;
  instance.look([&](const kernel::State& state) {
    const auto [grant, made] = state.find_report(entered.value().first);
    if (made == nullptr || !made->open()) return;
    std::vector<std::string> outside;
    for (const Refusal& each : made->discrepancies) {
      outside.push_back(fmt::format("{} ({})", each.message, each.rule));
    }
    std::vector<std::string_view> closers;
    const auto offices = kernel::closers_of(state, *grant, state.now());
    for (const registry::OfficeId& office : offices) closers.push_back(office.text());
    entered.value().notes.push_back(fmt::format("it is a discrepancy, which {} is to close: {}",
                                                fmt::join(closers, " or "),
                                                fmt::join(outside, "; ")));
  });
  return entered;
}

base::Ruled<kernel::AcknowledgeBody> to_acknowledge(Instance& instance,
                                                    const registry::GrantId& grant) {
  std::optional<kernel::AcknowledgeBody> body;
  instance.look([&](const kernel::State& state) {
    const kernel::GrantRecord* record = state.find(grant);
    if (record == nullptr) return;
    body = kernel::AcknowledgeBody{grant, {}};
    if (!record->revoked) body->provisos = kernel::provisos_of(state, *record, state.now());
  });
  if (body) return *std::move(body);
  return unknown_grant(grant);
}

Handled acknowledge(Instance& instance, const Actor& actor, const kernel::AcknowledgeBody& body) {
  return step(instance, actor, case_of_grant(instance, body.grant), EntryKind::Acknowledge,
              kernel::AcknowledgeBody::write(body));
}

Handled act_on_grant(Instance& instance, const Actor& actor, EntryKind kind,
                     const kernel::GrantActBody& body, const kernel::InternalReasons& reasons) {
  const auto of = case_of_grant(instance, body.grant);
  if (!of) return refused(of.error());
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_grant_act(pen.value(), kind, of.value(), body, reasons));
  return instance.submit(std::move(statement));
}

Handled review(Instance& instance, const Actor& actor, const kernel::CaseId& id,
               const std::string& findings) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  const auto authority = authority_of(instance, actor.office);
  if (!authority) return refused(authority.error());
  // The last that nobody has reviewed yet; where all were, the last.
  const kernel::Decision* consent = nullptr;
  if (const auto lane = of.value().lanes.find(authority.value()); lane != of.value().lanes.end()) {
    for (const kernel::Decision& decision : lane->second.decisions) {
      if (decision.body.outcome != kernel::DecisionOutcome::Emergency) continue;
      if (consent == nullptr || !decision.reviewed || consent->reviewed) consent = &decision;
    }
  }
  if (consent == nullptr) {
    return refused({"no-emergency",
                    fmt::format("{} gave no consent in an emergency in case `{}`",
                                authority.value().text(), id.text()),
                    "case"});
  }
  return step(instance, actor, of, EntryKind::Review,
              kernel::ReviewBody::write({consent->done.statement, findings}));
}

Handled write_up(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                 const kernel::OralBody& body) {
  return step(instance, actor, case_now(instance, id), EntryKind::Oral,
              kernel::OralBody::write(body));
}

std::vector<EmergencyView> emergencies(const Reader& reader, const kernel::State& state) {
  std::vector<EmergencyView> views;
  for (const auto& [id, of] : state.cases()) {
    for (const auto& [authority, lane] : of.lanes) {
      // Whether it was reviewed is its own authority's affair.
      if (!reader.sees(kernel::Sight::Review, of, authority)) continue;
      for (const kernel::Decision& decision : lane.decisions) {
        if (decision.body.outcome != kernel::DecisionOutcome::Emergency) continue;
        views.push_back({id, authority, decision, decision.is_overdue(state.now())});
      }
    }
  }
  return views;
}

Handled ask_again(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                  const std::string& text) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  std::optional<seal::Digest> denial;
  for (const auto& [authority, lane] : of.value().lanes) {
    for (const kernel::Decision& decision : lane.decisions) {
      const bool denied = decision.body.outcome == kernel::DecisionOutcome::Deny;
      if (denied && !decision.body.resumes && !decision.set_aside) {
        denial = decision.done.statement;
      }
    }
  }
  if (!denial) {
    const auto& silent = of.value().refused_by_silence;
    return refused(
        {"no-denial",
         silent ? fmt::format("case `{}` was refused by silence on {}: nobody decided, so there is "
                              "no denial to look at again; what is wanted can be asked anew",
                              id.text(), base::to_text(silent->at))
                : fmt::format("no denial stands in case `{}`", id.text()),
         "case"});
  }
  return step(instance, actor, of, EntryKind::Reconsider,
              kernel::ReconsiderBody::write({*denial, text}));
}

Handled answer_again(Instance& instance, const Actor& actor, const kernel::CaseId& id,
                     const ReconsideredPlan& plan) {
  const auto of = case_now(instance, id);
  if (!of) return refused(of.error());
  if (!of.value().reconsideration) {
    return refused({"not-asked",
                    fmt::format("nobody asked that case `{}` be reconsidered", id.text()), "case"});
  }
  const auto pen = pen_of(instance, actor);
  if (!pen) return refused(pen.error());
  BOOST_OUTCOME_TRY(kernel::Submission statement,
                    write_reconsidered(pen.value(), of.value(),
                                       {of.value().reconsideration->body.decision, plan.outcome,
                                        plan.text, plan.ground, std::nullopt},
                                       plan.reasons));
  return instance.submit(std::move(statement));
}

Handled close(Instance& instance, const Actor& actor, const kernel::CaseId& id,
              const kernel::CloseBody& body) {
  return step(instance, actor, case_now(instance, id), EntryKind::Close,
              kernel::CloseBody::write(body));
}

base::Result<std::optional<std::string>> standing_of(Instance& instance,
                                                     const registry::GrantId& grant) {
  std::optional<GrantStanding> standing;
  instance.look([&](const kernel::State& state) {
    const kernel::GrantRecord* record = state.find(grant);
    if (record == nullptr) return;
    standing =
        GrantStanding{instance.name().origin, grant,        kernel::status_of(*record, state.now()),
                      record->left(),         state.size(), state.now()};
  });
  if (!standing) return std::optional<std::string>();
  return std::optional<std::string>(instance.sign_note(write_standing(*standing)));
}

}  // namespace countersign::casework
