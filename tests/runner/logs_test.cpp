// `runner logs` and `runner runs`: what they show, and what they say to a wrong name.
#include <fcntl.h>
#include <signal.h>

#include <thread>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "runner/cli/history.hpp"
#include "steps/system/fd.hpp"
#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::Capture;
using test::sample_record;
using test::SampleRun;
using test::shown;
using test::stored_sample;
using test::TempDir;

TEST_CASE("logs: whole outputs") {
  struct Case {
    const char* name;
    LogQuery query;
  };
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = stored_sample(*journal);
  for (const auto& c : {Case{"logs-all", {}}, Case{"logs-failed", {.job = "", .failed_only = true}},
                        Case{"logs-job", {.job = "build"}}, Case{"logs-job-by-name", {.job = "deploy (us)"}},
                        Case{"logs-step", {.job = "build/docker build"}},
                        Case{"logs-follow-of-ended", {.job = "", .follow = true}}}) {
    SUBCASE(c.name) { test::check_output(c.name, shown(run, c.query)); }
  }
  CHECK(shown(run, {.job = "build/1"}) == shown(run, {.job = "build/image"}));
  CHECK(shown(run, {.job = "deploy"}).find("Copy files") != std::string::npos);
}

TEST_CASE("logs: a wrong name tells the right ones") {
  struct Case {
    const char* wanted;
    const char* told;
  };
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = stored_sample(*journal);
  for (const auto& c :
       {Case{"buld", "did you mean \"build\"?"}, Case{"x", "its jobs: \"build\", \"deploy (eu)\""},
        Case{"build/nope", "steps of this job: \"docker build\", \"Run make lint\""}}) {
    SUBCASE(c.wanted) {
      CHECK_THROWS_WITH_AS(shown(run, {.job = c.wanted}), doctest::Contains(c.told), UsageError);
    }
  }
}

TEST_CASE("logs: follow shows what comes, and ends with the run") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = journal->begin(sample_record(), 42);
  const auto recorder = journal->recorder(run);
  const Capture capture;
  const SampleRun sample;
  recorder->run_started(SampleRun::info());
  std::jthread follower([&] { write_logs(run, {.job = "", .follow = true}, capture.fd(), {}); });
  const auto appears = [&](std::string_view text) {
    for (int i = 0; i < 2000 && capture.text().find(text) == std::string::npos; ++i) ::usleep(5000);
    return capture.text().find(text) != std::string::npos;
  };
  recorder->job_started(sample.build);
  recorder->step_started(sample.image);
  recorder->log(sample.image, "first\n");
  CHECK(appears("build/image | first\n"));
  recorder->log(sample.image, "second\n");
  CHECK(appears("build/image | second\n"));
  recorder->step_finished(sample.image, {.seconds = 1, .note = "", .message = ""});
  recorder->step_started(sample.lint);
  recorder->log(sample.lint, "third\n");
  recorder->step_finished(sample.lint, {.seconds = 1, .note = "", .message = ""});
  recorder->job_finished(sample.build, {.seconds = 2, .message = "", .outputs = {}});
  recorder->run_finished({.seconds = 3, .message = ""});
  follower.join();
  CHECK(
      capture.text().ends_with("build/Run make lint | third\n✓ build / Run make lint  1.0s\n✓ build  00:02\n"
                               "PASSED 00:03 · build 00:02 ✓\n"));
}

TEST_CASE("logs: follow ends when the process of the run is killed") {
  const TempDir folder;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto journal = open_journal(folder.path());
    const auto recorder = journal->recorder(journal->begin(sample_record(), {}));
    SampleRun().first_half(*recorder);
    SampleRun().both_deploy(*recorder);
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  const auto run = open_journal(folder.path())->runs(1, "").at(0);
  CHECK(run.status == "running");
  const Capture capture;
  std::jthread follower([&] { write_logs(run, {.job = "", .follow = true}, capture.fd(), {}); });
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  follower.join();
  CHECK(capture.text().find("address already in use") != std::string::npos);
  CHECK(capture.text().find("interrupted") != std::string::npos);
  ::close(ready[0]), ::close(ready[1]);
}

TEST_CASE("logs: what cannot be written is an error") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = stored_sample(*journal);
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK_THROWS_WITH_AS(write_logs(run, {}, full.get(), {}), doctest::Contains("No space left on device"),
                       Error);
  CHECK_THROWS_WITH_AS(write_logs(run, {.json = true}, full.get(), {}),
                       doctest::Contains("No space left on device"), Error);
  CHECK(runs_command(*journal, {.most = 5, .repository = ""}, full.get(), {}) == 1);
}

TEST_CASE("runs: whole outputs") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  journal->finish(journal->begin(sample_record(), {}).id, "success", 125);
  auto tag = sample_record();
  tag.ref = "refs/tags/v1",
  tag.title = "a title that is much too long to stand in one line of a table with all the rest";
  journal->finish(journal->begin(tag, {}).id, "failure", 48);
  const auto newest = journal->begin(sample_record(), {});
  RunsOptions options;
  options.now = newest.started + std::chrono::minutes(12);
  const auto table = [&](bool json, int columns) {
    options.json = json, options.columns = columns;
    const Capture capture;
    CHECK(runs_command(*journal, options, capture.fd(), {}) == 0);
    return capture.text();
  };
  test::check_output("runs", table(false, 0));
  test::check_output("runs-narrow", table(false, 70));
  const auto json = table(true, 0);
  CHECK(json.starts_with("[\n{\"id\":3,\"number\":3,\"attempt\":1,\"status\":\"running\""));
  CHECK(json.find("\"seconds\":null}") != std::string::npos);
  CHECK(json.ends_with("\"seconds\":125.000}\n]\n"));
}

TEST_CASE("logs: the newest run when none is named; words for a wrong one") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const Capture capture;
  const auto logs = [&](const std::string& run) {
    return logs_command(*journal, {.run = run, .repository = "", .query = {}}, capture.fd(), {});
  };
  CHECK_THROWS_WITH_AS(logs(""), doctest::Contains("no run yet"), UsageError);
  stored_sample(*journal);
  CHECK(logs("") == 0);
  CHECK(capture.text().find("FAILED 00:48") != std::string::npos);
  CHECK_THROWS_WITH_AS(logs("7"), doctest::Contains("no run 7"), UsageError);
  CHECK_THROWS_WITH_AS(logs("x"), doctest::Contains("not the number of a run"), UsageError);
}

}  // namespace
}  // namespace runner
