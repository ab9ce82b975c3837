// SPDX-License-Identifier: Apache-2.0
// What statements say that keep a case's file right after the decision: corrections, allotments and
// what is given back of them, end-use checks, and cases decided before the product was there.
#ifndef COUNTERSIGN_KERNEL_BODIES_FILE_H_
#define COUNTERSIGN_KERNEL_BODIES_FILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "kernel/bodies.h"
#include "kernel/ids.h"
#include "registry/usage.h"
#include "seal/digest.h"

namespace countersign::kernel {

// What of a case can be wrong and put right: the word for it in a correction.
enum class Corrigible { Claim, Advice, Draw, Report };
std::string_view name_of(Corrigible what);

struct CorrectionBody {
  Corrigible what = Corrigible::Report;
  Position entry = 0;      // the wrong one
  seal::Digest statement;  // its envelope
  std::string text;        // what was wrong, and how it came
  base::Json content;      // its body, as it should have been

  static CorrectionBody read(const base::Json& body, base::Report& report);
  static base::Json write(const CorrectionBody& body);
};

// The holder takes a quantity from the grant for somebody to use, offline, until a time.
struct AllotmentBody {
  registry::GrantId grant;
  std::string to;  // who is to use it, in the holder's words
  std::int64_t quantity = 0;
  std::optional<geo::Place> place;
  std::vector<registry::CategoryId> categories;
  base::Instant until;

  // What is asked of the grant.
  DrawBody draw() const { return {grant, quantity, place, categories}; }

  static AllotmentBody read(const base::Json& body, base::Report& report);
  static base::Json write(const AllotmentBody& body);
};

struct GiveBackBody {
  registry::GrantId grant;
  Position allotment = 0;
  std::int64_t quantity = 0;
  std::string text;

  static GiveBackBody read(const base::Json& body, base::Report& report);
  static base::Json write(const GiveBackBody& body);
};

struct CheckRequestBody {
  registry::GrantId grant;
  registry::OfficeId checker;  // who is to do it
  base::Instant due;
  std::string text;  // what is to be looked at

  static CheckRequestBody read(const base::Json& body, base::Report& report);
  static base::Json write(const CheckRequestBody& body);
};

enum class CheckFinding { Confirmed, Discrepancy };
std::string_view name_of(CheckFinding finding);

struct CheckBody {
  registry::GrantId grant;
  Position request = 0;  // of the check
  base::Instant at;      // when it was done
  CheckFinding finding = CheckFinding::Discrepancy;
  std::string text;

  static CheckBody read(const base::Json& body, base::Report& report);
  static base::Json write(const CheckBody& body);
};

// A case that was decided before the product was there.
struct LegacyBody {
  CaseId id;
  registry::Quantity what;
  std::optional<geo::Place> place;
  std::vector<registry::CategoryId> categories;
  DecisionOutcome outcome = DecisionOutcome::Deny;  // Approve or Deny
  base::Instant decided_at;
  std::string decided_by;  // in the words of the file
  // How many of an approval count towards tallies: what was used, or may still be.
  std::int64_t counts = 0;
  std::string text;  // where the file is, what it says

  static LegacyBody read(const base::Json& body, base::Report& report);
  static base::Json write(const LegacyBody& body);
};

}  // namespace countersign::kernel

#endif  // COUNTERSIGN_KERNEL_BODIES_FILE_H_
