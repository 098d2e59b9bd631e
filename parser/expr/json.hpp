// parser/expr/json.hpp -- JSON to values and back, keeping the order of keys.
#pragma once
#include <string>
#include <string_view>

#include "parser/expr/value.hpp"

namespace runner::expr {

// The first value in the text, read as leniently as GitHub's fromJSON does (json_read.cpp says what that is),
// at most 64 levels deep. Throws EvalError("Error parsing fromJson: line 1, column 7: ...").
Value from_json(std::string_view text);
// The language's toJSON: two spaces a level, NaN and Infinity bare (expressions.md 8.2).
std::string to_json(const Value& value);
// One line of valid JSON: non-finite numbers are null, -0 is 0 (expressions.md 14).
std::string to_json_line(const Value& value);

}  // namespace runner::expr
