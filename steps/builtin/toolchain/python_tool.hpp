// steps/builtin/toolchain/python_tool.hpp -- Python: where it is installed, and what a request for it means.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

const ToolKind& python_kind();

// "3.12", "3.x", ">=3.9 <3.13", "3.13-dev", "3.13.0rc1". Throws InputError for PyPy and its like, and for
// what means no version.
std::optional<InstalledTool> choose_python(std::string_view wanted, bool prereleases,
                                           const std::vector<InstalledTool>& found);

// As Python writes it: 3.13.0b2.
std::string python_text(const SemanticVersion& version);

// cache: pip, pipenv or poetry. Throws InputError for another one, or when no file says what is needed.
void restore_python_cache(StepHost& host, const std::string& manager, const InstalledTool& python,
                          const Surroundings& around);

}  // namespace runner
