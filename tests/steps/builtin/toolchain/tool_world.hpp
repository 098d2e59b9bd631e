// tests/steps/builtin/toolchain/tool_world.hpp -- a machine with made-up tools: small scripts that tell a
// version.
#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <utility>

#include "tests/support/fake_host.hpp"

namespace runner::test {

class ToolWorld : public FakeHost {
 public:
  explicit ToolWorld(BuiltinAction action) : FakeHost(std::move(action)) {
    const auto home = workspace().parent_path() / "jobhome";
    std::filesystem::create_directories(home);
    env_["HOME"] = home.string();
    env_["RUNNER_TOOL_CACHE"] = (workspace().parent_path() / "tool").string();
    std::filesystem::create_directories(bin());
    use_path({bin()});
    contexts = {
        {"github.ref", "refs/heads/main"}, {"job.status", "success"}, {"github.repository_owner", "Octo"}};
  }
  std::filesystem::path bin() const { return workspace().parent_path() / "bin"; }
  // What scripts need is there in any case.
  void use_path(const std::vector<std::filesystem::path>& folders) {
    std::string path;
    for (const auto& folder : folders) path += folder.string() + ":";
    env_["PATH"] = path + shell_folder();
  }
  std::filesystem::path script(const std::filesystem::path& file, const std::string& commands) {
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::remove(file);
    std::ofstream(file) << "#!/bin/sh\n" << commands << "\n";
    ::chmod(file.c_str(), 0755);
    return file;
  }
  std::filesystem::path prints(const std::filesystem::path& file, const std::string& line) {
    return script(file, "echo '" + line + "'");
  }
  // Below the user's HOME: "~/.nvm/versions/node/v20.1.0/bin/node".
  std::filesystem::path at_home(const std::string& name) const { return user_home() / name; }
  void cached_tool(const std::string& tool, const std::string& version, const std::string& program,
                   bool complete = true) {
    const auto folder = std::filesystem::path(env_["RUNNER_TOOL_CACHE"]) / tool / version;
    prints(folder / "x64/bin" / program, version);
    if (complete) std::ofstream(folder / "x64.complete") << "";
  }
  void put(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((workspace() / name).parent_path());
    std::ofstream(workspace() / name) << content;
  }
  std::string warning() const { return annotations.empty() ? "" : annotations.front().message; }

 private:
  // sh, cat and the like without this machine's own tools.
  std::string shell_folder() {
    const auto folder = workspace().parent_path() / "basic";
    std::filesystem::create_directories(folder);
    for (const auto* name : {"sh", "cat", "mkdir", "basename"}) {
      std::error_code there;
      std::filesystem::create_symlink(std::filesystem::path("/bin") / name, folder / name, there);
    }
    return folder.string();
  }
};

}  // namespace runner::test
