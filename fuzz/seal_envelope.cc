// SPDX-License-Identifier: Apache-2.0
// An envelope that was read is written as it reads, its payload byte for byte; so is the statement
// in it.
#include "base/check.h"
#include "fuzz/target.h"
#include "seal/dsse.h"
#include "seal/statement.h"

namespace {

using namespace countersign;

void check_statement(std::string_view source) {
  const auto statement = seal::read_statement(source, "statement");
  if (!statement) {
    CHECK(!statement.error().empty());
    return;
  }
  const std::string once = seal::write_statement(statement.value());
  const auto again = seal::read_statement(once, "again");
  CHECK(again.has_value());
  CHECK(seal::write_statement(again.value()) == once);
}

}  // namespace

FUZZ_TARGET(input) {
  check_statement(input);
  const auto envelope = seal::read_envelope(input, "envelope.json");
  if (!envelope) {
    CHECK(!envelope.error().empty());
    return;
  }
  const auto again = seal::read_envelope(seal::write_envelope(envelope.value()), "again.json");
  CHECK(again.has_value());
  CHECK(again.value().payload == envelope.value().payload);
  CHECK(again.value().payload_type == envelope.value().payload_type);
  CHECK(again.value().signatures.size() == envelope.value().signatures.size());
  check_statement(base::as_text(envelope.value().payload));
}
