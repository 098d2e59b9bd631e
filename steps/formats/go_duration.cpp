#include "steps/formats/go_duration.hpp"

#include <cctype>
#include <cmath>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr double kLargestMilliseconds = 9.2e12;  // Go's int64 of nanoseconds: 292 years

struct Unit {
  std::string_view name;
  double milliseconds;
};
// Longest names first where one begins another. https://pkg.go.dev/time#ParseDuration
constexpr Unit kUnits[] = {{"ns", 1e-6}, {"us", 1e-3}, {"\u00b5s", 1e-3}, {"\u03bcs", 1e-3},
                           {"ms", 1.0},  {"s", 1e3},   {"m", 6e4},        {"h", 3.6e6}};

// Takes "12.5" off the front; nothing without a digit.
std::optional<double> take_number(std::string_view& text) {
  double value = 0, scale = 1;
  bool any = false;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    value = value * 10 + (text.front() - '0');
    any = true;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
      scale /= 10;
      value += scale * (text.front() - '0');
      any = true;
    }
  }
  return any ? std::optional(value) : std::nullopt;
}

const Unit* take_unit(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && text[length] != '.' && !is_digit(text[length])) ++length;
  for (const auto& unit : kUnits) {
    if (text.substr(0, length) != unit.name) continue;
    text.remove_prefix(length);
    return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const auto* unit = take_unit(text);
    if (unit == nullptr) return std::nullopt;
    total += *number * unit->milliseconds;
  }
  if (total > kLargestMilliseconds) return std::nullopt;
  return std::chrono::milliseconds(std::llround(negative ? -total : total));
}

}  // namespace runner
