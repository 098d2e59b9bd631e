// steps/support/paths_filter/picomatch.hpp -- globs as picomatch reads them with dot: true: *, **, ?, [a-z],
// {a,b}, {1..9}, !(a|b) and its kin, a leading ! for everything else.
#pragma once
#include <string>
#include <string_view>

#include "steps/support/js_regex.hpp"

namespace runner {

class Picomatch {
 public:
  explicit Picomatch(const std::string& pattern);  // throws InputError for an empty one
  bool matches(const std::string& path) const;

 private:
  std::string pattern_;
  bool negated_ = false;
  JsRegex regex_;
};

std::string picomatch_regex(std::string_view glob);  // without the leading !

}  // namespace runner
