#include "steps/clients/aws/ecs/difference.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

using Lines = std::vector<std::string>;

// What the service fills in by itself.
struct Default {
  std::string_view field;
  Json value;
};
const std::vector<Default>& defaults() {
  static const std::vector<Default> all = {
      {"essential", true},   {"protocol", "tcp"},       {"hostPort", 0}, {"readOnly", false},
      {"privileged", false}, {"networkMode", "bridge"}, {"cpu", 0},      {"enableFaultInjection", false}};
  return all;
}

// Lists whose items have a name: compared item by item, in any order.
struct Keyed {
  std::string_view field, key, called;
};
constexpr Keyed kKeyed[] = {{"containerDefinitions", "name", "container"},
                            {"environment", "name", "environment"},
                            {"secrets", "name", "secret"},
                            {"volumes", "name", "volume"},
                            {"mountPoints", "containerPath", "mount point"},
                            {"portMappings", "containerPort", "port"},
                            {"ulimits", "name", "ulimit"},
                            {"dependsOn", "containerName", "depends on"},
                            {"systemControls", "namespace", "system control"}};

const Keyed* keyed(std::string_view field) {
  const auto* found =
      std::find_if(std::begin(kKeyed), std::end(kKeyed), [&](const Keyed& k) { return k.field == field; });
  return found == std::end(kKeyed) ? nullptr : found;
}

bool is_default(std::string_view field, const Json& value, const Json& parent) {
  if (value.is_null() || value == "" || (value.is_structured() && value.empty())) return true;
  // with the network mode awsvpc the answer repeats the container's port
  if (field == "hostPort" && parent.contains("containerPort") && value == parent["containerPort"])
    return true;
  return std::any_of(defaults().begin(), defaults().end(),
                     [&](const Default& d) { return d.field == field && d.value == value; });
}

Json normalized(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(normalized(item));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [name, member] : value.items()) {
    auto kept = normalized(member);
    if (!is_default(name, kept, value)) object[name] = std::move(kept);
  }
  return object;
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

// Sets and lists without names: their order says nothing where all are words.
bool same(const Json& a, const Json& b) {
  if (a == b) return true;
  const auto words = [](const Json& list) {
    return list.is_array() &&
           std::all_of(list.begin(), list.end(), [](const Json& item) { return item.is_string(); });
  };
  return words(a) && words(b) && a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
}

void compare_objects(const std::string& where, const Json& live, const Json& wanted, Lines& lines);

const Json* item_called(const Json& list, std::string_view key, const Json& name) {
  for (const auto& item : list) {
    const auto found = item.find(std::string(key));
    if (found != item.end() && *found == name) return &item;
  }
  return nullptr;
}

std::string added(const Keyed& kind, const Json& item) {
  if (kind.field == "containerDefinitions")
    return fmt::format(" (image {})", shown(item.value("image", Json(""))));
  return "";
}

void compare_keyed(const std::string& where, const Keyed& kind, const Json& live, const Json& wanted,
                   Lines& lines) {
  for (const auto& item : wanted) {
    const auto name = item.value(std::string(kind.key), Json());
    const auto what = fmt::format("{}{} {}", where, kind.called, shown(name));
    const auto* before = item_called(live, kind.key, name);
    if (before == nullptr)
      lines.push_back(fmt::format("{}: added{}", what, added(kind, item)));
    else if (kind.field == "environment" && *before != item)
      lines.push_back(what + ": changed");
    else
      compare_objects(what + ": ", *before, item, lines);
  }
  for (const auto& item : live) {
    const auto name = item.value(std::string(kind.key), Json());
    if (item_called(wanted, kind.key, name) == nullptr)
      lines.push_back(fmt::format("{}{} {}: removed", where, kind.called, shown(name)));
  }
}

bool is_list_of_objects(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& i) { return i.is_object(); });
}

void compare_field(const std::string& where, const std::string& field, const Json& live, const Json& wanted,
                   Lines& lines) {
  if (same(live, wanted)) return;
  const auto* kind = keyed(field);
  const auto list = [](const Json& value) { return value.is_null() ? Json::array() : value; };
  if (kind != nullptr && is_list_of_objects(list(live)) && is_list_of_objects(list(wanted)))
    return compare_keyed(where, *kind, list(live), list(wanted), lines);
  if (live.is_object() && wanted.is_object())
    return compare_objects(where + field + ".", live, wanted, lines);
  if (live.is_null())
    lines.push_back(fmt::format("{}{}: {} added", where, field, shown(wanted)));
  else if (wanted.is_null())
    lines.push_back(fmt::format("{}{}: {} removed", where, field, shown(live)));
  else
    lines.push_back(fmt::format("{}{}: {} -> {}", where, field, shown(live), shown(wanted)));
}

void compare_objects(const std::string& where, const Json& live, const Json& wanted, Lines& lines) {
  for (const auto& [field, value] : wanted.items())
    compare_field(where, field, live.value(field, Json()), value, lines);
  for (const auto& [field, value] : live.items())
    if (!wanted.contains(field)) compare_field(where, field, value, Json(), lines);
}

Json own_fields(const Json& definition) {
  Json own = definition;
  for (const auto& field : task_definition_answer_fields()) own.erase(field);
  own.erase("tags");  // an answer has them elsewhere, and only when asked
  return normalized(own);
}

}  // namespace

const std::vector<std::string>& task_definition_answer_fields() {
  static const std::vector<std::string> fields = {
      "taskDefinitionArn", "revision",     "status",         "requiresAttributes", "compatibilities",
      "registeredAt",      "registeredBy", "deregisteredAt", "deleteRequestedAt"};
  return fields;
}

std::vector<std::string> task_definition_differences(const nlohmann::ordered_json& live,
                                                     const nlohmann::ordered_json& wanted) {
  Lines lines;
  compare_objects("", own_fields(live), own_fields(wanted), lines);
  return lines;
}

}  // namespace runner::aws
