// What stops a run before its first step: exit status 2, in words that name the thing and the way out.
#include <doctest/doctest.h>

#include "tests/support/cli_fixture.hpp"
#include "tests/support/git.hpp"

using namespace runner;
using namespace runner::test;

namespace {

std::string job_with(const std::string& lines) {
  return "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n" + lines;
}

}  // namespace

TEST_CASE("cli: a wrong command line is told with the nearest right word") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    const char* told;
  };
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.commit();
  for (const auto& c : {
           Case{"a command", {"valdate"}, "validate"},
           Case{"an option", {"run", "--secret-fil=x"}, "--secret-file"},
           Case{"a workflow", {"run", "helo.yml"}, "hello.yml"},
           Case{"a workflow by its name", {"list", "Helo"}, "Hello"},
           Case{"a job", {"plan", "hello.yml", "-j", "gret"}, "greet"},
           Case{"an action", {"actions", "docker/logn-action"}, "docker/login-action"},
           Case{"help of a command", {"help", "pln"}, "plan"},
           Case{"an option that lacks its value", {"run", "--ref"}, "--ref"},
           Case{"a folder", {"list", "-C", "nowhere"}, "nowhere"},
           Case{"a value that is none of the words", {"plan", "--format", "xml"}, "format"},
           Case{"a matrix without a value", {"plan", "hello.yml", "-m", "os"}, "KEY:VALUE"},
           Case{"a secret's file that is not there", {"run", "hello.yml", "--secret-file", "none"}, "none"},
           Case{"an executor there is not yet", {"run", "hello.yml", "--executor", "swarm"}, "swarm"},
           Case{"an event that GitHub does not know", {"plan", "hello.yml", "-e", "pusch"}, "push"},
           Case{"a branch that is not there", {"plan", "hello.yml", "--ref", "nope"}, "nope"},
       }) {
    SUBCASE(c.why) {
      const auto result = cli.run(c.args);
      CAPTURE(result.out);
      CHECK(result.status == 2);
      CHECK_MESSAGE(result.err.find(c.told) != std::string::npos, result.err);
      CHECK(cli.http.requests.empty());
    }
  }
}

TEST_CASE("cli: what cannot run here is refused before the first step") {
  struct Case {
    const char* why;
    std::string text;
    std::vector<std::string> told, options = {};
  };
  const std::string step = "    steps:\n      - run: touch \"$HOST_FOLDER/ran\"\n";
  for (const auto& c : {
           Case{"a label of other machines",
                "on: push\njobs:\n  build:\n    runs-on: windows-latest\n" + step,
                {"windows-latest", "--platform", "w.yml:4:14"}},
           Case{"a job in a container",
                job_with("    container: node:20\n" + step),
                {"container", "not supported"}},
           Case{"service containers",
                job_with("    services:\n      db:\n        image: postgres:16\n" + step),
                {"service", "not supported"}},
           Case{"a reusable workflow",
                "on: push\njobs:\n  call:\n    uses: ./.github/workflows/other.yml\n",
                {"reusable", "not supported"}},
           Case{"an action that is not built in",
                job_with("    steps:\n      - uses: actions/setup-dotnet@v5\n"),
                {"actions/setup-dotnet@v5 cannot be had", "w.yml:6:15"}},
           Case{"a misspelt built-in action",
                job_with("    steps:\n      - uses: docker/loginaction@v3\n"),
                {"docker/login-action"}},
           Case{"an action of the workflow's own commit",
                job_with("    steps:\n      - uses: $/tools/act\n"),
                {"$/tools/act", "not supported"}},
           Case{"an image as a step",
                job_with("    steps:\n      - uses: docker://alpine:3\n"),
                {"not supported"}},
           Case{
               "a built-in's required input, from a secret nobody set",
               job_with("    steps:\n      - uses: tsickert/discord-webhook@v7.0.0\n        with:\n          "
                        "webhook-url: ${{ "
                        "secrets.HOOK }}\n          content: hi\n"),
               {"webhook-url", "HOOK", "is not set"}},
           Case{"a file that is not YAML", "on: [push\n", {"w.yml:"}},
           Case{"a wrong key", job_with("    step:\n      - run: true\n"), {"step", "steps"}},
           Case{"an unknown function", job_with("    if: sucess()\n" + step), {"sucess"}},
           Case{"a branch that the filters exclude",
                "on:\n  push:\n    branches: [release]\njobs:\n  build:\n    runs-on: ubuntu-latest\n" + step,
                {"branches", "--ref", "--event", "--force", "w.yml:3"}},
           Case{"an event that it does not answer to, which has no place",
                "on: workflow_dispatch\njobs:\n  build:\n    runs-on: ubuntu-latest\n" + step,
                {"runner: .github/workflows/w.yml: not run: the workflow does not answer to the event push"},
                {"-e", "push"}},
       }) {
    SUBCASE(c.why) {
      CliFixture cli;
      cli.workflow("w.yml", c.text);
      cli.commit();
      cli.environment["HOST_FOLDER"] = cli.repository().string();
      std::vector<std::string> args{"run", "w.yml", "--env", "HOST_FOLDER"};
      args.insert(args.end(), c.options.begin(), c.options.end());
      const auto result = cli.run(args);
      CHECK(result.status == 2);
      for (const auto& word : c.told)
        CHECK_MESSAGE(result.err.find(word) != std::string::npos, word, " in: ", result.err);
      CHECK_FALSE(std::filesystem::exists(cli.repository() / "ran"));
    }
  }
}

TEST_CASE("cli: without a name the only workflow that answers is taken, and several are listed") {
  CliFixture cli;
  SUBCASE("none") {
    const auto result = cli.run({"plan"});
    CHECK(result.status == 2);
    CHECK(result.err.find(".github/workflows") != std::string::npos);
  }
  SUBCASE("one") {
    cli.workflow("hello.yml", kHello);
    CHECK(cli.run({"plan"}).status == 0);
  }
  SUBCASE("one of two answers to the event") {
    cli.workflow("hello.yml", kHello);
    cli.workflow(
        "nightly.yml",
        "on: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: x\n");
    CHECK(cli.run({"plan"}).status == 0);
    const auto asked = cli.run({"plan", "-e", "workflow_dispatch"});
    CHECK(asked.status == 0);
    CHECK(asked.out.find("nightly.yml") != std::string::npos);
  }
  SUBCASE("several") {
    cli.workflow("hello.yml", kHello);
    cli.workflow("again.yml", kHello);
    const auto result = cli.run({"plan"});
    CHECK(result.status == 2);
    CHECK(result.err.find("hello.yml") != std::string::npos);
    CHECK(result.err.find("again.yml") != std::string::npos);
  }
}

TEST_CASE("cli: a secret that nobody set is a warning where no built-in needs it") {
  CliFixture cli;
  cli.workflow("w.yml", job_with("    steps:\n      - run: echo ${{ secrets.KEY }}\n"));
  cli.commit();
  const auto unset = cli.run({"plan", "w.yml"});
  CHECK(unset.status == 0);
  CHECK(unset.err.find("KEY") != std::string::npos);
  CHECK(unset.err.find("warning") != std::string::npos);
  CHECK(unset.out.find("secrets 0 of 1 set") != std::string::npos);
  const auto set = cli.run({"plan", "w.yml", "-s", "KEY=very-secret-value"});
  CHECK(set.status == 0);
  CHECK(set.err == "");
  CHECK(set.out.find("secrets 1 of 1 set") != std::string::npos);
  CHECK(set.out.find("very-secret-value") == std::string::npos);
}
