#include "runner/place/node.hpp"

#include <fmt/core.h>

#include "steps/builtin/toolchain/installed.hpp"
#include "steps/builtin/toolchain/node_tool.hpp"
#include "steps/system/process.hpp"

namespace runner {

std::optional<std::string> node_program(const std::string& given, const Environment& env,
                                        const std::filesystem::path& user_home) {
  if (auto found = find_program(given.empty() ? "node" : given, path_of(env), "/"); found || !given.empty())
    return found;
  const auto others =
      installed_tools(node_kind(), {.env = env, .user_home = user_home, .folder = "/", .stop = {}});
  return others.empty() ? std::nullopt : std::optional(others.front().program.string());
}

std::string node_missing(const std::string& uses, const std::string& given) {
  if (!given.empty()) return fmt::format("{} needs Node.js, and --node {} is no program", uses, given);
  return fmt::format(
      "{} needs Node.js, and there is no `node` on PATH or in a version manager: apt-get install nodejs, or "
      "--node PATH",
      uses);
}

}  // namespace runner
