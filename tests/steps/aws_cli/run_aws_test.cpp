// Whole command lines against canned answers: what is printed, what is sent, the exit code.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/system/files.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace runner::aws;
using test::FakeAws;
using J = nlohmann::ordered_json;

namespace {

struct Desk {
  test::FakeHttp http;
  FakeAws aws{http};
  test::TempDir folder;
  Environment env = {{"AWS_ACCESS_KEY_ID", "AKIDTEST"},
                     {"AWS_SECRET_ACCESS_KEY", "secret"},
                     {"AWS_REGION", "eu-west-1"},
                     {"AWS_EC2_METADATA_DISABLED", "true"},
                     {"HOME", folder.path().string()}};
  std::string out, err, missing;
  std::stop_source stop;

  Terminal terminal() {
    return {.env = env,
            .directory = folder.path(),
            .http = http,
            .out = [this](std::string_view text) { out += text; },
            .err = [this](std::string_view text) { err += text; },
            .stop = stop.get_token(),
            .sleep = [](std::chrono::milliseconds) {}};
  }
  int run(const std::vector<std::string>& args) {
    out.clear(), err.clear(), missing.clear();
    auto place = terminal();
    return run_aws(args, place, missing);
  }
  std::vector<std::string> plan(const std::vector<std::string>& args) {
    auto place = terminal();
    return plan_aws(args, place);
  }
};

}  // namespace

TEST_CASE("aws run: exit codes and words are the CLI's") {
  Desk desk;
  desk.aws.identity("123", "arn:aws:iam::123:user/u");
  CHECK(desk.run({"sts", "get-caller-identity", "--query", "Account", "--output", "text"}) == 0);
  CHECK(desk.out == "123\n");
  CHECK(desk.run({"--version"}) == 0);
  CHECK(desk.out.starts_with("aws-cli/2."));

  desk.aws.refuse("DescribeServices", "ClusterNotFoundException", "Cluster not found.");
  CHECK(desk.run({"ecs", "describe-services", "--services", "s"}) == 254);
  CHECK(desk.err ==
        "\nAn error occurred (ClusterNotFoundException) when calling the DescribeServices operation: "
        "Cluster not found.\n");
  CHECK(desk.out.empty());

  CHECK(desk.run({"ecs", "update-service"}) == 252);
  CHECK(desk.err.ends_with("\naws: error: the following arguments are required: --service\n\n"));
  CHECK(desk.run({"ecs", "describe-services", "--services", "s", "--query", "["}) == 252);
  CHECK(desk.err.starts_with("\nBad value for --query ["));
  CHECK(desk.run({"ecs", "register-task-definition", "--cli-input-json", R"({"family":"f","nope":1})"}) ==
        252);
  CHECK(desk.err.find("Unknown parameter in input: \"nope\", must be one of: family") != std::string::npos);
  CHECK(desk.run({"ecs", "list-services", "stray"}) == 252);

  desk.env.erase("AWS_REGION");
  CHECK(desk.run({"ecs", "list-services"}) == 253);
  CHECK(desk.err.starts_with("\nYou must specify a region."));
  desk.env["AWS_REGION"] = "eu-west-1";
  desk.env.erase("AWS_ACCESS_KEY_ID");
  CHECK(desk.run({"ecs", "list-services"}) == 253);
  CHECK(desk.err.starts_with("\nUnable to locate credentials."));
}

TEST_CASE("aws run: what is not built in is left to another aws, with nothing written") {
  Desk desk;
  struct Case {
    std::vector<std::string> args;
    const char* missing;
  };
  for (const auto& c :
       {Case{{"lambda", "invoke"}, "the service \"lambda\""},
        Case{{"ecs", "updte-service"}, "the command \"ecs updte-service\"; did you mean \"update-service\"?"},
        Case{{"ecs", "list-services", "--generate-cli-skeleton"}, "the option --generate-cli-skeleton"},
        Case{{"configure", "sso"}, "the command \"configure sso\""},
        Case{{"ecs", "wait", "moon-full"}, "the command \"ecs wait moon-full\""},
        Case{{"ecs", "help"}, "help"}}) {
    CAPTURE(c.missing);
    CHECK(desk.run(c.args) == kNotCovered);
    CHECK(desk.missing == c.missing);
    CHECK(desk.out.empty());
    CHECK(desk.err.empty());
  }
  CHECK(desk.aws.calls.empty());
}

TEST_CASE("aws run: pages are joined, cut and gone on with") {
  Desk desk;
  const auto page = [&](std::vector<std::string> names, const char* token) {
    J body = {{"serviceArns", names}};
    if (token != nullptr) body["nextToken"] = token;
    desk.aws.json("ListServices", body);
  };
  page({"a", "b"}, "T");
  page({"c"}, nullptr);
  CHECK(desk.run({"ecs", "list-services", "--query", "serviceArns", "--output", "json"}) == 0);
  CHECK(J::parse(desk.out) == J::parse(R"(["a","b","c"])"));
  CHECK(desk.aws.calls.at(1).body()["nextToken"] == "T");

  Desk again;
  again.aws.json("ListServices", J{{"serviceArns", {"a", "b", "c"}}});
  CHECK(again.run({"ecs", "list-services", "--max-items", "2"}) == 0);
  const auto cut = J::parse(again.out);
  CHECK(cut["serviceArns"] == J::parse(R"(["a","b"])"));
  CHECK(again.run({"ecs", "list-services", "--starting-token", cut["NextToken"].get<std::string>()}) == 0);
  CHECK(J::parse(again.out) == J::parse(R"({"serviceArns":["c"]})"));
  CHECK(again.run({"ecs", "list-services", "--output", "text", "--page-size", "7"}) == 0);
  CHECK(again.out == "SERVICEARNS\ta\nSERVICEARNS\tb\nSERVICEARNS\tc\n");
  CHECK(again.aws.calls.back().body()["maxResults"] == 7);
}

TEST_CASE("aws run: logins print the password alone") {
  Desk desk;
  desk.aws.json(
      "GetAuthorizationToken",
      J{{"authorizationData", {{{"authorizationToken", "QVdTOnB3"}, {"proxyEndpoint", "https://r"}}}}});
  CHECK(desk.run({"ecr", "get-login-password", "--region", "us-east-1"}) == 0);
  CHECK(desk.out == "pw\n");
}

TEST_CASE("aws run: invalidations get a list of paths and a reference of their own") {
  Desk desk;
  desk.aws.refuse_in_xml("POST /2020-05-31/distribution/E1/invalidation", "NoSuchDistribution",
                         "The specified distribution does not exist.", 404);
  CHECK(desk.run({"cloudfront", "create-invalidation", "--distribution-id", "E1", "--paths", "/*", "/a&b"}) ==
        254);
  CHECK(desk.err.find("(NoSuchDistribution) when calling the CreateInvalidation operation") !=
        std::string::npos);
  const auto& body = desk.aws.calls.at(0).request.body;
  CHECK(body.find("<Quantity>2</Quantity>") != std::string::npos);
  CHECK(body.find("<Path>/*</Path><Path>/a&amp;b</Path>") != std::string::npos);
  CHECK(body.find("<CallerReference>cli-") != std::string::npos);
  CHECK(desk.run({"cloudfront", "create-invalidation", "--distribution-id", "E1", "--paths", "/a",
                  "--invalidation-batch", "x=y"}) == 252);
}

TEST_CASE("aws run: configure writes private files and reads them back") {
  Desk desk;
  CHECK(desk.run({"configure", "set", "aws_secret_access_key", "s3cret", "--profile", "dev"}) == 0);
  CHECK(desk.run({"configure", "set", "default.s3.max_concurrent_requests", "20"}) == 0);
  CHECK(read_file(desk.folder.path() / ".aws/credentials") == "[dev]\naws_secret_access_key = s3cret\n");
  CHECK(read_file(desk.folder.path() / ".aws/config") ==
        "[default]\ns3 =\n    max_concurrent_requests = 20\n");
  for (const auto* name : {"config", "credentials"})
    CHECK(std::filesystem::status(desk.folder.path() / ".aws" / name).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(desk.run({"configure", "get", "default.s3.max_concurrent_requests"}) == 0);
  CHECK(desk.out == "20\n");
  CHECK(desk.run({"configure", "get", "region"}) == 1);
  CHECK(desk.out.empty());
}

TEST_CASE("aws plan: what a command line would change is read, nothing is sent that changes") {
  Desk desk;
  desk.aws.json("DescribeServices", J{{"services",
                                       {{{"serviceName", "s"},
                                         {"status", "ACTIVE"},
                                         {"taskDefinition", "arn:x:task-definition/web:1"},
                                         {"desiredCount", 1}}}}});
  const auto definition = [&](int revision, const char* image) {
    desk.aws.json("DescribeTaskDefinition",
                  J{{"taskDefinition",
                     {{"taskDefinitionArn", "arn:x:task-definition/web:" + std::to_string(revision)},
                      {"family", "web"},
                      {"revision", revision},
                      {"containerDefinitions", {{{"name", "web"}, {"image", image}}}}}}});
  };
  definition(2, "web:new");
  definition(1, "web:old");
  CHECK(desk.plan({"ecs", "update-service", "--cluster", "c", "--service", "s", "--task-definition", "web:2",
                   "--desired-count", "3"}) ==
        std::vector<std::string>{"update service s of cluster c", "  task definition: web:1 -> web:2",
                                 "  container web: image: web:old -> web:new", "  desired count: 1 -> 3"});
  CHECK(desk.plan({"ecs", "register-task-definition", "--family", "web", "--container-definitions",
                   "name=web,image=web:x"}) ==
        std::vector<std::string>{"register a revision of task definition web after 1",
                                 "  container web: image: web:old -> web:x"});
  CHECK(desk.plan({"ecs", "list-services"}).empty());
  CHECK(desk.plan({"ecs", "stop-task", "--task", "t"}) ==
        std::vector<std::string>{"aws ecs stop-task: not simulated"});
  for (const auto& call : desk.aws.calls) CHECK(call.operation.starts_with("Describe"));
}
