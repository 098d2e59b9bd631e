// Logs without end and full disks.
#include <signal.h>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::sample_record;
using test::SampleRun;
using test::shown;
using test::TempDir;

// Files of this process grow to at most `bytes` while it lives: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_CASE("journal: of a step that prints without end so much is kept, and the log says so") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = journal->begin(sample_record(), {});
  const auto recorder = journal->recorder(run, {}, {.step_bytes = 100});
  const JobInfo job{.index = 0, .id = "job", .name = "job", .needs = {}};
  recorder->run_started({.id = "1", .number = 1});
  recorder->job_started(job);
  for (int number = 1; number <= 2; ++number) {
    const StepInfo step{.job = &job, .number = number, .id = "", .name = "step", .what = "", .pos = {}};
    recorder->step_started(step);
    for (int line = 0; line < (number == 1 ? 10 : 2); ++line) recorder->log(step, "nineteen characters\n");
    recorder->step_finished(step, {});
  }
  const auto log = test::read_file(run.folder / "0.log");
  CHECK(log.find("##[warning]100 bytes of this step's log are not kept") == 100);
  CHECK(log.ends_with("bytes of a step\nnineteen characters\nnineteen characters\n"));
}

TEST_CASE("journal: a full disk costs lines and one warning, not the run") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = journal->begin(sample_record(), {});
  std::vector<std::string> warnings;
  const auto recorder = journal->recorder(run, [&](std::string_view text) { warnings.emplace_back(text); });
  const SampleRun sample;
  recorder->run_started(SampleRun::info());
  recorder->job_started(sample.build);
  recorder->step_started(sample.image);
  recorder->log(sample.image, "before\n");
  {
    const FullDisk full(3000);
    recorder->log(sample.image, std::string(4000, 'x') + "\n");
    recorder->log(sample.image, std::string(4000, 'y') + "\n");
  }
  recorder->log(sample.image, "after\n");
  recorder->step_finished(sample.image, {.note = "", .message = ""});
  recorder->job_finished(sample.build, {.message = "", .outputs = {}});
  recorder->run_finished({});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find((run.folder / "0.log").string()) != std::string::npos);
  CHECK(test::read_file(run.folder / "0.log") ==
        "before\n##[warning]8002 bytes of this log are missing here: File too large\nafter\n");
  CHECK(shown(run, {.job = "build/image"}) ==
        "before\nwarning: 8002 bytes of this log are missing here: File too large\nafter\n");
}

}  // namespace
}  // namespace runner
