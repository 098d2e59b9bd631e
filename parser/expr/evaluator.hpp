// parser/expr/evaluator.hpp -- one evaluation of one expression: what the functions of the language work
// with.
#pragma once
#include <string>
#include <string_view>

#include "parser/expr/ast.hpp"
#include "parser/expr/expression.hpp"

namespace runner::expr {

class Evaluator {
 public:
  Evaluator(const Scope& scope, std::string_view source) : scope_(scope), source_(source) {}

  Value evaluate(const Ast& node) { return visit(node).value; }

  // Memory that is taken until the node under evaluation has its result. Throws EvalError beyond the limit.
  void charge(size_t bytes);
  void charge_text(std::string_view text);

 private:
  struct Result {
    Value value;
    bool filtered = false;  // the outcome of x.*, over which a further index maps
  };

  Result visit(const Ast& node);
  Result compute(const Ast& node);
  Value call_host(const Ast& node);
  Value operate(const Ast& node);
  Value choose(const Ast& node, bool until);  // && and ||
  Result index(const Ast& node);
  Value::Array all_of(const Result& base);
  Value::Array map_filtered(const Value::Array& items, const Value& index);
  void keep(Value::Array& kept, const Value& item);

  const Scope& scope_;
  std::string_view source_;
  size_t used_ = 0;
};

}  // namespace runner::expr
