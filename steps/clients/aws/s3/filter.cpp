#include "steps/clients/aws/s3/filter.hpp"

#include <algorithm>
#include <utility>

#include "parser/base/text.hpp"

namespace runner::aws::s3 {
namespace {

// One character, which may be several bytes.
std::string_view character_at(std::string_view text, size_t at) {
  return text.substr(at, std::max<size_t>(1, utf8_length(text, at)));
}

// Where the set that opens at `open` closes, npos when it does not: then '[' is itself.
size_t set_end(std::string_view pattern, size_t open) {
  auto at = open + 1;
  if (at < pattern.size() && pattern[at] == '!') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  return pattern.find(']', at);
}

// `set` without its brackets.
bool in_set(std::string_view set, std::string_view wanted) {
  const bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (size_t at = 0; at < set.size();) {
    const auto first = character_at(set, at);
    at += first.size();
    auto last = first;
    if (at + 1 < set.size() && set[at] == '-') {
      last = character_at(set, at + 1);
      at += 1 + last.size();
    }
    found = found || (first <= wanted && wanted <= last);  // the order of UTF-8 is that of code points
  }
  return found != negated;
}

// How much of the pattern at `at` matches the character; 0: it does not.
size_t match_one(std::string_view pattern, size_t at, std::string_view character) {
  if (pattern[at] == '?') return 1;
  if (pattern[at] == '[') {
    if (const auto end = set_end(pattern, at); end != std::string_view::npos)
      return in_set(pattern.substr(at + 1, end - at - 1), character) ? end + 1 - at : 0;
  }
  return character_at(pattern, at) == character ? character.size() : 0;
}

// An absolute pattern stands for itself.
bool matches_under(std::string_view root, std::string_view pattern, std::string_view path) {
  if (pattern.starts_with('/')) return fnmatch(path, pattern);
  // The root is a name, never a pattern: a folder called "[a]" is one.
  if (!path.starts_with(root)) return false;
  path.remove_prefix(root.size());
  if (!root.ends_with('/')) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
  }
  return fnmatch(path, pattern);
}

}  // namespace

bool fnmatch(std::string_view text, std::string_view pattern) {
  size_t at = 0, in_pattern = 0;
  size_t star = std::string_view::npos, after_star = 0;  // where to go on when a try fails
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = ++in_pattern;
      after_star = at;
      continue;
    }
    const auto character = character_at(text, at);
    const auto matched = in_pattern < pattern.size() ? match_one(pattern, in_pattern, character) : 0;
    if (matched > 0) {
      in_pattern += matched;
      at += character.size();
    } else if (star != std::string_view::npos) {
      in_pattern = star;
      after_star += character_at(text, after_star).size();
      at = after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

Filter::Filter(std::vector<FilterRule> rules, std::string source_root, std::string target_root)
    : rules_(std::move(rules)), roots_{std::move(source_root)} {
  if (target_root != roots_.front()) roots_.push_back(std::move(target_root));
}

bool Filter::keeps(std::string_view path) const {
  const auto matches = [&](const FilterRule& rule) {
    return std::ranges::any_of(
        roots_, [&](const std::string& root) { return matches_under(root, rule.pattern, path); });
  };
  const auto last = std::find_if(rules_.rbegin(), rules_.rend(), matches);
  return last == rules_.rend() || last->include;
}

}  // namespace runner::aws::s3
