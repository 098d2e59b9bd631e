// steps/builtin/git/paths_filter/picomatch.hpp -- globs as picomatch 2.3.1 reads them with dot: true, which
// dorny/paths-filter v2 to v4 use: *, **, ?, [a-z], {a,b}, {1..9}, !(a|b) and its kin, a leading ! for
// everything else. Its faults are kept (picomatch_parser.cpp): a filter means here what it means on GitHub.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "steps/formats/js_regex.hpp"

namespace runner {

class Picomatch {
 public:
  explicit Picomatch(const std::string& pattern);  // throws InputError for an empty one
  bool matches(const std::string& path) const;

 private:
  std::string pattern_;
  std::optional<JsRegex> regex_;  // none: the glob makes no regular expression, and matches itself alone
};

std::string picomatch_regex(const std::string& pattern);  // as its makeRe

}  // namespace runner
