// runner/exec/guard.hpp -- a small process beside the runner that outlives it. Should the runner be killed,
// crash or be told to quit, what its steps started would go on without it, and private files would stay; the
// guard ends the one, removes the other, and says so in the run's record.
#pragma once
#include <filesystem>
#include <vector>

#include "runner/place/processes.hpp"
#include "steps/system/fd.hpp"

namespace runner {

class Guard {
 public:
  Guard();   // forks: to be made while the process has a single thread. Where that fails there is no guard
  ~Guard();  // the runner ended by itself, so does the guard
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  int pid() const { return pid_; }
  // Of a run that begins: the folder of its jobs, and the file of events that its end is told in.
  void watch(const std::filesystem::path& jobs, const std::filesystem::path& events) const;
  void remove(const std::filesystem::path& folder) const;  // that holds secrets

 private:
  int pid_ = 0;
  Fd say_;
};

// Ends the processes that steps of a run left whose runner is gone, as told by their environment, and what
// those started; again until two rounds find none. A process whose marker a step overwrote is left alone, as
// at the end of a job.
std::vector<Process> end_processes_of_run(const std::filesystem::path& jobs);

}  // namespace runner
