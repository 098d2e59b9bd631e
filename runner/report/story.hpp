// runner/report/story.hpp -- the beginning and the end of a run as text: the header line, the failures with
// what a person needs next, the summary. The same on a terminal and without one.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {

class Story {
 public:
  explicit Story(const TextStyle& style) : paint_(style), tty_(style.tty), color_(style.color) {}

  void run_started(const RunInfo& run) { run_ = run; }
  void job_queued(const JobInfo& job);
  void annotation(const StepInfo& step, const Annotation& annotation);
  void warning() { ++warnings_; }
  void step_finished(const StepInfo& step, const StepEnd& end, const LogTail* tail);
  void job_finished(const JobInfo& job, const JobEnd& end);

  size_t warnings() const { return warnings_; }
  std::string header() const;                   // one line
  std::string ending(const RunEnd& end) const;  // failures, then one line
  // "deploy.yml:61: message" of an annotation, one line.
  static std::string annotation_text(const Annotation& annotation);

 private:
  struct Failure {
    std::string title, message, where, what;
    std::string log_command;               // how to see all of the log
    std::vector<std::string> annotations;  // of errors
    std::vector<std::string> lines;        // of the log
    size_t total = 0;
  };
  struct Job {
    std::string id, name;
    bool finished = false, told = false;  // told: a failed step of it is
    JobEnd end;
  };
  Job& job(const JobInfo& info);
  std::string log_command(const JobInfo& job) const;
  std::string told(const Failure& failure) const;
  std::string log_of(const Failure& failure) const;
  std::vector<std::string> results() const;
  std::vector<std::string> many_results() const;

  Paint paint_;
  bool tty_, color_;
  RunInfo run_;
  std::map<int, Job> jobs_;
  std::map<std::string, int> ids_;
  std::map<std::pair<int, int>, std::vector<std::string>> errors_;  // by job and step, until the step ends
  std::vector<Failure> failures_;
  size_t untold_ = 0, warnings_ = 0;
};

}  // namespace runner
