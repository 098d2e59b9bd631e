// runner/exec/job_run.hpp -- one job from its set-up to its end, in its own thread.
#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/exec/job_state.hpp"
#include "runner/exec/step_run.hpp"

namespace runner {

class JobRun {
 public:
  JobRun(const RunServices& services, JobOrder order);

  JobEnd run();     // reports start and end
  void cancel();    // from any thread: conditions decide what still runs
  void stop_now();  // from any thread: nothing runs any more
  const JobOrder& order() const { return order_; }
  // As far as it can be told now: the step that a cancel ends, and what still runs after one.
  struct Prospect {
    std::string ends;
    std::vector<std::string> runs;
  };
  Prospect if_cancelled() const;

 private:
  void run_steps(JobState& state);
  int run_pres(JobState& state);  // the last number given
  void run_posts(JobState& state, int number);
  void note_progress(size_t begun, const std::string& post);
  void notice_cancel(JobState& state) const;
  Deadlines::Handle arm_timeout(const JobState& state);
  void cancel_because(const std::string& why);
  void end_folders();
  void read_grace(const JobState& state);
  std::string url(const JobState& state, JobEnd& end) const;
  void run_guarded(JobEnd& end);
  std::unique_ptr<JobPlace> make_place() const;
  std::vector<std::pair<std::string, std::string>> outputs(JobState& state, JobEnd& end);
  bool tolerated(const JobState& state, JobEnd& end) const;
  std::string at(Pos pos) const;

  const RunServices& services_;
  JobOrder order_;
  std::optional<JobFolders> folders_;  // outlive the job's processes
  std::unique_ptr<JobPlace> place_;
  StepStop stop_;
  std::vector<PendingPost> posts_;
  std::atomic<bool> cancelled_ = false, now_ = false;
  mutable std::mutex mutex_;  // of the rest
  size_t begun_ = 0;          // of the job's own steps
  std::vector<std::string> posts_to_run_;
  std::string post_runs_;  // the one that runs
  std::string cancel_reason_;
  std::chrono::milliseconds grace_time_{0};
  Deadlines::Handle grace_;  // its end stops what a cancel has not
};

}  // namespace runner
