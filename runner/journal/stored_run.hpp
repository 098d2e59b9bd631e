// runner/journal/stored_run.hpp -- reads back what a recorder stored: events.jsonl into values, logs piece by
// piece.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/reporter.hpp"

namespace runner {

struct StoredStep {
  StepInfo info;
  std::chrono::system_clock::time_point started;
  int64_t begin = 0;           // in the log of its job
  std::optional<int64_t> end;  // none: it has not ended
  StepEnd result;
};

struct StoredJob {
  JobInfo info;
  bool started = false;
  std::map<int, StoredStep> steps;  // by number
  std::optional<JobEnd> end;
};

struct StoredRun {
  RunInfo info;
  std::string process;     // that ran it
  std::string repository;  // as in its record
  std::chrono::system_clock::time_point started;
  std::map<int, StoredJob> jobs;  // by index
  std::vector<std::string> warnings;
  std::optional<RunEnd> end;

  enum class Kind {
    run_started,
    job_started,
    step_started,
    step_finished,
    job_finished,
    run_finished,
    annotation,
    warning,
    other
  };
  struct Change {
    Kind kind = Kind::other;
    StoredJob* job = nullptr;
    StoredStep* step = nullptr;
    std::chrono::system_clock::time_point time{};
    Annotation annotation{};
  };
  // One line of events.jsonl. What cannot be read (the machine died while it was written) changes nothing.
  Change read(std::string_view line);
};

// Reads `path` from `from` up to `to`, in whole lines of at most some hundred KB at a time (one longer line
// is whole too). Gives the place behind what was read; a missing file is empty.
using ChunkSink = std::function<void(std::string_view lines)>;
int64_t read_lines(const std::filesystem::path& path, int64_t from, int64_t to, const ChunkSink& sink);
int64_t log_size(const std::filesystem::path& path);  // 0 when there is none

}  // namespace runner
