#include "runner/place/orphans.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace runner {
namespace {

constexpr auto kTooShortToWrap = std::chrono::seconds(2);
constexpr auto kMostPatience = std::chrono::seconds(5);

// All but what `without` and below.
std::vector<Process> descendants(const std::set<int>& without, int above) {
  return below(all_processes(above), {::getpid()},
               [&](const Process& process) { return !without.contains(process.pid); });
}

enum class Owner { this_job, other, unknown };

Owner owner_of(int pid, const std::string& tracking_id) {
  const auto environment = environment_of(pid);
  const auto marker = variable_in(environment, "RUNNER_TRACKING_ID");
  if (!marker) return Owner::unknown;
  return *marker == tracking_id ? Owner::this_job : Owner::other;
}

}  // namespace

void become_reaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

Reaper::Reaper(int guard) {
  if (guard != 0) before_.insert(guard);
  if (!has_children_but(before_)) return;
  for (const auto& process : descendants({}, 0)) before_.insert(process.pid);
}

JobStart Reaper::begin_job() {
  const std::lock_guard lock(mutex_);
  ++running_;
  return {last_pid(), std::chrono::steady_clock::now()};
}

std::vector<Process> Reaper::running() const {
  return below(all_processes(), {::getpid()}, [this](const Process& process) {
    if (process.zombie || before_.contains(process.pid)) return false;
    const auto environment = environment_of(process.pid);
    return variable_in(environment, "RUNNER_TRACKING_ID").value_or("github_").starts_with("github_");
  });
}

bool Reaper::kill_round(const std::string& tracking_id, int above, std::vector<Process>& killed) {
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
    any = true;  // also if it is gone by now: what forks and ends has left another one
    if (::kill(process.pid, SIGKILL) != 0) continue;
    if (child) ::waitpid(process.pid, nullptr, 0);
    const auto same = [&](const Process& orphan) {
      return orphan.pid == process.pid;
    };  // dying since the last round
    if (std::none_of(killed.begin(), killed.end(), same)) killed.push_back(process);
  }
  return any;
}

std::vector<Process> Reaper::end_job(const std::string& tracking_id, const JobStart& start) {
  const std::lock_guard lock(mutex_);
  std::vector<Process> killed;
  // Process ids come in order: in a job too short for them to have come around, only those above can be its
  // own.
  const bool in_order =
      std::chrono::steady_clock::now() - start.time < kTooShortToWrap && last_pid() >= start.last_pid;
  const bool last = running_ == 1;
  const int above = in_order && !(last && left_some_) ? start.last_pid : 0;
  // What forks faster than anyone can look is not hit in every round, but in one of many.
  const auto give_up = std::chrono::steady_clock::now() + kMostPatience;
  for (int empty = 0; empty < 2 && has_children_but(before_);) {
    empty = kill_round(tracking_id, above, killed) ? 0 : empty + 1;
    if (std::chrono::steady_clock::now() > give_up) break;
  }
  if (last) left_some_ = false;
  --running_;
  return killed;
}

}  // namespace runner
