// The command line itself: every refusal in our own words, in the order of the arguments; options before and
// behind the command; .runnerrc.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;

namespace {

struct Refusal {
  const char* why;
  std::vector<std::string> args;
  std::string told;  // the whole of it
};

void check_refusals(CliFixture& cli, const std::vector<Refusal>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.why);
    const auto result = cli.run(c.args);
    CHECK(result.status == 2);
    CHECK(result.out == "");
    CHECK(result.err == "runner: " + c.told + "\n");
  }
}

}  // namespace

TEST_CASE("command line: what does not fit is told in our words") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  const std::string whole = "expected a whole number from 1 to 2147483647";
  check_refusals(
      cli,
      {{"a number that is none", {"run", "--parallel", "abc"}, "--parallel: found \"abc\", " + whole},
       {"zero", {"plan", "--parallel=0"}, "--parallel: found \"0\", " + whole},
       {"more than fits", {"runs", "--limit", "99999999999"}, "--limit: found \"99999999999\", " + whole},
       {"a number with more behind it", {"runs", "-L", "5x"}, "--limit: found \"5x\", " + whole},
       {"a word that is none of the choices",
        {"plan", "--format", "xml"},
        "--format: found \"xml\", expected text or json"},
       {"and the nearest",
        {"validate", "--format", "sarf"},
        "--format: found \"sarf\", expected text, json, sarif or github; did you mean \"sarif\"?"},
       {"of a colour",
        {"--color", "blue", "list"},
        "--color: found \"blue\", expected auto, always or never"},
       {"an unknown option and the nearest",
        {"run", "--secret-fil=TOKEN=abc"},
        "runner run has no option \"--secret-fil\"; did you mean \"--secret-file\"?"},
       {"the first of several",
        {"run", "a.yml", "--bogus", "--other"},
        "runner run has no option \"--bogus\"; `runner help run` lists those it has"},
       {"an unknown letter among known ones",
        {"run", "-qx"},
        "runner run has no option \"-x\"; `runner help run` lists those it has"},
       {"a value that is missing", {"run", "--ref"}, "--ref needs a value: --ref REF"},
       {"with its choices",
        {"plan", "--format"},
        "--format needs a value: --format FORMAT, one of text, json"},
       {"of a short one", {"run", "-j"}, "-j needs a value: -j ID"},
       {"a value that nothing takes", {"run", "--force=yes"}, "--force takes no value"},
       {"a second workflow",
        {"run", "hello.yml", "build"},
        "\"build\" is one argument too many; expected: runner run [WORKFLOW]; a job is named with -j"},
       {"an argument of a command that has none",
        {"runs", "5"},
        "runner runs takes no argument: found \"5\"; `runner help runs` tells more"},
       {"an option of run before it",
        {"--dirty", "run"},
        "--dirty stands behind its command: runner run --dirty"},
       {"an option of nothing",
        {"--bogus"},
        "runner has no option \"--bogus\"; `runner help` lists those it has"},
       {"a command and the nearest",
        {"valdate"},
        "there is no command \"valdate\"; did you mean \"validate\"?"},
       {"a command like none",
        {"zzzzzzzz"},
        "there is no command \"zzzzzzzz\"; `runner help` lists those there are"}});
}

TEST_CASE("command line: common options stand before the command or behind it") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  cli.directory = "/";
  const auto folder = cli.repository().string();
  const auto behind = cli.run({"list", "-C", folder});
  CHECK(has(behind.out, "hello.yml"));
  for (const auto& args : {std::vector<std::string>{"-C", folder, "list"},
                           {"--directory=" + folder, "list"},
                           {"-q", "--color", "never", "-C", folder, "list"}}) {
    CAPTURE(args.front());
    CHECK(cli.run(args).out == behind.out);
  }
  CHECK(has(cli.run({"--color", "always", "-C", folder, "plan", "hello.yml"}).out, "\x1b["));
  CHECK(cli.run({"-v"}).out == cli.run({"version"}).out);
  CHECK(cli.run({"-V"}).out == cli.run({"version"}).out);
}

TEST_CASE("command line: a wrong line of .runnerrc is told with its place") {
  CliFixture cli;
  cli.workflow("hello.yml", kHello);
  const auto place = (cli.repository() / ".runnerrc").string() + ":2: ";
  struct Case {
    const char *line, *told;
  };
  for (const auto& c :
       {Case{"--format xml", "--format: found \"xml\", expected text or json"},
        Case{"--parallel", "--parallel needs a value: --parallel N"},
        Case{"--fromat json", "no command has the option --fromat; did you mean \"--format\"?"}}) {
    CAPTURE(c.line);
    cli.write(".runnerrc", std::string("# ours\n") + c.line + "\n");
    const auto result = cli.run({"plan", "hello.yml"});
    CHECK(result.status == 2);
    CHECK(result.err == "runner: " + place + c.told + "\n");
  }
}
