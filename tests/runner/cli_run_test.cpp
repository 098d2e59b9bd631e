// A run from the command line to its record: exit status, what is shown, what is kept.
#include <sstream>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/cli_fixture.hpp"

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

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("run: jobs run in order, and the record and the log are kept") {
  CliFixture cli;
  cli.workflow("two.yml", kTwoJobs);
  cli.commit();
  const auto run = cli.run({"run", "two.yml", "-s", "KEY=a-secret-value"});
  INFO(run.out, run.err);
  CHECK(run.status == 0);
  CHECK(has(run.out, "got from-first with ***"));
  CHECK_FALSE(has(run.out + run.err, "a-secret-value"));

  const auto runs = Json::parse(cli.run({"runs", "--format", "json"}).out);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].at("status") == "success");
  CHECK(has(cli.run({"logs", "1"}).out, "got from-first with ***"));
  CHECK_FALSE(has(cli.run({"logs", "1", "first"}).out, "got from-first"));
  CHECK(cli.run({"logs", "2"}).status == 2);
}

TEST_CASE("run: the exit status and the end tell of a failure") {
  CliFixture cli;
  cli.workflow("w.yml",
               "on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - run: echo before; exit 3\n");
  cli.commit();
  const auto run = cli.run({"run"});
  CHECK(run.status == 1);
  CHECK(has(run.out, "exit 3"));
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
