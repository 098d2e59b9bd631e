#include "runner/exec/scheduler.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "runner/contexts/job_graph.hpp"
#include "runner/exec/job_run.hpp"
#include "runner/order/legs.hpp"

namespace runner {
namespace {

constexpr int kCancelGraceMinutes = 5;  // execution.md 1.9

struct Leg {
  explicit Leg(const RunServices& services, JobOrder order) : run(services, std::move(order)) {}
  JobRun run;
  enum class State { queued, running, done } state = State::queued;
  std::jthread thread;
};

struct JobTrack {
  const Job* job = nullptr;
  int index = 0;
  bool decided = false;
  JobLegs limits;
  std::deque<Leg> legs;
  std::vector<JobEnd> ends;  // in order
  size_t running = 0;
};

class Scheduler {
 public:
  Scheduler(const RunServices& services, std::stop_source hard)
      : services_(services),
        hard_(std::move(hard)),
        graph_(services.request, services.request.call, selected_jobs(services.request)) {
    for (const auto* job : graph_.jobs()) {
      auto& track = tracks_.emplace_back();
      track.job = job;
      track.index = next_index_++;
    }
  }

  Outcome run(const Interrupts& interrupts) {
    for (const auto& track : tracks_) {
      services_.reporter.job_queued(info_of(track));
    }
    const std::stop_callback on_cancel(interrupts.cancel, [this] { wake([this] { cancel_asked_ = true; }); });
    const std::stop_callback on_now(interrupts.now, [this] { wake([this] { now_asked_ = true; }); });
    std::unique_lock lock(mutex_);
    while (true) {
      obey_interrupts();
      decide_ready_jobs();
      if (all_done()) break;
      start_legs();
      changed_.wait(lock, [this] { return std::exchange(woken_, false); });
    }
    return graph_.conclusion(cancelled_);
  }

 private:
  void wake(const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    woken_ = true;
    changed_.notify_all();
  }

  // Of a job whose legs are not known, or never will be.
  JobInfo info_of(const JobTrack& track) const {
    return {track.index, track.job->id, plain_job_name(*track.job), values(track.job->needs)};
  }

  bool all_done() const {
    return std::all_of(tracks_.begin(), tracks_.end(), [](const auto& track) {
      return track.decided && track.ends.size() == track.legs.size();
    });
  }

  // Until nothing changes: a skipped job makes the next one ready.
  void decide_ready_jobs() {
    for (bool again = true; again;) {
      again = false;
      for (auto& track : tracks_) {
        if (track.decided || !graph_.ready(*track.job)) continue;
        decide(track);
        again = again || track.legs.empty();
      }
    }
  }

  void decide(JobTrack& track) {
    track.decided = true;
    if (now_) return settle(track, {.conclusion = Outcome::cancelled, .message = "", .outputs = {}});
    try {
      const auto scope = graph_.scope(*track.job, cancelled_);
      if (!expr::evaluate(*track.job->condition.expression, scope).truthy()) {
        const auto conclusion = cancelled_ ? Outcome::cancelled : Outcome::skipped;
        return settle(track, {.conclusion = conclusion, .message = "", .outputs = {}});
      }
      expand(track, scope);
    } catch (const TemplateError& error) {
      settle(track, failed(error.pos, error.what()));
    } catch (const std::exception& error) {
      settle(track, failed(track.job->condition.pos, error.what()));
    }
  }

  void expand(JobTrack& track, const expr::Scope& scope) {
    auto legs = expand_job(services_.request, services_.request.call, *track.job, scope);
    for (const auto& order : legs.orders) {
      const auto unserved =
          unserved_labels(services_.request, runs_on_labels(*track.job, leg_scope(scope, order)));
      if (unserved.empty()) continue;
      return settle(
          track, failed(track.job->runs_on.pos,
                        fmt::format("this machine does not serve the label {}: say what stands for it with "
                                    "--platform {}=host",
                                    unserved.front(), unserved.front())));
    }
    for (auto& order : legs.orders) {
      order.info.index = track.legs.empty() ? track.index : next_index_++;
      order.needs = graph_.needs_context(*track.job);
      if (legs.orders.size() > 1 || !order.matrix.is_null()) services_.reporter.job_queued(order.info);
      track.legs.emplace_back(services_, std::move(order));
    }
    legs.orders.clear();
    track.limits = std::move(legs);
  }

  JobEnd failed(Pos pos, const std::string& message) const {
    const auto text = place_text(services_.request.call.path, pos) + ": " + message;
    return {.conclusion = Outcome::failure, .message = text, .outputs = {}};
  }

  // A job that ends without having run.
  void settle(JobTrack& track, const JobEnd& end) {
    services_.reporter.job_finished(info_of(track), end);
    auto& result = graph_.result(track.job->id);
    result = merged({end});
  }

  void start_legs() {
    for (auto& track : tracks_) {
      for (auto& leg : track.legs) {
        if (leg.state == Leg::State::done && leg.thread.joinable())
          leg.thread.join();  // gives its stack back
        if (running_ >= static_cast<size_t>(services_.request.parallel)) return;
        if (leg.state != Leg::State::queued) continue;
        if (track.limits.max_parallel != 0 && track.running >= track.limits.max_parallel) break;
        leg.state = Leg::State::running;
        ++running_, ++track.running;
        leg.thread = std::jthread([this, &track, &leg] {
          auto end = leg.run.run();
          wake([&] { leg_ended(track, leg, std::move(end)); });
        });
      }
    }
  }

  void leg_ended(JobTrack& track, Leg& leg, JobEnd end) {
    leg.state = Leg::State::done;
    --running_, --track.running;
    const bool breaks = end.conclusion == Outcome::failure && !end.tolerated && track.limits.fail_fast;
    track.ends.push_back(std::move(end));
    if (breaks) cancel_legs(track);
    finish_when_all_ended(track);
  }

  void cancel_legs(JobTrack& track) {
    for (auto& leg : track.legs) {
      if (leg.state == Leg::State::running) leg.run.cancel();
      if (leg.state != Leg::State::queued) continue;
      leg.state = Leg::State::done;
      track.ends.push_back({.conclusion = Outcome::cancelled, .message = "", .outputs = {}});
      services_.reporter.job_finished(leg.run.order().info, track.ends.back());
    }
  }

  void finish_when_all_ended(JobTrack& track) {
    if (track.ends.size() == track.legs.size()) graph_.result(track.job->id) = merged(track.ends);
  }

  void obey_interrupts() {
    if (cancel_asked_ && !cancelled_ && !now_asked_) {
      cancelled_ = true;
      const auto text = cancel_text();
      cancel_jobs();
      services_.reporter.turned(Turn::cancel, text);
      const auto due = Deadlines::Clock::now() + services_.minute * kCancelGraceMinutes;
      grace_ = services_.deadlines.at(due, [this] { wake([this] { now_asked_ = true; }); });
    }
    if (!now_asked_ || now_) return;
    cancelled_ = now_ = true;
    const auto ended = described(services_.reaper.running());
    for (auto& track : tracks_) {
      cancel_legs(track);
      finish_when_all_ended(track);
      for (auto& leg : track.legs) {
        if (leg.state == Leg::State::running) leg.run.stop_now();
      }
    }
    hard_.request_stop();  // last: a job whose process is gone must know by then that no step may begin
    services_.reporter.turned(
        Turn::stop, ended.empty() ? "stopping at once" : "stopping at once; ends what runs: " + ended);
  }

  // In the state before the cancel: what ends, what goes on, what a second one does.
  std::string cancel_text() const {
    std::vector<std::string> ends, runs;
    for (const auto& track : tracks_) {
      const bool always = expr::calls(*track.job->condition.expression, {"always", "cancelled"});
      if (!track.decided && always) runs.push_back(plain_job_name(*track.job));
      for (const auto& leg : track.legs) {
        if (leg.state != Leg::State::running) continue;
        auto prospect = leg.run.if_cancelled();
        if (always) {
          runs.push_back(leg.run.order().info.name);
          continue;
        }
        if (!prospect.ends.empty()) ends.push_back(std::move(prospect.ends));
        std::move(prospect.runs.begin(), prospect.runs.end(), std::back_inserter(runs));
      }
    }
    auto text = std::string("cancelling");
    if (!ends.empty()) {
      const auto& times = services_.kill_times;
      const auto seconds =
          std::chrono::duration<double>(times.after_interrupt + times.after_terminate).count();
      text +=
          fmt::format(" {}, which {} {:.0f} s to end", few(ends), ends.size() == 1 ? "has" : "have", seconds);
    }
    if (!runs.empty()) text += "; waiting for " + few(runs);
    return text + "; Ctrl-C again stops at once";
  }

  static std::string few(const std::vector<std::string>& names) {
    constexpr size_t kNamed = 4;
    const auto shown = std::min(names.size(), kNamed);
    auto text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return shown == names.size() ? text : text + fmt::format(" and {} more", names.size() - shown);
  }

  // Each unfinished job's own `if` is asked once more, with the run now cancelled.
  void cancel_jobs() {
    for (auto& track : tracks_) {
      if (!track.decided || track.ends.size() == track.legs.size()) continue;
      bool goes_on = false;
      try {
        goes_on = expr::evaluate(*track.job->condition.expression, graph_.scope(*track.job, true)).truthy();
      } catch (const std::exception&) {  // it held before: an error now means it does not
      }
      if (goes_on) continue;
      cancel_legs(track);
      finish_when_all_ended(track);
    }
  }

  const RunServices& services_;
  std::stop_source hard_;
  JobGraph graph_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int next_index_ = 0;
  size_t running_ = 0;
  bool woken_ = false, cancel_asked_ = false, now_asked_ = false, cancelled_ = false, now_ = false;
  Deadlines::Handle grace_;
  std::deque<JobTrack> tracks_;  // last: its threads end before the rest goes
};

}  // namespace

Outcome run_workflow(const RunServices& services, const Interrupts& interrupts, std::stop_source hard) {
  return Scheduler(services, std::move(hard)).run(interrupts);
}

}  // namespace runner
