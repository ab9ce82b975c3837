// SPDX-License-Identifier: Apache-2.0
#include "casework/directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/bytes.h"
#include "casework/internal/source_files.h"
#include "casework/rows_file.h"
#include "geo/layer.h"
#include "seal/digest.h"

namespace countersign::casework {
namespace {

using internal::SourceFiles;
using registry::AuthorityId;
using registry::AuthorityRegister;
using registry::Recorded;
using registry::RecordKind;
using Json = std::shared_ptr<const base::Json>;

// A layer and the document that holds all of it.
struct ReadLayer {
  std::shared_ptr<const geo::Layer> layer;
  Json document;
  seal::Digest digest;
  std::string file;
  std::optional<std::string> base;            // the file named as its base
  std::shared_ptr<const std::string> beside;  // and what stands in it
};

struct ReadVocabulary {
  std::shared_ptr<const registry::Vocabulary> vocabulary;
  Json document;
  seal::Digest digest;
  std::string file;
};

// What a folder may hold: names, and what each is.
using Known = std::map<std::string, SourceFiles::Kind, std::less<>>;

class DirectoryReader {
 public:
  explicit DirectoryReader(const std::filesystem::path& path) : files_(path) {}

  base::Parsed<Directory> read() {
    if (!files_.clean()) return files_.take();
    if (files_.exists("vocabulary.json")) {
      shared_vocabulary_ = read_vocabulary("vocabulary.json");
    } else {
      files_.add("vocabulary.json", "is missing",
                 "write it: the words that registers and requests use");
    }
    if (files_.exists("layer.json")) shared_layer_ = read_layer("layer.json", "");
    read_authorities();
    if (!files_.clean()) return files_.take();
    auto registers = registry::Registers::create(std::move(authorities_));
    if (!registers) {
      files_.add(std::move(registers.error()));
      return files_.take();
    }
    return Directory{std::move(registers.value()), std::move(documents_)};
  }

 private:
  void read_authorities() {
    const std::string folder = "authorities/";
    if (!files_.exists(folder)) {
      files_.add(folder, "is missing", "make a folder in it for each authority");
      return;
    }
    const auto entries = files_.list(folder, kMostEntries);
    for (const SourceFiles::Entry& entry : entries) {
      const std::string path = folder + entry.name;
      if (entry.kind != SourceFiles::Kind::Folder) {
        files_.add(path, "is not the folder of an authority",
                   "move it: only authorities' folders stand here");
      } else if (!base::is_id(entry.name)) {
        files_.add(path, fmt::format("`{}` cannot be the id of an authority", entry.name),
                   "name the folder as the party is named in vocabulary.json");
      } else {
        read_authority(AuthorityId(entry.name), path + "/");
      }
    }
    if (entries.empty()) {
      files_.add(folder, "holds no authority", "make a folder in it for each authority");
    }
  }

  void read_authority(const AuthorityId& id, const std::string& folder) {
    AuthorityRegister held;
    held.authority = id;
    if (files_.exists(folder + "charter.json")) {
      read_book(RecordKind::Charter, folder + "charter.json", held, held.charters);
    } else {
      files_.add(folder + "charter.json", "is missing",
                 "write it: which offices the authority has, and what each may do");
    }
    take_vocabulary(folder, held);
    const std::optional<std::string> base = take_layer(folder, held);
    read_list(RecordKind::Item, "items", folder, held, held.items);
    if (files_.exists(folder + "prices.json")) {
      read_book(RecordKind::Prices, folder + "prices.json", held, held.price_lists);
    }
    read_list(RecordKind::Claim, "claims", folder, held, held.claims);
    if (files_.exists(folder + "ties.json")) {
      read_book(RecordKind::Ties, folder + "ties.json", held, held.tie_rules);
    }
    if (files_.exists(folder + "holdings.json")) {
      read_book(RecordKind::Holdings, folder + "holdings.json", held, held.holdings);
    }
    if (files_.exists(folder + "calendar.json")) {
      read_book(RecordKind::Calendar, folder + "calendar.json", held, held.calendars);
    }
    read_list(RecordKind::Movements, "movements", folder, held, held.movements);
    if (files_.exists(folder + "grounds.json")) {
      read_book(RecordKind::Grounds, folder + "grounds.json", held, held.grounds);
    }
    if (files_.exists(folder + "directives/")) read_directives(folder + "directives/", held);
    if (files_.exists(folder + "lists/")) read_lists(folder + "lists/", held);
    check_names(folder, base);
    authorities_.push_back(std::move(held));
  }

  // Reads one file as one document; empty after a mistake.
  template <class X>
  std::optional<std::pair<X, Json>> read_document(const std::string& path) {
    auto json = files_.read_json(path, kFileLimit);
    if (!json) return std::nullopt;
    const std::string shown = files_.shown(path);
    base::Report report(*files_.read(path, kFileLimit), shown);
    X value = X::read(*json, report);
    if (!report.clean()) {
      files_.add(report.take());
      return std::nullopt;
    }
    return std::pair(std::move(value), std::make_shared<const base::Json>(std::move(*json)));
  }

  template <class X>
  void record(registry::Record record, std::shared_ptr<const X> value, Json document,
              const std::string& file, std::vector<Recorded<X>>& list) {
    documents_.push_back({record, std::move(document), file, nullptr});
    list.push_back({std::move(record), std::move(value), file});
  }

  template <class X>
  void read_book(RecordKind kind, const std::string& path, const AuthorityRegister& held,
                 std::vector<Recorded<X>>& list) {
    auto read = read_document<X>(path);
    if (!read) return;
    base::Period period;
    if constexpr (requires { read->first.in_force; }) period = read->first.in_force;
    record(
        {kind, held.authority.text(), held.authority, period, registry::digest_of(*read->second)},
        std::make_shared<const X>(std::move(read->first)), read->second, files_.shown(path), list);
  }

  // items.json and claims.json: one record for each element of the list that bears the file's name.
  template <class X>
  void read_list(RecordKind kind, const std::string& name, const std::string& folder,
                 const AuthorityRegister& held, std::vector<Recorded<X>>& list) {
    const std::string path = folder + name + ".json";
    if (!files_.exists(path)) return;
    const auto json = files_.read_json(path, kFileLimit);
    if (!json) return;
    const std::string shown = files_.shown(path);
    base::Report report(*files_.read(path, kFileLimit), shown);
    const std::string what = name + ".json";
    base::Fields fields(*json, what, report);
    fields.need(name);
    std::vector<std::pair<X, Json>> read;
    for (const base::Json& element : fields.array(name)) {
      X value = X::read(element, report);
      read.emplace_back(std::move(value), std::make_shared<const base::Json>(element));
    }
    fields.finish();
    if (!report.clean()) {
      files_.add(report.take());
      return;
    }
    for (auto& [value, document] : read) {
      registry::Record made{kind, value.id.text(), held.authority, value.in_force,
                            registry::digest_of(*document)};
      record(std::move(made), std::make_shared<const X>(std::move(value)), document, shown, list);
    }
  }

  std::optional<ReadVocabulary> read_vocabulary(const std::string& path) {
    auto read = read_document<registry::Vocabulary>(path);
    if (!read) return std::nullopt;
    const seal::Digest digest = registry::digest_of(*read->second);
    return ReadVocabulary{std::make_shared<const registry::Vocabulary>(std::move(read->first)),
                          read->second, digest, files_.shown(path)};
  }

  void take_vocabulary(const std::string& folder, AuthorityRegister& held) {
    const std::string path = folder + "vocabulary.json";
    const auto own = files_.exists(path) ? read_vocabulary(path) : shared_vocabulary_;
    if (!own) return;
    record({RecordKind::Vocabulary, held.authority.text(), held.authority, {}, own->digest},
           own->vocabulary, own->document, own->file, held.vocabularies);
  }

  // `folder` is the one `path` is in, where its base is looked for.
  std::optional<ReadLayer> read_layer(const std::string& path, const std::string& folder) {
    auto json = files_.read_json(path, kLayerLimit);
    if (!json) return std::nullopt;
    const std::string shown = files_.shown(path);
    base::Report report(*files_.read(path, kLayerLimit), shown);
    const geo::Layer::Document document{*json, report};
    const auto named = geo::Layer::base_file(*json);
    std::optional<geo::Layer> layer;
    std::optional<base::Json> base;
    if (named) {
      const std::string base_path = folder + *named;
      if (!files_.exists(base_path)) {
        files_.add(base_path, fmt::format("is missing, but {} names it as its base", shown),
                   "put the base there, or correct `base`");
        return std::nullopt;
      }
      base = files_.read_json(base_path, kLayerLimit);
      if (!base) return std::nullopt;
      const std::string base_shown = files_.shown(base_path);
      base::Report base_report(*files_.read(base_path, kLayerLimit), base_shown);
      layer = geo::Layer::create(document, geo::Layer::Document{*base, base_report});
      files_.add(base_report.take());
    } else {
      layer = geo::Layer::create(document);
    }
    files_.add(report.take());
    if (!layer) return std::nullopt;
    // What is signed names the base by its digest; the base goes beside it.
    std::shared_ptr<const std::string> beside;
    if (base) {
      beside = std::make_shared<const std::string>(base::write_json(*base));
      const std::string digest = seal::to_hex(seal::sha256(base::as_bytes(*beside)));
      *json = geo::Layer::by_reference(std::move(*json), *base, digest);
    }
    auto whole = std::make_shared<const base::Json>(std::move(*json));
    const seal::Digest digest = registry::digest_of(*whole);
    return ReadLayer{std::make_shared<const geo::Layer>(std::move(*layer)),
                     std::move(whole),
                     digest,
                     shown,
                     named,
                     std::move(beside)};
  }

  // The file that the authority's own layer names as its base.
  std::optional<std::string> take_layer(const std::string& folder, AuthorityRegister& held) {
    const std::string path = folder + "layer.json";
    const bool is_own = files_.exists(path);
    const auto layer = is_own ? read_layer(path, folder) : shared_layer_;
    if (!layer) return std::nullopt;
    record({RecordKind::Layer, held.authority.text(), held.authority, {}, layer->digest},
           layer->layer, layer->document, layer->file, held.layers);
    documents_.back().beside = layer->beside;
    return is_own ? layer->base : std::nullopt;
  }

  // Each list is a document and, beside it, its rows.
  void read_lists(const std::string& folder, AuthorityRegister& held) {
    std::set<std::string> documents;
    std::set<std::string> rows;
    for (const SourceFiles::Entry& entry : files_.list(folder, kMostEntries)) {
      const std::filesystem::path name(entry.name);
      const bool is_file = entry.kind == SourceFiles::Kind::File;
      if (is_file && name.extension() == ".json") {
        documents.insert(name.stem().string());
      } else if (is_file && name.extension() == ".rows") {
        rows.insert(name.stem().string());
      } else {
        files_.add(folder + entry.name, "is neither a list of items nor its rows",
                   "a list is a .json file, its rows a .rows file; move others elsewhere");
      }
    }
    for (const std::string& name : rows) {
      if (documents.contains(name)) continue;
      files_.add(folder + name + ".rows", "holds rows of no list",
                 fmt::format("put `{}.json` beside it, or remove it", name));
    }
    for (const std::string& name : documents) read_item_list(folder, name, held);
  }

  void read_item_list(const std::string& folder, const std::string& name, AuthorityRegister& held) {
    const std::string path = folder + name + ".json";
    auto read = read_document<registry::ItemList>(path);
    if (!read) return;
    registry::ItemList& list = read->first;
    if (list.id.text() != name) {
      files_.add(path, fmt::format("holds the list `{}`", list.id.text()),
                 fmt::format("name the file `{}.json`, and its rows `{}.rows`", list.id.text(),
                             list.id.text()));
      return;
    }
    const std::filesystem::path rows = files_.shown(folder + name + ".rows");
    const auto checked = check_rows(rows, list);
    if (!checked || !checked.value()) {
      files_.add(path, checked ? checked.value().error().message : checked.error().message,
                 "put the rows that were written with it beside it");
      return;
    }
    list.source = kernel::proved_rows(list, find_rows(rows), kernel::Absence::Proved);
    registry::Record made{RecordKind::List, name, held.authority, list.in_force,
                          registry::digest_of(*read->second)};
    record(std::move(made), std::make_shared<const registry::ItemList>(std::move(list)),
           read->second, files_.shown(path), held.lists);
    documents_.back().rows = rows;
  }

  void read_directives(const std::string& folder, AuthorityRegister& held) {
    std::map<std::string, std::string> named;  // Cedar files, by the directive that names them
    std::set<std::string> cedar_files;
    for (const SourceFiles::Entry& entry : files_.list(folder, kMostEntries)) {
      const std::filesystem::path name(entry.name);
      if (entry.kind == SourceFiles::Kind::Folder) {
        files_.add(folder + entry.name, "is a folder among the directives", "move it elsewhere");
      } else if (name.extension() == ".json") {
        read_directive(folder, name.stem().string(), held, named);
      } else if (name.extension() == ".cedar") {
        cedar_files.insert(entry.name);
      } else {
        files_.add(
            folder + entry.name, "is neither a directive nor its policies",
            "a directive is a .json file, its policies a .cedar file; move others elsewhere");
      }
    }
    for (const std::string& file : cedar_files) {
      if (named.contains(file)) continue;
      files_.add(folder + file, "holds policies of no directive",
                 "name it in the `policies` of a directive, or remove it");
    }
  }

  void read_directive(const std::string& folder, const std::string& name, AuthorityRegister& held,
                      std::map<std::string, std::string>& named) {
    const std::string path = folder + name + ".json";
    const auto json = files_.read_json(path, kFileLimit);
    if (!json) return;
    const std::string shown = files_.shown(path);
    base::Report report(*files_.read(path, kFileLimit), shown);
    auto directive = registry::Directive::read_file(*json, report);
    if (!directive.id.empty() && directive.id.text() != name) {
      report.add(json->find("id")->at,
                 fmt::format("the directive `{}` stands in a file named `{}.json`",
                             directive.id.text(), name),
                 fmt::format("name the file `{}.json`", directive.id.text()));
    }
    if (!report.clean()) {
      files_.add(report.take());
      // Its Cedar file is not blamed for standing there alone.
      if (!directive.policies.empty()) named.emplace(directive.policies, name);
      return;
    }
    if (!directive.policies.empty()) {
      const auto [at, fresh] = named.emplace(directive.policies, name);
      if (!fresh) {
        files_.add(folder + directive.policies,
                   fmt::format("holds the policies of both `{}` and `{}`", at->second, name),
                   "give each directive a file of its own");
        return;
      }
      if (!read_policies(folder + directive.policies, path, directive)) return;
    }
    auto document = std::make_shared<const base::Json>(registry::Directive::write(directive));
    registry::Record made{RecordKind::Directive, name, held.authority, directive.in_force,
                          registry::digest_of(*document)};
    record(std::move(made), std::make_shared<const registry::Directive>(std::move(directive)),
           std::move(document), shown, held.directives);
  }

  bool read_policies(const std::string& path, const std::string& directive_path,
                     registry::Directive& directive) {
    if (!files_.exists(path)) {
      files_.add(path, fmt::format("is missing, but {} names it", files_.shown(directive_path)),
                 "write the policies there, or correct `policies`");
      return false;
    }
    const std::string* text = files_.read(path, registry::kPolicyTextLimit);
    if (text == nullptr) return false;
    if (!base::is_utf8(*text)) {
      files_.add(path, "is not well-formed UTF-8", "save the file as UTF-8");
      return false;
    }
    directive.policy_text = *text;
    return true;
  }

  // Refuses what nobody reads. `base` is the one file that may stand deeper.
  void check_names(const std::string& folder, const std::optional<std::string>& base) {
    using Kind = SourceFiles::Kind;
    Known known{{"charter.json", Kind::File},  {"vocabulary.json", Kind::File},
                {"layer.json", Kind::File},    {"items.json", Kind::File},
                {"prices.json", Kind::File},   {"claims.json", Kind::File},
                {"ties.json", Kind::File},     {"holdings.json", Kind::File},
                {"calendar.json", Kind::File}, {"movements.json", Kind::File},
                {"grounds.json", Kind::File},  {"directives", Kind::Folder},
                {"lists", Kind::Folder}};
    std::string inside;  // the folder of the base that is looked through next, with its "/"
    std::string rest = base.value_or("");
    for (;;) {
      const std::size_t slash = rest.find('/');
      if (!rest.empty()) {
        known.emplace(rest.substr(0, slash),
                      slash == std::string::npos ? Kind::File : Kind::Folder);
      }
      check_folder(folder + inside, known);
      if (slash == std::string::npos) return;
      inside += rest.substr(0, slash + 1);
      rest.erase(0, slash + 1);
      known.clear();
    }
  }

  void check_folder(const std::string& folder, const Known& known) {
    std::vector<std::string_view> names;
    for (const auto& [name, kind] : known) names.push_back(name);
    for (const SourceFiles::Entry& entry : files_.list(folder, kMostEntries)) {
      const auto found = known.find(entry.name);
      if (found != known.end() && found->second == entry.kind) continue;
      if (found != known.end()) {
        files_.add(folder + entry.name, entry.kind == SourceFiles::Kind::Folder
                                            ? "is a folder, not a file"
                                            : "is a file, not a folder");
        continue;
      }
      const auto meant = base::did_you_mean(entry.name, names);
      files_.add(folder + entry.name, "is no part of a register",
                 meant ? fmt::format("did you mean `{}`?", *meant)
                       : std::string("move it: nothing here is left out in silence"));
    }
  }

  SourceFiles files_;
  std::optional<ReadVocabulary> shared_vocabulary_;
  std::optional<ReadLayer> shared_layer_;
  std::vector<AuthorityRegister> authorities_;
  std::vector<DirectoryDocument> documents_;
};

}  // namespace

base::Parsed<Directory> read_directory(const std::filesystem::path& path) {
  return DirectoryReader(path).read();
}

}  // namespace countersign::casework
