// SPDX-License-Identifier: Apache-2.0
#include "ledger/entry.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace countersign::ledger {
namespace {

constexpr std::size_t kMaxKindLength = 32;
constexpr std::size_t kMaxNameLength = 128;
constexpr std::size_t kMaxDisclosureSize = 24U << 20;
constexpr std::size_t kSaltTextLength = 22;  // 16 bytes in base64url

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameLength && name != "_sd" && name != "...";
}

std::string write_entry(std::string_view kind, const std::vector<seal::Digest>& commitments) {
  std::string text = fmt::format("{{\"kind\":\"{}\",\"sd\":[", kind);
  bool first = true;
  for (const seal::Digest& commitment : commitments) {
    if (!std::exchange(first, false)) text += ',';
    text += fmt::format("\"{}\"", base::to_base64url(commitment.bytes));
  }
  return text + "]}";
}

base::Refusal refusal(std::string rule, std::string message) {
  return {std::move(rule), std::move(message), {}};
}

void read_commitments(base::Fields& fields, std::vector<seal::Digest>& commitments,
                      base::Report& report) {
  if (fields.need("sd") == nullptr) return;
  for (const base::Json& item : fields.array("sd")) {
    const auto bytes =
        item.kind == base::Json::Kind::Text ? base::from_base64url(item.text) : std::nullopt;
    const auto digest = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
    if (!digest) {
      report.add(item.at, "a commitment is a text of 43 characters: a SHA-256 in base64url");
      return;
    }
    if (!commitments.empty() && *digest <= commitments.back()) {
      report.add(item.at,
                 fmt::format("the commitment `{}` is not above the one before it", item.text),
                 "commitments stand in ascending order, none twice");
      return;
    }
    commitments.push_back(*digest);
  }
}

}  // namespace

Disclosure make_disclosure(const Salt& salt, std::string_view name, const base::Json& value) {
  CHECK(is_field_name(name));
  const std::string json = base::write_json(
      base::json_array({base::json_text(base::to_base64url(salt)), base::json_text(name), value}));
  return {base::to_base64url(base::as_bytes(json))};
}

bool is_entry_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= kMaxKindLength && is_letter(kind.front()) &&
         is_letter(kind.back()) &&
         std::all_of(kind.begin(), kind.end(), [](char c) { return is_letter(c) || c == '_'; });
}

Entry::Made Entry::create(std::string_view kind, std::span<const Field> fields,
                          std::span<const Salt> salts) {
  CHECK(is_entry_kind(kind));
  CHECK(fields.size() == salts.size() && fields.size() <= kMaxEntryFields);
  Made made{Entry(), {}};
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CHECK(names.insert(fields[i].name).second);
    CHECK(std::find(salts.begin(), salts.begin() + static_cast<std::ptrdiff_t>(i), salts[i]) ==
          salts.begin() + static_cast<std::ptrdiff_t>(i));
    made.disclosures.push_back(make_disclosure(salts[i], fields[i].name, fields[i].value));
    made.entry.commitments_.push_back(made.disclosures.back().commitment());
  }
  std::sort(made.entry.commitments_.begin(), made.entry.commitments_.end());
  made.entry.kind_ = kind;
  const std::string text = write_entry(kind, made.entry.commitments_);
  made.entry.bytes_.assign(text.begin(), text.end());
  CHECK(made.entry.bytes_.size() <= kMaxEntrySize);
  return made;
}

base::Parsed<Entry> Entry::parse(base::ByteView bytes, std::string_view file) {
  const std::string text = base::as_text(bytes);
  BOOST_OUTCOME_TRY(
      const auto json,
      base::read_json(text, file,
                      {.bytes = kMaxEntrySize, .depth = 2, .values = kMaxEntryFields + 3}));
  base::Report report(text, file);
  base::Fields fields(json, "an entry", report);
  Entry entry;
  entry.kind_ = fields.text("kind");
  if (json.find("kind") != nullptr && report.clean() && !is_entry_kind(entry.kind_)) {
    fields.report("kind", fmt::format("`{}` is no kind of entry", entry.kind_.substr(0, 80)),
                  "a kind is a word of up to 32 lower-case letters");
  }
  read_commitments(fields, entry.commitments_, report);
  fields.finish();
  if (report.clean() && write_entry(entry.kind_, entry.commitments_) != text) {
    report.add(json.at, "the entry is spelled otherwise than entries are",
               "write {\"kind\":...,\"sd\":[...]} without white space or escapes");
  }
  if (!report.clean()) return report.take();
  entry.bytes_.assign(bytes.begin(), bytes.end());
  return entry;
}

bool Entry::commits_to(const seal::Digest& digest) const {
  return std::binary_search(commitments_.begin(), commitments_.end(), digest);
}

namespace {

base::Refusal no_field(std::string_view why) {
  return refusal("disclosure-form",
                 fmt::format("what is committed to and disclosed is no field: {}", why));
}

base::Ruled<Field> read_disclosure(const Disclosure& disclosure) {
  const auto bytes = disclosure.text.size() <= kMaxDisclosureSize
                         ? base::from_base64url(disclosure.text)
                         : std::nullopt;
  if (!bytes) return no_field("it is too large or not base64url");
  const std::string text = base::as_text(*bytes);
  auto read = base::read_json(text, "disclosure", {.bytes = kMaxDisclosureSize});
  if (!read) return no_field(read.error().front().message);
  base::Json& json = read.value();
  if (json.kind != base::Json::Kind::Array || json.items.size() != 3 ||
      json.items[0].kind != base::Json::Kind::Text ||
      json.items[1].kind != base::Json::Kind::Text) {
    return no_field("it is not [salt, name, value]");
  }
  // A short salt would let a reader of the log guess the value.
  if (json.items[0].text.size() != kSaltTextLength || !base::from_base64url(json.items[0].text)) {
    return no_field("its salt is not 16 bytes in base64url");
  }
  if (!is_field_name(json.items[1].text)) {
    return no_field(fmt::format("a field cannot be named `{}`", json.items[1].text.substr(0, 80)));
  }
  return Field{std::move(json.items[1].text), std::move(json.items[2])};
}

}  // namespace

base::Ruled<Field> open_commitment(const seal::Digest& commitment, const Disclosure& disclosure) {
  if (disclosure.commitment() != commitment) {
    return refusal("disclosure-commitment",
                   "what is disclosed is not what was committed to: it was changed, or belongs "
                   "elsewhere");
  }
  return read_disclosure(disclosure);
}

base::Ruled<Field> Entry::open(const Disclosure& disclosure) const {
  if (!commits_to(disclosure.commitment())) {
    return refusal(
        "disclosure-commitment",
        fmt::format("the `{}` entry does not commit to what is disclosed for it", kind_));
  }
  return read_disclosure(disclosure);
}

base::Ruled<std::vector<Field>> Entry::open_all(std::span<const Disclosure> disclosures) const {
  std::vector<Field> fields;
  std::unordered_set<std::string> names;
  for (const Disclosure& disclosure : disclosures) {
    BOOST_OUTCOME_TRY(auto field, open(disclosure));
    if (!names.insert(field.name).second) {
      return refusal(
          "disclosure-repeated",
          fmt::format("the field `{}` of the `{}` entry is disclosed twice", field.name, kind_));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace countersign::ledger
