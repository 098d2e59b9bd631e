#include "steps/builtin/git/paths_filter/picomatch.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "steps/builtin/git/paths_filter/picomatch_parser.hpp"
#include "steps/step.hpp"

namespace runner {
namespace picomatch {
namespace {

constexpr size_t kMostCharacters = 65'536;

struct GlobShape {
  std::string_view glob;
  std::string regex;
};

// Globs that picomatch knows by heart, alone or with extensions behind them.
std::optional<std::string> shape_regex(std::string_view glob) {
  static const auto kFolders = "(?:" + kNoDots + kGlobstar + kSlash + ")?";
  static const auto kNameWithDot = kStar + kDot + kOneCharacter + kStar;
  static const std::array<GlobShape, 8> kShapes{
      {{"*", kNoDots + kOneCharacter + kStar},
       {".*", kDot + kOneCharacter + kStar},
       {"*.*", kNoDots + kNameWithDot},
       {"*/*", kNoDots + kStar + kSlash + kOneCharacter + kNoDotsHere + kStar},
       {"**", kNoDots + kGlobstar},
       {"**/*", kFolders + kNoDotsHere + kOneCharacter + kStar},
       {"**/*.*", kFolders + kNoDotsHere + kNameWithDot},
       {"**/.*", kFolders + kDot + kOneCharacter + kStar}}};
  const auto shape =
      std::find_if(kShapes.begin(), kShapes.end(), [&](const auto& known) { return known.glob == glob; });
  if (shape != kShapes.end()) return shape->regex;
  const auto dot = glob.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == glob.size()) return {};
  const auto extension = glob.substr(dot + 1);
  const bool is_word = std::all_of(extension.begin(), extension.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_');
  });
  if (!is_word) return {};
  auto before = shape_regex(glob.substr(0, dot));
  if (before) *before += kDot + std::string(extension);
  return before;
}

bool is_word_character(char32_t c) {
  return c < 0x80 && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
}

// A run of backslashes becomes two of them or one.
std::string with_few_backslashes(const std::string& text) {
  std::string few;
  for (size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_not_of('\\', at), text.size());
    if (end == at) {
      few += text[at++];
    } else {
      few += (end - at) % 2 == 0 ? R"(\\)" : R"(\)";
      at = end;
    }
  }
  return few;
}

std::string repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

// A run of one character that is no letter, `escaped` by a backslash before it.
std::string run_regex(std::string_view character, size_t count, bool escaped) {
  if (character == ".") return repeated(kDot, count);
  if (character == "?" && !escaped) return repeated(kNotSlash, count);
  if (character == "?") return "\\?" + repeated(kNotSlash, count - 1);
  if (character == "*" && !escaped) return kStar;
  if (character == "*") return "\\*" + (count > 1 ? kStar : "");
  return "\\" + repeated(std::string(character), count);
}

// The short way, for globs without folders and brackets.
std::string name_regex(std::string_view glob) {
  std::string regex;
  bool has_backslash = false;
  for (size_t at = 0; at < glob.size();) {
    const auto next = at + 1;
    const bool escapes =
        glob[at] == '\\' && next < glob.size() && !is_word_character(code_point(glob, next).value);
    const auto start = escapes ? next : at;
    const auto [c, length] = code_point(glob, start);
    const auto character = glob.substr(start, length);
    auto end = start + length;
    if (is_word_character(c)) {
      regex += character;
      at = end;
      continue;
    }
    while (glob.substr(end).starts_with(character)) end += length;
    if (c == '\\') {
      has_backslash = true;
      regex += glob.substr(at, end - at);
    } else {
      regex += run_regex(character, (end - start) / length, escapes);
    }
    at = end;
  }
  return "^(?:" + (has_backslash ? with_few_backslashes(regex) : regex) + ")$";
}

bool is_plain_name(std::string_view glob) {
  return glob.find_first_of("/()[]{}\"") == std::string_view::npos && !glob.starts_with('*') &&
         !glob.starts_with('!');
}

std::string_view without_prefix(std::string_view glob) {
  return glob.starts_with("./") ? glob.substr(2) : glob;
}

std::string_view replaced(std::string_view glob) {
  if (glob == "***") return "*";
  return glob == "**/**" || glob == "**/**/**" ? "**" : glob;
}

Parsed parsed(std::string_view pattern) {
  const auto glob = replaced(pattern);
  if (pattern.starts_with('.') || pattern.starts_with('*')) {
    if (auto regex = shape_regex(without_prefix(glob))) return {*regex + kSlash + "?", false};
  }
  if (is_plain_name(without_prefix(glob))) return {name_regex(without_prefix(glob)), false};
  return parse(glob);
}

std::optional<JsRegex> compiled(const std::string& regex) {
  if (!JsRegex::is_valid(regex)) return {};
  return JsRegex(regex);
}

const std::string& checked_pattern(const std::string& pattern) {
  if (pattern.empty()) throw InputError("Expected pattern to be a non-empty string");
  if (pattern.size() > kMostCharacters)
    throw InputError(fmt::format("a pattern is longer than {} characters", kMostCharacters));
  return pattern;
}

}  // namespace
}  // namespace picomatch

std::string picomatch_regex(const std::string& pattern) {
  const auto [regex, negated] = picomatch::parsed(pattern);
  const auto anchored = "^(?:" + regex + ")$";
  return negated ? "^(?!" + anchored + ").*$" : anchored;
}

Picomatch::Picomatch(const std::string& pattern)
    : pattern_(picomatch::checked_pattern(pattern)), regex_(picomatch::compiled(picomatch_regex(pattern))) {}

bool Picomatch::matches(const std::string& path) const {
  return path == pattern_ || (regex_ && regex_->match(to_valid_utf8(path)).has_value());
}

}  // namespace runner
