// SPDX-License-Identifier: Apache-2.0
// Policies at random, in every form the language has, for tests of what must hold for all of them.
#ifndef COUNTERSIGN_CEDAR_TESTING_ANY_POLICY_H_
#define COUNTERSIGN_CEDAR_TESTING_ANY_POLICY_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace countersign::cedar::testing {

// Writes texts that the parser takes; they mean nothing, and most fail when they are evaluated. The
// same seed gives the same texts everywhere.
class AnyPolicy {
 public:
  enum class Comments : std::uint8_t { None, Some };

  explicit AnyPolicy(std::uint64_t seed, Comments comments = Comments::None)
      : random_(seed), comments_(comments) {}

  // One policy or template, on one line or several.
  std::string policy() {
    std::string out = gap();
    for (const char* name : {"id", "if", "note", "Zeta"}) {
      if (!one_in(4)) continue;
      out += std::string("@") + name;
      if (!one_in(3)) out += gap() + "(" + gap() + string() + gap() + ")";
      out += "\n" + gap();
    }
    out += of({"permit", "forbid"}) + gap() + "(" + gap();
    out += "principal" + head("principal") + gap() + "," + gap();
    out += "action" + action() + gap() + "," + gap();
    out += "resource" + head("resource") + gap() + (one_in(6) ? "," : "") + ")";
    for (std::uint32_t i = below(4); i > 0; --i) {
      out += gap() + of({"when", "unless"}) + gap() + "{" + gap() + expr(below(6)) + gap() + "}";
    }
    return out + gap() + ";" + gap();
  }

  // An expression no deeper than `depth`.
  std::string expr(std::uint32_t depth) {
    if (depth == 0) return leaf();
    --depth;
    switch (below(14)) {
      case 0:
        return "if " + expr(depth) + gap() + "then " + expr(depth) + gap() + "else " + expr(depth);
      case 1:
      case 2:
        return chain(of({"||", "&&"}), depth);
      case 3:
        return chain(of({"+", "-", "*"}), depth);
      case 4:
        return operand(depth) + gap() + of({"==", "!=", "<", "<=", ">", ">=", " in "}) + gap() +
               operand(depth);
      case 5:
        return operand(depth) + " has " + of({"a", "principal.when", "x.y.z", "\"b c\"", "\"if\""});
      case 6:
        return operand(depth) + " like " + pattern();
      case 7:
        return operand(depth) + " is " + type() + (one_in(2) ? " in " + operand(depth) : "");
      case 8:
        return std::string(1 + below(4), of({"!", "-"})[0]) + member(depth);
      case 9:
        return "[" + list(depth) + "]";
      case 10:
        return "{" + record(depth) + "}";
      case 11:
        return of({"ip", "decimal", "datetime", "duration"}) + "(" +
               (one_in(2) ? string() : list(depth)) + ")";
      default:
        return member(depth);
    }
  }

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  bool one_in(std::uint32_t times) { return below(times) == 0; }
  std::string of(const std::vector<std::string>& choices) {
    return choices[below(static_cast<std::uint32_t>(choices.size()))];
  }

  // What may stand between two tokens.
  std::string gap() {
    if (comments_ == Comments::Some && one_in(12)) {
      return of({" // a comment\n", "\n// one: \"quoted\" {\n// and another\n", "\n\n\t//\n"});
    }
    return of({" ", " ", " ", "  ", "\n", "\n\n"});
  }

  std::string string() {
    return of({R"("")", R"("a")", R"("a longer text, with spaces")",
               R"("\"\\\n\t\0\u{7f}\u{1F600}")", "\"\xC3\xA9\xF0\x9F\x98\x80\"", R"("*")",
               R"("// no comment")", R"("it's")"});
  }
  std::string pattern() {
    return of({R"("")", R"("*")", R"("**")", R"("a*b\*c")", "\"\xC3\xA9*\"", R"("\u{2a}*\n")"});
  }
  std::string type() { return of({"A", "Some::Name::Space", "Action", "when"}); }
  std::string entity() { return type() + "::" + string(); }

  std::string head(const std::string& variable) {
    const auto target = [&] { return one_in(4) ? "?" + variable : entity(); };
    switch (below(5)) {
      case 0:
        return gap() + "==" + gap() + target();
      case 1:
        return " in " + target();
      case 2:
        return " is " + type();
      case 3:
        return " is " + type() + " in " + target();
      default:
        return "";
    }
  }

  std::string action() {
    const auto one = [this] { return of({"Action", "N::Action"}) + "::" + string(); };
    if (one_in(3)) return "";
    if (one_in(2)) return gap() + of({"==", " in "}) + gap() + one();
    std::string out = " in" + gap() + "[";
    for (std::uint32_t i = below(4); i > 0; --i) out += gap() + one() + (i == 1 ? "" : ",");
    return out + gap() + "]";
  }

  std::string leaf() {
    return of({"principal", "action", "resource", "context", "true", "false", "0", "7", "-1",
               "9223372036854775807", "-9223372036854775808", "[]", "{}", string(), entity()});
  }

  // What binds tighter than any binary operator.
  std::string operand(std::uint32_t depth) {
    return one_in(3) ? "(" + gap() + expr(depth) + gap() + ")" : member(depth);
  }

  std::string chain(const std::string& operation, std::uint32_t depth) {
    std::string out = operand(depth);
    for (std::uint32_t i = 1 + below(3); i > 0; --i) {
      out += gap() + operation + gap() + operand(depth);
    }
    return out;
  }

  std::string member(std::uint32_t depth) {
    std::string out = one_in(3) ? "(" + expr(depth) + ")" : "context";
    for (std::uint32_t i = below(4); i > 0; --i) {
      switch (below(4)) {
        case 0:
          out += gap() + "." + of({"a", "permit", "x_1"});
          break;
        case 1:
          out += gap() + "[" + gap() + string() + gap() + "]";
          break;
        case 2:
          out += of({".contains(", ".containsAll(", ".containsAny(", ".getTag(", ".hasTag("}) +
                 gap() + expr(depth) + gap() + ")";
          break;
        default:
          out += of({".isEmpty()", ".toDate()", ".isIpv4()"});
      }
    }
    return out;
  }

  std::string list(std::uint32_t depth) {
    std::string out;
    for (std::uint32_t i = below(4); i > 0; --i) {
      out += gap() + expr(depth);
      if (i > 1 || one_in(4)) out += gap() + ",";
    }
    return out + gap();
  }

  std::string record(std::uint32_t depth) {
    std::string out;
    for (const char* name : {"b", "a", "\"if\"", "\"c d\"", "principal"}) {
      if (one_in(3)) out += gap() + name + gap() + ":" + gap() + expr(depth) + gap() + ",";
    }
    return out;
  }

  std::mt19937_64 random_;
  Comments comments_;
};

}  // namespace countersign::cedar::testing

#endif  // COUNTERSIGN_CEDAR_TESTING_ANY_POLICY_H_
