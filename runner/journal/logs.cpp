// `runner logs`: plays a stored run again into the plain text reporter.
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/journal/journal.hpp"
#include "runner/journal/log_times.hpp"
#include "runner/journal/process_id.hpp"
#include "runner/journal/stored_run.hpp"
#include "runner/report/json.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/markdown.hpp"
#include "runner/report/output.hpp"
#include "runner/report/text_reporter.hpp"
#include "runner/report/wrap.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kToTheEnd = std::numeric_limits<int64_t>::max();

bool is_job(const JobInfo& job, std::string_view name) {
  return equal_ignoring_case(job.id, name) || equal_ignoring_case(job.name, name);
}

bool is_step(const StepInfo& step, std::string_view name) {
  return equal_ignoring_case(step.id, name) || equal_ignoring_case(step.name, name) ||
         fmt::format("{}", step.number) == name;
}

// What of a run was asked for: all, "job" or "job/step". Names may hold slashes themselves.
class Selection {
 public:
  explicit Selection(std::string wanted) : wanted_(std::move(wanted)) {}
  bool all() const { return wanted_.empty(); }
  bool has(const JobInfo& job) const { return all() || is_job(job, wanted_) || !step_names(job).empty(); }
  bool has(const StepInfo& step) const {
    if (all() || is_job(*step.job, wanted_)) return true;
    const auto names = step_names(*step.job);
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return is_step(step, name); });
  }
  bool one_step(const JobInfo& job) const { return !all() && !is_job(job, wanted_); }

 private:
  std::vector<std::string_view> step_names(const JobInfo& job) const {
    std::vector<std::string_view> names;
    for (auto at = wanted_.find('/'); at != std::string::npos; at = wanted_.find('/', at + 1)) {
      if (is_job(job, std::string_view(wanted_).substr(0, at))) {
        names.push_back(std::string_view(wanted_).substr(at + 1));
      }
    }
    return names;
  }
  std::string wanted_;
};

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", name);
  return text;
}

void check(const Selection& selection, const StoredRun& run, const RunRecord& record, const LogQuery& query) {
  std::vector<std::string> jobs, steps;
  bool found = selection.all();
  for (const auto& [index, job] : run.jobs) {
    jobs.push_back(job.info.name);
    if (!selection.has(job.info)) continue;
    if (!selection.one_step(job.info) || job.steps.empty()) return;
    for (const auto& [number, step] : job.steps) {
      steps.push_back(step.info.name);
      found = found || selection.has(step.info);
    }
  }
  if (found) return;
  if (!steps.empty()) {
    throw UsageError("run {} has no step \"{}\"; steps of this job: {}", record.id, query.job, listed(steps));
  }
  throw UsageError("run {} has no job \"{}\"{}; its jobs: {}", record.id, query.job,
                   did_you_mean(query.job, jobs), jobs.empty() ? "none was planned" : listed(jobs));
}

StoredRun stored_run(const RunRecord& record) {
  StoredRun run;
  read_lines(record.folder / "events.jsonl", 0, kToTheEnd, [&](std::string_view lines) {
    for (const auto line : split_lines(lines)) run.read(line);
  });
  return run;
}

// "summary-2-3.1.md": of the job with index 2, its step 3.1; in the order of the steps.
std::map<std::vector<int>, fs::path> summary_files(const fs::path& folder, int job) {
  const auto prefix = fmt::format("summary-{}-", job);
  std::map<std::vector<int>, fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().stem().string();
    if (!name.starts_with(prefix) || entry.path().extension() != ".md") continue;
    std::vector<int> key;
    for (const auto part : split(std::string_view(name).substr(prefix.size()), '.'))
      key.push_back(std::atoi(std::string(part).c_str()));
    found[key] = entry.path();
  }
  return found;
}

class Playback {
 public:
  Playback(const RunRecord& record, const LogQuery& query, int fd, const TextStyle& style)
      : record_(record), query_(query), selection_(query.job), fd_(fd), style_(style) {
    TextSurroundings surroundings;
    surroundings.sign_of_life = {};
    surroundings.prefix = query.follow;  // jobs are mixed only while they run
    surroundings.ends = selection_.all() && !query.failed_only;
    surroundings.on_lost = [](int error) { throw Error("write the log: {}", strerror(error)); };
    if (query.json)
      reporter_ = make_json_reporter(
          fd, [this] { return time_; }, surroundings.on_lost);
    else
      reporter_ = make_plain_reporter(fd, style, surroundings);
  }

  void write_stored() {
    read_events([](const StoredRun::Change&) {});
    check(selection_, run_, record_, query_);
    if (whole()) begin();
    for (auto& [index, job] : run_.jobs) {
      if (selection_.has(job.info)) write_job(job);
    }
    if (whole()) finish();
  }

  // In the order they happened, all that there is by now.
  void write_events() {
    const auto all = stored_run(record_);
    check(selection_, all, record_, query_);
    if (query_.failed_only) failed_ = failed_steps(all);
    read_events([&](const StoredRun::Change& change) { play(change); });
    drain_all();
    if (whole()) finish();
  }

  void write_summaries() {
    read_events([](const StoredRun::Change&) {});
    check(selection_, run_, record_, query_);
    const Paint paint(style_);
    std::string text;
    for (const auto& [index, job] : run_.jobs) {
      std::string markdown;
      for (const auto& [key, file] : summary_files(record_.folder, index)) {
        if (selection_.has(job.info)) markdown += read_file(file);
      }
      if (markdown.empty()) continue;
      if (!markdown.ends_with('\n')) markdown += '\n';
      text += style_.tty ? paint.bold("summary of " + one_line(job.info.name)) + "\n" +
                               plain_markdown(harmless_lines(markdown), paint)
                         : markdown;
    }
    if (text.empty())
      throw UsageError("run {} has no summary: no step wrote to GITHUB_STEP_SUMMARY", record_.id);
    if (style_.tty) text = wrapped_lines(text, terminal_size(fd_).columns);
    if (!write_all(fd_, text)) throw Error("write the summary: {}", strerror(errno));
  }

  void follow() {
    const Watch watch(record_.folder);
    while (true) {
      // The sizes first: lines behind them may belong to a step whose start is not read yet.
      const auto sizes = running_sizes();
      const bool changed = read_events([&](const StoredRun::Change& change) { play(change); });
      bool more = false;
      for (const auto& [index, size] : sizes) more = drain(run_.jobs.at(index), size) || more;
      if (run_.end) break;
      if (changed || more) continue;
      if (!watch.wait() && !is_alive(run_.process) && !read_events([&](const auto& change) { play(change); }))
        break;
    }
    if (run_.jobs.empty() || run_.end) check(selection_, run_, record_, query_);
    if (!run_.end) drain_all();
    if (whole()) finish();
  }

 private:
  // Tells when something in a folder changes; looks by itself twice a second where that is not told.
  class Watch {
   public:
    explicit Watch(const fs::path& folder) : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
      if (fd_ >= 0) ::inotify_add_watch(fd_, folder.c_str(), IN_MODIFY | IN_CREATE);
    }
    ~Watch() {
      if (fd_ >= 0) ::close(fd_);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    bool wait() const {  // false when nothing was told
      constexpr int kMilliseconds = 500;
      pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, kMilliseconds) <= 0) return false;
      char buffer[4096];
      while (::read(fd_, buffer, sizeof buffer) > 0) {
      }
      return true;
    }

   private:
    int fd_;
  };

  using StepKey = std::pair<int, int>;  // job's index, number

  static std::set<StepKey> failed_steps(const StoredRun& run) {
    std::set<StepKey> failed;
    for (const auto& [index, job] : run.jobs) {
      for (const auto& [number, step] : job.steps) {
        if (step.end && step.result.conclusion == Outcome::failure) failed.emplace(index, number);
      }
    }
    return failed;
  }

  bool whole() const { return selection_.all() && !query_.failed_only; }
  bool is_wanted(const StepInfo& step) const {
    return selection_.has(step) && (!query_.failed_only || failed_.contains({step.job->index, step.number}));
  }

  fs::path log_file(const StoredJob& job) const {
    return record_.folder / fmt::format("{}.log", job.info.index);
  }

  // True when there was an event.
  bool read_events(const std::function<void(const StoredRun::Change&)>& on_change) {
    const auto before = events_read_;
    events_read_ =
        read_lines(record_.folder / "events.jsonl", before, kToTheEnd, [&](std::string_view lines) {
          for (const auto line : split_lines(lines)) on_change(run_.read(line));
        });
    return events_read_ != before;
  }

  void begin() {
    if (run_.info.id.empty()) run_.info.id = fmt::format("{}", record_.id);
    reporter_->run_started(run_.info);
  }

  void finish() {
    if (run_.end) {
      reporter_->run_finished(*run_.end);
    } else if (!is_alive(run_.process)) {
      for (const auto& warning : run_.warnings)
        reporter_->warning(warning);  // what was found alive stands here
      reporter_->run_finished({Outcome::cancelled, 0, "interrupted: the process that ran it is gone"});
    }
  }

  void write_job(StoredJob& job) {
    const bool raw = selection_.one_step(job.info);
    if (!raw && !query_.failed_only && job.started) reporter_->job_started(job.info);
    for (const auto& [number, step] : job.steps) {
      if (!selection_.has(step.info)) continue;
      const bool failed = step.end && step.result.conclusion == Outcome::failure;
      if (query_.failed_only && !failed) continue;
      if (!raw) reporter_->step_started(step.info);
      // A step that never ended has the rest of the log.
      write_log(job, step, step.begin, step.end.value_or(kToTheEnd));
      if (!raw && step.end) reporter_->step_finished(step.info, step.result);
    }
    if (!raw && !query_.failed_only && job.end) reporter_->job_finished(job.info, *job.end);
  }

  int64_t write_log(const StoredJob& job, const StoredStep& step, int64_t from, int64_t to) {
    return read_lines(log_file(job), from, to, [&](std::string_view lines) {
      if (query_.json || query_.timestamps)
        log_with_times(job, step, from, lines);
      else
        reporter_->log(step.info, lines);
      from += static_cast<int64_t>(lines.size());
    });
  }

  void log_with_times(const StoredJob& job, const StoredStep& step, int64_t offset, std::string_view lines) {
    auto& times = times_.try_emplace(job.info.index, log_file(job)).first->second;
    times.split(offset, lines, step.started, [&](SystemTime time, std::string_view piece) {
      time_ = time;
      reporter_->log(step.info, query_.json ? std::string(piece) : stamped(time, piece));
    });
  }

  // The time in front, as in GitHub's own logs; what only opens and closes things on a page is left out.
  static std::string stamped(SystemTime time, std::string_view lines) {
    const auto stamp = rfc3339(time);
    std::string text;
    for (const auto raw : split_lines(lines)) {
      const auto line = read_line(raw);
      if (line.kind == LineKind::endgroup || line.kind == LineKind::debug) continue;
      text += fmt::format("{} {}{}\n", stamp, line_label(line.kind), line.text);
    }
    return text;
  }

  void play(const StoredRun::Change& change) {
    time_ = change.time;
    if (query_.json && change.kind == StoredRun::Kind::warning && whole())
      reporter_->warning(run_.warnings.back());
    if (change.kind == StoredRun::Kind::run_started && whole()) begin();
    if (change.job == nullptr || !selection_.has(change.job->info)) return;
    const bool raw = selection_.one_step(change.job->info) && !query_.json;
    if (change.step != nullptr) {
      if (change.kind == StoredRun::Kind::step_started) places_[change.job->info.index] = change.step->begin;
      if (!is_wanted(change.step->info)) return;
      if (query_.json && change.kind == StoredRun::Kind::annotation)
        reporter_->annotation(change.step->info, change.annotation);
      if (change.kind == StoredRun::Kind::step_started && !raw) reporter_->step_started(change.step->info);
      if (change.kind != StoredRun::Kind::step_finished) return;
      drain_step(*change.job, *change.step, *change.step->end);
      time_ = change.time;
      if (query_.json) play_summaries(change.job->info, change.step->info);
      if (!raw) reporter_->step_finished(change.step->info, change.step->result);
    } else if (query_.failed_only) {
      return;
    } else if (!raw && change.kind == StoredRun::Kind::job_started) {
      reporter_->job_started(change.job->info);
    } else if (!raw && change.kind == StoredRun::Kind::job_finished) {
      reporter_->job_finished(change.job->info, *change.job->end);
    } else if (!raw) {
      reporter_->job_queued(change.job->info);
    }
  }

  void play_summaries(const JobInfo& job, const StepInfo& step) {
    for (const auto& [key, file] : summary_files(record_.folder, job.index)) {
      if (key.front() == step.number) reporter_->summary(step, read_file(file));
    }
  }

  std::map<int, int64_t> running_sizes() const {
    std::map<int, int64_t> sizes;
    for (const auto& [index, job] : run_.jobs) {
      if (job.started && !job.end) sizes[index] = log_size(log_file(job));
    }
    return sizes;
  }

  bool drain_step(const StoredJob& job, const StoredStep& step, int64_t to) {
    auto& place = places_[job.info.index];
    const auto before = place;
    place = write_log(job, step, place, to);
    return place != before;
  }

  // What the running step has written by now; true when there was something.
  bool drain(const StoredJob& job, int64_t to) {
    if (job.steps.empty()) return false;
    const auto& step = job.steps.rbegin()->second;
    return !step.end && is_wanted(step.info) && drain_step(job, step, to);
  }

  void drain_all() {
    for (const auto& [index, job] : run_.jobs) drain(job, kToTheEnd);
  }

  RunRecord record_;
  LogQuery query_;
  Selection selection_;
  int fd_;
  TextStyle style_;
  std::unique_ptr<Reporter> reporter_;
  StoredRun run_;
  int64_t events_read_ = 0;
  std::map<int, int64_t> places_;  // in each job's log
  std::map<int, StoredLogTimes> times_;
  std::set<StepKey> failed_;
  SystemTime time_;  // of what is told
};

}  // namespace

RunCounts count_steps(const RunRecord& run) {
  const auto stored = stored_run(run);
  RunCounts counts{.jobs = stored.jobs.size()};
  for (const auto& [index, job] : stored.jobs) counts.steps += job.steps.size();
  return counts;
}

void write_logs(const RunRecord& run, const LogQuery& query, int fd, const TextStyle& style) {
  std::error_code error;
  if (!fs::exists(run.folder / "events.jsonl", error)) {
    throw Error("run {} has no record in {}", run.id, run.folder.string());
  }
  Playback playback(run, query, fd, style);
  if (query.summary) return playback.write_summaries();
  if (query.follow && !query.failed_only) return playback.follow();
  if (query.json) return playback.write_events();
  playback.write_stored();
}

}  // namespace runner
