// SPDX-License-Identifier: Apache-2.0
#include "kernel/internal/held.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/prose.h"
#include "kernel/internal/opening.h"

namespace countersign::kernel {
namespace {

using base::Refusal;
using MaybeGrant = std::optional<registry::GrantId>;

// One consent's decisions, all approvals; adds their provisos.
base::Ruled<void> add_provisos(const ShownConsents& shown, const LaneConsent& consent,
                               const registry::GrantId& of, const MaybeGrant& after,
                               std::vector<Provisos>& provisos) {
  std::vector<registry::OfficeId> approvals;
  std::map<registry::OfficeId, registry::OfficeId> acting;
  for (const Position position : consent.positions) {
    const auto found = shown.find(position);
    const EntryKind kind = consent.by_clerk ? EntryKind::Consent : EntryKind::Decision;
    if (found == shown.end() || found->second->kind != kind ||
        found->second->statement->head.authority != consent.authority) {
      return Refusal{"consent-missing",
                     fmt::format("the consent of {} at entry {} is not here",
                                 consent.authority.text(), position),
                     consent.authority.text()};
    }
    if (consent.by_clerk) continue;
    BOOST_OUTCOME_TRY(const DecisionBody body, body_of<DecisionBody>(*found->second));
    BOOST_OUTCOME_TRY(check_stated_outcome(*found->second, body));
    const bool about = body.resumes ? *body.resumes == of : body.after == after;
    const DecisionOutcome yes =
        consent.stands_in_for.empty() ? DecisionOutcome::Approve : DecisionOutcome::Emergency;
    if (body.outcome != yes || !about) {
      return Refusal{"consent-missing", fmt::format("decision {} is no approval of this", position),
                     consent.authority.text()};
    }
    const StatementHead& head = found->second->statement->head;
    approvals.emplace_back(head.office());
    acting.erase(head.office());
    if (head.acting_for) acting.emplace(*head.acting_for, registry::OfficeId(head.by));
    provisos.push_back(body.provisos);
  }
  std::sort(approvals.begin(), approvals.end());
  approvals.erase(std::unique(approvals.begin(), approvals.end()), approvals.end());
  if (!consent.positions.empty() && approvals == consent.approvals && acting == consent.acting) {
    return base::outcome::success();
  }
  return Refusal{
      "consent-missing",
      fmt::format("other consents of {} are named than are here", consent.authority.text()),
      consent.authority.text()};
}

std::string words_of_signer(const StatementHead& head) {
  if (!head.acting_for) return head.by;
  return fmt::format("{} ({} acting)", head.acting_for->text(), head.by);
}

// What is known of the grant on the way.
class Course {
 public:
  Course(const Evidence& evidence, IssuedGrant& issued)
      : evidence_(evidence), issued_(issued), since_{{}, issued.view.scope} {}

  base::Ruled<void> take(const LoggedEntry& entry) {
    if (!entry.case_id || *entry.case_id != evidence_.case_id ||
        (entry.statement && entry.statement->head.request != issued_.request)) {
      return Refusal{"case-incomplete", "an entry of another case or request is in the bundle",
                     fmt::format("entry {}", entry.position)};
    }
    switch (entry.kind) {
      case EntryKind::Suspend:
      case EntryKind::Revoke:
      case EntryKind::Surrender:
        return act(entry);
      case EntryKind::Decision:
        return decision(entry);
      case EntryKind::Consent:
        issued_.consents.emplace(entry.position, &entry);
        return base::outcome::success();
      case EntryKind::Outcome:
        return resumption(entry);
      default:
        return contradiction(entry, "it does not belong behind a grant");
    }
  }

  base::Ruled<Since> finish() {
    const std::string& grant = issued_.view.grant.text();
    for (const auto& [last, rule] : {std::pair(revoked_, "revoked"),
                                     {surrendered_, "surrendered"},
                                     {suspended_, "suspended"}}) {
      if (!last) continue;
      const GrantAct& act = since_.acts.at(*last);
      return Refusal{rule,
                     fmt::format("grant `{}` was issued as it says, and then {} by {} at {} "
                                 "(entry {}): {}",
                                 grant, rule, act.by, base::to_text(act.at), act.position,
                                 base::quoted(act.text)),
                     grant};
    }
    return std::move(since_);
  }

 private:
  void enter(const LoggedEntry& entry, std::string by, std::string text) {
    since_.acts.push_back(
        {entry.kind, entry.position, *entry.received_at, std::move(by), std::move(text)});
  }

  base::Ruled<void> act(const LoggedEntry& entry) {
    BOOST_OUTCOME_TRY(const GrantActBody body, body_of<GrantActBody>(entry));
    const StatementHead& head = entry.statement->head;
    // Whose consent it rests on by then may be more than its own entry names.
    if (body.grant != issued_.view.grant) return contradiction(entry, "it is about another grant");
    enter(entry, words_of_signer(head), body.text);
    if (entry.kind == EntryKind::Surrender) {
      if (head.authority != issued_.view.scope.holder) {
        return contradiction(entry, "another party gives the grant up than its holder");
      }
      surrendered_ = since_.acts.size() - 1;
    } else if (entry.kind == EntryKind::Revoke) {
      if (!revoked_) revoked_ = since_.acts.size() - 1;
    } else if (!suspended_) {
      suspended_ = since_.acts.size() - 1;
      suspender_ = head.authority;
    }
    return base::outcome::success();
  }

  base::Ruled<void> decision(const LoggedEntry& entry) {
    BOOST_OUTCOME_TRY(const DecisionBody body, body_of<DecisionBody>(entry));
    if (body.resumes != issued_.view.grant) {
      return contradiction(entry, "it does not resume the grant");
    }
    issued_.consents.emplace(entry.position, &entry);
    return base::outcome::success();
  }

  base::Ruled<void> resumption(const LoggedEntry& entry) {
    const auto text = [&](std::string_view name) {
      const base::Json* value = entry.field(name);
      return value == nullptr ? std::string() : value->text;
    };
    if (text("outcome") == "suspended" && text("grant") == issued_.view.grant.text()) {
      since_.acts.push_back({EntryKind::KeyWithdrawal, entry.position, *entry.received_at,
                             "the withdrawal of a key", text("why")});
      if (!suspended_) suspended_ = since_.acts.size() - 1;
      return base::outcome::success();
    }
    const base::Json* named = entry.field("consents");
    const base::Json* stated = entry.field("scope");
    if (text("outcome") != "resumed" || text("grant") != issued_.view.grant.text() ||
        named == nullptr || stated == nullptr) {
      return contradiction(entry, "it does not say who resumed the grant, and with what scope");
    }
    base::Report report({}, "resumption");
    const std::vector<LaneConsent> consents = read_consents(*named, report);
    const Scope scope = Scope::read(*stated, report);
    if (!report.clean()) return contradiction(entry, base::to_text(report.take()));
    BOOST_OUTCOME_TRY(const std::vector<Provisos> provisos,
                      provisos_shown(issued_.consents, consents, issued_.view));
    BOOST_OUTCOME_TRY(Scope left, narrowed(since_.scope, provisos));
    if (scope != left) {
      return Refusal{"grant-differs",
                     fmt::format("the scope that resumption {} states is not what the scope before "
                                 "it and the provisos leave",
                                 entry.position),
                     "scope"};
    }
    BOOST_OUTCOME_TRY(check_resumers(entry, consents));
    since_.scope = std::move(left);
    suspended_.reset();
    suspender_.reset();
    return base::outcome::success();
  }

  // Whose decisions after the suspension these are: a suspension by an act is ended by its maker.
  base::Ruled<void> check_resumers(const LoggedEntry& entry,
                                   const std::vector<LaneConsent>& consents) {
    std::vector<std::string> offices;
    bool by_suspender = !suspended_ || !suspender_;
    for (const LaneConsent& consent : consents) {
      for (const Position position : consent.positions) {
        const LoggedEntry& decision = *issued_.consents.at(position);
        if (decision.kind != EntryKind::Decision || position > entry.position) continue;
        const bool since = suspended_ && position > since_.acts.at(*suspended_).position;
        by_suspender = by_suspender || (since && consent.authority == suspender_);
        offices.push_back(words_of_signer(decision.statement->head));
      }
    }
    if (!by_suspender) return contradiction(entry, "who suspended the grant did not resume it");
    std::sort(offices.begin(), offices.end());
    enter(entry, fmt::format("{}", fmt::join(offices, " and ")), {});
    return base::outcome::success();
  }

  const Evidence& evidence_;
  IssuedGrant& issued_;
  Since since_;
  std::optional<std::size_t> revoked_;  // the act, among since_.acts
  std::optional<std::size_t> surrendered_;
  std::optional<std::size_t> suspended_;        // likewise, while it lasts
  std::optional<registry::PartyId> suspender_;  // of a suspension by an act
};

// Every entry after the grant's is one that the log's note names, and the other way round.
base::Ruled<void> check_named(const Evidence& evidence, const Anchors& anchors,
                              const ledger::TreeHead& head, std::span<const LoggedEntry> later) {
  if (!evidence.since) {
    return Refusal{"since-form", "what became of the grant since its issue is not stated", "since"};
  }
  BOOST_OUTCOME_TRY(const SinceNote note,
                    check_since_note(*evidence.since, evidence.instance.origin, anchors.log));
  std::vector<Position> positions;
  for (const LoggedEntry& entry : later) positions.push_back(entry.position);
  if (evidence.grant == note.grant && note.size == head.size && note.positions == positions) {
    return base::outcome::success();
  }
  return Refusal{"since-differs",
                 "the entries after the grant's own are not those that the log's note names as of "
                 "this checkpoint",
                 "since"};
}

}  // namespace

base::Ruled<HolderView> read_grant(const LoggedEntry& entry) {
  const base::Json* document = entry.field("grant");
  if (document == nullptr) return contradiction(entry, "its grant is not disclosed");
  base::Report report({}, "grant");
  base::Fields fields(*document, "a grant", report);
  HolderView view;
  view.grant = registry::GrantId(fields.id("id"));
  view.at = *entry.received_at;
  if (const base::Json* scope = fields.need("scope")) view.scope = Scope::read(*scope, report);
  if (const base::Json* consents = fields.need("consents")) {
    view.consents = read_consents(*consents, report);
  }
  if (auto after = fields.maybe_id("after")) view.after = registry::GrantId(*std::move(after));
  view.rest = fields.maybe_integer("rest", 1);
  if (fields.maybe("remainder") != nullptr) {
    view.remainder = static_cast<Remainder>(fields.word("remainder", {"refused", "open"}));
  }
  fields.finish();
  if (!report.clean()) return Refusal{"grant-differs", base::to_text(report.take()), "grant"};
  return view;
}

base::Ruled<std::vector<Provisos>> provisos_shown(const ShownConsents& shown,
                                                  const std::vector<LaneConsent>& consents,
                                                  const HolderView& of) {
  std::vector<Provisos> provisos;
  for (const LaneConsent& consent : consents) {
    BOOST_OUTCOME_TRY(add_provisos(shown, consent, of.grant, of.after, provisos));
  }
  return provisos;
}

base::Ruled<void> check_scope(const HolderView& view, const Request& request,
                              const ShownConsents& shown) {
  BOOST_OUTCOME_TRY(const std::vector<Provisos> provisos,
                    provisos_shown(shown, view.consents, view));
  BOOST_OUTCOME_TRY(Scope scope, intersect(request, provisos, view.at));
  scope.emergency = is_in_emergency(view.consents);
  const std::int64_t rest = view.rest.value_or(request.quantity);
  scope.quantity = std::min(scope.quantity, rest);
  const auto remainder = remainder_of(request, scope, provisos, rest, view.at);
  if (scope == view.scope && remainder == view.remainder) return base::outcome::success();
  return Refusal{"grant-differs",
                 "the grant's scope is not what the request and the provisos leave", "scope"};
}

base::Ruled<void> take_confirmation(State::Folded& folded, const ShownConsents& shown,
                                    const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(const ConfirmBody body, body_of<ConfirmBody>(entry));
  const StatementHead& head = entry.statement->head;
  const auto own = [&](const auto& each) {
    const SignedStatement& made = *each.second->statement;
    return made.digest == body.statement && made.head.authority == head.authority &&
           made.head.office() == head.office();
  };
  // Of what is not shown here it says nothing here.
  if (std::none_of(shown.begin(), shown.end(), own)) return base::outcome::success();
  folded.authorities.enter_confirmation(std::nullopt, *entry.statement, body, *entry.received_at);
  return base::outcome::success();
}

base::Ruled<void> check_unsuspected(const Authorities& authorities, const HolderView& view,
                                    const ShownConsents& shown) {
  for (const LaneConsent& consent : view.consents) {
    for (const Position position : consent.positions) {
      const LoggedEntry& entry = *shown.at(position);
      const seal::KeyId& key = entry.statement->envelope.signatures.front().key_id;
      const Entered* entered = authorities.find(consent.authority);
      if (entered == nullptr ||
          !entered->withdrawn.suspects(key, *entry.received_at, entry.statement->digest,
                                       entry.case_id)) {
        continue;
      }
      return Refusal{"key-suspected",
                     fmt::format("the consent of {} (entry {}) was signed by a key that was "
                                 "withdrawn as suspected before the grant, and not confirmed",
                                 consent.authority.text(), position),
                     consent.authority.text()};
    }
  }
  return base::outcome::success();
}

base::Ruled<void> take_manifest(ShownManifests& manifests, const LoggedEntry& entry) {
  BOOST_OUTCOME_TRY(ManifestBody body, body_of<ManifestBody>(entry));
  const registry::PartyId& authority = entry.statement->head.authority;
  if (manifests.emplace(authority, std::move(body)).second) return base::outcome::success();
  return Refusal{
      "manifest-added",
      fmt::format("{} has two manifests here: only its last belongs among these", authority.text()),
      authority.text()};
}

base::Ruled<void> check_manifests(const ShownManifests& manifests, const Anchors& anchors,
                                  base::Instant at) {
  for (const auto& [authority, root] : anchors.roots) {
    const auto found = manifests.find(authority);
    if (found == manifests.end()) {
      return Refusal{
          "authority-missing",
          fmt::format("the manifest of {} is missing, whose say counts", authority.text()),
          authority.text()};
    }
    if (at < found->second.expires) continue;
    return Refusal{"manifest-expired",
                   fmt::format("the manifest of {} expired at {}", authority.text(),
                               base::to_text(found->second.expires)),
                   authority.text()};
  }
  return base::outcome::success();
}

base::Ruled<Since> follow(State::Folded& folded, const Anchors& anchors, const Evidence& evidence,
                          const ledger::TreeHead& head, IssuedGrant issued,
                          std::span<const LoggedEntry> later) {
  BOOST_OUTCOME_TRY(check_named(evidence, anchors, head, later));
  Course course(evidence, issued);
  for (const LoggedEntry& entry : later) {
    BOOST_OUTCOME_TRY(check_signature(folded, anchors, entry));
    if (!entry.case_id) {
      BOOST_OUTCOME_TRY(fold_identity(folded, entry));
    } else {
      BOOST_OUTCOME_TRY(course.take(entry));
    }
  }
  return course.finish();
}

void tell_consent(Examination& examination, const LaneConsent& consent) {
  examination.reevaluated.push_back(fmt::format(
      "{}: {}", consent.authority.text(),
      consent.by_clerk ? "standing consent, signed by its clerk"
                       : fmt::format("the personal decision of {}", offices_of(consent))));
}

void tell_since(Examination& examination, const Since& since) {
  examination.since = since;
  if (!since.scope.text.empty()) examination.unchecked.emplace_back(kAcknowledgedLater);
  const auto resumed = std::count_if(since.acts.begin(), since.acts.end(), [](const auto& act) {
    return act.kind == EntryKind::Outcome;
  });
  if (resumed > 0) {
    examination.reevaluated.push_back(
        fmt::format("the scope that {} resumption{} left, from the signed decisions", resumed,
                    resumed == 1 ? "" : "s"));
    examination.attested.push_back(
        "that the rules in force allowed the resumption: the log entered it");
  }
  examination.attested.push_back(
      fmt::format("that {} became of the grant by a signed act since its issue: the log's word, "
                  "as of the checkpoint",
                  since.acts.empty() ? "nothing" : "nothing else"));
}

}  // namespace countersign::kernel
