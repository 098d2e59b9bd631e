// steps/builtin/git/paths_filter/picomatch_parser.hpp -- a glob as picomatch 2.3.1 reads it, as the source of
// a JavaScript regular expression. Private to picomatch.cpp.
#pragma once
#include <string>
#include <string_view>

namespace runner::picomatch {

// What picomatch's regular expressions are made of. Those that begin with "no" look ahead, for what a part of
// a path may not be: "." and "..".
inline const std::string kDot = R"(\.)", kSlash = R"(\/)", kOneCharacter = "(?=.)", kNotSlash = "[^/]",
                         kStar = kNotSlash + "*?", kPartEnds = R"((?:\/|$))", kPartBegins = R"((?:^|\/))",
                         kDots = R"(\.{1,2})" + kPartEnds, kNoDots = "(?!" + kPartBegins + kDots + ")",
                         kNoDotsHere = "(?!" + kDots + ")", kNoDotHere = R"((?!\.{0,1})" + kPartEnds + ")",
                         kGlobstar = "(?:(?:(?!" + kPartBegins + kDots + ").)*?)";

struct Parsed {
  std::string regex;  // without anchors
  bool negated = false;
};

// The long way, for globs that are none of the common shapes.
Parsed parse(std::string_view glob);

}  // namespace runner::picomatch
