// runner/report/canvas.hpp -- the bytes that draw a block at the bottom of a terminal again and again, while
// lines above it become permanent. Pure: text in, text out. The cursor is hidden only within one redraw, and
// shown by the same write, so that no crash can leave it hidden; the alternate screen is never used.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/text_reporter.hpp"

namespace runner {

class Canvas {
 public:
  // `permanent`: whole lines, each ended by '\n'. An empty `block` leaves the cursor at the start of a free
  // line.
  std::string redraw(std::string_view permanent, const std::vector<std::string>& block, Size size);

 private:
  int rows_above(Size size) const;  // from the cursor to the first line of the block
  std::vector<int> widths_;         // of the block on the screen; a narrower terminal has wrapped them since
};

}  // namespace runner
