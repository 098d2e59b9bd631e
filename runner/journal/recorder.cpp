#include "runner/journal/recorder.hpp"

#include <map>
#include <mutex>

#include <fmt/core.h>

#include "runner/journal/append_file.hpp"
#include "runner/journal/process_id.hpp"
#include "runner/report/event_line.hpp"

namespace runner {
namespace {

SystemTime now() { return std::chrono::system_clock::now(); }

class Recorder : public Reporter {
 public:
  Recorder(const std::filesystem::path& folder, Journal::Warn warn)
      : folder_(folder), warn_(std::move(warn)), events_(folder / "events.jsonl") {
    events_.mark_gaps(false);  // each of its lines is an object
  }

  void run_started(const RunInfo& run) override {
    const std::lock_guard lock(mutex_);
    run_started_event(line_, now(), run).text("process", this_process()).end();
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
    step_started_event(line_, now(), step).number("offset", log_of(*step.job).size()).end();
    store();
  }
  void log(const StepInfo& step, std::string_view lines) override {
    const std::lock_guard lock(mutex_);
    check(log_of(*step.job).append(lines), fmt::format("{}.log", step.job->index));
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
  void step_finished(const StepInfo& step, const StepEnd& end) override {
    const std::lock_guard lock(mutex_);
    step_finished_event(line_, now(), step, end).number("offset", log_of(*step.job).size()).end();
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
  AppendFile& log_of(const JobInfo& job) {
    const auto at = logs_.find(job.index);
    if (at != logs_.end()) return at->second;
    return logs_.emplace(job.index, AppendFile(folder_ / fmt::format("{}.log", job.index))).first->second;
  }
  void store() {
    check(events_.append(line_), "events.jsonl");
    line_.clear();
  }
  void check(const std::string& reason, const std::string& file) {
    if (reason.empty() || warned_) return;
    warned_ = true;
    warn_(fmt::format("the record of this run has gaps: write {}: {}; the run goes on",
                      (folder_ / file).string(), reason));
  }

  std::filesystem::path folder_;
  Journal::Warn warn_;
  std::mutex mutex_;
  AppendFile events_;
  std::map<int, AppendFile> logs_;  // of the jobs that run
  std::string line_;                // used again for every event
  bool warned_ = false;
};

}  // namespace

std::unique_ptr<Reporter> make_recorder(const std::filesystem::path& folder, Journal::Warn warn) {
  return std::make_unique<Recorder>(folder, std::move(warn));
}

}  // namespace runner
