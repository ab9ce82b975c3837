// SPDX-License-Identifier: Apache-2.0
// Where to break lines.
//
// What is to be written is a list of pieces with places between them where a line may end. Places
// belong to the innermost group around them: a group stands on one line if it fits, with what
// follows it up to the next place, and otherwise all of its places become line breaks. Groups that
// hold a hard line never fit. Spaces at the end of a line are never written, and however many lines
// end at one place, one does.
#ifndef COUNTERSIGN_CEDAR_INTERNAL_LAYOUT_H_
#define COUNTERSIGN_CEDAR_INTERNAL_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::cedar::internal {

// Holds views of the pieces: their texts must outlive it.
class Layout {
 public:
  void text(std::string_view piece) { add(Kind::Text, piece); }
  // A piece whose length counts for nothing: no group is broken for its sake.
  void comment(std::string_view piece) { add(Kind::Comment, piece); }
  void space() { add(Kind::Space); }
  // A space where the group fits.
  void line() { add(Kind::Line); }
  // Nothing where the group fits.
  void soft_line() { add(Kind::SoftLine); }
  void hard_line() { add(Kind::HardLine); }
  // A line break with an empty line behind it.
  void blank_line() { add(Kind::BlankLine); }

  void open() { add(Kind::Open); }
  void close() { add(Kind::Close); }
  // From here on, lines begin that many columns further in, or less far.
  void indent(std::uint32_t columns) { add(Kind::Indent, {}, columns); }
  void dedent(std::uint32_t columns) { add(Kind::Dedent, {}, columns); }

  // No line of it is longer than `width` code points, but for pieces that cannot be broken.
  std::string render(std::size_t width) const;

 private:
  enum class Kind : std::uint8_t {
    Text,
    Comment,
    Space,
    Line,
    SoftLine,
    HardLine,
    BlankLine,
    Open,
    Close,
    Indent,
    Dedent
  };
  struct Item {
    Kind kind = Kind::Text;
    std::string_view piece;
    std::uint32_t columns = 0;
  };
  class Renderer;

  void add(Kind kind, std::string_view piece = {}, std::uint32_t columns = 0) {
    items_.push_back({kind, piece, columns});
  }

  std::vector<Item> items_;
};

}  // namespace countersign::cedar::internal

#endif  // COUNTERSIGN_CEDAR_INTERNAL_LAYOUT_H_
