#include "parser/base/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace runner {

std::string format_number(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";  // -0 too
  std::array<char, 40> buffer{};
  // As printf's %.15G, but whatever the locale.
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::general, 15).ptr;
  std::replace(buffer.data(), end, 'e', 'E');
  return {buffer.data(), end};
}

}  // namespace runner
