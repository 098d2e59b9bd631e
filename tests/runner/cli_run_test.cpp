// A run from the command line to its record: exit status, what is shown, what is kept.
#include <sstream>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/git.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kTwoJobs = R"(name: Two
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs:
      word: ${{ steps.say.outputs.word }}
    steps:
      - id: say
        run: echo "word=from-first" >>"$GITHUB_OUTPUT"
      - run: test ! -e "$HOME/.ssh" && mkdir "$HOME/.ssh"
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - run: echo "got ${{ needs.first.outputs.word }} with $KEY"
        env:
          KEY: ${{ secrets.KEY }}
)";

}  // namespace

TEST_CASE("run: jobs run in order, and the record and the log are kept") {
  CliFixture cli;
  cli.workflow("two.yml", kTwoJobs);
  cli.commit();
  const auto run = cli.run({"run", "two.yml", "-s", "KEY=a-secret-value"});
  INFO(run.out, run.err);
  CHECK(run.status == 0);
  CHECK(has(run.err, "got from-first with ***"));
  CHECK(run.out == "");  // progress is no answer: a pipe behind it stays empty
  CHECK_FALSE(has(run.out + run.err, "a-secret-value"));

  const auto runs = Json::parse(cli.run({"runs", "--format", "json"}).out);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].at("status") == "success");
  CHECK(has(cli.run({"logs", "1"}).out, "got from-first with ***"));
  CHECK_FALSE(has(cli.run({"logs", "1", "first"}).out, "got from-first"));
  CHECK(cli.run({"logs", "2"}).status == 2);
}

TEST_CASE("logs: without a run it is the newest, and options go with it") {
  CliFixture cli;
  cli.workflow("w.yml",
               "on: workflow_dispatch\njobs:\n  a:\n    runs-on: linux\n    steps:\n"
               "      - run: echo of-run-$GITHUB_RUN_NUMBER\n      - run: exit 1\n");
  cli.commit();
  const auto none = cli.run({"logs"});
  CHECK(none.status == 2);
  CHECK(has(none.err, "no run yet"));
  cli.run({"run"});
  cli.run({"run"});
  const auto newest = cli.run({"logs"});
  CHECK(newest.status == 0);
  CHECK(has(newest.out, "of-run-2"));
  CHECK_FALSE(has(newest.out, "of-run-1"));
  const auto failed = cli.run({"logs", "--failed"});
  CHECK(has(failed.out, "exit code 1"));
  CHECK_FALSE(has(failed.out, "of-run-2"));
  CHECK(has(cli.run({"help", "logs"}).out, "default: the newest"));
}

TEST_CASE("plan and run: a path filter that a run by hand leaves out is told of, in a line") {
  struct Case {
    std::string why;
    std::string on;
    std::vector<std::string> options;
    const char* note;
  };
  CliFixture cli;
  for (const auto& c : {
           Case{"paths",
                "  push:\n    paths: [docs/**]\n",
                {},
                "runner: note: .github/workflows/w.yml:3:12: `paths` of push is left out"},
           Case{"paths-ignore",
                "  push:\n    paths-ignore: ['**']\n",
                {},
                "`paths-ignore` of push is left out"},
           Case{"of another event",
                "  push:\n  pull_request:\n    paths: x\n",
                {"-e", "pull_request"},
                "`paths` of pull_request is left out"},
           Case{"of an event that is not this one", "  push:\n  pull_request:\n    paths: y\n", {}, ""},
           Case{"a tag, for which GitHub does not ask it", "  push:\n    paths: x\n", {"--ref", "v1"}, ""},
       }) {
    cli.workflow("w.yml",
                 "on:\n" + c.on + "jobs:\n  a:\n    runs-on: linux\n    steps:\n      - run: 'true'\n");
    cli.commit();
    git(cli.repository(), "tag -f v1");
    CAPTURE(c.why);
    for (const std::string command : {"plan", "run"}) {
      std::vector<std::string> args{command, "w.yml"};
      args.insert(args.end(), c.options.begin(), c.options.end());
      const auto result = cli.run(args);
      CHECK(result.status == 0);
      CHECK_MESSAGE(has(result.err, c.note), result.err);
      CHECK(has(result.err, "is left out") == (*c.note != '\0'));
    }
  }
}

TEST_CASE("run: the exit status and the end tell of a failure") {
  CliFixture cli;
  cli.workflow("w.yml",
               "on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - run: echo before; exit 3\n");
  cli.commit();
  const auto run = cli.run({"run"});
  CHECK(run.status == 1);
  CHECK(has(run.err, "exit 3"));
  CHECK(Json::parse(cli.run({"runs", "--format", "json"}).out).at(0).at("status") == "failure");
}

TEST_CASE("run: --force runs what the filters exclude, and JSON is an object a line") {
  CliFixture cli;
  cli.workflow("w.yml",
               "on:\n  push:\n    branches: [release]\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - "
               "run: x=1\n");
  cli.commit();
  CHECK(cli.run({"run"}).status == 2);
  const auto run = cli.run({"run", "--force", "--format", "json"});
  CHECK(run.status == 0);
  std::vector<std::string> types;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) types.push_back(Json::parse(line).at("type"));
  REQUIRE(types.size() > 4);
  CHECK(types.front() == "run_started");
  CHECK(types.back() == "run_finished");
}
