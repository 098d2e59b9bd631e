#include "runner/report/paint.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Range {
  char32_t first, last;
};
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
                           Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                           Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
                           Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};
constexpr std::array kNoWidth{Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                              Range{0xFE00, 0xFE0F}};

template <size_t N>
bool in(char32_t point, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range r) { return point >= r.first && point <= r.last; });
}

// Of the control sequence for a colour at text[at]; 0: there is none.
size_t color_length(std::string_view text, size_t at) {
  if (!text.substr(at).starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;:", at + 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 - at : 0;
}

}  // namespace

Glyph glyph_at(std::string_view text, size_t at) {
  if (const auto color = color_length(text, at); color > 0) return {color, 0};
  const auto bytes = std::max<size_t>(utf8_length(text, at), 1);
  if (bytes == 1) return {1, 1};
  auto point = static_cast<char32_t>(static_cast<unsigned char>(text[at]) & (0x7FU >> bytes));
  for (size_t i = 1; i < bytes; ++i) point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {bytes, in(point, kNoWidth) ? 0 : in(point, kWide) ? 2 : 1};
}

std::string Paint::colored(std::string_view code, std::string_view text) const {
  if (!color_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Paint::mark(Outcome outcome, bool tolerated) const {
  if (tolerated && outcome == Outcome::failure) return yellow("!");
  switch (outcome) {
    case Outcome::success:
      return green(unicode_ ? "✓" : "+");
    case Outcome::failure:
      return red(unicode_ ? "✗" : "x");
    case Outcome::cancelled:
      return yellow(unicode_ ? "⊘" : "/");
    case Outcome::skipped:
      return dim("-");
  }
  return "?";
}

std::string_view Paint::plain_mark(std::string_view status) const {
  if (status == "success") return unicode_ ? "✓" : "+";
  if (status == "failure") return unicode_ ? "✗" : "x";
  if (status == "cancelled") return unicode_ ? "⊘" : "/";
  if (status == "running") return unicode_ ? "▸" : ">";
  return status == "skipped" ? "-" : "!";
}

std::string_view Paint::spinner(unsigned frame) const {
  constexpr std::array<std::string_view, 10> kDots{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  constexpr std::array<std::string_view, 4> kAscii{"|", "/", "-", "\\"};
  return unicode_ ? kDots[frame % kDots.size()] : kAscii[frame % kAscii.size()];
}

std::string Paint::quoted(std::string_view text) const {
  return unicode_ ? fmt::format("«{}»", text) : fmt::format("\"{}\"", text);
}

std::string Paint::fit(std::string_view text, int columns) const {
  if (columns <= 0) return {};
  if (display_width(text) <= columns) return std::string(text);
  const std::string_view ellipsis = unicode_ ? "…" : "~";
  int width = 1;
  size_t at = 0;
  while (at < text.size()) {
    const auto glyph = glyph_at(text, at);
    if (width + glyph.width > columns) break;
    width += glyph.width, at += glyph.bytes;
  }
  return fmt::format("{}{}", text.substr(0, at), ellipsis);
}

std::string Paint::column(std::string_view text, int columns) const {
  auto result = fit(text, columns);
  result.append(static_cast<size_t>(std::max(columns - display_width(result), 0)), ' ');
  return result;
}

std::string short_duration(double seconds) {
  if (seconds < 0.0995) return fmt::format("{}ms", std::lround(seconds * 1000));
  if (seconds < 59.95) return fmt::format("{:.1f}s", seconds);
  const auto whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

std::string clock_duration(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  if (whole < 3600) return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
}

int display_width(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const auto glyph = glyph_at(text, at);
    width += glyph.width, at += glyph.bytes;
  }
  return width;
}

std::string shell_word(std::string_view text) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), harmless)) return std::string(text);
  return shell_quoted(text);
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace runner
