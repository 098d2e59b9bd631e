#include "parser/base/unicode.hpp"

#include "parser/base/text.hpp"

namespace runner {
namespace {

unsigned char byte(std::string_view text, size_t at) { return static_cast<unsigned char>(text[at]); }
unsigned bits(std::string_view text, size_t at) { return byte(text, at) & 0x3Fu; }

}  // namespace

CodePoint code_point(std::string_view text, size_t at) {
  const unsigned first = byte(text, at);
  if (first < 0x80) return {first, 1};
  switch (utf8_length(text, at)) {
    case 2:
      return {(first & 0x1Fu) << 6 | bits(text, at + 1), 2};
    case 3:
      return {(first & 0x0Fu) << 12 | bits(text, at + 1) << 6 | bits(text, at + 2), 3};
    case 4:
      return {(first & 0x07u) << 18 | bits(text, at + 1) << 12 | bits(text, at + 2) << 6 | bits(text, at + 3),
              4};
    default:
      return {0xDC00u + first, 1};
  }
}

void append_utf8(std::string& text, char32_t value) {
  const auto put = [&](char32_t c) { text += static_cast<char>(static_cast<unsigned char>(c)); };
  if (value < 0x80) return put(value);
  if (value >= 0xDC80 && value <= 0xDCFF) return put(value - 0xDC00);
  if (value < 0x800) {
    put(0xC0 | value >> 6);
  } else {
    if (value < 0x10000) {
      put(0xE0 | value >> 12);
    } else {
      put(0xF0 | value >> 18);
      put(0x80 | (value >> 12 & 0x3F));
    }
    put(0x80 | (value >> 6 & 0x3F));
  }
  put(0x80 | (value & 0x3F));
}

bool is_white_space(char32_t value) {
  if (value < 0x80) return value == ' ' || (value >= 9 && value <= 13);
  return value == 0x85 || value == 0xA0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200A) ||
         value == 0x2028 || value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000;
}

size_t skip_white_space(std::string_view text, size_t at) {
  while (at < text.size()) {
    const auto c = code_point(text, at);
    if (!is_white_space(c.value)) break;
    at += c.length;
  }
  return at;
}

std::string_view trim_unicode(std::string_view text) {
  text.remove_prefix(skip_white_space(text, 0));
  while (!text.empty()) {
    auto last = text.size() - 1;
    while (last > 0 && (byte(text, last) & 0xC0) == 0x80) --last;
    const auto c = code_point(text, last);
    if (last + c.length != text.size() || !is_white_space(c.value)) break;
    text.remove_suffix(c.length);
  }
  return text;
}

size_t utf16_length(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    units += static_cast<size_t>((b & 0xC0) != 0x80) + static_cast<size_t>(b >= 0xF0);
  }
  return units;
}

}  // namespace runner
