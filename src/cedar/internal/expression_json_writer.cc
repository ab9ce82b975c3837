// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cedar/internal/expression_json.h"
#include "cedar/json.h"
#include "cedar/policy_json.h"

namespace countersign::cedar {
namespace {

using base::Json;
using internal::JsonOperator;
using internal::kJsonBranchNames;
using internal::kJsonOperandNames;
using internal::kJsonOperators;
using internal::put;
using Kind = Expr::Kind;

Json empty(Json::Kind kind) {
  Json json;
  json.kind = kind;
  return json;
}

Json of_one(std::string_view name, Json value) {
  Json json = empty(Json::Kind::Object);
  put(json, name, std::move(value));
  return json;
}

class ExpressionWriter {
 public:
  static Json write(const Expr& expr) {
    for (const JsonOperator& known : kJsonOperators) {
      if (known.kind == expr.kind) return operation(expr, known);
    }
    switch (expr.kind) {
      case Kind::Literal:
        return value(expr.value);
      case Kind::Variable:
        return of_one("Var", base::json_text(name_of(expr.variable)));
      case Kind::GetAttr:
        return named(".", write(expr.operand(0)), expr.names.front());
      case Kind::Has:
        return has(expr, expr.names.size());
      case Kind::Like: {
        Json body = of_one("left", write(expr.operand(0)));
        put(body, "pattern", pattern(expr.pattern));
        return of_one("like", std::move(body));
      }
      case Kind::Is:
      case Kind::IsIn: {
        Json body = of_one("left", write(expr.operand(0)));
        put(body, "entity_type", base::json_text(expr.type.view()));
        if (expr.kind == Kind::IsIn) put(body, "in", write(expr.operand(1)));
        return of_one("is", std::move(body));
      }
      case Kind::If: {
        Json body = empty(Json::Kind::Object);
        for (std::size_t i = 0; i < 3; ++i) put(body, kJsonBranchNames[i], write(expr.operand(i)));
        return of_one("if-then-else", std::move(body));
      }
      case Kind::Set:
        return of_one("Set", list(expr));
      case Kind::Record:
        return record(expr);
      default:
        return of_one(signature_of(expr.function).name, list(expr));
    }
  }

 private:
  static Json operation(const Expr& expr, const JsonOperator& known) {
    Json body = empty(Json::Kind::Object);
    for (std::size_t i = 0; i < known.operands; ++i) {
      put(body, known.operands == 1 ? "arg" : kJsonOperandNames[i], write(expr.operand(i)));
    }
    return of_one(known.name, std::move(body));
  }

  static Json named(std::string_view name, Json left, const Text& attribute) {
    Json body = of_one("left", std::move(left));
    put(body, "attr", base::json_text(attribute.view()));
    return of_one(name, std::move(body));
  }

  // The first `count` names of `e has a.b.c`: e has a && e.a has b && e.a.b has c.
  static Json has(const Expr& expr, std::size_t count) {
    Json receiver = write(expr.operand(0));
    for (std::size_t i = 0; i + 1 < count; ++i) {
      receiver = named(".", std::move(receiver), expr.names[i]);
    }
    Json last = named("has", std::move(receiver), expr.names[count - 1]);
    if (count == 1) return last;
    Json body = of_one("left", has(expr, count - 1));
    put(body, "right", std::move(last));
    return of_one("&&", std::move(body));
  }

  // Character by character.
  static Json pattern(const Pattern& pattern) {
    Json json = empty(Json::Kind::Array);
    for (std::size_t i = 0; i < pattern.parts.size(); ++i) {
      if (i != 0) json.items.push_back(base::json_text("Wildcard"));
      std::string_view rest = pattern.parts[i];
      while (!rest.empty()) {
        std::size_t length = 1;
        while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xc0) == 0x80) {
          ++length;
        }
        json.items.push_back(of_one("Literal", base::json_text(rest.substr(0, length))));
        rest.remove_prefix(length);
      }
    }
    return json;
  }

  static Json list(const Expr& expr) {
    Json json = empty(Json::Kind::Array);
    for (const ExprRef& operand : expr.operands) json.items.push_back(write(*operand));
    return json;
  }

  static Json record(const Expr& expr) {
    std::vector<std::size_t> order(expr.names.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return expr.names[a] < expr.names[b]; });
    Json json = empty(Json::Kind::Object);
    for (const std::size_t i : order) put(json, expr.names[i].view(), write(expr.operand(i)));
    return of_one("Record", std::move(json));
  }

  static Json value(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::Set: {
        Json json = empty(Json::Kind::Array);
        for (const Value& item : value.set().items()) {
          json.items.push_back(ExpressionWriter::value(item));
        }
        return of_one("Set", std::move(json));
      }
      case Value::Kind::Record: {
        Json json = empty(Json::Kind::Object);
        for (const Record::Member* member : value.record().by_name()) {
          put(json, member->first.view(), ExpressionWriter::value(member->second));
        }
        return of_one("Record", std::move(json));
      }
      case Value::Kind::Decimal:
      case Value::Kind::Datetime:
      case Value::Kind::Duration:
      case Value::Kind::Ip:
        return extension(to_json(value));
      default:
        return of_one("Value", to_json(value));
    }
  }

  // {"__extn": {"fn", "arg" or "args"}} as a call.
  static Json extension(const Json& json) {
    const Json* escaped = json.find("__extn");
    if (escaped == nullptr) return of_one("Value", json);
    Json arguments = empty(Json::Kind::Array);
    if (const Json* one = escaped->find("arg")) arguments.items.push_back(extension(*one));
    if (const Json* list = escaped->find("args")) {
      for (const Json& item : list->items) arguments.items.push_back(extension(item));
    }
    return of_one(escaped->find("fn")->text, std::move(arguments));
  }
};

}  // namespace

void internal::put(Json& object, std::string_view name, Json value) {
  object.members.push_back({std::string(name), {}, std::move(value)});
}

base::Json to_json(const Expr& expr) { return ExpressionWriter::write(expr); }

}  // namespace countersign::cedar
