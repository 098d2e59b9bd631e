#include "steps/aws_cli/parameters.hpp"

#include <algorithm>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/yaml/tree.hpp"
#include "steps/aws_cli/python_text.hpp"
#include "steps/aws_cli/shorthand.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

using Kind = Shape::Kind;

// What the CLI calls otherwise than the model does.
struct Renamed {
  std::string_view service, option, called;
};
constexpr Renamed kRenamed[] = {{"deploy", "s-3-location", "s3-location"},
                                {"deploy", "ec-2-tag-filters", "ec2-tag-filters"},
                                {"ecs", "no-enable-execute-command", "disable-execute-command"},
                                {"ec2", "no-egress", "ingress"},
                                {"ec2", "no-disable-api-termination", "enable-api-termination"}};

std::string called(std::string_view service, std::string option) {
  for (const auto& renamed : kRenamed)
    if (renamed.service == service && renamed.option == option) return std::string(renamed.called);
  return option;
}

std::string off_name(std::string_view service, const Member& member) {
  return called(service, "no-" + kebab_case(member.name));
}

bool is_complex(const Shape& shape) {
  return shape.kind == Kind::structure || shape.kind == Kind::list || shape.kind == Kind::map;
}

bool has_short_form(const Shape& shape) {
  if (shape.document || !is_complex(shape)) return false;
  return shape.kind != Kind::list || is_complex(*shape.element);
}

[[noreturn]] void refuse_parameter(std::string_view option, std::string_view why) {
  refuse_value(fmt::format("Error parsing parameter '--{}': {}", option, why));
}

Json parse_json(std::string_view option, const std::string& text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    std::string_view why = error.what();
    why.remove_prefix(std::min(why.find("] ") + 2, why.size()));
    refuse_parameter(option, fmt::format("Invalid JSON: {}\nJSON received: {}", why, text));
  }
}

Json integer(const std::string& text) {
  try {
    size_t end = 0;
    const auto trimmed = std::string(trim(text));
    const long long value = std::stoll(trimmed, &end);
    if (end == trimmed.size()) return value;
  } catch (const std::exception&) {  // not a number
  }
  throw Error("invalid literal for int() with base 10: {}", python_repr(text));
}

Json number(const std::string& text) {
  try {
    size_t end = 0;
    const auto trimmed = std::string(trim(text));
    const double value = std::stod(trimmed, &end);
    if (end == trimmed.size()) return value;
  } catch (const std::exception&) {  // not a number
  }
  throw Error("could not convert string to float: {}", python_repr(text));
}

// The short form has only strings: gives them the shapes' types.
void give_types(const Shape& shape, Json& value) {
  if (value.is_null() || shape.document) return;
  if (shape.kind == Kind::structure && value.is_object()) {
    for (const auto& member : shape.members)
      if (const auto found = value.find(member.name); found != value.end()) give_types(*member.shape, *found);
  } else if (shape.kind == Kind::map && value.is_object()) {
    for (auto& [key, item] : value.items()) give_types(*shape.element, item);
  } else if (shape.kind == Kind::list) {
    if (!value.is_array()) value = Json::array({value});
    for (auto& item : value) give_types(*shape.element, item);
  } else if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (shape.kind == Kind::integer) value = integer(text);
    if (shape.kind == Kind::number) value = number(text);
    if (shape.kind == Kind::boolean && equal_ignoring_case(text, "true")) value = true;
    if (shape.kind == Kind::boolean && equal_ignoring_case(text, "false")) value = false;
  }
}

bool looks_like_json(std::string_view text) {
  text = trim(text);
  return !text.empty() && (text.front() == '[' || text.front() == '{');
}

Json from_short_form(std::string_view option, const Shape& shape, const std::string& text) {
  const bool just_a_value = shape.kind == Kind::structure && shape.members.size() == 1 &&
                            shape.members.front().name == "Value" && text.find('=') == text.npos;
  if (just_a_value) return Json{{"Value", text}};
  try {
    auto value = parse_shorthand(text);
    give_types(shape, value);
    return value;
  } catch (const ShorthandError& error) {
    refuse_parameter(option, error.what());
  }
}

Json scalar(const Shape& shape, const std::string& text, const ValueSources& sources, bool from_bytes) {
  switch (shape.kind) {
    case Kind::integer:
      return integer(text);
    case Kind::number:
      return number(text);
    case Kind::boolean:
      return !equal_ignoring_case(text, "false");
    case Kind::blob:
      return from_bytes || sources.binary_format != "base64" ? base64(text) : text;
    default:
      return text;
  }
}

// One word of the command line, or what its file holds.
Json one_value(std::string_view option, const Shape& shape, const std::string& text,
               const ValueSources& sources, bool from_bytes = false) {
  if (shape.document) return parse_json(option, text);
  if (!is_complex(shape)) return scalar(shape, text, sources, from_bytes);
  if (looks_like_json(text)) return parse_json(option, text);
  if (has_short_form(shape)) return from_short_form(option, shape, text);
  refuse_parameter(option, "Invalid JSON:\n" + text);
}

Json list_value(std::string_view option, const Shape& shape, const std::vector<std::string>& values,
                const ValueSources& sources) {
  const auto& element = *shape.element;
  Json list = Json::array();
  if (values.size() != 1) {
    for (const auto& value : values) list.push_back(one_value(option, element, value, sources));
    return list;
  }
  // only a single word may be a file, or the whole list as JSON
  const auto text = value_or_file(option, values.front(), sources);
  if (!trim(text).empty() && trim(text).front() == '[') return parse_json(option, text);
  list.push_back(one_value(option, element, text, sources));
  return list;
}

Json to_json(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::null:
      return nullptr;
    case yaml::Kind::boolean:
      return node.boolean;
    case yaml::Kind::number:
      return read_ordered_json(node.text).is_number() ? Json::parse(node.text) : Json(node.number);
    case yaml::Kind::string:
      return node.text;
    case yaml::Kind::sequence: {
      Json list = Json::array();
      for (const auto& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case yaml::Kind::mapping:
      break;
  }
  Json object = Json::object();
  for (const auto& member : node.members) object[member.first.text] = to_json(member.second);
  return object;
}

// --cli-input-json or --cli-input-yaml: the whole request.
Json whole_input(const Arguments& arguments, const ValueSources& sources) {
  const bool json = arguments.has("cli-input-json"), yaml = arguments.has("cli-input-yaml");
  if (json && yaml) refuse_value("Only one --cli-input- parameter may be specified.");
  if (!json && !yaml) return Json::object();
  const std::string option = json ? "cli-input-json" : "cli-input-yaml";
  const auto text = value_or_file(option, arguments.value(option), sources);
  Json input;
  if (json) {
    input = read_ordered_json(text);
    if (input.is_discarded())
      refuse_value("Error parsing parameter 'cli-input-json': Invalid JSON received.");
  } else {
    std::vector<Diagnostic> diagnostics;
    const auto node = yaml::read(text, option, diagnostics);
    if (!node) refuse_value("Error parsing parameter 'cli-input-yaml': Invalid YAML received.");
    input = to_json(*node);
  }
  if (!input.is_object())
    refuse_parameter(option, fmt::format("Invalid type: expecting map, received {}", python_type(input)));
  return input;
}

}  // namespace

std::string option_name(std::string_view service, const Member& member) {
  return called(service, kebab_case(member.name));
}

std::vector<OptionSpec> parameter_specs(std::string_view service, const Shape& input) {
  using Takes = OptionSpec::Takes;
  std::vector<OptionSpec> specs;
  for (const auto& member : input.members) {
    const auto kind = member.shape->kind;
    const auto takes = kind == Kind::boolean ? Takes::nothing : kind == Kind::list ? Takes::many : Takes::one;
    specs.push_back({.name = option_name(service, member), .takes = takes});
    if (kind == Kind::boolean) specs.push_back({.name = off_name(service, member), .takes = takes});
  }
  return specs;
}

Json parameter_value(std::string_view option, const Shape& shape, const std::vector<std::string>& values,
                     const ValueSources& sources) {
  if (shape.kind == Kind::list) return list_value(option, shape, values, sources);
  const auto& given = values.front();
  return one_value(option, shape, value_or_file(option, given, sources), sources,
                   given.rfind("fileb://", 0) == 0);
}

Json read_input(std::string_view service, const Shape& input, const Arguments& arguments,
                const ValueSources& sources) {
  Json result = Json::object();
  for (const auto& member : input.members) {
    const auto name = option_name(service, member), off = off_name(service, member);
    for (const auto& option : arguments.options) {
      if (member.shape->kind == Kind::boolean && (option.name == name || option.name == off))
        result[member.name] = option.name == name;
      else if (option.name == name)
        result[member.name] = parameter_value(name, *member.shape, option.values, sources);
    }
  }
  const auto whole = whole_input(arguments, sources);
  for (const auto& [name, value] : whole.items())
    if (!result.contains(name)) result[name] = value;
  return result;
}

}  // namespace runner::aws
