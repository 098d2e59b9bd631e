// runner/journal/journal.hpp -- the record of runs: numbers, results and masked logs, in the state folder
// (0700). SQLite holds the list of runs; each run has a folder with its events (JSON lines) and one log file
// a job. A run whose process is gone without an end is shown as interrupted.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/reporter.hpp"

namespace runner {

struct RunRecord {
  int64_t id = 0;
  std::string repository, workflow_path, workflow_name, event, ref, sha, actor, title;
  int number = 0, attempt = 1;
  std::chrono::system_clock::time_point started;
  std::optional<double> seconds;  // none: it has not ended
  std::string status;             // success, failure, cancelled; running; interrupted
  std::filesystem::path folder;   // of its events, logs and artifacts
};

struct LogLimits {
  int64_t step_bytes = int64_t{1} << 30;  // what a step prints beyond that is not kept; the log says so
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Takes the next id, and the next number of this repository and workflow (or `first_number` and from there
  // on), and makes the folder; safe against other processes. No flush to disk is waited for.
  virtual RunRecord begin(RunRecord run, std::optional<int> first_number) = 0;
  // The number that the next run of this workflow will have.
  virtual int next_number(const std::string& repository, const std::string& workflow_path) = 0;
  // Does not throw: the result of a run does not depend on its record. Says on stderr what could not be
  // stored.
  virtual void finish(int64_t id, std::string_view conclusion, double seconds) = 0;
  // A reporter that stores what happens below `run.folder`. When that fails (disk full) it goes on, marks the
  // gap in the log and tells `warn` once; without one, stderr. `warn` must not call the recorder.
  using Warn = std::function<void(std::string_view text)>;
  virtual std::unique_ptr<Reporter> recorder(const RunRecord& run, Warn warn = {},
                                             const LogLimits& limits = {}) = 0;
  // Newest first; of all repositories when `repository` is empty; only those that are `wanted`.
  using Wanted = std::function<bool(const RunRecord& run)>;
  virtual std::vector<RunRecord> runs(size_t most, const std::string& repository,
                                      const Wanted& wanted = {}) = 0;
  virtual std::optional<RunRecord> find(int64_t id) = 0;
};

// Opens or makes the journal below `state_dir`. Runs that the list has lost (it was damaged, or the machine
// went down) come back from their folders. Throws Error that names the folder and the cause.
std::unique_ptr<Journal> open_journal(const std::filesystem::path& state_dir);
// To read alone: makes nothing, and needs no right to write. Without a list of runs there it is empty.
std::unique_ptr<Journal> read_journal(const std::filesystem::path& state_dir);

// `runner logs`: the stored log of a run, all jobs or those whose id or name is `job`, a step's by
// "job/step". With `follow`, goes on until the run has ended. Throws UsageError with the jobs there are for a
// wrong name.
struct LogQuery {
  std::string job;
  bool failed_only = false, follow = false;
  bool timestamps = false;  // before each line of text
  bool json = false;        // as the events of the run, in the order they happened
  bool summary = false;  // what steps wrote to GITHUB_STEP_SUMMARY instead: Markdown, on a terminal as text
};
void write_logs(const RunRecord& run, const LogQuery& query, int fd, const TextStyle& style);

// Of its record: jobs that were planned or ran, and steps that began.
struct RunCounts {
  size_t jobs = 0, steps = 0;
};
RunCounts count_steps(const RunRecord& run);

}  // namespace runner
