// validate, list, actions, help and the defaults of .runnerrc.
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/catalog.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kWrong =
    "on: push\njobs:\n  a:\n    runs-on: linux\n    needs: missing\n    steps:\n      - run: x\n"
    "  first:\n    runs-on: linux\n    steps:\n      - run: x\n";
constexpr std::string_view kElsewhere =
    "on: push\njobs:\n  a:\n    runs-on: windows-latest\n    container: node:20\n    steps:\n      - run: "
    "x\n";

}  // namespace

TEST_CASE("validate: versions of built-in actions") {
  CliFixture cli;
  const auto file = [](const std::string& uses) {
    return "on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - uses: " + uses + "\n";
  };
  cli.write("w.yml", file("actions/checkout@4.1.7"));
  const auto wrong = cli.run({"validate", "w.yml"});
  CHECK(wrong.status == 1);
  CHECK(has(wrong.out,
            "w.yml:6:15: error: actions/checkout has no version \"4.1.7\": GitHub would not find it; the "
            "nearest is "
            "actions/checkout@v4.1.7 [uses]\n        - uses: actions/checkout@4.1.7\n"));
  CHECK(Json::parse(cli.run({"validate", "w.yml", "--format", "json"}).out)["errors"][0]["line"] == 6);
  const auto plan = cli.run({"plan", "w.yml"});
  CHECK(plan.status == 0);
  CHECK(has(plan.err, "w.yml:6:15: warning: actions/checkout has no version \"4.1.7\""));

  cli.write("w.yml", file("actions/checkout@v99"));
  const auto newer = cli.run({"validate", "w.yml"});
  CHECK(newer.status == 0);
  CHECK(has(newer.out, "w.yml:6:15: note: v99 is newer than v"));
  CHECK(cli.run({"validate", "w.yml", "--format", "json"}).out == "{\"errors\":[]}\n");

  cli.write("w.yml", file("actions/checkout@main"));
  CHECK(cli.run({"validate", "w.yml"}).out == "1 file, no errors\n");
}

TEST_CASE("validate: an error that an alias brings names both places, in every form") {
  CliFixture cli;
  cli.write("w.yml",
            "on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - run: ls\n        env: &values\n"
            "          SUM: ${{ hashFiles('go.sum') }}\n  b:\n    runs-on: linux\n    env: *values\n");
  const auto text = cli.run({"validate", "w.yml"}).out;
  CHECK(has(text, "w.yml:8:20: error: "));
  CHECK(has(text, "w.yml:11:10: note: this alias led there\n      env: *values\n           ^\n"));
  for (const std::string format : {"json", "sarif", "github"}) {
    CHECK(has(cli.run({"validate", "w.yml", "--format", format}).out, "(through the alias at 11:10)"));
  }
}

TEST_CASE("validate: exit status and text") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    int status;
    std::vector<std::string> told;
  };
  CliFixture cli;
  cli.write("good.yml", kHello);
  cli.write("wrong.yml", kWrong);
  cli.write("elsewhere.yml", kElsewhere);
  cli.workflow("hello.yml", kHello);
  for (const auto& c : {
           Case{"a right file", {"good.yml"}, 0, {"1 file, no errors"}},
           Case{"a wrong file, with its line and a caret",
                {"wrong.yml"},
                1,
                {"wrong.yml:5:12: error: ", "[needs]", "    needs: missing", "^", "1 file, 1 error"}},
           Case{"several", {"good.yml", "wrong.yml"}, 1, {"2 files, 1 error"}},
           Case{"none named: all of the repository", {}, 0, {"1 file, no errors"}},
           Case{"by the workflow's name", {"Hello"}, 0, {"1 file, no errors"}},
           Case{"what another machine could run is right, with remarks",
                {"elsewhere.yml"},
                0,
                {"note: ", "windows-latest", "container", "1 file, no errors"}},
           Case{"a file that is not there, the others are checked",
                {"none.yml", "wrong.yml"},
                2,
                {"none.yml", "wrong.yml:5:12"}},
           Case{"a folder", {".github"}, 2, {"folder"}},
       }) {
    SUBCASE(c.why) {
      std::vector<std::string> args{"validate"};
      args.insert(args.end(), c.args.begin(), c.args.end());
      const auto result = cli.run(args);
      CHECK(result.status == c.status);
      for (const auto& word : c.told) {
        CHECK_MESSAGE(has(result.out + result.err, word), word, " in: ", result.out, result.err);
      }
    }
  }
}

TEST_CASE("validate: forms for machines") {
  CliFixture cli;
  cli.write("good.yml", kHello);
  cli.write("wrong.yml", kWrong);
  cli.write("elsewhere.yml", kElsewhere);
  SUBCASE("json") {
    const auto result = cli.run({"validate", "wrong.yml", "elsewhere.yml", "--format", "json"});
    CHECK(result.status == 1);
    const Json errors = Json::parse(result.out).at("errors");
    REQUIRE(errors.size() == 1);  // remarks are none
    CHECK(errors[0]["file"] == "wrong.yml");
    CHECK(errors[0]["line"] == 5);
    CHECK(errors[0]["column"] == 12);
    CHECK(errors[0]["rule"] == "needs");
    CHECK(errors[0]["severity"] == "error");
    CHECK(has(errors[0]["message"].get<std::string>(), "missing"));
  }
  SUBCASE("json of a right file") {
    const auto result = cli.run({"validate", "good.yml", "--format", "json"});
    CHECK(result.status == 0);
    CHECK(Json::parse(result.out) == Json{{"errors", Json::array()}});
  }
  SUBCASE("sarif") {
    const auto result = cli.run({"validate", "wrong.yml", "--format", "sarif"});
    CHECK(result.status == 1);
    const auto sarif = Json::parse(result.out);
    CHECK(sarif["version"] == "2.1.0");
    const auto& run = sarif["runs"][0];
    CHECK(run["tool"]["driver"]["rules"] == Json{{{"id", "needs"}}});
    const auto& place = run["results"][0]["locations"][0]["physicalLocation"];
    CHECK(run["results"][0]["level"] == "error");
    CHECK(place["artifactLocation"]["uri"] == "wrong.yml");
    CHECK(place["region"] == Json{{"startLine", 5}, {"startColumn", 12}});
  }
  SUBCASE("github") {
    const auto result = cli.run({"validate", "wrong.yml", "--format", "github"});
    CHECK(result.status == 1);
    CHECK(result.out.starts_with("::error file=wrong.yml,line=5,col=12,title=needs::"));
  }
}

TEST_CASE("list: workflows with what starts them, broken ones with why") {
  CliFixture cli;
  cli.workflow(
      "deploy.yml",
      "name: Deploy\non:\n  push:\n    branches: [main, 'v*']\n  schedule:\n    - cron: '0 3 * * *'\n"
      "  workflow_dispatch:\n    inputs:\n      where:\n        required: true\n"
      "jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: a\n      - run: b\n"
      "  deploy:\n    needs: build\n    runs-on: [self-hosted, linux]\n    environment: production\n"
      "    strategy:\n      matrix:\n        server: [eu, us]\n    steps:\n      - run: c\n");
  cli.workflow("wrong.yml", kWrong);
  const auto all = cli.run({"list"});
  CHECK(all.status == 0);
  for (const auto* part : {"deploy.yml", "Deploy", "push (branches: main, v*)", "schedule (0 3 * * *)",
                           "workflow_dispatch (inputs: where (required))", "wrong: 5:12: "}) {
    CHECK_MESSAGE(has(all.out, part), part, " in: ", all.out);
  }
  const auto one = cli.run({"list", "deploy"});
  CHECK(one.status == 0);
  for (const auto* part : {"build", "deploy (2 of matrix)", "2 steps", "1 step", "self-hosted, linux",
                           "needs build", "environment production"}) {
    CHECK_MESSAGE(has(one.out, part), part, " in: ", one.out);
  }
  const auto broken = cli.run({"list", "wrong.yml"});
  CHECK(broken.status == 2);
  CHECK(has(broken.err, "wrong.yml:5:12: error: "));
}

TEST_CASE("actions: every built-in, and one in detail") {
  CliFixture cli;
  const auto all = Json::parse(cli.run({"actions", "--format", "json"}).out);
  REQUIRE(all.size() == builtin_actions().size());
  const auto text = cli.run({"actions"}).out;
  for (const auto& action : all) {
    const std::string uses = action["uses"];
    SUBCASE(uses.c_str()) {
      CHECK(has(text, uses));
      CHECK_FALSE(action["doc"].get<std::string>().empty());
      const auto one = cli.run({"actions", uses + "@v9"});
      CHECK(one.status == 0);
      for (const auto& input : action["inputs"]) {
        CHECK(has(one.out, input["name"].get<std::string>()));
        CHECK_FALSE(input["doc"].get<std::string>().empty());
        CHECK(input.contains("required"));
        CHECK(input.contains("default"));
      }
      for (const auto& output : action["outputs"]) CHECK(has(one.out, output["name"].get<std::string>()));
      CHECK(Json::parse(cli.run({"actions", uses, "--format", "json"}).out) == action);
    }
  }
  CHECK(has(cli.run({"actions", "checkout"}).out, "actions/checkout"));
}

TEST_CASE("actions: the command lines of aws that are built in") {
  CliFixture cli;
  const auto text = cli.run({"actions", "aws"}).out;
  for (const auto* command :
       {"s3 sync", "configure set", "ecr get-login-password", "ecs wait services-stable",
        "deploy create-deployment", "ec2 create-launch-template-version"})
    CHECK(has(text, fmt::format("\naws {}\n", command)));
  const auto all = Json::parse(cli.run({"actions", "aws", "--format", "json"}).out)["aws"];
  CHECK(all.size() > 60);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
}

TEST_CASE("cli: help names only commands that exist") {
  CliFixture cli;
  const auto help = cli.run({"help"});
  CHECK(help.status == 0);
  CHECK(cli.run({"--help"}).out == help.out);
  std::string everything = help.out;
  for (const std::string command : {"run", "plan", "validate", "list", "eval", "actions", "runs", "logs",
                                    "doctor", "completion", "version", "help"}) {
    CHECK(has(help.out, "\n  " + command + " "));
    const auto one = cli.run({"help", command});
    CHECK(one.status == 0);
    CHECK(cli.run({command, "--help"}).out == one.out);
    everything += one.out;
  }
  for (const std::string later : {"show", "cancel", "rerun", "serve", "hook", "secret", "var", "apply"}) {
    CHECK_MESSAGE(!has(everything, "runner " + later), later);
    CHECK_MESSAGE(!has(help.out, "\n  " + later + " "), later);
    CHECK(cli.run({later}).status == 2);
  }
  CHECK(cli.run({"version"}).out == cli.run({"--version"}).out);
}

TEST_CASE("cli: -C and .runnerrc") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.commit();
  SUBCASE("-C is where the command is started") {
    cli.directory = "/";
    CHECK(cli.run({"list"}).out == "");
    CHECK(has(cli.run({"list", "-C", cli.repository().string()}).out, "hello.yml"));
  }
  SUBCASE("from a folder below the root the repository is found") {
    cli.write("src/deep/file", "");
    CHECK(has(cli.run({"list", "-C", "src/deep"}).out, "hello.yml"));
  }
  SUBCASE("defaults stand below the command line, and those of other commands do not disturb") {
    cli.write(".runnerrc", "# ours\n--format json\nactor ana\n--event workflow_dispatch\n");
    CHECK(Json::parse(cli.run({"plan", "hello.yml"}).out)["event"] == "workflow_dispatch");
    CHECK(Json::parse(cli.run({"plan", "hello.yml", "-e", "push"}).out)["event"] == "push");
    CHECK(cli.run({"list"}).status == 0);
  }
  SUBCASE("a wrong default is told") {
    cli.write(".runnerrc", "--format xml\n");
    CHECK(cli.run({"plan", "hello.yml"}).status == 2);
  }
}
