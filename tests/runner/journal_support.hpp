// tests/runner/journal_support.hpp -- a run to record, and what the journal shows of it.
#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "runner/journal/journal.hpp"
#include "tests/runner/report_support.hpp"

namespace runner::test {

inline RunRecord sample_record() {
  return {.repository = "/srv/shop",
          .workflow_path = ".github/workflows/deploy.yml",
          .workflow_name = "Deploy",
          .event = "push",
          .ref = "refs/heads/main",
          .sha = "3f2c1ab55d0c8f3e",
          .actor = "ana",
          .title = "fix login",
          .started = {},
          .seconds = {},
          .status = "",
          .folder = {}};
}

// Runs `work` in a process of its own; gives its exit status.
template <class Work>
int in_child(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int code = 1;
    try {
      code = work();
    } catch (...) {
      code = 99;
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline std::string shown(const RunRecord& run, const LogQuery& query) {
  const Capture capture;
  write_logs(run, query, capture.fd(), {});
  return capture.text();
}

inline RunRecord stored_sample(Journal& journal) {
  auto run = journal.begin(sample_record(), 42);
  const auto recorder = journal.recorder(run);
  SampleRun().play(*recorder);
  journal.finish(run.id, "failure", 48.3);
  return *journal.find(run.id);
}

}  // namespace runner::test
