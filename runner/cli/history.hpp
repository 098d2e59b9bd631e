// runner/cli/history.hpp -- `runner runs` and `runner logs`: what the journal holds, for people and as JSON.
// What is asked for goes to `fd`. They give the exit status, and throw Error and UsageError as the other
// commands do.
#pragma once
#include <chrono>
#include <string>

#include "runner/journal/journal.hpp"

namespace runner {

struct RunsOptions {
  size_t most = 20;
  std::string repository;                       // only its runs; empty: all
  std::string status, workflow, branch, event;  // only such runs; empty: any
  bool json = false;
  int columns = 0;  // of the terminal; 0: as wide as it gets
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};
std::string runs_text(Journal& journal, const RunsOptions& options, const TextStyle& style);
int runs_command(Journal& journal, const RunsOptions& options, int fd, const TextStyle& style);

struct LogsOptions {
  std::string run;         // an id; empty: the newest
  std::string repository;  // where to look for the newest
  LogQuery query;
};
int logs_command(Journal& journal, const LogsOptions& options, int fd, const TextStyle& style);

}  // namespace runner
