// SPDX-License-Identifier: Apache-2.0
// From text to policies.
#ifndef COUNTERSIGN_CEDAR_PARSER_H_
#define COUNTERSIGN_CEDAR_PARSER_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"

namespace countersign::cedar {

// Reads the policies and templates of one text (Cedar language 4.5), in the order written, with ids
// "policy0", "policy1", ... `file` is what issues call the text. Every policy that cannot be read
// gives at least one issue: the reader goes on behind the next `;`.
// Texts past 16 MiB are refused.
base::Parsed<std::vector<Policy>> parse_policies(std::string_view text, std::string_view file = {});

// One expression and nothing after it.
base::Parsed<ExprRef> parse_expression(std::string_view text, std::string_view file = {});

// `Namespace::Type::"id"`, with the escapes of string literals; empty when `text` is anything else.
std::optional<EntityUid> parse_entity_uid(std::string_view text);

// Whether `text` is a name that a type, function or namespace may have: identifiers joined by `::`,
// none of them reserved.
bool is_name(std::string_view text);

}  // namespace countersign::cedar

#endif  // COUNTERSIGN_CEDAR_PARSER_H_
