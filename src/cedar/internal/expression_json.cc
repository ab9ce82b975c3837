// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/expression_json.h"
#include "cedar/internal/json_escape.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cedar/internal/lexer.h"
#include "cedar/internal/parsing.h"
#include "cedar/json.h"
#include "cedar/parser.h"

namespace countersign::cedar::internal {
namespace {

using base::Fields;
using base::Json;
using base::Report;
using Kind = Expr::Kind;

constexpr std::array<Variable, 4> kVariables = {Variable::Principal, Variable::Action,
                                                Variable::Resource, Variable::Context};

std::optional<Function> find_function(std::string_view name) {
  using Style = FunctionSignature::Style;
  const auto constructor = cedar::find_function(name, Style::Constructor);
  return constructor ? constructor : cedar::find_function(name, Style::Method);
}

// Nodes are made in place and filled: an Expr is large, and these functions call each other as
// deep as the document goes.
class ExpressionReader {
 public:
  explicit ExpressionReader(Report& report) : report_(report) {}

  ExprRef read(const Json& json) {
    if (json.kind != Json::Kind::Object) {
      return fail(json, fmt::format("expected an expression, found {}", name_of(json.kind)),
                  "write {\"Value\": ...} for a value, {\"Var\": ...} for a variable, or an object "
                  "named by its operator");
    }
    if (json.members.size() != 1) {
      return fail(json,
                  json.members.empty()
                      ? std::string("an expression may not be empty")
                      : fmt::format("an expression has one member, its operator, and this has {}",
                                    json.members.size()),
                  "write each operator as an object of its own");
    }
    const Json::Member& member = json.members.front();
    const std::string_view name = member.name;
    for (const JsonOperator& known : kJsonOperators) {
      if (known.name == name) return operation(json, member, known);
    }
    if (const auto function = find_function(name)) return call(json, member, *function);
    struct Form {
      std::string_view name;
      ExprRef (ExpressionReader::*read)(const Json&, const Json&);
    };
    static constexpr std::array<Form, 9> kForms = {
        {{"Value", &ExpressionReader::literal},
         {"Var", &ExpressionReader::variable},
         {".", &ExpressionReader::attribute},
         {"has", &ExpressionReader::has},
         {"like", &ExpressionReader::like},
         {"is", &ExpressionReader::is},
         {"if-then-else", &ExpressionReader::conditional},
         {"Set", &ExpressionReader::set},
         {"Record", &ExpressionReader::record}}};
    for (const Form& form : kForms) {
      if (form.name == name) return (this->*form.read)(json, member.value);
    }
    return unknown(member);
  }

 private:
  using Node = std::shared_ptr<Expr>;

  ExprRef fail(const Json& at, std::string message, std::string remedy = {}) {
    report_.add_at(at, std::move(message), std::move(remedy));
    return nullptr;
  }

  static Node node(Kind kind, const Json& json) {
    auto node = std::make_shared<Expr>();
    node->kind = kind;
    node->span = span_of(json);
    return node;
  }

  ExprRef finish(Node node, const Json& json) {
    for (const ExprRef& operand : node->operands) {
      if (!operand) return nullptr;
      node->depth = std::max(node->depth, operand->depth + 1);
    }
    if (node->depth > kDepthLimit) {
      return fail(json, fmt::format("the expression is more than {} operations deep", kDepthLimit),
                  "put long lists into a set, or split the policy");
    }
    return node;
  }

  ExprRef unknown(const Json::Member& member) {
    if (member.name == "Slot") {
      report_.add_at(member, "a slot may not stand in a condition",
                     "`?principal` and `?resource` belong into the head of a template");
      return nullptr;
    }
    if (member.name == "Unknown" || member.name == "unknown") {
      report_.add_at(member, "a policy may not hold unknown values",
                     "they belong into the request of a partial evaluation");
      return nullptr;
    }
    std::vector<std::string_view> known = {"Value", "Var", ".",      "has",         "like",
                                           "is",    "Set", "Record", "if-then-else"};
    for (const JsonOperator& one : kJsonOperators) known.push_back(one.name);
    for (const FunctionSignature& one : functions()) known.push_back(one.name);
    const auto meant = base::did_you_mean(member.name, known);
    report_.add_at(member,
                   fmt::format("the language has no operator or function `{}`", member.name),
                   meant ? fmt::format("did you mean `{}`?", *meant)
                         : "a value stands in {\"Value\": ...}, a variable in {\"Var\": ...}");
    return nullptr;
  }

  // The member as an expression; its absence is reported.
  ExprRef need(Fields& fields, std::string_view name) {
    const Json* json = fields.need(name);
    return json == nullptr ? nullptr : read(*json);
  }

  ExprRef operation(const Json& json, const Json::Member& member, const JsonOperator& known) {
    const std::string what = fmt::format("`{}`", known.name);
    const Node made = node(known.kind, json);
    Fields fields(member.value, what, report_);
    if (known.operands == 1) {
      made->operands.push_back(need(fields, "arg"));
    } else {
      for (const std::string_view name : kJsonOperandNames) {
        made->operands.push_back(need(fields, name));
      }
    }
    fields.finish();
    return finish(made, json);
  }

  ExprRef call(const Json& json, const Json::Member& member, Function function) {
    const FunctionSignature& signature = signature_of(function);
    if (member.value.kind != Json::Kind::Array) {
      return fail(member.value, fmt::format("the arguments of `{}` must be a list, not {}",
                                            member.name, name_of(member.value.kind)));
    }
    if (signature.style == FunctionSignature::Style::Method && member.value.items.empty()) {
      return fail(member.value, fmt::format("`{}` lacks the value it is called on", member.name),
                  "give it as the first argument");
    }
    const Node made = node(Kind::Call, json);
    made->function = function;
    for (const Json& item : member.value.items) made->operands.push_back(read(item));
    return finish(made, json);
  }

  ExprRef variable(const Json& json, const Json& body) {
    for (const Variable variable : kVariables) {
      if (body.kind != Json::Kind::Text || name_of(variable) != body.text) continue;
      const Node made = node(Kind::Variable, json);
      made->variable = variable;
      return finish(made, json);
    }
    const auto meant =
        base::did_you_mean(body.text, {"principal", "action", "resource", "context"});
    return fail(body,
                body.kind == Json::Kind::Text
                    ? fmt::format("`{}` is no variable", body.text)
                    : fmt::format("expected the name of a variable, found {}", name_of(body.kind)),
                meant ? fmt::format("did you mean `{}`?", *meant)
                      : "the variables are `principal`, `action`, `resource` and `context`");
  }

  // The name of an attribute, any text.
  void name(Expr& made, const Json* json) {
    if (json == nullptr) return;
    if (json->kind != Json::Kind::Text) {
      report_.add_at(
          *json, fmt::format("expected the name of an attribute, found {}", name_of(json->kind)));
      return;
    }
    made.names.emplace_back(json->text);
    made.name_spans.push_back(span_of(*json));
  }

  ExprRef attribute(const Json& json, const Json& body) {
    const Node made = node(Kind::GetAttr, json);
    Fields fields(body, "`.`", report_);
    made->operands.push_back(need(fields, "left"));
    name(*made, fields.need("attr"));
    fields.finish();
    if (made->names.empty()) return nullptr;
    return finish(made, json);
  }

  ExprRef has(const Json& json, const Json& body) {
    const Node made = node(Kind::Has, json);
    Fields fields(body, "`has`", report_);
    made->operands.push_back(need(fields, "left"));
    // Further members are passed over, as the reference does here.
    const Json* names = fields.need("attr");
    if (names == nullptr) return nullptr;
    if (names->kind != Json::Kind::Array) {
      name(*made, names);
    } else {
      for (const Json& item : names->items) name(*made, &item);
      if (made->names.size() != names->items.size()) return nullptr;
      if (names->items.empty()) {
        return fail(*names, "the list of attributes is empty", "name at least one");
      }
    }
    if (made->names.size() > kNestingLimit) {
      return fail(*names, fmt::format("behind `has` stand more than {} names", kNestingLimit));
    }
    if (made->names.empty() || !made->operands.front()) return nullptr;
    const bool path = std::all_of(made->names.begin(), made->names.end(), [](const Text& text) {
      return is_identifier(text.view()) && !is_reserved(text.view());
    });
    return path || made->names.size() == 1 ? finish(made, json) : has_each(*made, json);
  }

  // `e has a && e.a has "b c"`: what has no form of its own in text.
  ExprRef has_each(const Expr& path, const Json& json) {
    ExprRef receiver = path.operands.front();
    ExprRef whole;
    for (std::size_t i = 0; i < path.names.size(); ++i) {
      ExprRef one = finish(named(Kind::Has, receiver, path, i, json), json);
      if (!one) return nullptr;
      if (whole) {
        const Node both = node(Kind::And, json);
        both->operands = {std::move(whole), std::move(one)};
        one = finish(both, json);
      }
      whole = std::move(one);
      receiver = finish(named(Kind::GetAttr, receiver, path, i, json), json);
      if (!whole || !receiver) return nullptr;
    }
    return whole;
  }

  static Node named(Kind kind, const ExprRef& receiver, const Expr& path, std::size_t i,
                    const Json& json) {
    const Node made = node(kind, json);
    made->operands.push_back(receiver);
    made->names.push_back(path.names[i]);
    made->name_spans.push_back(path.name_spans[i]);
    return made;
  }

  ExprRef like(const Json& json, const Json& body) {
    const Node made = node(Kind::Like, json);
    Fields fields(body, "`like`", report_);
    made->operands.push_back(need(fields, "left"));
    const Json* pattern = fields.need("pattern");
    fields.finish();
    if (pattern == nullptr) return nullptr;
    if (pattern->kind != Json::Kind::Array) {
      return fail(*pattern, fmt::format("a pattern must be a list, not {}", name_of(pattern->kind)),
                  "write [\"Wildcard\", {\"Literal\": \"text\"}] for `*text`");
    }
    made->pattern.parts.emplace_back();
    for (const Json& item : pattern->items) {
      const Json* text = item.members.size() == 1 ? item.find("Literal") : nullptr;
      if (item.kind == Json::Kind::Text && item.text == "Wildcard") {
        made->pattern.parts.emplace_back();
      } else if (text != nullptr && text->kind == Json::Kind::Text) {
        made->pattern.parts.back() += text->text;
      } else {
        return fail(item, "a part of a pattern is \"Wildcard\" or {\"Literal\": \"text\"}");
      }
    }
    return finish(made, json);
  }

  ExprRef is(const Json& json, const Json& body) {
    const Node made = node(Kind::Is, json);
    Fields fields(body, "`is`", report_);
    made->operands.push_back(need(fields, "left"));
    const Json* type = fields.need("entity_type");
    const Json* group = fields.maybe("in");
    fields.finish();
    if (type == nullptr) return nullptr;
    const std::optional<Text> name = read_type_name(*type, report_);
    if (!name) return nullptr;
    made->type = *name;
    made->type_span = span_of(*type);
    if (group != nullptr && group->kind != Json::Kind::Null) {
      made->kind = Kind::IsIn;
      made->operands.push_back(read(*group));
    }
    return finish(made, json);
  }

  ExprRef conditional(const Json& json, const Json& body) {
    const Node made = node(Kind::If, json);
    Fields fields(body, "`if-then-else`", report_);
    for (const std::string_view name : kJsonBranchNames)
      made->operands.push_back(need(fields, name));
    fields.finish();
    return finish(made, json);
  }

  ExprRef set(const Json& json, const Json& body) {
    if (body.kind != Json::Kind::Array) {
      return fail(body, fmt::format("`Set` must be a list, not {}", name_of(body.kind)));
    }
    const Node made = node(Kind::Set, json);
    for (const Json& item : body.items) made->operands.push_back(read(item));
    return finish(made, json);
  }

  ExprRef record(const Json& json, const Json& body) {
    if (body.kind != Json::Kind::Object) {
      return fail(body, fmt::format("`Record` must be an object, not {}", name_of(body.kind)));
    }
    return members(json, body, &ExpressionReader::read);
  }

  ExprRef members(const Json& json, const Json& body,
                  ExprRef (ExpressionReader::*read_member)(const Json&)) {
    const Node made = node(Kind::Record, json);
    for (const Json::Member& member : body.members) {
      made->names.emplace_back(member.name);
      made->name_spans.push_back({member.begin, member.end, member.at});
      made->operands.push_back((this->*read_member)(member.value));
    }
    return finish(made, json);
  }

  ExprRef literal(const Json&, const Json& body) { return value(body); }

  // What stands in "Value": values as in json.h, but an extension value is a call like any other,
  // which fails when it is evaluated.
  ExprRef value(const Json& json) {
    switch (json.kind) {
      case Json::Kind::Bool:
        return literal_node(Value::boolean(json.boolean), json);
      case Json::Kind::Integer:
        return literal_node(Value::integer(json.integer), json);
      case Json::Kind::Text:
        return literal_node(Value::string(json.text), json);
      case Json::Kind::Array: {
        const Node made = node(Kind::Set, json);
        for (const Json& item : json.items) made->operands.push_back(value(item));
        return finish(made, json);
      }
      case Json::Kind::Object:
        return object(json);
      case Json::Kind::Null:
        return fail(json, "`null` is no value");
      case Json::Kind::Real:
        return fail(json, "a number with a fraction or exponent is no value",
                    "write {\"decimal\": [{\"Value\": \"1.5\"}]}");
    }
    return nullptr;
  }

  ExprRef literal_node(Value value, const Json& json) {
    const Node made = node(Kind::Literal, json);
    made->value = std::move(value);
    return finish(made, json);
  }

  ExprRef object(const Json& json) {
    const Escape escape = escape_of(json);
    if (escape == Escape::None) return members(json, json, &ExpressionReader::value);
    if (escape == Escape::Expression) {
      return fail(json, "`__expr` is no longer part of the format", "write the value itself");
    }
    if (const Json* fraction = fraction_in(json)) return value(*fraction);
    if (escape == Escape::Function) return extension(json, json.members.front().value);
    std::optional<EntityUid> uid = read_entity_name(json, report_);
    return uid ? literal_node(Value::entity(std::move(*uid)), json) : nullptr;
  }

  // `body` is a whole escape's inside.
  ExprRef extension(const Json& json, const Json& body) {
    const Json& name = *body.find("fn");
    const Json* one = body.find("arg");
    const Json* list = one == nullptr ? body.find("args") : nullptr;
    const std::optional<Function> function = find_function(name.text);
    if (!function) {
      return fail(name, fmt::format("`{}` is no extension function", name.text),
                  "the constructors are `decimal`, `ip`, `datetime` and `duration`");
    }
    const Node made = node(Kind::Call, json);
    made->function = *function;
    if (one != nullptr) made->operands.push_back(value(*one));
    if (list != nullptr) {
      for (const Json& item : list->items) made->operands.push_back(value(item));
    }
    if (made->operands.empty() &&
        signature_of(*function).style == FunctionSignature::Style::Method) {
      return fail(body, fmt::format("`{}` lacks the value it is called on", name.text),
                  "give it as the first argument");
    }
    return finish(made, json);
  }

  Report& report_;
};

}  // namespace

Span span_of(const Json& json) { return {json.begin, json.end, json.at}; }

std::optional<EntityUid> read_entity_name(const Json& json, Report& report) {
  if (json.kind != Json::Kind::Object) {
    report.add_at(json, fmt::format("expected an entity, found {}", name_of(json.kind)),
                  "write it as {\"type\": \"User\", \"id\": \"alice\"}");
    return std::nullopt;
  }
  return read_uid(json, report);
}

std::optional<Text> read_type_name(const Json& json, Report& report) {
  if (json.kind == Json::Kind::Text && is_name(json.text)) return Text(json.text);
  report.add_at(json,
                json.kind == Json::Kind::Text
                    ? fmt::format("`{}` is not the name of a type", json.text)
                    : fmt::format("expected the name of a type, found {}", name_of(json.kind)),
                "a type is names joined by `::`, none of them reserved");
  return std::nullopt;
}

ExprRef read_expression(const Json& json, Report& report) {
  ExprRef expr = ExpressionReader(report).read(json);
  // Only what is deep as a tree can be so as a text.
  if (expr && expr->depth > kNestingLimit && nesting_of_text(*expr) > kNestingLimit) {
    report.add_at(json, fmt::format("expressions are nested more than {} deep", kNestingLimit));
    return nullptr;
  }
  return expr;
}

}  // namespace countersign::cedar::internal
