// The text reporter without a terminal: a line per event, each line of a log with its job and step before it.
#include <errno.h>

#include <mutex>

#include <fmt/core.h>

#include "runner/report/activity.hpp"
#include "runner/report/heartbeat.hpp"
#include "runner/report/log_lines.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/output.hpp"
#include "runner/report/story.hpp"
#include "runner/report/text_reporter.hpp"
#include "runner/report/wrap.hpp"

namespace runner {
namespace {

constexpr size_t kSlice =
    size_t{128} * 1024;  // of a log at once: bounds the buffer, whatever the prefix adds

class PlainReporter : public Reporter {
 public:
  PlainReporter(int fd, const TextStyle& style, TextSurroundings surroundings)
      : fd_(fd),
        style_(style),
        surroundings_(std::move(surroundings)),
        paint_(style),
        story_(style),
        activity_(style) {}

  void run_started(const RunInfo& run) override {
    const std::lock_guard lock(mutex_);
    story_.run_started(run);
    activity_.run_started(run, surroundings_.now());
    say(story_.header());
    // Beats more often than it speaks: what counts is the silence of each step.
    const auto interval = surroundings_.sign_of_life;
    if (!style_.quiet) heart_.start(interval / 10, [this, interval] { sign_of_life(interval); });
  }

  void job_queued(const JobInfo& job) override {
    const std::lock_guard lock(mutex_);
    story_.job_queued(job);
    activity_.job_queued(job);
  }

  void job_started(const JobInfo& job) override {
    const std::lock_guard lock(mutex_);
    story_.job_queued(job);
    activity_.job_started(job, surroundings_.now());
    say(fmt::format("{} {}", paint_.begin(), one_line(job.name)));
  }

  void step_started(const StepInfo& step) override {
    const std::lock_guard lock(mutex_);
    activity_.step_started(step, surroundings_.now());
    say(fmt::format("{} {}", paint_.begin(), title(step)));
  }

  void log(const StepInfo& step, std::string_view lines) override {
    const std::lock_guard lock(mutex_);
    activity_.log(step, lines, surroundings_.now());
    if (style_.quiet) return;
    const auto prefix = surroundings_.prefix ? log_prefix(step, style_) : std::string();
    while (!lines.empty()) {
      auto end = lines.size() <= kSlice ? std::string_view::npos : lines.rfind('\n', kSlice - 1);
      if (end == std::string_view::npos) end = lines.find('\n', std::min(kSlice, lines.size()));
      const auto slice = lines.substr(0, end == std::string_view::npos ? end : end + 1);
      append_log(text_, prefix, slice, style_);
      lines.remove_prefix(slice.size());
      flush();
    }
  }

  void annotation(const StepInfo& step, const Annotation& annotation) override {
    const std::lock_guard lock(mutex_);
    story_.annotation(step, annotation);
    if (!style_.github || style_.quiet) return;  // its line is in the log as well
    text_ += github_command(annotation);
    flush();
  }

  void progress(const StepInfo& step, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    activity_.progress(step, text, surroundings_.now());
  }

  void warning(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    story_.warning();
    say(paint_.yellow(fmt::format("warning: {}", text)));
  }

  void turned(Turn turn, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    activity_.turned(turn, surroundings_.now());
    tell(paint_.yellow(text));  // whoever pressed a key waits for an answer
  }

  void summary(const StepInfo& step, std::string_view markdown) override {
    const std::lock_guard lock(mutex_);
    story_.summary(step, markdown);
  }

  void step_finished(const StepInfo& step, const StepEnd& end) override {
    const std::lock_guard lock(mutex_);
    const bool told = story_.step_finished(step, end, activity_.tail(step)) && surroundings_.ends;
    const bool tolerated = end.outcome == Outcome::failure && end.conclusion != Outcome::failure;
    auto line = fmt::format("{} {}  ", paint_.mark(end.outcome, tolerated), title(step));
    line += end.outcome == Outcome::skipped ? "skipped" : short_duration(end.seconds);
    if (const auto why = Story::outcome_text(end, told); !why.empty()) line += "  " + why;
    say(line);
    activity_.step_finished(step);
  }

  void job_finished(const JobInfo& job, const JobEnd& end) override {
    const std::lock_guard lock(mutex_);
    const bool told = story_.job_finished(job, end) && surroundings_.ends;
    activity_.job_finished(job);
    auto line = fmt::format("{} {}  ", paint_.mark(end.conclusion, end.tolerated), one_line(job.name));
    line += end.conclusion == Outcome::skipped ? "skipped" : clock_duration(end.seconds);
    if (!end.message.empty() && !told) line += "  " + one_line(end.message.substr(0, end.message.find('\n')));
    say(line);
  }

  void run_finished(const RunEnd& end) override {
    heart_.stop();
    const std::lock_guard lock(mutex_);
    text_ += wrapped_lines(harmless_lines(story_.ending(end)), columns());
    flush();
  }

 private:
  static std::string title(const StepInfo& step) {
    return fmt::format("{} / {}", one_line(step.job->name), one_line(step.name));
  }

  void say(std::string_view line) {
    if (!style_.quiet) tell(line);
  }

  void tell(std::string_view line) {
    text_.append(wrapped(harmless(line, true), columns())) += '\n';
    flush();
  }

  int columns() const { return surroundings_.size ? surroundings_.size().columns : 0; }

  void flush() {
    const bool lost = !text_.empty() && !write_all(fd_, text_);
    const int error = errno;
    text_.clear();
    if (lost && surroundings_.on_lost) surroundings_.on_lost(error);
    if (lost) return;                              // nobody reads: the run goes on
    constexpr size_t kKept = size_t{1024} * 1024;  // a huge line may have made it larger
    if (text_.capacity() > kKept) text_.shrink_to_fit();
  }

  void sign_of_life(std::chrono::milliseconds interval) {
    const std::lock_guard lock(mutex_);
    const auto text = activity_.sign_of_life(surroundings_.now(), interval);
    if (!text.empty()) say(text);
  }

  int fd_;
  TextStyle style_;
  TextSurroundings surroundings_;
  std::mutex mutex_;
  Paint paint_;
  Story story_;
  Activity activity_;
  std::string text_;  // used again for every write
  Heartbeat heart_;   // last: its thread ends before the rest goes
};

}  // namespace

std::unique_ptr<Reporter> make_plain_reporter(int fd, const TextStyle& style, TextSurroundings surroundings) {
  return std::make_unique<PlainReporter>(fd, style, std::move(surroundings));
}

}  // namespace runner
