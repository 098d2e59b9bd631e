#include "runner/report/wrap.hpp"

#include <algorithm>
#include <vector>

#include "parser/base/text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

constexpr int kTabColumns = 4, kIndent = 2;
constexpr std::string_view kReset = "\x1b[0m";

struct Word {
  int gap = 0;  // blanks before it
  std::string_view text;
  int width = 0;
};

std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> words;
  while (true) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    const auto text = line.substr(begin, line.find(' ', begin) - begin);
    words.push_back({static_cast<int>(begin), text, display_width(text)});
    line.remove_prefix(begin + text.size());
  }
}

// Below the last column that begins in the left half: columns have two blanks or more before them.
int indent_below(const std::vector<Word>& words, int columns) {
  int at = 0, indent = kIndent, gap = 0;
  for (const auto& word : words) {
    at += word.gap, gap += word.gap;
    if (word.width == 0) continue;  // a colour
    if (at > columns / 2) break;
    if (gap >= 2) indent = at;
    at += word.width, gap = 0;
  }
  return indent;
}

// What has to be said again behind a line break for the colours to go on.
void follow_colors(std::string_view text, std::string& active) {
  for (auto at = text.find('\x1b'); at != std::string_view::npos; at = text.find('\x1b', at + 1)) {
    const auto sequence = text.substr(at, text.find('m', at) - at + 1);
    if (sequence == kReset || sequence == "\x1b[m")
      active.clear();
    else
      active += sequence;
  }
}

}  // namespace

std::string wrapped(std::string_view line, int columns) {
  if (columns <= 0) return std::string(line);
  const auto text = replace_all(std::string(line), "\t", std::string(kTabColumns, ' '));
  if (display_width(text) <= columns) return text;
  const auto words = words_of(text);
  const int indent = indent_below(words, columns);
  std::string out, color;
  int at = 0;
  bool begun = false;  // something stands in this line
  for (const auto& word : words) {
    if (begun && word.width > 0 && at + word.gap + word.width > columns) {
      if (!color.empty()) out += kReset;
      out.append("\n").append(static_cast<size_t>(indent), ' ').append(color);
      at = indent;
    } else {
      out.append(static_cast<size_t>(word.gap), ' ');
      at += word.gap;
    }
    out += word.text;
    at += word.width;
    begun = begun || word.width > 0;
    follow_colors(word.text, color);
  }
  return out;
}

bool is_caret(std::string_view line) {
  return line.ends_with('^') && line.find_first_not_of(" \t") == line.size() - 1;
}

std::string cut_excerpt(std::string_view line, std::string_view caret, int columns) {
  const auto expanded = [&](std::string_view text) {
    return columns <= 0 ? std::string(text)
                        : replace_all(std::string(text), "\t", std::string(kTabColumns, ' '));
  };
  const auto text = expanded(line), below = expanded(caret);
  if (columns <= 0 || display_width(text) <= columns) return text + "\n" + below + "\n";
  const int place = display_width(below) - 1;
  const int first = place < columns ? 0 : place - columns / 2;
  std::string cut;
  int column = 0;
  for (size_t at = 0; at < text.size();) {
    const auto glyph = glyph_at(text, at);
    if (column >= first && column + glyph.width <= first + columns) cut += text.substr(at, glyph.bytes);
    column += glyph.width, at += glyph.bytes;
  }
  return cut + "\n" + std::string(static_cast<size_t>(std::max(place - first, 0)), ' ') + "^\n";
}

std::string wrapped_lines(std::string_view text, int columns) {
  if (columns <= 0) return std::string(text);
  std::string result;
  const auto lines = split_lines(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i + 1 < lines.size() && is_caret(lines[i + 1])) {
      result += cut_excerpt(lines[i], lines[i + 1], columns);
      ++i;
    } else {
      result.append(wrapped(lines[i], columns)) += '\n';
    }
  }
  if (!text.ends_with('\n') && !result.empty()) result.pop_back();
  return result;
}

}  // namespace runner
