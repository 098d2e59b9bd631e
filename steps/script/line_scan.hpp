// steps/script/line_scan.hpp -- looks over large pieces of output for the few lines that need a closer look.
#pragma once
#include <cstddef>
#include <string_view>

namespace runner {

// The start of the first line at or after the line start `from` that may be a command: it holds "##[", or
// begins, after blanks, with "::". text.size(): there is none.
size_t next_command_line(std::string_view text, size_t from);
// As valid_utf8, and fast where most is ASCII.
bool is_clean_utf8(std::string_view text);

}  // namespace runner
