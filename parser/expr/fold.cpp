// The language's comparison of strings: UTF-16 units, each in its simple upper-case form.
#include <algorithm>

#include "parser/base/unicode.hpp"
#include "parser/expr/fold_table.hpp"
#include "parser/expr/value.hpp"

namespace runner::expr {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char fold_ascii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

char32_t fold(char32_t value) {
  if (value < 0x80) return static_cast<char32_t>(fold_ascii(static_cast<char>(value)));
  const auto run = std::lower_bound(kFoldRuns.begin(), kFoldRuns.end(), value,
                                    [](const FoldRun& r, char32_t v) { return r.last < v; });
  if (run == kFoldRuns.end() || value < run->first || (value - run->first) % run->step != 0) return value;
  return static_cast<char32_t>(static_cast<std::int32_t>(value) + run->delta);
}

// Sorts as the UTF-16 units do: beyond the basic plane come surrogates, which are below U+E000.
char32_t utf16_order(char32_t value) {
  if (value < 0x10000) return value << 16;
  const auto rest = value - 0x10000;
  return (0xD800 + (rest >> 10)) << 16 | (0xDC00 + (rest & 0x3FF));
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (is_ascii(text[at])) {
      folded += fold_ascii(text[at++]);
      continue;
    }
    const auto c = code_point(text, at);
    append_utf8(folded, fold(c.value));
    at += c.length;
  }
  return folded;
}

int compare_folded(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_ascii(a[i]) && is_ascii(b[j])) {
      const int difference = fold_ascii(a[i++]) - fold_ascii(b[j++]);
      if (difference != 0) return difference;
      continue;
    }
    const auto x = code_point(a, i), y = code_point(b, j);
    const auto u = utf16_order(fold(x.value)), v = utf16_order(fold(y.value));
    if (u != v) return u < v ? -1 : 1;
    i += x.length, j += y.length;
  }
  return static_cast<int>(i < a.size()) - static_cast<int>(j < b.size());
}

bool equal_folded(std::string_view a, std::string_view b) { return compare_folded(a, b) == 0; }

}  // namespace runner::expr
