#include "steps/aws_cli/options.hpp"

#include <doctest/doctest.h>

#include "steps/aws_cli/close_matches.hpp"

using namespace runner;
using namespace runner::aws;

namespace {

const std::vector<OptionSpec> kSpecs = {{.name = "cluster"},
                                        {.name = "service"},
                                        {.name = "services", .takes = OptionSpec::Takes::many},
                                        {.name = "force-new-deployment", .takes = OptionSpec::Takes::nothing},
                                        {.name = "sse", .takes = OptionSpec::Takes::one_or_nothing},
                                        {.name = "exclude", .repeats = true},
                                        {.name = "launch-type", .choices = {"EC2", "FARGATE"}}};

// "cluster=c services=a,b | w1 w2"
std::string shown(const Arguments& arguments) {
  std::string text;
  for (const auto& option : arguments.options) {
    text += option.name + "=";
    for (size_t i = 0; i < option.values.size(); ++i) text += (i > 0 ? "," : "") + option.values[i];
    text += " ";
  }
  text += "|";
  for (const auto& word : arguments.words) text += " " + word;
  return text;
}

}  // namespace

TEST_CASE("aws options: a command line is read as the CLI reads it") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    const char* want;
  };
  for (const auto& c : {
           Case{"options and words in any order",
                {"a", "--cluster", "c", "b", "--force-new-deployment"},
                "cluster=c force-new-deployment= | a b"},
           Case{"a value after =, which may hold more of them", {"--cluster=c=d"}, "cluster=c=d |"},
           Case{"an empty value", {"--cluster", ""}, "cluster= |"},
           Case{"a unique prefix", {"--clus", "c", "--force"}, "cluster=c force-new-deployment= |"},
           Case{"a whole name that is the beginning of another", {"--service", "s"}, "service=s |"},
           Case{"a list ends at the next option",
                {"--services", "a", "b", "--cluster", "c"},
                "services=a,b cluster=c |"},
           Case{"a global option inside a list is as if it were not there",
                {"--services", "a", "--region", "r", "b"},
                "region=r services=a,b |"},
           Case{"negative numbers and texts with blanks are values",
                {"--cluster", "-1", "--service", "-x y"},
                "cluster=-1 service=-x y |"},
           Case{"a lone dash is a word", {"-", "s3://b/k"}, "| - s3://b/k"},
           Case{"after -- all are words", {"a", "--", "--cluster"}, "| a --cluster"},
           Case{"an optional value that is there", {"--sse", "AES256"}, "sse=AES256 |"},
           Case{"an optional value that is not", {"--sse", "--cluster", "c"}, "sse= cluster=c |"},
           Case{"repeated options stay apart, in order",
                {"--exclude", "a", "--exclude", "b"},
                "exclude=a exclude=b |"},
       }) {
    SUBCASE(c.why) { CHECK(shown(read_arguments(c.args, kSpecs)) == c.want); }
  }
}

TEST_CASE("aws options: what cannot be read is refused in the CLI's words") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    const char* want;
    bool unknown = false;
  };
  for (const auto& c : {
           Case{"no value", {"--cluster"}, "aws: error: argument --cluster: expected one argument"},
           Case{"the next option is no value",
                {"--cluster", "--service", "s"},
                "aws: error: argument --cluster: expected one argument"},
           Case{"a value for a switch",
                {"--force-new-deployment=1"},
                "aws: error: argument --force-new-deployment: ignored explicit argument '1'"},
           Case{"two names begin so",
                {"--serv", "s"},
                "aws: error: ambiguous option: --serv could match --service, --services"},
           Case{"unknown options, all of them",
                {"--foo", "a", "--no-bar=1"},
                "Unknown options: --foo, --no-bar=1",
                true},
           Case{"none of the choices",
                {"--launch-type", "FARGAT"},
                "aws: error: argument --launch-type: Invalid choice, valid choices are:\n\n"
                "EC2                                      | FARGATE                                 \n\n\n"
                "Invalid choice: 'FARGAT', maybe you meant:\n\n  * FARGATE"},
       }) {
    SUBCASE(c.why) {
      try {
        read_arguments(c.args, kSpecs);
        FAIL("was read");
      } catch (const UsageError252& error) {
        CHECK(std::string(error.what()) == c.want);
        CHECK(error.unknown_option == c.unknown);
      }
    }
  }
}

TEST_CASE("aws options: the last of equal options wins, the environment fills in") {
  const auto arguments = read_arguments(
      {"--region", "a", "--region=b", "--no-verify-ssl", "--no-paginate", "--cli-read-timeout", "5"}, kSpecs);
  const auto globals = globals_of(arguments, {{"AWS_DEFAULT_OUTPUT", "text"}});
  CHECK(globals.session.region == "b");
  CHECK(globals.output == "text");
  CHECK_FALSE(globals.session.verify_tls);
  CHECK(globals.session.sign);
  CHECK_FALSE(globals.paginate);
  CHECK(globals.session.read_timeout == std::chrono::seconds(5));
  CHECK(globals_of(read_arguments({"--output", "yaml"}, {}), {{"AWS_DEFAULT_OUTPUT", "text"}}).output ==
        "yaml");
  CHECK_THROWS_WITH_AS(globals_of(read_arguments({"--endpoint-url", "localhost:80"}, {}), {}),
                       doctest::Contains("scheme is missing"), UsageError252);
}

TEST_CASE("aws options: nearest names are those of the CLI") {
  const std::vector<std::string> names = {"update-service", "update-services", "create-service",
                                          "list-tasks"};
  CHECK(close_matches("updte-service", names) ==
        std::vector<std::string>{"update-service", "update-services"});
  CHECK(close_matches("xyz", names).empty());
}
