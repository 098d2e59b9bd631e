// runner/report/activity.hpp -- what is running and what waits, right now: the live block of a terminal, and
// the sign of life without one. Knows no clock and no descriptor: it is told the time and gives text.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/text_reporter.hpp"

namespace runner {

class Activity {
 public:
  explicit Activity(const TextStyle& style) : paint_(style) {}

  void run_started(const RunInfo& run, SteadyTime now);
  void job_queued(const JobInfo& job);
  void job_started(const JobInfo& job, SteadyTime now);
  void step_started(const StepInfo& step, SteadyTime now);
  void log(const StepInfo& step, std::string_view lines, SteadyTime now);
  void progress(const StepInfo& step, std::string_view text, SteadyTime now);
  void turned(Turn turn, SteadyTime now);
  void step_finished(const StepInfo& step);
  void job_finished(const JobInfo& job);

  const LogTail* tail(const StepInfo& step) const;  // null: it never started
  // Below the permanent lines; at most a third of the rows.
  std::vector<std::string> block(SteadyTime now, Size size, unsigned frame, size_t warnings) const;
  // Of the steps of which nothing was heard, nor told here, for so long; empty when there is none.
  std::string sign_of_life(SteadyTime now, SteadyTime::duration silence);

  // The columns of job and step, the same in the block and in permanent lines.
  std::string columns(std::string_view job, std::string_view step, Size size) const;

 private:
  struct RunningStep {
    std::string name, progress;
    SteadyTime started;
    SteadyTime heard;  // when it last printed something, or came on
    SteadyTime told;   // when its silence was
    LogTail tail;
  };
  struct Job {
    JobInfo info;
    bool running = false;
    SteadyTime started;
    std::map<int, RunningStep> steps;
  };
  // Lines of one job; what it shows of its log is added while there is room.
  struct Entry {
    std::string line;
    const RunningStep* step = nullptr;
  };
  std::vector<Entry> running(SteadyTime now, Size size, unsigned frame) const;
  std::vector<std::string> waiting(Size size) const;
  std::string waits_for(const JobInfo& job) const;
  std::string counts(SteadyTime now) const;
  std::string footer(SteadyTime now, size_t warnings) const;
  RunningStep* find(const StepInfo& step);

  Paint paint_;
  SteadyTime started_;
  std::map<int, Job> open_;                // by index: jobs that have not ended
  std::map<std::string, int> unfinished_;  // by id: of a matrix, how many
  size_t jobs_ = 0, queued_ = 0, finished_ = 0;
  int widest_job_ = 6;
  std::string_view state_;  // what a signal has made of the run; empty: it goes on as ever
};

}  // namespace runner
