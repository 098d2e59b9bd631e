#include "parser/model/schema_advice.hpp"

#include <array>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner::schema {
namespace {

constexpr size_t kShortList = 12;

constexpr std::array<std::pair<unsigned, std::string_view>, 5> kKinds{{
    {string | filled, "a string"},
    {boolean, "true or false"},
    {number, "a number"},
    {sequence, "a list"},
    {mapping, "a mapping"},
}};

}  // namespace

std::string join(const Names& names, std::string_view separator) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

std::string hint(std::string_view found, const Names& known, const Names& free) {
  if (auto meant = did_you_mean(found, known); !meant.empty()) return meant;
  if (free.empty() || free.size() > kShortList) return "";
  return fmt::format("; expected {}{}", free.size() > 1 ? "one of " : "", join(free, ", "));
}

std::string hint(std::string_view found, const Names& words) { return hint(found, words, words); }

std::string wanted(const Shape& shape) {
  Names names;
  for (const auto& [kind, name] : kKinds) {
    if ((shape.accepts & kind) != 0) names.emplace_back(name);
  }
  return names.empty() ? "no value" : join(names, " or ");
}

std::string wanted(const Shape& shape, std::string_view text) {
  if ((shape.accepts & filled) != 0) return "a string that is not empty";
  const bool quoted_boolean = (shape.accepts & boolean) != 0 && (text == "true" || text == "false");
  const bool quoted_number = (shape.accepts & number) != 0 && !text.empty() &&
                             text.find_first_not_of("0123456789.") == std::string_view::npos;
  return wanted(shape) + (quoted_boolean || quoted_number ? " without quotes" : "");
}

}  // namespace runner::schema
