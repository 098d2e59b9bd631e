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
#include "runner/report/wrap.hpp"

namespace runner {
namespace {

constexpr size_t kMostPending = size_t{1024} * 1024;
constexpr double kTooShortToTell = 0.1;
constexpr int kAnnotationsShown = 10;  // of a step and level, as GitHub shows
constexpr auto kOpening = std::chrono::seconds(2);
constexpr size_t kOpeningLines = 40;

bool is_annotation(LineKind kind) {
  return kind == LineKind::error || kind == LineKind::warning || kind == LineKind::notice;
}

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
    end_opening(false);
    draw(false);
  }
  TerminalReporter(const TerminalReporter&) = delete;
  TerminalReporter& operator=(const TerminalReporter&) = delete;

  void run_started(const RunInfo& run) override {
    {
      const std::lock_guard lock(mutex_);
      story_.run_started(run);
      started_ = surroundings_.now();
      activity_.run_started(run, started_);
      say(story_.header());
      live_ = true;
      opening_ = !style_.verbose;
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
    activity_.log(step, lines, surroundings_.now());
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
    auto line = fmt::format("{} {}  {}", mark, activity_.columns(step.job->name, one_line(step.name), size),
                            Story::annotation_text(annotation));
    if (error)  // should it fail the step, the end tells
      errors_[{step.job->index, step.number}].push_back(std::move(line));
    else
      say(line);
  }

  void progress(const StepInfo& step, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    activity_.progress(step, text, surroundings_.now());
  }

  void warning(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    story_.warning();
    say(fmt::format("{} {}", paint_.warning_mark(), paint_.yellow(harmless(text, false))));
  }

  void turned(Turn turn, std::string_view text) override {
    {
      const std::lock_guard lock(mutex_);
      if (!live_) return;
      activity_.turned(turn, surroundings_.now());
      end_opening(false);
      say(fmt::format("{} {}", paint_.warning_mark(), harmless(text, false)));
      paused_ = turn == Turn::pause;
    }
    draw(turn != Turn::pause);
  }

  void summary(const StepInfo& step, std::string_view markdown) override {
    const std::lock_guard lock(mutex_);
    story_.summary(step, markdown);
  }

  void step_finished(const StepInfo& step, const StepEnd& end) override {
    const std::lock_guard lock(mutex_);
    const auto* tail = activity_.tail(step);
    const bool told = story_.step_finished(step, end, tail);
    const auto errors = errors_.extract({step.job->index, step.number});
    if (!told && !errors.empty()) {
      for (const auto& line : errors.mapped()) say(line);
    }
    const bool passed = end.outcome == Outcome::success || end.outcome == Outcome::skipped;
    const bool tells = !passed || style_.verbose || end.seconds >= kTooShortToTell;
    const auto line = finished(step, end, told);
    if (opening_)
      opened_.push_back({tells ? line + "\n" : "", whole(line, step, told ? nullptr : tail, tells)});
    else if (tells)
      say(line);
    activity_.step_finished(step);
  }

  void job_finished(const JobInfo& job, const JobEnd& end) override {
    const std::lock_guard lock(mutex_);
    const bool told = story_.job_finished(job, end);
    activity_.job_finished(job);
    if (end.message.empty()) return;
    const auto name = activity_.columns(job.name, "", surroundings_.size());
    auto text = one_line(end.message.substr(0, end.message.find('\n')));
    if (told) text = end.conclusion == Outcome::cancelled ? "cancelled" : "failed";
    say(fmt::format("{} {}  {}", paint_.mark(end.conclusion, end.tolerated), name, text));
  }

  void run_finished(const RunEnd& end) override {
    heart_.stop();
    {
      const std::lock_guard lock(mutex_);
      end_opening(end.seconds < std::chrono::duration<double>(kOpening).count());
      pending_ += wrapped_lines(story_.ending(end), surroundings_.size().columns);
      live_ = false;
    }
    room_.notify_all();
    draw(false);
  }

 private:
  // What a step leaves in the first moments of a run. A run that is over by then and printed little shows all
  // of it; any other one only what took a while, as later on.
  struct Opened {
    std::string calm, whole;
  };

  // `told`: why it failed stands at the end.
  std::string finished(const StepInfo& step, const StepEnd& end, bool told) const {
    const bool tolerated = end.outcome == Outcome::failure && end.conclusion != Outcome::failure;
    const auto columns =
        activity_.columns(one_line(step.job->name), one_line(step.name), surroundings_.size());
    const auto time = end.outcome == Outcome::skipped ? "skipped" : short_duration(end.seconds);
    const auto why = Story::outcome_text(end, told);
    auto line = fmt::format("{} {}  {:>7}", paint_.mark(end.outcome, tolerated), columns, time);
    return why.empty() ? line : line + "  " + why;
  }

  // With the last lines of what a script printed; "" for a step that passed at once and is none.
  std::string whole(const std::string& line, const StepInfo& step, const LogTail* tail, bool tells) const {
    if (!tells && !step.script) return "";
    auto text = line + "\n";
    if (!step.script || tail == nullptr) return text;
    const auto lines = tail->last(LogTail::kLines);
    for (const auto raw : lines) {
      const auto read = read_line(raw);
      if (is_annotation(read.kind)) continue;  // has a line of its own
      text += fmt::format("    {}{}\n", line_label(read.kind), harmless(read.text, style_.color));
    }
    if (lines.size() == LogTail::kLines && lines.size() < tail->total())
      text += paint_.dim(fmt::format("    ({} of {} lines; all: {})", lines.size(), tail->total(),
                                     story_.log_command(step))) +
              "\n";
    return text;
  }

  void end_opening(bool over) {
    if (!opening_) return;
    opening_ = false;
    size_t lines = 0;
    for (const auto& opened : opened_) lines += count_lines(opened.whole);
    const bool whole = over && lines <= kOpeningLines;
    std::string text;
    for (const auto& opened : opened_) text += whole ? opened.whole : opened.calm;
    if (over && !whole)
      text += paint_.dim(fmt::format("(what its steps printed: {})", story_.logs_command())) + "\n";
    pending_ += wrapped_lines(text, surroundings_.size().columns);
    opened_.clear();
  }

  void say(const std::string& line) {
    if (opening_)
      opened_.push_back({line + "\n", line + "\n"});
    else
      pending_.append(wrapped(line, surroundings_.size().columns)) += '\n';
  }

  // The text is made under the lock of the calls, and written under another one only.
  void draw(bool with_block) {
    const std::lock_guard writing(writing_);
    const auto size = surroundings_.size();
    std::string permanent;
    std::vector<std::string> block;
    {
      const std::lock_guard lock(mutex_);
      if (with_block && paused_) return;
      // Behind a shell's back only lines that stay are written: its prompt stands where the block would be.
      const bool behind = with_block && surroundings_.in_front && !surroundings_.in_front();
      if (behind && pending_.empty()) return;
      if (behind) with_block = false;
      if (opening_ && surroundings_.now() - started_ >= kOpening) end_opening(false);
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
  std::map<std::pair<int, int>, std::vector<std::string>> errors_;  // of steps that run
  std::string pending_;                                             // permanent lines not yet written
  SteadyTime started_;
  std::vector<Opened> opened_;  // while `opening_`: what waits for its form
  bool live_ = false, opening_ = false, paused_ = false;
  Heartbeat heart_;  // last: its thread ends before the rest goes
};

}  // namespace

std::unique_ptr<Reporter> make_terminal_reporter(int fd, const TextStyle& style,
                                                 TextSurroundings surroundings) {
  return std::make_unique<TerminalReporter>(fd, style, std::move(surroundings));
}

}  // namespace runner
