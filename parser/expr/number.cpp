// Numbers to text and back (expressions.md 4.2 and 4.3), whatever the locale.
#include "parser/base/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "parser/expr/value.hpp"

namespace runner::expr {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// (digits [. digits?]? | . digits) ([eE] [+-]? digits)?, all of it.
bool is_decimal(std::string_view text) {
  const auto whole_end = skip_digits(text, 0);
  auto digits = whole_end;
  auto at = whole_end;
  if (at < text.size() && text[at] == '.') {
    at = skip_digits(text, at + 1);
    digits += at - whole_end - 1;
  }
  if (digits == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  return at < text.size() && skip_digits(text, at) == text.size();
}

// from_chars tells of an overflow and of an underflow in one word: this tells them apart. True when the first
// digit that counts stands above the point.
bool is_large(std::string_view text) {
  const auto e = text.find_first_of("eE");
  const auto mantissa = text.substr(0, e);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto first = mantissa.find_first_of("123456789");
  auto scale = static_cast<double>(point) - static_cast<double>(first);
  if (e != std::string_view::npos) {
    const auto digits = text.substr(text.find_first_of("0123456789", e));
    int exponent = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc()) {
      exponent = std::numeric_limits<int>::max();
    }
    scale += text[e + 1] == '-' ? -double{1} * exponent : exponent;
  }
  return scale > 0;
}

double decimal(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) return is_large(text) ? kInfinity : 0;
  return value;
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// Digits of `bits` bits each, rounded once: what no longer fits is kept as one sticky bit.
double power_of_two_base(std::string_view digits, int bits) {
  if (digits.empty()) return kNoNumber;
  std::uint64_t mantissa = 0;
  int exponent = 0;
  for (const char c : digits) {
    const auto value = static_cast<std::uint64_t>(digit_value(c));
    if (value >> bits != 0) return kNoNumber;
    if (mantissa >> (64 - bits) == 0) {
      mantissa = mantissa << bits | value;
    } else {
      mantissa |= static_cast<std::uint64_t>(value != 0);
      exponent += bits;
    }
  }
  return std::ldexp(static_cast<double>(mantissa), exponent);
}

}  // namespace

std::string number_to_string(double number) { return format_number(number); }

double string_to_number(std::string_view text) {
  text = trim_unicode(text);
  if (text.empty()) return 0;
  if (text.starts_with("0x")) return power_of_two_base(text.substr(2), 4);
  if (text.starts_with("0o")) return power_of_two_base(text.substr(2), 3);
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  double value = kNoNumber;
  if (text == "Infinity") {
    value = kInfinity;
  } else if (is_decimal(text)) {
    value = decimal(text);
  }
  return negative ? -value : value;
}

}  // namespace runner::expr
