#include "steps/builtin/toolchain/version_files.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/version_range.hpp"
#include "steps/formats/js_regex.hpp"
#include "steps/formats/toml.hpp"

namespace runner {

namespace {

// The groups of the first match, "" for those that took no part. Lines may end as on Windows.
std::vector<std::string> groups_of(const JsRegex& pattern, const std::string& text) {
  std::vector<std::string> groups;
  if (const auto found = pattern.match(replace_all(text, "\r\n", "\n"))) {
    for (const auto& group : *found) groups.push_back(group.value_or(""));
  }
  return groups;
}

std::string first_group(const JsRegex& pattern, const std::string& text) {
  const auto groups = groups_of(pattern, text);
  return groups.size() < 2 ? "" : groups[1];
}

// The names that SDKMAN and asdf have for the distributions of setup-java.
const std::map<std::string, std::string, std::less<>>& sdkman_names() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"tem", "temurin"},     {"sem", "semeru"},    {"albba", "dragonwell"}, {"dragonwell", "dragonwell"},
      {"zulu", "zulu"},       {"amzn", "corretto"}, {"graal", "graalvm"},    {"graalce", "graalvm"},
      {"librca", "liberica"}, {"ms", "microsoft"},  {"oracle", "oracle"},    {"sapmchn", "sapmachine"},
      {"jbr", "jetbrains"},   {"kona", "kona"}};
  return names;
}
const std::map<std::string, std::string, std::less<>>& asdf_names() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"temurin", "temurin"},   {"adoptopenjdk", "temurin"}, {"zulu", "zulu"},
      {"corretto", "corretto"}, {"liberica", "liberica"},    {"microsoft", "microsoft"},
      {"semeru", "semeru"},     {"ibm", "semeru"},           {"dragonwell", "dragonwell"},
      {"graalvm", "graalvm"},   {"oracle", "oracle"},        {"sapmachine", "sapmachine"},
      {"kona", "kona"},         {"jetbrains", "jetbrains"}};
  return names;
}

std::string name_in(const std::map<std::string, std::string, std::less<>>& names, std::string_view name) {
  const auto at = names.find(name);
  return at == names.end() ? "" : at->second;
}

// "semeru-openj9" is semeru: packaging does not matter.
std::string asdf_distribution(const std::string& written) {
  const auto name = lower(written);
  if (name.starts_with("graalvm-community")) return "graalvm-community";
  if (name.starts_with("oracle-graalvm")) return "graalvm";
  return name_in(asdf_names(), name.substr(0, name.find('-')));
}

std::string three_numbers(std::string_view text) {
  const auto version = find_version(text);
  if (!version) return {};
  return fmt::format("{}.{}.{}", version->numbers[0], version->numbers[1], version->numbers[2]);
}

// 1.8 is 8; what is no range is its first three numbers; of corretto only the major version counts.
std::string java_version_of(std::string text, const std::string& distribution) {
  if (text.starts_with("1.")) text.erase(0, 2);
  if (!VersionRange::parse(text.substr(0, text.find('-')))) text = three_numbers(text);
  if (distribution != "corretto" || text.empty()) return text;
  const auto version = find_version(text);
  return version ? std::to_string(version->major()) : text;
}

std::string text_at(const nlohmann::json& json, const char* table, const char* key) {
  if (!json.contains(table) || !json[table].is_object() || !json[table].contains(key)) return {};
  const auto& value = json[table][key];
  if (value.is_number()) return value.dump();
  return value.is_string() ? value.get<std::string>() : "";
}

std::string node_in_dev_engines(const nlohmann::json& json) {
  if (!json.contains("devEngines") || !json["devEngines"].is_object()) return {};
  if (!json["devEngines"].contains("runtime")) return {};
  auto runtimes = json["devEngines"]["runtime"];
  if (!runtimes.is_array()) runtimes = nlohmann::json::array({runtimes});
  for (const auto& runtime : runtimes) {
    if (!runtime.is_object()) continue;
    if (lower(runtime.value("name", "")) == "node" && !runtime.value("version", "").empty())
      return runtime.value("version", "");
  }
  return {};
}

std::string node_in_package_json(const nlohmann::json& json, std::string& extends) {
  if (!json.is_object()) return {};
  if (auto version = text_at(json, "volta", "node"); !version.empty()) return version;
  if (auto version = node_in_dev_engines(json); !version.empty()) return version;
  if (auto version = text_at(json, "engines", "node"); !version.empty()) return version;
  extends = text_at(json, "volta", "extends");
  return {};
}

std::vector<std::string> python_lines(std::string_view text) {
  std::vector<std::string> versions;
  for (const auto line : split_lines(trim(text))) {
    if (line.starts_with('#') || trim(line).empty()) continue;
    const auto version = trim(line);
    versions.emplace_back(version.substr(0, version.find('/')));  // 3.10/envs/app
  }
  return versions;
}

std::string python_in_tool_versions(std::string_view text) {
  static const JsRegex pattern(R"(^\s*python\s*v?\s*(\S+)\s*$)");
  for (const auto line : split_lines(text)) {
    if (trim(line).starts_with('#')) continue;
    if (auto version = first_group(pattern, std::string(line)); !version.empty()) return version;
  }
  return {};
}

// A range that means nothing is none.
std::string python_in_pyproject(std::string_view text) {
  const auto* name =
      has_toml_table(text, "project") ? "project.requires-python" : "tool.poetry.dependencies.python";
  const auto version = toml_text(text, name).value_or("");
  return VersionRange::parse(python_range(version)) ? version : "";
}

std::string python_in_pipfile(std::string_view text) {
  if (const auto whole = toml_text(text, "requires.python_full_version")) return *whole;
  return toml_text(text, "requires.python_version").value_or("");
}

}  // namespace

JavaInFile java_in_file(const std::string& file_name, const std::string& text,
                        const std::string& distribution) {
  static const JsRegex asdf(R"(^java\s+(?:(\S*)-)?(\d+(?:\.\d+)*(?:[+_.-][a-z0-9]+)*))", "im");
  static const JsRegex sdkman(R"(^java\s*=\s*([^-\s]+)(?:-([a-z0-9]+))?)", "m");
  static const JsRegex any(R"((?:^|[\s-])(\d\S*)(?=\s|$))");
  std::string version, told;
  if (file_name == ".tool-versions") {
    const auto groups = groups_of(asdf, text);
    if (!groups.empty()) version = groups[2], told = asdf_distribution(groups[1]);
  } else if (file_name == ".sdkmanrc") {
    const auto groups = groups_of(sdkman, text);
    if (!groups.empty()) version = groups[1], told = name_in(sdkman_names(), groups[2]);
  } else {
    version = first_group(any, text);
  }
  version = java_version_of(version, told.empty() ? distribution : told);
  return version.empty() ? JavaInFile{} : JavaInFile{version, told};
}

std::string node_in_file(const std::string& text, std::string& extends) {
  if (const auto json = read_json(text); json.is_structured()) return node_in_package_json(json, extends);
  for (const auto* name : {"tools.node", "tools.node.version"}) {
    if (const auto version = toml_text(text, name)) return *version;
  }
  static const JsRegex pattern(R"(^(?:node(?:js)?\s+)?v?(\S+)$)", "m");
  const auto version = first_group(pattern, text);
  return version.empty() ? std::string(trim(text)) : version;
}

std::vector<std::string> python_in_file(const std::string& path, const std::string& text) {
  std::string version;
  if (path.ends_with(".toml")) {
    version = python_in_pyproject(text);
  } else if (path.find("tool-versions") != std::string::npos) {
    version = python_in_tool_versions(text);
  } else if (path.find("Pipfile") != std::string::npos) {
    version = python_in_pipfile(text);
  } else {
    return python_lines(text);
  }
  return version.empty() ? std::vector<std::string>{} : std::vector{version};
}

std::string python_range(std::string_view text) {
  std::string range;
  for (const auto part : split(text, ',')) {
    auto word = std::string(trim(part));
    if (word.starts_with("!=")) continue;  // npm's ranges have no such thing
    if (word.starts_with("~=")) word.erase(1, 1);
    while (word.starts_with("==")) word.erase(0, 1);
    range += (range.empty() ? "" : " ") + word;
  }
  return range;
}

std::string go_in_file(const std::string& file_name, const std::string& text, bool toolchain) {
  static const JsRegex toolchain_line(R"(^toolchain go(1\.\d+(?:\.\d+|rc\d+)?))", "m");
  static const JsRegex go_line(R"(^go (\d+(?:\.\d+)*))", "m");
  static const JsRegex asdf(R"(^golang\s+([^\n#]+))", "m");
  if (file_name == ".tool-versions") return std::string(trim(first_group(asdf, text)));
  if (file_name != "go.mod" && file_name != "go.work") return std::string(trim(text));
  const auto version = toolchain ? first_group(toolchain_line, text) : "";
  return version.empty() ? first_group(go_line, text) : version;
}

}  // namespace runner
