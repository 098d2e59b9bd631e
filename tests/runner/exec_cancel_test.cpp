// Cancel, stop now, timeouts of jobs (execution.md 1.9). When a step is ready it says so through a pipe: no
// test waits for time to pass, but for the timeouts themselves, which are short.
#include <doctest/doctest.h>

#include "tests/support/pipe_signal.hpp"
#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

namespace {

// A repository whose runs can be cancelled by a step: `echo > "$READY"` asks to cancel, the second time to
// stop now; GO answers each.
struct CancelFixture : RunFixture {
  PipeSignal ready{directory.parent_path() / "ready"}, go{directory.parent_path() / "go"};
  std::stop_source cancel, now;

  CancelFixture() {
    interrupts = {cancel.get_token(), now.get_token()};
    kill_times = {std::chrono::milliseconds(400), std::chrono::milliseconds(400),
                  std::chrono::milliseconds(400)};
  }
  RunSeen cancelled_run(std::string_view text) {
    const WhenSignalled watcher(ready, {[this] { signal = 2, cancel.request_stop(), go.send(); },
                                        [this] { now.request_stop(), go.send(); }});
    auto run = run_text(text, {"--env", "READY=" + ready.path().string(), "--env", "GO=" + go.path().string(),
                               "--parallel", "4"});
    for (int i = 0; i < 2; ++i) ready.send();  // lets the watcher end
    return run;
  }
};

constexpr const char* kAsk = "echo > \"$READY\"; ";

}  // namespace

TEST_CASE("run: a cancel ends the step that runs, and conditions decide what follows") {
  struct Case {
    std::string why;
    std::string script;
    std::string line;  // that it printed; "" for none
  };
  for (const auto& c : {
           Case{"the trap on INT gets its time",
                "trap 'echo got INT; exit 0' INT; sleep 600 & echo > \"$READY\"; wait", "got INT"},
           Case{"who ignores INT gets TERM",
                "trap '' INT; trap 'echo got TERM; exit 0' TERM; sleep 600 & echo > \"$READY\"; wait; wait",
                "got TERM"},
           Case{"who ignores both is killed, with its group",
                "trap '' INT TERM; echo > \"$READY\"; sleep 600; sleep 600", ""},
           Case{"a program without a trap", "echo > \"$READY\"; exec sleep 600", ""},
       }) {
    CAPTURE(c.why);
    CancelFixture runs;
    const auto run = runs.cancelled_run(
        job_of("      - name: work\n        run: " + c.script +
               "\n"
               "      - {name: next, run: 'true'}\n"
               "      - {name: failed, if: failure(), run: 'true'}\n"
               "      - {name: cleanup, if: always(), run: 'echo status ${{ job.status }}'}\n"
               "      - {name: told, if: cancelled(), run: 'true'}\n"
               "      - {name: notcancelled, if: '!cancelled()', run: 'true'}\n"));
    CAPTURE(run.out);
    CHECK(run.step_results() ==
          "work:cancelled next:skipped failed:skipped cleanup:success told:success notcancelled:skipped");
    CHECK(run.job_results() == "job:cancelled");
    CHECK(run.conclusion == "cancelled");
    CHECK(run.status == 130);
    CHECK(run.logged("status cancelled"));
    if (!c.line.empty()) CHECK(run.logged(c.line));
  }
}

// /proc shows that the file is open: who cannot see that does not ask, and the time limit of hashFiles fails
// it.
TEST_CASE("run: a cancel ends hashFiles() in what a step is given") {
  CancelFixture runs;
  const auto run = runs.cancelled_run(job_of(
      "      - run: |\n"
      "          truncate -s 1T big\n"
      "          (until ls -l /proc/$PPID/fd | grep -q /big; do sleep 0.01; done; echo > \"$READY\") &\n"
      "      - {name: hash, run: \"echo ${{ hashFiles('big') }}\"}\n"
      "      - {name: cleanup, if: always(), run: \"echo hash [${{ hashFiles('none') }}]\"}\n"));
  CAPTURE(run.out);
  CHECK(run.step("hash").outcome == "cancelled");
  CHECK(run.step("cleanup").outcome == "success");
  CHECK(run.logged("hash []"));
}

TEST_CASE("run: what a cancel leaves alone") {
  CancelFixture runs;
  SUBCASE("a step that runs always") {
    const auto run = runs.cancelled_run(job_of(
        "      - {name: work, if: always(), run: 'echo > \"$READY\"; read -r x < \"$GO\"; echo survived'}\n"
        "      - {name: next, run: exec sleep 600}\n"));
    CHECK(run.step("work").outcome == "success");
    CHECK(run.step("next").outcome != "success");  // skipped, or cancelled where it came before the job knew
    CHECK(run.logged("survived"));
    CHECK(run.job_results() == "job:cancelled");
  }
  SUBCASE("jobs that run always; those that wait for others are cancelled") {
    const auto run = runs.cancelled_run(
        "on: push\njobs:\n"
        "  a: {runs-on: ubuntu-latest, if: always(), steps: [{run: 'echo > \"$READY\"; read -r x < \"$GO\"; "
        "echo survived'}]}\n"
        "  b: {needs: a, runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n"
        "  c: {needs: a, if: always(), runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n"
        "  d: {needs: a, if: cancelled(), runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n"
        "  e: {needs: b, if: \"always() && needs.b.result == 'cancelled'\", runs-on: ubuntu-latest, steps: "
        "[{run: 'true'}]}\n");
    CHECK(run.job_results() == "a:success b:cancelled c:success d:success e:success");
    CHECK(run.logged("survived"));
    CHECK(run.status == 130);
  }
  SUBCASE("outputs of a cancelled job") {
    const auto run =
        runs.cancelled_run(job_of("      - {id: s, run: 'echo v=7 >> \"$GITHUB_OUTPUT\"'}\n      - run: echo "
                                  "> \"$READY\"; exec sleep 600\n",
                                  "    outputs: {v: '${{ steps.s.outputs.v }}'}\n"));
    CHECK(run.job_results() == "job:cancelled");
    CHECK(run.job("job").outputs == std::map<std::string, std::string>{{"v", "7"}});
  }
}

TEST_CASE("run: a cancel before the start runs nothing but what runs always") {
  CancelFixture runs;
  runs.cancel.request_stop();
  runs.signal = 15;
  const auto run = runs.run_text(
      "on: push\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n"
      "  b: {needs: a, if: always(), runs-on: ubuntu-latest, steps: [{name: s, run: 'true'}]}\n");
  CHECK(run.job_results() == "a:cancelled b:success");
  CHECK(run.status == 143);
}

TEST_CASE("run: the second word stops at once, cleanup steps too") {
  CancelFixture runs;
  runs.kill_times = {};  // the real ones: it must not come to them
  const auto run = runs.cancelled_run(
      job_of("      - {name: work, run: 'trap \"\" INT TERM; echo > \"$READY\"; read -r x < \"$GO\"; echo > "
             "\"$READY\"; sleep 600; sleep 600'}\n"
             "      - {name: cleanup, if: always(), run: 'true'}\n") +
      "  waits: {needs: job, if: always(), runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n");
  CHECK(run.step_results() == "work:cancelled");
  CHECK(run.job_results() == "job:cancelled waits:cancelled");
  CHECK(run.started == std::vector<std::string>{"job"});
  CHECK(run.status == 130);
}

TEST_CASE("run: a job's timeout is a cancel") {
  CancelFixture runs;
  runs.minute = std::chrono::milliseconds(300);
  const auto run =
      runs.run_text(job_of("      - {name: work, continue-on-error: true, run: exec sleep 600}\n"
                           "      - {name: next, run: 'true'}\n"
                           "      - {name: failed, if: failure(), run: 'true'}\n"
                           "      - {name: cleanup, if: cancelled(), run: 'true'}\n",
                           "    timeout-minutes: 1.9\n"));
  const std::string told =
      "The job running on runner runner has exceeded the maximum execution time of 1 minutes.";
  CHECK(run.step_results() == "work:cancelled next:skipped failed:skipped cleanup:success");
  CHECK(run.job_results() == "job:cancelled");
  CHECK(run.job("job").message == told);
  CHECK(run.logged("##[error]" + told));
  CHECK(run.annotations == std::vector<std::string>{"error: " + told});
  CHECK(run.conclusion == "cancelled");
  CHECK(run.status == 1);
}

TEST_CASE("run: what holds out against a cancel has only so much time") {
  CancelFixture runs;
  runs.minute = std::chrono::milliseconds(60);  // five of them
  SUBCASE("a step that runs always, of a job that is cancelled") {
    const auto run = runs.cancelled_run(
        job_of("      - {name: work, if: always(), run: 'echo > \"$READY\"; exec sleep 600'}\n"
               "      - {name: cleanup, if: always(), run: 'true'}\n"));
    CHECK(run.step_results() == "work:cancelled");
    CHECK(run.status == 130);
  }
  SUBCASE("a job that runs always") {
    const auto run = runs.cancelled_run(
        job_of("      - {name: work, run: 'echo > \"$READY\"; exec sleep 600'}\n", "    if: always()\n"));
    CHECK(run.job_results() == "job:cancelled");
  }
  SUBCASE("after the timeout of a job, too") {
    const auto run = runs.run_text(
        job_of("      - {name: work, if: always(), run: exec sleep 600}\n", "    timeout-minutes: 1\n"));
    CHECK(run.job_results() == "job:cancelled");
  }
  SUBCASE("its own, if it says so") {
    runs.minute = std::chrono::minutes(1);
    const auto run = runs.cancelled_run(
        job_of("      - {name: work, if: always(), run: 'echo > \"$READY\"; exec sleep 600'}\n",
               "    cancel-timeout-minutes: 0\n"));
    CHECK(run.job_results() == "job:cancelled");
  }
}

TEST_CASE("run: posts run in the reverse order of the steps that began") {
  CancelFixture runs;
  runs.http.answer = [](const HttpRequest&) {
    return HttpResponse{200, {}, "{\"Status\":\"Login Succeeded\"}"};
  };
  const std::string login =
      "uses: docker/login-action@v3, with: {registry: registry.test, username: u, password: ";
  const auto run = runs.run_text(
      job_of("      - {name: a, " + login +
             "right-one}}\n"
             "      - {name: b, continue-on-error: true, uses: actions/checkout@v4, with: {ref: nowhere}}\n"
             "      - {name: c, if: 'false', " +
             login +
             "right-one}}\n"
             "      - {name: d, run: exit 1}\n"));
  CHECK(run.step_results() ==
        "a:success b:failure/success c:skipped d:failure Post b:success Post a:success");
  CHECK(contains(run.step("Post a").log, "Post job cleanup."));
}

// The third step finds a folder where ~/.ssh/config is to be: by then known_hosts has been set aside.
TEST_CASE("run: the post of a step that failed half-way has what it saved") {
  RunFixture runs;
  const auto run = runs.run_text(
      job_of("      - run: mkdir -p ~/.ssh/config && echo old > ~/.ssh/known_hosts\n"
             "      - {name: key, continue-on-error: true, uses: shimataro/ssh-key-action@v2, with: {key: k, "
             "known_hosts: new, config: c}}\n"));
  CAPTURE(run.out);
  CHECK(run.step("key").outcome == "failure");
  CHECK(contains(run.step("Post key").log, "are restored; known_hosts"));
}

TEST_CASE("run: posts run after a cancel, not after a stop") {
  struct Case {
    std::string why;
    bool stop;
    std::string want;
  };
  for (const auto& c : {Case{"cancel", false, "login:success work:cancelled Post login:success"},
                        Case{"stop", true, "login:success work:cancelled"}}) {
    CAPTURE(c.why);
    CancelFixture runs;
    runs.http.answer = [](const HttpRequest&) {
      return HttpResponse{200, {}, "{\"Status\":\"Login Succeeded\"}"};
    };
    const std::string again = c.stop ? "read -r x < \"$GO\"; echo > \"$READY\"; " : "";
    const auto run =
        runs.cancelled_run(job_of("      - {name: login, uses: docker/login-action@v3, with: {registry: "
                                  "registry.test, username: u, password: pass-word}}\n"
                                  "      - {name: work, run: 'trap \"\" INT; " +
                                  std::string(kAsk) + again + "sleep 600'}\n"));
    CAPTURE(run.out);
    CHECK(run.step_results() == c.want);
  }
}
