// steps/clients/aws/jmespath/parser.hpp -- a query as a tree. Private to jmespath*.cpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/aws/jmespath/lexer.hpp"

namespace runner::aws::jmespath {

struct Node {
  enum class Kind {
    identity,           // the value itself: "@"
    field,              // text
    literal,            // value
    index,              // number[0]
    slice,              // number[0..2], each may be absent
    chain,              // the second of what the first gives: a.b, a | b, a[0]
    projection,         // the second of each item of the first, which is a list
    value_projection,   // likewise of each value of an object
    filter_projection,  // likewise where the third holds of the item
    flatten,
    comparison,  // sign
    either,
    both,
    negate,
    list,    // [a, b]
    object,  // {k: a}: keys beside children
    call,    // text is the function's name
    expref   // &a: handed to a function as it is
  };
  Kind kind = Kind::identity;
  std::vector<Node> children{};
  std::string text{};
  std::vector<std::string> keys{};
  Json value{};
  std::optional<int64_t> numbers[3]{};
  Word sign = Word::end;
};

Node parse(std::string_view expression);  // throws QueryError

}  // namespace runner::aws::jmespath
