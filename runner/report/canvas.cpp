#include "runner/report/canvas.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

// https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036 describes mode 2026.
constexpr std::string_view kBeginUpdate = "\x1b[?2026h\x1b[?25l\r", kEndUpdate = "\x1b[?25h\x1b[?2026l";
constexpr std::string_view kClearLine = "\x1b[K", kClearBelow = "\x1b[J";

}  // namespace

int Canvas::rows_above(Size size) const {
  int rows = 0;
  for (const int width : widths_) rows += std::max((width + size.columns - 1) / size.columns, 1);
  return std::max(rows - 1, 0);
}

std::string Canvas::redraw(std::string_view permanent, const std::vector<std::string>& block, Size size) {
  std::string out(kBeginUpdate);
  if (const int up = rows_above(size); up > 0) out += fmt::format("\x1b[{}A", up);
  if (!permanent.empty()) out += kClearBelow;  // at once: a long line goes on in rows of the old block
  while (!permanent.empty()) {
    const auto end = permanent.find('\n');
    out.append(harmless(permanent.substr(0, end), true)).append("\r\n");
    permanent.remove_prefix(end == std::string_view::npos ? permanent.size() : end + 1);
  }
  widths_.clear();
  for (size_t i = 0; i < block.size(); ++i) {
    out.append(i == 0 ? "" : "\r\n").append(harmless(block[i], true)).append(kClearLine);
    widths_.push_back(display_width(one_line(block[i])));
  }
  return out.append(kClearBelow).append(kEndUpdate);
}

}  // namespace runner
