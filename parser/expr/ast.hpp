// parser/expr/ast.hpp -- the tree of an expression. At most kMaxDepth deep, so that recursion over it is
// safe.
#pragma once
#include <string>
#include <vector>

#include "parser/expr/functions.hpp"
#include "parser/expr/value.hpp"

namespace runner::expr {

constexpr size_t kMaxLength = 21'000;  // UTF-16 units
constexpr int kMaxDepth = 50;          // a leaf alone is 1

enum class Operator {
  logical_not,
  greater,
  greater_equal,
  less,
  less_equal,
  equal,
  not_equal,
  logical_and,
  logical_or
};

struct Ast {
  enum class Kind {
    literal,
    wildcard,   // the * of x.* and x[*]
    context,    // `name`
    index,      // children: the collection, the index
    call,       // `function`, or of the host where that is null: `name`; children: the arguments
    operation,  // `op`; && and || have two children or more
  };
  Kind kind = Kind::literal;
  Operator op = Operator::logical_not;
  int depth = 1;
  const Function* function = nullptr;
  Value literal{};
  std::string name{};
  std::vector<Ast> children{};
  std::string source{};  // of the root: what was parsed
};

}  // namespace runner::expr
