// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/directive_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "registry/internal/supersession.h"

namespace countersign::registry::internal {
namespace {

using DirectiveRecord = Recorded<Directive>;

const Charter* charter_at(const AuthorityRegister& held, base::Instant at) {
  const Recorded<Charter>* best = nullptr;
  for (const auto& charter : held.charters) {
    const base::Period& period = charter.record.period;
    if (period.empty() || period.until <= at) continue;
    if (best == nullptr || period.from < best->record.period.from) best = &charter;
  }
  return best == nullptr ? nullptr : best->value.get();
}

class DirectiveChecks {
 public:
  DirectiveChecks(const AuthorityRegister& held, const Words& words,
                  const std::unordered_set<ItemId>& items, base::Issues& issues)
      : held_(held), words_(words), items_(items), issues_(issues) {
    for (const auto& directive : held.directives) by_id_.emplace(directive->id, &directive);
  }

  void run() {
    for (const auto& directive : held_.directives) {
      check_offices(directive);
      check_superseded(directive);
      check_tallies(directive);
    }
    check_order();
  }

 private:
  void add(const DirectiveRecord& directive, base::Position at, std::string message,
           std::string remedy) {
    add_issue(issues_, directive.file, at, std::move(message), std::move(remedy));
  }

  // The office, or (reported) null.
  const Office* office(const DirectiveRecord& directive, const OfficeId& id, base::Position at) {
    const Charter* charter = charter_at(held_, directive.record.period.from);
    const Office* found = charter == nullptr ? nullptr : charter->find(id);
    if (found != nullptr) return found;
    std::vector<std::string_view> known;
    if (charter != nullptr) {
      known.reserve(charter->offices.size());
      for (const Office& one : charter->offices) known.push_back(one.id.text());
    }
    const auto meant = base::did_you_mean(id.text(), known);
    add(directive, at,
        fmt::format("`{}` is not an office of `{}`", id.text(), held_.authority.text()),
        meant ? fmt::format("did you mean `{}`?", *meant)
              : std::string("name an office of this authority's charter"));
    return nullptr;
  }

  // An office that decides.
  void final_office(const DirectiveRecord& directive, const OfficeId& id, base::Position at) {
    const Office* found = office(directive, id, at);
    if (found == nullptr || found->may(Power::Decide)) return;
    add(directive, at, fmt::format("the office `{}` may not decide", id.text()),
        "name an office whose charter lets it `decide`");
  }

  void check_offices(const DirectiveRecord& directive) {
    const base::Position at = directive->written.at;
    const Office* issuer = office(directive, directive->issued_by, at);
    if (issuer != nullptr && !issuer->may(Power::Issue)) {
      add(directive, at, fmt::format("the office `{}` may not issue directives", issuer->id.text()),
          "name an office whose charter lets it `issue`");
    }
    if (directive->discrepancies) office(directive, *directive->discrepancies, at);
    if (directive->reconsideration) final_office(directive, *directive->reconsideration, at);
    if (directive->emergency) {
      for (const OfficeId& one : directive->emergency->offices) final_office(directive, one, at);
    }
    for (const Procedure& procedure : directive->procedures) {
      check_silence(directive, procedure.silence, procedure.written.at);
      for (const AdviceDemand& demand : procedure.advice) {
        check_silence(directive, demand.silence, demand.written.at);
        const Office* adviser = office(directive, demand.office, demand.written.at);
        if (adviser == nullptr || adviser->may(Power::Advise)) continue;
        add(directive, demand.written.at,
            fmt::format("the office `{}` may not advise", adviser->id.text()),
            "name an office whose charter lets it `advise`");
      }
    }
  }

  // An office that is told must be there, and who counts working days needs a calendar meanwhile.
  void check_silence(const DirectiveRecord& directive, const std::optional<SilenceRule>& silence,
                     base::Position at) {
    if (!silence) return;
    if (silence->escalate_to) office(directive, *silence->escalate_to, at);
    if (silence->deadline.unit != Deadline::Unit::WorkingDays) return;
    const base::Period& period = directive.record.period;
    if (period.empty() || is_covered(period)) return;
    add(directive, at,
        fmt::format("a deadline in working days, but `{}` has no calendar in force from {} to {}",
                    held_.authority.text(), base::to_text(period.from),
                    base::to_text(period.until)),
        "write its calendar.json: which days it works, and in which time zone");
  }

  // Whether some calendar is in force at each instant of the period.
  bool is_covered(const base::Period& period) const {
    base::Instant from = period.from;
    for (bool more = true; more && from < period.until;) {
      more = false;
      for (const auto& calendar : held_.calendars) {
        if (!calendar.record.period.contains(from)) continue;
        from = calendar.record.period.until;
        more = true;
        break;
      }
    }
    return from >= period.until;
  }

  void check_superseded(const DirectiveRecord& directive) {
    for (const DirectiveId& id : directive->supersedes) {
      const auto found = by_id_.find(id);
      if (found == by_id_.end()) {
        std::vector<std::string_view> known;
        known.reserve(by_id_.size());
        for (const auto& [one, record] : by_id_) known.push_back(one.text());
        const auto meant = base::did_you_mean(id.text(), known);
        add(directive, directive->written.at,
            fmt::format("`{}` supersedes `{}`, which is no directive of `{}`", directive->id.text(),
                        id.text(), held_.authority.text()),
            meant ? fmt::format("did you mean `{}`?", *meant)
                  : std::string("a directive supersedes directives of its own authority"));
        continue;
      }
      check_rank(directive, *found->second);
    }
  }

  void check_rank(const DirectiveRecord& directive, const DirectiveRecord& target) {
    const auto rank_of = [&](const DirectiveRecord& one) -> const Office* {
      const Charter* charter = charter_at(held_, one.record.period.from);
      return charter == nullptr ? nullptr : charter->find(one->issued_by);
    };
    const Office* newer = rank_of(directive);
    const Office* older = rank_of(target);
    // An office that is not there has been reported where the directive names it.
    if (newer == nullptr || older == nullptr || newer->rank <= older->rank) return;
    add(directive, directive->written.at,
        fmt::format("`{}` of `{}` (rank {}) supersedes `{}` of `{}` (rank {})",
                    directive->id.text(), newer->id.text(), newer->rank, target->id.text(),
                    older->id.text(), older->rank),
        fmt::format("have it issued by an office of rank {} or higher", older->rank));
  }

  void check_tallies(const DirectiveRecord& directive) {
    for (const Tally& tally : directive->tallies) {
      for (const ItemId& item : tally.items) {
        if (items_.contains(item)) continue;
        std::vector<std::string_view> known;
        known.reserve(items_.size());
        for (const ItemId& one : items_) known.push_back(one.text());
        std::sort(known.begin(), known.end());
        const auto meant = base::did_you_mean(item.text(), known);
        add(directive, tally.written.at,
            fmt::format("the tally `{}` counts `{}`, which is neither described nor claimed",
                        tally.id.text(), item.text()),
            meant ? fmt::format("did you mean `{}`?", *meant)
                  : std::string("name items of an items.json"));
      }
      for (const PartyId& party : tally.recipients) {
        words_.need(Words::Kind::Party, party.text(), directive.record.period, directive.file,
                    tally.written.at, issues_);
      }
    }
  }

  // Ranked, and tallies of one name never in force together.
  void check_order() {
    if (by_id_.size() != held_.directives.size()) return;  // reported: an id stands twice
    const DirectiveRecord* circle = nullptr;
    const auto applied = apply_supersession(held_.directives, &circle);
    if (!applied) {
      add(*circle, (*circle)->written.at,
          fmt::format("`{}` is, in the end, superseded by a directive it supersedes",
                      (*circle)->id.text()),
          "let only the later directive supersede the earlier");
      return;
    }
    std::map<TallyId, std::vector<const DirectiveInForce*>> by_tally;
    for (const DirectiveInForce& one : *applied) {
      if (one.effective.empty()) continue;
      for (const Tally& tally : one->tallies) {
        for (const DirectiveInForce* other : by_tally[tally.id]) {
          if (one.effective.intersect(other->effective).empty()) continue;
          add(*one.directive, tally.written.at,
              fmt::format("the tally `{}` of `{}` has the name of one of `{}`", tally.id.text(),
                          one->id.text(), (*other)->id.text()),
              "give it another: a policy names tallies of all directives in force");
        }
        by_tally[tally.id].push_back(&one);
      }
    }
  }

  const AuthorityRegister& held_;
  const Words& words_;
  const std::unordered_set<ItemId>& items_;
  base::Issues& issues_;
  std::map<DirectiveId, const DirectiveRecord*> by_id_;
};

}  // namespace

void check_directives(const AuthorityRegister& held, const Words& words,
                      const std::unordered_set<ItemId>& items, base::Issues& issues) {
  DirectiveChecks(held, words, items, issues).run();
}

}  // namespace countersign::registry::internal
