// SPDX-License-Identifier: Apache-2.0
#include "casework/bundle_rows.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "casework/bundle.h"
#include "kernel/lane.h"

namespace countersign::casework {
namespace {

using base::Json;
using kernel::Absence;
using kernel::EvidenceRow;
using kernel::RowProof;
using registry::ItemId;

bool is_row_of(const RowProof& proof, const ItemId& item) {
  const auto row = kernel::read_row(proof.text);
  return row && row.value().item.id == item;
}

// Notes every row that is asked for. One thread.
class Recorder {
 public:
  explicit Recorder(kernel::RowFinder inner) : inner_(std::move(inner)) {}

  kernel::RowFinder finder() {
    return [this](const registry::ItemList& list, Absence absence) {
      return std::make_shared<const Recording>(*this, list.root, absence, inner_(list, absence));
    };
  }
  std::vector<EvidenceRow> take() const {
    std::vector<EvidenceRow> rows;
    for (const auto& [key, proof] : seen_) rows.push_back({key.first, proof});
    return rows;
  }

 private:
  class Recording final : public kernel::RowProver {
   public:
    Recording(Recorder& recorder, const seal::Digest& root, Absence absence,
              std::shared_ptr<const kernel::RowProver> inner)
        : recorder_(recorder), root_(root), absence_(absence), inner_(std::move(inner)) {}

    std::vector<RowProof> about(const ItemId& item) const override {
      if (inner_ == nullptr) return {};
      std::vector<RowProof> proofs = inner_->about(item);
      const bool listed = proofs.size() == 1 && is_row_of(proofs.front(), item);
      if (absence_ == Absence::Attested && !listed) return {};
      for (const RowProof& proof : proofs) {
        recorder_.seen_.emplace(std::pair{root_, proof.position}, proof);
      }
      return proofs;
    }

    // No check of a grant reads a list whole; what it would be given is no part of a bundle.
    void each(const std::function<bool(const RowProof&)>&) const override {}

   private:
    Recorder& recorder_;
    seal::Digest root_;
    Absence absence_;
    std::shared_ptr<const kernel::RowProver> inner_;
  };

  kernel::RowFinder inner_;
  std::map<std::pair<seal::Digest, std::int64_t>, RowProof> seen_;
};

// The rows that the check of a bundle for that audience asks for.
kernel::ShownRows rows_for(const kernel::Evidence& evidence, const kernel::Audience& audience,
                           const kernel::Anchors& anchors, const kernel::Sources& sources) {
  kernel::ShownRows shown;
  const auto written = write_bundle(evidence, audience);
  if (!written) return shown;
  auto bundle = read_bundle(base::write_json(written.value()), "bundle");
  if (!bundle) return shown;
  kernel::Evidence& here = bundle.value().evidence;
  for (const bool attested : {false, true}) {
    here.rows.ties_attested = attested;
    Recorder recorder(sources.find_rows);
    const kernel::Sources recording{sources.make_layer, recorder.finder()};
    // Whatever comes of it, and be it that the grant was revoked since: what it asked for is what
    // another check of the same will ask for.
    if (audience.kind == kernel::Audience::Kind::Authority) {
      (void)kernel::check_lane_bundle(here, audience.authority, anchors, recording, nullptr);
    } else {
      (void)kernel::prove_grant(here, anchors, recording, nullptr);
    }
    shown.rows = recorder.take();
    shown.ties_attested = attested;
    if (shown.rows.size() <= kMostRowsTraced) break;
  }
  return shown;
}

Json write_row(const EvidenceRow& shown) {
  std::vector<std::string> proof;
  for (const ledger::Hash& hash : shown.row.proof) proof.push_back(base::to_base64(hash.view()));
  return base::json_object({{"root", base::json_text(seal::to_text(shown.root))},
                            {"position", base::json_integer(shown.row.position)},
                            {"salt", base::json_text(base::to_base64(shown.row.salt))},
                            {"row", base::json_text(shown.row.text)},
                            {"proof", base::json_texts(proof)}});
}

EvidenceRow read_row(const Json& document, base::Report& report) {
  base::Fields fields(document, "a row", report);
  EvidenceRow read;
  const auto root = seal::parse_digest(fields.text("root"));
  if (!root) fields.report("root", "it is not a digest");
  read.root = root.value_or(seal::Digest{});
  read.row.position = fields.integer("position", 0, registry::kMostRows);
  const auto salt = base::from_base64(fields.text("salt"));
  if (!salt) fields.report("salt", "it is not base64");
  read.row.salt = salt.value_or(base::Bytes{});
  read.row.text = fields.text("row");
  for (const Json& item : fields.array("proof")) {
    const auto bytes = base::from_base64(item.text);
    const auto hash = bytes ? seal::digest_from_bytes(*bytes) : std::nullopt;
    if (!hash) fields.report("proof", fmt::format("`{}` is no hash", item.text));
    read.row.proof.push_back(hash.value_or(ledger::Hash{}));
  }
  fields.finish();
  return read;
}

}  // namespace

void select_rows(kernel::Evidence& evidence, const kernel::Anchors& anchors,
                 const kernel::Sources& sources) {
  std::map<registry::PartyId, kernel::ShownRows> lanes;
  for (const auto& [authority, root] : anchors.roots) {
    lanes.emplace(authority, rows_for(evidence, kernel::Audience::of(authority), anchors, sources));
  }
  evidence.rows = rows_for(evidence, kernel::Audience::overseer(), anchors, sources);
  evidence.lane_rows = std::move(lanes);
}

void add_rows(std::vector<std::pair<std::string, Json>>& members, const kernel::ShownRows& rows) {
  if (rows.rows.empty()) return;
  if (rows.ties_attested) members.emplace_back("ties_attested", base::json_bool(true));
  std::vector<Json> items;
  for (const EvidenceRow& row : rows.rows) items.push_back(write_row(row));
  members.emplace_back("rows", base::json_array(std::move(items)));
}

kernel::ShownRows read_rows(base::Fields& fields, base::Report& report) {
  kernel::ShownRows shown;
  shown.ties_attested = fields.flag_or("ties_attested", false);
  for (const Json& item : fields.array("rows")) shown.rows.push_back(read_row(item, report));
  return shown;
}

struct BundleRows::Held {
  struct Row {
    ItemId item;
    RowProof proof;
    mutable bool used = false;
  };
  std::map<seal::Digest, std::vector<Row>> by_root;  // sorted by item
  std::size_t unreadable = 0;
};

namespace {

template <class Held>
class Prover final : public kernel::RowProver {
 public:
  Prover(std::shared_ptr<Held> held, const seal::Digest& root, Absence absence)
      : held_(std::move(held)), root_(root), absence_(absence) {}

  std::vector<RowProof> about(const ItemId& item) const override {
    const auto found = held_->by_root.find(root_);
    if (found == held_->by_root.end()) return {};
    const auto& rows = found->second;
    const auto next =
        std::lower_bound(rows.begin(), rows.end(), item,
                         [](const auto& row, const ItemId& id) { return row.item < id; });
    std::vector<RowProof> proofs;
    const auto give = [&](const auto& row) {
      row.used = true;
      proofs.push_back(row.proof);
    };
    if (next != rows.end() && next->item == item) {
      give(*next);
      return proofs;
    }
    if (absence_ == Absence::Attested) return proofs;
    if (next != rows.begin()) give(*(next - 1));
    if (next != rows.end()) give(*next);
    return proofs;
  }

  void each(const std::function<bool(const RowProof&)>& take) const override {
    const auto found = held_->by_root.find(root_);
    if (found == held_->by_root.end()) return;
    for (const auto& row : found->second) {
      if (!take(row.proof)) return;
    }
  }

 private:
  std::shared_ptr<Held> held_;
  seal::Digest root_;
  Absence absence_;
};

}  // namespace

BundleRows::BundleRows(const kernel::ShownRows& shown) : held_(std::make_shared<Held>()) {
  for (const EvidenceRow& each : shown.rows) {
    const auto row = kernel::read_row(each.row.text);
    if (row) {
      held_->by_root[each.root].push_back({row.value().item.id, each.row});
    } else {
      ++held_->unreadable;
    }
  }
  for (auto& [root, rows] : held_->by_root) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.item < b.item; });
  }
}

kernel::RowFinder BundleRows::finder() const {
  return [held = held_](const registry::ItemList& list, Absence absence) {
    return std::make_shared<const Prover<Held>>(held, list.root, absence);
  };
}

bool BundleRows::all_used() const {
  if (held_->unreadable > 0) return false;
  return std::all_of(held_->by_root.begin(), held_->by_root.end(), [](const auto& of) {
    return std::all_of(of.second.begin(), of.second.end(),
                       [](const auto& row) { return row.used; });
  });
}

}  // namespace countersign::casework
