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
  int at = 0;           // its column in the line as it was
  bool column = false;  // a column of the text begins here: two blanks or more are before it
};

std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> words;
  int at = 0, gap = 0;
  while (true) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    const auto text = line.substr(begin, line.find(' ', begin) - begin);
    Word word{static_cast<int>(begin), text, display_width(text)};
    word.at = at + word.gap;
    gap += word.gap;
    word.column = word.width > 0 && gap >= 2 && word.at > gap;  // what is only indented is none
    if (word.width > 0) gap = 0;                                // else a colour
    at = word.at + word.width;
    words.push_back(word);
    line.remove_prefix(begin + text.size());
  }
}

// How a line that is too wide goes on. `far`: a column so far to the right that it has lines of its own.
struct Layout {
  int indent = 0, far_indent = 0;
  size_t far = 0;  // of the words; 0: none
};

Layout layout_of(const std::vector<Word>& words, int columns) {
  const auto first =
      std::find_if(words.begin(), words.end(), [](const Word& word) { return word.width > 0; });
  const int lead = first == words.end() ? 0 : first->at;
  Layout layout{.indent = lead + kIndent, .far_indent = lead + 2 * kIndent};
  for (size_t i = 1; i < words.size(); ++i) {
    if (!words[i].column || words[i].at >= columns) continue;
    if (words[i].at <= columns / 2)
      layout.indent = words[i].at;
    else
      layout.far = i;
  }
  return layout;
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
  const auto layout = layout_of(words, columns);
  int indent = layout.indent;
  std::string out, color;
  int at = 0;
  bool begun = false;  // something stands in this line
  for (size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    const bool far = i > 0 && i == layout.far;
    if (far) indent = layout.far_indent;
    if (far || (begun && word.width > 0 && at + word.gap + word.width > columns)) {
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
