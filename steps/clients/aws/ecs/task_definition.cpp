#include "steps/clients/aws/ecs/task_definition.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/aws/ecs/difference.hpp"
#include "steps/clients/aws/json.hpp"
#include "steps/clients/aws/model.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kLogDrivers{
    "json-file", "syslog", "journald", "logentries", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"};

struct Pair {
  std::string name, value;
};

// Lines NAME=value, cut at the first '='. `what` and `form` stand in the complaint.
std::vector<Pair> pairs(const StepInputs& step, const char* input, const char* what, const char* form) {
  std::vector<Pair> result;
  for (const auto& line : line_inputs(step, input)) {
    const auto equals = line.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw InputError(fmt::format("Cannot parse the {} '{}'. {}", what, line, form));
    }
    result.push_back({line.substr(0, equals), line.substr(equals + 1)});
  }
  return result;
}

// What follows a second '=' is lost, as in the original: labels that are told apart by it stay as they were.
std::vector<Pair> short_pairs(const StepInputs& step, const char* input) {
  auto result = pairs(step, input, input, "It must be of the form KEY=VALUE, one a line.");
  for (auto& pair : result) pair.value = pair.value.substr(0, pair.value.find('='));
  return result;
}

// The original compares names with JavaScript's ==, for which a number is its text.
std::string entry_name(const Json& entry) {
  if (!entry.is_object()) return {};
  const auto name = entry.find("name");
  if (name == entry.end()) return {};
  return name->is_string() ? name->get<std::string>() : name->is_number() ? name->dump() : "";
}

// Entries of a list that are told apart by "name": changed where they are, added at the end.
void merge(Json& container, const char* list, const char* value_key, const std::vector<Pair>& changes) {
  if (changes.empty()) return;
  auto& entries = container[list];
  if (!entries.is_array()) entries = Json::array();
  for (const auto& [name, value] : changes) {
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&name = name](const Json& entry) { return entry_name(entry) == name; });
    if (at != entries.end()) {
      (*at)[value_key] = value;
    } else {
      entries.push_back({{"name", name}, {value_key, value}});
    }
  }
}

void put_logging(Json& container, const StepInputs& step) {
  const auto driver = step.input("log-configuration-log-driver");
  if (!driver.empty()) {
    if (std::find(kLogDrivers.begin(), kLogDrivers.end(), driver) == kLogDrivers.end()) {
      throw InputError(fmt::format("'{}' is not a valid logConfiguration logDriver. Must be one of {}",
                                   driver, fmt::join(kLogDrivers, ", ")));
    }
    container["logConfiguration"]["logDriver"] = driver;
  }
  for (const auto& [key, value] : short_pairs(step, "log-configuration-options"))
    container["logConfiguration"]["options"][key] = value;
}

Json words(const std::string& command) {
  auto list = Json::array();
  for (const auto word : split(command, ' ')) list.push_back(std::string(word));
  return list;
}

void change(Json& container, const StepInputs& step) {
  container["image"] = step.input("image");
  if (const auto command = step.input("command"); !command.empty()) container["command"] = words(command);
  if (const auto files = line_inputs(step, "env-files"); !files.empty()) {
    container["environmentFiles"] = Json::array();
    for (const auto& file : files) container["environmentFiles"].push_back({{"value", file}, {"type", "s3"}});
  }
  merge(container, "environment", "value",
        pairs(step, "environment-variables", "environment variable",
              "Environment variable pairs must be of the form NAME=value."));
  merge(container, "secrets", "valueFrom",
        pairs(step, "secrets", "secret", "Secret pairs must be of the form NAME=valueFrom."));
  put_logging(container, step);
  for (const auto& [key, value] : short_pairs(step, "docker-labels")) container["dockerLabels"][key] = value;
}

// "arn:aws:iam::123456789012:role/path/name", of any partition.
bool is_role_arn(std::string_view text) {
  const auto parts = split(text, ':');
  const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  return parts.size() >= 6 && parts[0] == "arn" && parts[1].starts_with("aws") && parts[2] == "iam" &&
         parts[3].empty() && parts[4].size() == 12 && std::all_of(parts[4].begin(), parts[4].end(), digit) &&
         parts[5].starts_with("role/") && parts[5].size() > 5;
}

void put_role(Json& definition, const StepInputs& step, const char* input, const char* key) {
  const auto role = step.input(input);
  if (role.empty()) return;
  if (!expr::has_expression(role) && !is_role_arn(role)) {
    throw InputError(
        fmt::format("{}: {} is not the ARN of a role (arn:aws:iam::123456789012:role/NAME)", input, role));
  }
  definition[key] = role;
}

bool is_empty(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_structured() && std::all_of(value.begin(), value.end(), is_empty);
}

Json without_empty(const Json& value, const std::vector<std::string>& kept) {
  if (value.is_array()) {
    auto list = Json::array();
    for (const auto& item : value) {
      if (!is_empty(item)) list.push_back(without_empty(item, kept));
    }
    return list;
  }
  if (!value.is_object()) return value;
  auto object = Json::object();
  for (const auto& [key, item] : value.items()) {
    const bool keep = std::find(kept.begin(), kept.end(), key) != kept.end();
    if (keep || !is_empty(item)) object[key] = without_empty(item, kept);
  }
  return object;
}

// An entry whose value was dropped as empty is still one with an empty value.
void fill_missing(Json* entries, const char* key) {
  if (entries == nullptr || !entries->is_array()) return;
  for (auto& entry : *entries) {
    if (entry.is_object() && !entry.contains(key)) entry[key] = "";
  }
}

Json* find_member(Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

void fill_empty_values(Json& definition) {
  if (auto* containers = find_member(definition, "containerDefinitions");
      containers && containers->is_array()) {
    for (auto& container : *containers) fill_missing(find_member(container, "environment"), "value");
  }
  auto* proxy = find_member(definition, "proxyConfiguration");
  if (proxy == nullptr || proxy->value("type", "") != "APPMESH") return;
  for (const auto* key : {"value", "name"}) fill_missing(find_member(*proxy, "properties"), key);
}

// A number where the service takes text, as YAML files have it (cpu: 256), is meant as that text.
void numbers_to_text(const Shape* shape, Json& value) {
  if (shape == nullptr) return;
  if (shape->kind == Shape::Kind::string && value.is_number()) value = value.dump();
  if (shape->kind == Shape::Kind::structure && value.is_object()) {
    for (const auto& member : shape->members) {
      if (auto* inner = find_member(value, member.name.c_str())) numbers_to_text(member.shape, *inner);
    }
  }
  const bool items = (shape->kind == Shape::Kind::list && value.is_array()) ||
                     (shape->kind == Shape::Kind::map && value.is_object());
  if (!items) return;
  for (auto& item : value) numbers_to_text(shape->element, item);
}

}  // namespace

Json read_task_definition(const fs::path& file, const std::string& shown, YamlReader reader) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) throw Error("Task definition file does not exist: {}", shown);
  auto definition = parse_json_or_yaml(read_file(file), shown, reader);
  if (!definition.is_object())
    throw Error("Invalid task definition format: {} is not a mapping of names and values", shown);
  return definition;
}

Json rendered_task_definition(Json definition, const StepInputs& step) {
  for (const auto& field : task_definition_answer_fields()) definition.erase(field);
  auto* containers = find_member(definition, "containerDefinitions");
  if (containers == nullptr || !containers->is_array()) {
    throw InputError(
        "Invalid task definition format: containerDefinitions section is not present or is not an array");
  }
  put_role(definition, step, "task-role-arn", "taskRoleArn");
  put_role(definition, step, "execution-role-arn", "executionRoleArn");
  containers = find_member(definition, "containerDefinitions");
  const auto wanted = step.input("container-name");  // named: the names are views of it
  for (const auto name : split(wanted, ',')) {
    if (name.empty()) throw InputError(fmt::format("container-name: a name is missing in \"{}\"", wanted));
    const auto at = std::find_if(containers->begin(), containers->end(),
                                 [&](const Json& container) { return entry_name(container) == name; });
    if (at == containers->end()) {
      std::vector<std::string> names;
      for (const auto& container : *containers) names.push_back(entry_name(container));
      throw InputError(fmt::format(
          "Invalid task definition: Could not find container definition with matching name: \"{}\" "
          "is none of {}{}",
          name, fmt::join(names, ", "), did_you_mean(name, names)));
    }
    change(*at, step);
  }
  return definition;
}

Json registrable_task_definition(Json definition, const std::vector<std::string>& kept_keys,
                                 std::vector<std::string>& warnings) {
  definition = without_empty(definition, kept_keys);
  for (const auto& field : task_definition_answer_fields()) {
    if (definition.erase(field) == 0) continue;
    warnings.push_back(fmt::format(
        "Ignoring property '{}' in the task definition file: DescribeTaskDefinition gives it, and "
        "registering takes it not. It can be removed from the file.",
        field));
  }
  fill_empty_values(definition);
  numbers_to_text(find_service("ecs")->operation("RegisterTaskDefinition")->input, definition);
  return definition;
}

}  // namespace runner::aws
