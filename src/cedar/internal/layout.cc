// SPDX-License-Identifier: Apache-2.0
#include "cedar/internal/layout.h"

#include <algorithm>

#include "base/check.h"

namespace countersign::cedar::internal {
namespace {

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

class Layout::Renderer {
 public:
  Renderer(const std::vector<Item>& items, std::size_t width) : items_(items), width_(width) {
    measure();
  }

  std::string run() {
    broken_.push_back(true);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Item& item = items_[i];
      switch (item.kind) {
        case Kind::Text:
        case Kind::Comment:
          write(item.piece);
          break;
        case Kind::Space:
          space_ = true;
          break;
        case Kind::Line:
        case Kind::SoftLine:
          if (broken_.back()) {
            breaks_ = std::max(breaks_, 1);
          } else {
            space_ = space_ || item.kind == Kind::Line;
          }
          break;
        case Kind::HardLine:
          breaks_ = std::max(breaks_, 1);
          break;
        case Kind::BlankLine:
          breaks_ = 2;
          break;
        case Kind::Open:
          broken_.push_back(broken_.back() && !fits(i));
          break;
        case Kind::Close:
          broken_.pop_back();
          break;
        case Kind::Indent:
          indent_ += item.columns;
          break;
        case Kind::Dedent:
          indent_ -= item.columns;
          break;
      }
    }
    return std::move(out_);
  }

 private:
  // What stands on one line is measured once, from the end to the beginning.
  void measure() {
    const std::size_t count = items_.size();
    flat_.resize(count + 1);
    hard_.resize(count + 1);
    tail_.resize(count + 1);
    close_.resize(count);
    std::vector<std::size_t> closes;
    for (std::size_t i = count; i-- > 0;) {
      const Item& item = items_[i];
      std::size_t width = 0;
      bool hard = false;
      bool place = false;
      switch (item.kind) {
        case Kind::Text:
          width = columns_of(item.piece);
          break;
        case Kind::Space:
          width = 1;
          break;
        case Kind::Line:
          width = 1;
          place = true;
          break;
        case Kind::SoftLine:
          place = true;
          break;
        case Kind::HardLine:
        case Kind::BlankLine:
          hard = true;
          place = true;
          break;
        case Kind::Close:
          closes.push_back(i);
          break;
        case Kind::Open:
          CHECK(!closes.empty());
          close_[i] = closes.back();
          closes.pop_back();
          break;
        default:
          break;
      }
      flat_[i] = flat_[i + 1] + width;
      hard_[i] = hard_[i + 1] + (hard ? 1 : 0);
      tail_[i] = place ? 0 : tail_[i + 1] + width;
    }
  }

  bool fits(std::size_t open) const {
    const std::size_t close = close_[open];
    if (hard_[open] != hard_[close]) return false;
    const std::size_t at = breaks_ != 0 ? indent_ : column_ + (space_ ? 1 : 0);
    return at + flat_[open] - flat_[close] + tail_[close] <= width_;
  }

  void write(std::string_view piece) {
    if (out_.empty()) breaks_ = 0;
    if (breaks_ != 0) {
      out_.append(static_cast<std::size_t>(breaks_), '\n');
      out_.append(indent_, ' ');
      column_ = indent_;
    } else if (space_ && !out_.empty()) {
      out_ += ' ';
      ++column_;
    }
    breaks_ = 0;
    space_ = false;
    out_ += piece;
    const std::size_t last = piece.rfind('\n');
    column_ = last == std::string_view::npos ? column_ + columns_of(piece)
                                             : columns_of(piece.substr(last + 1));
  }

  const std::vector<Item>& items_;
  const std::size_t width_;
  std::vector<std::size_t> flat_;   // the columns of all that follows, were it on one line
  std::vector<std::size_t> hard_;   // the hard lines that follow
  std::vector<std::size_t> tail_;   // the columns up to the next place where a line may end
  std::vector<std::size_t> close_;  // of each Open
  std::vector<bool> broken_;        // of each group around
  std::string out_;
  std::size_t column_ = 0;
  std::size_t indent_ = 0;
  int breaks_ = 0;      // line breaks to be written before the next piece
  bool space_ = false;  // a space to be written before it
};

std::string Layout::render(std::size_t width) const { return Renderer(items_, width).run(); }

}  // namespace countersign::cedar::internal
