// runner/place/processes.hpp -- what /proc tells of this machine's processes. A process may end between two
// looks: what can no longer be read is empty.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Process {
  int pid = 0, parent = 0;
  bool zombie = false;
  std::string name;
};

std::optional<Process> read_process(int pid);
std::vector<Process> all_processes(int above = 0);  // those with a higher number
// Its environment as it was at its start, "NAME=value" each with a zero byte behind it. Only of the user's
// own.
std::string environment_of(int pid);
// The value of NAME in such an environment, if it is there.
std::optional<std::string_view> variable_in(std::string_view environment, std::string_view name);
// Those of `all` that are below one of `roots`, at any depth; but none that `wanted` refuses, nor what is
// below it.
std::vector<Process> below(const std::vector<Process>& all, std::vector<int> roots,
                           const std::function<bool(const Process&)>& wanted);
std::string described(const std::vector<Process>& processes);  // "sleep (12), rsync (14)"
// Is its working folder, its root, its program or an open file below that folder?
bool lives_in(int pid, const std::filesystem::path& folder);
// The process id handed out last, by anyone.
int last_pid();
// Has this process children other than those?
bool has_children_but(const std::set<int>& known);

}  // namespace runner
