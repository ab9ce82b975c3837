// SPDX-License-Identifier: Apache-2.0
// What is asked of the policies.
#ifndef COUNTERSIGN_CEDAR_REQUEST_H_
#define COUNTERSIGN_CEDAR_REQUEST_H_

#include <array>

#include "base/check.h"
#include "cedar/ast.h"
#include "cedar/value.h"

namespace countersign::cedar {

// A principal, an action, a resource and a context. Immutable. For partial evaluation each of the
// three may be Value::unknown(Value::Kind::Entity), the context may hold unknown values, at any
// depth of records, or be Value::unknown(Value::Kind::Record) as a whole.
class Request {
 public:
  // `context` is a Record.
  Request(EntityUid principal, EntityUid action, EntityUid resource,
          Value context = Value::record({}))
      : Request(Value::entity(std::move(principal)), Value::entity(std::move(action)),
                Value::entity(std::move(resource)), std::move(context)) {}
  // Each of the first three an Entity or Unknown, the context a Record or surely one.
  Request(Value principal, Value action, Value resource, Value context)
      : variables_{std::move(principal), std::move(action), std::move(resource),
                   std::move(context)} {
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(variables_[i].is(Value::Kind::Entity) || variables_[i].is(Value::Kind::Unknown));
    }
    CHECK(variables_[3].is(Value::Kind::Record) ||
          (variables_[3].is(Value::Kind::Unknown) && variables_[3].surely(Value::Kind::Record)));
  }

  // Principal, Action and Resource are Entity or Unknown, Context is a Record or Unknown.
  const Value& operator[](Variable variable) const {
    return variables_[static_cast<std::size_t>(variable)];
  }

 private:
  std::array<Value, 4> variables_;
};

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_REQUEST_H_
