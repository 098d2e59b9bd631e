// parser/expr/ast.hpp -- the tree of an expression. At most kMaxDepth deep, so that recursion over it is
// safe.
#pragma once
#include <cstddef>
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

// Of nodes that nobody wrote: the format that joins the pieces of a scalar, success() before a condition.
constexpr size_t kNowhere = static_cast<size_t>(-1);

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
  std::string source{};  // of the root, and of each expression of a scalar: what was parsed
  // Where the node's first character stands, in bytes of the text that was handed to parse, parse_scalar or
  // parse_condition; brackets around a node are no part of it. parser/yaml/place.hpp leads from there to the
  // line and column of a file.
  size_t at = kNowhere;
};

}  // namespace runner::expr
