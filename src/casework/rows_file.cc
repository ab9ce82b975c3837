// SPDX-License-Identifier: Apache-2.0
#include "casework/rows_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "casework/files.h"
#include "casework/mapped_file.h"
#include "ledger/tiles.h"

namespace countersign::casework {
namespace {

using ledger::Hash;
using registry::ItemId;

constexpr std::string_view kMagic = "countersign rows 1\n";
constexpr std::size_t kSecretAt = 32;
constexpr std::size_t kTextAt = 64;
constexpr std::size_t kTail = 16;  // how many rows, and where their text ends
constexpr std::size_t kHashLevels = 3;
static_assert(registry::kMostRows < std::int64_t{1} << 32);  // of three levels of tiles

constexpr std::size_t padded(std::size_t size) { return (size + 7) / 8 * 8; }

// How many hashes of a level the tree of so many rows has.
constexpr std::size_t hashes_at(std::size_t level, std::size_t rows) { return rows >> (8 * level); }

base::Refusal wrong(std::string message) { return {"list-rows", std::move(message), "rows"}; }

// The file's bytes, laid out. Every place is checked when it is read.
class Layout {
 public:
  static std::optional<Layout> of(std::string_view bytes) {
    if (bytes.size() < kTextAt + kTail || !bytes.starts_with(kMagic)) return std::nullopt;
    Layout layout(bytes);
    layout.rows_ = layout.number(bytes.size() - kTail);
    layout.text_end_ = layout.number(bytes.size() - kTail + 8);
    const std::size_t rows = layout.rows_;
    if (rows == 0 || rows > static_cast<std::size_t>(registry::kMostRows)) return std::nullopt;
    if (layout.text_end_ < kTextAt || layout.text_end_ > bytes.size()) return std::nullopt;
    layout.ends_ = padded(layout.text_end_);
    std::size_t at = layout.ends_ + 8 * rows;
    for (std::size_t level = 0; level < kHashLevels; ++level) {
      layout.hashes_[level] = at;
      at += Hash::kSize * hashes_at(level, rows);
    }
    if (at + kTail != bytes.size()) return std::nullopt;
    return layout;
  }

  std::size_t rows() const { return rows_; }

  seal::Digest secret() const { return digest(kSecretAt); }

  // Empty where the places do not fit.
  std::string_view text(std::size_t row) const {
    const std::size_t begin = row == 0 ? kTextAt : number(ends_ + 8 * (row - 1)) + 1;
    const std::size_t end = number(ends_ + 8 * row);
    if (begin < kTextAt || end < begin || end >= text_end_) return {};
    return bytes_.substr(begin, end - begin);
  }

  Hash hash(std::size_t level, std::size_t index) const {
    return digest(hashes_[level] + Hash::kSize * index);
  }

 private:
  explicit Layout(std::string_view bytes) : bytes_(bytes) {}

  std::size_t number(std::size_t at) const {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) {
      value = value << 8U | static_cast<std::uint8_t>(bytes_[at + i]);
    }
    return value;
  }
  seal::Digest digest(std::size_t at) const {
    seal::Digest digest;
    std::memcpy(digest.bytes.data(), bytes_.data() + at, Hash::kSize);
    return digest;
  }

  std::string_view bytes_;
  std::size_t rows_ = 0;
  std::size_t text_end_ = 0;
  std::size_t ends_ = 0;
  std::array<std::size_t, kHashLevels> hashes_{};
};

class FileTiles final : public ledger::TileReader {
 public:
  explicit FileTiles(const Layout& layout) : layout_(layout) {}

  base::Result<std::vector<Hash>> read(const ledger::TileId& id) override {
    const std::size_t begin = id.index * ledger::kTileWidth;
    if (id.level >= kHashLevels || begin + id.width > hashes_at(id.level, layout_.rows())) {
      return error(CaseworkError::Damaged, "the file of rows has no such hashes");
    }
    std::vector<Hash> hashes;
    for (std::size_t i = 0; i < id.width; ++i) hashes.push_back(layout_.hash(id.level, begin + i));
    return hashes;
  }

 private:
  const Layout& layout_;
};

std::string_view text_of(MappedFile& file) {
  const std::span<std::byte> bytes = file.bytes();
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

// The item a row's text says it is of, as far as it can be told without reading the whole.
std::string_view item_of(std::string_view text) {
  constexpr std::string_view kBefore = R"({"id":")";
  if (!text.starts_with(kBefore)) return {};
  text.remove_prefix(kBefore.size());
  return text.substr(0, text.find('"'));
}

class FileRows final : public kernel::RowProver {
 public:
  explicit FileRows(std::filesystem::path path) : path_(std::move(path)) {}

  std::vector<kernel::RowProof> about(const ItemId& item) const override {
    std::call_once(opened_, [this] { open(); });
    std::vector<kernel::RowProof> proofs;
    if (!layout_) return proofs;
    std::size_t low = 0;
    std::size_t high = layout_->rows();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (item_of(layout_->text(middle)) < item.text()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const bool is_it = low < layout_->rows() && item_of(layout_->text(low)) == item.text();
    if (!is_it && low > 0) add(low - 1, proofs);
    if (low < layout_->rows()) add(low, proofs);
    return proofs;
  }

  void each(const std::function<bool(const kernel::RowProof&)>& take) const override {
    std::call_once(opened_, [this] { open(); });
    if (!layout_) return;
    for (std::size_t row = 0; row < layout_->rows(); ++row) {
      if (!take(shown(row))) return;
    }
  }

 private:
  kernel::RowProof shown(std::size_t row) const {
    kernel::RowProof proof;
    proof.position = static_cast<std::int64_t>(row);
    proof.salt = kernel::row_salt(layout_->secret(), proof.position);
    proof.text = layout_->text(row);
    return proof;
  }

  void open() const {
    auto file = MappedFile::open(path_);
    if (!file) return;
    file_.emplace(std::move(file.value()));
    layout_ = Layout::of(text_of(*file_));
  }

  void add(std::size_t row, std::vector<kernel::RowProof>& proofs) const {
    kernel::RowProof proof = shown(row);
    FileTiles tiles(*layout_);
    auto path = ledger::inclusion_proof(row, layout_->rows(), tiles);
    if (path) proof.proof = std::move(path.value());
    proofs.push_back(std::move(proof));
  }

  std::filesystem::path path_;
  mutable std::once_flag opened_;
  mutable std::optional<MappedFile> file_;
  mutable std::optional<Layout> layout_;
};

std::string number_text(std::uint64_t value) {
  std::string text;
  for (int i = 0; i < 8; ++i, value >>= 8U) text.push_back(static_cast<char>(value & 0xFFU));
  return text;
}

// Grows a tree of rows and keeps its hashes by level.
class Growing {
 public:
  void append(const Hash& leaf) {
    completed_.clear();
    edge_.append(leaf, completed_);
    for (const ledger::TileHash& hash : completed_) {
      if (hash.level < kHashLevels) levels_[hash.level].push_back(hash.hash);
    }
  }
  const std::array<std::vector<Hash>, kHashLevels>& levels() const { return levels_; }
  Hash root() const { return edge_.root(); }

 private:
  ledger::RightEdge edge_;
  std::vector<ledger::TileHash> completed_;
  std::array<std::vector<Hash>, kHashLevels> levels_;
};

base::Ruled<void> check_layout(const Layout& layout, const registry::ItemList& list) {
  Growing tree;
  ItemId before;
  for (std::size_t i = 0; i < layout.rows(); ++i) {
    const std::string_view text = layout.text(i);
    const auto row = kernel::read_row(text);
    if (!row) return wrong(fmt::format("row {}: {}", i, row.error().message));
    if (i > 0 && !(before < row.value().item.id)) {
      return wrong(
          fmt::format("row {}: `{}` does not come after `{}`; rows are sorted by item, each "
                      "item once",
                      i, row.value().item.id.text(), before.text()));
    }
    before = row.value().item.id;
    tree.append(
        kernel::row_leaf(kernel::row_salt(layout.secret(), static_cast<std::int64_t>(i)), text));
  }
  if (tree.root() != list.root) {
    return wrong(fmt::format("these are not the rows that the list `{}` names: their root is {}",
                             list.id.text(), seal::to_text(tree.root())));
  }
  for (std::size_t level = 0; level < kHashLevels; ++level) {
    for (std::size_t i = 0; i < tree.levels()[level].size(); ++i) {
      if (layout.hash(level, i) == tree.levels()[level][i]) continue;
      return wrong("the hashes beside the rows are not theirs");
    }
  }
  return base::outcome::success();
}

}  // namespace

base::Result<seal::Digest> write_rows(const std::filesystem::path& path,
                                      const std::vector<registry::ListedRow>& rows,
                                      const seal::Digest& secret) {
  CHECK(!rows.empty());
  Growing tree;
  std::string ends;
  const auto write = [&](const Put& put) {
    std::string head(kMagic);
    head.resize(kSecretAt);
    head += base::as_text(secret.view());
    if (!put(head)) return false;
    std::size_t at = kTextAt;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::string text = base::write_json(registry::ListedRow::write(rows[i]));
      const auto position = static_cast<std::int64_t>(i);
      tree.append(kernel::row_leaf(kernel::row_salt(secret, position), text));
      at += text.size();
      ends += number_text(at++);
      text += '\n';
      if (!put(text)) return false;
    }
    if (!put(std::string(padded(at) - at, '\0')) || !put(ends)) return false;
    for (const auto& level : tree.levels()) {
      for (const Hash& hash : level) {
        if (!put(base::as_text(hash.view()))) return false;
      }
    }
    return put(number_text(rows.size()) + number_text(at));
  };
  BOOST_OUTCOME_TRY(write_pieces(path, write, Secrecy::Private));
  return tree.root();
}

base::Result<base::Ruled<void>> check_rows(const std::filesystem::path& path,
                                           const registry::ItemList& list) {
  if (!std::filesystem::exists(path)) {
    return base::Ruled<void>(wrong(
        fmt::format("the rows of the list `{}` are not at `{}`", list.id.text(), path.string())));
  }
  BOOST_OUTCOME_TRY(MappedFile file, MappedFile::open(path));
  const auto layout = Layout::of(text_of(file));
  base::Ruled<void> checked = base::outcome::success();
  if (!layout) {
    checked = wrong("it is no file of rows, or was cut short");
  } else if (layout->rows() != static_cast<std::size_t>(list.rows)) {
    checked = wrong(fmt::format("it has {} rows, and the list `{}` {}", layout->rows(),
                                list.id.text(), list.rows));
  } else {
    checked = check_layout(*layout, list);
  }
  if (checked) return checked;
  base::Refusal refusal = checked.error();
  refusal.message = fmt::format("`{}`: {}", path.string(), refusal.message);
  return base::Ruled<void>(std::move(refusal));
}

base::Result<void> copy_rows(const std::filesystem::path& from, const std::filesystem::path& to) {
  BOOST_OUTCOME_TRY(MappedFile file, MappedFile::open(from));
  return write_pieces(to, [&](const Put& put) { return put(text_of(file)); }, Secrecy::Private);
}

std::shared_ptr<const kernel::RowProver> find_rows(const std::filesystem::path& path) {
  return std::make_shared<const FileRows>(path);
}

}  // namespace countersign::casework
