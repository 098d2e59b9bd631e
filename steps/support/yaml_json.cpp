#include "steps/support/yaml_json.hpp"

#include <cmath>
#include <vector>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/yaml/tree.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kExact = 9'007'199'254'740'992;  // up to here every whole number is one double

Json number_json(double number) {
  if (std::trunc(number) == number && std::abs(number) <= kExact) return static_cast<int64_t>(number);
  return number;
}

Json to_json(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Kind::null:
      return nullptr;
    case yaml::Kind::boolean:
      return node.boolean;
    case yaml::Kind::number:
      return number_json(node.number);
    case yaml::Kind::string:
      return node.text;
    case yaml::Kind::sequence: {
      auto list = Json::array();
      for (const auto& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case yaml::Kind::mapping: {
      auto object = Json::object();
      for (const auto& member : node.members) object[member.first.text] = to_json(member.second);
      return object;
    }
  }
  return nullptr;
}

}  // namespace

Json parse_json_or_yaml(std::string_view text, const std::string& name) {
  if (auto value = read_ordered_json(text); !value.is_discarded()) return value;
  std::vector<Diagnostic> diagnostics;
  const auto tree = yaml::read(text, name, diagnostics);
  if (tree) return to_json(*tree);
  const auto& first = diagnostics.at(0);
  throw Error("read {}: it is neither JSON nor YAML: line {}, column {}: {}", name, first.pos.line,
              first.pos.column, first.message);
}

}  // namespace runner
