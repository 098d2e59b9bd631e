// How steps end and what that means for those behind them (execution.md 1.1, 1.5).
#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("run: conditions and results of steps") {
  struct Case {
    std::string why;
    const char* steps;
    std::string want;
    int status;
  };
  RunFixture runs;
  runs.minute = std::chrono::milliseconds(180);
  for (const auto& c : {
           Case{"a failure skips what follows, but for conditions with a status function",
                "      - {name: a, run: exit 3}\n"
                "      - {name: b, run: 'true'}\n"
                "      - {name: c, if: 'true', run: 'true'}\n"
                "      - {name: d, if: '${{ !cancelled() }}', run: 'true'}\n"
                "      - {name: e, if: failure(), run: 'true'}\n"
                "      - {name: f, if: always(), run: 'true'}\n"
                "      - {name: g, if: \"!success() || github.x\", run: 'true'}\n"
                "      - {name: h, if: success(), run: 'true'}\n"
                "      - {name: i, if: cancelled(), run: 'true'}\n",
                "a:failure b:skipped c:skipped d:success e:success f:success g:success h:skipped i:skipped",
                1},
           Case{"a tolerated failure is none for the others, but stays in outcome",
                "      - {name: a, id: a, continue-on-error: true, run: exit 1}\n"
                "      - {name: b, if: failure(), run: 'true'}\n"
                "      - {name: c, if: \"steps.a.outcome == 'failure' && steps.a.conclusion == 'success'\", "
                "run: 'true'}\n"
                "      - {name: d, if: \"job.status == 'success'\", run: 'true'}\n",
                "a:failure/success b:skipped c:success d:success", 0},
           Case{"a condition that throws fails the step, with the others asked as usual",
                "      - {name: a, if: \"fromJSON('{')\", run: 'true'}\n"
                "      - {name: b, run: 'true'}\n"
                "      - {name: c, if: failure(), run: 'true'}\n",
                "a:failure b:skipped c:success", 1},
           Case{"an error in env fails the step before its condition is asked",
                "      - {name: a, if: 'false', env: {X: \"${{ fromJSON('{') }}\"}, run: 'true'}\n"
                "      - {name: b, if: always(), run: 'true'}\n",
                "a:failure b:success", 1},
           Case{"an error in the script, tolerated",
                "      - {name: a, continue-on-error: true, run: \"echo ${{ fromJSON('{') }}\"}\n"
                "      - {name: b, run: 'true'}\n",
                "a:failure/success b:success", 0},
           Case{"env is evaluated before if",
                "      - {name: a, env: {X: yes}, if: \"env.X == 'yes'\", run: 'true'}\n"
                "      - {name: b, if: \"env.X == 'yes'\", run: 'true'}\n",
                "a:success b:skipped", 0},
           Case{"a skipped step is in the steps context, one without id is not",
                "      - {name: a, id: a, if: 'false', run: 'true'}\n"
                "      - {name: b, if: \"steps.a.outcome == 'skipped' && steps.a.conclusion == 'skipped'\", "
                "run: 'true'}\n"
                "      - {name: c, if: \"toJSON(steps.b) == 'null'\", run: 'true'}\n",
                "a:skipped b:success c:success", 0},
           Case{"continue-on-error decided by an expression",
                "      - {name: a, continue-on-error: \"${{ github.event_name == 'push' }}\", run: exit 1}\n"
                "      - {name: b, run: 'true'}\n",
                "a:failure/success b:success", 0},
           Case{"a faulty continue-on-error does not rescue",
                "      - {name: a, continue-on-error: \"${{ fromJSON('{') }}\", run: exit 1}\n", "a:failure",
                1},
           Case{"killed by a signal", "      - {name: a, run: kill -9 $$}\n", "a:failure", 1},
           Case{"a missing working-directory is not made",
                "      - {name: a, working-directory: nowhere, run: 'true'}\n", "a:failure", 1},
           Case{"set-output without a name fails a step that ended well",
                "      - {name: a, run: 'echo ::set-output::x'}\n      - {name: b, run: 'true'}\n",
                "a:failure b:skipped", 1},
           Case{"a faulty GITHUB_ENV line fails a step that ended well; pairs before it apply",
                "      - {name: a, continue-on-error: true, run: 'printf \"A=1\\nfoo\\n\" >> "
                "\"$GITHUB_ENV\"'}\n"
                "      - {name: b, if: \"env.A == '1'\", run: 'true'}\n",
                "a:failure/success b:success", 0},
           Case{"a command file that is none any more fails the step, not the job's order",
                "      - {name: a, run: 'rm \"$GITHUB_ENV\" && mkfifo \"$GITHUB_ENV\"'}\n"
                "      - {name: b, if: always(), run: 'true'}\n",
                "a:failure b:success", 1},
           Case{"a removed command file counts as empty",
                "      - {name: a, run: 'rm \"$GITHUB_ENV\" \"$GITHUB_OUTPUT\" \"$GITHUB_PATH\"'}\n",
                "a:success", 0},
           Case{"the next step gets its files although one emptied RUNNER_TEMP",
                "      - {name: a, run: 'rm -rf \"$RUNNER_TEMP\"'}\n"
                "      - {name: b, run: 'echo X=1 >> \"$GITHUB_ENV\"'}\n"
                "      - {name: c, if: \"env.X == '1'\", run: 'true'}\n",
                "a:success b:success c:success", 0},
           Case{"a timeout fails the step",
                "      - {name: a, timeout-minutes: 1, run: exec sleep 600}\n"
                "      - {name: b, if: failure(), run: 'true'}\n",
                "a:failure b:success", 1},
           Case{"a timeout that is tolerated",
                "      - {name: a, timeout-minutes: 1, continue-on-error: true, run: exec sleep 600}\n",
                "a:failure/success", 0},
           Case{"a faulty timeout is told and not obeyed",
                "      - {name: a, timeout-minutes: \"${{ fromJSON('{') }}\", run: 'true'}\n", "a:success",
                0},
           Case{"a timeout of nothing is none", "      - {name: a, timeout-minutes: 0, run: sleep 0.3}\n",
                "a:success", 0},
           Case{"less than a minute is cut to nothing: none",
                "      - {name: a, timeout-minutes: 0.9, run: sleep 0.3}\n", "a:success", 0},
       }) {
    const auto run = runs.run_steps(c.steps);
    CAPTURE(c.why);
    CAPTURE(run.err);
    CHECK(run.step_results() == c.want);
    CHECK(run.status == c.status);
    CHECK(run.conclusion == (c.status == 0 ? "success" : "failure"));
  }
}

TEST_CASE("run: what a failed step says") {
  struct Case {
    std::string why;
    const char* steps;
    std::string message;  // of the step
    std::string line;     // of its log
  };
  RunFixture runs;
  runs.minute = std::chrono::milliseconds(60);
  for (const auto& c : {
           Case{"an exit code", "      - {name: a, run: exit 7}\n", "exit 7",
                "##[error]Process completed with exit code 7."},
           Case{"a signal", "      - {name: a, run: kill -9 $$}\n", "killed by signal 9",
                "##[error]Process completed with exit code 137."},
           Case{"a timeout", "      - {name: a, timeout-minutes: 2.9, run: exec sleep 600}\n",
                "The action 'a' has timed out after 2 minutes.",
                "##[error]The action 'a' has timed out after 2 minutes."},
           Case{"an expression, with its place", "      - name: a\n        run: echo ${{ fromJSON('{') }}\n",
                ".github/workflows/w.yml:7:14: ", "##[error].github/workflows/w.yml:7:14: "},
           Case{"an expression behind an alias, with both places",
                "      - {name: b, if: 'false', run: &broken \"echo ${{ fromJSON('{') }}\"}\n"
                "      - {name: a, run: *broken}\n",
                ".github/workflows/w.yml:6:37 (through the alias at 7:24): ",
                "##[error].github/workflows/w.yml:6:37 (through the alias at 7:24): "},
           Case{"a folder", "      - {name: a, working-directory: nowhere, run: x}\n", "does not exist",
                "##[error]working-directory: "},
           Case{"a shell that is not there", "      - {name: a, shell: 'nosuchshell {0}', run: x}\n",
                "nosuchshell: command not found", "##[error]nosuchshell: command not found"},
           Case{"a command", "      - {name: a, run: 'echo ::set-output::x'}\n",
                "a workflow command could not be carried out",
                "##[error]Unable to process command '::set-output::x' successfully."},
           Case{"a command file", "      - {name: a, run: 'echo foo >> \"$GITHUB_OUTPUT\"'}\n",
                "a file command could not be processed",
                "##[error]Unable to process file command 'output' successfully."},
       }) {
    const auto run = runs.run_steps(c.steps);
    CAPTURE(c.why);
    CAPTURE(run.out);
    CHECK(contains(run.step("a").message, c.message));
    CHECK(contains(run.step("a").log, c.line));
    CHECK(run.status == 1);
  }
}

TEST_CASE("run: names of steps") {
  struct Case {
    std::string why;
    const char* steps;
    std::string want;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"its first line", "      - run: |\n          true\n          true\n", "Run true:success"},
           Case{"values in it are filled in", "      - run: echo ${{ github.event_name }}\n",
                "Run echo push:success"},
           Case{"a name with earlier outputs",
                "      - {id: a, name: first, run: 'echo v=4 >> \"$GITHUB_OUTPUT\"'}\n"
                "      - {name: 'Deploy ${{ steps.a.outputs.v }}', run: 'true'}\n",
                "first:success Deploy 4:success"},
           Case{"a name that cannot be evaluated stays as it is written",
                "      - {name: \"A ${{ fromJSON('{') }}\", run: 'true'}\n",
                "A ${{ fromJSON('{') }}:success"},
       }) {
    CAPTURE(c.why);
    CHECK(runs.run_steps(c.steps).step_results() == c.want);
  }
}
