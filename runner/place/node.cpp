#include "runner/place/node.hpp"

#include <fmt/core.h>

#include "steps/builtin/toolchain/installed.hpp"
#include "steps/builtin/toolchain/node_tool.hpp"
#include "steps/system/process.hpp"

namespace runner {

const std::optional<std::string>& NodeProgram::path() const {
  std::call_once(once_, [this] {
    path_ = find_program(given_.empty() ? "node" : given_, path_of(env_), "/");
    if (path_ || !given_.empty()) return;
    const auto others =
        installed_tools(node_kind(), {.env = env_, .user_home = home_, .folder = "/", .stop = {}});
    if (!others.empty()) path_ = others.front().program.string();
  });
  return path_;
}

std::string NodeProgram::missing(const std::string& uses) const {
  if (!given_.empty()) return fmt::format("{} needs Node.js, and --node {} is no program", uses, given_);
  return fmt::format(
      "{} needs Node.js, and there is no `node` on PATH or in a version manager: apt-get install nodejs, or "
      "--node PATH",
      uses);
}

}  // namespace runner
