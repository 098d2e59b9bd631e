// `plan --targets`: real differences, known from step to step, nothing changed; --aws-profile.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/git.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;

namespace {

using Json = FakeAws::Json;

constexpr std::string_view kDeploy = R"(on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-region: eu-west-1
          aws-access-key-id: AKIAPLAN
          aws-secret-access-key: ${{ secrets.AWS_SECRET }}
      - id: ecr
        uses: aws-actions/amazon-ecr-login@v2
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          tags: |
            ${{ steps.ecr.outputs.registry }}/web:1
            ${{ steps.ecr.outputs.registry }}/web:2
      - id: td
        uses: aws-actions/amazon-ecs-render-task-definition@v1
        with:
          task-definition: td.json
          container-name: app
          image: ${{ steps.ecr.outputs.registry }}/web:2
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with:
          task-definition: ${{ steps.td.outputs.task-definition }}
          service: web
          cluster: prd
          wait-for-service-stability: true
)";

constexpr const char* kRegistry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

struct TargetsWorld {
  CliFixture cli;
  FakeAws aws{cli.http};
  TargetsWorld() {
    cli.environment["DOCKER_HOST"] = "unix:///engine.sock";
    cli.workflow("deploy.yml", kDeploy);
    cli.write("td.json", R"({"family":"web","containerDefinitions":[{"name":"app","image":"old"}]})");
    cli.commit();
  }
  void canned() {
    aws.identity("123456789012", "arn:aws:iam::123456789012:user/ana");
    aws.json(
        "GetAuthorizationToken",
        {{"authorizationData", Json::array({Json{{"authorizationToken", base64("AWS:ecr-password")},
                                                 {"proxyEndpoint", std::string("https://") + kRegistry}}})}});
    aws.answer("GET /version", {200, R"({"ApiVersion":"1.41","MinAPIVersion":"1.12"})"});
    aws.answer("GET /v1.41/info", {200, R"({"IndexServerAddress":"https://index.hub.test/v1/"})"});
    aws.answer("GET /v1.41/distribution/" + std::string(kRegistry) + "/web:1/json",
               {200, R"({"Descriptor":{"digest":"sha256:aaaa"}})"});
    aws.answer("GET /v1.41/distribution/" + std::string(kRegistry) + "/web:2/json",
               {404, R"({"message":"manifest unknown: manifest unknown"})"});
    aws.answer("GET /v1.41/images/" + std::string(kRegistry) + "/web:1/json",
               {200, R"({"Id":"sha256:bbbb","RepoDigests":[]})"});
    const Json deployment{{"id", "d"},
                          {"status", "PRIMARY"},
                          {"taskDefinition", "web:7"},
                          {"desiredCount", 2},
                          {"runningCount", 2}};
    aws.json("DescribeServices",
             {{"services", Json::array({Json{{"status", "ACTIVE"},
                                             {"desiredCount", 2},
                                             {"taskDefinition", "web:7"},
                                             {"deployments", Json::array({deployment})}}})}});
    aws.json("DescribeTaskDefinition",
             {{"taskDefinition",
               {{"family", "web"},
                {"taskDefinitionArn", "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7"},
                {"containerDefinitions", Json::array({Json{{"name", "app"}, {"image", "web:0"}}})}}}});
  }
  CliResult plan(std::vector<std::string> more = {}) {
    std::vector<std::string> args{"plan", "deploy.yml", "--secret", "AWS_SECRET=very-secret-key"};
    args.insert(args.end(), more.begin(), more.end());
    return cli.run(args);
  }
};

std::string effects(const CliResult& result, int step) {
  const auto plan = Json::parse(result.out);
  std::string text;
  for (const auto& line : plan["jobs"][0]["steps"][static_cast<size_t>(step - 1)]["effects"])
    text += line.get<std::string>() + "\n";
  return text;
}

}  // namespace

TEST_CASE("plan targets: nothing is asked without the option") {
  TargetsWorld world;
  CHECK(world.plan().status == 0);
  CHECK(world.cli.http.requests.empty());
}

TEST_CASE("plan targets: what steps would leave is known to later ones, and nothing is changed") {
  TargetsWorld world;
  world.canned();
  const auto result = world.plan({"--targets", "--format", "json"});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(has(effects(result, 2), "account 123456789012 as arn:aws:iam::123456789012:user/ana"));
  CHECK(has(effects(result, 3), "log in to " + std::string(kRegistry)));
  CHECK(has(
      effects(result, 4),
      std::string(kRegistry) + "/web:1 is there: sha256:aaaa; the engine has sha256:bbbb under that name"));
  CHECK(has(effects(result, 4), std::string(kRegistry) + "/web:2 is a new tag"));
  CHECK(has(effects(result, 5), "container app → " + std::string(kRegistry) + "/web:2"));
  CHECK(has(effects(result, 6), "2 tasks wanted: live is web:7 (2 of 2 tasks running)"));
  CHECK(has(effects(result, 6), "different from web:7:"));
  CHECK(has(effects(result, 6), "web:0"));
  for (const auto& call : world.aws.calls) {
    const bool reads = call.operation.starts_with("Get") || call.operation.starts_with("Describe") ||
                       call.operation.starts_with("GET ");
    CHECK_MESSAGE(reads, call.operation);
  }
  for (const auto& [name, value] :
       world.aws.last("GET /v1.41/distribution/" + std::string(kRegistry) + "/web:1/json")->request.headers) {
    if (name != "X-Registry-Auth") continue;
    CHECK(has(*base64_decode(replace_all(value, "-", "+")), "ecr-password"));
  }
  for (const auto* secret : {"ecr-password", "very-secret-key", "AKIAPLAN"})
    CHECK_FALSE(has(result.out, secret));
}

TEST_CASE("plan targets: an endpoint given by --env is the one that is asked") {
  TargetsWorld world;
  world.canned();
  REQUIRE(world.plan({"--targets", "--env", "AWS_ENDPOINT_URL=http://aws.test:4566"}).status == 0);
  int asked = 0;
  for (const auto& request : world.cli.http.requests) {
    CHECK_FALSE(request.url.starts_with("https://"));  // nor Amazon's own
    if (request.url.starts_with("http://aws.test:4566/")) ++asked;
  }
  CHECK(asked > 0);
}

TEST_CASE("plan targets: what cannot be read is a line, and the plan goes on") {
  TargetsWorld world;
  world.aws.refuse_in_xml("GetCallerIdentity", "ExpiredToken", "The security token is expired");
  const auto result = world.plan({"--targets", "--format", "json"});
  REQUIRE(result.status == 1);
  CHECK(has(effects(result, 2), "use AWS in eu-west-1: the access key"));
  CHECK(has(effects(result, 2), "could not read the target: "));
  CHECK(has(effects(result, 2), "The security token is expired"));
  CHECK(has(effects(result, 5), "container app → ${{ steps.ecr.outputs.registry }}/web:2"));
  CHECK(has(effects(result, 6), "could not read the target"));
  const auto problems = nlohmann::json::parse(result.out)["problems"];
  CHECK(problems.size() == 3);  // the steps that ask AWS
  CHECK(problems[0]["rule"] == "targets");
  CHECK(problems[0]["line"] == 7);
  const auto text = world.plan({"--targets"});
  CHECK(text.status == 1);
  CHECK(has(text.out, "3 targets could not be read"));
}

TEST_CASE("plan targets: what lies in the work tree is not what the run will have") {
  TargetsWorld world;
  world.canned();
  world.cli.write("td.json",
                  R"({"family":"web","containerDefinitions":[{"name":"leftover","image":"old"}]})");
  CHECK(has(effects(world.plan({"--targets", "--format", "json"}), 5), "container app → "));
  const auto dirty = world.plan({"--targets", "--dirty", "--format", "json"});
  CHECK(has(effects(dirty, 5), "could not read the target"));  // it has no container "app"
  git(world.cli.repository(), "rm -q --cached td.json && git commit -q -m gone");
  const auto gone = world.plan({"--targets", "--format", "json"});
  CHECK(has(effects(gone, 5), "td.json is not known before the run: a step brings it"));
  CHECK(gone.status == 0);
}

TEST_CASE("plan targets: goes with a plan only") {
  TargetsWorld world;
  const auto result = world.cli.run({"run", "deploy.yml", "--targets"});
  CHECK(result.status == 2);
  CHECK(has(result.err, "--targets is for a plan"));
  CHECK(world.cli.run({"run", "deploy.yml", "--targets", "-n", "--secret", "AWS_SECRET=x"}).status == 1);
}

TEST_CASE("aws profile option: who stands in for whom") {
  TargetsWorld world;
  world.cli.workflow("deploy.yml", R"(on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: {aws-region: r, role-to-assume: 'arn:aws:iam::123456789012:role/deploy'}
)");
  world.cli.commit();
  struct Case {
    const char* why;
    std::vector<std::string> options;
    int status;
    const char* want;
  };
  for (const auto& c :
       {Case{"nobody: refused before the run",
             {},
             2,
             "--aws-profile NAME (or --aws-profile arn:aws:iam::123456789012:"},
        Case{"one for all",
             {"--aws-profile", "work"},
             0,
             "the profile work of this machine, which stands in for role"},
        Case{"one for this role",
             {"--aws-profile", "work", "--aws-profile", "arn:aws:iam::123456789012:role/deploy=prd"},
             0,
             "the profile prd of this machine"},
        Case{"one for another role",
             {"--aws-profile", "arn:aws:iam::123456789012:role/other=prd"},
             2,
             "there are no keys"},
        Case{"no name", {"--aws-profile", "role="}, 2, "expected NAME or ROLE_ARN=NAME"}}) {
    SUBCASE(c.why) {
      const auto result = world.plan(c.options);
      CHECK(result.status == c.status);
      CHECK_MESSAGE(has(result.out + result.err, c.want), result.out << result.err);
      CHECK(world.cli.http.requests.empty());
    }
  }
  SUBCASE("from .runnerrc") {
    world.cli.write(".runnerrc", "aws-profile work\n");
    CHECK(has(world.plan().out, "the profile work of this machine"));
  }
}
