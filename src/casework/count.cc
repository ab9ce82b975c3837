// SPDX-License-Identifier: Apache-2.0
#include "casework/count.h"

#include <optional>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/case_count.h"
#include "casework/files.h"
#include "ledger/checkpoint.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::EntryKind;

constexpr std::string_view kForm = "countersign-count/v1";
constexpr std::uint64_t kChunk = 1024;

bool is_counted(EntryKind kind) {
  return kind == EntryKind::Request || kind == EntryKind::Decision || kind == EntryKind::Outcome;
}

bool shows_outcome(EntryKind kind) { return is_counted(kind) && kind != EntryKind::Request; }

bool is_of_a_case(EntryKind kind) {
  switch (kind) {
    case EntryKind::Instance:
    case EntryKind::Charter:
    case EntryKind::Appointment:
    case EntryKind::Record:
    case EntryKind::Manifest:
    case EntryKind::Absence:
    case EntryKind::KeyWithdrawal:
    case EntryKind::Legacy:
      return false;
    default:
      return true;
  }
}

// One entry as the count sees it.
struct Seen {
  EntryKind kind = EntryKind::Instance;
  std::optional<base::Instant> received_at;
  std::string outcome;
  ledger::Hash leaf;
  std::optional<kernel::ChainLink> chain;
};

base::Ruled<Seen> see(kernel::Position position, base::ByteView bytes,
                      const std::vector<ledger::Disclosure>& disclosures) {
  auto entry = ledger::Entry::parse(bytes, fmt::format("entry {}", position));
  if (!entry) return base::Refusal{"entry-form", base::to_text(entry.error()), {}};
  BOOST_OUTCOME_TRY(const kernel::LoggedEntry logged,
                    kernel::open_entry(position, entry.value(), disclosures, std::nullopt));
  Seen seen{logged.kind, logged.received_at, {}, ledger::hash_leaf(bytes), logged.chain};
  if (const Json* outcome = logged.field("outcome")) seen.outcome = outcome->text;
  return seen;
}

// Cases as their entries link them: who reads only these cannot tell which case is which.
class LinkedCases {
 public:
  void see(const Seen& seen, const Tallied& range) {
    if (!is_of_a_case(seen.kind) || !seen.chain) return;
    std::size_t number = traces_.size();
    if (!seen.chain->previous) {
      if (!seen.received_at || *seen.received_at < range.since ||
          *seen.received_at >= range.until) {
        return;
      }
      traces_.push_back({*seen.received_at, "pending", std::nullopt});
    } else {
      const auto before = last_.find(*seen.chain->previous);
      if (before == last_.end()) return;  // of a case first submitted at another time
      number = before->second;
      last_.erase(before);
    }
    last_.emplace(seen.leaf, number);
    // A resumption is an outcome of the grant: the case stands as it stood.
    if (seen.kind != EntryKind::Outcome || seen.outcome == "resumed") return;
    traces_[number].outcome = seen.outcome;
    if (!traces_[number].answered) traces_[number].answered = seen.received_at;
  }

  void finish(base::Instant as_of, Tallied& tallied) const {
    std::map<std::string, AgedCount> counts;
    for (const Trace& trace : traces_) {
      const base::Instant until = trace.answered.value_or(as_of);
      counts[trace.outcome].ages_s.push_back((until.unix_ms - trace.submitted.unix_ms) / 1000);
    }
    tallied.as_of = as_of;
    for (const auto& [outcome, counted] : counts) {
      tallied.by_first_submission[outcome] = {counted.count(), *counted.median_s()};
    }
  }

 private:
  struct Trace {
    base::Instant submitted;
    std::string outcome;
    std::optional<base::Instant> answered;
  };
  std::vector<Trace> traces_;
  std::map<ledger::Hash, std::size_t> last_;  // the leaf of each case's last entry so far
};

void tally(Tallied& tallied, const Seen& seen) {
  if (!seen.received_at || *seen.received_at >= tallied.until) return;
  if (seen.kind == EntryKind::Request) ++tallied.requests;
  if (seen.kind == EntryKind::Decision) ++tallied.decisions[seen.outcome];
  if (seen.kind == EntryKind::Outcome) ++tallied.cases[seen.outcome];
}

Json json_of(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, Json>> members;
  for (const auto& [outcome, count] : counts) {
    members.emplace_back(outcome, base::json_integer(static_cast<std::int64_t>(count)));
  }
  return base::json_object(std::move(members));
}

// What of an entry the proof shows: of those counted, and of the first, which shows that everything
// before it came before.
Json json_of(const store::StoredEntry& stored, EntryKind kind, bool boundary, bool linked) {
  std::vector<std::string> disclosures;
  for (const store::Disclosure& disclosure : stored.disclosures) {
    const bool when = disclosure.name == "received_at" && (boundary || is_counted(kind));
    const bool what = disclosure.name == "outcome" && shows_outcome(kind) && !boundary;
    const bool link = disclosure.name == "chain" && linked && !boundary;
    if (when || what || link) disclosures.push_back(disclosure.text);
  }
  return base::json_object({{"entry", base::json_text(base::to_base64(stored.bytes))},
                            {"disclosures", base::json_texts(disclosures)}});
}

base::Result<Seen> seen_of(const store::StoredEntry& stored) {
  std::vector<ledger::Disclosure> disclosures;
  for (const store::Disclosure& disclosure : stored.disclosures) {
    disclosures.push_back({disclosure.text});
  }
  auto seen = see(stored.position, stored.bytes, disclosures);
  if (!seen) return error(CaseworkError::Damaged, seen.error().message);
  return std::move(seen.value());
}

struct Document {
  Tallied said;
  ledger::Note checkpoint;
  std::vector<ledger::Hash> edge;
  struct Item {
    base::Bytes bytes;
    std::vector<ledger::Disclosure> disclosures;
  };
  std::vector<Item> entries;
};

std::map<std::string, std::uint64_t> counts_in(base::Fields& fields, std::string_view name,
                                               base::Report& report) {
  std::map<std::string, std::uint64_t> counts;
  const Json* object = fields.need(name);
  if (object == nullptr) return counts;
  for (const Json::Member& member : object->members) {
    if (member.value.kind != Json::Kind::Integer || member.value.integer < 0) {
      report.add(member.value.at, "a count must be a whole number");
      continue;
    }
    counts[member.name] = static_cast<std::uint64_t>(member.value.integer);
  }
  return counts;
}

void read_linked(base::Fields& fields, base::Report& report,
                 std::map<std::string, LinkedCount>& counts) {
  const Json* object = fields.need("by_first_submission");
  if (object == nullptr) return;
  for (const Json::Member& member : object->members) {
    base::Fields each(member.value, "a count of cases", report);
    counts[member.name] = {static_cast<std::uint64_t>(each.integer("count", 0)),
                           each.integer("median_age_s", 0)};
    each.finish();
  }
}

Document::Item read_item(const Json& json, base::Report& report) {
  base::Fields fields(json, "an entry", report);
  Document::Item item;
  auto bytes = base::from_base64(fields.text("entry"));
  if (!bytes) fields.report("entry", "`entry` is not base64");
  item.bytes = std::move(bytes).value_or(base::Bytes{});
  for (const Json& disclosure : fields.array("disclosures")) {
    item.disclosures.push_back({disclosure.text});
  }
  fields.finish();
  return item;
}

base::Parsed<Document> read_document(std::string_view source, std::string_view file) {
  BOOST_OUTCOME_TRY(const Json json, base::read_json(source, file));
  base::Report report(source, file);
  base::Fields fields(json, "a count", report);
  Document document;
  fields.word("count", {kForm});
  document.said.since = fields.instant("since");
  document.said.until = fields.maybe_instant("until").value_or(base::kDistantFuture);
  document.said.requests = static_cast<std::uint64_t>(fields.integer("requests", 0));
  document.said.decisions = counts_in(fields, "decisions", report);
  document.said.cases = counts_in(fields, "cases", report);
  document.said.first = static_cast<std::uint64_t>(fields.integer("first", 0));
  document.said.size = static_cast<std::uint64_t>(fields.integer("size", 0));
  document.said.stated = fields.maybe("stated") != nullptr;
  document.said.as_of = fields.maybe_instant("as_of");
  if (document.said.as_of) read_linked(fields, report, document.said.by_first_submission);
  auto note = ledger::read_note(fields.text("checkpoint"), file);
  if (note) {
    document.checkpoint = std::move(note.value());
  } else {
    fields.report("checkpoint", base::to_text(note.error()));
  }
  for (const Json& item : fields.array("edge")) {
    const auto bytes = base::from_base64(item.text);
    const auto hash = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
    if (!hash) report.add(item.at, "not a hash");
    document.edge.push_back(hash.value_or(ledger::Hash{}));
  }
  for (const Json& item : fields.array("entries")) {
    document.entries.push_back(read_item(item, report));
  }
  fields.finish();
  if (!report.clean()) return report.take();
  return document;
}

base::Refusal incomplete(std::string message) {
  return {"count-incomplete", std::move(message), {}};
}

// Counts the entries of a document whose completeness is established here.
base::Ruled<Tallied> count_again(const Document& document, const ledger::Policy& log) {
  BOOST_OUTCOME_TRY(const ledger::Endorsement endorsement, log.check(document.checkpoint));
  auto edge = ledger::RightEdge::restore(document.said.first, document.edge);
  if (!edge) return incomplete("what stands before the first entry is not told");
  for (const Document::Item& item : document.entries) edge->append(ledger::hash_leaf(item.bytes));
  const ledger::TreeHead& head = endorsement.checkpoint.head;
  if (edge->size() != head.size || edge->root() != head.root || document.said.size != head.size) {
    return incomplete(
        "the entries are not all that the checkpoint's ledger holds from the first on");
  }
  Tallied tallied;
  tallied.since = document.said.since;
  tallied.until = document.said.until;
  LinkedCases cases;
  const bool linked = document.said.as_of.has_value();
  tallied.stated = document.said.stated;
  tallied.first = document.said.first;
  tallied.size = head.size;
  for (std::size_t i = 0; i < document.entries.size(); ++i) {
    const kernel::Position position = document.said.first + i;
    BOOST_OUTCOME_TRY(const Seen seen,
                      see(position, document.entries[i].bytes, document.entries[i].disclosures));
    const bool boundary = i == 0 && position > 0;
    if (boundary && (!seen.received_at || *seen.received_at >= tallied.since)) {
      return incomplete("the first entry does not show that everything before it came before");
    }
    if (linked && !boundary) {
      if (is_of_a_case(seen.kind) && !seen.chain) {
        return incomplete(fmt::format("entry {} hides which case it belongs to", position));
      }
      cases.see(seen, tallied);
    }
    if (boundary || !is_counted(seen.kind)) continue;
    if (linked && seen.received_at && *seen.received_at > *document.said.as_of) {
      return incomplete(fmt::format("entry {} came after the date of the count", position));
    }
    if (!seen.received_at || (shows_outcome(seen.kind) && seen.outcome.empty())) {
      return incomplete(fmt::format("entry {} hides what is counted", position));
    }
    if (*seen.received_at >= tallied.since) tally(tallied, seen);
  }
  if (linked) cases.finish(*document.said.as_of, tallied);
  return tallied;
}

}  // namespace

base::Json write(const Tallied& tallied) {
  Json json = base::json_object({{"since", base::json_text(base::to_text(tallied.since))}});
  if (tallied.until != base::kDistantFuture) {
    json.members.push_back({"until", {}, base::json_text(base::to_text(tallied.until))});
  }
  json.members.push_back(
      {"requests", {}, base::json_integer(static_cast<std::int64_t>(tallied.requests))});
  json.members.push_back({"decisions", {}, json_of(tallied.decisions)});
  json.members.push_back({"cases", {}, json_of(tallied.cases)});
  if (tallied.as_of) {
    std::vector<std::pair<std::string, Json>> members;
    for (const auto& [outcome, counted] : tallied.by_first_submission) {
      members.emplace_back(
          outcome, base::json_object(
                       {{"count", base::json_integer(static_cast<std::int64_t>(counted.count))},
                        {"median_age_s", base::json_integer(counted.median_age_s)}}));
    }
    json.members.push_back({"as_of", {}, base::json_text(base::to_text(*tallied.as_of))});
    json.members.push_back({"by_first_submission", {}, base::json_object(std::move(members))});
  }
  json.members.push_back(
      {"first", {}, base::json_integer(static_cast<std::int64_t>(tallied.first))});
  json.members.push_back({"size", {}, base::json_integer(static_cast<std::int64_t>(tallied.size))});
  return json;
}

base::Result<base::Json> count_since(Instance& instance, const CountRange& range) {
  BOOST_OUTCOME_TRY(const ledger::Note note, instance.checkpoint());
  const auto checkpoint = ledger::read_checkpoint(note.text, "checkpoint");
  CHECK(checkpoint.has_value());
  const std::uint64_t size = checkpoint.value().head.size;
  Tallied tallied;
  tallied.since = range.since;
  tallied.until = range.until;
  tallied.size = size;
  LinkedCases cases;
  base::Instant last = range.since;
  std::vector<Json> items;
  for (std::uint64_t from = 0; from < size; from += kChunk) {
    BOOST_OUTCOME_TRY(const auto stored, instance.entries(from, std::min(kChunk, size - from)));
    for (const store::StoredEntry& each : stored) {
      BOOST_OUTCOME_TRY(const Seen seen, seen_of(each));
      if (seen.received_at && *seen.received_at < range.since) {
        // Everything up to the last entry before the time is told by the tree's edge alone.
        items.clear();
        tallied.first = each.position;
      } else {
        last = seen.received_at.value_or(last);
        cases.see(seen, tallied);
        if (is_counted(seen.kind)) tally(tallied, seen);
      }
      items.push_back(json_of(each, seen.kind, items.empty() && each.position > 0, range.linked));
    }
  }
  if (range.linked) cases.finish(last, tallied);
  BOOST_OUTCOME_TRY(const auto leaves, instance.leaves(tallied.first));
  ledger::RightEdge edge;
  for (const ledger::Hash& leaf : leaves) edge.append(leaf);
  std::vector<std::string> hashes;
  for (const ledger::Hash& hash : edge.hashes()) hashes.push_back(base::to_base64(hash.view()));
  Json document = write(tallied);
  document.members.insert(document.members.begin(), {"count", {}, base::json_text(kForm)});
  document.members.push_back({"checkpoint", {}, base::json_text(ledger::write_note(note))});
  document.members.push_back({"edge", {}, base::json_texts(hashes)});
  document.members.push_back({"entries", {}, base::json_array(std::move(items))});
  return document;
}

base::Parsed<base::Ruled<Tallied>> verify_count(std::string_view source, std::string_view file,
                                                const ledger::Policy& log) {
  BOOST_OUTCOME_TRY(const Document document, read_document(source, file));
  auto tallied = count_again(document, log);
  if (!tallied) return base::Ruled<Tallied>(tallied.error());
  if (base::write_json(write(tallied.value())) != base::write_json(write(document.said))) {
    return base::Ruled<Tallied>(base::Refusal{
        "count-differs", "the entries give other numbers than the document says", {}});
  }
  return base::Ruled<Tallied>(std::move(tallied.value()));
}

}  // namespace countersign::casework
