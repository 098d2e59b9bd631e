#include "runner/report/activity.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace runner {
namespace {

constexpr int kTailLines = 3;
constexpr auto kSilence = std::chrono::seconds(30);
constexpr int kRoomForSilence = 22;

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(std::max(to - from, SteadyTime::duration::zero())).count();
}

int job_columns(int widest, Size size) { return std::min({widest, 24, std::max(size.columns / 4, 6)}); }
int step_columns(Size size) { return std::clamp(size.columns / 4, 12, 32); }

std::string text_of(const LogLine& line) {
  return fmt::format("{}{}", line_label(line.kind), one_line(line.text));
}

}  // namespace

void Activity::run_started(const RunInfo& run, SteadyTime now) {
  started_ = now;
  jobs_ = static_cast<size_t>(std::max(run.jobs, 0));
}

void Activity::job_queued(const JobInfo& job) {
  widest_job_ = std::max(widest_job_, display_width(job.name));
  const auto [at, added] = open_.try_emplace(job.index, Job{.info = job, .started = {}, .steps = {}});
  if (!added) {
    at->second.info = job;  // a leg's name, once the matrix is expanded
    return;
  }
  ++queued_;
  ++unfinished_[job.id];
}

void Activity::job_started(const JobInfo& job, SteadyTime now) {
  job_queued(job);
  auto& entry = open_.at(job.index);
  entry.running = true;
  entry.started = now;
}

void Activity::step_started(const StepInfo& step, SteadyTime now) {
  const auto at = open_.find(step.job->index);
  if (at == open_.end()) return;
  at->second.steps[step.number] = {
      .name = one_line(step.name), .progress = {}, .started = now, .heard = now, .told = now, .tail = {}};
}

Activity::RunningStep* Activity::find(const StepInfo& step) {
  const auto job = open_.find(step.job->index);
  if (job == open_.end()) return nullptr;
  const auto at = job->second.steps.find(step.number);
  return at == job->second.steps.end() ? nullptr : &at->second;
}

const LogTail* Activity::tail(const StepInfo& step) const {
  const auto* found = const_cast<Activity*>(this)->find(step);
  return found == nullptr ? nullptr : &found->tail;
}

void Activity::log(const StepInfo& step, std::string_view lines, SteadyTime now) {
  auto* found = find(step);
  if (found == nullptr) return;
  found->tail.add(lines);
  found->heard = found->told = now;
}

void Activity::progress(const StepInfo& step, std::string_view text, SteadyTime now) {
  auto* found = find(step);
  if (found == nullptr) return;
  auto line = one_line(text);
  if (line == found->progress) return;  // it has not come on
  found->progress = std::move(line);
  found->heard = found->told = now;
}

void Activity::turned(Turn turn, SteadyTime now) {
  if (turn == Turn::cancel) state_ = "cancelling: Ctrl-C again stops at once";
  if (turn == Turn::stop) state_ = "stopping";
  if (turn != Turn::resume) return;
  for (auto& [index, job] : open_) {
    for (auto& [number, step] : job.steps) step.heard = step.told = now;  // it could not speak
  }
}

void Activity::step_finished(const StepInfo& step) {
  const auto job = open_.find(step.job->index);
  if (job != open_.end()) job->second.steps.erase(step.number);
}

void Activity::job_finished(const JobInfo& job) {
  job_queued(job);  // one that is skipped may never have been queued
  open_.erase(job.index);
  --unfinished_[job.id];
  ++finished_;
}

std::string Activity::columns(std::string_view job, std::string_view step, Size size) const {
  return fmt::format("{}  {}", paint_.column(job, job_columns(widest_job_, size)),
                     paint_.column(step, step_columns(size)));
}

std::vector<Activity::Entry> Activity::running(SteadyTime now, Size size, unsigned frame) const {
  std::vector<Entry> entries;
  for (const auto& [index, job] : open_) {
    if (!job.running) continue;
    const auto spin = paint_.cyan(paint_.spinner(frame + static_cast<unsigned>(index)));
    if (job.steps.empty()) {
      entries.push_back(
          {fmt::format("{} {}", spin, paint_.fit(columns(job.info.name, "", size), size.columns - 3))});
    }
    for (const auto& [number, step] : job.steps) {
      const auto left = columns(job.info.name, step.name, size);
      const auto elapsed = clock_duration(seconds_between(step.started, now));
      const auto room = size.columns - 3 - display_width(left) - 2 - static_cast<int>(elapsed.size());
      auto progress = step.progress;
      if (now - step.heard >= kSilence && room >= kRoomForSilence)
        progress = fmt::format("no output for {}{}{}", clock_duration(seconds_between(step.heard, now)),
                               progress.empty() ? "" : paint_.dot(), progress);
      if (!progress.empty()) progress = paint_.fit(progress, room - 3);
      const auto gap = progress.empty() ? std::string_view() : paint_.dot();
      const auto text = room < 0 ? paint_.fit(left, size.columns - 3)
                                 : fmt::format("{}  {}{}{}", left, progress, gap, paint_.dim(elapsed));
      entries.push_back({fmt::format("{} {}", spin, text), &step});
    }
  }
  return entries;
}

std::string Activity::waits_for(const JobInfo& job) const {
  std::string names;
  for (const auto& need : job.needs) {
    const auto at = unfinished_.find(need);
    if (at != unfinished_.end() && at->second <= 0) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", need);
  }
  return names.empty() ? "waits for its turn" : "needs " + names;
}

std::vector<std::string> Activity::waiting(Size size) const {
  std::vector<std::string> lines;
  for (const auto& [index, job] : open_) {
    if (job.running) continue;
    const auto name = paint_.column(job.info.name, job_columns(widest_job_, size));
    lines.push_back(paint_.dim(
        paint_.fit(fmt::format("{} {}  {}", paint_.waiting(), name, waits_for(job.info)), size.columns - 1)));
  }
  return lines;
}

std::string Activity::counts(SteadyTime now) const {
  return fmt::format("{}/{} jobs{}{}", finished_, std::max(jobs_, queued_), paint_.dot(),
                     clock_duration(seconds_between(started_, now)));
}

std::string Activity::footer(SteadyTime now, size_t warnings) const {
  std::string line(state_);
  if (!line.empty()) line += paint_.dot();
  line += counts(now);
  if (warnings > 0) line += fmt::format("{}{}", paint_.dot(), counted(warnings, "warning"));
  return line;
}

std::vector<std::string> Activity::block(SteadyTime now, Size size, unsigned frame, size_t warnings) const {
  // First a line for each running job, then those that wait, then the logs, as far as there is room.
  auto room = static_cast<size_t>(std::max(size.rows / 3, 2)) - 1;
  const auto entries = running(now, size, frame);
  const auto idle = waiting(size);
  const auto cut = [&](size_t count) { return count <= room ? count : std::max<size_t>(room, 1) - 1; };
  const auto shown = cut(entries.size());
  room -= std::min(room, shown + (shown < entries.size() ? 1 : 0));
  const auto shown_idle = room == 0 ? 0 : cut(idle.size());
  room -= std::min<size_t>(room, shown_idle + (shown_idle < idle.size() ? 1 : 0));

  std::vector<std::string> lines;
  for (size_t i = 0; i < shown; ++i) {
    lines.push_back(entries[i].line);
    if (entries[i].step == nullptr) continue;
    const auto tail = entries[i].step->tail.last(std::min<size_t>(room, kTailLines));
    room -= tail.size();
    for (const auto line : tail) {
      const auto text = paint_.fit(text_of(read_line(line)), size.columns - 7);
      lines.push_back(paint_.dim(fmt::format("    {} {}", paint_.bar(), text)));
    }
  }
  if (shown < entries.size()) {
    const auto more = fmt::format("  and {} more running", entries.size() - shown);
    lines.push_back(paint_.dim(paint_.fit(more, size.columns - 1)));
  }
  lines.insert(lines.end(), idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(shown_idle));
  if (shown_idle < idle.size() && shown == entries.size()) {
    const auto more = fmt::format("{} {} more wait", paint_.waiting(), idle.size() - shown_idle);
    lines.push_back(paint_.dim(paint_.fit(more, size.columns - 1)));
  }
  const auto most = static_cast<size_t>(std::max(size.rows / 3, 2)) - 1;
  if (lines.size() > most) lines.resize(most);
  lines.push_back(paint_.dim(paint_.fit(footer(now, warnings), size.columns - 1)));
  return lines;
}

std::string Activity::sign_of_life(SteadyTime now, SteadyTime::duration silence) {
  constexpr size_t kNamed = 4;
  std::string text;
  size_t silent = 0;
  for (auto& [index, job] : open_) {
    for (auto& [number, step] : job.steps) {
      if (now - step.told < silence) continue;
      step.told = now;
      if (++silent > kNamed) continue;
      text += fmt::format("{}{} / {} {}, no output for {}", text.empty() ? "" : "; ", one_line(job.info.name),
                          step.name, clock_duration(seconds_between(step.started, now)),
                          clock_duration(seconds_between(step.heard, now)));
      if (!step.progress.empty()) text += fmt::format(" ({})", step.progress);
    }
  }
  if (text.empty()) return text;
  if (silent > kNamed) text += fmt::format(" and {} more", silent - kNamed);
  return fmt::format("{} {}{}still running: {}", paint_.waiting(), counts(now), paint_.dot(), text);
}

}  // namespace runner
