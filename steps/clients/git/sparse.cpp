#include "steps/clients/git/sparse.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "parser/base/text.hpp"

namespace runner {

namespace {

std::string_view without_slashes(std::string_view folder) {
  while (folder.starts_with('/')) folder.remove_prefix(1);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return folder;
}

bool below(std::string_view folder, std::string_view path) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

// A cone holds its folders whole, and of each folder above them the files only.
bool in_cone(const std::vector<std::string>& folders, std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return true;
  const auto parent = path.substr(0, slash);
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return folder.empty() || below(folder, path) || below(parent, folder);
  });
}

// [abc], [!a-z]: the length of the set at the start of `pattern`, 0 when it is not closed; `hit`: holds `c`.
size_t match_set(std::string_view pattern, char c, bool& hit) {
  size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  hit = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = pattern[at];
    char high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = pattern[at + 2];
      at += 2;
    }
    if (low <= c && c <= high) hit = true;
    ++at;
  }
  if (negated) hit = !hit;
  return at < pattern.size() ? at + 1 : 0;
}

// One pattern of info/sparse-checkout, taken apart.
struct Pattern {
  std::string text;
  bool negated = false, folder_only = false, name_only = false;
};

std::optional<Pattern> parse_pattern(std::string_view line) {
  if (line.empty() || line.starts_with('#')) return std::nullopt;
  Pattern pattern;
  if (line.starts_with('!')) pattern.negated = true, line.remove_prefix(1);
  if (line.ends_with('/')) pattern.folder_only = true, line.remove_suffix(1);
  pattern.name_only = line.find('/') == std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  pattern.text = line;
  return pattern;
}

// The last pattern that speaks of the path decides; without one, the folder above is asked.
bool selected(const std::vector<Pattern>& patterns, std::string_view path) {
  for (bool folder = false; !path.empty(); folder = true) {
    const auto slash = path.rfind('/');
    const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    for (auto pattern = patterns.rbegin(); pattern != patterns.rend(); ++pattern) {
      if (pattern->folder_only && !folder) continue;
      if (wildmatch(pattern->text, pattern->name_only ? name : path)) return !pattern->negated;
    }
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }
  return false;
}

}  // namespace

// Tries each length of a star in turn: simple, and slow only for patterns that an author would have to aim at
// it.
bool wildmatch(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (pattern.starts_with("**/")) {
      const auto rest = pattern.substr(3);
      if (wildmatch(rest, path)) return true;
      for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
        if (wildmatch(rest, path.substr(slash + 1))) return true;
      }
      return false;
    }
    if (pattern == "**") return true;
    if (pattern[0] == '*') {
      const auto rest = pattern.substr(1);
      for (size_t taken = 0;; ++taken) {
        if (wildmatch(rest, path.substr(taken))) return true;
        if (taken == path.size() || path[taken] == '/') return false;
      }
    }
    if (path.empty()) return false;
    size_t length = 1;
    bool hit = pattern[0] == path[0];
    if (pattern[0] == '?') hit = path[0] != '/';
    if (pattern[0] == '[') {
      bool in_set = false;
      if (const auto set = match_set(pattern, path[0], in_set); set > 0)
        hit = in_set && path[0] != '/', length = set;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) hit = pattern[1] == path[0], length = 2;
    if (!hit) return false;
    pattern.remove_prefix(length), path.remove_prefix(1);
  }
  return path.empty();
}

Sparse::Sparse(std::vector<std::string> lines, bool cone)
    : on_(!lines.empty()), cone_(cone), lines_(std::move(lines)) {
  if (!cone_) return;
  for (auto& line : lines_) line = without_slashes(line);
  std::sort(lines_.begin(), lines_.end());
}

bool Sparse::keeps(std::string_view path) const {
  if (!on_) return true;
  if (cone_) return in_cone(lines_, path);
  std::vector<Pattern> patterns;
  for (const auto& line : lines_) {
    if (auto pattern = parse_pattern(line)) patterns.push_back(std::move(*pattern));
  }
  return selected(patterns, path);
}

std::string Sparse::file_text() const {
  std::string text;
  if (!cone_) {
    for (const auto& line : lines_) text += line + "\n";
    return text;
  }
  std::set<std::string> above;  // folders of which only the files are kept
  for (const auto& folder : lines_) {
    for (auto slash = folder.find('/'); slash != std::string::npos; slash = folder.find('/', slash + 1)) {
      above.insert(folder.substr(0, slash));
    }
  }
  text = "/*\n!/*/\n";
  std::set<std::string> all(lines_.begin(), lines_.end());
  all.insert(above.begin(), above.end());
  for (const auto& folder : all) {
    const bool whole = std::find(lines_.begin(), lines_.end(), folder) != lines_.end();
    text += "/" + folder + "/\n";
    if (!whole) text += "!/" + folder + "/*/\n";
  }
  return text;
}

}  // namespace runner
