// What users of act and gh type first, and what `runner` says with nothing behind it.
#include <doctest/doctest.h>

#include "tests/support/cli_fixture.hpp"
#include "tests/support/git.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("habits: the right command in one line, and nothing runs") {
  CliFixture cli;
  cli.workflow("hello.yml",
               "name: Hello\non: push\njobs:\n  a:\n    runs-on: linux\n    steps: [{run: touch ran}]\n");
  cli.commit();
  struct Case {
    std::vector<std::string> typed;
    std::string right;
  };
  for (const auto& c : {
           Case{{"push"}, "run --event push"},
           Case{{"pull_request", "-j", "build"}, "run --event pull_request -j build"},
           Case{{"-l"}, "list"},
           Case{{"--list"}, "list"},
           Case{{"-n"}, "plan"},
           Case{{"push", "-n"}, "plan --event push"},
           Case{{"-j", "build"}, "run -j build"},
           Case{{"-W", "f.yml"}, "run f.yml"},
           Case{{"-W", ".github/workflows/f.yml", "-j", "a", "-n"}, "plan .github/workflows/f.yml -j a"},
           Case{{"run", "-W", "f.yml", "-j", "a"}, "run f.yml -j a"},
           Case{{"plan", "-j", "a", "--workflows=f.yml"}, "plan f.yml -j a"},
           Case{{"-W", "f.yml", "-l"}, "list f.yml"},
           Case{{"-e", "event.json", "push"}, "run --event push --event-path event.json"},
           Case{{"push", "-s", "TOKEN=abc"}, "run --event push ..."},
           Case{{"hello.yml"}, "run hello.yml"},
           Case{{"hello", "--dirty"}, "run hello --dirty"},
           Case{{"Hello"}, "run Hello"},
           Case{{".github/workflows/hello.yml"}, "run .github/workflows/hello.yml"},
           Case{{"run", "push"}, "run --event push"},
           Case{{"run", "list"}, "runs"},
           Case{{"run", "list", "--limit", "5"}, "runs --limit 5"},
           Case{{"run", "view", "15"}, "logs 15"},
           Case{{"run", "view", "15", "--log-failed"}, "logs 15 --failed"},
           Case{{"run", "view"}, "logs"},
           Case{{"run", "watch"}, "logs --follow"},
           Case{{"run", "watch", "15"}, "logs 15 --follow"},
           Case{{"run", "rerun", "15"}, "run"},
           Case{{"workflow", "list"}, "list"},
           Case{{"workflow", "run", "hello.yml"}, "run hello.yml"},
           Case{{"workflow", "run", "hello.yml", "-f", "token=abc"}, "run hello.yml -f ..."},
           Case{{"workflow", "view", "hello.yml"}, "list hello.yml"},
           Case{{"logs", "latest"}, "logs"},
           Case{{"-C", ".", "push"}, "-C . run --event push"},
       }) {
    const auto result = cli.run(c.typed);
    CHECK(result.status == 2);
    CHECK(result.out == "");
    CHECK(result.err == "runner: nothing was run; the command for that is: runner " + c.right + "\n");
  }
  CHECK_FALSE(std::filesystem::exists(cli.repository() / "ran"));
}

TEST_CASE("habits: a workflow of such a name is meant, and run 1 is run again by its workflow") {
  CliFixture cli;
  cli.workflow("list.yml", kHello);
  cli.workflow("push.yml", kHello);
  cli.commit();
  CHECK(cli.run({"run", "list"}).status == 0);
  CHECK(cli.run({"run", "push"}).status == 0);
  CHECK(has(cli.run({"run", "rerun", "1"}).err, ": runner run list.yml\n"));
}

TEST_CASE("run: from a bare repository whose HEAD names no branch, as a hook finds it") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.commit();
  git(cli.repository(),
      "clone -q --bare . ../shop.git && git -C ../shop.git symbolic-ref HEAD refs/heads/none");
  cli.directory = cli.repository().parent_path() / "shop.git";
  CHECK(cli.run({"run", "hello.yml", "--ref", "main"}).status == 0);
  CHECK(cli.run({}).status == 0);
}

TEST_CASE("overview: bare runner says what is here and what to type") {
  CliFixture cli;
  const auto empty = cli.run({});
  CHECK(empty.status == 0);
  CHECK(has(empty.out, ".github/workflows"));
  CHECK(has(empty.out, "runner -C DIR"));
  cli.workflow("a-nightly.yml",
               "on: schedule\njobs:\n  a:\n    runs-on: linux\n    steps:\n      - run: x\n");
  cli.workflow("hello.yml", kHello);
  cli.commit();
  const auto before = cli.run({});
  CHECK(before.status == 0);
  for (const auto* part : {"2 workflows here\n", ".github/workflows/hello.yml", "Hello  push\n",
                           "runner plan hello.yml", "runner run hello.yml", "runner help"})
    CHECK_MESSAGE(has(before.out, part), part, " in: ", before.out);
  CHECK_FALSE(has(before.out, "runner logs"));
  REQUIRE(cli.run({"run", "hello.yml"}).status == 0);
  const auto after = cli.run({});
  for (const auto* part : {"the newest run\n1  ", "hello.yml  main ", "runner logs"})
    CHECK_MESSAGE(has(after.out, part), part, " in: ", after.out);
}
