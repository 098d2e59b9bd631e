// steps/formats/shell_words.hpp -- splits a line into words the way sh does: quotes, backslashes, variables,
// file patterns. What else a shell can do (commands, pipes, redirections) is refused in words.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/system/environment.hpp"

namespace runner {

// Line ends count as blanks. File patterns without quotes match below `folder`. Throws InputError, in which
// `name` says where the line is from.
std::vector<std::string> shell_words(std::string_view line, const Environment& env,
                                     const std::filesystem::path& folder, std::string_view name);

}  // namespace runner
