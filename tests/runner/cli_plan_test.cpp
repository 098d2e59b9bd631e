#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kDeploy = R"(name: Deploy
run-name: Deploy ${{ github.run_number }} of ${{ github.ref_name }}
on:
  push:
    branches: [main]
env:
  IMAGE: web
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      list: ${{ steps.made.outputs.list }}
    steps:
      - uses: actions/checkout@v4
      - name: Log in
        uses: docker/login-action@v3
        with:
          registry: registry.example
          username: pusher
          password: ${{ secrets.TOKEN }}
      - id: made
        run: make
      - if: ${{ env.IMAGE == 'api' }}
        run: echo never
      - if: steps.made.outputs.list != ''
        run: echo perhaps
  deploy:
    needs: build
    runs-on: [self-hosted, linux]
    environment: production
    strategy:
      matrix:
        server: [eu, us]
    steps:
      - run: ./deploy ${{ matrix.server }}
  late:
    needs: build
    runs-on: ubuntu-latest
    strategy:
      matrix:
        item: ${{ fromJSON(needs.build.outputs.list) }}
    steps:
      - run: echo ${{ matrix.item }}
  tag:
    if: github.ref_type == 'tag'
    runs-on: ubuntu-latest
    steps:
      - run: echo tagged
  oops:
    needs: deploy
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: echo failed
)";

Json plan_of(CliFixture& cli, std::vector<std::string> more = {}) {
  std::vector<std::string> args{"plan", "deploy.yml", "--format", "json", "-s", "TOKEN=s3cret-token"};
  args.insert(args.end(), more.begin(), more.end());
  const auto result = cli.run(args);
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(result.out.find("s3cret-token") == std::string::npos);
  return Json::parse(result.out);
}

std::vector<std::string> job_texts(const Json& plan, const char* key) {
  std::vector<std::string> texts;
  for (const auto& job : plan.at("jobs")) texts.push_back(job.at(key));
  return texts;
}

}  // namespace

TEST_CASE("plan: JSON says all that is decided") {
  CliFixture cli;
  cli.workflow("deploy.yml", kDeploy);
  cli.commit();
  const auto plan = plan_of(cli, {"--run-number", "7"});
  CHECK(plan["workflow"] ==
        Json{{"path", ".github/workflows/deploy.yml"}, {"name", "Deploy"}, {"run_name", "Deploy 7 of main"}});
  CHECK(plan["event"] == "push");
  CHECK(plan["triggered"] == true);
  CHECK(plan["problems"] == Json::array());

  CHECK(job_texts(plan, "name") ==
        std::vector<std::string>{"build", "deploy (eu)", "deploy (us)", "late", "tag", "oops"});
  CHECK(job_texts(plan, "status") ==
        std::vector<std::string>{"will_run", "will_run", "will_run", "will_run", "skipped", "unknown"});

  const auto& build = plan["jobs"][0];
  CHECK(build["needs"] == Json::array());
  CHECK(build["runs_on"] == Json{"ubuntu-latest"});
  CHECK(build["executor"] == "host");
  CHECK(build["environment"].is_null());
  CHECK(build["matrix"] == Json::object());
  CHECK(build["if"].is_null());
  std::vector<std::string> kinds, decided;
  for (const auto& step : build["steps"]) {
    kinds.push_back(step["kind"]);
    decided.push_back(step["status"]);
  }
  CHECK(kinds == std::vector<std::string>{"builtin", "builtin", "run", "run", "run"});
  CHECK(decided == std::vector<std::string>{"will_run", "will_run", "will_run", "skipped", "unknown"});
  CHECK(build["steps"][0]["uses"] == "actions/checkout@v4");
  CHECK(build["steps"][0]["number"] == 1);
  CHECK(build["steps"][0]["id"].is_null());
  CHECK(build["steps"][2]["id"] == "made");
  CHECK(build["steps"][1]["name"] == "Log in");
  REQUIRE(build["steps"][1]["effects"].size() == 1);
  CHECK(has(build["steps"][1]["effects"][0].get<std::string>(), "registry.example"));

  const auto& eu = plan["jobs"][1];
  CHECK(eu["id"] == "deploy");
  CHECK(eu["needs"] == Json{"build"});
  CHECK(eu["runs_on"] == Json{"self-hosted", "linux"});
  CHECK(eu["environment"] == "production");
  CHECK(eu["matrix"] == Json{{"server", "eu"}});
  CHECK(eu["steps"][0]["effects"] == Json{"run: ./deploy eu"});
  CHECK(plan["jobs"][4]["if"] == "github.ref_type == 'tag'");
}

TEST_CASE("plan: jobs and combinations can be chosen") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    std::vector<std::string> names;
  };
  CliFixture cli;
  cli.workflow("deploy.yml", kDeploy);
  cli.commit();
  for (const auto& c :
       {Case{"a job with what it needs", {"-j", "deploy"}, {"build", "deploy (eu)", "deploy (us)"}},
        Case{"a job that needs nothing", {"-j", "tag"}, {"tag"}},
        Case{"one combination", {"-j", "deploy", "-m", "server:us"}, {"build", "deploy (us)"}}}) {
    SUBCASE(c.why) { CHECK(job_texts(plan_of(cli, c.args), "name") == c.names); }
  }
}

TEST_CASE("plan: tells whether the event would start the workflow") {
  CliFixture cli;
  cli.workflow("deploy.yml", kDeploy);
  cli.commit();
  SUBCASE("the event is another one") {
    const auto plan = plan_of(cli, {"-e", "workflow_dispatch"});
    CHECK(plan["triggered"] == false);
    CHECK(has(plan["reason"].get<std::string>(), "workflow_dispatch"));
  }
  SUBCASE("the filters exclude the branch, which the text says too") {
    cli.workflow("deploy.yml",
                 "on:\n  push:\n    branches: [release]\njobs:\n  a:\n    runs-on: linux\n    steps:\n      "
                 "- run: x\n");
    const auto plan = plan_of(cli);
    CHECK(plan["triggered"] == false);
    CHECK(has(plan["reason"].get<std::string>(), "branches"));
    const auto text = cli.run({"plan", "deploy.yml"});
    CHECK(text.status == 0);
    CHECK(has(text.out, "does not start it"));
  }
}

TEST_CASE("plan: problems come with their place") {
  CliFixture cli;
  cli.workflow(
      "deploy.yml",
      "on: push\njobs:\n  a:\n    runs-on: windows-2022\n    steps:\n      - run: echo ${{ secrets.KEY }}\n");
  const Json problems = plan_of(cli).at("problems");
  REQUIRE(problems.size() == 2);
  CHECK(problems[0]["rule"] == "runs-on");
  CHECK(problems[0]["severity"] == "error");
  CHECK(problems[0]["line"] == 4);
  CHECK(problems[0]["column"] == 14);
  CHECK(problems[0]["file"] == ".github/workflows/deploy.yml");
  CHECK(problems[1]["rule"] == "secrets");
  CHECK(problems[1]["severity"] == "warning");
  CHECK(has(problems[1]["message"].get<std::string>(), "KEY"));
  CHECK(cli.run({"plan", "deploy.yml"}).status == 2);
}

TEST_CASE("plan: text shows checks, jobs with their steps, and that nothing changed") {
  CliFixture cli;
  cli.workflow("deploy.yml", kDeploy);
  cli.commit();
  const auto result = cli.run({"plan", "deploy.yml", "-s", "TOKEN=s3cret-token"});
  CHECK(result.status == 0);
  for (const auto* part :
       {"Deploy 1 of main", "5 jobs, 6 after matrix", "deploy (2 of matrix)", "late (matrix)",
        "secrets 1 of 1 set", "Log in", "registry.example", "run: make", "deploy (eu)", "run: ./deploy us",
        "environment production", "needs build", "skipped by if: github.ref_type", "Nothing changed"}) {
    CHECK_MESSAGE(has(result.out, part), part, " in: ", result.out);
  }
  CHECK_FALSE(has(result.out, "s3cret-token"));
  CHECK_FALSE(has(result.out, "tagged"));
}

TEST_CASE("plan: legs that do the same are told once, and many different ones are cut") {
  const auto legs = [](const std::string& script) {
    return "on: push\njobs:\n  a:\n    runs-on: linux\n    strategy:\n      matrix:\n        n: [1, 2, 3, 4, "
           "5, 6, 7, 8, 9, 10]\n"
           "    steps:\n      - run: " +
           script + "\n";
  };
  CliFixture cli;
  SUBCASE("alike") {
    cli.workflow("w.yml", legs("make"));
    const auto text = cli.run({"plan"}).out;
    CHECK(has(text, "a (1), a (2), a (3) and 7 more alike"));
    CHECK(text.find("run: make") == text.rfind("run: make"));
  }
  SUBCASE("different") {
    cli.workflow("w.yml", legs("make ${{ matrix.n }}"));
    const auto text = cli.run({"plan"}).out;
    CHECK(has(text, "run: make 8"));
    CHECK_FALSE(has(text, "run: make 9"));
    CHECK(has(text, "and 2 more of a: -v shows all"));
    CHECK(has(cli.run({"plan", "-v"}).out, "run: make 10"));
  }
}

TEST_CASE("plan: leaves nothing behind, and run --dry-run is the same") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.commit();
  const auto plan = cli.run({"plan", "hello.yml"});
  const auto dry = cli.run({"run", "hello.yml", "--dry-run"});
  CHECK(plan.status == 0);
  CHECK(dry.out == plan.out);
  CHECK_FALSE(std::filesystem::exists(cli.repository().parent_path() / "state"));
  CHECK_FALSE(std::filesystem::exists(cli.repository().parent_path() / "cache"));
}
