#include "steps/support/toolchain/version_files.hpp"

#include <algorithm>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < line.size();) {
    const auto start = line.find_first_not_of(" \t", at);
    if (start == std::string_view::npos) break;
    const auto end = std::min(line.find_first_of(" \t", start), line.size());
    words.push_back(line.substr(start, end - start));
    at = end;
  }
  return words;
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) {
    const auto end = text.find(text.front(), 1);
    return end == std::string_view::npos ? text : text.substr(1, end - 1);
  }
  return trim(text.substr(0, text.find('#')));
}

std::string text_at(const nlohmann::json& json, const char* table, const char* key) {
  if (!json.is_object() || !json.contains(table) || !json[table].is_object()) return {};
  const auto& inner = json[table];
  return inner.contains(key) && inner[key].is_string() ? inner[key].get<std::string>() : "";
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

}  // namespace

std::string tool_versions_line(std::string_view text, const std::vector<std::string_view>& names) {
  for (auto line : split_lines(text)) {
    const auto words = words_of(trim(line.substr(0, line.find('#'))));
    if (words.size() == 1) return std::string(words[0]);
    if (words.size() < 2) continue;
    if (std::find(names.begin(), names.end(), words[0]) != names.end()) return std::string(words[1]);
  }
  return {};
}

std::string toml_value(std::string_view text, std::string_view table, std::string_view key) {
  std::string_view current;
  for (auto line : split_lines(text)) {
    line = trim(line);
    if (line.starts_with('[')) {
      current = trim(line.substr(1, line.find(']') - 1));
      continue;
    }
    const auto equals = line.find('=');
    if (current != table || equals == std::string_view::npos || unquoted(line.substr(0, equals)) != key)
      continue;
    return std::string(unquoted(line.substr(equals + 1)));
  }
  return {};
}

std::string node_in_package_json(std::string_view text, std::string& extends) {
  const auto json = read_json(text);
  if (!json.is_object()) return {};
  if (auto version = text_at(json, "volta", "node"); !version.empty()) return version;
  if (auto version = node_in_dev_engines(json); !version.empty()) return version;
  if (auto version = text_at(json, "engines", "node"); !version.empty()) return version;
  extends = text_at(json, "volta", "extends");
  return {};
}

std::string go_directive(std::string_view text, std::string_view name) {
  for (const auto line : split_lines(text)) {
    const auto words = words_of(trim(line.substr(0, line.find("//"))));
    if (words.size() != 2 || words[0] != name) continue;
    return std::string(words[1].starts_with("go") ? words[1].substr(2) : words[1]);
  }
  return {};
}

std::string python_range(std::string_view text) {
  std::string range;
  for (const auto part : split(text, ',')) {
    auto word = std::string(trim(part));
    if (word.starts_with("!=")) continue;  // npm's ranges have no such thing
    if (word.starts_with("~="))            // up to the last number but one
      word = (std::count(word.begin(), word.end(), '.') > 1 ? "~" : "^") + word.substr(2);
    while (word.starts_with("==")) word.erase(0, 1);
    range += (range.empty() ? "" : " ") + word;
  }
  return range;
}

}  // namespace runner
