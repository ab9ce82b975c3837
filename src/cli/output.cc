// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "casework/files.h"

namespace countersign::cli {

namespace {

base::Json json_of(const base::Issue& issue) {
  std::vector<std::pair<std::string, base::Json>> members;
  if (!issue.file.empty()) members.emplace_back("file", base::json_text(issue.file));
  if (issue.at.line != 0) {
    members.emplace_back("line", base::json_integer(issue.at.line));
    members.emplace_back("column", base::json_integer(issue.at.column));
  }
  members.emplace_back("message", base::json_text(issue.message));
  if (!issue.remedy.empty()) members.emplace_back("remedy", base::json_text(issue.remedy));
  return base::json_object(std::move(members));
}

base::Json refusal(std::string_view rule, const std::string& message, const std::string& where) {
  return base::json_object({{"rule", base::json_text(rule)},
                            {"message", base::json_text(message)},
                            {"where", base::json_text(where)}});
}

constexpr std::string_view kExercise = "EXERCISE: practice, nothing of it counts";

// Whether what is printed is practice, and whether it was said.
struct Heading {
  bool exercise = false;
  bool said = false;
};
Heading heading;

std::string place_of(const base::Issue& issue) {
  if (issue.at.line == 0) return issue.file;
  return fmt::format("{}:{}:{}", issue.file, issue.at.line, issue.at.column);
}

}  // namespace

void begin_output() { heading = {}; }

void mark_exercise() { heading.exercise = true; }

void print(std::string_view text) {
  if (heading.exercise && !heading.said) fmt::print("{}\n", kExercise);
  heading.said = true;
  fmt::print("{}\n", text);
}

void print(const base::Json& json) {
  const auto says = [&](std::string_view name) {
    const base::Json* value = json.find(name);
    return value != nullptr && value->text == "exercise";
  };
  if (!heading.exercise || says("instance") || says("kind"))
    return print_document(base::write_json(json));
  print_document(base::write_json(marked(json)));
}

std::string marked_table(std::string csv) {
  if (!heading.exercise) return csv;
  std::string text;
  bool quoted = false;
  bool head = true;
  for (const char each : csv) {
    if (each == '"') quoted = !quoted;
    if (each == '\n' && !quoted) {
      const bool returned = text.ends_with('\r');
      if (returned) text.pop_back();
      text += head ? ",exercise" : ",true";
      if (returned) text += '\r';
      head = false;
    }
    text += each;
  }
  return text;
}

std::string marked_chart(std::string svg) {
  const std::size_t end = svg.rfind("</svg>");
  if (!heading.exercise || end == std::string::npos) return svg;
  return svg.insert(end,
                    "<text x=\"8\" y=\"14\" font-size=\"12\" font-weight=\"bold\" fill=\"#b00020\">"
                    "EXERCISE: practice, nothing of it counts</text>\n");
}

base::Json marked(base::Json document) {
  if (heading.exercise) document.members.push_back({"exercise", {}, base::json_bool(true)});
  return document;
}

void print_document(std::string_view text) { fmt::print("{}\n", text); }

void print_error(std::string_view text) {
  fmt::print(stderr, "{}{}\n", heading.exercise ? "EXERCISE: " : "", text);
}

Exit say_written(const std::string& file, Format format) {
  if (format == Format::Json) {
    print(base::json_object({{"written", base::json_text(file)}}));
  } else {
    print("written to " + file);
  }
  return Exit::Done;
}

Exit complain(const base::Issues& issues, Format format) {
  if (format == Format::Json) {
    std::vector<base::Json> all;
    for (const base::Issue& issue : issues) all.push_back(json_of(issue));
    const base::Issue first = issues.empty() ? base::Issue() : issues.front();
    print(base::json_object({{"refused", refusal("bad-input", first.message, place_of(first))},
                             {"issues", base::json_array(std::move(all))}}));
  } else {
    print_error(base::to_text(issues));
  }
  return Exit::BadInput;
}

Exit complain(const base::Error& error, Format format) {
  // A path that is wrong is the writer's mistake; a disk that fails is not.
  using casework::CaseworkError;
  for (const CaseworkError mistake : {CaseworkError::NotFound, CaseworkError::Exists,
                                      CaseworkError::Unreadable, CaseworkError::NotAnInstance}) {
    if (error.code != casework::make_error_code(mistake)) continue;
    base::Issue issue;
    issue.message = error.message;
    return complain(base::Issues{issue}, format);
  }
  if (format == Format::Json) {
    print(base::json_object({{"failed", refusal("could-not-finish", error.message, {})}}));
  } else {
    print_error("countersign: " + error.message);
  }
  return Exit::CouldNotFinish;
}

}  // namespace countersign::cli
