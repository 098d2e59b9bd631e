// runner/report/wrap.hpp -- lines for a terminal of some width: broken between words, what follows indented
// below the last column that begins in the left half; a column in the right half has lines of its own. The
// one place that does it; where `columns` is 0 (no terminal) texts stay as they are.
#pragma once
#include <string>
#include <string_view>

namespace runner {

// A line, without its end, as one or more with line ends between them. Colours may stand in it. A word that
// is wider than a line (a path, an address) stays whole: the terminal breaks it, and it can be copied.
std::string wrapped(std::string_view line, int columns);
// Each line of a text. An excerpt, which is a line with a caret below it, is cut around the caret.
std::string wrapped_lines(std::string_view text, int columns);

bool is_caret(std::string_view line);                                                 // blanks and one '^'
std::string cut_excerpt(std::string_view line, std::string_view caret, int columns);  // both, ended by '\n'

}  // namespace runner
