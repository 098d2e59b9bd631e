#include "steps/builtin/chat/js_value.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner::chat {
namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

// After '[': a number or a quoted name, and ']'. Empty where it is neither.
std::string bracketed(std::string_view path, size_t& at) {
  const auto end = path.find(']', at);
  if (end == path.npos) return {};
  auto name = trim(path.substr(at, end - at));
  at = end + 1;
  const bool quoted =
      name.size() > 2 && (name.front() == '\'' || name.front() == '"') && name.back() == name.front();
  if (quoted) return std::string(name.substr(1, name.size() - 2));
  const bool number = std::all_of(name.begin(), name.end(),
                                  [](char c) { return std::isdigit(static_cast<unsigned char>(c)); });
  return number ? std::string(name) : std::string();
}

std::string array_text(const Json& list) {
  std::string text;
  for (size_t index = 0; index < list.size(); ++index) {
    if (index > 0) text += ',';
    if (!list[index].is_null()) text += js_text(list[index]);
  }
  return text;
}

void flatten(const Json& value, const std::string& prefix, const std::string& delimiter, Json& out) {
  const bool nested = value.is_structured() && !value.empty();
  if (!nested) {
    out[prefix] = js_text(value);
    return;
  }
  size_t index = 0;
  for (const auto& [name, item] : value.items()) {
    const auto key = value.is_array() ? std::to_string(index++) : name;
    flatten(item, prefix.empty() ? key : prefix + delimiter + key, delimiter, out);
  }
}

}  // namespace

std::string js_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) return array_text(value);
  if (value.is_object()) return "[object Object]";
  if (value.is_number_float()) {
    const double number = value;
    if (number >= -1e15 && number <= 1e15 && number == static_cast<double>(static_cast<int64_t>(number)))
      return std::to_string(static_cast<int64_t>(number));
  }
  return value.dump();
}

bool js_truthy(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_null();
}

bool js_equal(const Json& a, const Json& b) { return !a.is_structured() && !b.is_structured() && a == b; }

std::optional<std::vector<std::string>> path_names(std::string_view path) {
  std::vector<std::string> names;
  path = trim(path);
  for (size_t at = 0; at < path.size();) {
    std::string name;
    if (path[at] == '[' && !names.empty()) {
      name = bracketed(path, ++at);
    } else {
      if (!names.empty() && path[at++] != '.') return std::nullopt;
      while (at < path.size() && is_name(path[at])) name += path[at++];
    }
    if (name.empty()) return std::nullopt;
    names.push_back(std::move(name));
  }
  if (names.empty()) return std::nullopt;
  return names;
}

const Json* find_member(const Json& value, const std::string& name) {
  if (value.is_object()) {
    const auto at = value.find(name);
    return at == value.end() ? nullptr : &*at;
  }
  size_t index = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool number = read.ec == std::errc() && read.ptr == name.data() + name.size();
  return value.is_array() && number && index < value.size() ? &value[index] : nullptr;
}

Json flattened(const Json& value, const std::string& delimiter) {
  auto out = Json::object();
  if (value.is_structured() && !value.empty()) flatten(value, {}, delimiter, out);
  return out;
}

}  // namespace runner::chat
