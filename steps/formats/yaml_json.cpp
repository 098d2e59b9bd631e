#include "steps/formats/yaml_json.hpp"

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

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

// Of a tree; throws Diagnostic for what the reader refuses of it.
class TreeToJson {
 public:
  explicit TreeToJson(YamlReader reader) : reader_(reader) {}

  Json operator()(const yaml::Node& node) const {
    switch (node.kind) {
      case yaml::Kind::null:
        return nullptr;
      case yaml::Kind::boolean:
        return node.boolean;
      case yaml::Kind::number:
        return number_json(node.number);
      case yaml::Kind::string:
        return node.text;
      case yaml::Kind::sequence:
        return list(node);
      case yaml::Kind::mapping:
        return object(node);
    }
    return nullptr;
  }

 private:
  Json list(const yaml::Node& node) const {
    auto list = Json::array();
    for (const auto& item : node.items) list.push_back((*this)(item));
    return list;
  }

  Json object(const yaml::Node& node) const {
    auto object = Json::object();
    std::map<std::string_view, Pos> places;
    for (const auto& [key, value] : node.members) {
      if (key.text == "<<" && reader_ != YamlReader::plain) {
        merge(value, object);
        continue;
      }
      const auto [first, is_new] = places.try_emplace(key.text, key.pos);
      if (!is_new && reader_ != YamlReader::last_key) {
        refuse(key.pos,
               fmt::format("the key \"{}\" is there already, in line {}", key.text, first->second.line));
      }
      object[key.text] = (*this)(value);
    }
    return object;
  }

  // Keys that are there stay; and a key that came this way may be written once more.
  void merge(const yaml::Node& source, Json& object) const {
    if (source.kind == yaml::Kind::sequence) {
      for (const auto& item : source.items) merge(item, object);
      return;
    }
    if (source.kind != yaml::Kind::mapping)
      refuse(source.pos, "expected a mapping behind <<, or a list of them");
    const auto merged = (*this)(source);
    for (const auto& [name, value] : merged.items()) {
      if (!object.contains(name)) object[name] = value;
    }
  }

  [[noreturn]] static void refuse(Pos pos, std::string why) {
    throw Diagnostic{{}, pos, Severity::error, {}, std::move(why)};
  }

  YamlReader reader_;
};

// Has one object of a JSON text a key twice?
bool repeats_keys(std::string_view json) {
  std::vector<std::set<std::string>> open;
  bool repeats = false;
  const auto look = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second)
      repeats = true;
    return true;
  };
  static_cast<void>(Json::parse(json, look, false));
  return repeats;
}

[[noreturn]] void refuse_text(const std::string& name, const char* why, const Diagnostic& problem) {
  throw Error("read {}: {}line {}, column {}: {}", name, why, problem.pos.line, problem.pos.column,
              problem.message);
}

}  // namespace

Json parse_json_or_yaml(std::string_view text, const std::string& name, YamlReader reader) {
  if (auto value = read_ordered_json(text); !value.is_discarded()) {
    if (reader == YamlReader::last_key || !repeats_keys(text)) return value;
  }
  std::vector<Diagnostic> diagnostics;
  const auto tree = yaml::read(text, name, diagnostics);
  if (!tree) refuse_text(name, "it is neither JSON nor YAML: ", diagnostics.at(0));
  try {
    return TreeToJson(reader)(*tree);
  } catch (const Diagnostic& problem) {
    refuse_text(name, "", problem);
  }
}

}  // namespace runner
