// What completion offers, whichever shell asks; the shells themselves are in tests/e2e/cli_test.py.
#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("completion: commands, options, values and what is here") {
  CliFixture cli;
  cli.workflow(
      "deploy.yml",
      "name: Deploy\non: [push, workflow_dispatch]\njobs:\n"
      "  build: {runs-on: linux, steps: [{run: x}]}\n  publish: {runs-on: linux, steps: [{run: x}]}\n");
  cli.workflow("hello.yml", kHello);
  cli.commit();
  REQUIRE(cli.run({"run", "hello.yml"}).status == 0);
  struct Case {
    const char* why;
    std::vector<std::string> words;
    std::string offered;  // blanks between them
  };
  for (const auto& c : {
           Case{"a command", {"pl"}, "plan"},
           Case{"several", {"v"}, "validate version"},
           Case{"behind an option of the program", {"-C", ".", "do"}, "doctor"},
           Case{"an option", {"run", "--dr"}, "--dry-run"},
           Case{"of the program", {"--dir"}, "--directory"},
           Case{"a workflow", {"run", ""}, "deploy.yml hello.yml"},
           Case{"its beginning", {"list", "h"}, "hello.yml"},
           Case{"several files", {"validate", "deploy.yml", "h"}, "hello.yml"},
           Case{"nothing behind the only argument", {"run", "deploy.yml", ""}, ""},
           Case{"a value of the few there are", {"plan", "--format", ""}, "text json"},
           Case{"the same behind =", {"plan", "--format=j"}, "'--format=json'"},
           Case{"as bash takes it apart", {"plan", "--format", "=", "j"}, "json"},
           Case{"and with nothing typed yet", {"--color", "="}, "auto always never"},
           Case{"a status", {"runs", "-s", "f"}, "failure"},
           Case{"an executor", {"run", "--executor", ""}, "host"},
           Case{"an event that starts something here", {"run", "-e", "w"}, "workflow_dispatch"},
           Case{"a job", {"run", "deploy.yml", "-j", ""}, "build publish"},
           Case{"a job of any workflow", {"run", "-j", ""}, "build publish greet"},
           Case{"a job by the workflow's name", {"run", "Deploy", "-j", "p"}, "publish"},
           Case{"a run", {"logs", ""}, "1"},
           Case{"a workflow of runs", {"runs", "-w", "d"}, "deploy.yml"},
           Case{"a command for help", {"help", "compl"}, "completion"},
           Case{"an action", {"actions", "docker/b"}, "docker/build-push-action"},
           Case{"a shell", {"completion", "z"}, "zsh"},
           Case{"a file, which the shell knows", {"run", "--secret-file", ""}, ""},
           Case{"nothing of a command that is none", {"bogus", ""}, ""},
       }) {
    CAPTURE(c.why);
    std::vector<std::string> args{"completion", "bash", "--"};
    args.insert(args.end(), c.words.begin(), c.words.end());
    const auto result = cli.run(args);
    CHECK(result.status == 0);
    CHECK(replace_all(std::string(trim(result.out)), "\n", " ") == c.offered);
  }
  CHECK(cli.run({"completion", "zsh", "--", "run", "d"}).out == "deploy.yml:Deploy\n");
  CHECK(cli.run({"completion", "fish", "--", "run", "d"}).out == "deploy.yml\tDeploy\n");
  CHECK(has(cli.run({"completion"}).err, "runner completion needs an argument"));
  CHECK(has(cli.run({"completion", "tcsh"}).err, "expected bash, zsh or fish"));
}

TEST_CASE("completion: a name in the repository is no command to the shell") {
  CliFixture cli;
  cli.workflow("a b;$(touch x).yml", kHello);
  CHECK(cli.run({"completion", "bash", "--", "run", "a"}).out == "'a b;$(touch x).yml'\n");
}
