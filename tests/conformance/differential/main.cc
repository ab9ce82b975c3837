// SPDX-License-Identifier: Apache-2.0
// cedar_differential: one case a line comes in, one answer a line goes out, in the same order.
// cedar_differential FILE: reads cases that carry the reference's answer, says where this engine's
// is another, and leaves with 1 then.
#include <fstream>
#include <iostream>
#include <string>

#include "base/issue.h"
#include "base/json.h"
#include "conformance/differential/answer.h"

namespace {

using namespace countersign;

int answer_all() {
  for (std::string line; std::getline(std::cin, line);) {
    const base::Parsed<base::Json> one = base::read_json(line, "case");
    if (!one) {
      std::cerr << base::to_text(one.error()) << "\n";
      return 2;
    }
    // Flushed each time: who asks waits for it.
    std::cout << base::write_json(differential::answer(one.value())) << std::endl;
  }
  return 0;
}

int replay(const char* name) {
  std::ifstream file(name);
  int right = 0;
  int wrong = 0;
  for (std::string line; std::getline(file, line);) {
    const base::Parsed<base::Json> one = base::read_json(line, name);
    const base::Json* expected = one ? one.value().find("answer") : nullptr;
    if (expected == nullptr) {
      std::cerr << name << ": a line holds no case with an answer\n";
      return 2;
    }
    const base::Json given = differential::answer(one.value());
    ++(differential::same(given, *expected) ? right : wrong);
    if (differential::same(given, *expected)) continue;
    std::cout << line << "\n  this engine answers " << base::write_json(given) << "\n";
  }
  std::cout << right << " as the reference answered, " << wrong << " not\n";
  return wrong == 0 && right > 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  return count == 1 ? answer_all() : replay(arguments[1]);
}
