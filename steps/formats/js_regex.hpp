// steps/formats/js_regex.hpp -- regular expressions of inputs whose original hands them to JavaScript, by
// PCRE2 with the options that come nearest. A match that takes too long is an error, never a hang.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

class JsRegex {
 public:
  // flags as after the second slash of /pattern/flags. Throws Error for a wrong pattern or an unknown flag.
  explicit JsRegex(const std::string& pattern, std::string_view flags = {});
  static bool is_valid(const std::string& pattern);

  // What String.match gives: the match and its groups (nothing for one that took no part); with the flag g
  // all matches without groups. Nothing when there is none.
  std::optional<std::vector<std::optional<std::string>>> match(std::string_view text) const;

 private:
  std::string pattern_;
  std::shared_ptr<const void> code_;
  bool all_ = false;
};

}  // namespace runner
