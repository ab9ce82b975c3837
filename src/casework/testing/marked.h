// SPDX-License-Identifier: Apache-2.0
// The small directory with levels of marking, overseers, and offices that are cleared.
#ifndef COUNTERSIGN_CASEWORK_TESTING_MARKED_H_
#define COUNTERSIGN_CASEWORK_TESTING_MARKED_H_

#include <functional>
#include <string>

#include "base/check.h"
#include "casework/case_words.h"
#include "casework/reader.h"
#include "casework/testing/drill.h"

namespace countersign::casework::testing {

// Cleared are US/SecDef, US/Watch (an overseer) and UA/Staff for `secret`, US/Legal for
// `restricted`. For SecDef the Deputy acts, who is not.
inline Files marked_directory() {
  Files files = small_directory();
  const auto put = [&files](const std::string& file, const std::string& from,
                            const std::string& to) {
    std::string& text = files[file];
    CHECK(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
  };
  put("vocabulary.json", R"("categories")",
      R"("levels": [{"id": "restricted"}, {"id": "secret"}], "categories")");
  put("authorities/US/charter.json", R"("may": ["issue", "decide"]})",
      R"("may": ["issue", "decide"], "cleared": "secret", "succession": ["US/Deputy"]},
         {"id": "US/Watch", "rank": 5, "may": ["oversee"], "cleared": "secret"})");
  put("authorities/US/charter.json", R"({"id": "US/Legal", "rank": 3, "may": ["advise"]})",
      R"({"id": "US/Legal", "rank": 3, "may": ["advise"], "cleared": "restricted"})");
  put("authorities/UA/charter.json", R"("may": ["request"]})",
      R"("may": ["request"], "cleared": "secret"},
         {"id": "UA/Watch", "rank": 2, "may": ["oversee"]})");
  return files;
}

// A drill on it, looked at as its offices see it.
class MarkedDrill : public Drill {
 public:
  explicit MarkedDrill(const Files& files = marked_directory()) : Drill(files) {}

  void look(const std::string& office,
            const std::function<void(const kernel::State&, const Reader&)>& at) {
    instance().look([&](const kernel::State& state) {
      const auto reader = Reader::as(state, office);
      CHECK(reader.has_value());
      at(state, reader.value());
    });
  }
  // `case show --as OFFICE` in words; "nothing" where the case is not seen at all.
  std::string words(const std::string& office, const kernel::CaseId& id) {
    std::string text = "nothing";
    look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto seen = reader.look(state, *state.find(id));
      if (seen) text = describe_case(state, *seen);
    });
    return text;
  }
  // The same with `--json`.
  std::string json_words(const std::string& office, const kernel::CaseId& id) {
    std::string text = "nothing";
    look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto seen = reader.look(state, *state.find(id));
      if (seen) text = base::write_json(to_json(state, *seen));
    });
    return text;
  }
  // Both, without `--as`.
  std::string kept(const kernel::CaseId& id) {
    std::string text;
    instance().look([&](const kernel::State& state) {
      const kernel::Case& of = *state.find(id);
      text = describe_case(state, of) + "\n" + base::write_json(to_json(state, of));
    });
    return text;
  }
  // The rule by which the office is refused the bundle of C/G1; empty where it is handed it.
  std::string bundle(const std::string& office, const kernel::Audience& audience,
                     const char* grant = "C/G1") {
    std::string rule;
    look(office, [&](const kernel::State& state, const Reader& reader) {
      const auto refused = refuse_bundle(reader, state, registry::GrantId(grant), audience);
      if (refused) rule = refused->rule;
    });
    return rule;
  }
};

}  // namespace countersign::casework::testing

#endif  // COUNTERSIGN_CASEWORK_TESTING_MARKED_H_
