// SPDX-License-Identifier: Apache-2.0
// What a trace tells, from a directory of registers and from a catalogue that was imported.
#include "casework/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "casework/catalogue.h"
#include "casework/catalogue_import.h"
#include "casework/testing/listed_items.h"
#include "casework/testing/outside.h"
#include "store/testing/fixtures.h"

namespace countersign::casework {
namespace {

using registry::graph::TieEngine;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Ask = TraceQuestion::Ask;

const std::filesystem::path kStory =
    std::filesystem::path(COUNTERSIGN_SOURCE_DIR) / "examples/long-range-review";

base::Instant day(std::string_view text) { return base::parse_instant(text).value(); }

TieEngine story_engine() {
  auto ties = ties_of_directory(kStory, day("2025-06-10"), {});
  EXPECT_TRUE(ties.has_value());
  EXPECT_EQ(ties.value().rows_read, 0U);
  return std::move(ties.value().engine);
}

Trace traced(TieEngine& engine, const TraceQuestion& question) {
  auto answer = trace(engine, question);
  EXPECT_TRUE(answer.has_value());
  return std::move(answer.value());
}

TraceQuestion question(std::string item, Ask ask, std::optional<std::string> authority = {}) {
  TraceQuestion asked;
  asked.item = std::move(item);
  asked.ask = ask;
  asked.authority = std::move(authority);
  return asked;
}

TEST(Trace, TellsTheStorysComponentAndItsPath) {
  TieEngine engine = story_engine();
  const Trace told = traced(engine, question("Drone-B", Ask::Paths));
  EXPECT_THAT(to_text(told),
              HasSubstr("US: component, 600 of 50000 USD is US's: 1.20 % (any share counts)\n"
                        "    component: Drone-B > contains drone-b-flight-controller"));
  const std::string json = base::write_json(to_json(told));
  EXPECT_THAT(json, HasSubstr(R"("bp_floor":120,"bp_ceiling":120)"));
  const std::string svg = to_svg(told);
  EXPECT_THAT(svg, HasSubstr("flight-controller"));
  EXPECT_THAT(svg, HasSubstr("US: component"));
}

TEST(Trace, SaysWhySomebodyHasNoSay) {
  TieEngine engine = story_engine();
  const std::string text = to_text(traced(engine, question("Drone-B", Ask::WhyNot, "FR")));
  EXPECT_THAT(text, HasSubstr("why FR has no say"));
  EXPECT_THAT(text, HasSubstr("no part with a value, at any depth, is of FR's origin"));
  EXPECT_THAT(to_text(traced(engine, question("Drone-B", Ask::WhyNot, "US"))),
              HasSubstr("why US has a say"));
}

TEST(Trace, SaysWhatWouldChange) {
  TieEngine engine = story_engine();
  EXPECT_THAT(to_text(traced(engine, question("drone-b-flight-controller", Ask::UsedBy))),
              HasSubstr("1 contain or need it\n  Drone-B"));
  TraceQuestion asked = question("drone-b-flight-controller", Ask::UsedBy);
  asked.if_origin = "FR";
  const Trace told = traced(engine, asked);
  ASSERT_EQ(told.uses.size(), 1U);
  EXPECT_THAT(told.uses[0].before, ElementsAre("UA", "US"));
  EXPECT_THAT(told.uses[0].after, ElementsAre("FR", "UA"));
}

TEST(Trace, RefusesWhatTheRegistersDoNotKnow) {
  TieEngine engine = story_engine();
  const auto item = trace(engine, question("Drone-X", Ask::Ties));
  ASSERT_FALSE(item.has_value());
  EXPECT_EQ(item.error().front().message, "`Drone-X` is no item or component here");
  const auto authority = trace(engine, question("Drone-B", Ask::Ties, "RU"));
  ASSERT_FALSE(authority.has_value());
  EXPECT_EQ(authority.error().front().message, "`RU` is no authority here");
  EXPECT_FALSE(trace(engine, question("Drone-B", Ask::WhyNot)).has_value());
}

// An instance in which UA's list describes Drone and its engine; GB owns Drone by a claim.
class TraceOfLists : public ::testing::Test {
 protected:
  base::Parsed<base::Ruled<RegisterTies>> seen(const TraceQuestion& asked,
                                               const Reader& reader = Reader::keeper()) {
    std::optional<base::Parsed<base::Ruled<RegisterTies>>> ties;
    drill_.instance().look([&](const kernel::State& state) {
      ties = ties_of_state(state, state.now(), reader, asked);
    });
    return std::move(*ties);
  }
  // What is told, or why nothing is.
  std::string told(const TraceQuestion& asked, const Reader& reader = Reader::keeper()) {
    auto ties = seen(asked, reader);
    if (!ties) return base::to_text(ties.error());
    if (!ties.value()) return ties.value().error().message;
    auto answer = trace(ties.value().value().engine, asked);
    if (!answer) return base::to_text(answer.error());
    answer.value().rows_read = ties.value().value().rows_read;
    json_ = base::write_json(to_json(answer.value()));
    svg_ = to_svg(answer.value());
    return to_text(answer.value());
  }
  void change_rows(std::string_view mark, std::size_t at) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(drill_.path()) / "lists")) {
      auto bytes = read_file(entry.path()).value();
      bytes[bytes.find(mark) + at] ^= 1;
      std::ofstream(entry.path(), std::ios::binary) << bytes;
    }
    drill_.reopen();
  }

  testing::Drill drill_{testing::directory_with_list()};
  std::string json_, svg_;
};

TEST_F(TraceOfLists, ReadsTheRowsThatTheAnswerRestsOn) {
  const std::string text = told(question("Drone", Ask::Paths));
  EXPECT_THAT(text, HasSubstr(", 2 rows of lists read: who has a say"));
  EXPECT_THAT(text, HasSubstr("US: component, 240 of 1000 USD is US's: 24.00 % (any share counts)\n"
                              "    component: Drone > contains engine > contains chip"));
  EXPECT_THAT(text, HasSubstr("GB: owner"));
  EXPECT_THAT(json_, HasSubstr(R"("rows_read":2)"));
  EXPECT_THAT(json_, HasSubstr(R"("bp_floor":2400,"bp_ceiling":2400)"));
  EXPECT_THAT(svg_, HasSubstr("engine"));
  EXPECT_THAT(told(question("Drone", Ask::Sources)),
              HasSubstr("part: 6 pieces of chip in engine, 40 each: 240 [origin US]"));
  EXPECT_THAT(told(question("Drone", Ask::WhyNot, "UA")),
              HasSubstr("no part with a value, at any depth, is of UA's origin"));
  EXPECT_THAT(told(question("M", Ask::Ties)), Not(HasSubstr("rows of lists")));
}

TEST_F(TraceOfLists, FindsWholesInEveryRow) {
  const std::string text = told(question("chip", Ask::UsedBy));
  EXPECT_THAT(text, HasSubstr(", 3 rows of lists read: 2 contain or need it\n  engine\n  Drone"));
  TraceQuestion asked = question("chip", Ask::UsedBy);
  asked.if_origin = "GB";
  EXPECT_THAT(told(asked), HasSubstr("Drone: GB instead of GB, US"));
  EXPECT_THAT(told(question("zeppelin", Ask::UsedBy)), HasSubstr(": 0 contain or need it"));
}

TEST_F(TraceOfLists, SaysNothingByARowThatIsNotWhatWasSigned) {
  change_rows(R"("quantity":3,"value":40)", 11);
  EXPECT_THAT(told(question("Drone", Ask::Ties)),
              HasSubstr("what is given for row 1 of the list `UA-parts` is not what was signed"));
  EXPECT_THAT(told(question("zeppelin", Ask::Ties)), HasSubstr("no-tie"));
  EXPECT_THAT(told(question("frame", Ask::UsedBy)),
              HasSubstr("what the list `UA-parts` of UA says is not known: the rows that are here "
                        "are not those that were signed"));
  std::filesystem::remove_all(std::filesystem::path(drill_.path()) / "lists");
  drill_.reopen();
  EXPECT_THAT(told(question("M", Ask::Ties)), HasSubstr("its rows are not here"));
  EXPECT_THAT(told(question("M", Ask::UsedBy)), HasSubstr("its rows are not here"));
}

TEST_F(TraceOfLists, ShowsAnOfficeTheRowsOfItsOwnAuthorityAlone) {
  const auto reader_of = [&](std::string_view office) {
    std::optional<Reader> reader;
    drill_.instance().look([&](const kernel::State& state) {
      auto found = Reader::as(state, office);
      ASSERT_TRUE(found) << found.error().message;
      reader.emplace(std::move(found.value()));
    });
    return *reader;
  };
  const auto ties = seen(question("Drone", Ask::Ties), reader_of("UA/Registrar"));
  ASSERT_TRUE(ties.has_value() && ties.value());
  EXPECT_EQ(ties.value().value().alone, registry::AuthorityId("UA"));
  EXPECT_EQ(ties.value().value().rows_read, 2U);
  EXPECT_THAT(told(question("Drone", Ask::Ties), reader_of("UA/Registrar")), HasSubstr("no-tie"));
  // GB's own registers know it by GB's claim, and of nothing that it is made of.
  EXPECT_THAT(told(question("Drone", Ask::Ties), reader_of("GB/Registrar")),
              HasSubstr("not-described: no description of `Drone` is in force"));
  EXPECT_THAT(told(question("engine", Ask::UsedBy), reader_of("GB/Registrar")),
              HasSubstr("`engine` is no item or component here"));
}

class TraceCatalogue : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, std::string_view text) {
    const auto path = directory_.path() / name;
    std::ofstream(path) << text;
    return path;
  }

  std::filesystem::path mapping() {
    return file("mapping.json", R"({
      "described_by": "UA", "currency": "USD", "complete": true, "authorities": ["UA", "US"],
      "columns": {"item": "item", "component": "part", "value": "value", "origin": "origin",
                  "price": "price"},
      "rules": [{"authority": "US", "threshold_bp": 1000}],
      "claims": [{"id": "UA-1", "authority": "UA", "basis": "owner", "item": "drone",
                  "in_force": {"from": "2025-01-01"}}]})");
  }

  std::filesystem::path out() { return directory_.path() / "c.catalogue"; }

  store::testing::TemporaryDirectory directory_;
};

TEST_F(TraceCatalogue, AnswersFromItsFileForAnyDate) {
  const auto parts = file("parts.csv",
                          "item,part,value,origin,price\n"
                          "drone,engine,,,1000\nengine,pump,99,US,\nengine,casing,1,DE,\n");
  const auto imported = import_catalogue({mapping(), {parts}, day("2025-06-10"), out()});
  ASSERT_TRUE(imported.has_value());
  ASSERT_TRUE(imported.value().engine.has_value());
  auto opened = open_catalogue(out());
  ASSERT_TRUE(opened.has_value());
  const std::string text = to_text(traced(*opened.value().engine, question("drone", Ask::Sources)));
  EXPECT_THAT(text, HasSubstr("UA: owner"));
  EXPECT_THAT(text, HasSubstr("US: no say, 99 of 1000 USD is US's: 9.90 % (counts from 10.00 %)"));
  EXPECT_THAT(text, HasSubstr("part: 1 pieces of pump in engine, 99 each: 99 [origin US]"));
  auto before = open_catalogue(out(), day("2024-06-10"));
  ASSERT_TRUE(before.has_value());
  EXPECT_THAT(to_text(traced(*before.value().engine, question("drone", Ask::Ties))),
              HasSubstr("no-tie: no authority has a say over `drone`"));
}

TEST_F(TraceCatalogue, LeavesNothingOfAListThatIsRefused) {
  const auto parts = file("parts.csv",
                          "item,part,value,origin,price\ndrone,engine,-1,US,1000\n"
                          "drone,lens,2,US,1000\ndrone,frame,x,US,1000\n");
  const auto imported = import_catalogue({mapping(), {parts}, day("2025-06-10"), out()});
  ASSERT_TRUE(imported.has_value());
  EXPECT_FALSE(imported.value().engine.has_value());
  EXPECT_FALSE(std::filesystem::exists(out()) || std::filesystem::exists(import_work_of(out())));
  EXPECT_EQ(imported.value().report.refused(), 2U);
  EXPECT_EQ(imported.value().report.issues()[1].at, (base::Position{4, 13}));
  EXPECT_FALSE(
      import_catalogue({mapping(), {directory_.path() / "no.csv"}, {}, out()}).has_value());
}

TEST_F(TraceCatalogue, RefusesAFileThatIsNone) {
  EXPECT_FALSE(open_catalogue(file("x", "no catalogue")).has_value());
  EXPECT_FALSE(open_catalogue(file("y", "")).has_value());
  EXPECT_FALSE(open_catalogue(directory_.path() / "z").has_value());
}

}  // namespace
}  // namespace countersign::casework
