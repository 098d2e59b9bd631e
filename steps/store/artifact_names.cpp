#include "steps/store/artifact_names.hpp"

#include <algorithm>
#include <vector>

#include "steps/clients/git/sparse.hpp"

namespace runner {

namespace {

std::string first_of(std::string_view text, std::string_view bad) {
  const auto at = text.find_first_of(bad);
  if (at == std::string_view::npos) return "";
  if (text[at] == '\r') return "a carriage return";
  if (text[at] == '\n') return "a line feed";
  return std::string(1, text[at]);
}

// The comma-separated parts between text[open] = '{' and its '}'; none when it is not closed. `close`: where
// that is.
std::vector<std::string> alternatives(std::string_view text, size_t open, size_t& close) {
  std::vector<std::string> parts{""};
  int depth = 0;
  for (size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == '}' && depth == 0) {
      close = at;
      return parts;
    }
    depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
    if (text[at] == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += text[at];
    }
  }
  return {};
}

std::vector<std::string> without_braces(const std::string& pattern) {
  for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
    size_t close = 0;
    const auto parts = alternatives(pattern, open, close);
    if (parts.size() < 2) continue;
    std::vector<std::string> all;
    for (const auto& part : parts) {
      for (auto& one : without_braces(pattern.substr(0, open) + part + pattern.substr(close + 1))) {
        all.push_back(std::move(one));
        if (all.size() > 1000) return all;  // nobody lists more names than that
      }
    }
    return all;
  }
  return {pattern};
}

}  // namespace

std::string bad_in_artifact_name(std::string_view name) {
  if (name == "." || name == "..") return "nothing but dots, as the name of a folder has not";
  return first_of(name, "\":<>|*?\r\n\\/");
}
std::string bad_in_artifact_path(std::string_view path) { return first_of(path, "\":<>|*?\r\n"); }

bool name_matches(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with('!')) return !name_matches(pattern.substr(1), name);
  const auto patterns = without_braces(std::string(pattern));
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& one) {
    return (!name.starts_with('.') || one.starts_with('.')) && wildmatch(one, name);
  });
}

}  // namespace runner
