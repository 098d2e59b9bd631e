// Jobs and what they need of each other (execution.md 1.2, 1.3, 1.8).
#include <algorithm>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

namespace {

// "a: {needs: [b], if: always(), ...}" lines become jobs with one step `run: true` unless `fail` or steps are
// said.
std::string jobs(const std::string& text) { return "on: push\njobs:\n" + text; }

constexpr const char* kOk = ", runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n";
constexpr const char* kBad = ", runs-on: ubuntu-latest, steps: [{run: exit 1}]}\n";

std::string ok(const std::string& id, const std::string& keys = "env: {}") {
  return "  " + id + ": {" + keys + kOk;
}
std::string bad(const std::string& id, const std::string& keys = "env: {}") {
  return "  " + id + ": {" + keys + kBad;
}

}  // namespace

TEST_CASE("run: results of jobs") {
  struct Case {
    std::string why;
    std::string jobs;
    std::string want;
    int status;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"in a row", ok("a") + ok("b", "needs: a"), "a:success b:success", 0},
           Case{"what needs a failed one is skipped, and what needs that",
                bad("a") + ok("b", "needs: a") + ok("c", "needs: b") + ok("d"),
                "a:failure b:skipped c:skipped d:success", 1},
           Case{"a skipped ancestor skips although the parent ran",
                ok("a", "if: false") + ok("b", "needs: a, if: always()") + ok("c", "needs: b"),
                "a:skipped b:success c:skipped", 0},
           Case{"always, failure and !cancelled after a failure",
                bad("a") + ok("b", "needs: a, if: always()") + ok("c", "needs: a, if: failure()") +
                    ok("d", "needs: a, if: '!cancelled()'") + ok("e", "needs: a, if: cancelled()") +
                    ok("f", "needs: a, if: 'true'"),
                "a:failure b:success c:success d:success e:skipped f:skipped", 1},
           Case{"failure of an ancestor further up",
                bad("a") + ok("b", "needs: a") + ok("c", "needs: b, if: failure()"),
                "a:failure b:skipped c:success", 1},
           Case{"failure() without needs", ok("a", "if: failure()"), "a:skipped", 0},
           Case{"success of some only",
                bad("a") + ok("b") + ok("c", "needs: [a, b], if: \"success('b')\"") +
                    ok("d", "needs: [a, b], if: \"failure('b')\""),
                "a:failure b:success c:success d:skipped", 1},
           Case{"a tolerated failure",
                bad("a", "continue-on-error: true") +
                    ok("b", "needs: a, if: \"success() && needs.a.result == 'success'\""),
                "a:failure~ b:success", 0},
           Case{"continue-on-error by an expression",
                bad("a", "continue-on-error: \"${{ github.event_name == 'push' }}\""), "a:failure~", 0},
           Case{"an error in a job's condition fails it",
                ok("a", "if: \"fromJSON('{')\"") + ok("b", "needs: a"), "a:failure b:skipped", 1},
           Case{"a condition that reads needs",
                ok("a", "if: false") + ok("b", "needs: a, if: \"always() && needs.a.result == 'skipped'\"") +
                    ok("c", "needs: b, if: \"always() && needs.b.result == 'success'\""),
                "a:skipped b:success c:success", 0},
           Case{"needs holds direct ones only",
                ok("a") + ok("b", "needs: a") + ok("c", "needs: b, if: \"toJSON(needs.a) == 'null'\""),
                "a:success b:success c:success", 0},
           Case{"a label by an expression that nobody serves",
                ok("a", "name: ''") +
                    "  b: {needs: a, runs-on: \"${{ needs.a.result }}\", steps: [{run: 'true'}]}\n",
                "a:success b:failure", 1},
       }) {
    const auto run = runs.run_text(jobs(c.jobs));
    CAPTURE(c.why);
    CAPTURE(run.err);
    CHECK(run.job_results() == c.want);
    CHECK(run.status == c.status);
  }
}

TEST_CASE("run: legs of a matrix") {
  struct Case {
    std::string why;
    const char* strategy;
    const char* run;
    std::string want;
    int status;
    std::string more{};
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"each combination is a job", "{matrix: {a: [1, 2], b: [x]}}", "true",
                "job (1, x):success job (2, x):success", 0},
           Case{"include adds, exclude takes away",
                "{matrix: {os: [l, m], exclude: [{os: m}], include: [{os: l, x: 1}, {os: w}]}}",
                "test ${{ matrix.os }}${{ matrix.x }} = l1 || test ${{ matrix.os }} = w",
                "job (l):success job (w):success", 0},
           Case{"without fail-fast the others go on", "{fail-fast: false, matrix: {a: [1, 2, 3]}}",
                "test ${{ matrix.a }} != 1", "job (1):failure job (2):success job (3):success", 1},
           Case{"fail-fast cancels those that wait", "{max-parallel: 1, matrix: {a: [1, 2, 3]}}",
                "test ${{ matrix.a }} != 2", "job (1):success job (2):failure job (3):cancelled", 1},
           Case{"a tolerated leg cancels none", "{max-parallel: 1, matrix: {a: [1, 2]}}",
                "test ${{ matrix.a }} != 1", "job (1):failure~ job (2):success", 0,
                "    continue-on-error: ${{ matrix.a == 1 }}\n"},
           Case{"the strategy context", "{max-parallel: 2, fail-fast: false, matrix: {a: [x, y]}}",
                "test '${{ strategy.job-index }} ${{ strategy.job-total }} ${{ strategy.max-parallel }} "
                "${{ strategy.fail-fast }}' = \"$((${{ matrix.a == 'y' }})) 2 2 false\"",
                "job (x):success job (y):failure", 1},
           Case{"values keep their types", "{matrix: {a: [true, 1.5, {k: [v]}]}}",
                "test '${{ toJSON(matrix.a) }}' != '\"true\"'",
                "job (1.5):success job (true):success job (v):success", 0},
           Case{"a name of its own", "{matrix: {a: [1, 2]}}", "true", "n1:success n2:success", 0,
                "    name: n${{ matrix.a }}\n"},
           Case{"a computed matrix", "{matrix: \"${{ fromJSON('{\\\"v\\\":[7,8]}') }}\"}", "true",
                "job (7):success job (8):success", 0},
           Case{"a matrix of which nothing is left runs once", "{matrix: {a: [1], exclude: [{a: 1}]}}",
                "true", "job:success", 0},
       }) {
    auto text = std::string("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    strategy: ") +
                c.strategy + "\n" + c.more + "    steps:\n      - run: |\n          " + c.run + "\n";
    // true as a number, for the arithmetic of the shell
    const auto at = text.find("$((${{ matrix.a == 'y' }}))");
    if (at != std::string::npos) text.replace(at, 27, "${{ matrix.a == 'y' && 9 || 0 }}");
    const auto run = runs.run_text(text);
    CAPTURE(c.why);
    CAPTURE(run.out);
    CAPTURE(run.err);
    CHECK(run.job_results() == c.want);
    CHECK(run.status == c.status);
  }
}

TEST_CASE("run: fail-fast cancels the leg that runs") {
  RunFixture runs;
  // The second waits for the first one's end, which only its own cancel can bring: nobody opens the pipe.
  runs.environment["FIFO"] = (runs.repository() / "pipe").string();
  const auto run = runs.run_text(
      "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    strategy: {matrix: {a: [1, 2]}}\n    steps:\n"
      "      - name: work\n"
      "        run: |\n"
      "          if test ${{ matrix.a }} = 2; then touch \"$FOLDER/two\"; exec cat \"$FOLDER/never\"; fi\n"
      "          until test -e \"$FOLDER/two\"; do :; done; exit 1\n"
      "      - {name: after, if: always(), run: 'true'}\n",
      {"--parallel", "2", "--env", "FOLDER=" + [&] {
         const auto folder = runs.repository() / "shared";
         std::filesystem::create_directories(folder);
         REQUIRE(::system(("mkfifo " + (folder / "never").string()).c_str()) == 0);
         return folder.string();
       }()});
  CHECK(run.job_results() == "job (1):failure job (2):cancelled");
  CHECK(run.step_results("job (2)") == "work:cancelled after:success");
  CHECK(run.status == 1);
}

TEST_CASE("run: outputs of jobs") {
  RunFixture runs;
  const auto run = runs.run_text(R"(on: push
jobs:
  make:
    runs-on: ubuntu-latest
    strategy: {max-parallel: 1, matrix: {a: [1, 2]}}
    outputs:
      last: ${{ matrix.a }}
      first: ${{ matrix.a == 1 && 'one' || '' }}
      lines: ${{ steps.s.outputs.lines }}
      empty: ${{ steps.s.outputs.nothing }}
      secret: has ${{ steps.s.outputs.hidden }} in it
    steps:
      - id: s
        run: |
          printf 'lines<<E\na=b\n\nc\nE\n' >> "$GITHUB_OUTPUT"
          echo "hidden=hunter2222" >> "$GITHUB_OUTPUT"
      - {name: step sees it, run: "test '${{ steps.s.outputs.hidden == secrets.PASS }}' = true"}
  take:
    needs: make
    runs-on: ubuntu-latest
    env: {LINES: "${{ needs.make.outputs.lines }}"}
    steps:
      - {name: take, run: 'echo "[${{ needs.make.outputs.last }}|${{ needs.make.outputs.first }}|$LINES|${{ needs.make.outputs.secret }}]"'}
)",
                                 {"-s", "PASS=hunter2222"});
  CHECK(run.status == 0);
  CHECK(run.logged("[2|one|a=b"));
  CHECK(run.logged("c|]"));
  CHECK(run.job("make (2)").outputs.count("empty") == 0);
  CHECK(run.job("make (2)").outputs.count("secret") == 0);
  CHECK(std::count(run.warnings.begin(), run.warnings.end(),
                   "make (2): Skip output 'secret' since it may contain secret.") == 1);
}

TEST_CASE("run: a matrix from an output that is JSON for GitHub only") {
  struct Case {
    std::string why, output, want, error;
    int status;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"single quotes and a comma too many", "['a', 'b',]",
                "make:success use (a):success use (b):success", "", 0},
           Case{"text without quotes: the place is told", "['a', b]", "make:success use:failure",
                "Error parsing fromJson: line 1, column 7: found ", 1},
       }) {
    CAPTURE(c.why);
    const auto run = runs.run_text(
        "on: push\njobs:\n"
        "  make:\n"
        "    runs-on: ubuntu-latest\n"
        "    outputs: {m: \"${{ steps.s.outputs.m }}\"}\n"
        "    steps: [{id: s, run: 'echo \"m=" +
        replace_all(c.output, "'", "''") +
        "\" >> \"$GITHUB_OUTPUT\"'}]\n"
        "  use:\n"
        "    needs: make\n"
        "    runs-on: ubuntu-latest\n"
        "    strategy: {matrix: {v: \"${{ fromJSON(needs.make.outputs.m) }}\"}}\n"
        "    steps: [{run: 'test -n \"${{ matrix.v }}\"'}]\n");
    CHECK(run.status == c.status);
    CHECK(run.job_results() == c.want);
    CHECK(contains(run.out, c.error));
  }
}

TEST_CASE("run: outputs are taken from a job that failed, and an error in one fails it") {
  struct Case {
    std::string why;
    const char* value;
    const char* run;
    std::string want;
    const char* output;
  };
  RunFixture runs;
  for (const auto& c : {Case{"failed", "${{ steps.s.outputs.v }}", "echo v=5 >> \"$GITHUB_OUTPUT\"; exit 1",
                             "job:failure", "5"},
                        Case{"an error", "${{ fromJSON('{') }}", "true", "job:failure", ""}}) {
    const auto run = runs.run_text(
        std::string("on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    outputs:\n      o: ") +
        c.value + "\n    steps:\n      - {id: s, run: '" + c.run + "'}\n");
    CAPTURE(c.why);
    CHECK(run.job_results() == c.want);
    const auto& outputs = run.job("job").outputs;
    CHECK((outputs.count("o") == 0 ? "" : outputs.at("o")) == c.output);
    CHECK(run.status == 1);
  }
}

TEST_CASE("run: a part of the jobs, of the matrix, of the machine") {
  struct Case {
    std::string why;
    std::vector<std::string> args;
    std::string want;
  };
  RunFixture runs;
  const std::string text = jobs(
      ok("a") + ok("b", "needs: a") + ok("c") +
      "  m: {runs-on: ubuntu-latest, strategy: {matrix: {v: [1, 2], w: [x, y]}}, steps: [{run: 'true'}]}\n");
  for (const auto& c :
       {Case{"-j takes what it needs along", {"-j", "b"}, "a:success b:success"},
        Case{"-m chooses combinations", {"-j", "m", "-m", "v:2"}, "m (2, x):success m (2, y):success"},
        Case{"-m twice", {"-j", "m", "-m", "v:2", "-m", "w:X"}, "m (2, x):success"},
        Case{"one at a time", {"-j", "a", "-j", "c", "--parallel", "1"}, "a:success c:success"}}) {
    const auto run = runs.run_text(text, c.args);
    CAPTURE(c.why);
    CHECK(run.job_results() == c.want);
    CHECK(run.status == 0);
  }
}
