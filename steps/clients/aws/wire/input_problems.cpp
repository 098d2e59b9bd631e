// Whether an input fits its shape. What a service would refuse is refused before anything is sent, in the
// words the CLI has for it; limits of length and value are left to the service.
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/wire/wire.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;

struct TypeNames {
  Kind kind;
  const char* names;
  bool (*fits)(const Json&);
};
// the words for types are Python's, in which the CLI is written
constexpr TypeNames kTypes[] = {
    {Kind::string, "<class 'str'>", [](const Json& value) { return value.is_string(); }},
    {Kind::integer, "<class 'int'>", [](const Json& value) { return value.is_number_integer(); }},
    {Kind::number, "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>",
     [](const Json& value) { return value.is_number(); }},
    {Kind::boolean, "<class 'bool'>", [](const Json& value) { return value.is_boolean(); }},
    {Kind::timestamp, "<class 'datetime.datetime'>, timestamp-string",
     [](const Json& value) { return given_time(value).has_value(); }},
    {Kind::blob, "<class 'bytes'>, <class 'bytearray'>, file-like object",
     [](const Json& value) { return value.is_string(); }},
    {Kind::list, "<class 'list'>, <class 'tuple'>", [](const Json& value) { return value.is_array(); }},
    {Kind::map, "<class 'dict'>", [](const Json& value) { return value.is_object(); }},
    {Kind::structure, "<class 'dict'>", [](const Json& value) { return value.is_object(); }},
};

const char* type_name(const Json& value) {
  if (value.is_null()) return "<class 'NoneType'>";
  if (value.is_boolean()) return "<class 'bool'>";
  if (value.is_number_float()) return "<class 'float'>";
  if (value.is_number()) return "<class 'int'>";
  if (value.is_string()) return "<class 'str'>";
  return value.is_array() ? "<class 'list'>" : "<class 'dict'>";
}

std::string told(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

class Check {
 public:
  void check(const Shape& shape, const Json& value, const std::string& name) {
    if (shape.document) return;
    if (!fits(shape, value, name)) return;
    if (shape.kind == Kind::structure) check_structure(shape, value, name);
    if (shape.kind == Kind::list) {
      for (size_t i = 0; i < value.size(); ++i)
        check(*shape.element, value[i], fmt::format("{}[{}]", name, i));
    }
    if (shape.kind == Kind::map) {
      for (const auto& [key, inner] : value.items()) check(*shape.element, inner, name + "." + key);
    }
  }

  std::string text() const { return fmt::format("{}", fmt::join(lines_, "\n")); }

 private:
  static std::string shown(const std::string& name) {
    if (name.empty()) return "input";
    return name.starts_with('.') ? name.substr(1) : name;
  }

  bool fits(const Shape& shape, const Json& value, const std::string& name) {
    for (const auto& type : kTypes) {
      if (type.kind != shape.kind) continue;
      if (type.fits(value)) return true;
      lines_.push_back(fmt::format("Invalid type for parameter {}, value: {}, type: {}, valid types: {}",
                                   shown(name), told(value), type_name(value), type.names));
    }
    return false;
  }

  void check_structure(const Shape& shape, const Json& value, const std::string& name) {
    for (const auto& member : shape.members) {
      if (member.required && !member.fills_itself && !value.contains(member.name))
        lines_.push_back(fmt::format("Missing required parameter in {}: \"{}\"", shown(name), member.name));
    }
    for (const auto& [key, inner] : value.items()) {
      if (const auto* member = find_member(shape, key)) {
        check(*member->shape, inner, name + "." + key);
        continue;
      }
      std::vector<std::string_view> names;
      for (const auto& member : shape.members) names.push_back(member.name);
      lines_.push_back(fmt::format("Unknown parameter in {}: \"{}\", must be one of: {}", shown(name), key,
                                   fmt::join(names, ", ")));
    }
  }

  std::vector<std::string> lines_;
};

}  // namespace

std::string input_problems(const Operation& operation, const Json& input) {
  static const Shape nothing{.kind = Kind::structure};
  Check check;
  check.check(operation.input == nullptr ? nothing : *operation.input, input, "");
  return check.text();
}

}  // namespace runner::aws
