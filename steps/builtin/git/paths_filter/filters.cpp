#include "steps/builtin/git/paths_filter/filters.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& why) {
  throw InputError(fmt::format("Invalid filter YAML format: {}.", why));
}

std::string kind_of(const Json& node) {
  return node.is_null()      ? "null"
         : node.is_boolean() ? "boolean"
         : node.is_number()  ? "number"
                             : node.type_name();
}

std::vector<std::string> statuses_of(const std::string& key) {
  std::vector<std::string> statuses;
  for (const auto part : split(key, '|')) {
    if (const auto status = lower(trim(part)); !status.empty()) statuses.push_back(status);
  }
  return statuses;
}

// A glob, or a list of them.
std::vector<Picomatch> globs_of(const std::string& key, const Json& node) {
  std::vector<Picomatch> globs;
  if (node.is_string()) {
    globs.emplace_back(node.get<std::string>());
  } else if (node.is_array()) {
    for (const auto& item : node) {
      auto more = globs_of(key, item);
      globs.insert(globs.end(), more.begin(), more.end());
    }
  } else {
    refuse(fmt::format("Expected [key:string]= pattern:string | string[], but [{}:string]= {}:{} found", key,
                       node.dump(), kind_of(node)));
  }
  return globs;
}

void add_rules(const Json& node, std::vector<PathRule>& rules) {
  if (node.is_array()) {
    for (const auto& item : node) add_rules(item, rules);
  } else if (node.is_string()) {
    rules.push_back({std::nullopt, {Picomatch(node.get<std::string>())}});
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.items()) rules.push_back({statuses_of(key), globs_of(key, value)});
  } else {
    refuse(fmt::format("Unexpected element type '{}'", kind_of(node)));
  }
}

enum class Blanks { need_quotes, are_plain };

// Nothing but letters and digits of ASCII and the given signs. The original looks at a name line by line: one
// such line, and a name goes out as it is. Here all of a name counts, or a file could put commands into
// scripts.
bool is_plain(std::string_view name, std::string_view signs, Blanks blanks = Blanks::need_quotes) {
  for (size_t at = 0; at < name.size();) {
    const auto [c, length] = code_point(name, at);
    const bool is_ascii = c < 0x80 && (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                                       signs.find(static_cast<char>(c)) != std::string_view::npos);
    const bool is_blank = blanks == Blanks::are_plain && (is_white_space(c) || c == 0xFEFF);
    if (!is_ascii && !is_blank) return false;
    at += length;
  }
  return !name.empty();
}

std::string csv_field(const std::string& name) {
  return is_plain(name, "._+:@%/-") ? name : "\"" + replace_all(name, "\"", "\"\"") + "\"";
}

std::string json_list(const std::vector<ChangedFile>& files) {
  auto list = Json::array();
  for (const auto& file : files) list.push_back(file.path);
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

constexpr std::string_view kShellSigns = ",._+:@%/-";

// A backslash before each character; the original puts one before each half of those beyond U+FFFF, which
// breaks them.
std::string escaped(const std::string& name) {
  std::string text;
  for (size_t at = 0; at < name.size();) {
    const auto character = name.substr(at, code_point(name, at).length);
    if (!is_plain(character, kShellSigns)) text += '\\';
    text += character;
    at += character.size();
  }
  return text;
}

// In quotes that suit: none, single ones, double ones, or cut at each single quote.
std::string quoted(const std::string& name) {
  if (name.empty() || is_plain(name, kShellSigns)) return name;
  if (name.find('\'') == std::string::npos) return "'" + name + "'";
  if (is_plain(name, std::string(kShellSigns) + "'", Blanks::are_plain)) return "\"" + name + "\"";
  std::string text;
  for (const auto part : split(name, '\''))
    text += (text.empty() && part.data() == name.data() ? "" : "\\'") + quoted(std::string(part));
  return text;
}

}  // namespace

bool PathRule::matches(const ChangedFile& file) const {
  if (statuses && std::find(statuses->begin(), statuses->end(), file.status) == statuses->end()) return false;
  return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) { return glob.matches(file.path); });
}

std::vector<PathFilter> read_path_filters(std::string_view yaml) {
  Json root;
  try {
    root = parse_json_or_yaml(yaml, "filters", YamlReader::js_yaml);
  } catch (const InputError&) {
    throw;
  } catch (const Error& error) {
    throw InputError(error.what());
  }
  if (!root.is_object()) refuse("Root element is not an object");
  std::vector<PathFilter> filters;
  for (const auto& [name, node] : root.items()) {
    filters.push_back({name, {}});
    add_rules(node, filters.back().rules);
  }
  return filters;
}

std::vector<ChangedFile> matching_files(const PathFilter& filter, const std::vector<ChangedFile>& files,
                                        Quantifier quantifier) {
  std::vector<ChangedFile> matching;
  for (const auto& file : files) {
    const auto fits = [&](const auto& rule) { return rule.matches(file); };
    const auto& rules = filter.rules;
    const bool taken = quantifier == Quantifier::every ? std::all_of(rules.begin(), rules.end(), fits)
                                                       : std::any_of(rules.begin(), rules.end(), fits);
    if (taken) matching.push_back(file);
  }
  return matching;
}

std::string listed(const std::vector<ChangedFile>& files, const std::string& form) {
  if (form == "json") return json_list(files);
  struct Form {
    const char *name, *separator;
    std::string (*text)(const std::string&);
  };
  static constexpr Form kForms[] = {
      {"csv", ",", csv_field}, {"shell", " ", quoted}, {"escape", " ", escaped}};
  for (const auto& candidate : kForms) {
    if (form != candidate.name) continue;
    std::string text;
    for (const auto& file : files)
      text += (text.empty() ? "" : candidate.separator) + candidate.text(file.path);
    return text;
  }
  throw InputError(fmt::format("Input parameter 'list-files' is set to invalid value '{}'{}", form,
                               did_you_mean(form, {"none", "csv", "json", "shell", "escape"})));
}

}  // namespace runner
