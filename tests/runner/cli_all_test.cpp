// run --all and plan --all: every workflow that answers to the event.
#include <signal.h>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "tests/support/pipe_signal.hpp"
#include "tests/support/runner_process.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

std::string workflow_of(const std::string& on, const std::string& script,
                        const std::string& label = "linux") {
  return "on: " + on + "\njobs:\n  a:\n    runs-on: " + label + "\n    steps:\n      - run: " + script + "\n";
}

std::vector<std::string> workflows_run(const std::string& events) {
  std::vector<std::string> paths;
  for (const auto line : split_lines(events)) {
    const auto event = Json::parse(line);
    if (event["type"] == "run_started") paths.push_back(event["workflow"]["path"]);
  }
  return paths;
}

}  // namespace

TEST_CASE("all: each workflow that answers, one after the other; the status is the worst") {
  struct Case {
    const char* why;
    std::string last;  // beside one that succeeds
    int status;
    size_t runs;
  };
  for (const auto& c : {Case{"all succeed", workflow_of("push", "true"), 0, 2},
                        Case{"one fails, the next runs all the same", workflow_of("push", "exit 3"), 1, 2},
                        Case{"one cannot run here", workflow_of("push", "true", "windows-latest"), 2, 1},
                        Case{"one cannot be read", "on: [push\n", 2, 1},
                        Case{"one answers to another event", workflow_of("schedule", "exit 3"), 0, 1},
                        Case{"one has a filter that keeps it back",
                             workflow_of("{push: {branches: [release]}}", "exit 3"), 0, 1}}) {
    CAPTURE(c.why);
    CliFixture cli;
    cli.workflow("b-good.yml", workflow_of("push", "true"));
    cli.workflow("a-other.yml", c.last);
    cli.commit();
    const auto result = cli.run({"run", "--all", "--format", "json"});
    CHECK_MESSAGE(result.status == c.status, result.err);
    const auto paths = workflows_run(result.out);
    REQUIRE(paths.size() == c.runs);
    CHECK(paths.back() == ".github/workflows/b-good.yml");
  }
}

TEST_CASE("all: where none starts nothing is run") {
  CliFixture cli;
  cli.workflow("a.yml", workflow_of("{push: {branches: [release]}}", "true"));
  CHECK(cli.run({"run", "--all"}).status == 2);
  const auto other = cli.run({"run", "--all", "-e", "schedule"});
  CHECK(other.status == 2);
  CHECK(has(other.err, "answers to the event schedule; --event chooses another"));
  CHECK(has(cli.run({"run", "a.yml", "--all"}).err, "leave \""));
  CHECK(cli.run({"runs", "--format", "json"}).out == "[\n]\n");
}

TEST_CASE("all: a plan of each; as JSON one object a line") {
  CliFixture cli;
  cli.workflow("a.yml", workflow_of("push", "one"));
  cli.workflow("b.yml", workflow_of("push", "two"));
  cli.workflow("c.yml", workflow_of("schedule", "three"));
  cli.commit();
  const auto text = cli.run({"plan", "--all"});
  CHECK(text.status == 0);
  CHECK(has(text.out, "a.yml"));
  CHECK(has(text.out, "b.yml"));
  CHECK_FALSE(has(text.out, "c.yml"));
  const auto json = cli.run({"plan", "--all", "--format", "json"});
  std::vector<std::string> paths;
  for (const auto line : split_lines(json.out)) paths.push_back(Json::parse(line)["workflow"]["path"]);
  CHECK(paths == std::vector<std::string>{".github/workflows/a.yml", ".github/workflows/b.yml"});
  CHECK(cli.run({"run", "--all", "--dry-run"}).out == text.out);
}

TEST_CASE(
    "all: a signal ends the row, and a kill is told in the record of the workflow that ran, not of those "
    "before") {
  struct Case {
    int signal, status;
  };
  for (const auto& c : {Case{SIGTERM, 143}, Case{SIGKILL, 137}}) {
    CAPTURE(c.signal);
    RunFixture runs;
    const PipeSignal ready(runs.repository().parent_path() / "ready");
    runs.workflow("a.yml", workflow_of("push", "true"));
    runs.workflow("b.yml", workflow_of("push", "echo > \"$READY\"; exec sleep 600"));
    runs.workflow("c.yml", workflow_of("push", "true"));
    RunnerProcess process(runs, {"run", "--all", "--env", "READY=" + ready.path().string()});
    REQUIRE(ready.wait());
    const int guard = guard_of(process.pid());
    process.send(c.signal);
    CHECK(process.wait_text().status == c.status);
    CHECK(ends(guard));
    const auto state = runs.repository().parent_path() / "xdg-state/runner/runs";
    CHECK(has(read_file(state / "1/events.jsonl"), "\"run_finished\",\"conclusion\":\"success\""));
    CHECK_FALSE(has(read_file(state / "1/events.jsonl"), "the runner ended"));
    CHECK(has(read_file(state / "2/events.jsonl"), "the runner ended") == (c.signal == SIGKILL));
    CHECK_FALSE(std::filesystem::exists(state / "3"));
  }
}

TEST_CASE("run --all: a workflow that the push does not start costs nothing, whatever it lacks") {
  CliFixture cli;
  cli.workflow("a.yml", kHello);
  cli.workflow(
      "b.yml",
      "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - uses: "
      "tsickert/discord-webhook@v7.0.0\n        with: {webhook-url: '${{ secrets.HOOK }}', content: hi}\n");
  cli.commit();
  const auto run = cli.run({"run", "--all"});
  CHECK_MESSAGE(run.status == 0, run.err);
  CHECK(run.err.find("not run: ") != std::string::npos);
  CHECK(run.err.find("HOOK") == std::string::npos);
}
