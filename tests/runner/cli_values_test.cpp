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

namespace {

std::string fault_of(const std::string& text) {
  try {
    parse_dotenv(text, "f");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

const std::string kKey =
    "-----BEGIN OPENSSH PRIVATE "
    "KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACBGb28gYmFyIGJheg==\n-----END OPENSSH PRIVATE KEY-----\n";

}  // namespace

TEST_CASE("values: faults in dotenv files have a line, a name and what is missing") {
  const std::string part_of_a =
      ". If it is part of the value of A (line 1): a value of several lines stands in double quotes";
  struct Case {
    std::string why, text, told;
  };
  for (const auto& c : {
           Case{"no equals sign", "A=1\nB\n", "f:2: expected NAME=value, and there is no '='" + part_of_a},
           Case{"nor a name before it", "b\n", "f:1: expected NAME=value, and there is no '='"},
           Case{"no name", "=1\n", "f:1: expected NAME=value, and no name stands at the start of the line"},
           Case{"JSON without quotes around it", "A={\n  \"private_key\": \"x\"\n}\n",
                "f:2: expected NAME=value, and no name stands at the start of the line" + part_of_a},
           Case{"base64 over two lines", "A=c2VjcmV0\nc2VjcmV0==\n",
                "f:2: expected NAME=value, and the line ends in '=' as base64 does" + part_of_a},
           Case{"what may be a piece of a value is no name", "A=c2VjcmV0\nc2VjcmV0=\nx\n",
                "f:3: expected NAME=value, and there is no '='" + part_of_a},
           Case{"an open quote, at its start", "A=1\nB=\"x\ny\n",
                "f:2: the value of B begins with a quote that is never closed"},
           Case{"text behind a quote", "A='x' y\n",
                "f:1: the value of A (line 1) has text after its closing quote"},
           Case{"a quote that swallowed the next line", "A=\"x\nB=\"y\"\n",
                "f:2: the value of A (line 1) has text after its closing quote"},
           Case{"a key without quotes", "A=1\nKEY=" + kKey,
                "f:2: the value of KEY goes on over several lines: put it in double quotes"},
           Case{"a key below its name", "KEY=\n" + kKey,
                "f:2: expected NAME=value, and there is no '='. If it is part of the value of KEY (line 1): "
                "a value of "
                "several lines stands in double quotes"},
           Case{"a key alone", kKey, "f:1: expected NAME=value, and there is no '='"},
           Case{"another encoding",
                std::string("\xFF\xFE"
                            "A\0=\0",
                            6),
                "f:1: the file is in UTF-16, expected UTF-8"},
       }) {
    CAPTURE(c.why);
    const auto told = fault_of(c.text);
    CHECK_MESSAGE(told.starts_with(c.told), told);
    if (!c.told.ends_with("UTF-8")) CHECK(told == c.told);
  }
}

TEST_CASE("values: no message holds a piece of a values file, wherever it is cut") {
  const std::vector<std::string> pieces{"b3Blbn", "QyNTUx", "OPENSSH", "s3cr3t", "hunter2", "c2Vj"};
  const std::string whole =
      "FIRST=s3cr3t\nSSH_KEY=\"" + kKey + "\"\nTOKEN='hunter2 # s3cr3t'\nB64=c2VjcmV0c2Vj\nc2VjcmV0==\n";
  for (size_t at = 0; at < whole.size(); ++at) {
    auto cut = whole;
    cut.erase(at, 1);  // one character is missing
    for (const auto& text : {cut, whole.substr(at), whole.substr(0, at)}) {
      const auto told = fault_of(text);
      for (const auto& piece : pieces) CHECK_MESSAGE(!contains(told, piece), (told + " for " + text));
    }
  }
}

TEST_CASE("values: no values file's content is told by a run that it stops") {
  for (const auto* name :
       {".secrets", ".vars", ".env", ".input", ".secrets.production", ".vars.production"}) {
    for (const auto& content :
         {"NAME=" + kKey, "s3cr3t b3Blbn\n" + std::string(), "NAME=\"b3Blbn\n" + std::string()}) {
      RunFixture runs;
      runs.write(name, content);
      const auto run = runs.run_steps("      - run: 'true'\n", {});
      CAPTURE(std::string(name));
      CHECK(run.status == 2);
      CHECK_MESSAGE(contains(run.err, name), run.err);
      CHECK_MESSAGE(!contains(run.out + run.err, "b3Blbn"), (run.out + run.err));
    }
  }
}

TEST_CASE("values: a given input is not repeated by the message that refuses it") {
  const std::string inputs =
      "on:\n  workflow_dispatch:\n    inputs:\n      really: { type: boolean }\n      size: { type: choice, "
      "options: [small, "
      "large] }\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n";
  for (const auto* content : {"really=hunter2\n", "size=hunter2\n"}) {
    RunFixture runs;
    runs.write(".input", content);
    const auto run = runs.run_text(inputs);
    CHECK(run.status == 2);
    CHECK_MESSAGE(contains(run.err, std::string(content, 4)), run.err);
    CHECK_MESSAGE(!contains(run.err, "hunter2"), run.err);
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
  CHECK(contains(run.err, ".secrets: chmod 600 .secrets"));
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
           Case{"a secret without a name",
                {"-s", "=hunter2"},
                "--secret: expected NAME=VALUE, and there is no name before '='"},
           Case{"an environment variable there is not", {"--env", "NOT_THERE"}, "NOT_THERE"},
           Case{"a faulty file", {"--secret-file", "faulty"}, "faulty:1: expected NAME=value"},
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
