#include "steps/clients/docker/build/ignore.hpp"

#include <algorithm>
#include <filesystem>

#include "parser/base/text.hpp"

namespace runner {
namespace {

// Length of a "[...]" at the start of `pattern`, 0 when it is not closed; `hit` says whether it holds `c`.
size_t match_class(std::string_view pattern, char c, bool& hit) {
  size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const auto next = [&] {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      return pattern[at++];
    };
    const char low = next();
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') ++at, high = next();
    found = found || (low <= c && c <= high);
  }
  if (at >= pattern.size()) return 0;
  hit = found != negated;
  return at + 1;
}

// The characters one step of a pattern takes; `rest` is the pattern behind it. False: `c` does not match.
bool match_one(std::string_view pattern, char c, std::string_view& rest) {
  if (c == '/' && pattern[0] != '/') return false;  // neither '?' nor a class crosses into the next component
  if (pattern[0] == '?') return rest = pattern.substr(1), true;
  if (pattern[0] == '[') {
    bool hit = false;
    if (const auto length = match_class(pattern, c, hit); length > 0)
      return rest = pattern.substr(length), hit;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  rest = pattern.substr(1);
  return pattern[0] == c;
}

// Anchored at both ends. Only stars try again, each from where it stands: patterns are short.
bool matches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern.starts_with("**")) {
      pattern.remove_prefix(2);
      if (pattern.empty()) return true;
      const bool folders = pattern[0] == '/';  // "**/": any number of whole components, also none
      if (folders) pattern.remove_prefix(1);
      for (size_t at = 0; at <= text.size(); ++at) {
        const bool starts = !folders || at == 0 || text[at - 1] == '/';
        if (starts && matches(pattern, text.substr(at))) return true;
      }
      return false;
    }
    if (pattern[0] == '*') {
      for (size_t at = 0;; ++at) {
        if (matches(pattern.substr(1), text.substr(at))) return true;
        if (at == text.size() || text[at] == '/') return false;
      }
    }
    if (text.empty() || !match_one(pattern, text[0], pattern)) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

bool matches_or_parent(std::string_view pattern, std::string_view path) {
  for (size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
    if (matches(pattern, path.substr(0, end))) return true;
  }
  return matches(pattern, path);
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

DockerIgnore::DockerIgnore(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (auto line : split_lines(text)) {
    if (line.starts_with('#')) continue;
    line = trim(line);
    const bool negated = line.starts_with('!');
    if (negated) line = trim(line.substr(1));
    if (line.empty()) continue;
    auto pattern = std::filesystem::path(line).lexically_normal().generic_string();
    while (pattern.size() > 1 && pattern.ends_with('/')) pattern.pop_back();
    while (pattern.starts_with('/')) pattern.erase(0, 1);
    // "." and what leads out of the context match nothing.
    if (!pattern.empty() && pattern != ".") patterns_.push_back({std::move(pattern), negated});
  }
}

bool DockerIgnore::excludes(std::string_view path) const {
  if (std::find(kept_.begin(), kept_.end(), path) != kept_.end()) return false;
  bool excluded = false;
  for (const auto& pattern : patterns_) {
    if (pattern.negated == excluded && matches_or_parent(pattern.text, path)) excluded = !pattern.negated;
  }
  return excluded;
}

bool DockerIgnore::may_include_below(std::string_view folder) const {
  for (const auto& path : kept_) {
    if (is_below(path, folder)) return true;
  }
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    if (!pattern.negated) return false;
    const std::string_view fixed =
        std::string_view(pattern.text).substr(0, pattern.text.find_first_of("*?[\\"));
    const bool whole = fixed.size() == pattern.text.size();
    if (whole) return is_below(fixed, folder) || is_below(folder, fixed) || fixed == folder;
    return fixed.size() <= folder.size() ? (std::string(folder) + "/").starts_with(fixed)
                                         : fixed.starts_with(folder);
  });
}

}  // namespace runner
