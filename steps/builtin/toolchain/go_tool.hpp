// steps/builtin/toolchain/go_tool.hpp -- Go: where it is installed, and what a request for it means.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

const ToolKind& go_kind();

// "1.22", "^1.21.3", "1.22rc1", "stable", "oldstable". Throws InputError for what means no version.
std::optional<InstalledTool> choose_go(std::string_view wanted, const std::vector<InstalledTool>& found);
// The oldest that is new enough: what go.mod asks for is the least that will do.
std::optional<InstalledTool> newer_go(std::string_view least, const std::vector<InstalledTool>& found);

// As Go writes it: 1.22rc1, 1.20, 1.22.3.
std::string go_text(const SemanticVersion& version);

}  // namespace runner
