#include "runner/journal/recorder.hpp"

#include <map>
#include <mutex>

#include <fmt/core.h>

#include "runner/journal/append_file.hpp"
#include "runner/journal/log_times.hpp"
#include "runner/journal/process_id.hpp"
#include "runner/report/event_line.hpp"

namespace runner {
namespace {

SystemTime now() { return std::chrono::system_clock::now(); }

class Recorder : public Reporter {
 public:
  Recorder(const RunRecord& run, Journal::Warn warn, const LogLimits& limits)
      : run_(run), warn_(std::move(warn)), limits_(limits), events_(run.folder / "events.jsonl") {
    events_.mark_gaps(false);  // each of its lines is an object
  }

  void run_started(const RunInfo& run) override {
    const std::lock_guard lock(mutex_);
    const auto started =
        std::chrono::duration_cast<std::chrono::milliseconds>(run_.started.time_since_epoch()).count();
    run_started_event(line_, now(), run)
        .text("process", this_process())
        .text("repository", run_.repository)
        .number("started", started)
        .end();
    store();
  }
  void job_queued(const JobInfo& job) override {
    const std::lock_guard lock(mutex_);
    job_queued_event(line_, now(), job).end();
    store();
  }
  void job_started(const JobInfo& job) override {
    const std::lock_guard lock(mutex_);
    EventLine(line_, now(), "job_started").job(job).end();
    store();
  }
  void step_started(const StepInfo& step) override {
    const std::lock_guard lock(mutex_);
    auto& log = log_of(*step.job);
    log.step_begin = log.file.size();
    step_started_event(line_, now(), step).number("offset", log.step_begin).end();
    store();
  }
  void log(const StepInfo& step, std::string_view lines) override {
    const std::lock_guard lock(mutex_);
    auto& log = log_of(*step.job);
    if (log.cut > 0 ||
        log.file.size() - log.step_begin + static_cast<int64_t>(lines.size()) > limits_.step_bytes) {
      log.cut += static_cast<int64_t>(lines.size());
      return;
    }
    log.times.mark(log.file.size());
    check(log.file.append(lines), fmt::format("{}.log", step.job->index));
  }
  void annotation(const StepInfo& step, const Annotation& annotation) override {
    const std::lock_guard lock(mutex_);
    annotation_event(line_, now(), step, annotation).end();
    store();
  }
  void progress(const StepInfo&, std::string_view) override {}  // not kept
  void warning(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    EventLine(line_, now(), "warning").text("message", text).end();
    store();
  }
  void turned(Turn turn, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    turned_event(line_, now(), turn, text).end();
    store();
  }
  void summary(const StepInfo&, std::string_view) override {}  // has a file of its own
  void step_finished(const StepInfo& step, const StepEnd& end) override {
    const std::lock_guard lock(mutex_);
    auto& log = log_of(*step.job);
    if (log.cut > 0) {
      const auto mark = fmt::format(
          "##[warning]{} bytes of this step's log are not kept: the record has room for {} bytes of a step\n",
          log.cut, limits_.step_bytes);
      check(log.file.append(mark), fmt::format("{}.log", step.job->index));
      log.cut = 0;
    }
    step_finished_event(line_, now(), step, end).number("offset", log.file.size()).end();
    store();
  }
  void job_finished(const JobInfo& job, const JobEnd& end) override {
    const std::lock_guard lock(mutex_);
    logs_.erase(job.index);
    job_finished_event(line_, now(), job, end).end();
    store();
  }
  void run_finished(const RunEnd& end) override {
    const std::lock_guard lock(mutex_);
    run_finished_event(line_, now(), end).end();
    store();
  }

 private:
  struct Log {
    AppendFile file;
    LogTimes times;
    int64_t step_begin = 0, cut = 0;  // of the step that runs: where it begins, and what was not kept of it
  };
  Log& log_of(const JobInfo& job) {
    const auto at = logs_.find(job.index);
    if (at != logs_.end()) return at->second;
    const auto path = run_.folder / fmt::format("{}.log", job.index);
    return logs_.emplace(job.index, Log{AppendFile(path), LogTimes(path)}).first->second;
  }
  void store() {
    check(events_.append(line_), "events.jsonl");
    line_.clear();
  }
  void check(const std::string& reason, const std::string& file) {
    if (reason.empty() || warned_) return;
    warned_ = true;
    warn_(fmt::format("the record of this run has gaps: write {}: {}; the run goes on",
                      (run_.folder / file).string(), reason));
  }

  const RunRecord run_;
  Journal::Warn warn_;
  const LogLimits limits_;
  std::mutex mutex_;
  AppendFile events_;
  std::map<int, Log> logs_;  // of the jobs that run
  std::string line_;         // used again for every event
  bool warned_ = false;
};

}  // namespace

std::unique_ptr<Reporter> make_recorder(const RunRecord& run, Journal::Warn warn, const LogLimits& limits) {
  return std::make_unique<Recorder>(run, std::move(warn), limits);
}

}  // namespace runner
