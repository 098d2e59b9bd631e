// parser/base/diagnostic.hpp -- what is wrong with a workflow file, and where.
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Pos {
  int line = 0, column = 0;              // both from 1; 0: unknown. Columns count code points
  int alias_line = 0, alias_column = 0;  // of the YAML alias that led there; 0: none did
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

// "file:line:column"; "file" alone where the place is unknown; "file:line:column (through the alias at
// line:column)" where one led there.
std::string place_text(std::string_view file, Pos pos);

// " (through the alias at line:column)", or "". For forms that have a field each for line and column.
std::string alias_text(Pos pos);

// "file:line:column: error: message [rule]", then, where `source` (the file's text) has that line, the line
// and a caret below the column; then the same for the alias that led there, as a note.
std::string render(const Diagnostic& diagnostic, std::string_view source);

// Sorts by position and drops repetitions: what is wrong at an anchor is not told again for its aliases.
void tidy(std::vector<Diagnostic>& diagnostics);

}  // namespace runner
