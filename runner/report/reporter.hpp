// runner/report/reporter.hpp -- what happens in a run, as it happens: terminal, JSON lines and the stored
// record are views of these calls, which come masked to them. Calls come from several threads; `serialized`
// orders them.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "steps/step.hpp"

namespace runner {

class Masker;

struct RunInfo {
  std::string id;  // of the record: `runner logs ID`
  int number = 0, attempt = 1;
  std::string workflow_path;  // from the repository's root, for people
  std::string workflow_name;
  std::string run_name;                          // of `run-name:`, may be empty
  std::string event, ref, ref_name, sha, actor;  // refs/heads/main, main
  std::string title;                             // first line of the head commit's message
  int jobs = 0;                                  // known so far: matrices that need a result count as one
};

struct JobInfo {
  int index = 0;     // in order of the plan, stable in a run
  std::string id;    // key in the file
  std::string name;  // "deploy (eu)": for people, unique enough
  std::vector<std::string> needs;
};

struct StepInfo {
  const JobInfo* job = nullptr;
  int number = 0;    // from 1; posts go on counting
  std::string id;    // as given, may be empty
  std::string name;  // "Run make", "docker/login-action", "Post docker/login-action"
  std::string what;  // one line: "run: systemctl restart app", "uses: a/b@v1"
  Pos pos;
  bool script = false;  // of the workflow's or the workspace's own: what it prints is what it is for
};

struct StepEnd {
  Outcome outcome = Outcome::success, conclusion = Outcome::success;
  double seconds = 0;
  std::string note;     // short result, may be empty
  std::string message;  // why it failed: "exit 1", "Discord answered 500 ..."
};

struct JobEnd {
  Outcome conclusion = Outcome::success;
  double seconds = 0;
  bool tolerated = false;  // failed with continue-on-error
  std::string message;     // why it never started, or failed outside of a step
  std::vector<std::pair<std::string, std::string>> outputs;
  std::string url{};  // of its environment, may be empty
};

struct RunEnd {
  Outcome conclusion = Outcome::success;
  double seconds = 0;
  std::string message;  // "cancelled by SIGINT", ...
};

// What a signal did to a run that goes on: Ctrl-C, the second one or Ctrl-\, Ctrl-Z, fg.
enum class Turn { cancel, stop, pause, resume };

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void run_started(const RunInfo& run) = 0;
  virtual void job_queued(const JobInfo& job) = 0;
  virtual void job_started(const JobInfo& job) = 0;
  virtual void step_started(const StepInfo& step) = 0;
  // Whole lines, each ended by '\n'. "##[group]title", "##[endgroup]", "##[error]text", "##[warning]",
  // "##[notice]",
  // "##[debug]", "##[command]" at the start of a line are markers as in GitHub's own logs.
  virtual void log(const StepInfo& step, std::string_view lines) = 0;
  virtual void annotation(const StepInfo& step, const Annotation& annotation) = 0;
  virtual void progress(const StepInfo& step, std::string_view text) = 0;
  virtual void warning(std::string_view text) = 0;  // of the run as a whole: a short secret, an unset one
  virtual void turned(Turn turn, std::string_view text) = 0;                  // a line that says what follows
  virtual void summary(const StepInfo& step, std::string_view markdown) = 0;  // GITHUB_STEP_SUMMARY
  virtual void step_finished(const StepInfo& step, const StepEnd& end) = 0;
  virtual void job_finished(const JobInfo& job, const JobEnd& end) = 0;
  virtual void run_finished(const RunEnd& end) = 0;
};

enum class Color { automatic, always, never };

struct TextStyle {
  bool color = false, unicode = true;
  bool terminal = false;  // live block and hidden logs; else a line per event with the logs
  bool quiet = false;     // failures and the summary only
  bool verbose = false;   // logs on a terminal too, steps under 100 ms that passed are shown
  bool github = false;    // inside GitHub Actions: keep ::group:: markers
  bool debug = false;     // show ##[debug]
  bool tty = false;       // `fd` is a terminal: control sequences in log text are made harmless
};
// From the environment (NO_COLOR, CLICOLOR_FORCE, CI, TERM, LANG ...) and whether `fd` is a terminal.
TextStyle text_style(int fd, Color color, bool progress);

// `fd` stays the caller's. Text for people (ui.md section 1), and JSON lines (cli.md).
std::unique_ptr<Reporter> make_text_reporter(int fd, const TextStyle& style);
std::unique_ptr<Reporter> make_json_reporter(int fd);
// Hands every call on with its texts masked: the one place where names, ids, notes and messages meet the
// secrets. Lines of a log come masked already: only their stream knows what goes on from line to line.
std::unique_ptr<Reporter> masked(const Masker& masker, Reporter& next);
// Hands every call to all of them in turn, one call at a time.
std::unique_ptr<Reporter> serialized(std::vector<Reporter*> reporters);

}  // namespace runner
