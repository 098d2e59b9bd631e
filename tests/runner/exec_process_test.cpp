// The program as a process: real signals, what it leaves behind, what others can see of it
// (execution.md 1.8, 1.9; safety.md 8, 31).
#include <signal.h>

#include <doctest/doctest.h>

#include "tests/support/pipe_signal.hpp"
#include "tests/support/runner_process.hpp"

using namespace runner;
using namespace runner::test;

namespace {

struct ProcessFixture : RunFixture {
  std::filesystem::path folder = repository().parent_path() / "shared";
  PipeSignal ready;

  ProcessFixture() : ready((std::filesystem::create_directories(folder), folder / "ready")) {}
  std::filesystem::path work() const { return repository().parent_path() / "xdg-cache" / "runner" / "work"; }
  std::vector<std::string> args(std::string_view text, const std::vector<std::string>& more = {}) {
    workflow("w.yml", text);
    std::vector<std::string> all{"run",      "w.yml",
                                 "--format", "json",
                                 "--env",    "FOLDER=" + folder.string(),
                                 "--env",    "READY=" + ready.path().string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

}  // namespace

TEST_CASE("process: the first signal cancels, and its number is the exit status") {
  struct Case {
    const char* why;
    int signal;
    int status;
  };
  for (const auto& c : {Case{"Ctrl-C", SIGINT, 130}, Case{"SIGTERM", SIGTERM, 143},
                        Case{"the terminal is gone", SIGHUP, 129}}) {
    CAPTURE(c.why);
    ProcessFixture runs;
    RunnerProcess process(runs,
                          runs.args(job_of("      - name: work\n        run: trap 'echo got INT; exit 1' "
                                           "INT; sleep 600 & echo > \"$READY\"; wait\n"
                                           "      - {name: next, run: 'true'}\n"
                                           "      - {name: cleanup, if: always(), run: 'echo cleaned'}\n")));
    REQUIRE(runs.ready.wait());
    process.send(c.signal);
    const auto run = process.wait();
    CAPTURE(run.err);
    CHECK(run.status == c.status);
    CHECK(run.step_results() == "work:cancelled next:skipped cleanup:success");
    CHECK(run.logged("got INT"));
    CHECK(run.logged("cleaned"));
    CHECK(run.conclusion == "cancelled");
  }
}

TEST_CASE("process: a signal that was ignored before it started stays so") {
  ProcessFixture runs;
  RunnerProcess process(
      runs, runs.args(job_of("      - {name: work, run: 'echo > \"$READY\"; exec sleep 600'}\n")), {"nohup"});
  REQUIRE(runs.ready.wait());
  process.send(SIGHUP);
  process.send(SIGTERM);
  CHECK(process.wait().status == 143);
}

TEST_CASE("process: the second signal stops now") {
  ProcessFixture runs;
  RunnerProcess process(runs,
                        runs.args(job_of("      - name: work\n        run: trap 'echo > \"$READY\"' "
                                         "INT; echo > \"$READY\"; while :; do sleep 600 & wait || :; done\n"
                                         "      - {name: cleanup, if: always(), run: 'true'}\n")));
  REQUIRE(runs.ready.wait());
  process.send(SIGINT);
  REQUIRE(runs.ready.wait());  // it got the first one, and ignores it
  process.send(SIGINT);
  const auto run = process.wait();
  CHECK(run.status == 130);
  CHECK(run.step_results() == "work:cancelled");
}

TEST_CASE("process: what steps leave in the background lives to the end of the job, and no longer") {
  ProcessFixture runs;
  const auto text = job_of(
      "      - name: start\n        run: |\n"
      "          note() { echo $$ > \"$FOLDER/$1\"; exec sleep 600 > /dev/null 2>&1; }\n"
      "          export -f note\n"
      "          bash -c 'note plain' & \n"
      "          setsid bash -c 'note session' &\n"
      "          (setsid bash -c 'note twice' & )\n"
      "          env -i FOLDER=\"$FOLDER\" setsid bash -c 'echo $$ > \"$FOLDER/bare\"; exec sleep 600' > "
      "/dev/null 2>&1 &\n"
      "          RUNNER_TRACKING_ID= setsid bash -c 'note kept' &\n"
      "          (trap '' INT TERM HUP; setsid bash -c 'note deaf' & )\n"
      "          until test -s \"$FOLDER/plain\" -a -s \"$FOLDER/session\" -a -s \"$FOLDER/twice\" -a -s "
      "\"$FOLDER/bare\" "
      "-a -s \"$FOLDER/kept\" -a -s \"$FOLDER/deaf\"; do :; done\n"
      "      - name: they live\n        run: for i in plain session twice bare kept deaf; do kill -0 \"$(cat "
      "\"$FOLDER/$i\")\"; done\n");
  const auto run = RunnerProcess(runs, runs.args(text)).wait();
  CAPTURE(run.out);
  CHECK(run.status == 0);
  for (const auto* name : {"plain", "session", "twice", "bare", "deaf"}) {
    CAPTURE(name);
    const int pid = pid_in(runs.folder / name);
    REQUIRE(pid > 0);
    CHECK_FALSE(is_running(pid));
    const auto told = "pid (" + std::to_string(pid) + ")";
    size_t times = 0;
    for (const auto& warning : run.warnings) times += contains(warning, told) ? 1 : 0;
    CHECK(times == 1);
  }
  const int kept = pid_in(runs.folder / "kept");
  REQUIRE(kept > 0);
  CHECK(is_running(kept));
  ::kill(kept, SIGKILL);
}

TEST_CASE("process: a background process ends with its own job, not with another") {
  ProcessFixture runs;
  const PipeSignal a_over(runs.folder / "a-over"), c_runs(runs.folder / "c-runs"),
      b_over(runs.folder / "b-over");
  // c begins before b ends, and is too short to look at all processes: the one without a marker is a's all
  // the same.
  const auto run =
      RunnerProcess(
          runs, runs.args("on: push\njobs:\n"
                          "  a: {runs-on: ubuntu-latest, steps: [{run: 'env -i setsid bash -c \"echo \\$\\$ "
                          "> $FOLDER/bare; exec sleep 600\" > /dev/null 2>&1 & "
                          "until test -s \"$FOLDER/bare\"; do :; done'}]}\n"
                          "  b: {runs-on: ubuntu-latest, steps: [{run: 'bash -c \"echo \\$\\$ > "
                          "$FOLDER/mine; exec sleep 600\" > /dev/null 2>&1 & read -r x < \"$FOLDER/c-runs\"; "
                          "kill -0 $!; until test -s \"$FOLDER/mine\"; do :; done'}]}\n"
                          "  c: {needs: a, runs-on: ubuntu-latest, steps: [{run: 'echo > \"$FOLDER/c-runs\"; "
                          "until ! kill -0 \"$(cat \"$FOLDER/mine\")\"; do :; done 2> /dev/null'}]}\n",
                          {"--parallel", "3"}))
          .wait();
  CAPTURE(run.out);
  CHECK(run.job_results() == "a:success b:success c:success");
  CHECK_FALSE(is_running(pid_in(runs.folder / "bare")));
  CHECK_FALSE(is_running(pid_in(runs.folder / "mine")));
}

TEST_CASE("process: no secret in the process list, no core file") {
  ProcessFixture runs;
  runs.environment["BY_NAME"] = "hunter-by-name";
  const auto text = job_of(
      "      - run: tr '\\0' ' ' < /proc/$PPID/cmdline > \"$FOLDER/line\"; ulimit -S -c > "
      "\"$FOLDER/core\"\n");
  for (const auto& args : std::vector<std::vector<std::string>>{{"-s", "PASS=hunter-one"},
                                                                {"--secret", "PASS=hunter-one"},
                                                                {"--secret=PASS=hunter-one"},
                                                                {"-sPASS=hunter-one"},
                                                                {"-vs", "PASS=hunter-one"},
                                                                {"--token", "hunter-token"},
                                                                {"--token=hunter-token"},
                                                                {"--env", "PASS=hunter-env"},
                                                                {"-s", "BY_NAME"}}) {
    const auto run = RunnerProcess(runs, runs.args(text, args)).wait();
    CAPTURE(args.front());
    CAPTURE(run.err);
    CHECK(run.status == 0);
    const auto line = read_file(runs.folder / "line");
    CHECK(contains(line, "run w.yml"));
    CHECK_FALSE(contains(line, "hunter"));
    CHECK(read_file(runs.folder / "core") == "0\n");
  }
}

TEST_CASE("process: what a killed run left is swept up by the next, and its record says so") {
  ProcessFixture runs;
  const auto work = runs.work();
  {
    RunnerProcess process(
        runs,
        runs.args(job_of("      - run: echo $$ > \"$FOLDER/pid\"; echo > \"$READY\"; exec sleep 600\n")));
    REQUIRE(runs.ready.wait());
    process.send(SIGKILL);
    CHECK(process.wait_text().status == 137);
  }
  ::kill(pid_in(runs.folder / "pid"), SIGKILL);  // nobody was left to do it
  CHECK_FALSE(std::filesystem::is_empty(work));
  CHECK(RunnerProcess(runs, runs.args(job_of("      - run: 'true'\n"))).wait().status == 0);
  CHECK(std::filesystem::is_empty(work));
  CHECK(contains(RunnerProcess(runs, {"runs"}).wait_text().out, "interrupted"));
}

namespace {

// Starts what a deploy may start: in the foreground, the background, a session of its own, forked twice; and
// one that is to stay. Each puts its number into a file.
const std::string kBusy =
    "      - name: busy\n        run: |\n"
    "          note() { echo $$ > \"$FOLDER/$1\"; exec sleep 600; }\n"
    "          export -f note\n"
    "          bash -c 'note plain' &\n"
    "          setsid bash -c 'note session' &\n"
    "          (trap '' INT TERM HUP; setsid bash -c 'note twice' & )\n"
    "          RUNNER_TRACKING_ID= setsid bash -c 'cd /; note kept' &\n"
    "          until test -s \"$FOLDER/plain\" -a -s \"$FOLDER/session\" -a -s \"$FOLDER/twice\" -a -s "
    "\"$FOLDER/kept\"; do :; done\n"
    "          echo $$ > \"$FOLDER/step\"\n"
    "          echo > \"$READY\"\n"
    "          note front\n";

constexpr const char* kAllBusy[] = {"plain", "session", "twice", "step"};

std::string events_of(const CliFixture& runs) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(runs.repository().parent_path())) {
    if (entry.path().filename() == "events.jsonl") all += read_file(entry.path());
  }
  return all;
}

}  // namespace

TEST_CASE("process: a chain of processes that each fork and end is ended with its job") {
  ProcessFixture runs;
  // each link notes itself, starts the next in a session of its own, and is gone
  const auto run =
      RunnerProcess(
          runs, runs.args(job_of("      - run: |\n"
                                 "          link() { echo $$ > \"$FOLDER/last\"; setsid bash -c link & }\n"
                                 "          export -f link\n"
                                 "          setsid bash -c link > /dev/null 2>&1 &\n"
                                 "          until test -s \"$FOLDER/last\"; do :; done\n")))
          .wait();
  CHECK(run.status == 0);
  const auto last = [&] { return read_file(runs.folder / "last"); };
  const auto number = last();
  CHECK_FALSE(run.warnings.empty());
  // another run of the program takes longer than a link
  CHECK(RunnerProcess(runs, {"version"}).wait_text().status == 0);
  CHECK(last() == number);
}

TEST_CASE("process: what its steps started ends with the runner, however that ends") {
  for (const int signal : {SIGKILL, SIGABRT, SIGSEGV}) {
    CAPTURE(signal);
    ProcessFixture runs;
    RunnerProcess process(runs, runs.args(job_of(kBusy)));
    REQUIRE(runs.ready.wait());
    const int guard = guard_of(process.pid());
    REQUIRE(guard > 0);
    process.send(signal);
    for (const auto* name : kAllBusy) {
      CAPTURE(name);
      CHECK(ends(pid_in(runs.folder / name)));
    }
    const int kept = pid_in(runs.folder / "kept");
    CHECK(is_running(kept));
    ::kill(kept, SIGKILL);
    CHECK(ends(guard));
    const auto events = events_of(runs);
    CHECK_MESSAGE(contains(events, "ended what its steps had left: "), events);
    CHECK(contains(events, "(" + std::to_string(pid_in(runs.folder / "session")) + ")"));
    CHECK(contains(RunnerProcess(runs, {"logs"}).wait_text().out, "ended what its steps had left: "));
  }
}

TEST_CASE("process: SIGQUIT tells what runs, ends it, and leaves alone what was to stay") {
  ProcessFixture runs;
  RunnerProcess process(runs, runs.args(job_of(kBusy)));
  REQUIRE(runs.ready.wait());
  process.send(SIGQUIT);
  const auto run = process.wait();
  CHECK(run.status == 131);
  CHECK(run.conclusion == "cancelled");
  CHECK_MESSAGE(contains(run.out, "ends what runs: "), run.out);
  CHECK(contains(run.out, "(" + std::to_string(pid_in(runs.folder / "session")) + ")"));
  for (const auto* name : kAllBusy) {
    CAPTURE(name);
    CHECK(ends(pid_in(runs.folder / name)));
  }
  const int kept = pid_in(runs.folder / "kept");
  CHECK(is_running(kept));
  ::kill(kept, SIGKILL);
}

TEST_CASE("process: what outlived the runner and its guard ends before its folders go") {
  ProcessFixture runs;
  const auto work = runs.work();
  {
    RunnerProcess process(runs, runs.args(job_of(kBusy)));
    REQUIRE(runs.ready.wait());
    ::kill(guard_of(process.pid()), SIGKILL);
    process.send(SIGKILL);
    process.wait_text();
  }
  const int session = pid_in(runs.folder / "session"), kept = pid_in(runs.folder / "kept");
  CHECK(is_running(session));
  const auto next = RunnerProcess(runs, runs.args(job_of("      - run: 'true'\n"))).wait();
  CHECK(next.status == 0);
  CHECK(ends(session));
  CHECK_MESSAGE(contains(next.err, "run 1 was killed; ended what its steps had left: "), next.err);
  CHECK(is_running(kept));
  ::kill(kept, SIGKILL);
  CHECK(std::filesystem::is_empty(work));
}

TEST_CASE("process: a workspace in which something lives is left to it") {
  ProcessFixture runs;
  const auto work = runs.work();
  {
    RunnerProcess process(
        runs,
        runs.args(job_of("      - run: RUNNER_TRACKING_ID= setsid bash -c 'echo $$ > \"$FOLDER/pid\"; echo > "
                         "\"$READY\"; exec sleep 600' & wait\n")));
    REQUIRE(runs.ready.wait());
    process.send(SIGKILL);
    process.wait_text();
  }
  const int pid = pid_in(runs.folder / "pid");
  const auto next = [&] { return RunnerProcess(runs, runs.args(job_of("      - run: 'true'\n"))).wait(); };
  const auto first = next();
  CHECK(is_running(pid));
  CHECK_MESSAGE(contains(first.err, "stays, as sleep (" + std::to_string(pid) + ") lives in it"), first.err);
  CHECK_FALSE(std::filesystem::is_empty(work));
  ::kill(pid, SIGKILL);
  CHECK(ends(pid));
  CHECK(next().status == 0);
  CHECK(std::filesystem::is_empty(work));
}

TEST_CASE("process: what a step mounts into its workspace is not emptied with it") {
  ProcessFixture runs;
  if (RunnerProcess(runs, {"version"}, {"unshare", "-m", "true"}).wait_text().status != 0) {
    MESSAGE("skipped: a mount namespace of its own cannot be had");
    return;
  }
  std::filesystem::create_directories(runs.folder / "precious");
  std::ofstream(runs.folder / "precious" / "file") << "precious";
  std::ofstream(runs.folder / "one") << "precious";
  RunnerProcess process(
      runs,
      runs.args(job_of("      - run: mkdir -p a/b && mount --bind \"$FOLDER/precious\" a/b && touch c "
                       "other && mount --bind \"$FOLDER/one\" c\n")),
      {"unshare", "-m"});
  const auto run = process.wait();
  CHECK(run.status == 0);
  CHECK(read_file(runs.folder / "precious" / "file") == "precious");
  CHECK(read_file(runs.folder / "one") == "precious");
  std::string warnings;
  for (const auto& warning : run.warnings) warnings += warning + "\n";
  CHECK_MESSAGE(contains(warnings, "/a/b is mounted in the job's folders and was left: umount it"), warnings);
  CHECK_MESSAGE(contains(warnings, "/c is mounted in the job's folders and was left: umount it"), warnings);
}

TEST_CASE("process: commands that only read end at once at Ctrl-C") {
  ProcessFixture runs;
  RunnerProcess run(
      runs, runs.args(job_of("      - run: echo $$ > \"$FOLDER/pid\"; echo > \"$READY\"; exec sleep 600\n")));
  REQUIRE(runs.ready.wait());
  RunnerProcess logs(runs, {"logs", "-f", "1"});
  logs.send(SIGINT);
  CHECK(logs.wait_text().status == 130);
  run.send(SIGTERM);
  CHECK(run.wait().status == 143);
}

TEST_CASE("process: a full disk is told with its mount point, and is no crash") {
  ProcessFixture runs;
  struct Case {
    const char* why;
    const char* folder;
    const char* size;
    const char* step;
    int status;
    const char* told;
  };
  for (const auto& c : {Case{"no room for the job's folders", "xdg-cache", "size=64k,nr_inodes=6", "true", 1,
                             "No space left"},
                        Case{"no room for the record", "xdg-state", "size=4k", "true", 2, "runs.sqlite"},
                        Case{"a step fills it with what HOME would have kept", "xdg-cache", "size=256k",
                             "mkdir ~/.npm; head -c 1000000 /dev/zero > ~/.npm/big", 1, "No space left"},
                        Case{"a step fills it", "xdg-cache", "size=256k", "head -c 1000000 /dev/zero > big",
                             1, "No space left"},
                        Case{"the log fills it, the run goes on", "xdg-state", "size=320k",
                             "head -c 900000 /dev/zero | tr '\\0' x | fold -w 1000; echo on", 0, "record"}}) {
    CAPTURE(c.why);
    const auto folder = (runs.repository().parent_path() / c.folder).string();
    std::filesystem::create_directories(folder);
    if (RunnerProcess(runs, {"version"}, {"unshare", "-m", "true"}).wait_text().status != 0) {
      MESSAGE("skipped: a mount namespace of its own cannot be had");
      return;
    }
    RunnerProcess process(
        runs, runs.args(job_of("      - run: " + std::string(c.step) + "\n")),
        {"unshare", "-m", "sh", "-c",
         "mount -t tmpfs -o " + std::string(c.size) + " tmpfs " + folder + " && exec \"$@\"", "sh"});
    const auto run = process.wait();
    const auto all = run.out.substr(0, 4000) + run.err;
    CHECK(run.status == c.status);
    CHECK_MESSAGE(contains(all, c.told), all);
  }
}
