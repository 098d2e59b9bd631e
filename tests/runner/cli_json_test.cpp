// What programs read: logs as events and with times, runs that are asked for by what they are, the list as
// JSON.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "runner/report/event_line.hpp"
#include "tests/support/run_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kOneFails =
    "name: Two\non: push\njobs:\n  first:\n    runs-on: linux\n    steps:\n      - run: echo one\n"
    "      - run: echo \"::warning::look\"\n  second:\n    needs: first\n    runs-on: linux\n    steps:\n"
    "      - id: broken\n        run: echo two && exit 3\n";

// The events but for the times of their sending; log lines of a step stand before its end.
std::multiset<std::string> events_of(const std::string& text) {
  std::multiset<std::string> events;
  for (const auto line : split_lines(text)) {
    auto event = Json::parse(line);
    event.erase("time");
    event.erase("seconds");
    events.insert(event.dump());
  }
  return events;
}

}  // namespace

TEST_CASE("json: the stored log is the same events as those of the run") {
  CliFixture cli;
  cli.workflow("w.yml", kOneFails);
  cli.commit();
  const auto run = cli.run({"run", "w.yml", "--format", "json"});
  REQUIRE(run.status == 1);
  const auto logs = cli.run({"logs", "--format", "json"});
  CHECK(logs.status == 0);
  CHECK(events_of(logs.out) == events_of(run.out));
  const auto begin = Json::parse(split_lines(logs.out).front());
  CHECK(begin["id"] == 1);
  CHECK(begin["ref"] == "refs/heads/main");
  CHECK(cli.run({"logs", "1", "--format", "json", "--follow"}).out.size() == logs.out.size());
}

TEST_CASE("json: a part of the log is the events of that part") {
  CliFixture cli;
  cli.workflow("w.yml", kOneFails);
  REQUIRE(cli.run({"run", "w.yml"}).status == 1);
  struct Case {
    const char* why;
    std::vector<std::string> args;
    std::set<std::string> types, jobs;
  };
  const std::set<std::string> step{"annotation", "log", "step_finished", "step_started"};
  const std::set<std::string> job{"annotation", "job_finished",  "job_queued",  "job_started",
                                  "log",        "step_finished", "step_started"};
  for (const auto& c :
       {Case{"what failed", {"--failed"}, step, {"second"}}, Case{"a job", {"1", "first"}, job, {"first"}},
        Case{"a step", {"1", "second/broken"}, job, {"second"}}}) {
    CAPTURE(c.why);
    std::vector<std::string> args{"logs", "--format", "json"};
    args.insert(args.end(), c.args.begin(), c.args.end());
    std::set<std::string> types, jobs;
    const auto out = cli.run(args).out;
    for (const auto line : split_lines(out)) {
      const auto event = Json::parse(line);
      types.insert(event["type"]);
      jobs.insert(event["job"]);
    }
    CHECK(types == c.types);
    CHECK(jobs == c.jobs);
  }
}

TEST_CASE("logs: --timestamps puts the time before each line") {
  CliFixture cli;
  cli.workflow("w.yml", job_of("      - run: |\n          echo one\n          echo ::error::two\n"));
  const auto before = std::chrono::system_clock::now();
  REQUIRE(cli.run({"run", "w.yml"}).status == 0);
  const auto text = cli.run({"logs", "1", "job/1", "--timestamps"}).out;
  std::vector<std::string> lines;
  const auto earliest = rfc3339(before), latest = rfc3339(std::chrono::system_clock::now());
  for (const auto line : split_lines(text)) {
    const auto space = line.find(' ');
    REQUIRE(space != std::string_view::npos);
    CHECK(line.substr(0, space) >= earliest);
    CHECK(line.substr(0, space) <= latest);
    lines.emplace_back(line.substr(space + 1));
  }
  CHECK(lines.front().starts_with("> Run echo one"));
  CHECK(std::find(lines.begin(), lines.end(), "one") != lines.end());
  CHECK(lines.back() == "error: two");
  // A run of a version that stored no times has those of its steps.
  std::filesystem::remove(cli.repository().parent_path() / "state/runs/1/0.times");
  CHECK(split_lines(cli.run({"logs", "1", "job/1", "--timestamps"}).out).size() == lines.size());
}

TEST_CASE("runs: those that are asked for") {
  CliFixture cli;
  cli.workflow("deploy.yml",
               "name: Ship it\non: [push, workflow_dispatch]\n" + job_of("      - run: exit 1\n").substr(9));
  cli.workflow("hello.yml", kHello);
  cli.commit();
  cli.run({"run", "deploy.yml"});
  cli.run({"run", "hello.yml"});
  cli.run({"run", "deploy.yml", "-e", "workflow_dispatch"});
  struct Case {
    const char* why;
    std::vector<std::string> args;
    std::vector<int> ids;
  };
  for (const auto& c :
       {Case{"all", {}, {3, 2, 1}}, Case{"the newest", {"-L", "1"}, {3}},
        Case{"what failed", {"--status", "failure"}, {3, 1}},
        Case{"the newest that failed", {"-s", "FAILURE", "--limit", "1"}, {3}},
        Case{"of a workflow's file", {"--workflow", "deploy"}, {3, 1}},
        Case{"of its name", {"-w", "ship it"}, {3, 1}}, Case{"of an event", {"--event", "push"}, {2, 1}},
        Case{"of a branch", {"--branch", "main"}, {3, 2, 1}},
        Case{"of another one", {"-b", "refs/heads/next"}, {}}}) {
    CAPTURE(c.why);
    std::vector<std::string> args{"runs", "--format", "json"};
    args.insert(args.end(), c.args.begin(), c.args.end());
    std::vector<int> ids;
    for (const auto& run : Json::parse(cli.run(args).out)) ids.push_back(run["id"]);
    CHECK(ids == c.ids);
  }
  const auto newest = Json::parse(cli.run({"runs", "-L", "1", "--format", "json"}).out)[0];
  CHECK(newest["workflow"] == Json{{"path", ".github/workflows/deploy.yml"}, {"name", "Ship it"}});
  CHECK(newest["conclusion"] == "failure");
  CHECK(newest["jobs"] == 1);
  CHECK(newest["steps"] == 1);
  CHECK(cli.run({"runs", "--status", "failed"}).status == 2);
}

TEST_CASE("list: as JSON, broken files with their problems") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.workflow("wrong.yml", "on: push\njobs: {a: {runs-on: linux, needs: missing, steps: [{run: x}]}}\n");
  const auto list = Json::parse(cli.run({"list", "--format", "json"}).out)["workflows"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["name"] == "Hello");
  CHECK(list[0]["on"][0]["event"] == "push");
  CHECK(list[0]["jobs"][0]["id"] == "greet");
  CHECK(list[0]["jobs"][0]["steps"] == 1);
  CHECK(list[1]["jobs"] == Json::array());
  CHECK(list[1]["problems"][0]["rule"] == "needs");
  CHECK(Json::parse(cli.run({"list", "Hello", "--format", "json"}).out)["workflows"] ==
        Json::array({list[0]}));
  CHECK(cli.run({"list", "wrong.yml", "--format", "json"}).status == 2);
}

TEST_CASE("plan: JSON says which secrets and variables are set, by name alone") {
  CliFixture cli;
  cli.workflow("w.yml",
               job_of("      - run: echo ${{ secrets.A }} ${{ secrets.B }} ${{ vars.C }} ${{ vars.D }}\n"));
  cli.commit();
  const auto out =
      cli.run({"plan", "w.yml", "--format", "json", "-s", "A=hidden-value", "--var", "C=seen"}).out;
  const auto plan = Json::parse(out);
  CHECK(plan["secrets"] == Json{{"set", {"A"}}, {"unset", {"B"}}});
  CHECK(plan["variables"] == Json{{"set", {"C"}}, {"unset", {"D"}}});
  CHECK(plan["ref"] == "refs/heads/main");
  CHECK(plan["sha"].get<std::string>().size() == 40);
  CHECK_FALSE(has(out, "hidden-value"));
}
