// steps/clients/aws/jmespath/lexer.hpp -- the words of a query. Private to jmespath*.cpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/json.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws::jmespath {

enum class Word {
  end,
  identifier,
  quoted,
  literal,
  number,
  dot,
  star,
  flatten,
  filter,
  lbracket,
  rbracket,
  comma,
  colon,
  current,
  lparen,
  rparen,
  lbrace,
  rbrace,
  pipe,
  either,
  both,
  expref,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  negate
};

struct Token {
  Word word = Word::end;
  size_t at = 0;       // where it begins
  std::string text{};  // as written; of a quoted identifier its name
  Json value{};        // of a literal or number
};

std::vector<Token> words_of(std::string_view expression);  // the last is `end`

// "WHAT: for expression: ...", with a mark below the place.
QueryError error_at(std::string_view expression, size_t at, std::string_view what);

}  // namespace runner::aws::jmespath
