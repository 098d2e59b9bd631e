// parser/expr/lexer.hpp -- text to tokens, each already checked against the one before it (expressions.md 2).
#pragma once
#include <string_view>
#include <vector>

#include "parser/expr/ast.hpp"

namespace runner::expr {

struct Token {
  enum class Kind {
    none,  // before the first and after the last
    illegal,
    literal,
    context,
    function,
    property,  // a name after a dot
    wildcard,
    dot,
    comma,
    open_group,
    open_call,
    open_index,
    close_group,
    close_call,
    close_index,
    operation,
  };
  Kind kind = Kind::none;
  std::string_view raw{};
  size_t at = 0;  // bytes from the start
  Operator op = Operator::logical_not;
  Value literal{};
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Token next();  // kind none at the end
  bool in_brackets() const { return !open_.empty(); }

 private:
  Token read();
  Token read_symbol(Token::Kind kind, size_t length);
  Token read_operation();
  Token read_string();
  Token read_number();
  Token read_word();
  Token::Kind word_kind(std::string_view word, size_t end, Value& literal) const;
  size_t word_end(size_t at, bool with_dots) const;
  bool starts_number() const;
  bool may_follow(const Token& token) const;
  bool balance(Token::Kind kind);

  std::string_view source_;
  size_t at_ = 0;
  Token::Kind last_ = Token::Kind::none;
  std::vector<Token::Kind> open_;  // the brackets around this place
};

}  // namespace runner::expr
