// SPDX-License-Identifier: Apache-2.0
#include "casework/catalogue_import.h"

#include <fmt/format.h>

#include <memory>
#include <system_error>
#include <utility>

#include "base/bytes.h"
#include "casework/catalogue.h"
#include "casework/files.h"
#include "casework/internal/import_work.h"
#include "casework/mapped_file.h"
#include "registry/document.h"
#include "registry/graph/import/boms.h"
#include "registry/graph/import/csv.h"
#include "registry/graph/import/growth.h"
#include "seal/digest.h"

namespace countersign::casework {
namespace {

using namespace registry::graph;  // NOLINT(google-build-using-namespace): the room of every name
                                  // here
using internal::ImportWork;

base::Issues one_issue(const std::filesystem::path& file, std::string message, std::string remedy) {
  base::Issue issue;
  issue.file = file.string();
  issue.message = std::move(message);
  issue.remedy = std::move(remedy);
  return {std::move(issue)};
}

// A bill of materials names its form in one of its first members.
bool says(std::string_view text, std::string_view word) {
  return text.substr(0, 1U << 16).find(word) != std::string_view::npos;
}

// Some bytes of one of the files, by their digest.
struct Stretch {
  std::uint32_t file = 0;
  std::uint64_t begin = 0, end = 0;
  seal::Digest digest;
};

// Where a piece of work ends, and what was read for it.
struct Kept {
  std::uint32_t file = 0;
  ReadTo at;
  bool whole = false;  // the file is read to its end
  std::vector<Stretch> stretches;

  template <class Growth>
  void each_column(Growth& growth) {
    growth.value(file);
    growth.value(at);
    growth.value(whole);
    growth.column(stretches);
  }
};

base::Parsed<MappedFile> open_list(const std::filesystem::path& path) {
  if (std::error_code ignored; std::filesystem::file_size(path, ignored) == 0 && !ignored) {
    return one_issue(path, "is empty", "check how it was written");
  }
  auto file = MappedFile::open(path, MappedFile::Use::Once);
  if (!file) return one_issue(path, file.error().message, "check the path");
  return std::move(file).value();
}

// Reads the files into the parts, and keeps in the work file what it has.
class FileReader {
 public:
  FileReader(const CatalogueImport& import, Parts& parts, ImportWork& work,
             const ImportWatch& watch)
      : import_(import), parts_(parts), work_(work), watch_(watch) {}

  // Takes what the work file has of an import of the same inputs. False where it does not fit them:
  // the parts are then good for nothing.
  bool take_up();
  // What was taken up is on disk; what the parts have now is not written again.
  void begin() {
    growth_.begin(GrowthWriter::Until::Counted);
    parts_.each_column(growth_);
  }
  base::Parsed<void> read_all();

  const Kept& last() const { return last_; }
  const std::string& unfit() const { return unfit_; }

 private:
  // The file, mapped in; the one opened last is kept.
  base::Parsed<const MappedFile*> file(std::uint32_t number);
  bool fits(const Kept& kept);
  base::Parsed<void> read(std::uint32_t number);
  void read_to(std::uint32_t number, const ReadTo& done, bool whole, const Reading::Hold& hold);
  void keep(std::uint32_t number, const ReadTo& at, bool whole, const Reading::Hold& hold);

  const CatalogueImport& import_;
  Parts& parts_;
  ImportWork& work_;
  const ImportWatch& watch_;
  GrowthWriter growth_;
  Kept last_;                      // what is in the work file, up to here
  std::vector<std::string> held_;  // of the file that is half read
  std::vector<Stretch> stretches_;
  std::size_t not_kept_ = 0;  // bytes read since
  std::size_t told_ = 0;
  std::size_t begin_ = 0;  // of the stretch that is read
  bool keeps_ = true;
  std::string unfit_;
  std::optional<MappedFile> mapped_;
  std::uint32_t mapped_number_ = 0;
};

base::Parsed<const MappedFile*> FileReader::file(std::uint32_t number) {
  if (mapped_ && mapped_number_ == number) return &*mapped_;
  mapped_.reset();
  BOOST_OUTCOME_TRY(MappedFile file, open_list(import_.files[number]));
  mapped_.emplace(std::move(file));
  mapped_number_ = number;
  return &*mapped_;
}

bool FileReader::fits(const Kept& kept) {
  for (std::size_t i = 0; i < kept.stretches.size(); ++i) {
    const Stretch& one = kept.stretches[i];
    if (one.file >= import_.files.size() || one.begin > one.end) return false;
    const auto opened = file(one.file);
    if (!opened) return false;
    const std::string_view text = opened.value()->text();
    unfit_ = fmt::format("`{}` has changed", import_.files[one.file].string());
    // A file that is read counts whole: nothing may have been added.
    const bool whole = one.file != kept.file || kept.whole;
    const bool is_last = i + 1 == kept.stretches.size() || kept.stretches[i + 1].file != one.file;
    if (one.end > text.size() || (whole && is_last && one.end != text.size()) ||
        seal::sha256(base::as_bytes(text.substr(one.begin, one.end - one.begin))) != one.digest) {
      return false;
    }
    opened.value()->let_go(one.end);
    if (watch_.step) {
      watch_.step(
          fmt::format("checking what was read of {}", import_.files[one.file].filename().string()),
          one.end, text.size());
    }
  }
  unfit_.clear();
  return true;
}

bool FileReader::take_up() {
  while (const auto piece = work_.next()) {
    GrowthReader reader(*piece);
    Kept kept;
    kept.each_column(reader);
    unfit_ = "its work file is of another kind";
    if (!reader.good() || kept.file >= import_.files.size() || !fits(kept)) return false;
    unfit_ = "its work file is of another kind";
    parts_.each_column(reader);
    std::string held;
    reader.text(held);
    if (!reader.complete()) return false;
    if (kept.file != last_.file || kept.whole) held_.clear();
    if (!kept.whole && !held.empty()) held_.push_back(std::move(held));
    last_ = std::move(kept);
  }
  if (!parts_.taken()) return false;
  unfit_.clear();
  return true;
}

void FileReader::keep(std::uint32_t number, const ReadTo& at, bool whole,
                      const Reading::Hold& hold) {
  Kept kept{number, at, whole, std::exchange(stretches_, {})};
  GrowthWriter head;
  kept.each_column(head);
  growth_.begin();
  parts_.each_column(growth_);
  const std::string_view held = hold();
  GrowthWriter size;
  size.value<std::uint64_t>(held.size());
  not_kept_ = 0;
  const auto added = work_.add({head.piece(), growth_.piece(), size.piece(), held});
  if (added) return;
  keeps_ = false;
  if (watch_.tell) {
    watch_.tell(fmt::format("{}: if this import is cut off, it will not be taken up from here",
                            added.error().message));
  }
}

void FileReader::read_to(std::uint32_t number, const ReadTo& done, bool whole,
                         const Reading::Hold& hold) {
  constexpr std::size_t kTell = 1U << 22;
  const std::size_t read = done.bytes - begin_;
  const bool full = not_kept_ + read >= import_.keep_every;
  if (!whole && !full && done.bytes - told_ < kTell) return;
  const std::string_view text = mapped_->text();
  if (full || whole) {
    stretches_.push_back(
        {number, begin_, done.bytes, seal::sha256(base::as_bytes(text.substr(begin_, read)))});
    begin_ = done.bytes;
    not_kept_ += read;
    const bool is_last = whole && number + 1 == import_.files.size();
    if (keeps_ && (full || is_last)) keep(number, done, whole, hold);
  }
  mapped_->let_go(begin_);
  told_ = done.bytes;
  if (!watch_.step) return;
  constexpr std::size_t kMega = 1U << 20;
  watch_.step(
      fmt::format("reading {} ({} of {}), {} of {} MB", import_.files[number].filename().string(),
                  number + 1, import_.files.size(), done.bytes / kMega, text.size() / kMega),
      done.bytes, text.size());
}

base::Parsed<void> FileReader::read(std::uint32_t number) {
  BOOST_OUTCOME_TRY(const MappedFile* opened, file(number));
  const std::string_view text = opened->text();
  Reading reading;
  if (number == last_.file && last_.at.bytes > 0) {
    reading.from = last_.at;
    for (const std::string& piece : held_) reading.held.push_back(base::as_bytes(piece));
  }
  begin_ = told_ = reading.from.bytes;
  ReadTo done = reading.from;
  reading.read_to = [&](const ReadTo& at, std::size_t, const Reading::Hold& hold) {
    done = at;
    read_to(number, at, false, hold);
  };
  const std::filesystem::path& path = import_.files[number];
  const std::string name = path.string();
  if (path.extension() != ".json") {
    import_csv(text, name, parts_, reading);
  } else if (says(text, "\"spdxVersion\"")) {
    import_spdx(text, name, parts_, reading);
  } else {
    import_cyclonedx(text, name, parts_, reading);
  }
  read_to(number, {text.size(), done.line}, true, [] { return std::string_view(); });
  return base::outcome::success();
}

base::Parsed<void> FileReader::read_all() {
  const std::uint32_t first = last_.file + (last_.whole ? 1 : 0);
  for (std::uint32_t number = first; number < import_.files.size(); ++number) {
    BOOST_OUTCOME_TRY(read(number));
  }
  mapped_.reset();
  return base::outcome::success();
}

// What an import is of: pieces of another one are good for nothing.
std::string about(const CatalogueImport& import, std::string_view mapping) {
  GrowthWriter about;
  about.text(seal::to_text(seal::sha256(base::as_bytes(mapping))));
  for (const std::filesystem::path& file : import.files) about.text(file.string());
  return std::string(about.piece());
}

// What writing the catalogue left behind when it was cut off: `out` with sixteen digits behind it.
void remove_unfinished(const std::filesystem::path& out) {
  const std::string begin = out.filename().string() + ".";
  std::error_code none;
  const std::filesystem::path folder = out.has_parent_path() ? out.parent_path() : ".";
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (name.size() != begin.size() + 16 || !name.starts_with(begin) ||
        name.find_first_not_of("0123456789abcdef", begin.size()) != std::string::npos) {
      continue;
    }
    std::filesystem::remove(entry.path(), none);
  }
}

// The facts of all files, with what refused some of them.
struct Facts {
  ImportReport report;
  CatalogueBuilder builder;
  Parts parts;
  FileReader reader;

  Facts(const CatalogueImport& import, const Mapping& mapping, ImportWork& work,
        const ImportWatch& watch)
      : parts(mapping, builder, report), reader(import, parts, work, watch) {
    reader.begin();
  }
};

base::Result<std::unique_ptr<Facts>> begin_reading(const CatalogueImport& import,
                                                   const Mapping& mapping, std::string_view what,
                                                   ImportWork& work, const ImportWatch& watch) {
  auto facts = std::make_unique<Facts>(import, mapping, work, watch);
  const auto first = work.next();
  std::string why;
  if (first && base::as_text(*first) != what) {
    why = "it was of another mapping or of other files";
  } else if (first && !facts->reader.take_up()) {
    why = facts->reader.unfit();
  } else if (first) {
    BOOST_OUTCOME_TRY(work.go_on());
    facts->reader.begin();
    const Kept& last = facts->reader.last();
    if (watch.tell && last.at.bytes > 0) {
      watch.tell(fmt::format("taken up again in line {} of `{}`, file {} of {}", last.at.line,
                             import.files[last.file].string(), last.file + 1, import.files.size()));
    }
    return facts;
  }
  if (watch.tell && !why.empty()) {
    watch.tell(fmt::format("an earlier import was cut off; it is started over: {}", why));
  }
  facts = std::make_unique<Facts>(import, mapping, work, watch);
  BOOST_OUTCOME_TRY(work.start_over());
  BOOST_OUTCOME_TRY(work.add({what}));
  return facts;
}

}  // namespace

std::filesystem::path import_work_of(const std::filesystem::path& out) {
  std::filesystem::path work = out;
  work += ".import";
  return work;
}

base::Parsed<ImportedCatalogue> import_catalogue(const CatalogueImport& import,
                                                 const ImportWatch& watch) {
  const auto written = read_file(import.mapping);
  if (!written) return one_issue(import.mapping, written.error().message, "check the path");
  BOOST_OUTCOME_TRY(const Mapping mapping,
                    registry::read_document<Mapping>(written.value(), import.mapping.string()));
  for (const std::filesystem::path& file : import.files) {
    BOOST_OUTCOME_TRY(open_list(file));  // before hours are spent on the others
  }
  for (const std::filesystem::path& file : import.files) {
    std::error_code none;
    if (!std::filesystem::equivalent(file, import.out, none)) continue;
    return one_issue(file, "is to be read and to be replaced by the catalogue",
                     "name another file for the catalogue");
  }
  const auto unwritable = [&](const base::Error& error) {
    return one_issue(import.out, error.message, "name another catalogue, or wait");
  };
  auto work = ImportWork::open(import_work_of(import.out));
  if (!work) return unwritable(work.error());
  remove_unfinished(import.out);
  auto facts = begin_reading(import, mapping, about(import, written.value()), work.value(), watch);
  if (!facts) return unwritable(facts.error());
  Facts& all = *facts.value();
  BOOST_OUTCOME_TRY(all.reader.read_all());
  all.parts.finish();
  ImportedCatalogue imported;
  const auto refused = [&] {
    work.value().remove();
    imported.report = std::move(all.report);
    return std::move(imported);
  };
  if (!all.report.clean()) return refused();
  const auto step = [&](const std::string& what, std::size_t done, std::size_t of) {
    if (watch.step) watch.step(what, done, of);
  };
  step("ordering", 0, 1);
  auto built = std::move(all.builder).build();
  if (!built) {
    all.report.refuse(std::move(built).error());
    return refused();
  }
  imported.report = std::move(all.report);
  facts.value().reset();
  imported.engine.emplace(TieEngine::build(
      std::move(built).value(), import.at, catalogue_threads(),
      [&](std::size_t done, std::size_t of) { step("working out ties", done, of); }));
  step("writing", 0, 1);
  const auto saved = save_catalogue(*imported.engine, import.out);
  if (!saved) return unwritable(saved.error());
  work.value().remove();
  return imported;
}

}  // namespace countersign::casework
