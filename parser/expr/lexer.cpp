#include "parser/expr/lexer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner::expr {
namespace {

using Kind = Token::Kind;

struct Symbol {
  std::string_view text;
  Operator op;
};
constexpr std::array kOperators{
    Symbol{"!=", Operator::not_equal},   Symbol{">=", Operator::greater_equal},
    Symbol{"<=", Operator::less_equal},  Symbol{"==", Operator::equal},
    Symbol{"&&", Operator::logical_and}, Symbol{"||", Operator::logical_or},
    Symbol{"!", Operator::logical_not},  Symbol{">", Operator::greater},
    Symbol{"<", Operator::less},
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view word) {
  return is_letter(word.front()) && std::all_of(word.begin(), word.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '-';
         });
}

bool ends_operand(Kind kind) {
  switch (kind) {
    case Kind::close_group:
    case Kind::close_call:
    case Kind::close_index:
    case Kind::wildcard:
    case Kind::property:
    case Kind::context:
      return true;
    default:
      return false;
  }
}

// A place at which an operand has to come.
bool wants_operand(Kind kind) {
  switch (kind) {
    case Kind::none:
    case Kind::comma:
    case Kind::open_group:
    case Kind::open_call:
    case Kind::open_index:
    case Kind::operation:
      return true;
    default:
      return false;
  }
}

}  // namespace

Token Lexer::next() {
  at_ = skip_white_space(source_, at_);
  if (at_ == source_.size()) return {.at = at_};
  auto token = read();
  if (token.kind != Kind::illegal && (!may_follow(token) || !balance(token.kind))) token.kind = Kind::illegal;
  last_ = token.kind;
  return token;
}

Token Lexer::read() {
  switch (source_[at_]) {
    case '(':
      return read_symbol(last_ == Kind::function ? Kind::open_call : Kind::open_group, 1);
    case ')':
      return read_symbol(
          !open_.empty() && open_.back() == Kind::open_call ? Kind::close_call : Kind::close_group, 1);
    case '[':
      return read_symbol(Kind::open_index, 1);
    case ']':
      return read_symbol(Kind::close_index, 1);
    case ',':
      return read_symbol(Kind::comma, 1);
    case '*':
      return read_symbol(Kind::wildcard, 1);
    case '\'':
      return read_string();
    case '!':
    case '>':
    case '<':
    case '=':
    case '&':
    case '|':
      return read_operation();
    case '.':
      return starts_number() ? read_number() : read_symbol(Kind::dot, 1);
    default:
      return starts_number() ? read_number() : read_word();
  }
}

bool Lexer::starts_number() const {
  const char c = source_[at_];
  if (c == '.') return wants_operand(last_);
  return is_digit(c) || c == '-' || c == '+';
}

Token Lexer::read_symbol(Kind kind, size_t length) {
  Token token{.kind = kind, .raw = source_.substr(at_, length), .at = at_};
  at_ += length;
  return token;
}

Token Lexer::read_operation() {
  const auto rest = source_.substr(at_);
  for (const auto& symbol : kOperators) {
    if (!rest.starts_with(symbol.text)) continue;
    auto token = read_symbol(Kind::operation, symbol.text.size());
    token.op = symbol.op;
    return token;
  }
  return read_symbol(Kind::illegal, word_end(at_ + 1, false) - at_);
}

Token Lexer::read_string() {
  std::string text;
  for (auto end = at_ + 1; end < source_.size(); ++end) {
    if (source_[end] == '\'') {
      if (end + 1 == source_.size() || source_[end + 1] != '\'') {
        auto token = read_symbol(Kind::literal, end + 1 - at_);
        token.literal = std::move(text);
        return token;
      }
      ++end;
    }
    text += source_[end];
  }
  return read_symbol(Kind::illegal, source_.size() - at_);
}

Token Lexer::read_number() {
  auto token = read_symbol(Kind::literal, word_end(at_ + 1, true) - at_);
  const auto number = string_to_number(token.raw);
  if (std::isnan(number)) token.kind = Kind::illegal;
  token.literal = number;
  return token;
}

Token Lexer::read_word() {
  const auto first = code_point(source_, at_).length;
  auto token = read_symbol(Kind::illegal, word_end(at_ + first, false) - at_);
  if (is_name(token.raw)) token.kind = word_kind(token.raw, at_, token.literal);
  return token;
}

Kind Lexer::word_kind(std::string_view word, size_t end, Value& literal) const {
  if (last_ == Kind::dot) return Kind::property;
  if (word == "null") return Kind::literal;
  if (word == "true") return literal = true, Kind::literal;
  if (word == "false") return literal = false, Kind::literal;
  if (word == "NaN") return literal = std::numeric_limits<double>::quiet_NaN(), Kind::literal;
  if (word == "Infinity") return literal = std::numeric_limits<double>::infinity(), Kind::literal;
  const auto after = skip_white_space(source_, end);
  return after < source_.size() && source_[after] == '(' ? Kind::function : Kind::context;
}

// Where the run of characters ends that no punctuation, operator or white space bounds.
size_t Lexer::word_end(size_t at, bool with_dots) const {
  constexpr std::string_view kBoundary = "()[],.!><=&|";
  while (at < source_.size()) {
    const auto c = code_point(source_, at);
    if (is_white_space(c.value)) break;
    const bool is_boundary = kBoundary.find(source_[at]) != std::string_view::npos;
    if (is_boundary && !(with_dots && source_[at] == '.')) break;
    at += c.length;
  }
  return at;
}

bool Lexer::may_follow(const Token& token) const {
  switch (token.kind) {
    case Kind::literal:
    case Kind::context:
    case Kind::function:
    case Kind::open_group:
      return wants_operand(last_);
    case Kind::open_call:
      return last_ == Kind::function;
    case Kind::open_index:
    case Kind::dot:
      return ends_operand(last_);
    case Kind::property:
      return last_ == Kind::dot;
    case Kind::wildcard:
      return last_ == Kind::dot || last_ == Kind::open_index;
    case Kind::operation:
      if (token.op == Operator::logical_not) return wants_operand(last_);
      return ends_operand(last_) || last_ == Kind::literal;
    case Kind::close_call:
      return ends_operand(last_) || last_ == Kind::literal || last_ == Kind::open_call;
    default:  // the other closing brackets and the comma
      return ends_operand(last_) || last_ == Kind::literal;
  }
}

// Opens or closes brackets; false where a closing one or a comma does not fit the innermost open one.
bool Lexer::balance(Kind kind) {
  const auto innermost = open_.empty() ? Kind::none : open_.back();
  const auto close = [&](Kind opening) {
    if (innermost != opening) return false;
    open_.pop_back();
    return true;
  };
  switch (kind) {
    case Kind::open_group:
    case Kind::open_call:
    case Kind::open_index:
      open_.push_back(kind);
      return true;
    case Kind::close_group:
      return close(Kind::open_group);
    case Kind::close_call:
      return close(Kind::open_call);
    case Kind::close_index:
      return close(Kind::open_index);
    case Kind::comma:
      return innermost == Kind::open_call;
    default:
      return true;
  }
}

}  // namespace runner::expr
