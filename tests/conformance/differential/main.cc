// SPDX-License-Identifier: Apache-2.0
// cedar_differential: one case a line comes in, one answer a line goes out, in the same order.
#include <cstdio>
#include <iostream>
#include <string>

#include "base/issue.h"
#include "base/json.h"
#include "conformance/differential/answer.h"

int main() {
  using namespace countersign;
  std::ios::sync_with_stdio(false);
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
