// https://jmespath.org/specification.html#built-in-functions
#include "steps/clients/aws/jmespath/functions.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner::aws::jmespath {
namespace {

using Arguments = std::vector<Argument>;

std::string type_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "array" : "object";
}

std::string type_of(const Argument& argument) {
  return argument.expression ? "expref" : type_of(argument.value);
}

QueryError wrong_type(std::string_view function, const Json& value, const std::string& found,
                      const std::vector<std::string>& wanted) {
  return QueryError("In function {}(), invalid type for value: {}, expected one of: ['{}'], received: \"{}\"",
                    function, dump_json(value), fmt::join(wanted, "', '"), found);
}

// Numbers by value, strings by code point, which is the order of UTF-8's bytes.
bool less(const Json& a, const Json& b) {
  return a.is_string() ? a.get_ref<const std::string&>() < b.get_ref<const std::string&>() : a < b;
}

std::string reversed(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const auto length = code_point(text, i).length;
    result.insert(0, text.substr(i, length));
    i += length;
  }
  return result;
}

int64_t characters(std::string_view text) {
  int64_t count = 0;
  for (size_t i = 0; i < text.size(); i += code_point(text, i).length) ++count;
  return count;
}

Json number_from(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto *begin = text.data(), *end = text.data() + text.size();
  int64_t whole = 0;
  if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc() && read.ptr == end)
    return whole;
  double number = 0;
  const auto read = std::from_chars(begin, end, number);
  return read.ec == std::errc() && read.ptr == end && std::isfinite(number) ? Json(number) : Json();
}

// Whole numbers stay whole.
Json sum_of(const Json& numbers) {
  int64_t whole = 0;
  double sum = 0;
  bool exact = true;
  for (const auto& number : numbers) {
    sum += number.get<double>();
    exact =
        exact && number.is_number_integer() && !__builtin_add_overflow(whole, number.get<int64_t>(), &whole);
  }
  return exact ? Json(whole) : Json(sum);
}

Json rounded(double number) {
  if (std::abs(number) < 9e18) return static_cast<int64_t>(number);
  return number;
}

bool contains(const Json& subject, const Json& wanted) {
  if (subject.is_string()) {
    return wanted.is_string() && subject.get_ref<const std::string&>().find(
                                     wanted.get_ref<const std::string&>()) != std::string::npos;
  }
  return std::any_of(subject.begin(), subject.end(), [&](const auto& item) { return same(item, wanted); });
}

Json extreme(const Json& list, bool largest) {
  if (list.empty()) return {};
  return largest ? *std::max_element(list.begin(), list.end(), less)
                 : *std::min_element(list.begin(), list.end(), less);
}

// What the expression gives for each item: all numbers or all strings.
std::vector<std::pair<Json, Json>> with_keys(std::string_view function, const Arguments& arguments) {
  std::vector<std::pair<Json, Json>> items;
  for (const auto& item : arguments[0].value) {
    auto key = arguments[1].expression(item);
    const auto type = type_of(key);
    const bool sortable = type == "number" || type == "string";
    if (!sortable || (!items.empty() && type != type_of(items.front().first)))
      throw wrong_type(function, key, type,
                       items.empty() ? std::vector<std::string>{"number", "string"}
                                     : std::vector{type_of(items.front().first)});
    items.emplace_back(std::move(key), item);
  }
  return items;
}

constexpr auto kByKey = [](const auto& a, const auto& b) { return less(a.first, b.first); };

Json sorted_by(const Arguments& arguments) {
  auto items = with_keys("sort_by", arguments);
  std::stable_sort(items.begin(), items.end(), kByKey);
  auto list = Json::array();
  for (auto& item : items) list.push_back(std::move(item.second));
  return list;
}

Json extreme_by(std::string_view function, const Arguments& arguments, bool largest) {
  auto items = with_keys(function, arguments);
  if (items.empty()) return {};
  return (largest ? std::max_element(items.begin(), items.end(), kByKey)
                  : std::min_element(items.begin(), items.end(), kByKey))
      ->second;
}

Json sorted(Json list) {
  std::stable_sort(list.begin(), list.end(), less);
  return list;
}

Json mapped(const Arguments& arguments) {
  auto list = Json::array();
  for (const auto& item : arguments[1].value) list.push_back(arguments[0].expression(item));
  return list;
}

Json merged(const Arguments& arguments) {
  auto whole = Json::object();
  for (const auto& argument : arguments) {
    for (const auto& [key, value] : argument.value.items()) whole[key] = value;
  }
  return whole;
}

Json keys_of(const Json& object) {
  auto keys = Json::array();
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

Json values_of(const Json& object) {
  auto values = Json::array();
  for (const auto& value : object) values.push_back(value);
  return values;
}

Json joined(const Json& separator, const Json& list) {
  std::string text;
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) text += separator.get<std::string>();
    text += list[i].get<std::string>();
  }
  return text;
}

Json first_not_null(const Arguments& arguments) {
  for (const auto& argument : arguments) {
    if (!argument.value.is_null()) return argument.value;
  }
  return {};
}

Json as_text(const Json& value) { return value.is_string() ? value : Json(value.dump(-1, ' ', true)); }

Json reverse(const Json& value) {
  if (value.is_string()) return reversed(value.get<std::string>());
  auto list = value;
  std::reverse(list.begin(), list.end());
  return list;
}

Json length_of(const Json& value) {
  return value.is_string() ? characters(value.get<std::string>()) : static_cast<int64_t>(value.size());
}

bool starts_with(const Json& text, const Json& part) {
  return text.get<std::string>().starts_with(part.get<std::string>());
}

bool ends_with(const Json& text, const Json& part) {
  return text.get<std::string>().ends_with(part.get<std::string>());
}

Json absolute(const Json& number) {
  if (number.is_number_integer()) return std::abs(number.get<int64_t>());
  return std::abs(number.get<double>());
}

Json average(const Json& list) {
  return list.empty() ? Json() : Json(sum_of(list).get<double>() / static_cast<double>(list.size()));
}

// `types`: for each argument the types it may have, separated by '|'; "any" for all; "array-number" is an
// array of numbers. After "..." the last may be repeated.
struct Function {
  std::string_view name;
  std::vector<std::string_view> types;
  bool repeats;
  Json (*call)(const Arguments&);
};

const std::vector<Function>& functions() {
  using A = const Arguments&;
  static const std::vector<Function> all{
      {"abs", {"number"}, false, [](A a) { return absolute(a[0].value); }},
      {"avg", {"array-number"}, false, [](A a) { return average(a[0].value); }},
      {"ceil", {"number"}, false, [](A a) { return rounded(std::ceil(a[0].value.get<double>())); }},
      {"contains",
       {"array|string", "any"},
       false,
       [](A a) { return Json(contains(a[0].value, a[1].value)); }},
      {"ends_with", {"string", "string"}, false, [](A a) { return Json(ends_with(a[0].value, a[1].value)); }},
      {"floor", {"number"}, false, [](A a) { return rounded(std::floor(a[0].value.get<double>())); }},
      {"join", {"string", "array-string"}, false, [](A a) { return joined(a[0].value, a[1].value); }},
      {"keys", {"object"}, false, [](A a) { return keys_of(a[0].value); }},
      {"length", {"string|array|object"}, false, [](A a) { return length_of(a[0].value); }},
      {"map", {"expref", "array"}, false, mapped},
      {"max", {"array-number|array-string"}, false, [](A a) { return extreme(a[0].value, true); }},
      {"max_by", {"array", "expref"}, false, [](A a) { return extreme_by("max_by", a, true); }},
      {"merge", {"object"}, true, merged},
      {"min", {"array-number|array-string"}, false, [](A a) { return extreme(a[0].value, false); }},
      {"min_by", {"array", "expref"}, false, [](A a) { return extreme_by("min_by", a, false); }},
      {"not_null", {"any"}, true, first_not_null},
      {"reverse", {"array|string"}, false, [](A a) { return reverse(a[0].value); }},
      {"sort", {"array-string|array-number"}, false, [](A a) { return sorted(a[0].value); }},
      {"sort_by", {"array", "expref"}, false, sorted_by},
      {"starts_with",
       {"string", "string"},
       false,
       [](A a) { return Json(starts_with(a[0].value, a[1].value)); }},
      {"sum", {"array-number"}, false, [](A a) { return sum_of(a[0].value); }},
      {"to_array",
       {"any"},
       false,
       [](A a) { return a[0].value.is_array() ? a[0].value : Json::array({a[0].value}); }},
      {"to_number",
       {"any"},
       false,
       [](A a) {
         if (a[0].value.is_string()) return number_from(a[0].value.get<std::string>());
         return a[0].value.is_number() ? a[0].value : Json();
       }},
      {"to_string", {"any"}, false, [](A a) { return as_text(a[0].value); }},
      {"type", {"any"}, false, [](A a) { return Json(type_of(a[0].value)); }},
      {"values", {"object"}, false, [](A a) { return values_of(a[0].value); }},
  };
  return all;
}

bool fits(const Argument& argument, std::string_view type) {
  if (type == "any") return true;
  if (!type.starts_with("array-")) return type_of(argument) == type;
  type.remove_prefix(6);
  return !argument.expression && argument.value.is_array() &&
         std::all_of(argument.value.begin(), argument.value.end(),
                     [&](const auto& item) { return type_of(item) == type; });
}

void check_types(const Function& function, const Arguments& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto types = split(function.types[std::min(i, function.types.size() - 1)], '|');
    if (std::any_of(types.begin(), types.end(), [&](auto type) { return fits(arguments[i], type); }))
      continue;
    throw wrong_type(function.name, arguments[i].value, type_of(arguments[i]), {types.begin(), types.end()});
  }
}

}  // namespace

Json call_function(std::string_view name, std::vector<Argument> arguments) {
  const auto& all = functions();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const auto& function) { return function.name == name; });
  if (at == all.end()) {
    std::vector<std::string> names;
    for (const auto& function : all) names.emplace_back(function.name);
    throw QueryError("Unknown function: {}(){}", name, did_you_mean(name, names));
  }
  const auto wanted = at->types.size();
  if (at->repeats ? arguments.size() < wanted : arguments.size() != wanted) {
    throw QueryError("Expected {}{} argument{} for function {}(), received {}",
                     at->repeats ? "at least " : "", wanted, wanted == 1 ? "" : "s", name, arguments.size());
  }
  check_types(*at, arguments);
  return at->call(arguments);
}

bool same(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (const auto& [key, value] : a.items()) {
      const auto at = b.find(key);
      if (at == b.end() || !same(value, *at)) return false;
    }
    return true;
  }
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  return a == b;
}

}  // namespace runner::aws::jmespath
