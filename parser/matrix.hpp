// parser/matrix.hpp -- strategy.matrix: expansion with include and exclude (workflow-syntax.md section 9).
#pragma once
#include <string>
#include <vector>

#include "parser/expr/value.hpp"
#include "parser/model/template.hpp"

namespace runner {

struct Combination {
  expr::Value::Object values;           // the `matrix` context of one job
  std::vector<std::string> name_parts;  // scalar leaves that make its name, in order
};

// `matrix` evaluated (an object, or null for none). An empty result means: one job without a matrix. Throws
// TemplateError at `pos`, also for more than 256 combinations.
std::vector<Combination> expand_matrix(const expr::Value& matrix, Pos pos);

// The same for a matrix as it stands in the file; errors name the very vector, filter or key.
std::vector<Combination> expand_matrix(const Template& matrix, const expr::Scope& scope);

// "build (linux, 18)", at most 100 characters (section 9.3). `parts` empty: the name alone.
std::string matrix_job_name(const std::string& name, const std::vector<std::string>& parts);

}  // namespace runner
