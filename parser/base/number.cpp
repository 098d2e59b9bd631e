#include "parser/base/number.hpp"

#include <cmath>
#include <cstdio>

namespace runner {

std::string format_number(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";  // -0 too
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.15G", number);
  return {text, static_cast<size_t>(length)};
}

}  // namespace runner
