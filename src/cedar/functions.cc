// SPDX-License-Identifier: Apache-2.0
#include "cedar/functions.h"

#include <algorithm>

namespace countersign::cedar {
namespace {

using enum FunctionSignature::Style;
using Kind = Value::Kind;

constexpr std::array kFunctions = {
    FunctionSignature{Function::Decimal, "decimal", Constructor, 1, {Kind::String}, Kind::Decimal},
    FunctionSignature{Function::DecimalLessThan,
                      "lessThan",
                      Method,
                      2,
                      {Kind::Decimal, Kind::Decimal},
                      Kind::Bool},
    FunctionSignature{Function::DecimalLessThanOrEqual,
                      "lessThanOrEqual",
                      Method,
                      2,
                      {Kind::Decimal, Kind::Decimal},
                      Kind::Bool},
    FunctionSignature{Function::DecimalGreaterThan,
                      "greaterThan",
                      Method,
                      2,
                      {Kind::Decimal, Kind::Decimal},
                      Kind::Bool},
    FunctionSignature{Function::DecimalGreaterThanOrEqual,
                      "greaterThanOrEqual",
                      Method,
                      2,
                      {Kind::Decimal, Kind::Decimal},
                      Kind::Bool},
    FunctionSignature{Function::Ip, "ip", Constructor, 1, {Kind::String}, Kind::Ip},
    FunctionSignature{Function::IsIpv4, "isIpv4", Method, 1, {Kind::Ip}, Kind::Bool},
    FunctionSignature{Function::IsIpv6, "isIpv6", Method, 1, {Kind::Ip}, Kind::Bool},
    FunctionSignature{Function::IsLoopback, "isLoopback", Method, 1, {Kind::Ip}, Kind::Bool},
    FunctionSignature{Function::IsMulticast, "isMulticast", Method, 1, {Kind::Ip}, Kind::Bool},
    FunctionSignature{
        Function::IsInRange, "isInRange", Method, 2, {Kind::Ip, Kind::Ip}, Kind::Bool},
    FunctionSignature{
        Function::Datetime, "datetime", Constructor, 1, {Kind::String}, Kind::Datetime},
    FunctionSignature{
        Function::Offset, "offset", Method, 2, {Kind::Datetime, Kind::Duration}, Kind::Datetime},
    FunctionSignature{Function::DurationSince,
                      "durationSince",
                      Method,
                      2,
                      {Kind::Datetime, Kind::Datetime},
                      Kind::Duration},
    FunctionSignature{Function::ToDate, "toDate", Method, 1, {Kind::Datetime}, Kind::Datetime},
    FunctionSignature{Function::ToTime, "toTime", Method, 1, {Kind::Datetime}, Kind::Duration},
    FunctionSignature{
        Function::Duration, "duration", Constructor, 1, {Kind::String}, Kind::Duration},
    FunctionSignature{
        Function::ToMilliseconds, "toMilliseconds", Method, 1, {Kind::Duration}, Kind::Long},
    FunctionSignature{Function::ToSeconds, "toSeconds", Method, 1, {Kind::Duration}, Kind::Long},
    FunctionSignature{Function::ToMinutes, "toMinutes", Method, 1, {Kind::Duration}, Kind::Long},
    FunctionSignature{Function::ToHours, "toHours", Method, 1, {Kind::Duration}, Kind::Long},
    FunctionSignature{Function::ToDays, "toDays", Method, 1, {Kind::Duration}, Kind::Long},
};

}  // namespace

std::span<const FunctionSignature> functions() { return kFunctions; }

const FunctionSignature& signature_of(Function function) {
  return kFunctions[static_cast<std::size_t>(function)];
}

std::optional<Function> find_function(std::string_view name, FunctionSignature::Style style) {
  const auto* found =
      std::find_if(kFunctions.begin(), kFunctions.end(), [&](const FunctionSignature& signature) {
        return signature.name == name && signature.style == style;
      });
  if (found == kFunctions.end()) return std::nullopt;
  return found->function;
}

std::vector<std::string_view> function_names(FunctionSignature::Style style) {
  std::vector<std::string_view> names;
  for (const FunctionSignature& signature : kFunctions) {
    if (signature.style == style) names.push_back(signature.name);
  }
  return names;
}

}  // namespace countersign::cedar
