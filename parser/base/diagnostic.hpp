// parser/base/diagnostic.hpp -- what is wrong with a workflow file, and where.
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Pos {
  int line = 0, column = 0;  // both from 1; 0: unknown. Columns count code points
  auto operator<=>(const Pos&) const = default;
};

enum class Severity { error, warning };

struct Diagnostic {
  std::string file;
  Pos pos;
  Severity severity = Severity::error;
  std::string rule;  // workflow-syntax.md section 14: syntax, schema, expression, id, needs, uses, ...
  std::string message;
};

// "file:line:column: error: message [rule]", then, where `source` (the file's text) has that line, the line
// and a caret below the column.
std::string render(const Diagnostic& diagnostic, std::string_view source);

// Sorts by position and drops exact repetitions.
void tidy(std::vector<Diagnostic>& diagnostics);

}  // namespace runner
