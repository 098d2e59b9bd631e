// parser/expr/format.hpp -- the function format (expressions.md 8.1); a file of its own for its little
// language.
#pragma once
#include <span>

#include "parser/expr/value.hpp"

namespace runner::expr {

struct Ast;
class Evaluator;

Value format(Evaluator& evaluator, std::span<const Ast> arguments);

}  // namespace runner::expr
