#include "steps/aws_cli/validate_input.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "steps/aws_cli/options.hpp"
#include "steps/aws_cli/python_text.hpp"

namespace runner::aws {
namespace {

using Json = nlohmann::ordered_json;
using Kind = Shape::Kind;

struct Expected {
  Kind kind;
  bool (*fits)(const Json&);
  const char* types;  // as the CLI lists them
};
const Expected kExpected[] = {
    {Kind::string, [](const Json& v) { return v.is_string(); }, "<class 'str'>"},
    {Kind::integer, [](const Json& v) { return v.is_number_integer() || v.is_boolean(); }, "<class 'int'>"},
    {Kind::number, [](const Json& v) { return v.is_number() || v.is_boolean(); },
     "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>"},
    {Kind::boolean, [](const Json& v) { return v.is_boolean(); }, "<class 'bool'>"},
    {Kind::timestamp, [](const Json& v) { return v.is_string() || v.is_number(); },
     "<class 'datetime.datetime'>, timestamp-string"},
    {Kind::blob, [](const Json& v) { return v.is_string(); },
     "<class 'bytes'>, <class 'bytearray'>, file-like object"},
    {Kind::list, [](const Json& v) { return v.is_array(); }, "<class 'list'>, <class 'tuple'>"},
    {Kind::map, [](const Json& v) { return v.is_object(); }, "<class 'dict'>"},
    {Kind::structure, [](const Json& v) { return v.is_object(); }, "<class 'dict'>"},
};

class Validation {
 public:
  void check(const Shape& shape, const Json& value, const std::string& name) {
    if (shape.document) return;
    const auto* expected = std::find_if(std::begin(kExpected), std::end(kExpected),
                                        [&](const Expected& e) { return e.kind == shape.kind; });
    if (!expected->fits(value))
      return report(fmt::format("Invalid type for parameter {}, value: {}, type: {}, valid types: {}",
                                shown(name), python_str(value), python_type(value), expected->types));
    if (shape.kind == Kind::structure) check_structure(shape, value, name);
    if (shape.kind == Kind::list)
      for (size_t i = 0; i < value.size(); ++i)
        check(*shape.element, value[i], fmt::format("{}[{}]", name, i));
    if (shape.kind == Kind::map)
      for (const auto& [key, member] : value.items()) check(*shape.element, member, name + "." + key);
  }
  std::string findings;

 private:
  static std::string shown(const std::string& name) { return name.empty() ? "input" : name.substr(1); }
  void report(const std::string& finding) { findings += "\n" + finding; }

  void check_structure(const Shape& shape, const Json& value, const std::string& name) {
    std::string names;
    for (const auto& member : shape.members) {
      names += (names.empty() ? "" : ", ") + member.name;
      if (member.required && !member.fills_itself && !value.contains(member.name))
        report(fmt::format("Missing required parameter in {}: \"{}\"", shown(name), member.name));
    }
    const auto known = [&](const std::string& key) {
      return std::find_if(shape.members.begin(), shape.members.end(),
                          [&](const Member& member) { return member.name == key; });
    };
    for (const auto& [key, ignored] : value.items())
      if (known(key) == shape.members.end())
        report(fmt::format("Unknown parameter in {}: \"{}\", must be one of: {}", shown(name), key, names));
    for (const auto& [key, member] : value.items())
      if (const auto found = known(key); found != shape.members.end())
        check(*found->shape, member, name + "." + key);
  }
};

}  // namespace

void validate_input(const Shape& shape, const nlohmann::ordered_json& input) {
  Validation validation;
  validation.check(shape, input, "");
  if (!validation.findings.empty()) refuse_value("Parameter validation failed:" + validation.findings);
}

}  // namespace runner::aws
