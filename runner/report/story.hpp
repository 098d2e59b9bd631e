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
  // True: it failed, and the ending tells why.
  bool step_finished(const StepInfo& step, const StepEnd& end, const LogTail* tail);
  bool job_finished(const JobInfo& job, const JobEnd& end);
  void summary(const StepInfo& step, std::string_view markdown);

  size_t warnings() const { return warnings_; }
  std::string header() const;                           // one line
  std::string ending(const RunEnd& end) const;          // summaries of jobs, failures, then one line
  std::string log_command(const StepInfo& step) const;  // how to see all that it printed
  std::string logs_command() const { return "runner logs " + run_.id; }
  // What stands behind a finished step, one line: its note, or why it failed unless that is `told` at the
  // end.
  static std::string outcome_text(const StepEnd& end, bool told);
  // "deploy.yml:61: message" of an annotation, one line.
  static std::string annotation_text(const Annotation& annotation);

 private:
  struct Failure {
    Outcome outcome = Outcome::failure;
    std::string title, message, where, what;
    std::string log_command;               // how to see all of the log, if there is one
    std::vector<std::string> annotations;  // of errors
    std::vector<std::string> lines;        // of the log
    size_t total = 0;
  };
  struct Error {  // an annotation that names a file
    std::string text, message;
  };
  struct Summary {
    std::string job;
    std::vector<std::string> lines;  // as far as they may be shown
    size_t total = 0;
  };
  struct Job {
    std::string id, name;
    bool finished = false, began = false, told = false;  // told: a failed step of it is
    JobEnd end;
  };
  Job& job(const JobInfo& info);
  std::string log_command(const JobInfo& job, const std::string& step) const;
  bool tell(Failure failure);
  void add_log(Failure& failure, const LogTail& tail, const std::vector<Error>& errors) const;
  std::string told(const Failure& failure) const;
  std::string log_of(const Failure& failure) const;
  std::string summaries() const;
  std::vector<std::string> results() const;
  std::vector<std::string> many_results() const;

  Paint paint_;
  bool tty_, color_;
  RunInfo run_;
  std::map<int, Job> jobs_;
  std::map<std::string, int> ids_;
  std::map<std::pair<int, int>, std::vector<Error>> errors_;  // by job and step, until the step ends
  std::map<int, Summary> summaries_;                          // by job
  std::vector<Failure> failures_;
  size_t untold_ = 0, warnings_ = 0;
};

}  // namespace runner
