// SPDX-License-Identifier: Apache-2.0
// Who looks at an instance, and what of it they see: the keeper of its folder everything, an office
// what policies/access.cedar permits it.
//
// Invariant: Built up: what a reader sees of a case is copied part by part, each after the policies
// were asked about it, never cut out of the whole. What nobody thought of here is not shown.
#ifndef COUNTERSIGN_CASEWORK_READER_H_
#define COUNTERSIGN_CASEWORK_READER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/access.h"
#include "kernel/case.h"
#include "kernel/determination.h"
#include "kernel/disclosure.h"
#include "kernel/grant_record.h"
#include "kernel/state.h"
#include "kernel/views.h"

namespace countersign::casework {

// What announced directives make of an authority's part, and the time they give for its advice.
struct AnnouncedTime {
  registry::DirectiveId directive;
  registry::OfficeId office;
  registry::SilenceRule silence;
  std::optional<base::Instant> due;  // empty: its clock stands still
};
struct AnnouncedView {
  kernel::AuthorityRequesterView said;
  std::vector<AnnouncedTime> times;
};

// An office that is asked, and whose holder is away.
struct AbsentOffice {
  registry::OfficeId office;
  base::Instant until;
  kernel::Position notice = 0;
  // Who acts for it in the case, empty where nobody is left; told where all of the lane is seen.
  bool told = false;
  std::optional<registry::OfficeId> acts;
};
// Those among the offices that the finding asks for advice or approval.
std::vector<AbsentOffice> absent_offices(const kernel::State& state, const kernel::Case& of,
                                         const kernel::AuthorityDetermination& finding, bool told);

// A case as one reader sees it. What is not seen is not in it.
struct SeenCase {
  kernel::Case of;       // its lanes and claims those that are seen, its request what may be seen
  bool request = false;  // whether what is asked is seen
  std::int64_t version = 1;           // which version that is
  std::vector<std::int64_t> earlier;  // and which each of of.earlier is
  std::map<registry::GrantId, kernel::GrantRecord> grants;
  // As the rules say now, of the lanes that are seen whole; with the grounds that are seen.
  std::map<registry::PartyId, kernel::AuthorityDetermination> now;
  std::vector<AbsentOffice> absent;  // of the authorities whose absences are seen
  // What announced directives make of the others' parts.
  std::vector<AnnouncedView> announced;
  // Since when it is refused by silence, where whose silence that was is not seen.
  std::optional<base::Instant> refused_at;
  // The lanes in which all is seen: their clocks are told, and whether emergencies were reviewed.
  std::set<registry::PartyId> whole;
};

class Reader {
 public:
  // Whoever holds the instance's folder: everything.
  static Reader keeper() { return Reader(std::nullopt); }
  // An office, or an authority's clerk ("US/clerk"), as the charters in force have them. Refused by
  // `unknown-office`.
  static base::Ruled<Reader> as(const kernel::State& state, std::string_view office);

  bool is_keeper() const { return !who_; }
  // Empty for the keeper.
  const std::optional<kernel::Onlooker>& who() const { return who_; }

  bool sees(kernel::Sight sight, const kernel::Part& part) const;
  // Whether it sees that of the authority itself.
  bool sees(kernel::Sight sight, const registry::PartyId& authority) const;
  // Whether it sees that of the case, and that of an authority's part of it. What says again what
  // was asked, as a grant and its uses do, is marked as that is.
  bool sees(kernel::Sight sight, const kernel::Case& of) const;
  bool sees(kernel::Sight sight, const kernel::Case& of, const registry::PartyId& lane,
            const std::optional<registry::Marking>& marking = std::nullopt) const;
  // Whether it sees what was asked in that version of the request.
  bool sees_version(const kernel::Case& of, const kernel::Request& version) const;
  // Whether it sees what an answer to that query says.
  bool sees_answer(const kernel::Case& of, const kernel::Query& asked,
                   const kernel::Answer& given) const;
  // Whether it sees the step that `statement`, entered at `position` as an entry of `kind`, is. No,
  // of kinds for which sight_of() has none.
  bool sees_step(const kernel::State& state, const kernel::Case& of, kernel::Position position,
                 kernel::EntryKind kind, const kernel::SignedStatement& statement) const;
  // Whether it sees internal reasons of that authority; where there are none, whether it would.
  bool sees_reasons(const kernel::Case& of, const registry::PartyId& lane,
                    const std::optional<kernel::InternalReasons>& reasons) const;
  // Whether all of the authority's part, internal reasons apart, is seen: what is asked, its steps
  // in every version, its rules, and who may act in it.
  bool sees_whole(const kernel::State& state, const kernel::Case& of,
                  const registry::PartyId& lane) const;
  // A decision shows to others than its own authority once it was sent: it is a denial or a return,
  // or an approval that a grant, or that it goes on, rests on.
  bool sees_decision(const kernel::State& state, const kernel::Case& of,
                     const registry::PartyId& lane, const kernel::Decision& decision) const;
  // The same of a clerk's consent.
  bool sees_consent(const kernel::State& state, const kernel::Case& of,
                    const registry::PartyId& lane, const kernel::Consent& consent) const;
  // Whether it sees that directive of the authority.
  bool sees_rule(const kernel::Rules& rules, const registry::PartyId& authority,
                 const registry::DirectiveId& directive) const;

  // A case that was decided before the product was there, its authority's own.
  bool sees_legacy(const kernel::LegacyCase& earlier) const;

  // Empty: not even that the case is there. A glance says nothing of what the rules say now.
  std::optional<SeenCase> glance(const kernel::State& state, const kernel::Case& of) const;
  std::optional<SeenCase> look(const kernel::State& state, const kernel::Case& of) const;

  // Whether the authority has a directive that is not seen.
  bool misses_a_rule(const kernel::Rules& rules, const registry::PartyId& authority) const;
  // The finding without the directives that are not seen.
  kernel::AuthorityDetermination seen(const kernel::Rules& rules,
                                      kernel::AuthorityDetermination finding) const;

 private:
  explicit Reader(std::optional<kernel::Onlooker> who) : who_(std::move(who)) {}

  kernel::Lane seen_lane(const kernel::State& state, const kernel::Case& of,
                         const registry::PartyId& authority, const kernel::Lane& lane) const;
  void see_lanes(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const;
  void see_earlier(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const;
  void see_queries(const kernel::Case& of, SeenCase& seen) const;
  void see_keys(const kernel::Case& of, SeenCase& seen) const;
  void see_end(const kernel::Case& of, SeenCase& seen) const;
  void see_grants(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const;
  void see_determination(const kernel::State& state, const kernel::Case& of, SeenCase& seen) const;

  std::optional<kernel::Onlooker> who_;
};

// How what a statement says is marked; of a request, what it asks.
std::optional<registry::Marking> marking_of(const kernel::SignedStatement& statement);
// What a case comes to as a part: whose it is and who has a part in it.
kernel::Part part_of(const kernel::Case& of);
// The kind of part that a step of a case is. Empty: shown to the keeper alone.
std::optional<kernel::Sight> sight_of(kernel::EntryKind kind);

// `case show`, for programs: the whole case.
base::Json to_json(const kernel::State& state, const kernel::Case& of);
// `case show --as OFFICE`, for programs; casework/case_words.h has the words for people.
base::Json to_json(const kernel::State& state, const SeenCase& seen);

// Why the reader is not handed that bundle, or the grant's status; empty where it is. A bundle
// shows its audience's part whole, so that a reader from whom a marking keeps any of it gets none.
// Rules: `unknown-grant`, which is also said of a case that the reader does not see, `not-shown`.
std::optional<base::Refusal> refuse_bundle(const Reader& reader, const kernel::State& state,
                                           const registry::GrantId& grant,
                                           const kernel::Audience& audience);
std::optional<base::Refusal> refuse_status(const Reader& reader, const kernel::State& state,
                                           const registry::GrantId& grant);

// The refusal of what a reader may not be shown; of a case it does not see it is `unknown-case`, as
// if there were none.
base::Refusal not_shown(const Reader& reader, std::string_view what);

}  // namespace countersign::casework

#endif  // COUNTERSIGN_CASEWORK_READER_H_
