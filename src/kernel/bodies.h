// SPDX-License-Identifier: Apache-2.0
// What statements say, kind by kind (docs/formats/statements.md). Each body reads itself from the
// statement's `body` and writes the same document back. Records, charters, appointments and
// manifests are the registry's; here is what carries them.
#ifndef COUNTERSIGN_KERNEL_BODIES_H_
#define COUNTERSIGN_KERNEL_BODIES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "kernel/ids.h"
#include "kernel/scope.h"
#include "registry/claim.h"
#include "registry/ids.h"
#include "registry/marking.h"
#include "seal/digest.h"
#include "seal/keys.h"

namespace countersign::kernel {

// The digest of a salted disclosure, standing for a value that the signed bytes must not show.
using Commitment = seal::Digest;

enum class AdviceView { Concur, ConcurWithProvisos, DoNotConcur, NoComment };
std::string_view name_of(AdviceView view);
std::optional<AdviceView> find_advice_view(std::string_view name);

// Recall: the office takes back its approval, before the grant. StrikeOut: it leaves a case
// undecided that stood on the list of a joint decision (kernel/batch.h). Emergency: an office that
// the directives name for it consents in place of those whose approval is required, for hours.
enum class DecisionOutcome { Approve, Deny, Return, Recall, StrikeOut, Emergency };
std::string_view name_of(DecisionOutcome outcome);
std::optional<DecisionOutcome> find_decision_outcome(std::string_view name);

struct CharterBody {
  base::Json charter;  // as in charter.json
  seal::PublicKey root;
  seal::PublicKey clerk;

  static std::optional<CharterBody> read(const base::Json& body, base::Report& report);
  static base::Json write(const CharterBody& body);
};

struct RecordBody {
  std::string record;  // which register: "directive", "item", ...
  std::string id;
  base::Json document;

  static RecordBody read(const base::Json& body, base::Report& report);
  static base::Json write(const RecordBody& body);
};

struct ManifestBody {
  base::Instant issued_at;
  base::Instant expires;
  Commitment contents;  // to the entry's field `contents`: the manifest itself

  static ManifestBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ManifestBody& body);
};

struct RequestBody {
  base::Json request;

  static RequestBody read(const base::Json& body, base::Report& report);
  static base::Json write(const RequestBody& body);
};

// Enters a claim on an open case, or takes one back.
struct ClaimBody {
  std::optional<CommandId> withdraws;  // then nothing else is set
  registry::Basis basis = registry::Basis::Supplied;
  registry::ItemId item;
  std::string text;
  std::optional<registry::Marking> marking = std::nullopt;

  static ClaimBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ClaimBody& body);
};

struct AdviceBody {
  AdviceView view = AdviceView::NoComment;
  Provisos provisos;
  std::string text;
  std::optional<registry::Marking> marking = std::nullopt;

  static AdviceBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AdviceBody& body);
};

struct OverrideBody {
  seal::Digest advice;  // of the statement overridden
  std::string text;
  std::optional<registry::Marking> marking = std::nullopt;
  std::string ground = {};  // a code of the authority's list

  static OverrideBody read(const base::Json& body, base::Report& report);
  static base::Json write(const OverrideBody& body);
};

// What the decision is about is whether a grant goes on.
inline constexpr std::string_view kAboutResuming = "resuming";

struct DecisionBody {
  Commitment determination;  // the field `findings:A` of the determination entry
  Commitment advice;         // to the digests of the lane's advice and overrides, in order
  Position position = 0;     // of that determination entry
  DecisionOutcome outcome = DecisionOutcome::Deny;
  Provisos provisos;
  std::string text;
  std::optional<Commitment> reasons;
  std::string ground;  // a code of the authority's list; of a denial or a return
  std::optional<registry::GrantId> resumes;
  // The grant of the case that left open what this is about.
  std::optional<registry::GrantId> after;
  std::optional<base::Instant> review_by;  // of a consent in an emergency: when its review is due

  // What it is about, as its entry says: "case", "rest" or "resuming".
  std::string_view about() const;

  static DecisionBody read(const base::Json& body, base::Report& report);
  static base::Json write(const DecisionBody& body);
};

struct ConsentBody {
  Commitment determination;
  Position position = 0;

  static ConsentBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ConsentBody& body);
};

struct DrawBody {
  registry::GrantId grant;
  std::int64_t quantity = 0;
  std::optional<geo::Place> place;
  std::vector<registry::CategoryId> categories;

  static DrawBody read(const base::Json& body, base::Report& report);
  static base::Json write(const DrawBody& body);
};

struct ReportBody {
  registry::GrantId grant;
  std::int64_t quantity = 0;
  std::optional<geo::Place> place;
  std::vector<registry::CategoryId> categories;
  base::Instant at;  // when it happened
  std::string text;
  std::optional<Position> allotment{};  // under which it happened, if under one

  static ReportBody read(const base::Json& body, base::Report& report);
  static base::Json write(const ReportBody& body);
};

// Suspend and revoke.
struct GrantActBody {
  registry::GrantId grant;
  std::string text;                                  // for the holder
  std::string ground = {};                           // a code of the authority's list
  std::optional<Commitment> reasons = std::nullopt;  // internal ones

  static GrantActBody read(const base::Json& body, base::Report& report);
  static base::Json write(const GrantActBody& body);
};

// The holder takes note: of every free-text proviso of the grant, each word for word, or, where it
// names none, of the revocation.
struct AcknowledgeBody {
  registry::GrantId grant;
  std::vector<std::string> provisos;

  static AcknowledgeBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AcknowledgeBody& body);
};

struct CloseBody {
  Position report = 0;
  std::string text;

  static CloseBody read(const base::Json& body, base::Report& report);
  static base::Json write(const CloseBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_H_
