// SPDX-License-Identifier: Apache-2.0
// The four channels through which work ends short of its aim. They are never mixed:
//
//   Result<T>   an operating failure: the machine could not finish (disk, permission, exhausted)
//   Parsed<T>   a user mistake in something read: one or more Issues, each with its place
//   Ruled<T>    a domain refusal: the rules say no, and which rule
//   CHECK(...)  a bug in this program (base/check.h)
//
// All are Boost.Outcome results: test with `if (!r)`, read with `r.value()` / `r.error()`, pass on
// with BOOST_OUTCOME_TRY in its statement form. Outcome marks them nodiscard; reading the wrong
// side aborts.
#ifndef COUNTERSIGN_BASE_RESULT_H_
#define COUNTERSIGN_BASE_RESULT_H_

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <boost/outcome/try.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "base/issue.h"

namespace countersign::base {

// An operating failure. `code` is of the failing room's own enumeration (or the system's),
// `message` a sentence for the person at the keyboard: what could not be done, to what, and what to
// try.
struct Error {
  std::error_code code;
  std::string message;
};

// A domain refusal: the rule by its short name (`rule`, stable, for programs), the sentence for a
// person, and the place in the request or case it speaks of (`where`, may be empty).
struct Refusal {
  std::string rule;
  std::string message;
  std::string where;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

namespace outcome = BOOST_OUTCOME_V2_NAMESPACE;

template <class T>
using Result = outcome::basic_result<T, Error, outcome::policy::terminate>;
template <class T>
using Parsed = outcome::basic_result<T, Issues, outcome::policy::terminate>;
template <class T>
using Ruled = outcome::basic_result<T, Refusal, outcome::policy::terminate>;

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_RESULT_H_
