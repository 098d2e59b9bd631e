// The text reporter on a terminal. Calls only change memory; a thread writes ten times a second, so that a
// slow or stopped terminal does not hold up a job until a lot is waiting.
#include <condition_variable>
#include <map>
#include <mutex>

#include <fmt/core.h>

#include "runner/report/activity.hpp"
#include "runner/report/canvas.hpp"
#include "runner/report/heartbeat.hpp"
#include "runner/report/log_lines.hpp"
#include "runner/report/output.hpp"
#include "runner/report/story.hpp"

namespace runner {
namespace {

constexpr size_t kMostPending = size_t{1024} * 1024;
constexpr double kTooShortToTell = 0.1;
constexpr int kAnnotationsShown = 10;  // of a step and level, as GitHub shows

class TerminalReporter : public Reporter {
 public:
  TerminalReporter(int fd, const TextStyle& style, TextSurroundings surroundings)
      : fd_(fd),
        style_(style),
        surroundings_(std::move(surroundings)),
        paint_(style),
        story_(style),
        activity_(style) {}

  ~TerminalReporter() override {
    if (!live_) return;
    heart_.stop();
    draw(false);
  }
  TerminalReporter(const TerminalReporter&) = delete;
  TerminalReporter& operator=(const TerminalReporter&) = delete;

  void run_started(const RunInfo& run) override {
    {
      const std::lock_guard lock(mutex_);
      story_.run_started(run);
      activity_.run_started(run, surroundings_.now());
      say(story_.header());
      live_ = true;
    }
    draw(false);
    heart_.start(surroundings_.redraw, [this] { draw(true); });
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
  }

  void step_started(const StepInfo& step) override {
    const std::lock_guard lock(mutex_);
    activity_.step_started(step, surroundings_.now());
  }

  void log(const StepInfo& step, std::string_view lines) override {
    std::unique_lock lock(mutex_);
    activity_.log(step, lines);
    if (!style_.verbose) return;
    room_.wait(lock, [&] { return pending_.size() < kMostPending || !live_; });
    append_log(pending_, log_prefix(step, style_), lines, style_);
  }

  void annotation(const StepInfo& step, const Annotation& annotation) override {
    const std::lock_guard lock(mutex_);
    story_.annotation(step, annotation);
    if (style_.verbose) return;  // its line is in the log
    auto& shown = annotations_[{step.job->index, step.number, annotation.level}];
    if (++shown > kAnnotationsShown) return;
    const bool error = annotation.level == AnnotationLevel::error;
    const bool notice = annotation.level == AnnotationLevel::notice;
    const auto mark = error ? paint_.red("!") : notice ? paint_.cyan("i") : paint_.warning_mark();
    const auto size = surroundings_.size();
    say(fmt::format("{} {}  {}", mark, activity_.columns(step.job->name, one_line(step.name), size),
                    Story::annotation_text(annotation)));
  }

  void progress(const StepInfo& step, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    activity_.progress(step, text);
  }

  void warning(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    story_.warning();
    say(fmt::format("{} {}", paint_.warning_mark(), paint_.yellow(harmless(text, false))));
  }

  void step_finished(const StepInfo& step, const StepEnd& end) override {
    const std::lock_guard lock(mutex_);
    const bool passed = end.outcome == Outcome::success || end.outcome == Outcome::skipped;
    if (!passed || style_.verbose || end.seconds >= kTooShortToTell) say(finished(step, end));
    story_.step_finished(step, end, activity_.tail(step));
    activity_.step_finished(step);
  }

  void job_finished(const JobInfo& job, const JobEnd& end) override {
    const std::lock_guard lock(mutex_);
    story_.job_finished(job, end);
    activity_.job_finished(job);
    if (end.message.empty()) return;
    const auto name = activity_.columns(job.name, "", surroundings_.size());
    const auto text = one_line(end.message.substr(0, end.message.find('\n')));
    say(fmt::format("{} {}  {}", paint_.mark(end.conclusion, end.tolerated), name, text));
  }

  void run_finished(const RunEnd& end) override {
    heart_.stop();
    {
      const std::lock_guard lock(mutex_);
      pending_ += story_.ending(end);
      live_ = false;
    }
    room_.notify_all();
    draw(false);
  }

 private:
  std::string finished(const StepInfo& step, const StepEnd& end) const {
    const auto size = surroundings_.size();
    const bool tolerated = end.outcome == Outcome::failure && end.conclusion != Outcome::failure;
    const auto columns = activity_.columns(one_line(step.job->name), one_line(step.name), size);
    const auto time = end.outcome == Outcome::skipped ? "skipped" : short_duration(end.seconds);
    auto why = end.outcome == Outcome::success || end.message.empty() ? end.note : end.message;
    why = one_line(why.substr(0, why.find('\n')));
    if (tolerated) why += why.empty() ? "continue-on-error" : " (continue-on-error)";
    const auto used = 2 + display_width(columns) + 2 + 7 + 2;
    auto line = fmt::format("{} {}  {:>7}", paint_.mark(end.outcome, tolerated), columns, time);
    if (!why.empty()) line += "  " + paint_.fit(why, std::max(size.columns - used, 20));
    return line;
  }

  void say(std::string_view line) { pending_.append(line) += '\n'; }

  // The text is made under the lock of the calls, and written under another one only.
  void draw(bool with_block) {
    const std::lock_guard writing(writing_);
    const auto size = surroundings_.size();
    std::string permanent;
    std::vector<std::string> block;
    {
      const std::lock_guard lock(mutex_);
      permanent.swap(pending_);
      if (with_block) block = activity_.block(surroundings_.now(), size, frame_++, story_.warnings());
    }
    room_.notify_all();
    write_all(fd_, canvas_.redraw(permanent, block, size));
  }

  int fd_;
  TextStyle style_;
  TextSurroundings surroundings_;
  std::mutex writing_;
  Canvas canvas_;
  unsigned frame_ = 0;
  std::mutex mutex_;  // of all that follows
  std::condition_variable room_;
  Paint paint_;
  Story story_;
  Activity activity_;
  std::map<std::tuple<int, int, AnnotationLevel>, int> annotations_;
  std::string pending_;  // permanent lines not yet written
  bool live_ = false;
  Heartbeat heart_;  // last: its thread ends before the rest goes
};

}  // namespace

std::unique_ptr<Reporter> make_terminal_reporter(int fd, const TextStyle& style,
                                                 TextSurroundings surroundings) {
  return std::make_unique<TerminalReporter>(fd, style, std::move(surroundings));
}

}  // namespace runner
