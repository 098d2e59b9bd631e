#include "runner/exec/job_run.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/exec/step_log.hpp"
#include "runner/place/host_place.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

constexpr int kDefaultTimeoutMinutes = 360, kDefaultGraceMinutes = 5;  // workflow-syntax.md section 8
using Clock = Deadlines::Clock;

}  // namespace

JobRun::JobRun(const RunServices& services, JobOrder order)
    : services_(services), order_(std::move(order)), grace_time_(services.minute * kDefaultGraceMinutes) {}

std::string JobRun::at(Pos pos) const { return place_text(order_.call->path, pos) + ": "; }

void JobRun::cancel() { cancel_because(""); }

// Steps that hold out against a cancel, by always() or by ignoring signals, have only so much time.
void JobRun::cancel_because(const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (cancelled_.exchange(true)) return;
  cancel_reason_ = why;
  stop_.cancel(why);
  grace_ = services_.deadlines.at(Clock::now() + grace_time_, [this] { stop_now(); });
}

void JobRun::stop_now() {
  now_ = true, cancelled_ = true;
  stop_.stop_now();
}

JobEnd JobRun::run() {
  const auto start = Clock::now();
  JobEnd end;
  services_.reporter.job_started(order_.info);
  try {
    run_guarded(end);
  } catch (const TemplateError& error) {
    end = {.conclusion = Outcome::failure, .message = at(error.pos) + error.what(), .outputs = {}};
  } catch (const std::exception& error) {
    end = {.conclusion = Outcome::failure, .message = error.what(), .outputs = {}};
  }
  if (place_) {
    for (const auto& process : place_->end()) {
      services_.reporter.warning(fmt::format("{}: Terminate orphan process: {}", order_.info.name, process));
    }
    place_.reset();
  }
  {
    const std::lock_guard lock(mutex_);
    grace_.reset();
  }
  end_folders();
  end.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  services_.reporter.job_finished(order_.info, end);
  return end;
}

void JobRun::end_folders() {
  if (!folders_) return;
  for (const auto& mount : folders_->end()) {
    services_.reporter.warning(fmt::format("{}: {} is mounted in the job's folders and was left: umount it",
                                           order_.info.name, mount.string()));
  }
  folders_.reset();
}

std::unique_ptr<JobPlace> JobRun::make_place() const {
  const auto& request = services_.request;
  auto environment = request.process;
  environment["HOME"] = (request.host_home ? request.folders.user_home : folders_->home).string();
  return std::make_unique<HostPlace>(services_.reaper, services_.kill_times, std::move(environment));
}

void JobRun::run_guarded(JobEnd& end) {
  folders_.emplace(services_.folders);
  place_ = make_place();
  JobState state(services_, order_, *folders_, *place_);
  {
    read_grace(state);
    const auto timeout = arm_timeout(state);
    run_steps(state);
  }
  end.conclusion = state.frame.status;
  {
    const std::lock_guard lock(mutex_);
    end.message = cancel_reason_;
  }
  end.outputs = outputs(state, end);
  end.url = url(state, end);
  end.tolerated = tolerated(state, end);
  if (services_.request.keep) {
    services_.reporter.warning(fmt::format("{}: kept {}", order_.info.name, folders_->workspace.string()));
  }
}

Deadlines::Handle JobRun::arm_timeout(const JobState& state) {
  const auto minutes =
      std::trunc(evaluate_number(order_.job->timeout_minutes, state.job_scope(), kDefaultTimeoutMinutes));
  if (!(minutes > 0) || minutes > kMostMinutes) return {};
  const auto due = Clock::now() + services_.minute * static_cast<int64_t>(minutes);
  return services_.deadlines.at(due, [this, minutes] {
    cancel_because(fmt::format(
        "The job running on runner runner has exceeded the maximum execution time of {} minutes.", minutes));
  });
}

void JobRun::read_grace(const JobState& state) {
  const auto minutes = std::trunc(
      evaluate_number(order_.job->cancel_timeout_minutes, state.job_scope(), kDefaultGraceMinutes));
  const std::lock_guard lock(mutex_);
  grace_time_ = services_.minute * static_cast<int64_t>(std::clamp(minutes, 0.0, kMostMinutes));
}

// A job that is cancelled goes on to its end: each step's own `if` decides (execution.md 1.9).
void JobRun::notice_cancel(JobState& state) const {
  if (cancelled_) state.frame.status = Outcome::cancelled;
}

void JobRun::note_progress(size_t begun, const std::string& post) {
  const std::lock_guard lock(mutex_);
  begun_ = begun;
  post_runs_ = post;
  posts_to_run_.clear();
  for (const auto& pending : posts_) posts_to_run_.push_back("Post " + pending.name);
}

JobRun::Prospect JobRun::if_cancelled() const {
  const std::lock_guard lock(mutex_);
  Prospect prospect;
  const auto& steps = order_.job->steps;
  const auto named = [&](const std::string& step) { return order_.info.name + " / " + step; };
  if (!post_runs_.empty()) prospect.runs.push_back(named(post_runs_));
  for (size_t i = begun_ == 0 ? 0 : begun_ - 1; i < steps.size() && post_runs_.empty(); ++i) {
    if (expr::calls(*steps[i].condition.expression, {"always", "cancelled"}))
      prospect.runs.push_back(named(plain_step_name(steps[i])));
    else if (i + 1 == begun_)
      prospect.ends = named(plain_step_name(steps[i]));
  }
  for (auto post = posts_to_run_.rbegin(); post != posts_to_run_.rend(); ++post)
    prospect.runs.push_back(named(*post));
  return prospect;
}

// Numbered behind the job's own steps, as posts are.
int JobRun::run_pres(JobState& state) {
  int number = static_cast<int>(order_.job->steps.size());
  for (const auto& step : order_.job->steps) {
    if (now_ || !step.uses || step.uses->owner.empty()) continue;
    if (builtin_for(services_.request, *step.uses) != nullptr) continue;
    notice_cancel(state);
    if (StepRun(state, state.frame, stop_, step, number + 1).run_pre()) ++number;
  }
  return number;
}

void JobRun::run_steps(JobState& state) {
  const int behind = run_pres(state);
  int number = 0;
  for (const auto& step : order_.job->steps) {
    if (now_) break;
    notice_cancel(state);
    note_progress(static_cast<size_t>(number) + 1, "");
    StepRun(state, state.frame, stop_, step, ++number).run(posts_);
  }
  run_posts(state, behind);
  notice_cancel(state);
}

void JobRun::run_posts(JobState& state, int number) {
  while (!posts_.empty() && !now_) {
    notice_cancel(state);
    const auto post = std::move(posts_.back());
    posts_.pop_back();
    note_progress(order_.job->steps.size(), "Post " + post.name);
    auto& frame = post.frame != nullptr ? *post.frame : state.frame;
    StepRun(state, frame, stop_, *post.step, ++number).run_post(post);
  }
}

std::vector<std::pair<std::string, std::string>> JobRun::outputs(JobState& state, JobEnd& end) {
  std::vector<std::pair<std::string, std::string>> kept;
  try {
    const auto scope = state.step_scope(state.frame, state.env, {}, services_.hard);
    for (auto& [name, value] : evaluate_string_map(order_.job->outputs, scope)) {
      if (value.empty()) continue;
      if (services_.masker.would_change(value)) {
        services_.reporter.warning(
            fmt::format("{}: Skip output '{}' since it may contain secret.", order_.info.name, name));
        continue;
      }
      kept.emplace_back(name, std::move(value));
    }
  } catch (const TemplateError& error) {
    end.conclusion = Outcome::failure;
    end.message = at(error.pos) + error.what();
  }
  return kept;
}

std::string JobRun::url(const JobState& state, JobEnd& end) const {
  const auto* url = order_.job->environment.find("url");
  if (url == nullptr) return "";
  try {
    const auto value = evaluate_string(*url, state.step_scope(state.frame, state.env, {}, services_.hard));
    if (!services_.masker.would_change(value)) return value;
    services_.reporter.warning(
        fmt::format("{}: Skip environment url since it may contain secret.", order_.info.name));
  } catch (const TemplateError& error) {
    end.conclusion = Outcome::failure;
    end.message = at(error.pos) + error.what();
  }
  return "";
}

bool JobRun::tolerated(const JobState& state, JobEnd& end) const {
  if (end.conclusion != Outcome::failure) return false;
  try {
    return evaluate_boolean(order_.job->continue_on_error, state.job_scope(), false);
  } catch (const TemplateError& error) {
    end.message = at(error.pos) + error.what();
    return false;
  }
}

}  // namespace runner
