// The record of runs: numbers between processes, what is stored and shown again, interruptions, full disks.
#include "runner/journal/journal.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include "parser/base/error.hpp"
#include "runner/cli/history.hpp"
#include "runner/journal/append_file.hpp"
#include "runner/journal/process_id.hpp"
#include "steps/system/fd.hpp"
#include "tests/runner/report_support.hpp"

namespace runner {
namespace {

using test::Capture;
using test::SampleRun;
using test::TempDir;

RunRecord record() {
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

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

std::string shown(const RunRecord& run, const LogQuery& query) {
  const Capture capture;
  write_logs(run, query, capture.fd(), {});
  return capture.text();
}

RunRecord stored_sample(Journal& journal) {
  auto run = journal.begin(record(), 42);
  const auto recorder = journal.recorder(run);
  SampleRun().play(*recorder);
  journal.finish(run.id, "failure", 48.3);
  return *journal.find(run.id);
}

TEST_CASE("journal: numbers go up for each repository and workflow, and from a given one on") {
  const TempDir folder;
  const auto journal = open_journal(folder.path() / "state");
  auto other = record();
  other.workflow_path = "test.yml";
  CHECK(journal->begin(record(), {}).number == 1);
  CHECK(journal->begin(record(), {}).number == 2);
  CHECK(journal->begin(other, {}).number == 1);
  CHECK(journal->begin(record(), 100).number == 100);
  CHECK(journal->begin(record(), {}).number == 101);
  CHECK(journal->begin(other, {}).id == 6);
  auto again = record();
  again.number = 7, again.attempt = 2;
  CHECK(journal->begin(again, {}).number == 7);
}

TEST_CASE("journal: two processes never get the same number") {
  const TempDir folder;
  const auto take = [&] {
    try {
      const auto journal = open_journal(folder.path());
      for (int i = 0; i < 50; ++i) journal->begin(record(), {});
      return std::string();
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(take().empty() ? 0 : 1);
  const auto trouble = take();
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(trouble == "");
  REQUIRE(status == 0);
  std::set<int> numbers;
  for (const auto& run : open_journal(folder.path())->runs(1000, "")) numbers.insert(run.number);
  CHECK(numbers.size() == 100);
  CHECK(*numbers.rbegin() == 100);
}

TEST_CASE("journal: only its owner may read it") {
  const TempDir folder;
  const auto state = folder.path() / "a" / "state";
  const auto journal = open_journal(state);
  const auto run = stored_sample(*journal);
  CHECK(mode_of(state) == 0700);
  CHECK(mode_of(state / "runs.sqlite") == 0600);
  CHECK(mode_of(state / "runs.sqlite-wal") == 0600);
  CHECK(mode_of(run.folder) == 0700);
  CHECK(mode_of(run.folder / "events.jsonl") == 0600);
  CHECK(mode_of(run.folder / "0.log") == 0600);
}

TEST_CASE("journal: a run keeps what it was begun with, newest first") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto first = journal->begin(record(), {});
  auto other = record();
  other.repository = "/srv/other";
  const auto second = journal->begin(other, {});
  journal->finish(first.id, "success", 1.5);
  const auto all = open_journal(folder.path())->runs(10, "");
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == second.id);
  CHECK(all[0].status == "running");
  CHECK(all[1].status == "success");
  CHECK(all[1].seconds == 1.5);
  CHECK(all[1].title == "fix login");
  CHECK(journal->runs(10, "/srv/shop").size() == 1);
  CHECK(journal->runs(1, "").size() == 1);
  CHECK_FALSE(journal->find(99));
}

TEST_CASE("journal: a run whose process was killed is interrupted") {
  const TempDir folder;
  const int status = in_child([&] {
    const auto journal = open_journal(folder.path());
    const auto run = journal->begin(record(), {});
    const auto recorder = journal->recorder(run);
    SampleRun().first_half(*recorder);
    SampleRun().both_deploy(*recorder);
    return ::raise(SIGKILL);
  });
  CHECK(status == 128 + SIGKILL);
  const auto run = open_journal(folder.path())->runs(1, "").at(0);
  CHECK(run.status == "interrupted");
  CHECK_FALSE(run.seconds);
  const auto text = shown(run, {});
  CHECK(text.find("bind: address already in use") != std::string::npos);
  CHECK(text.find("interrupted: the process that ran it is gone") != std::string::npos);
}

TEST_CASE("journal: a process is known by more than its number") {
  const auto self = this_process();
  CHECK(is_alive(self));
  CHECK_FALSE(is_alive(""));
  CHECK_FALSE(is_alive("1::"));
  CHECK_FALSE(is_alive("../self:1:1"));
  const auto number = self.substr(0, self.find(':'));
  CHECK_FALSE(is_alive(number + ":1" + self.substr(self.rfind(':'))));
  CHECK_FALSE(is_alive(self + "x"));  // another boot
}

TEST_CASE("journal: a damaged list says what to do, and its folders keep their numbers") {
  const TempDir folder;
  open_journal(folder.path())->begin(record(), {});
  open_journal(folder.path())->begin(record(), {});
  for (const char* end : {"-wal", "-shm"})
    std::filesystem::remove(folder.path() / (std::string("runs.sqlite") + end));
  folder.write("runs.sqlite", std::string(8192, 'x'));
  CHECK_THROWS_WITH_AS(open_journal(folder.path())->runs(1, ""), doctest::Contains("move it out of the way"),
                       Error);
  std::filesystem::remove(folder.path() / "runs.sqlite");
  CHECK(open_journal(folder.path())->begin(record(), {}).id == 3);
}

std::vector<std::string> listed_runs(const std::filesystem::path& state) {
  std::vector<std::string> lines;
  for (const auto& run : open_journal(state)->runs(10, "/srv/shop"))
    lines.push_back(fmt::format("{} #{} {} {} {} {}", run.id, run.number, run.status, run.ref, run.title,
                                run.seconds ? fmt::format("{:.1f}", *run.seconds) : "-"));
  return lines;
}

TEST_CASE("journal: runs that the list has lost come back from their folders, and numbers go on") {
  const TempDir folder;
  in_child([&] {
    const auto journal = open_journal(folder.path());
    stored_sample(*journal);                        // ended
    const auto run = journal->begin(record(), {});  // killed while it ran
    journal->recorder(run)->run_started(
        {.id = "2", .number = run.number, .workflow_path = run.workflow_path, .title = "fix login"});
    return 0;
  });
  const auto before = listed_runs(folder.path());
  REQUIRE(before.size() == 2);
  CHECK(before[0].find("interrupted") != std::string::npos);
  SUBCASE("the list is gone") {
    for (const char* end : {"", "-wal", "-shm"})
      std::filesystem::remove(folder.path() / (std::string("runs.sqlite") + end));
    CHECK(listed_runs(folder.path()) == before);
  }
  SUBCASE("its last pages are") {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open((folder.path() / "runs.sqlite").c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database,
                         "DELETE FROM runs; UPDATE sqlite_sequence SET seq = 0; DELETE FROM numbers", nullptr,
                         nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
  }
  const auto next = open_journal(folder.path())->begin(record(), {});
  CHECK(next.id == 3);
  CHECK(next.number == 44);
  auto all = listed_runs(folder.path());
  REQUIRE(all.size() == 3);
  all.erase(all.begin());
  CHECK(all == before);
}

TEST_CASE("journal: how a run ended is known although the list could not be written") {
  const TempDir folder;
  in_child([&] {
    const auto journal = open_journal(folder.path());
    const auto run = journal->begin(record(), {});
    const auto recorder = journal->recorder(run);
    recorder->run_started({.id = "1", .number = 1});
    recorder->run_finished({.conclusion = Outcome::success, .seconds = 2.5});
    return 0;  // and no finish()
  });
  CHECK(listed_runs(folder.path()) == std::vector<std::string>{"1 #1 success refs/heads/main fix login 2.5"});
}

TEST_CASE("journal: it is read where nothing may be written, and made by nobody who only reads") {
  const TempDir folder;
  const auto state = folder.path() / "state";
  CHECK(read_journal(state)->runs(10, "").empty());
  CHECK_FALSE(std::filesystem::exists(state));
  { stored_sample(*open_journal(state)); }
  if (in_child([&] {
        return ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
                   ? 0
                   : 1;
      }) != 0) {
    MESSAGE("skipped: a mount namespace of its own cannot be had");
    return;
  }
  CHECK(in_child([&] {
          if (::unshare(CLONE_NEWNS) != 0) return 1;
          if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 2;
          if (::mount(state.c_str(), state.c_str(), nullptr, MS_BIND, nullptr) != 0) return 3;
          if (::mount(nullptr, state.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
            return 4;
          return read_journal(state)->runs(10, "").size() == 1 ? 0 : 5;
        }) == 0);
}

TEST_CASE("journal: of a step that prints without end so much is kept, and the log says so") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = journal->begin(record(), {});
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
  const auto log = read_file(run.folder / "0.log");
  CHECK(log.find("##[warning]100 bytes of this step's log are not kept") == 100);
  CHECK(log.ends_with("bytes of a step\nnineteen characters\nnineteen characters\n"));
}

TEST_CASE("logs: what cannot be written is an error") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = stored_sample(*journal);
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK_THROWS_WITH_AS(write_logs(run, {}, full.get(), {}), doctest::Contains("No space left on device"),
                       Error);
  CHECK(runs_command(*journal, {.most = 5, .repository = ""}, full.get(), {}) == 1);
}

TEST_CASE("journal: a list of a newer version is left alone") {
  const TempDir folder;
  open_journal(folder.path());
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "runs.sqlite").c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, "PRAGMA user_version=99", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
  CHECK_THROWS_WITH_AS(open_journal(folder.path()), doctest::Contains("newer version"), Error);
}

TEST_CASE("journal: a folder that cannot be made is named") {
  const TempDir folder;
  folder.write("file", "");
  CHECK_THROWS_WITH_AS(open_journal(folder.path() / "file" / "state"), doctest::Contains("file/state"),
                       Error);
}

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
  const auto run = journal->begin(record(), 42);
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
    const auto recorder = journal->recorder(journal->begin(record(), {}));
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

TEST_CASE("journal: a full disk costs lines and one warning, not the run") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto run = journal->begin(record(), {});
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

TEST_CASE("runs: whole outputs") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  journal->finish(journal->begin(record(), {}).id, "success", 125);
  auto tag = record();
  tag.ref = "refs/tags/v1",
  tag.title = "a title that is much too long to stand in one line of a table with all the rest";
  journal->finish(journal->begin(tag, {}).id, "failure", 48);
  const auto newest = journal->begin(record(), {});
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
