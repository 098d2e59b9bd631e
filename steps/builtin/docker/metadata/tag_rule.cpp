#include "steps/builtin/docker/metadata/tag_rule.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

struct TagType {
  const char* name;
  const char* priority;
  std::vector<std::pair<std::string, std::string>> defaults;
  const char* required;  // the attribute it cannot do without
};

const std::vector<TagType>& types() {
  static const std::vector<TagType> all{
      {"schedule", "1000", {{"pattern", "nightly"}}, nullptr},
      {"semver", "900", {{"value", ""}}, "pattern"},
      {"pep440", "900", {{"value", ""}}, "pattern"},
      {"match", "800", {{"group", "0"}, {"value", ""}}, "pattern"},
      {"edge", "700", {{"branch", ""}}, nullptr},
      {"ref", "600", {}, "event"},
      {"raw", "200", {}, "value"},
      {"sha", "100", {{"prefix", "sha-"}, {"format", "short"}}, nullptr},
  };
  return all;
}

const TagType& type_named(const std::string& name) {
  const auto& all = types();
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& type) { return type.name == name; });
  if (at != all.end()) return *at;
  std::vector<std::string> names;
  for (const auto& type : all) names.emplace_back(type.name);
  throw InputError(fmt::format("Unknown tag type attribute: {}{}", name, did_you_mean(name, names)));
}

bool is_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() && std::isfinite(value);
}

void require_one_of(const TagRule& rule, const char* attribute, std::initializer_list<const char*> values,
                    const std::string& line) {
  const auto value = rule.get(attribute);
  if (std::find(values.begin(), values.end(), value) == values.end())
    throw InputError(fmt::format("Invalid {} for {}", attribute, line));
}

TagRule tag_rule(const std::string& line) {
  TagRule rule;
  for (const auto& [name, value] : metadata_attributes(line)) {
    if (name == "type")
      rule.type = type_named(value).name;
    else
      rule.attributes[name.empty() ? "value" : name] = value;
  }
  if (rule.type.empty()) rule.type = "raw";
  const auto& type = type_named(rule.type);
  if (type.required != nullptr && !rule.has(type.required))
    throw InputError(fmt::format("Missing {} attribute for {}", type.required, line));
  for (const auto& [name, value] : type.defaults) rule.attributes.emplace(name, value);
  if (rule.type == "match" && !is_number(rule.get("group")))
    throw InputError(fmt::format("Invalid match group for {}", line));
  if (rule.type == "ref") require_one_of(rule, "event", {"branch", "tag", "pr"}, line);
  if (rule.type == "ref" && rule.get("event") == "pr") rule.attributes.emplace("prefix", "pr-");
  if (rule.type == "sha") require_one_of(rule, "format", {"short", "long"}, line);
  rule.attributes.emplace("enable", "true");
  rule.attributes.emplace("priority", type.priority);
  return rule;
}

}  // namespace

std::string TagRule::get(std::string_view name) const {
  const auto at = attributes.find(name);
  return at == attributes.end() ? "" : at->second;
}

double TagRule::priority() const {
  const auto text = get("priority");
  return is_number(text) ? std::strtod(text.c_str(), nullptr) : 0;
}

std::vector<TagRule> tag_rules(const std::vector<std::string>& lines) {
  static const std::vector<std::string> kDefault{"type=schedule", "type=ref,event=branch",
                                                 "type=ref,event=tag", "type=ref,event=pr"};
  std::vector<TagRule> rules;
  for (const auto& line : lines.empty() ? kDefault : lines) rules.push_back(tag_rule(line));
  std::stable_sort(rules.begin(), rules.end(),
                   [](const auto& a, const auto& b) { return a.priority() > b.priority(); });
  return rules;
}

std::vector<std::string> metadata_lines(std::string_view input) {
  std::string text;
  for (const auto line : split_lines(input)) {
    if (!line.starts_with('#')) text.append(line).append("\n");
  }
  return list_items(text, Commas::keep);
}

std::vector<std::pair<std::string, std::string>> metadata_attributes(const std::string& line) {
  std::vector<std::pair<std::string, std::string>> attributes;
  for (const auto& field : list_items(line, Commas::split)) {
    const auto equals = field.find('=', 1);  // one in front of everything belongs to the value
    if (equals == std::string::npos) {
      attributes.emplace_back("", field);
    } else {
      attributes.emplace_back(lower(trim(std::string_view(field).substr(0, equals))),
                              trim(std::string_view(field).substr(equals + 1)));
    }
  }
  return attributes;
}

}  // namespace runner
