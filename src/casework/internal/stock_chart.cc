// SPDX-License-Identifier: Apache-2.0
#include "casework/internal/stock_chart.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace countersign::casework::internal {
namespace {

using kernel::ItemStock;
using kernel::StockEvent;

constexpr double kWidth = 900;
constexpr double kHeight = 420;
constexpr double kLeft = 90;
constexpr double kRight = 170;  // where the lines are named
constexpr double kTop = 60;
constexpr double kBottom = 50;
constexpr double kLabelHeight = 16;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string day_of(base::Instant at) { return base::to_text(at).substr(0, 10); }

// Doubles place ink; the figures written are exact.
class Chart {
 public:
  explicit Chart(const ItemStock& stock) : stock_(stock) {
    for (const StockEvent& event : stock.events) {
      // What was stated from the beginning of time is shown from the first change on.
      if (event.at != base::kDistantPast) from_ = std::min(from_, event.at);
    }
    from_ = std::min(from_, stock.at);
    until_ = stock.at;
    if (until_ == from_) from_.unix_ms -= 86'400'000;
    most_ = std::max<std::int64_t>(tallest(), 1);
  }

  std::string draw() {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n"
        "<title>{2} of {3}: held and free up to {4}</title>\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
        kWidth, kHeight, escaped(stock_.item.text()), escaped(stock_.authority.text()),
        day_of(stock_.at));
    text(kLeft, 24, "start", 17,
         fmt::format("{} of {}, in the unit {}", stock_.item.text(), stock_.authority.text(),
                     stock_.unit));
    text(kLeft, 44, "start", 13,
         fmt::format("{} held, {} reserved, {} drawn, {} free on {}", stock_.level.held,
                     stock_.level.reserved, stock_.level.drawn, stock_.level.free(),
                     day_of(stock_.at)));
    axes();
    threshold(stock_.rating.yellow_below, "yellow below", "#8a6d00", "6 4");
    threshold(stock_.rating.red_below, "red below", "#b50909", "2 3");
    steps("#565c65", "4", [](const kernel::StockLevel& level) { return level.held; });
    steps("#1a4480", "0", [](const kernel::StockLevel& level) { return level.free(); });
    name(stock_.level.held, "held (dashed)", "#565c65");
    name(stock_.level.free(), "free", "#1a4480");
    labels();
    return out_ + "</svg>\n";
  }

 private:
  // The highest line that is worth the room: a threshold far above what was ever held would flatten
  // the rest.
  std::int64_t tallest() const {
    std::int64_t held = stock_.level.held;
    for (const StockEvent& event : stock_.events) held = std::max(held, event.after.held);
    const std::int64_t room = held > INT64_MAX / 3 ? INT64_MAX : held * 3;
    const std::int64_t highest = std::max(stock_.rating.yellow_below, held);
    return std::min(highest, room);
  }

  double x(base::Instant at) const {
    const auto span = static_cast<double>(until_.unix_ms - from_.unix_ms);
    const auto along = static_cast<double>(std::max(at, from_).unix_ms - from_.unix_ms);
    return kLeft + (kWidth - kLeft - kRight) * along / span;
  }
  double y(std::int64_t quantity) const {
    const double part = static_cast<double>(quantity) / static_cast<double>(most_);
    return kHeight - kBottom - (kHeight - kTop - kBottom) * part;
  }

  void text(double at_x, double at_y, std::string_view anchor, int size, std::string_view words,
            std::string_view colour = "#1b1b1b") {
    out_ += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" "
        "fill=\"{}\">{}</text>\n",
        at_x, at_y, anchor, size, colour, escaped(words));
  }
  void line(double x1, double y1, double x2, double y2, std::string_view colour,
            std::string_view dash) {
    out_ += fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
        "stroke-dasharray=\"{}\"/>\n",
        x1, y1, x2, y2, colour, dash);
  }

  void axes() {
    for (const std::int64_t quarter : {0, 1, 2, 3, 4}) {
      const std::int64_t quantity = most_ / 4 * quarter + most_ % 4 * quarter / 4;
      line(kLeft, y(quantity), kWidth - kRight, y(quantity), "#dfe1e2", "0");
      text(kLeft - 8, y(quantity) + 4, "end", 12, fmt::format("{}", quantity));
    }
    const base::Instant middle{from_.unix_ms + (until_.unix_ms - from_.unix_ms) / 2};
    text(x(from_), kHeight - 20, "start", 12, day_of(from_));
    text(x(middle), kHeight - 20, "middle", 12, day_of(middle));
    text(x(until_), kHeight - 20, "end", 12, day_of(until_));
  }

  void threshold(std::int64_t quantity, std::string_view words, std::string_view colour,
                 std::string_view dash) {
    if (quantity > most_) return;
    line(kLeft, y(quantity), kWidth - kRight, y(quantity), colour, dash);
    name(quantity, words, colour);
  }

  template <class Of>
  void steps(std::string_view colour, std::string_view dash, Of of) {
    std::string path;
    double last = y(0);
    for (const StockEvent& event : stock_.events) {
      const double at = x(event.at);
      const double level = y(of(event.after));
      path += path.empty() ? fmt::format("M{:.1f} {:.1f}", at, level)
                           : fmt::format("H{:.1f}V{:.1f}", at, level);
      last = level;
    }
    path += path.empty() ? fmt::format("M{:.1f} {:.1f}H{:.1f}", x(from_), last, x(until_))
                         : fmt::format("H{:.1f}", x(until_));
    out_ += fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n",
        path, colour, dash);
  }

  // What a line is, beside its end.
  void name(std::int64_t quantity, std::string_view words, std::string_view colour) {
    names_.push_back({y(quantity) + 4, fmt::format("{} {}", words, quantity), colour});
  }

  // Below each other where their lines lie close.
  void labels() {
    std::sort(names_.begin(), names_.end(),
              [](const Name& a, const Name& b) { return a.at < b.at; });
    double free_from = 0;
    for (const Name& one : names_) {
      const double at = std::max(one.at, free_from);
      text(kWidth - kRight + 8, at, "start", 12, one.words, one.colour);
      free_from = at + kLabelHeight;
    }
  }

  struct Name {
    double at;
    std::string words;
    std::string_view colour;
  };

  const ItemStock& stock_;
  base::Instant from_ = base::kDistantFuture;
  base::Instant until_;
  std::int64_t most_ = 1;
  std::vector<Name> names_;
  std::string out_;
};

}  // namespace

std::string chart_of(const ItemStock& stock) { return Chart(stock).draw(); }

}  // namespace countersign::casework::internal
