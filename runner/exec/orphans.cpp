#include "runner/exec/orphans.hpp"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace runner {
namespace {

constexpr auto kTooShortToWrap = std::chrono::seconds(2);
constexpr std::string_view kMarker = "RUNNER_TRACKING_ID=";

struct Process {
  int pid = 0, parent = 0;
  bool zombie = false;
  std::string name;
};

std::string read_small(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "";
  std::string text;
  char buffer[8192];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(got));
  ::close(fd);
  return text;
}

// From /proc/PID/stat: "12 (name) S 1 ..."; the name may hold anything, so the last ')' ends it.
std::optional<Process> read_process(int pid) {
  const auto text = read_small("/proc/" + std::to_string(pid) + "/stat");
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 > text.size()) return std::nullopt;
  return Process{pid, std::atoi(text.c_str() + close + 4), text[close + 2] == 'Z',
                 text.substr(open + 1, close - open - 1)};
}

// The process id handed out last, by anyone: the last word of /proc/loadavg.
int last_pid() {
  const auto text = read_small("/proc/loadavg");
  return std::atoi(text.c_str() + text.rfind(' ') + 1);
}

std::vector<Process> all_processes(int above) {
  std::vector<Process> processes;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return processes;
  while (const auto* entry = ::readdir(folder)) {
    const int pid = std::atoi(entry->d_name);
    if (pid <= above) continue;
    if (auto process = read_process(pid)) processes.push_back(std::move(*process));
  }
  ::closedir(folder);
  return processes;
}

// All but what `without` and below.
std::vector<Process> descendants(const std::set<int>& without, int above) {
  const auto processes = all_processes(above);
  std::multimap<int, const Process*> children;
  for (const auto& process : processes) children.emplace(process.parent, &process);
  std::vector<Process> found;
  std::vector<int> parents{::getpid()};
  while (!parents.empty()) {
    const int parent = parents.back();
    parents.pop_back();
    const auto [first, last] = children.equal_range(parent);
    for (auto at = first; at != last; ++at) {
      if (without.contains(at->second->pid)) continue;
      found.push_back(*at->second);
      parents.push_back(at->second->pid);
    }
  }
  return found;
}

enum class Owner { this_job, other, unknown };

Owner owner_of(int pid, const std::string& tracking_id) {
  const auto environment = read_small("/proc/" + std::to_string(pid) + "/environ");
  std::string_view rest = environment;
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find('\0'));
    if (entry.starts_with(kMarker))
      return entry.substr(kMarker.size()) == tracking_id ? Owner::this_job : Owner::other;
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return Owner::unknown;
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

void become_reaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

Reaper::Reaper() {
  if (!has_children()) return;
  for (const auto& process : descendants({}, 0)) before_.insert(process.pid);
}

JobStart Reaper::begin_job() {
  const std::lock_guard lock(mutex_);
  ++running_;
  return {last_pid(), std::chrono::steady_clock::now()};
}

bool Reaper::kill_round(const std::string& tracking_id, int above, std::vector<Orphan>& killed) {
  const bool alone = running_ == 1;
  bool any = false;
  for (const auto& process : descendants(before_, above)) {
    const bool child = process.parent == ::getpid();
    if (process.zombie) {
      // A step's own process is waited for where it was started; with no other job only orphans are left.
      if (alone && child) ::waitpid(process.pid, nullptr, WNOHANG);
      continue;
    }
    const auto owner = owner_of(process.pid, tracking_id);
    if (owner == Owner::unknown && !alone) left_some_ = true;
    if (owner == Owner::other || (owner == Owner::unknown && !alone)) continue;
    if (::kill(process.pid, SIGKILL) != 0) continue;
    any = true;
    if (child) ::waitpid(process.pid, nullptr, 0);
    const auto same = [&](const Orphan& orphan) {
      return orphan.pid == process.pid;
    };  // dying since the last round
    if (std::none_of(killed.begin(), killed.end(), same)) killed.push_back({process.pid, process.name});
  }
  return any;
}

std::vector<Orphan> Reaper::end_job(const std::string& tracking_id, const JobStart& start) {
  const std::lock_guard lock(mutex_);
  std::vector<Orphan> killed;
  // Process ids come in order: in a job too short for them to have come around, only those above can be its
  // own.
  const bool in_order =
      std::chrono::steady_clock::now() - start.time < kTooShortToWrap && last_pid() >= start.last_pid;
  const bool last = running_ == 1;
  const int above = in_order && !(last && left_some_) ? start.last_pid : 0;
  while (has_children() &&
         kill_round(tracking_id, above, killed)) {  // again: what was killed may just have forked
  }
  if (last) left_some_ = false;
  --running_;
  return killed;
}

}  // namespace runner
