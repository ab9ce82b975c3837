// SPDX-License-Identifier: Apache-2.0
#include "kernel/bodies_keys.h"

#include "kernel/internal/body_fields.h"

namespace countersign::kernel {

KeyWithdrawalBody KeyWithdrawalBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a key's withdrawal", report);
  KeyWithdrawalBody read;
  const std::string text = fields.text("key");
  auto key = seal::PublicKey::parse(text);
  if (key) {
    read.key = std::move(key.value());
  } else if (!text.empty()) {
    fields.report("key", key.error()[0].message,
                  "write the public key as the appointment has it: ed25519:…");
  }
  read.suspected_since = fields.maybe_instant("suspected_since");
  read.text = prose(fields, "text");
  fields.finish();
  return read;
}

base::Json KeyWithdrawalBody::write(const KeyWithdrawalBody& body) {
  base::Json written = base::json_object({{"key", base::json_text(body.key->text())}});
  if (body.suspected_since) {
    written.members.push_back(
        {"suspected_since", {}, base::json_text(base::to_text(*body.suspected_since))});
  }
  written.members.push_back({"text", {}, base::json_text(body.text)});
  return written;
}

ConfirmBody ConfirmBody::read(const base::Json& body, base::Report& report) {
  base::Fields fields(body, "a confirmation", report);
  ConfirmBody read;
  read.statement = digest_in(fields, "statement");
  read.text = maybe_prose(fields, "text");
  fields.finish();
  return read;
}

base::Json ConfirmBody::write(const ConfirmBody& body) {
  base::Json written =
      base::json_object({{"statement", base::json_text(seal::to_text(body.statement))}});
  if (!body.text.empty()) written.members.push_back({"text", {}, base::json_text(body.text)});
  return written;
}

}  // namespace countersign::kernel
