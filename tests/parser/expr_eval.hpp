// tests/parser/expr_eval.hpp -- an expression to the text of its result, so that a table row is two strings.
#pragma once
#include <string>

#include "parser/expr/expression.hpp"
#include "parser/expr/json.hpp"

namespace runner::expr {

// As `eval` prints it; "error: ..." for what is thrown.
inline std::string evaluated(const std::string& source, const std::string& contexts = "{}",
                             size_t memory_limit = 1'048'576) {
  try {
    const Scope scope{.contexts = *from_json(contexts).object(), .call = {}, .memory_limit = memory_limit};
    return to_json_line(evaluate(*parse_any(source), scope));
  } catch (const std::runtime_error& error) {
    return std::string("error: ") + error.what();
  }
}

struct EvalCase {
  std::string source, want, contexts = "{}";
};

}  // namespace runner::expr
