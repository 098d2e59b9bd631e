#include "runner/report/json.hpp"

#include <errno.h>

#include <mutex>

#include "runner/report/log_text.hpp"
#include "runner/report/output.hpp"

namespace runner {
namespace {

class JsonReporter : public Reporter {
 public:
  JsonReporter(int fd, std::function<SystemTime()> now, std::function<void(int)> on_lost)
      : fd_(fd), now_(std::move(now)), on_lost_(std::move(on_lost)) {}

  void run_started(const RunInfo& run) override {
    tell([&](auto& out, auto time) { run_started_event(out, time, run).end(); });
  }
  void job_queued(const JobInfo& job) override {
    tell([&](auto& out, auto time) { job_queued_event(out, time, job).end(); });
  }
  void job_started(const JobInfo& job) override {
    tell([&](auto& out, auto time) { EventLine(out, time, "job_started").job(job).end(); });
  }
  void step_started(const StepInfo& step) override {
    tell([&](auto& out, auto time) { step_started_event(out, time, step).end(); });
  }
  void annotation(const StepInfo& step, const Annotation& annotation) override {
    tell([&](auto& out, auto time) { annotation_event(out, time, step, annotation).end(); });
  }
  void progress(const StepInfo&, std::string_view) override {}  // for eyes only
  void warning(std::string_view text) override {
    tell([&](auto& out, auto time) { EventLine(out, time, "warning").text("message", text).end(); });
  }
  void turned(Turn turn, std::string_view text) override {
    tell([&](auto& out, auto time) { turned_event(out, time, turn, text).end(); });
  }
  void summary(const StepInfo& step, std::string_view markdown) override {
    tell([&](auto& out, auto time) {
      EventLine(out, time, "summary").step(step).text("text", markdown).end();
    });
  }
  void step_finished(const StepInfo& step, const StepEnd& end) override {
    tell([&](auto& out, auto time) { step_finished_event(out, time, step, end).end(); });
  }
  void job_finished(const JobInfo& job, const JobEnd& end) override {
    tell([&](auto& out, auto time) { job_finished_event(out, time, job, end).end(); });
  }
  void run_finished(const RunEnd& end) override {
    tell([&](auto& out, auto time) { run_finished_event(out, time, end).end(); });
  }

  void log(const StepInfo& step, std::string_view lines) override {
    const std::lock_guard lock(mutex_);
    // All that is the same for every line of the chunk is made once.
    std::string head;
    EventLine(head, now_(), "log").step(step);
    head += ",\"line\":";
    while (!lines.empty()) {
      const auto end = lines.find('\n');
      auto line = lines.substr(0, end);
      lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      text_ += head;
      append_json(text_, line);
      text_ += "}\n";
      constexpr size_t kFlush = size_t{256} * 1024;
      if (text_.size() > kFlush) flush();
    }
    flush();
  }

 private:
  template <class Write>
  void tell(const Write& write) {
    const std::lock_guard lock(mutex_);
    write(text_, now_());
    flush();
  }
  void flush() {
    if (!write_all(fd_, text_) && on_lost_) on_lost_(errno);
    text_.clear();
  }

  int fd_;
  std::function<SystemTime()> now_;
  std::function<void(int)> on_lost_;
  std::mutex mutex_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Reporter> make_json_reporter(int fd, std::function<SystemTime()> now,
                                             std::function<void(int)> on_lost) {
  return std::make_unique<JsonReporter>(fd, std::move(now), std::move(on_lost));
}

std::unique_ptr<Reporter> make_json_reporter(int fd) {
  return make_json_reporter(fd, std::chrono::system_clock::now);
}

}  // namespace runner
