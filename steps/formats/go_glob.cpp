#include "steps/formats/go_glob.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"

namespace runner {
namespace {

// One UTF-8 character off the front; a byte that is none counts as one.
std::string_view take_character(std::string_view& text) {
  const auto length = std::max<size_t>(utf8_length(text, 0), 1);
  const auto character = text.substr(0, length);
  text.remove_prefix(length);
  return character;
}

// A bound of a range in [ ], after an optional backslash.
std::optional<std::string_view> take_bound(std::string_view& pattern) {
  if (pattern.empty() || pattern.front() == '-' || pattern.front() == ']') return std::nullopt;
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  const auto bound = take_character(pattern);
  return pattern.empty() ? std::nullopt : std::optional(bound);  // the ] must still come
}

// What stands behind '['. UTF-8 sorts by bytes as by code points.
std::optional<bool> match_set(std::string_view& pattern, std::string_view character) {
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (int ranges = 0;; ++ranges) {
    if (pattern.starts_with(']') && ranges > 0) {
      pattern.remove_prefix(1);
      return found != negated;
    }
    const auto low = take_bound(pattern);
    if (!low) return std::nullopt;
    auto high = low;
    if (pattern.starts_with('-')) {
      pattern.remove_prefix(1);
      high = take_bound(pattern);
      if (!high) return std::nullopt;
    }
    if (*low <= character && character <= *high) found = true;
  }
}

enum class Verdict { yes, no, malformed };

// One element of the pattern that is no star against one character of the name (none: only the form is
// checked).
Verdict match_one(std::string_view& pattern, std::string_view& name) {
  const bool empty = name.empty();
  const auto character = empty ? std::string_view() : take_character(name);
  const char kind = pattern.front();
  if (kind == '[') {
    pattern.remove_prefix(1);
    const auto inside = match_set(pattern, character);
    if (!inside) return Verdict::malformed;
    return *inside && !empty ? Verdict::yes : Verdict::no;
  }
  if (kind == '?') {
    pattern.remove_prefix(1);
    return !empty && character != "/" ? Verdict::yes : Verdict::no;
  }
  if (kind == '\\') {
    pattern.remove_prefix(1);
    if (pattern.empty()) return Verdict::malformed;
  }
  return take_character(pattern) == character && !empty ? Verdict::yes : Verdict::no;
}

bool well_formed(std::string_view pattern) {
  while (!pattern.empty()) {
    std::string_view none;
    if (pattern.front() == '*') {
      pattern.remove_prefix(1);
    } else if (match_one(pattern, none) == Verdict::malformed) {
      return false;
    }
  }
  return true;
}

bool matches(std::string_view pattern, std::string_view name) {
  std::string_view after_star, retry_from;
  bool starred = false;
  while (!name.empty() || !pattern.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      starred = true;
      after_star = pattern, retry_from = name;
      continue;
    }
    if (!pattern.empty() && !name.empty() && match_one(pattern, name) == Verdict::yes) continue;
    // Let the last star take one character more; it never takes a '/'.
    if (!starred || retry_from.empty() || retry_from.front() == '/') return false;
    retry_from.remove_prefix(1);
    pattern = after_star, name = retry_from;
  }
  return true;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (std::filesystem::directory_iterator at(folder, unreadable), end; !unreadable && at != end;
       at.increment(unreadable)) {
    names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// As Go's Join cleans: "./dist/" and "a" give "dist/a".
std::string joined(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).lexically_normal().string();
}

std::vector<std::string> expand(const std::filesystem::path& root, const std::string& pattern) {
  std::error_code ignored;
  if (!is_go_pattern(pattern)) {
    const bool there = std::filesystem::symlink_status(root / pattern, ignored).type() !=
                       std::filesystem::file_type::not_found;
    return there ? std::vector{pattern} : std::vector<std::string>{};
  }
  const auto slash = pattern.rfind('/');
  std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : pattern.substr(0, slash);
  const std::string last = slash == std::string::npos ? pattern : pattern.substr(slash + 1);
  std::vector<std::string> found;
  const auto folders = is_go_pattern(folder) ? expand(root, folder) : std::vector{folder};
  for (const auto& parent : folders) {
    for (const auto& name : names_in(root / parent)) {
      if (matches(last, name)) found.push_back(joined(parent, name));
    }
  }
  return found;
}

}  // namespace

bool is_go_pattern(std::string_view text) { return text.find_first_of("*?[\\") != std::string_view::npos; }

std::optional<bool> go_match(std::string_view pattern, std::string_view name) {
  if (!well_formed(pattern)) return std::nullopt;
  return matches(pattern, name);
}

std::vector<std::string> go_glob(const std::filesystem::path& folder, const std::string& pattern) {
  if (!well_formed(pattern)) throw InputError(fmt::format("\"{}\": syntax error in pattern", pattern));
  if (pattern.empty()) return {};
  return expand(folder, pattern);
}

}  // namespace runner
