#include "runner/report/log_text.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Marker {
  std::string_view text;
  LineKind kind;
  std::string_view label;
};
constexpr std::array kMarkers{
    Marker{"##[group]", LineKind::group, "> "},         Marker{"##[endgroup]", LineKind::endgroup, ""},
    Marker{"##[error]", LineKind::error, "error: "},    Marker{"##[warning]", LineKind::warning, "warning: "},
    Marker{"##[notice]", LineKind::notice, "notice: "}, Marker{"##[debug]", LineKind::debug, "debug: "},
    Marker{"##[command]", LineKind::command, "$ "},
};

constexpr char kEscape = '\x1b';
constexpr std::string_view kNoColor = "\x1b[0m";

bool between(char c, char first, char last) { return c >= first && c <= last; }

// Length of the control sequence at text[at] == ESC. Strings (OSC and kin) that never end count as their
// opener only, so that nothing can hide the rest of a line.
size_t escape_length(std::string_view text, size_t at) {
  const auto rest = text.substr(at);
  if (rest.size() < 2) return rest.size();
  size_t end = 2;
  if (rest[1] == '[') {
    while (end < rest.size() && between(rest[end], '\x20', '\x3f')) ++end;
    return std::min(end + (end < rest.size() && between(rest[end], '\x40', '\x7e') ? 1 : 0), rest.size());
  }
  if (std::string_view("]PX^_").find(rest[1]) != std::string_view::npos) {
    for (; end < rest.size(); ++end) {
      if (rest[end] == '\a') return end + 1;
      if (rest[end] == kEscape) return rest.substr(end).starts_with("\x1b\\") ? end + 2 : end;
    }
    return 2;
  }
  end = 1;
  while (end < rest.size() && between(rest[end], '\x20', '\x2f')) ++end;
  return std::min(end + 1, rest.size());
}

bool is_color(std::string_view sequence) {
  return sequence.size() >= 3 && sequence[1] == '[' && sequence.ends_with('m') &&
         sequence.substr(2, sequence.size() - 3).find_first_not_of("0123456789;:") == std::string_view::npos;
}

bool is_printable_ascii(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return between(c, '\x20', '\x7e'); });
}

bool says_something(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return false;
  if (line[0] != '#') return true;
  const auto kind = read_line(line).kind;
  return kind != LineKind::group && kind != LineKind::endgroup && kind != LineKind::debug;
}

// The group that a step's log opens with says what runs, not what went wrong.
std::string_view without_preamble(std::string_view lines) {
  constexpr std::string_view kEnd = "##[endgroup]\n";
  if (!lines.starts_with("##[group]")) return lines;
  const auto end = lines.find(kEnd);
  return end == std::string_view::npos ? lines : lines.substr(end + kEnd.size());
}

}  // namespace

bool is_hidden_control(std::string_view glyph) {
  if (glyph.size() == 2) return glyph[0] == '\xc2' && static_cast<unsigned char>(glyph[1]) < 0xA0;
  if (glyph.size() != 3 || glyph[0] != '\xe2') return false;
  const auto last = static_cast<unsigned char>(glyph[2]);
  return (glyph[1] == '\x80' && last >= 0xA8 && last <= 0xAE) ||
         (glyph[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

LogLine read_line(std::string_view line) {
  if (!line.starts_with("##[")) return {LineKind::text, line};
  for (const auto& marker : kMarkers) {
    if (line.starts_with(marker.text)) return {marker.kind, line.substr(marker.text.size())};
  }
  return {LineKind::text, line};
}

std::string_view line_label(LineKind kind) {
  const auto* const found = std::find_if(kMarkers.begin(), kMarkers.end(),
                                         [&](const Marker& marker) { return marker.kind == kind; });
  return found == kMarkers.end() ? std::string_view() : found->label;
}

std::string harmless(std::string_view line, bool keep_colors) {
  if (is_printable_ascii(line)) return std::string(line);
  while (line.ends_with('\r')) line.remove_suffix(1);
  if (const auto overwritten = line.rfind('\r'); overwritten != std::string_view::npos) {
    line.remove_prefix(overwritten + 1);
  }
  std::string result;
  bool colored = false;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == kEscape) {
      const auto sequence = line.substr(at, escape_length(line, at));
      if (keep_colors && is_color(sequence))
        result += sequence, colored = sequence != kNoColor && sequence != "\x1b[m";
      at += sequence.size();
      continue;
    }
    const auto length = utf8_length(line, at);
    const auto glyph = line.substr(at, std::max<size_t>(length, 1));
    at += glyph.size();
    const bool control = glyph.size() == 1 && (between(glyph[0], '\0', '\x1f') || glyph[0] == '\x7f');
    if (length == 0)
      result += "\xEF\xBF\xBD";
    else if ((!control || glyph[0] == '\t') && !is_hidden_control(glyph))
      result += glyph;
  }
  if (colored) result += kNoColor;
  return result;
}

std::string harmless_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto end = text.find('\n');
    result += harmless(text.substr(0, end), true);
    if (end == std::string_view::npos) break;
    result += '\n';
    text.remove_prefix(end + 1);
  }
  return result;
}

std::string one_line(std::string_view line) {
  auto result = harmless(line, false);
  return result.find('\t') == std::string::npos ? result : replace_all(std::move(result), "\t", "    ");
}

size_t count_lines(std::string_view text) {
  // 16 bytes at a time: the standard algorithm looks at each on its own at -O2.
  using Bytes = unsigned char __attribute__((vector_size(16)));
  size_t lines = 0;
  while (text.size() >= sizeof(Bytes)) {
    const auto rounds = std::min<size_t>(text.size() / sizeof(Bytes), 255);
    Bytes sums{};
    for (size_t i = 0; i < rounds; ++i) {
      Bytes block;
      memcpy(&block, text.data() + i * sizeof block, sizeof block);
      sums -= (Bytes)(block == '\n');  // true is all bits: minus one
    }
    for (size_t i = 0; i < sizeof(Bytes); ++i) lines += sums[i];
    text.remove_prefix(rounds * sizeof(Bytes));
  }
  return lines + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

void LogTail::add(std::string_view lines) {
  if (!std::exchange(begun_, true)) lines = without_preamble(lines);
  total_ += count_lines(lines);
  std::array<std::string_view, kLines> found;
  size_t count = 0;
  while (!lines.empty() && count < kLines) {
    if (lines.ends_with('\n')) lines.remove_suffix(1);
    const auto end = lines.rfind('\n');
    const auto line = end == std::string_view::npos ? lines : lines.substr(end + 1);
    lines.remove_suffix(line.size());
    if (says_something(line)) found[count++] = line;
  }
  while (count > 0) {
    constexpr size_t kLongest = 1000;
    ring_[next_].assign(found[--count].substr(0, kLongest));
    next_ = (next_ + 1) % kLines;
    kept_ = std::min(kept_ + 1, kLines);
  }
}

std::vector<std::string_view> LogTail::last(size_t most) const {
  const auto count = std::min(most, kept_);
  std::vector<std::string_view> lines;
  for (size_t i = 0; i < count; ++i) lines.push_back(ring_[(next_ + kLines - count + i) % kLines]);
  return lines;
}

}  // namespace runner
