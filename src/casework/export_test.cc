// SPDX-License-Identifier: Apache-2.0
// The history of cases as an object-centric event log, held to the constraints of OCEL 2.0's JSON
// form as they are set out below.
#include "casework/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "casework/actions.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

using base::Json;
using testing::Drill;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rule_of;

using Complaints = std::vector<std::string>;

// The JSON form of OCEL 2.0: four lists, each required. A type has a name, once, and attributes
// with a name and one of five types. Objects and events have an id of their own, a declared type,
// attributes that the type declares, whose values are texts that spell one of its kind, and
// relationships to objects that are there, each with a qualifier. An event has a time, and so has
// every value of an object.
class Constraints {
 public:
  explicit Constraints(const Json& log) {
    for (const char* name : {"objectTypes", "eventTypes", "objects", "events"}) {
      if (list(log, name) == nullptr) complain(std::string(name) + " is missing");
    }
    if (!complaints_.empty()) return;
    read_types(*list(log, "objectTypes"), object_types_);
    read_types(*list(log, "eventTypes"), event_types_);
    for (const Json& object : *list(log, "objects")) {
      if (!ids_.insert(text(object, "id")).second) complain("an id twice: " + text(object, "id"));
    }
    for (const Json& object : *list(log, "objects")) check(object, object_types_, true);
    std::set<std::string> events;
    for (const Json& event : *list(log, "events")) {
      if (!events.insert(text(event, "id")).second) complain("an event twice");
      check_time(event);
      check(event, event_types_, false);
    }
  }
  const Complaints& complaints() const { return complaints_; }

 private:
  using Types = std::map<std::string, std::map<std::string, std::string>>;

  void complain(std::string what) { complaints_.push_back(std::move(what)); }
  static const std::vector<Json>* list(const Json& of, const char* name) {
    const Json* found = of.find(name);
    return found == nullptr || found->kind != Json::Kind::Array ? nullptr : &found->items;
  }
  std::string text(const Json& of, const char* name) {
    const Json* found = of.find(name);
    if (found == nullptr || found->kind != Json::Kind::Text || found->text.empty()) {
      complain(std::string(name) + " is missing or no text");
      return {};
    }
    return found->text;
  }
  void check_time(const Json& of) {
    const std::string time = text(of, "time");
    if (!base::parse_instant(time) || time.find('T') == std::string::npos) {
      complain("no date-time: " + time);
    }
  }
  void read_types(const std::vector<Json>& items, Types& types) {
    for (const Json& item : items) {
      const std::string name = text(item, "name");
      if (types.contains(name)) complain("a type twice: " + name);
      auto& attributes = types[name];
      if (list(item, "attributes") == nullptr) {
        complain("a type without attributes");
        continue;
      }
      for (const Json& attribute : *list(item, "attributes")) {
        const std::string type = text(attribute, "type");
        if (!std::set<std::string>{"string", "time", "integer", "float", "boolean"}.contains(
                type)) {
          complain("no type of an attribute: " + type);
        }
        attributes[text(attribute, "name")] = type;
      }
    }
  }
  void check(const Json& item, const Types& types, bool timed) {
    const auto type = types.find(text(item, "type"));
    if (type == types.end()) return complain("an undeclared type: " + text(item, "type"));
    if (const auto* attributes = list(item, "attributes")) {
      for (const Json& attribute : *attributes) {
        const auto declared = type->second.find(text(attribute, "name"));
        if (declared == type->second.end()) complain("an undeclared attribute");
        const Json* value = attribute.find("value");
        if (value == nullptr) {
          complain("an attribute without a value");
        } else if (declared != type->second.end()) {
          const bool digits = value->text.find_first_not_of("0123456789") == std::string::npos;
          if (value->kind != Json::Kind::Text || (declared->second == "integer" && !digits)) {
            complain("a value of another kind");
          }
        }
        if (timed) check_time(attribute);
      }
    }
    if (const auto* relationships = list(item, "relationships")) {
      for (const Json& relationship : *relationships) {
        if (!ids_.contains(text(relationship, "objectId"))) complain("of an object not there");
        text(relationship, "qualifier");
      }
    }
  }

  Complaints complaints_;
  Types object_types_;
  Types event_types_;
  std::set<std::string> ids_;
};

class ExportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const registry::GrantId grant = testing::granted(drill_, "C");
    drill_.pass(60);
    ASSERT_EQ(rule_of(report(drill_.instance(), drill_.by("UA/Staff"),
                             {grant, 1, std::nullopt, {}, drill_.now(), "elsewhere"})),
              "");
    ASSERT_EQ(rule_of(ask(drill_.instance(), drill_.by("UA/Staff"), kernel::CaseId("D"),
                          testing::use_of_m())),
              "");
  }
  Json ocel(const std::string& office = {}) {
    Reader reader = Reader::keeper();
    if (!office.empty()) {
      drill_.instance().look([&](const kernel::State& state) {
        auto as = Reader::as(state, office);
        CHECK(as.has_value());
        reader = std::move(as.value());
      });
    }
    auto made = export_ocel(drill_.instance(), reader);
    CHECK(made.has_value());
    return std::move(made.value());
  }

  Drill drill_;
};

TEST_F(ExportTest, IsAnObjectCentricEventLog) {
  const Json log = ocel();
  EXPECT_THAT(Constraints(log).complaints(), IsEmpty());
  EXPECT_EQ(log.find("events")->items.size(), 10U);
  const std::string text = base::write_json(log);
  EXPECT_THAT(text, HasSubstr(R"({"objectId":"lane:C:US","qualifier":"in"})"));
  EXPECT_THAT(text, HasSubstr(R"("id":"grant:C/G1","type":"grant")"));
  // The same again, from the same ledger.
  drill_.reopen();
  EXPECT_EQ(base::write_json(ocel()), text);
}

TEST_F(ExportTest, TheConstraintsCanBeBroken) {
  Json log = ocel();
  for (const char* name : {"objectTypes", "eventTypes", "objects"}) {
    Json broken = log;
    for (Json::Member& member : broken.members) {
      if (member.name == name) member.value.items.clear();
    }
    EXPECT_THAT(Constraints(broken).complaints(), Not(IsEmpty())) << name;
  }
  EXPECT_THAT(Constraints(base::json_object({})).complaints(), Not(IsEmpty()));
}

TEST_F(ExportTest, ShowsAnOfficeWhatItSees) {
  const std::string requester = base::write_json(ocel("UA/Staff"));
  EXPECT_THAT(requester, Not(HasSubstr("advice")));
  EXPECT_THAT(requester, Not(HasSubstr("USDP")));
  EXPECT_THAT(requester, Not(HasSubstr("determination")));
  EXPECT_THAT(requester, HasSubstr("office:US/SecDef"));  // whose approval the grant rests on
  EXPECT_THAT(base::write_json(ocel("GB/MoD")), Not(HasSubstr("USDP")));
  EXPECT_THAT(base::write_json(ocel("US/Legal")), HasSubstr("USDP"));
  EXPECT_EQ(ocel("FR/Registrar").find("events")->items.size(), 0U);
  EXPECT_THAT(Constraints(ocel("GB/MoD")).complaints(), IsEmpty());
  EXPECT_THAT(Constraints(ocel("FR/Registrar")).complaints(), IsEmpty());
}

TEST_F(ExportTest, AsATable) {
  const auto csv = export_csv(drill_.instance(), Reader::keeper());
  ASSERT_TRUE(csv.has_value());
  EXPECT_THAT(csv.value(), HasSubstr("entry,time,case,event,outcome,authorities,office,grant\r\n"));
  EXPECT_THAT(csv.value(), HasSubstr(",C,decision,approve,US,US/SecDef,\r\n"));
  EXPECT_THAT(csv.value(), HasSubstr(",C,report,discrepancy,,UA/Staff,C/G1\r\n"));
}

}  // namespace
}  // namespace countersign::casework
