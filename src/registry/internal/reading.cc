// SPDX-License-Identifier: Apache-2.0
#include "registry/internal/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/prose.h"

namespace countersign::registry::internal {

std::string read_name(base::Fields& fields, std::string_view name) {
  const auto text = fields.maybe_text(name);
  if (!text) return {};
  if (text->empty()) {
    fields.report(name, fmt::format("`{}` is empty", name),
                  fmt::format("write something, or leave `{}` out", name));
  } else if (text->size() > kNameLimit) {
    fields.report(name, fmt::format("`{}` is longer than {} bytes", name, kNameLimit),
                  "shorten it");
  } else if (base::find_hidden_character(*text) ||
             text->find_first_of("\r\n\t") != std::string::npos) {
    fields.report(name, fmt::format("`{}` holds a line break, or another control character", name),
                  "write it as one line of text");
  }
  return *text;
}

base::Period read_period(base::Fields& fields, std::string_view name) {
  return fields.maybe(name) == nullptr ? base::Period{} : fields.period(name);
}

base::Period read_ruling_period(base::Fields& fields, std::string_view name, base::Report& report) {
  base::Period period;
  const base::Json* value = fields.maybe(name);
  if (value == nullptr) return period;
  base::Fields ends(*value, name, report);
  period.from = ends.maybe_instant("from").value_or(base::kDistantPast);
  period.until = ends.maybe_instant("until").value_or(base::kDistantFuture);
  ends.finish();
  if (period.until < period.from) {
    report.add(value->at, fmt::format("`{}` ends before it begins", name),
               "`until` is `from` at the earliest: withdrawn before it began");
  }
  return period;
}

std::string read_currency(base::Fields& fields) {
  std::string currency = fields.text("currency");
  const bool is_one =
      currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!currency.empty() && !is_one) {
    fields.report("currency", fmt::format("`{}` is not a currency", currency),
                  "write its three capital letters (ISO 4217), like USD");
  }
  return currency;
}

seal::Digest read_digest(base::Fields& fields, std::string_view name) {
  const std::string text = fields.text(name);
  if (text.empty()) return {};
  const auto digest = seal::parse_digest(text);
  if (!digest) {
    fields.report(name, fmt::format("`{}` is not a digest", text),
                  "write sha256: and 64 lower-case hexadecimal digits");
  }
  return digest.value_or(seal::Digest{});
}

void add_name(Members& members, std::string_view name, const std::string& text) {
  if (!text.empty()) members.emplace_back(name, base::json_text(text));
}

base::Json write_period(const base::Period& period) {
  Members ends;
  if (period.from != base::kDistantPast) {
    ends.emplace_back("from", base::json_text(base::to_text(period.from)));
  }
  if (period.until != base::kDistantFuture) {
    ends.emplace_back("until", base::json_text(base::to_text(period.until)));
  }
  return base::json_object(std::move(ends));
}

void add_period(Members& members, std::string_view name, const base::Period& period) {
  if (period != base::Period{}) members.emplace_back(name, write_period(period));
}

void OnceOnly::see(const std::string& id, base::Position at) {
  if (id.empty() || seen_.insert(id).second) return;
  report_.add(at, fmt::format("`{}` stands twice in `{}`", id, list_), "keep one of the two");
}

}  // namespace countersign::registry::internal
