// SPDX-License-Identifier: Apache-2.0
#include "cedar/json.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/check.h"
#include "cedar/internal/extension.h"
#include "cedar/internal/json_escape.h"
#include "cedar/parser.h"
#include "cedar/schema.h"

namespace countersign::cedar {
namespace {

using base::Json;
using base::Report;
using Kind = Value::Kind;

constexpr std::string_view kEntityEscape = "__entity";
constexpr std::string_view kFunctionEscape = "__extn";
constexpr std::string_view kExpressionEscape = "__expr";

// Reports every member of `object` that is none of `known`.
void refuse_unknown(const Json& object, const std::vector<std::string_view>& known,
                    std::string_view what, Report& report) {
  for (const Json::Member& member : object.members) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    const std::optional<std::string_view> meant = base::did_you_mean(member.name, known);
    report.add_at(member, fmt::format("{} has no member `{}`", what, member.name),
                  meant ? fmt::format("did you mean `{}`?", *meant) : "leave it out");
  }
}

// The member, or null after reporting that it is missing.
const Json* need(const Json& object, std::string_view name, std::string_view what, Report& report) {
  const Json* found = object.find(name);
  if (found != nullptr) return found;
  std::vector<std::string_view> names;
  for (const Json::Member& member : object.members) names.emplace_back(member.name);
  const std::optional<std::string_view> meant = base::did_you_mean(name, names);
  report.add(
      object.at, fmt::format("{} lacks `{}`", what, name),
      meant ? fmt::format("it has `{}`: is that meant?", *meant) : fmt::format("add \"{}\"", name));
  return nullptr;
}

class ValueReader {
 public:
  explicit ValueReader(Report& report) : report_(report) {}

  // Recursion is bounded by the depth of the document, which its reader limits.
  std::optional<Value> read(const Json& json, const ExpectedType* expected) {
    switch (json.kind) {
      case Json::Kind::Bool:
        return Value::boolean(json.boolean);
      case Json::Kind::Integer:
        return Value::integer(json.integer);
      case Json::Kind::Text:
        return text(json, expected);
      case Json::Kind::Array:
        return array(json, expected);
      case Json::Kind::Object:
        return object(json, expected);
      case Json::Kind::Null:
        report_.add_at(json, "`null` is no value", "leave the attribute out");
        return std::nullopt;
      case Json::Kind::Real:
        report_.add_at(json, "a number with a fraction or exponent is no value",
                       "write {\"__extn\": {\"fn\": \"decimal\", \"arg\": \"1.5\"}}");
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  std::optional<Value> text(const Json& json, const ExpectedType* expected) {
    const std::optional<Function> constructor =
        expected == nullptr ? std::nullopt : constructor_of(expected->kind());
    if (!constructor) return Value::string(json.text);
    return call(json.at, *constructor, {Value::string(json.text)});
  }

  static std::optional<Function> constructor_of(Kind kind) {
    for (const FunctionSignature& signature : functions()) {
      if (signature.style == FunctionSignature::Style::Constructor && signature.result == kind) {
        return signature.function;
      }
    }
    return std::nullopt;
  }

  std::optional<Value> array(const Json& json, const ExpectedType* expected) {
    const ExpectedType* item_type = expected == nullptr ? nullptr : expected->item();
    std::vector<Value> items;
    bool whole = true;
    for (const Json& item : json.items) {
      std::optional<Value> value = read(item, item_type);
      whole = whole && value;
      if (value) items.push_back(std::move(*value));
    }
    if (!whole) return std::nullopt;
    return Value::set(std::move(items));
  }

  std::optional<Value> object(const Json& json, const ExpectedType* expected) {
    switch (expected == nullptr ? Kind::Unknown : expected->kind()) {
      case Kind::Record:
        return record(json, expected);
      case Kind::Entity: {
        std::optional<EntityUid> uid = escaped_uid(json, report_);
        if (!uid) return std::nullopt;
        return Value::entity(std::move(*uid));
      }
      case Kind::Decimal:
      case Kind::Datetime:
      case Kind::Duration:
      case Kind::Ip:
        if (is_refused(json, report_)) return std::nullopt;
        if (const Json* call = called(json)) return function(*call, Guided::Yes);
        break;
      default:
        break;
    }
    return plain_object(json);
  }

  // What stands for an extension value where one is expected: the escape or the object itself,
  // whichever is whole; if neither is, what the complaint is about; null for a plain object.
  static const Json* called(const Json& json) {
    const Json* inside = json.find(kFunctionEscape);
    if (inside != nullptr && (internal::is_call(*inside) || !internal::is_call(json)))
      return inside;
    return json.find("fn") == nullptr ? nullptr : &json;
  }

  // An escape, if it is a whole one, or a record.
  std::optional<Value> plain_object(const Json& json) {
    const internal::Escape escape = internal::escape_of(json);
    if (escape == internal::Escape::None) return record(json, nullptr);
    if (escape == internal::Escape::Expression) {
      report_.add_at(json, "`__expr` is no longer part of the format", "write the value itself");
      return std::nullopt;
    }
    if (const Json* fraction = internal::fraction_in(json)) return read(*fraction, nullptr);
    const Json& inside = json.members.front().value;
    if (escape == internal::Escape::Function) return function(inside, Guided::No);
    std::optional<EntityUid> uid = plain_uid(inside, report_);
    if (!uid) return std::nullopt;
    return Value::entity(std::move(*uid));
  }

  std::optional<Value> record(const Json& json, const ExpectedType* expected) {
    std::vector<Record::Member> members;
    bool whole = true;
    for (const Json::Member& member : json.members) {
      std::optional<Value> value =
          read(member.value, expected == nullptr ? nullptr : expected->attribute(member.name));
      whole = whole && value;
      if (value) members.emplace_back(member.name, std::move(*value));
    }
    if (!whole) return std::nullopt;
    return Value::record(std::move(members));
  }

  // Where a schema expects an extension value, the arguments may leave out escapes as well.
  enum class Guided : bool { No, Yes };

  std::optional<Value> function(const Json& json, Guided guided) {
    constexpr std::string_view kWhat = "an extension value";
    if (json.kind != Json::Kind::Object) {
      report_.add_at(json,
                     fmt::format("expected {{\"fn\", \"arg\"}}, found {}", name_of(json.kind)));
      return std::nullopt;
    }
    const Json* name = need(json, "fn", kWhat, report_);
    const Json* one = json.find("arg");
    const Json* list = json.find("args");
    if (name == nullptr) return std::nullopt;
    if (one == nullptr && (list == nullptr || list->kind != Json::Kind::Array)) {
      report_.add_at(json, "an extension value needs `arg`, or a list `args`");
      return std::nullopt;
    }
    const std::span<const Json> given =
        one != nullptr ? std::span(one, 1) : std::span<const Json>(list->items);
    for (const FunctionSignature& signature : functions()) {
      if (name->kind != Json::Kind::Text || signature.name != name->text) continue;
      std::vector<Value> arguments;
      for (std::size_t i = 0; i < given.size(); ++i) {
        // The reference reads arguments as values first, and then even what it passes over must be.
        if (const Json* fraction = internal::fraction_in(given[i])) return read(*fraction, nullptr);
        const bool knows = guided == Guided::Yes && i < signature.arity;
        const Argument expected(knows ? signature.arguments[i] : Kind::Unknown);
        std::optional<Value> argument = read(given[i], &expected);
        if (!argument) return std::nullopt;
        arguments.push_back(std::move(*argument));
      }
      return call(json.at, signature.function, arguments);
    }
    report_.add_at(*name, fmt::format("`{}` is no extension function", name->text),
                   "the constructors are `decimal`, `ip`, `datetime` and `duration`");
    return std::nullopt;
  }

  // What a function takes, as a type to read by.
  class Argument : public ExpectedType {
   public:
    explicit Argument(Kind kind) : kind_(kind) {}
    Kind kind() const override { return kind_; }

   private:
    Kind kind_;
  };

  std::optional<Value> call(base::Position at, Function function,
                            const std::vector<Value>& arguments) {
    const FunctionSignature& signature = signature_of(function);
    if (arguments.size() != signature.arity) {
      report_.add(at,
                  fmt::format("`{}` takes {} argument{}, not {}", signature.name, signature.arity,
                              signature.arity == 1 ? "" : "s", arguments.size()));
      return std::nullopt;
    }
    std::array<Value, 2> passed;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!arguments[i].is(signature.arguments[i])) {
        report_.add(at, fmt::format("`{}` expects {}, not {}", signature.name,
                                    name_of(signature.arguments[i]), name_of(arguments[i].kind())));
        return std::nullopt;
      }
      passed[i] = arguments[i];
    }
    std::optional<Value> result = internal::call_function(function, passed);
    if (!result) {
      report_.add(at, fmt::format("`{}` cannot be computed from `{}`", signature.name,
                                  to_text(arguments.front())));
    }
    return result;
  }

 public:
  // {"type", "id"}.
  static std::optional<EntityUid> plain_uid(const Json& json, Report& report) {
    constexpr std::string_view kWhat = "the name of an entity";
    if (json.kind != Json::Kind::Object) {
      report.add_at(json,
                    fmt::format("expected {{\"type\", \"id\"}}, found {}", name_of(json.kind)));
      return std::nullopt;
    }
    const Json* type = need(json, "type", kWhat, report);
    const Json* id = need(json, "id", kWhat, report);
    if (type == nullptr || id == nullptr) return std::nullopt;
    for (const Json* part : {type, id}) {
      if (part->kind == Json::Kind::Text) continue;
      report.add_at(*part, fmt::format("expected a text, found {}", name_of(part->kind)));
      return std::nullopt;
    }
    if (!is_name(type->text)) {
      report.add_at(*type, fmt::format("`{}` is not the name of a type", type->text),
                    "a type is names joined by `::`, none of them reserved");
      return std::nullopt;
    }
    return EntityUid(type->text, id->text);
  }

  // The same, or {"__entity": {"type", "id"}}, which goes before where it is whole.
  static std::optional<EntityUid> escaped_uid(const Json& json, Report& report) {
    if (json.kind != Json::Kind::Object) return plain_uid(json, report);
    if (is_refused(json, report)) return std::nullopt;
    const Json* inside = json.find(kEntityEscape);
    const bool escaped = inside != nullptr && (has_both(*inside) || !has_both(json));
    return plain_uid(escaped ? *inside : json, report);
  }

 private:
  // Whether an object that stands for an entity or an extension value has the escape that was given
  // up, whatever else it has.
  static bool is_refused(const Json& json, Report& report) {
    const Json* old = json.find(kExpressionEscape);
    if (old == nullptr || old->kind != Json::Kind::Text) return false;
    report.add_at(json, "`__expr` is no longer part of the format", "leave it out");
    return true;
  }

  static bool has_both(const Json& json) {
    if (json.kind != Json::Kind::Object) return false;
    const Json* type = json.find("type");
    const Json* id = json.find("id");
    return type != nullptr && type->kind == Json::Kind::Text && id != nullptr &&
           id->kind == Json::Kind::Text;
  }

  Report& report_;
};

std::optional<Value> read_record(const Json& json, Report& report, const ExpectedType* expected) {
  std::optional<Value> value = ValueReader(report).read(json, expected);
  if (value && !value->is(Kind::Record)) {
    report.add_at(json, fmt::format("expected a record, found {}", name_of(value->kind())));
    return std::nullopt;
  }
  return value;
}

// An entity's attributes or tags: no name among them is an escape.
template <class ExpectedOf>
std::optional<Value> read_members(const Json& json, Report& report, ExpectedOf expected_of) {
  if (json.kind != Json::Kind::Object) {
    report.add_at(json, fmt::format("expected an object, found {}", name_of(json.kind)));
    return std::nullopt;
  }
  std::vector<Record::Member> members;
  bool whole = true;
  for (const Json::Member& member : json.members) {
    std::optional<Value> value = ValueReader(report).read(member.value, expected_of(member.name));
    whole = whole && value;
    if (value) members.emplace_back(member.name, std::move(*value));
  }
  if (!whole) return std::nullopt;
  return Value::record(std::move(members));
}

}  // namespace

std::optional<EntityUid> read_uid(const Json& json, Report& report) {
  if (json.kind == Json::Kind::Text) {
    std::optional<EntityUid> uid = parse_entity_uid(json.text);
    if (!uid) {
      report.add_at(json, fmt::format("`{}` does not name an entity", json.text),
                    "write it as `Type::\\\"id\\\"`, or as {\"type\", \"id\"}");
    }
    return uid;
  }
  return ValueReader::escaped_uid(json, report);
}

std::optional<Value> read_value(const Json& json, Report& report, const ExpectedType* expected) {
  return ValueReader(report).read(json, expected);
}

namespace {

bool read_parents(const Json& json, Report& report, Entity& entity) {
  if (json.kind != Json::Kind::Array) {
    report.add_at(json, fmt::format("expected a list of entities, found {}", name_of(json.kind)));
    return false;
  }
  for (const Json& item : json.items) {
    std::optional<EntityUid> parent = ValueReader::escaped_uid(item, report);
    if (!parent) return false;
    if (names_action_type(entity.uid.type().view()) && !names_action_type(parent->type().view())) {
      report.add_at(item, fmt::format("`{}` is no action", to_text(*parent)),
                    "actions are in groups of actions only");
      return false;
    }
    entity.parents.push_back(std::move(*parent));
  }
  return true;
}

}  // namespace

std::optional<Entity> read_entity(const Json& json, Report& report, const ExpectedTypes* types) {
  constexpr std::string_view kWhat = "an entity";
  if (json.kind != Json::Kind::Object) {
    report.add_at(json, fmt::format("expected an entity, found {}", name_of(json.kind)));
    return std::nullopt;
  }
  const Json* name = need(json, "uid", kWhat, report);
  const Json* attributes = need(json, "attrs", kWhat, report);
  const Json* parents = need(json, "parents", kWhat, report);
  if (name == nullptr || attributes == nullptr || parents == nullptr) return std::nullopt;
  std::optional<EntityUid> uid = ValueReader::escaped_uid(*name, report);
  if (!uid) return std::nullopt;
  Entity entity{.uid = *uid};
  const std::string_view type = uid->type().view();
  const ExpectedType* shape = types == nullptr ? nullptr : types->attributes_of(type);
  std::optional<Value> read = read_members(*attributes, report, [&](std::string_view attribute) {
    return shape == nullptr ? nullptr : shape->attribute(attribute);
  });
  if (!read) return std::nullopt;
  entity.attributes = std::move(*read);
  if (const Json* tags = json.find("tags")) {
    const ExpectedType* tag = types == nullptr ? nullptr : types->tags_of(type);
    read = read_members(*tags, report, [&](std::string_view) { return tag; });
    if (!read) return std::nullopt;
    entity.tags = std::move(*read);
  }
  if (!read_parents(*parents, report, entity)) return std::nullopt;
  return entity;
}

std::optional<Request> read_request(const Json& json, Report& report, const ExpectedTypes* types) {
  constexpr std::array<std::string_view, 3> kNames = {"principal", "action", "resource"};
  if (json.kind != Json::Kind::Object) {
    report.add_at(json, fmt::format("expected a request, found {}", name_of(json.kind)));
    return std::nullopt;
  }
  std::vector<EntityUid> uids;
  for (const std::string_view name : kNames) {
    const Json* member = need(json, name, "a request", report);
    std::optional<EntityUid> uid = member == nullptr ? std::nullopt : read_uid(*member, report);
    if (uid) uids.push_back(std::move(*uid));
  }
  if (uids.size() != kNames.size()) return std::nullopt;
  Value context = Value::record({});
  if (const Json* member = json.find("context")) {
    std::optional<Value> read =
        read_record(*member, report, types == nullptr ? nullptr : types->context_of(uids[1]));
    if (!read) return std::nullopt;
    context = std::move(*read);
  }
  return Request(uids[0], uids[1], uids[2], std::move(context));
}

base::Parsed<std::vector<Entity>> read_entities(std::string_view text, std::string_view file,
                                                const ExpectedTypes* types) {
  base::Parsed<Json> document = base::read_json(text, file);
  if (!document) return std::move(document).error();
  Report report(text, file);
  const TextSharing sharing;
  std::vector<Entity> entities;
  if (document.value().kind != Json::Kind::Array) {
    report.add_at(document.value(), "expected a list of entities");
  }
  for (const Json& item : document.value().items) {
    std::optional<Entity> entity = read_entity(item, report, types);
    if (entity) entities.push_back(std::move(*entity));
  }
  if (!report.clean()) return report.take();
  return entities;
}

base::Parsed<Request> read_request(std::string_view text, std::string_view file,
                                   const ExpectedTypes* types) {
  base::Parsed<Json> document = base::read_json(text, file);
  if (!document) return std::move(document).error();
  Report report(text, file);
  const TextSharing sharing;
  std::optional<Request> request = read_request(document.value(), report, types);
  refuse_unknown(document.value(), {"principal", "action", "resource", "context"}, "a request",
                 report);
  if (!report.clean()) return report.take();
  return std::move(*request);
}

base::Json to_json(const EntityUid& uid) {
  return base::json_object(
      {{"type", base::json_text(uid.type().view())}, {"id", base::json_text(uid.id().view())}});
}

base::Json to_json(const Value& value) {
  const auto extension = [](std::string_view function, const std::string& argument) {
    return base::json_object({{"__extn", base::json_object({{"fn", base::json_text(function)},
                                                            {"arg", base::json_text(argument)}})}});
  };
  switch (value.kind()) {
    case Kind::Bool:
      return base::json_bool(value.boolean());
    case Kind::Long:
      return base::json_integer(value.number());
    case Kind::String:
      return base::json_text(value.string_view());
    case Kind::Entity:
      return base::json_object({{"__entity", to_json(value.entity())}});
    case Kind::Decimal:
      return extension("decimal", internal::decimal_text(value.number()));
    case Kind::Duration:
      return extension("duration", internal::duration_text(value.number()));
    case Kind::Ip:
      return extension("ip", internal::ip_text(value.ip()));
    case Kind::Datetime: {
      // Any datetime is the epoch and what has passed since.
      Json base_time = extension("datetime", "1970-01-01");
      Json passed = extension("duration", internal::duration_text(value.number()));
      return base::json_object(
          {{"__extn", base::json_object({{"fn", base::json_text("offset")},
                                         {"args", base::json_array({std::move(base_time),
                                                                    std::move(passed)})}})}});
    }
    case Kind::Set: {
      std::vector<Json> items;
      for (const Value& item : value.set().items()) items.push_back(to_json(item));
      return base::json_array(std::move(items));
    }
    case Kind::Record: {
      std::vector<std::pair<std::string, Json>> members;
      for (const Record::Member* member : value.record().by_name()) {
        members.emplace_back(member->first.str(), to_json(member->second));
      }
      return base::json_object(std::move(members));
    }
    case Kind::Unknown:
      break;
  }
  CHECK(!"an unknown value has no JSON form");
  return {};
}

}  // namespace countersign::cedar
