// Values from files and options (cli.md): dotenv, what wins, what is wrong.
#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "runner/cli/value_files.hpp"
#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("values: dotenv files") {
  struct Case {
    std::string why, text;
    Pairs want;
  };
  for (const auto& c : {
           Case{"plain", "A=1\nB = two words \n", {{"A", "1"}, {"B", "two words"}}},
           Case{"blank lines and comments",
                "\n# no\n  # no\nA=1 # a comment\nB=x#y\n",
                {{"A", "1"}, {"B", "x#y"}}},
           Case{"export", "export A=1\n  export B='2'\n", {{"A", "1"}, {"B", "2"}}},
           Case{"empty values",
                "A=\nB= # nothing\nC=''\nD=#x",
                {{"A", ""}, {"B", ""}, {"C", ""}, {"D", "#x"}}},
           Case{"single quotes are literal", R"(A='a\n$B "x" # y')", {{"A", R"(a\n$B "x" # y)"}}},
           Case{"double quotes", R"(A="a\nb\"c\\d\te\$f\q")", {{"A", "a\nb\"c\\d\te$f\\q"}}},
           Case{"over several lines",
                "A=\"one\ntwo\n\"\nB='x\ny' # c\n",
                {{"A", "one\ntwo\n"}, {"B", "x\ny"}}},
           Case{"line ends of Windows", "A=1\r\nB=\"2\"\r\n", {{"A", "1"}, {"B", "2"}}},
           Case{"a byte order mark",
                "\xEF\xBB\xBF"
                "A=1",
                {{"A", "1"}}},
           Case{"a value with = and quotes inside", "A=b=c\"d'e\n", {{"A", "b=c\"d'e"}}},
           Case{"the form of YAML", "A: 1\n", {{"A", "1"}}},
           Case{"nothing", "", {}},
       }) {
    CAPTURE(c.why);
    CHECK(parse_dotenv(c.text, "f") == c.want);
  }
}

TEST_CASE("values: faults in dotenv files have their place") {
  struct Case {
    std::string why, text, told;
  };
  for (const auto& c : {
           Case{"no equals sign", "A=1\nB\n", "f:2:2: expected '=' after \"B\""},
           Case{"no name", "=1\n", "f:1:1: found '='"},
           Case{"an open quote, at its start", "A=1\nB=\"x\ny\n", "f:2:3: this quote is never closed"},
           Case{"text behind a quote", "A='x' y\n", "f:1:7: found text after the closing quote"},
       }) {
    CAPTURE(c.why);
    std::string message;
    try {
      parse_dotenv(c.text, "f");
    } catch (const UsageError& error) {
      message = error.what();
    }
    CHECK_MESSAGE(contains(message, c.told), message);
  }
}

TEST_CASE("values: what wins, and what is told") {
  RunFixture runs;
  runs.write(".secrets", "S=file-0\nT=file-0\nU=file-0\n");
  runs.write("more", "T=more-1\nU=more-1\n");
  runs.write(".vars", "V=file\nW=file\n");
  runs.environment["FROM_HERE"] = "environment-4";
  ::system(("chmod 644 " + (runs.repository() / ".secrets").string() + "; chmod 600 " +
            (runs.repository() / "more").string())
               .c_str());
  const auto run = runs.run_steps(
      "      - run: |\n          cat <<'E'\n"
      "          ${{ secrets.S == 'file-0' }} ${{ secrets.T == 'more-1' }} ${{ secrets.u == 'option-2' }} "
      "${{ secrets.FROM_HERE == 'environment-4' }} ${{ vars.V }} ${{ vars.W }}\n          E\n",
      {"--secret-file", "more", "-s", "U=option-2", "-s", "FROM_HERE", "--var", "W=option"});
  CAPTURE(run.err);
  CHECK(run.logged("true true true true file option"));
  CHECK(contains(run.err, ".secrets: chmod 600 it"));
  CHECK_FALSE(contains(run.err, "more: chmod"));
}

TEST_CASE("values: wrong ones are refused before anything runs") {
  struct Case {
    std::string why;
    std::vector<std::string> args;
    std::string told;
  };
  RunFixture runs;
  runs.write("faulty", "A\n");
  for (const auto& c : {
           Case{"a secret that is nowhere, and nobody to ask", {"-s", "NOWHERE"}, "NOWHERE"},
           Case{"a variable without a value", {"--var", "X"}, "NAME=VALUE"},
           Case{"an environment variable there is not", {"--env", "NOT_THERE"}, "NOT_THERE"},
           Case{"a faulty file", {"--secret-file", "faulty"}, "faulty:1:2"},
           Case{"a folder", {"--var-file", ".git"}, "there is no file"},
           Case{"a payload that is no JSON", {"--event-path", "faulty"}, "is not JSON"},
           Case{"a platform without a label", {"-P", "x"}, "LABEL=host"},
           Case{"a repository without its owner", {"--repository", "app"}, "OWNER/NAME"},
       }) {
    const auto run = runs.run_steps("      - run: 'true'\n", c.args);
    CAPTURE(c.why);
    CHECK(run.status == 2);
    CHECK(run.out.empty());
    CHECK_MESSAGE(contains(run.err, c.told), run.err);
  }
}

TEST_CASE("values: a file of another kind is read too") {
  RunFixture runs;
  const auto pipe = runs.repository().parent_path() / "pipe";
  REQUIRE(::system(("mkfifo " + pipe.string() + " && (echo PASS=from-a-pipe > " + pipe.string() + " &)")
                       .c_str()) == 0);
  const auto run = runs.run_steps("      - run: echo ${{ secrets.PASS == 'from-a-pipe' }}\n",
                                  {"--secret-file", pipe.string()});
  CHECK(run.logged("true"));
}
