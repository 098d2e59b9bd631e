// parser/base/number.hpp -- how the workflow language writes numbers.
#pragma once
#include <string>

namespace runner {

// At most 15 significant digits, "1E+21", "-0" as "0", "NaN", "Infinity" (expressions.md 4.3).
std::string format_number(double number);

}  // namespace runner
