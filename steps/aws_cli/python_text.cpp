#include "steps/aws_cli/python_text.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

std::string quoted(const std::string& text) {
  const bool has_single = text.find('\'') != text.npos;
  const char quote = has_single && text.find('"') == text.npos ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (c == '\r')
      result += "\\r";
    else if (c == '\\' || c == quote)
      (result += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\x{:02x}", c);
    else
      result += c;
  }
  return result + quote;
}

template <class Items, class Write>
std::string joined(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + write(item);
  return text;
}

}  // namespace

std::string python_repr(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "None";
    case Json::value_t::boolean:
      return value.get<bool>() ? "True" : "False";
    case Json::value_t::string:
      return quoted(value.get_ref<const std::string&>());
    case Json::value_t::array:
      return "[" + joined(value, [](const Json& item) { return python_repr(item); }) + "]";
    case Json::value_t::object:
      return "{" +
             joined(value.items(),
                    [](const auto& item) { return quoted(item.key()) + ": " + python_repr(item.value()); }) +
             "}";
    default:
      return value.dump();  // numbers: both write the shortest text that reads back
  }
}

std::string python_str(const Json& value) {
  return value.is_string() ? value.get<std::string>() : python_repr(value);
}

std::string python_type(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "<class 'NoneType'>";
    case Json::value_t::boolean:
      return "<class 'bool'>";
    case Json::value_t::string:
      return "<class 'str'>";
    case Json::value_t::array:
      return "<class 'list'>";
    case Json::value_t::object:
      return "<class 'dict'>";
    case Json::value_t::number_float:
      return "<class 'float'>";
    default:
      return "<class 'int'>";
  }
}

}  // namespace runner::aws
