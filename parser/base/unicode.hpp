// parser/base/unicode.hpp -- what the workflow language needs of Unicode: reading UTF-8, its white space, and
// lengths in UTF-16 units, in which GitHub counts. Independent of the locale.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace runner {

// The code point at text[at] and its length. A byte that is no part of valid UTF-8 stands for itself: it
// becomes U+DC00 + byte, which no valid text holds.
struct CodePoint {
  char32_t value = 0;
  size_t length = 1;
};
CodePoint code_point(std::string_view text, size_t at);
void append_utf8(std::string& text, char32_t value);  // the inverse, also for bytes kept as U+DC00 + byte

bool is_white_space(char32_t value);                        // line ends included
size_t skip_white_space(std::string_view text, size_t at);  // the first place from `at` that is none
std::string_view trim_unicode(std::string_view text);

size_t utf16_length(std::string_view text);

}  // namespace runner
