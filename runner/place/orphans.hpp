// runner/place/orphans.hpp -- processes that steps left in the background. The runner is their reaper:
// whatever a step starts stays its descendant, also after setsid or a double fork, and ends with the job
// (execution.md 1.8).
#pragma once
#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "runner/place/processes.hpp"

namespace runner {

void become_reaper();  // once in a process, before the first step

struct JobStart {
  int last_pid = 0;
  std::chrono::steady_clock::time_point time;
};

class Reaper {
 public:
  explicit Reaper(int guard = 0);  // the process of a Guard; that and what runs already are none of a job's
  JobStart begin_job();
  // Ends the job marked by `tracking_id`: kills what is left of it, waits until it is gone, and gives what
  // was killed. A process whose marker a step overwrote is left alone (the known way to keep a daemon); one
  // without any marker is killed once no other job runs that it could belong to.
  std::vector<Process> end_job(const std::string& tracking_id, const JobStart& start);
  // What the steps of all jobs have started and still runs; but nothing that has a marker of its own.
  std::vector<Process> running() const;

 private:
  bool kill_round(const std::string& tracking_id, int above, std::vector<Process>& killed);
  std::mutex mutex_;  // no job begins while another one is cleared away
  int running_ = 0;
  bool left_some_ = false;  // without a marker, while other jobs ran
  std::set<int> before_;
};

}  // namespace runner
