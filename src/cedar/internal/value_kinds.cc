// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/value_kinds.h"

namespace countersign::cedar::internal {

Value::Kind value_kind_of(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::True:
    case Type::Kind::False:
    case Type::Kind::Bool:
      return Value::Kind::Bool;
    case Type::Kind::Long:
      return Value::Kind::Long;
    case Type::Kind::String:
      return Value::Kind::String;
    case Type::Kind::Decimal:
      return Value::Kind::Decimal;
    case Type::Kind::IpAddr:
      return Value::Kind::Ip;
    case Type::Kind::Datetime:
      return Value::Kind::Datetime;
    case Type::Kind::Duration:
      return Value::Kind::Duration;
    case Type::Kind::Entity:
      return Value::Kind::Entity;
    case Type::Kind::Set:
      return Value::Kind::Set;
    case Type::Kind::Record:
      return Value::Kind::Record;
    case Type::Kind::Never:
      break;
  }
  return Value::Kind::Unknown;
}

Type::Kind type_kind_of(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::Bool:
      return Type::Kind::Bool;
    case Value::Kind::Long:
      return Type::Kind::Long;
    case Value::Kind::Decimal:
      return Type::Kind::Decimal;
    case Value::Kind::Datetime:
      return Type::Kind::Datetime;
    case Value::Kind::Duration:
      return Type::Kind::Duration;
    case Value::Kind::String:
      return Type::Kind::String;
    case Value::Kind::Entity:
      return Type::Kind::Entity;
    case Value::Kind::Set:
      return Type::Kind::Set;
    case Value::Kind::Record:
      return Type::Kind::Record;
    case Value::Kind::Ip:
      return Type::Kind::IpAddr;
    case Value::Kind::Unknown:
      break;
  }
  return Type::Kind::Never;
}

}  // namespace countersign::cedar::internal
