// SPDX-License-Identifier: Apache-2.0
// What commands print: answers to standard output, complaints to standard error.
#ifndef COUNTERSIGN_CLI_OUTPUT_H_
#define COUNTERSIGN_CLI_OUTPUT_H_

#include <string>
#include <string_view>

#include "base/issue.h"
#include "base/json.h"
#include "base/result.h"
#include "cli/commands.h"

namespace countersign::cli {

enum class Format { Text, Json };

// Everything that is printed about an instance for practice says so: once mark_exercise() was
// called, an answer in text begins with it, one in JSON has a member `exercise`, a complaint begins
// with it. A program begins without.
void begin_output();
void mark_exercise();

void print(std::string_view text);
void print(const base::Json& json);
// The same of what goes into a file: a table gets a column `exercise`, a chart the word, a document
// the member. What is no practice is given back as it is.
std::string marked_table(std::string csv);
std::string marked_chart(std::string svg);
base::Json marked(base::Json document);
// A document that is handed on as it is, and says itself what it is of.
void print_document(std::string_view text);
void print_error(std::string_view text);

// Says that an answer went into a file.
Exit say_written(const std::string& file, Format format);

// Says what is wrong in something that was read; in Json the first issue stands as a refusal with
// the rule `bad-input`, and all of them under `issues`.
Exit complain(const base::Issues& issues, Format format);
Exit complain(const base::Error& error, Format format);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_OUTPUT_H_
