#include "runner/place/processes.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <system_error>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

Folder open_folder(const std::string& path) { return {::opendir(path.c_str()), ::closedir}; }

std::string link_target(const std::string& link) {
  std::error_code gone;
  return fs::read_symlink(link, gone).string();
}

bool is_below(std::string_view path, const std::string& folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

// From /proc/PID/stat: "12 (name) S 1 ..."; the name may hold anything, so the last ')' ends it.
std::optional<Process> read_process(int pid) {
  const auto text = read_if_there("/proc/" + std::to_string(pid) + "/stat");
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 > text.size()) return std::nullopt;
  return Process{pid, std::atoi(text.c_str() + close + 4), text[close + 2] == 'Z',
                 text.substr(open + 1, close - open - 1)};
}

std::vector<Process> all_processes(int above) {
  std::vector<Process> processes;
  const auto folder = open_folder("/proc");
  while (folder) {
    const auto* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const int pid = std::atoi(entry->d_name);
    if (pid <= above) continue;
    if (auto process = read_process(pid)) processes.push_back(std::move(*process));
  }
  return processes;
}

std::string environment_of(int pid) { return read_if_there("/proc/" + std::to_string(pid) + "/environ"); }

std::optional<std::string_view> variable_in(std::string_view environment, std::string_view name) {
  for (const auto entry : split(environment, '\0')) {
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('='))
      return entry.substr(name.size() + 1);
  }
  return std::nullopt;
}

std::vector<Process> below(const std::vector<Process>& all, std::vector<int> roots,
                           const std::function<bool(const Process&)>& wanted) {
  std::multimap<int, const Process*> children;
  for (const auto& process : all) children.emplace(process.parent, &process);
  std::vector<Process> found;
  while (!roots.empty()) {
    const auto [first, last] = children.equal_range(roots.back());
    roots.pop_back();
    for (auto at = first; at != last; ++at) {
      if (!wanted(*at->second)) continue;
      found.push_back(*at->second);
      roots.push_back(at->second->pid);
    }
  }
  return found;
}

std::string described(const std::vector<Process>& processes) {
  std::string names;
  for (const auto& process : processes)
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", process.name, process.pid);
  return names;
}

bool lives_in(int pid, const fs::path& folder) {
  const auto& below = folder.native();
  const auto process = "/proc/" + std::to_string(pid) + "/";
  for (const auto* link : {"cwd", "root", "exe"}) {
    if (is_below(link_target(process + link), below)) return true;
  }
  const auto files = open_folder(process + "fd");
  while (files) {
    const auto* entry = ::readdir(files.get());
    if (entry == nullptr) break;
    if (is_below(link_target(process + "fd/" + entry->d_name), below)) return true;
  }
  return false;
}

int last_pid() {
  const auto text = read_if_there("/proc/loadavg");
  return std::atoi(text.c_str() + text.rfind(' ') + 1);
}

bool has_children_but(const std::set<int>& known) {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD) return false;
  if (known.empty()) return true;
  bool listed = false;  // a kernel may be built without these lists
  const auto threads = open_folder("/proc/self/task");
  while (threads) {
    const auto* entry = ::readdir(threads.get());
    if (entry == nullptr) break;
    const auto list = "/proc/self/task/" + std::string(entry->d_name) + "/children";
    if (::access(list.c_str(), R_OK) != 0) continue;
    listed = true;
    const auto numbers = read_if_there(list);
    for (const auto number : split(numbers, ' ')) {
      const int pid = std::atoi(std::string(number).c_str());
      if (pid != 0 && !known.contains(pid)) return true;
    }
  }
  return !listed;
}

}  // namespace runner
