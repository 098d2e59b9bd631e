// Actions of the workspace (`uses: ./path`): composite and JavaScript ones (execution.md 8.3 to 8.5).
#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

namespace {

// A repository with the actions that a test writes; each run checks it out first.
struct ActionFixture : RunFixture {
  RunSeen run_with(std::string_view steps, const std::string& more_of_job = "") {
    commit();
    return run_text(
        job_of("      - {name: get, uses: actions/checkout@v4}\n" + std::string(steps), more_of_job));
  }
  void action(const std::string& folder, const std::string& text) { write(folder + "/action.yml", text); }
  void composite(const std::string& folder, const std::string& steps, const std::string& head = "") {
    action(folder, head + "runs:\n  using: composite\n  steps:\n" + steps);
  }
  // A `node` that tells what it was started with: every test machine has one.
  void fake_node() {
    write("bin/node", "#!/bin/sh\necho \"node $(basename \"$1\") in $(pwd | sed 's,.*/,,')\"\n. \"$1\"\n");
    std::filesystem::permissions(repository() / "bin/node", std::filesystem::perms::owner_all);
    environment["PATH"] = (repository() / "bin").string() + ":" + environment["PATH"];
  }
};

}  // namespace

TEST_CASE("local action: a composite one is one step, with inputs, outputs and an environment of its own") {
  ActionFixture runs;
  runs.composite(
      "act",
      "    - {id: a, shell: bash, run: 'echo \"v=${{ inputs.who }}-${{ inputs.more }}\" >> "
      "\"$GITHUB_OUTPUT\"'}\n"
      "    - {shell: bash, env: {INNER: i}, run: 'echo \"saw $OUTER $INNER ${GITHUB_ACTION_PATH##*/} "
      "${{ github.action_path == env.P }}\"; echo LATER=x >> \"$GITHUB_ENV\"'}\n"
      "    - {shell: 'bash -e {0}', run: 'echo \"later $LATER\"'}\n",
      "inputs: {who: {default: nobody}, more: {default: \"${{ github.ref_name }}\"}}\n"
      "outputs: {text: {value: \"${{ steps.a.outputs.v }}\"}}\n");
  const auto run = runs.run_with(
      "      - {id: act, name: act, uses: ./act, with: {who: me, odd: 1}, env: {OUTER: o}}\n"
      "      - {name: after, run: 'echo \"got ${{ steps.act.outputs.text }} $LATER ${OUTER-none} ${{ "
      "steps.a.outputs.v }}.\"'}\n");
  CAPTURE(run.out);
  CHECK(run.step_results() == "get:success act:success after:success Post get:success");
  CHECK(contains(run.step("act").log, "saw o i act false\n"));
  CHECK(contains(run.step("act").log, "later x\n"));
  CHECK(contains(run.step("after").log, "got me-main x none .\n"));
  CHECK(contains(run.step("act").log, "Unexpected input(s) 'odd', valid inputs are ['who', 'more']"));
}

TEST_CASE("local action: a step that fails fails it; the others' conditions look at the action alone") {
  ActionFixture runs;
  runs.composite(
      "act",
      "    - {id: bad, shell: bash, run: exit 3}\n"
      "    - {shell: bash, run: echo never}\n"
      "    - {shell: bash, if: failure(), run: 'echo because ${{ steps.bad.outcome }} ${{ job.status }}'}\n",
      "outputs: {o: {value: \"${{ steps.bad.outcome }}\"}}\n");
  runs.composite("fine", "    - {shell: bash, run: echo fine}\n");
  const auto run = runs.run_with(
      "      - {id: act, name: act, continue-on-error: true, uses: ./act}\n"
      "      - {name: real, uses: ./act}\n"
      "      - {name: late, if: always(), uses: ./fine}\n"
      "      - {name: told, if: always(), run: 'echo o=${{ steps.act.outputs.o }}'}\n");
  CAPTURE(run.out);
  CHECK(run.step_results() ==
        "get:success act:failure/success real:failure late:success told:success Post get:success");
  CHECK(contains(run.step("real").log, "because failure success\n"));
  CHECK(!contains(run.step("real").log, "\nnever\n"));
  CHECK(run.step("real").message == "exit 3");
  CHECK(contains(run.step("late").log, "\nfine\n"));
  CHECK(contains(run.step("told").log, "o=failure\n"));
}

TEST_CASE("local action: they nest, and have built-in ones inside whose posts come at the end of the job") {
  ActionFixture runs;
  runs.http.answer = [](const HttpRequest&) {
    return HttpResponse{200, {}, "{\"Status\":\"Login Succeeded\"}"};
  };
  runs.composite("outer", "    - {uses: ./inner, with: {n: '${{ inputs.n }}'}}\n", "inputs: {n: {}}\n");
  runs.composite(
      "inner",
      "    - {name: login, uses: docker/login-action@v3, with: {registry: registry.test, username: u, "
      "password: '${{ inputs.n }}-word'}}\n"
      "    - {shell: bash, run: 'echo n is ${{ inputs.n }}'}\n",
      "inputs: {n: {}}\n");
  const auto run = runs.run_with(
      "      - {name: act, uses: ./outer, with: {n: seven}}\n"
      "      - {name: last, run: 'true'}\n");
  CAPTURE(run.out);
  CHECK(run.step_results() == "get:success act:success last:success Post login:success Post get:success");
  CHECK(contains(run.step("act").log, "\nn is seven\n"));
  CHECK(contains(run.step("Post login").log, "Post job cleanup."));
}

TEST_CASE("local action: one that holds itself ends with a message") {
  ActionFixture runs;
  runs.composite("act", "    - uses: ./act\n");
  const auto run = runs.run_with("      - {name: act, uses: ./act}\n");
  CHECK(run.status == 2);
  CHECK(contains(run.err, "actions are nested more than 9 deep"));
}

TEST_CASE("local action: a JavaScript one gets its inputs, keeps state for its post, and may fail") {
  ActionFixture runs;
  runs.fake_node();
  runs.action("js",
              "inputs: {two words: {default: d}, given: {}, bare: {}}\n"
              "runs: {using: node20, main: main.js, post: post.js}\n");
  runs.write("js/main.js",
             "echo \"in: $(env | grep '^INPUT_' | sort | tr '\\n' ' ')\"\n"
             "echo 'kept=yes' >> \"$GITHUB_STATE\"\n"
             "echo 'said=hello' >> \"$GITHUB_OUTPUT\"\n"
             "echo '::add-mask::hush-hush'; echo hush-hush\n"
             "exit ${INPUT_GIVEN}\n");
  runs.write("js/post.js", "echo \"post has $STATE_kept $INPUT_GIVEN\"\n");
  const auto run = runs.run_with(
      "      - {id: js, name: js, uses: ./js, with: {given: 0}}\n"
      "      - {name: bad, uses: ./js, with: {given: 4}}\n"
      "      - {name: told, if: always(), run: 'echo ${{ steps.js.outputs.said }}'}\n");
  CAPTURE(run.out);
  CHECK(run.step_results() ==
        "get:success js:success bad:failure told:success Post bad:success Post js:success Post get:success");
  CHECK(contains(run.step("js").log, "node main.js in repo\n"));
  CHECK(contains(run.step("js").log, "in: INPUT_BARE= INPUT_GIVEN=0 INPUT_TWO_WORDS=d \n"));
  CHECK(contains(run.step("js").log, "\n***\n"));
  CHECK(contains(run.step("told").log, "\nhello\n"));
  CHECK(contains(run.step("Post bad").log, "post has yes 4\n"));
  CHECK(run.step("bad").message == "exit 4");
}

TEST_CASE("local action: what cannot run is refused before the first step, with the place in its file") {
  struct Case {
    const char* why;
    const char* text;
    const char* want;
  };
  for (const auto& c : {
           Case{"an image", "runs: {using: docker, image: Dockerfile}\n",
                "Docker actions are not supported yet"},
           Case{"a file that is wrong", "runs: {using: node99, main: a}\n",
                "./act/action.yml:1:15: 'using: node99' is not supported"},
           Case{"an unknown action inside",
                "runs:\n  using: composite\n  steps:\n    - uses: some/thing@v1\n",
                "some/thing@v1 cannot be had: git ls-remote: "},
       }) {
    CAPTURE(c.why);
    ActionFixture runs;
    runs.action("act", c.text);
    const auto run = runs.run_with("      - {name: act, uses: ./act}\n");
    CAPTURE(run.err);
    CHECK(run.status == 2);
    CHECK(contains(run.err, c.want));
    CHECK(contains(run.err, ":7:"));  // and where it is used
  }
}

TEST_CASE("local action: one that a step makes is read when it is its turn") {
  RunFixture runs;
  const auto run = runs.run_steps(
      "      - {name: make, run: 'mkdir -p made && printf \"runs: {using: composite, steps: [{shell: bash, "
      "run: echo "
      "made it}]}\" > made/action.yml'}\n"
      "      - {name: act, uses: ./made}\n"
      "      - {name: none, if: always(), uses: ./nowhere}\n");
  CAPTURE(run.out);
  CHECK(contains(run.step("act").log, "\nmade it\n"));
  CHECK(run.step("none").outcome == "failure");
  CHECK(contains(run.step("none").message, "Did you forget to run actions/checkout"));
}
