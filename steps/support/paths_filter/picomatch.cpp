#include "steps/support/paths_filter/picomatch.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

constexpr size_t kMostNumbers = 1000;  // of {1..1000}

// Paths come from git: no part of them is empty, "." or "..".
class Translator {
 public:
  explicit Translator(std::string_view glob) : glob_(glob) {}

  std::string translate() {
    while (at_ < glob_.size()) step();
    return out_;
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < glob_.size() ? glob_[at_ + ahead] : '\0'; }
  bool segment_begins() const { return at_ == 0 || glob_[at_ - 1] == '/'; }
  static bool ends_segment(char c) { return c == '\0' || c == '/'; }

  void step() {
    const char c = peek();
    if (peek(1) == '(' && std::string_view("?*+@!").find(c) != std::string_view::npos) return extglob(c);
    switch (c) {
      case '\\':
        literal(peek(1) == '\0' ? '\\' : peek(1));
        at_ += 2;
        return;
      case '?':
        out_ += "[^/]", ++at_;
        return;
      case '*':
        return stars();
      case '[':
        return character_class();
      case '{':
        return braces();
      case '(':
        return group("(?:", ")");
      default:
        literal(c), ++at_;
    }
  }

  void literal(char c) {
    if (std::string_view("\\^$.|?*+()[]{}/").find(c) != std::string_view::npos && c != '/') out_ += '\\';
    out_ += c;
  }

  void stars() {
    const bool begins = segment_begins();
    size_t count = 0;
    while (peek() == '*') ++at_, ++count;
    if (!begins || !ends_segment(peek())) {  // part of a name, however many there are
      out_ += begins ? "(?=.)[^/]*?" : "[^/]*?";
    } else if (count == 1) {
      out_ += "[^/]+?";
    } else if (peek() == '/') {
      out_ += "(?:.*/)?", ++at_;
      if (peek() == '\0') out_ += ".*";  // "a/**/"
    } else if (out_.ends_with('/')) {    // "a/**" is the folder itself too
      out_.pop_back();
      out_ += "(?:/.*)?";
    } else {
      out_ += ".*";
    }
  }

  void character_class() {
    auto end = glob_.find(']', at_ + (peek(1) == '!' || peek(1) == '^' ? 3 : 2));
    if (end == std::string_view::npos) return literal('['), void(++at_);
    auto inside = std::string(glob_.substr(at_ + 1, end - at_ - 1));
    if (inside.starts_with('!')) inside[0] = '^';
    out_ += "[" + replace_all(replace_all(inside, "[", "\\["), "]", "\\]") + "]";
    at_ = end + 1;
  }

  // The place of the bracket that closes the one at `open`, nothing when there is none.
  std::optional<size_t> closing(size_t open, char opens, char closes) const {
    size_t depth = 0;
    for (size_t i = open; i < glob_.size(); ++i) {
      if (glob_[i] == '\\')
        ++i;
      else if (glob_[i] == opens)
        ++depth;
      else if (glob_[i] == closes && --depth == 0)
        return i;
    }
    return {};
  }

  // Cut at `separator` where it stands in no inner bracket.
  static std::vector<std::string_view> alternatives(std::string_view inside, char separator) {
    std::vector<std::string_view> parts;
    size_t start = 0, depth = 0;
    for (size_t i = 0; i < inside.size(); ++i) {
      const char c = inside[i];
      if (c == '\\')
        ++i;
      else if (c == '(' || c == '{')
        ++depth;
      else if ((c == ')' || c == '}') && depth > 0)
        --depth;
      else if (c == separator && depth == 0)
        parts.push_back(inside.substr(start, i - start)), start = i + 1;
    }
    parts.push_back(inside.substr(start));
    return parts;
  }

  static std::string any_of(const std::vector<std::string_view>& parts) {
    std::string text;
    for (const auto part : parts) text += (text.empty() ? "" : "|") + Translator(part).translate();
    return text;
  }

  void group(const std::string& before, const std::string& after) {
    const auto close = closing(at_, '(', ')');
    if (!close) return literal(peek()), void(++at_);
    out_ += before + any_of(alternatives(glob_.substr(at_ + 1, *close - at_ - 1), '|')) + after;
    at_ = *close + 1;
  }

  void extglob(char kind) {
    const auto close = closing(at_ + 1, '(', ')');
    if (!close) return literal(kind), void(++at_);
    const auto inside = glob_.substr(at_ + 2, *close - at_ - 2);
    ++at_;
    if (kind != '!') return group("(?:", kind == '@' ? ")" : fmt::format("){}", kind));
    const bool at_end = *close + 1 == glob_.size();
    const auto* rest = inside.find('/') == std::string_view::npos ? "[^/]*?" : ".*?";
    group("(?:(?!(?:", fmt::format("){}){})", at_end ? "$" : "", rest));
  }

  // {1..3} as the numbers, {a..c} as a class.
  static std::string range(std::string_view inside) {
    const auto dots = inside.find("..");
    if (dots == std::string_view::npos || dots == 0 || dots + 2 == inside.size()) return "";
    const auto first = std::string(inside.substr(0, dots)), last = std::string(inside.substr(dots + 2));
    const auto digits = [](const std::string& text) {
      return text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
    };
    if (first.size() == 1 && last.size() == 1)
      return fmt::format("[{}-{}]", std::min(first, last), std::max(first, last));
    if (!digits(first) || !digits(last)) return "";
    const long from = std::min(std::atol(first.c_str()), std::atol(last.c_str()));
    const long to = std::max(std::atol(first.c_str()), std::atol(last.c_str()));
    if (static_cast<size_t>(to - from) > kMostNumbers) return "[0-9]+";
    std::string text;
    for (long number = from; number <= to; ++number)
      text += fmt::format("{}{}", text.empty() ? "" : "|", number);
    return "(?:" + text + ")";
  }

  void braces() {
    const auto close = closing(at_, '{', '}');
    if (!close) return literal('{'), void(++at_);
    const auto inside = glob_.substr(at_ + 1, *close - at_ - 1);
    const auto parts = alternatives(inside, ',');
    const auto numbers = range(inside);
    if (parts.size() == 1 && numbers.empty()) return literal('{'), void(++at_);
    if (parts.size() == 1) {
      out_ += numbers;
    } else {
      // What follows is taken into each alternative: {src/,}** begins a part of the path in one of them only.
      const auto rest = glob_.substr(*close + 1);
      std::string text;
      for (const auto part : parts) {
        const auto whole = std::string(glob_.substr(0, at_)) + std::string(part) + std::string(rest);
        text += (text.empty() ? "" : "|") + Translator(whole).translate();
      }
      out_ = "(?:" + text + ")";
      at_ = glob_.size();
      return;
    }
    at_ = *close + 1;
  }

  std::string_view glob_;
  size_t at_ = 0;
  std::string out_;
};

struct Cut {
  bool negated = false;
  std::string_view glob;
};

Cut cut(std::string_view pattern) {
  Cut result{false, pattern};
  while (result.glob.starts_with('!') && !result.glob.starts_with("!(")) {
    result.negated = !result.negated;
    result.glob.remove_prefix(1);
  }
  if (result.glob.starts_with("./")) result.glob.remove_prefix(2);
  return result;
}

std::string checked_regex(const std::string& pattern) {
  if (pattern.empty()) throw InputError("Expected pattern to be a non-empty string");
  if (pattern.size() > 65'536) throw InputError("a pattern is longer than 65536 characters");
  return "^(?:" + picomatch_regex(cut(pattern).glob) + ")$";
}

}  // namespace

std::string picomatch_regex(std::string_view glob) { return Translator(glob).translate(); }

Picomatch::Picomatch(const std::string& pattern)
    : pattern_(pattern), negated_(cut(pattern).negated), regex_(checked_regex(pattern), "s") {}

bool Picomatch::matches(const std::string& path) const {
  return path == pattern_ || regex_.match(path).has_value() != negated_;
}

}  // namespace runner
