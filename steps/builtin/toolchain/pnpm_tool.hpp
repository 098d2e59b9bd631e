// steps/builtin/toolchain/pnpm_tool.hpp -- pnpm: where it is installed, which version a project wants, and
// the installs that `run_install` asks for.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

const ToolKind& pnpm_kind();

// "9", "^8.6", "latest". Throws InputError for what means no version.
std::optional<InstalledTool> choose_pnpm(std::string_view wanted, const std::vector<InstalledTool>& found);

// "pnpm@9.1.0+sha512.abc" of the packageManager field is 9.1.0. Throws InputError for another manager.
std::string pnpm_in_package_json(std::string_view text);

struct PnpmInstall {
  bool recursive = false;
  std::string folder;  // from the workspace
  std::vector<std::string> arguments;
};
// null, false, true, a mapping or a list of them, as YAML. Throws InputError that names what is wrong.
std::vector<PnpmInstall> read_run_install(std::string_view yaml);

}  // namespace runner
