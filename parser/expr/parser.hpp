// parser/expr/parser.hpp -- what the readers of scalars and conditions need of the parser beyond
// expression.hpp.
#pragma once
#include <string>
#include <string_view>

#include "parser/expr/ast.hpp"
#include "parser/expr/expression.hpp"

namespace runner::expr {

// `allowed` null: every context name. `at`: where the source starts in the text that positions count from.
Ast parse_tree(std::string_view source, const Allowed* allowed, size_t at = 0);
// Throw ParseError where expressions.md section 12 says.
void check_length(std::string_view source);
void check_depth(int depth);

}  // namespace runner::expr
