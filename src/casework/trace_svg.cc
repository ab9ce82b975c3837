// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "casework/trace.h"

namespace countersign::casework {
namespace {

constexpr std::size_t kBoxWidth = 190;
constexpr std::size_t kBoxHeight = 34;
constexpr std::size_t kColumn = 270;
constexpr std::size_t kRow = 52;
constexpr std::size_t kMargin = 16;
constexpr std::size_t kMostLetters = 26;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

// Cut between characters of UTF-8, never within one.
std::string shortened(const std::string& text) {
  if (text.size() <= kMostLetters) return text;
  std::size_t cut = kMostLetters - 1;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut) + "…";
}

// A box per node and distance from the item: the same node on two paths is drawn once.
class Drawing {
 public:
  explicit Drawing(const Trace& trace) : trace_(trace) {
    box(0, trace.item);
    for (const TracedTie& tie : trace.ties) {
      for (const TracedPath& path : tie.paths) {
        add(path.steps, tie.authority, path.basis);
      }
    }
    for (const TracedGap& gap : trace.gaps) add(gap.way, "", gap.kind);
  }

  std::string svg() const {
    const std::size_t width = 2 * kMargin + (columns_.size() - 1) * kColumn + kBoxWidth;
    std::size_t rows = 1;
    for (const auto& column : columns_) rows = std::max(rows, column.size());
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        "<title>{2} on {3}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        width, 2 * kMargin + rows * kRow, escaped(trace_.item), base::to_text(trace_.at));
    for (const Arrow& arrow : arrows_) out += draw(arrow);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      for (std::size_t row = 0; row < columns_[column].size(); ++row) out += draw(column, row);
    }
    return out + "</svg>\n";
  }

 private:
  struct Box {
    std::string name;
    std::set<std::string> proves;  // "US: component"
  };
  struct Arrow {
    std::size_t column, from, to;
    std::string how;
    friend auto operator<=>(const Arrow&, const Arrow&) = default;
  };

  std::size_t box(std::size_t column, const std::string& name) {
    if (columns_.size() <= column) columns_.resize(column + 1);
    auto& boxes = columns_[column];
    const auto found =
        std::find_if(boxes.begin(), boxes.end(), [&](const Box& one) { return one.name == name; });
    if (found != boxes.end()) return static_cast<std::size_t>(found - boxes.begin());
    boxes.push_back({name, {}});
    return boxes.size() - 1;
  }

  void add(const std::vector<TracedStep>& steps, const std::string& authority,
           const std::string& what) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::size_t to = box(i + 1, steps[i].name);
      arrows_.insert({i, from, to, steps[i].how});
      from = to;
    }
    columns_[steps.size()][from].proves.insert(
        authority.empty() ? what : fmt::format("{}: {}", authority, what));
  }

  static std::size_t x(std::size_t column) { return kMargin + column * kColumn; }
  static std::size_t y(std::size_t row) { return kMargin + row * kRow; }

  static std::string draw(const Arrow& arrow) {
    const std::size_t x1 = x(arrow.column) + kBoxWidth;
    const std::size_t x2 = x(arrow.column + 1);
    const std::size_t y1 = y(arrow.from) + kBoxHeight / 2;
    const std::size_t y2 = y(arrow.to) + kBoxHeight / 2;
    return fmt::format(
        "<path d=\"M{} {}L{} {}\" stroke=\"#555\" fill=\"none\"{}/>\n"
        "<text x=\"{}\" y=\"{}\" fill=\"#555\" font-size=\"10\">{}</text>\n",
        x1, y1, x2, y2, arrow.how == "contains" ? "" : " stroke-dasharray=\"4 3\"", x1 + 6,
        y1 + (y2 > y1 ? 12 : 0) - 3, escaped(arrow.how));
  }

  std::string draw(std::size_t column, std::size_t row) const {
    const Box& one = columns_[column][row];
    const std::string below = fmt::format("{}", fmt::join(one.proves, ", "));
    return fmt::format(
        "<g><title>{0}{1}{2}</title><rect x=\"{3}\" y=\"{4}\" width=\"{5}\" height=\"{6}\" "
        "rx=\"4\" "
        "fill=\"{7}\" stroke=\"#333\"/><text x=\"{8}\" y=\"{9}\">{10}</text>"
        "<text x=\"{8}\" y=\"{11}\" font-size=\"10\">{12}</text></g>\n",
        escaped(one.name), below.empty() ? "" : "; ", escaped(below), x(column), y(row), kBoxWidth,
        kBoxHeight, one.proves.empty() ? "#f4f4f4" : "#fdeec2", x(column) + 8, y(row) + 14,
        escaped(shortened(one.name)), y(row) + 28, escaped(shortened(below)));
  }

  const Trace& trace_;
  std::vector<std::vector<Box>> columns_;
  std::set<Arrow> arrows_;
};

}  // namespace

std::string to_svg(const Trace& trace) { return Drawing(trace).svg(); }

}  // namespace countersign::casework
