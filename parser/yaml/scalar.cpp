#include "parser/yaml/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include "parser/base/number.hpp"
#include "parser/base/text.hpp"

namespace runner::yaml {
namespace {

// https://yaml.org/spec/1.2.2/#103-core-schema
constexpr std::array<std::string_view, 5> kNull{"", "null", "Null", "NULL", "~"};
constexpr std::array<std::string_view, 3> kTrue{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse{"false", "False", "FALSE"};
constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

bool among(const auto& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

void take_sign(std::string_view& text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  take_sign(text);
  const bool whole = !take_digits(text).empty();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (take_digits(text).empty() && !whole) return false;
  } else if (!whole) {
    return false;
  }
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  take_sign(text);
  return !take_digits(text).empty() && text.empty();
}

std::optional<double> special(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = text.starts_with('-');
  take_sign(text);
  if (text != ".inf" && text != ".Inf" && text != ".INF") return std::nullopt;
  const auto infinity = std::numeric_limits<double>::infinity();
  return negative ? -infinity : infinity;
}

// Hexadecimal and octal numbers; `complaint` when they do not fit.
std::optional<double> radix(std::string_view text, std::string& complaint) {
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
  if (base == 0 || text.size() < 3) return std::nullopt;
  uint32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data() + 2, end, value, base);
  if (result.ptr != end) return std::nullopt;
  if (result.ec != std::errc{}) {
    complaint = fmt::format("The number {} does not fit into 32 bits; quote it to keep it as text", text);
  }
  return value;
}

std::optional<double> number(std::string_view text, std::string& complaint) {
  if (text.empty()) return std::nullopt;
  if (is_decimal(text)) return std::strtod(std::string(text).c_str(), nullptr);
  if (auto value = special(text)) return value;
  return radix(text, complaint);
}

void set_string(Node& node, std::string_view text) {
  node.kind = Kind::string;
  node.text = text;
}

void set_boolean(Node& node, bool value) {
  node.kind = Kind::boolean;
  node.boolean = value;
  node.text = value ? "true" : "false";
}

void set_number(Node& node, double value) {
  node.kind = Kind::number;
  node.number = value;
  node.text = format_number(value);
}

// Which text a number may start with; spares the tests above for nearly all scalars.
bool may_be_number(std::string_view text) {
  return is_digit(text[0]) || text[0] == '.' || text[0] == '-' || text[0] == '+';
}

}  // namespace

std::string resolve_plain(std::string_view text, Node& node) {
  std::string complaint;
  set_string(node, text);
  if (among(kNull, text)) {
    node.kind = Kind::null;
    node.text.clear();
  } else if (among(kTrue, text) || among(kFalse, text)) {
    set_boolean(node, among(kTrue, text));
  } else if (may_be_number(text)) {
    if (const auto value = number(text, complaint)) set_number(node, *value);
  }
  return complaint;
}

std::string resolve_tagged(std::string_view tag, std::string_view text, bool plain, Node& node) {
  set_string(node, text);
  if (!tag.starts_with(kTagPrefix)) return fmt::format("The tag '{}' is not supported", tag);
  const auto type = tag.substr(kTagPrefix.size());
  if (type == "str") return {};
  const bool known = type == "bool" || type == "int" || type == "float" || type == "null";
  if (!known) return fmt::format("The tag '!!{}' is not supported", type);
  if (!plain) return fmt::format("The tag '!!{}' needs a scalar without quotes", type);
  auto complaint = resolve_plain(text, node);
  const bool fits =
      (type == "bool" && node.kind == Kind::boolean) ||
      (type == "int" && node.kind == Kind::number && text.find('.') == std::string_view::npos) ||
      (type == "float" && node.kind == Kind::number) || (type == "null" && node.kind == Kind::null);
  if (!fits && complaint.empty())
    complaint = fmt::format("The value '{}' does not fit the tag '!!{}'", text, type);
  return complaint;
}

}  // namespace runner::yaml
