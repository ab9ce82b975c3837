// SPDX-License-Identifier: Apache-2.0
#include "cedar/schema_forms.h"

#include "cedar/ast.h"
#include "cedar/internal/schema_syntax.h"
#include "cedar/schema.h"

namespace countersign::cedar {

base::Parsed<base::Json> schema_to_json(std::string_view text, std::string_view file) {
  BOOST_OUTCOME_TRYV(Schema::parse(text, file));
  const Source source{.file = std::string(file), .text = std::string(text)};
  base::Issues issues;
  return internal::write_schema_json(internal::parse_schema(source, issues));
}

base::Parsed<std::string> schema_to_text(std::string_view json, std::string_view file) {
  BOOST_OUTCOME_TRYV(Schema::parse_json(json, file));
  BOOST_OUTCOME_TRY(const base::Json document, base::read_json(json, file));
  base::Report report(json, file);
  std::string text = internal::write_schema_text(internal::read_schema(document, report), report);
  if (!report.clean()) return report.take();
  return text;
}

}  // namespace countersign::cedar
