#include <mutex>

#include "runner/report/reporter.hpp"

namespace runner {
namespace {

class Serialized : public Reporter {
 public:
  explicit Serialized(std::vector<Reporter*> reporters) : reporters_(std::move(reporters)) {}

  void run_started(const RunInfo& run) override { each(&Reporter::run_started, run); }
  void job_queued(const JobInfo& job) override { each(&Reporter::job_queued, job); }
  void job_started(const JobInfo& job) override { each(&Reporter::job_started, job); }
  void step_started(const StepInfo& step) override { each(&Reporter::step_started, step); }
  void log(const StepInfo& step, std::string_view lines) override { each(&Reporter::log, step, lines); }
  void annotation(const StepInfo& step, const Annotation& note) override {
    each(&Reporter::annotation, step, note);
  }
  void progress(const StepInfo& step, std::string_view text) override {
    each(&Reporter::progress, step, text);
  }
  void warning(std::string_view text) override { each(&Reporter::warning, text); }
  void turned(Turn turn, std::string_view text) override { each(&Reporter::turned, turn, text); }
  void summary(const StepInfo& step, std::string_view markdown) override {
    each(&Reporter::summary, step, markdown);
  }
  void step_finished(const StepInfo& step, const StepEnd& end) override {
    each(&Reporter::step_finished, step, end);
  }
  void job_finished(const JobInfo& job, const JobEnd& end) override {
    each(&Reporter::job_finished, job, end);
  }
  void run_finished(const RunEnd& end) override { each(&Reporter::run_finished, end); }

 private:
  template <class... Params, class... Args>
  void each(void (Reporter::*call)(Params...), const Args&... args) {
    const std::lock_guard lock(mutex_);
    for (auto* reporter : reporters_) (reporter->*call)(args...);
  }

  std::mutex mutex_;
  std::vector<Reporter*> reporters_;
};

}  // namespace

std::unique_ptr<Reporter> serialized(std::vector<Reporter*> reporters) {
  return std::make_unique<Serialized>(std::move(reporters));
}

}  // namespace runner
