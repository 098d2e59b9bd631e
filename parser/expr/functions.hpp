// parser/expr/functions.hpp -- the functions of the language itself (expressions.md section 8). What depends
// on the place, as success() and hashFiles(), is the host's.
#pragma once
#include <span>
#include <string_view>

#include "parser/expr/value.hpp"

namespace runner::expr {

struct Ast;
class Evaluator;

struct Function {
  std::string_view name;
  int least = 0, most = 0;                                                       // arguments
  Value (*run)(Evaluator& evaluator, std::span<const Ast> arguments) = nullptr;  // evaluates what it needs
  bool odd = false;  // takes an odd number of arguments only
};

std::span<const Function> functions();
const Function* find_function(std::string_view name);  // case ignored; null when there is none

}  // namespace runner::expr
