// steps/builtin/toolchain/node_tool.hpp -- Node.js: where it is installed, what its version words mean, and
// the caches of its package managers.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

const ToolKind& node_kind();

// The first (newest) tool that satisfies "20", "^18 || >=20", "lts/*", "lts/iron", "latest", "22-nightly";
// nothing when there is none. Throws InputError for what means no version.
std::optional<InstalledTool> choose_node(std::string_view wanted, const std::vector<InstalledTool>& found);

// cache: npm, yarn or pnpm: restores its cache, by the lock file. Throws InputError when there is none.
void restore_node_cache(StepHost& host, const std::string& manager, const Surroundings& around);

}  // namespace runner
