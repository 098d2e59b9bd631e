// What a step finds around it and leaves to the next: env, outputs, command files, PATH (execution.md 4, 7).
#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("run: environment, outputs and command files") {
  struct Case {
    std::string why;
    const char* steps;
    std::vector<std::string> lines;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"step env wins over GITHUB_ENV, which wins over the job's",
                "      - run: |\n          echo A=file >> \"$GITHUB_ENV\"\n          echo \"now $A\"\n"
                "      - run: echo \"later $A ${{ env.A }}\"\n"
                "      - {env: {A: step}, run: 'echo \"step $A ${{ env.A }}\"'}\n",
                {"now job", "later file file", "step step step"}},
           Case{"values of one env block do not see each other",
                "      - {env: {A: x, B: '${{ env.A }}'}, run: 'echo \"B is $B\"'}\n",
                {"B is job"}},
           Case{"env is not the process's environment",
                "      - run: echo \"[${{ env.PATH }}${{ env.HOME }}${{ env.CI }}]\"\n",
                {"[]"}},
           Case{"names differ by case",
                "      - {env: {a: small}, run: 'echo \"$a-$A ${{ env.a }}-${{ env.A }}\"'}\n",
                {"small-job small-job"}},
           Case{"CI may be emptied, GITHUB_ variables not be set",
                "      - {env: {CI: '', GITHUB_REF: mine, RUNNER_OS: mine}, run: 'echo \"[$CI] $GITHUB_REF "
                "$RUNNER_OS\"'}\n"
                "      - run: |\n          echo GITHUB_SHA=mine >> \"$GITHUB_ENV\"\n          echo CI=no >> "
                "\"$GITHUB_ENV\"\n"
                "      - run: test \"$GITHUB_SHA\" = '${{ github.sha }}' && echo \"CI=$CI ${{ env.GITHUB_SHA "
                "}}\"\n",
                {"[] refs/heads/main Linux", "CI=no mine"}},
           Case{"NODE_OPTIONS is refused, the other pairs apply",
                "      - run: printf 'NODE_OPTIONS=x\\nB=2\\n' >> \"$GITHUB_ENV\"\n"
                "      - run: echo \"[$NODE_OPTIONS] $B\"\n",
                {"##[error]Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.", "[] 2"}},
           Case{"a heredoc whose delimiter is a part of a line, and a CR that stays",
                "      - run: printf 'A<<END\\nxEND\\nEND \\nEND\\nC=1\\r\\n' >> \"$GITHUB_ENV\"\n"
                "      - run: |\n          printf '%s' \"$A\" | tr '\\n' '|'\n          echo\n"
                "          printf '%s' \"$C\" | tr '\\r' 'R'; echo\n",
                {"xEND|END ", "1R"}},
           Case{"PATH: the last one added comes first; one added again moves",
                "      - run: |\n          mkdir -p a b c\n          for d in a b c a; do echo \"$PWD/$d\"; "
                "done >> \"$GITHUB_PATH\"\n"
                "      - run: |\n          echo \"${PATH//$PWD/.}\" | cut -d: -f1-3\n",
                {"./a:./c:./b"}},
           Case{"programs of GITHUB_PATH are found, also as shells",
                "      - run: |\n          mkdir bin && printf '#!/bin/sh\\ncat \"$1\"\\n' > bin/tool && "
                "chmod +x bin/tool\n"
                "          echo \"$PWD/bin\" >> \"$GITHUB_PATH\"\n"
                "      - {shell: 'tool {0}', run: printed by tool}\n",
                {"printed by tool"}},
           Case{"a PATH of the job's env keeps the additions in front",
                "      - run: echo /first >> \"$GITHUB_PATH\"\n"
                "      - {env: {PATH: '/bin:/usr/bin'}, run: 'echo \"$PATH\"'}\n",
                {"/first:/bin:/usr/bin"}},
           Case{"files are taken after a failure too",
                "      - {id: a, continue-on-error: true, run: 'echo V=1 >> \"$GITHUB_ENV\"; echo o=2 >> "
                "\"$GITHUB_OUTPUT\"; exit 1'}\n"
                "      - run: echo \"$V ${{ steps.a.outputs.o }}\"\n",
                {"1 2"}},
           Case{"outputs: text always, the last one wins, names without case, none without id",
                "      - {id: a, run: 'printf \"n=1\\nn=02\\n\" >> \"$GITHUB_OUTPUT\"'}\n"
                "      - {run: 'echo x=1 >> \"$GITHUB_OUTPUT\"'}\n"
                "      - run: echo '${{ toJSON(steps.a.outputs.N) }} ${{ join(steps.*.outputs.x) }}'\n",
                {"\"02\" "}},
           Case{"an output set by a command",
                "      - {id: a, run: 'echo \"::set-output name=v::a%0Ab\"'}\n"
                "      - run: echo '${{ toJSON(steps.a.outputs.v) }}'\n",
                {"\"a\\nb\""}},
           Case{"what is no command prints, what is one in the middle does not count",
                "      - run: |\n          echo '::foo::x'\n          echo 'x ##[warning]y'\n          echo "
                "'x ::warning::z'\n",
                {"::foo::x", "##[warning]y", "x ::warning::z"}},
           Case{"stop-commands",
                "      - run: |\n          echo '::stop-commands::tok'\n          echo '::warning::a'\n"
                "          echo '::tok::'\n          echo '::warning::b'\n",
                {"::warning::a", "##[warning]b"}},
           Case{"debug only when asked for",
                "      - run: |\n          echo '::debug::quiet'\n          echo \"[$RUNNER_DEBUG]\"\n",
                {"[]"}},
           Case{"HOME is the job's own, and lasts for it",
                "      - run: touch ~/mine && test \"$HOME\" != \"${HOST_HOME:-x}\"\n      - run: test -e "
                "~/mine && echo kept\n",
                {"kept"}},
           Case{"standard input is empty", "      - run: cat && echo end\n", {"end"}},
           Case{"a last line without its end counts", "      - run: printf 'no end'\n", {"no end"}},
       }) {
    const auto run = runs.run_text(
        "on: push\nenv: {A: workflow, W: workflow}\njobs:\n  job:\n    runs-on: ubuntu-latest\n"
        "    env: {A: job}\n    steps:\n" +
        std::string(c.steps));
    CAPTURE(c.why);
    CAPTURE(run.out);
    CHECK(run.status == 0);
    for (const auto& line : c.lines) {
      CAPTURE(line);
      CHECK(run.logged(line));
    }
  }
}

TEST_CASE("run: what steps inherit of the runner's own environment") {
  RunFixture runs;
  runs.environment["AWS_PROFILE"] = "stray";
  runs.environment["LC_TIME"] = "C";
  runs.environment["GIVEN"] = "by name";
  runs.write(".env", "FROM_FILE=file\nGIVEN=file\n");
  const auto run = runs.run_steps(
      "      - run: echo \"[$AWS_PROFILE][$LC_TIME][$GIVEN][$FROM_FILE][$SET][${{ env.SET }}][$USER]\"\n"
      "      - {env: {SET: step}, run: 'echo \"SET=$SET\"'}\n",
      {"--env", "GIVEN", "--env", "SET=here"});
  CHECK(run.logged("[][C][by name][file][here][here][tester]"));
  CHECK(run.logged("SET=step"));
}

TEST_CASE("run: shells, working-directory and defaults") {
  struct Case {
    std::string why;
    const char* top;  // of the workflow
    const char* job;  // keys of the job
    const char* steps;
    std::string line;
    int status;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"the default shell passes over a failure in a pipe", "", "",
                "      - run: false | true; echo on\n", "on", 0},
           Case{"bash does not", "", "", "      - {shell: bash, run: 'false | true'}\n",
                "##[error]Process completed with exit code 1.", 1},
           Case{"the default shell stops at a failure", "", "",
                "      - run: |\n          false\n          echo on\n",
                "##[error]Process completed with exit code 1.", 1},
           Case{"sh", "", "", "      - {shell: sh, run: 'echo \"[$BASH_VERSION]\"'}\n", "[]", 0},
           Case{"python", "", "", "      - {shell: 'python3 {0}', run: 'print(6 * 7)'}\n", "42", 0},
           Case{"one of the user's own, with quotes", "", "",
                "      - shell: bash -c \"source {0}; echo done\"\n        run: echo in\n", "done", 0},
           Case{"defaults of the workflow", "defaults: {run: {shell: 'cat {0}'}}\n", "",
                "      - run: as it is\n", "as it is", 0},
           Case{"defaults of the job win, key by key",
                "defaults: {run: {shell: 'cat {0}', working-directory: a}}\n",
                "    defaults: {run: {shell: sh}}\n",
                "      - {working-directory: ., run: mkdir a}\n      - run: basename \"$PWD\"\n", "a", 0},
           Case{"the step wins", "defaults: {run: {shell: 'cat {0}'}}\n", "",
                "      - {shell: bash, run: echo said}\n", "said", 0},
           Case{"working-directory by an expression, below the workspace", "",
                "    defaults: {run: {working-directory: '${{ github.event_name }}'}}\n",
                "      - {working-directory: ., run: mkdir push}\n      - run: test \"$PWD\" = "
                "\"$GITHUB_WORKSPACE/push\" && echo there\n",
                "there", 0},
           Case{"an absolute working-directory", "", "",
                "      - {working-directory: /, run: 'echo \"[$PWD]\"'}\n", "[/]", 0},
           Case{"CRLF and quotes reach the script as they are", "", "",
                "      - run: \"printf 'a\\\\tb\\\\n' # ${{ 'x' }}\"\n", "a\tb", 0},
       }) {
    const auto run =
        runs.run_text(std::string("on: push\n") + c.top + "jobs:\n  job:\n    runs-on: ubuntu-latest\n" +
                      c.job + "    steps:\n" + c.steps);
    CAPTURE(c.why);
    CAPTURE(run.out);
    CAPTURE(run.err);
    CHECK(run.status == c.status);
    CHECK(run.logged(c.line));
  }
}
