#include "steps/system/next_program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "parser/base/text.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// The process and the programs that this one has started in it, as in PATH: "4711:/a/ssh:/b/ssh".
constexpr const char* kStarted = "RUNNER_PROGRAMS_STARTED";

std::string own_variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::vector<std::string> folders_of_path() {
  const auto path = own_variable("PATH", "/usr/local/bin:/usr/bin:/bin");
  std::vector<std::string> folders;
  for (const auto folder : split(path, ':')) folders.emplace_back(folder.empty() ? "." : folder);
  return folders;
}

bool can_be_started(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

bool is_this_program(const fs::path& file) {
  std::error_code error;
  return fs::equivalent(file, "/proc/self/exe", error);
}

// The programs of this name on PATH behind the place of this one: a wrapper in front of it has had its turn.
// Where none is behind, or this one is not on PATH: all others.
std::vector<std::string> others_on_path(const std::string& name) {
  std::vector<std::string> others, behind;
  bool passed = false;
  for (const auto& folder : folders_of_path()) {
    std::error_code error;
    const auto file = fs::absolute(folder, error) / name;
    if (!can_be_started(file)) continue;
    const bool own = is_this_program(file);
    if (!own) (passed ? behind : others).push_back(file.string());
    passed = passed || own;
  }
  return behind.empty() ? others : behind;
}

bool is_script(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return in.get() == '#' && in.get() == '!';
}

// What this program was started by, as far as it started that itself. A real program that starts it anew in
// another process (ssh for its ProxyCommand) begins a new chain.
std::vector<std::string> chain_of_programs() {
  const auto text = own_variable(kStarted, "");
  auto words = split(text, ':');
  const auto process = words.front();
  words.erase(words.begin());
  if (words.empty()) return {};
  if (process != std::to_string(::getpid()) && !is_script(std::string(words.back()))) return {};
  return {words.begin(), words.end()};
}

void remember_started(const std::vector<std::string>& chain, const std::string& program) {
  auto text = std::to_string(::getpid());
  for (const auto& started : chain) text += ":" + started;
  ::setenv(kStarted, (text + ":" + program).c_str(), 1);
}

}  // namespace

std::string next_program(const std::string& name) {
  const auto others = others_on_path(name);
  const auto chain = chain_of_programs();
  const auto next = std::find_if(others.begin(), others.end(), [&](const std::string& file) {
    return std::find(chain.begin(), chain.end(), file) == chain.end();
  });
  if (next == others.end()) return "";
  remember_started(chain, *next);
  return *next;
}

std::string path_without_this_program(const std::string& name) {
  std::string path;
  for (const auto& folder : folders_of_path()) {
    if (!is_this_program(fs::path(folder) / name)) path += (path.empty() ? "" : ":") + folder;
  }
  return path;
}

}  // namespace runner
