#include "steps/clients/aws/jmespath/lexer.hpp"

#include <charconv>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner::aws::jmespath {
namespace {

struct Sign {
  std::string_view text;
  Word word;
};
// longer ones first
constexpr Sign kSigns[] = {
    {"[]", Word::flatten}, {"[?", Word::filter},  {"||", Word::either},     {"&&", Word::both},
    {"==", Word::equal},   {"!=", Word::unequal}, {"<=", Word::less_equal}, {">=", Word::greater_equal},
    {"[", Word::lbracket}, {"]", Word::rbracket}, {".", Word::dot},         {"*", Word::star},
    {",", Word::comma},    {":", Word::colon},    {"@", Word::current},     {"(", Word::lparen},
    {")", Word::rparen},   {"{", Word::lbrace},   {"}", Word::rbrace},      {"|", Word::pipe},
    {"&", Word::expref},   {"<", Word::less},     {">", Word::greater},     {"!", Word::negate}};

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> read() {
    if (trim(text_).empty()) throw QueryError("Invalid JMESPath expression: cannot be empty.");
    while (true) {
      at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
      if (at_ == text_.size()) break;
      add_token();
    }
    tokens_.push_back({.word = Word::end, .at = text_.size()});
    return std::move(tokens_);
  }

 private:
  void add_token() {
    const char c = text_[at_];
    if (begins_name(c)) return add_name();
    if (c == '\'') return add_raw_string();
    if (c == '`') return add_literal();
    if (c == '"') return add_quoted();
    if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return add_number();
    for (const auto& sign : kSigns) {
      if (!text_.substr(at_).starts_with(sign.text)) continue;
      tokens_.push_back({.word = sign.word, .at = at_, .text = std::string(sign.text)});
      at_ += sign.text.size();
      return;
    }
    const auto length = std::max<size_t>(1, utf8_length(text_, at_));
    throw error_at(text_, at_,
                   fmt::format("Bad jmespath expression: Unknown token {}", text_.substr(at_, length)));
  }

  void add_name() {
    const auto begin = at_;
    while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
    tokens_.push_back(
        {.word = Word::identifier, .at = begin, .text = std::string(text_.substr(begin, at_ - begin))});
  }

  void add_number() {
    const auto begin = at_++;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    int64_t number = 0;
    const auto error = std::from_chars(text_.data() + begin, text_.data() + at_, number).ec;
    if (error != std::errc())
      throw error_at(text_, begin, "Bad jmespath expression: the number is too large");
    tokens_.push_back({.word = Word::number,
                       .at = begin,
                       .text = std::string(text_.substr(begin, at_ - begin)),
                       .value = number});
  }

  // The text up to the next delimiter that has no backslash before it; backslashes stay.
  std::string delimited() {
    const auto begin = at_;
    const char delimiter = text_[at_++];
    const auto first = at_;
    for (; at_ < text_.size() && text_[at_] != delimiter; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size())
      throw error_at(text_, begin, fmt::format("Bad jmespath expression: Unclosed {} delimiter", delimiter));
    return std::string(text_.substr(first, at_++ - first));
  }

  void add_raw_string() {
    const auto begin = at_;
    auto text = replace_all(delimited(), "\\'", "'");
    tokens_.push_back({.word = Word::literal, .at = begin, .text = text, .value = text});
  }

  // JSON; what is none is a string without its quotes, as old queries have it.
  void add_literal() {
    const auto begin = at_;
    const auto text = replace_all(delimited(), "\\`", "`");
    auto value = read_ordered_json(text);
    if (value.is_discarded()) {
      const auto first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
      value = read_ordered_json("\"" + text.substr(first) + "\"");
    }
    if (value.is_discarded())
      throw error_at(text_, begin, fmt::format("Bad jmespath expression: Bad token {}", to_valid_utf8(text)));
    tokens_.push_back({.word = Word::literal, .at = begin, .text = text, .value = std::move(value)});
  }

  void add_quoted() {
    const auto begin = at_;
    const auto name = read_ordered_json("\"" + delimited() + "\"");
    if (name.is_discarded()) throw error_at(text_, begin, "Bad jmespath expression: Invalid quoted name");
    tokens_.push_back({.word = Word::quoted, .at = begin, .text = name.get<std::string>()});
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> words_of(std::string_view expression) { return Lexer(expression).read(); }

QueryError error_at(std::string_view expression, size_t at, std::string_view what) {
  size_t column = 0;
  for (size_t i = 0; i < at && i < expression.size(); i += code_point(expression, i).length) ++column;
  return QueryError("{}:\n{}\n{}^", what, to_valid_utf8(expression), std::string(column, ' '));
}

}  // namespace runner::aws::jmespath
