// steps/builtin/toolchain/installed.hpp -- which versions of a tool are on this machine: in the runner's tool
// cache, in the folders of version managers, on PATH. Only reads, and asks programs for their version.
#pragma once
#include <algorithm>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/formats/semantic_version.hpp"
#include "steps/step.hpp"

namespace runner {

// Where a version manager keeps what it installed.
struct ToolPlace {
  std::string_view manager;
  std::string_view variable;   // names the folder when set
  std::string_view folder;     // else this one; ~ is the user's HOME
  std::string_view programs;   // below it: "versions/*/bin"; one *, the version's folder
  std::string_view command{};  // gets a version: "nvm install {}"
};

struct ToolKind {
  std::string_view name;                   // "Node.js"
  std::string_view cached_as;              // its folder in the tool cache
  std::vector<std::string_view> programs;  // its names, the preferred first; "python3.*" only for PATH
  std::vector<std::string> ask;            // arguments that make it print its version
  std::vector<ToolPlace> places;
  std::string_view command;  // gets it where no manager is
};

struct Surroundings {
  Environment env;
  std::filesystem::path user_home, folder;
  std::stop_token stop;
};
Surroundings surroundings_of(const StepHost& host);
// Of a plan: HOME is still the user's.
Surroundings surroundings_of(const StepInputs& inputs);

struct InstalledTool {
  SemanticVersion version;
  std::filesystem::path root;     // above bin
  std::filesystem::path program;  // in its folder, links followed
  std::string from;               // "nvm", "PATH"
  bool shared = false;            // among other programs, as in /usr/bin
};

// The newest first; of equal ones, those of the tool cache, then of managers, then of PATH.
std::vector<InstalledTool> installed_tools(const ToolKind& kind, const Surroundings& around);

// The first whose version satisfies the predicate.
template <class Predicate>
std::optional<InstalledTool> first_tool(const std::vector<InstalledTool>& found, Predicate fits) {
  const auto at =
      std::find_if(found.begin(), found.end(), [&](const auto& tool) { return fits(tool.version); });
  return at == found.end() ? std::nullopt : std::optional(*at);
}

// The message when nothing satisfies `wanted`: what was found, where it was looked for, what gets it.
std::string tool_missing(const ToolKind& kind, std::string_view wanted, const std::string& version_to_get,
                         const std::vector<InstalledTool>& found, const Surroundings& around);

// "x64" or "arm64", as the tool cache calls this machine.
std::string machine_architecture();
// Throws InputError for one that this machine is not; "" is this machine.
void check_architecture(std::string_view wanted);

// The folder of `place`, as far as known; empty when its folder is in a HOME nobody has.
std::filesystem::path folder_of(const ToolPlace& place, const Surroundings& around);

}  // namespace runner
