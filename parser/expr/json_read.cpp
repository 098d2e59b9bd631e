// fromJSON, as lenient as GitHub's: its runner reads with Newtonsoft.Json's JsonTextReader, dates left as
// text (https://github.com/actions/runner/blob/main/src/Sdk/Expressions/Sdk/Functions/FromJson.cs). Beside
// JSON that takes single quotes, keys without quotes, trailing and missing values, comments, NaN and
// Infinity, hexadecimal and octal numbers, `undefined` and `new Date(1)`; and it stops after the first value.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "parser/expr/expression.hpp"
#include "parser/expr/json.hpp"

namespace runner::expr {
namespace {

constexpr size_t kDeepestJson = 64;
constexpr size_t kMostJsonDigits = 380;  // of a whole number
constexpr char32_t kReplacementCharacter = 0xFFFD;

bool is_json_blank(char32_t c) { return c == 0 || is_white_space(c); }

// Letters and digits of any script. What else there is beyond ASCII counts as one too: a key in such
// characters is refused by GitHub, and nobody writes it.
bool is_letter_or_digit(char32_t c) {
  if (c >= 0x80) return !is_white_space(c);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_key_character(char32_t c) { return is_letter_or_digit(c) || c == '_' || c == '$'; }

bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// 0x1F and 017, of 64 bits: the highest is the sign.
std::optional<double> prefixed_number(std::string_view text) {
  const bool hexadecimal = text[1] == 'x' || text[1] == 'X';
  text.remove_prefix(hexadecimal ? 2 : 1);
  std::uint64_t bits = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits, hexadecimal ? 16 : 8);
  if (error != std::errc() || stop != end) return {};
  return static_cast<double>(static_cast<std::int64_t>(bits));
}

std::optional<double> json_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '0' && text[1] != '.' && text[1] != 'e' && text[1] != 'E')
    return prefixed_number(text);
  const bool whole = text.find_first_not_of("-0123456789") == std::string_view::npos;
  if (whole && text.size() > kMostJsonDigits) return {};
  const double number = string_to_number(text);
  if (std::isnan(number)) return {};
  return number;
}

// The members of an object while it is read. Of keys that are equal but for case the first gives the
// spelling and the place, the last the value.
class JsonMembers {
 public:
  void set(std::string key, Value value) {
    const auto [place, is_new] = places_.try_emplace(fold_case(key), members_.size());
    if (is_new)
      members_.emplace_back(std::move(key), std::move(value));
    else
      members_[place->second].second = std::move(value);
  }
  Value::Object take() { return std::move(members_); }

 private:
  Value::Object members_;
  std::unordered_map<std::string, size_t> places_;  // by folded key
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {
    for (size_t at = 0; at < text.size(); at += code_point(text, at).length) {
      if (utf8_length(text, at) == 0) fail(at, "the text is not UTF-8");
    }
  }

  // The first value; what follows it is not looked at. A comment in front of it is taken for the value.
  Value read() {
    skip_blanks();
    if (peek() == '/') return std::string(comment());
    return value();
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char32_t peek() const { return at_end() ? 0 : code_point(text_, at_).value; }
  bool follows(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  void step() { at_ += code_point(text_, at_).length; }
  bool take(std::string_view word) {
    if (!follows(word)) return false;
    at_ += word.size();
    return true;
  }

  [[noreturn]] void fail(size_t at, const std::string& reason) const {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at; i += code_point(text_, i).length, ++column) {
      if (text_[i] == '\n' || (text_[i] == '\r' && !text_.substr(i + 1).starts_with('\n')))
        ++line, column = 0;
    }
    throw EvalError(fmt::format("Error parsing fromJson: line {}, column {}: {}", line, column, reason));
  }
  [[noreturn]] void fail_expecting(const std::string& what) const {
    if (at_end()) fail(at_, fmt::format("found the end of the text, expected {}", what));
    const auto [c, length] = code_point(text_, at_);
    const auto found = c < ' '    ? fmt::format("the character U+{:04X}", static_cast<unsigned>(c))
                       : c == '"' ? "'\"'"
                                  : fmt::format("\"{}\"", text_.substr(at_, length));
    fail(at_, fmt::format("found {}, expected {}", found, what));
  }

  void skip_blanks() {
    while (!at_end() && is_json_blank(peek())) step();
  }
  void skip_blanks_and_comments() {
    for (skip_blanks(); peek() == '/'; skip_blanks()) comment();
  }

  std::string_view comment() {
    const auto start = at_;
    const bool line = follows("//");
    if (!line && !follows("/*")) fail(start, "found \"/\", expected a value, \"//\" or \"/*\"");
    const auto inside = text_.substr(start + 2);
    const auto length = line ? std::min(inside.find_first_of("\r\n"), inside.size()) : inside.find("*/");
    if (length == std::string_view::npos) fail(start, "the comment is not closed; expected \"*/\"");
    at_ = start + 2 + length + (line ? 0 : 2);
    return inside.substr(0, length);
  }

  Value value() {
    skip_blanks_and_comments();
    switch (peek()) {
      case '"':
      case '\'':
        return quoted();
      case '{':
        return object();
      case '[':
        ++at_;
        return items("]");
      case ',':  // a value left out; whoever reads the list takes the comma
        return "";
      default:
        return bare();
    }
  }

  // Without quotes: a word of the language, `new Name(...)` or a number.
  Value bare() {
    struct Word {
      std::string_view text;
      Value value;
    };
    static const Word kWords[] = {{"true", true},
                                  {"false", false},
                                  {"null", {}},
                                  {"undefined", ""},
                                  {"NaN", std::numeric_limits<double>::quiet_NaN()},
                                  {"Infinity", std::numeric_limits<double>::infinity()},
                                  {"-Infinity", -std::numeric_limits<double>::infinity()}};
    for (const auto& word : kWords) {
      if (take_word(word.text)) return word.value;
    }
    if (take_word("new")) return constructor();
    const auto c = peek();
    if (!at_end() && ((c >= '0' && c <= '9') || c == '-' || c == '.')) return number();
    const bool is_text = !at_end() && (is_key_character(c) || c == '<' || c == '`');
    fail_expecting(is_text ? "a value; text needs quotes" : "a value");
  }

  // The word, and behind it something that ends a value.
  bool take_word(std::string_view word) {
    if (!follows(word)) return false;
    const auto rest = text_.substr(at_ + word.size());
    const bool ends = rest.empty() || std::string_view("}],").find(rest[0]) != std::string_view::npos ||
                      (rest[0] == ')' && in_constructor_) || rest.starts_with("/*") ||
                      rest.starts_with("//") || is_json_blank(code_point(rest, 0).value);
    if (ends) at_ += word.size();
    return ends;
  }

  Value number() {
    constexpr std::string_view kCharacters = "+-.0123456789abcdefABCDEFxX", kEnds = ",}])/";
    const auto start = at_;
    at_ = std::min(text_.find_first_not_of(kCharacters, at_), text_.size());
    if (!at_end() && !is_json_blank(peek()) && kEnds.find(text_[at_]) == std::string_view::npos)
      fail_expecting("the end of the number");
    const auto text = text_.substr(start, at_ - start);
    if (const auto number = json_number(text)) return *number;
    fail(start, fmt::format("\"{}\" is not a number", text.substr(0, kMostJsonDigits)));
  }

  std::string quoted() {
    const auto start = at_++;
    const char ends[] = {text_[start], '\\', '\0'};
    std::string text;
    for (;;) {
      const auto end = text_.find_first_of(ends, at_);
      if (end == std::string_view::npos) fail(start, fmt::format("the quote {} is not closed", text_[start]));
      text += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (text_[end] == text_[start]) return text;
      escape(text);
    }
  }

  void escape(std::string& text) {
    constexpr std::string_view kNames = "btnfr\\\"'/", kMeanings = "\b\t\n\f\r\\\"'/";
    if (take("u")) return escaped_unicode(text);
    const auto known = at_end() ? std::string_view::npos : kNames.find(text_[at_]);
    if (known == std::string_view::npos)
      fail_expecting(R"(one of b f n r t u / \ ' " after the backslash; a backslash itself is written \\)");
    text += kMeanings[known];
    ++at_;
  }

  // Behind \u. Characters beyond U+FFFF are written as two; a half of such a pair becomes U+FFFD.
  void escaped_unicode(std::string& text) {
    auto unit = hexadecimal_unit();
    while (is_high_surrogate(unit)) {
      if (!take("\\u")) return append_utf8(text, kReplacementCharacter);
      const auto next = hexadecimal_unit();
      if (is_low_surrogate(next))
        return append_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
      append_utf8(text, kReplacementCharacter);
      unit = next;
    }
    append_utf8(text, is_low_surrogate(unit) ? kReplacementCharacter : unit);
  }

  char32_t hexadecimal_unit() {
    const auto digits = text_.substr(at_, 4);
    std::uint32_t unit = 0;
    const auto* end = digits.data() + digits.size();
    if (digits.size() < 4 || std::from_chars(digits.data(), end, unit, 16).ptr != end)
      fail(at_ - 2, "\\u needs four hexadecimal digits");
    at_ += 4;
    return unit;
  }

  std::string key() {
    if (peek() == '"' || peek() == '\'') return quoted();
    const auto start = at_;
    while (!at_end() && is_key_character(peek())) step();
    if (at_ == start) fail_expecting("a key or \"}\"");
    if (!at_end() && peek() != ':' && !is_json_blank(peek()))
      fail_expecting(
          "\":\" after the key; a key with other characters than letters, digits, _ and $ needs quotes");
    return std::string(text_.substr(start, at_ - start));
  }

  Value object() {
    ++at_;
    const Level level(*this, false);
    JsonMembers members;
    for (;;) {
      skip_blanks_and_comments();
      if (take("}")) break;
      auto name = key();
      skip_blanks();
      if (!take(":")) fail_expecting("\":\" after the key");
      members.set(std::move(name), value());
      if (!another_follows("}")) break;
    }
    return members.take();
  }

  Value::Array items(std::string_view close) {
    const Level level(*this, close == ")");
    Value::Array found;
    for (;;) {
      skip_blanks_and_comments();
      if (take(close)) break;
      found.push_back(value());
      if (!another_follows(close)) break;
    }
    return found;
  }

  // Behind a value: takes the comma or the end.
  bool another_follows(std::string_view close) {
    skip_blanks_and_comments();
    if (take(",")) return true;
    if (!take(close)) fail_expecting(fmt::format("\",\" or \"{}\"", close));
    return false;
  }

  // Behind `new`: is the text that such a call is written as.
  Value constructor() {
    skip_blanks();
    const auto start = at_;
    while (!at_end() && is_letter_or_digit(peek())) step();
    const auto name = text_.substr(start, at_ - start);
    if (name.empty()) fail_expecting("a name after new");
    skip_blanks();
    if (!take("(")) fail_expecting("\"(\" after the name");
    const auto list = to_json(items(")"));  // "[\n  1\n]"
    const auto inside = list == "[]" ? "\n" : list.substr(1, list.size() - 2);
    return fmt::format("new {}({})", name, inside);
  }

  // One more bracket is open, until this ends.
  class Level {
   public:
    Level(JsonReader& reader, bool in_constructor) : reader_(reader), outer_(reader.in_constructor_) {
      if (++reader_.levels_ > kDeepestJson)
        reader_.fail(reader_.at_ - 1, fmt::format("nested deeper than {} levels", kDeepestJson));
      reader_.in_constructor_ = in_constructor;
    }
    ~Level() {
      --reader_.levels_;
      reader_.in_constructor_ = outer_;
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    JsonReader& reader_;
    bool outer_;
  };

  std::string_view text_;
  size_t at_ = 0, levels_ = 0;
  bool in_constructor_ = false;  // innermost of what is open
};

}  // namespace

Value from_json(std::string_view text) { return JsonReader(text).read(); }

}  // namespace runner::expr
