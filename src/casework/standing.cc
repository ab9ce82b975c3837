// SPDX-License-Identifier: Apache-2.0
// A grant's standing, signed by the log.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "casework/bundle.h"

namespace countersign::casework {
namespace {

constexpr std::string_view kForm = "countersign-status/v1";
constexpr std::array kStatuses = {kernel::GrantStatus::Active,    kernel::GrantStatus::Suspended,
                                  kernel::GrantStatus::Revoked,   kernel::GrantStatus::Lapsed,
                                  kernel::GrantStatus::Exhausted, kernel::GrantStatus::Surrendered};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

bool read_status(std::string_view word, kernel::GrantStatus& status) {
  for (const kernel::GrantStatus each : kStatuses) {
    if (kernel::name_of(each) != word) continue;
    status = each;
    return true;
  }
  return false;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

std::string write_standing(const GrantStanding& standing) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", kForm, standing.origin, standing.grant.text(),
                     kernel::name_of(standing.status), standing.left, standing.size,
                     base::to_text(standing.at));
}

base::Ruled<GrantStanding> check_standing(std::string_view source, const registry::GrantId& grant,
                                          const kernel::InstanceName& instance,
                                          const ledger::Policy& log) {
  const auto note = ledger::read_note(source, "status");
  if (!note) {
    return base::Refusal{"status-form",
                         "this is no status of a grant; `countersign status GRANT -o FILE` writes "
                         "one",
                         "status"};
  }
  std::vector<ledger::VerifierKey> keys;
  for (const ledger::Policy::Log& known : log.logs()) {
    if (known.key.name() == instance.origin) keys.push_back(known.key);
  }
  BOOST_OUTCOME_TRY(ledger::verify_note(note.value(), keys));
  const auto lines = lines_of(note.value().text);
  GrantStanding standing;
  const bool read = lines.size() == 7 && lines[0] == kForm &&
                    read_status(lines[3], standing.status) &&
                    read_number(lines[4], standing.left) && read_number(lines[5], standing.size);
  const auto at = read ? base::parse_instant(lines[6]) : std::nullopt;
  if (!at) return base::Refusal{"status-form", "the note is no status of a grant", "status"};
  standing.origin = lines[1];
  standing.grant = registry::GrantId(std::string(lines[2]));
  standing.at = *at;
  if (standing.grant != grant || standing.origin != instance.origin) {
    return base::Refusal{"status-other", "the status is of another grant or log", "status"};
  }
  return standing;
}

}  // namespace countersign::casework
