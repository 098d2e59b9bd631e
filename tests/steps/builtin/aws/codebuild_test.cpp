// aws-actions/aws-codebuild-run-build: what is asked for, the log as it comes, how it ends.
#include <doctest/doctest.h>

#include "tests/support/fake_aws.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction codebuild_run_build();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;
using Json = FakeAws::Json;

struct CodeBuildWorld {
  FakeHost host{codebuild_run_build()};
  FakeAws aws{host};
  CodeBuildWorld() {
    host.with = {{"project-name", "site"}};
    host.contexts = {
        {"github.sha", "c0ffee"}, {"github.repository", "o/r"}, {"github.server_url", "https://git.test"}};
    host.env_["GITHUB_SHA"] = "c0ffee";
    host.env_["TOKEN"] = "not to be handed on";
    host.env_["STAGE"] = "prd";
    aws.json("StartBuild", {{"build", {{"id", "site:1"}, {"buildStatus", "IN_PROGRESS"}}}});
    aws.json("BatchGetBuilds", build("IN_PROGRESS"));
    aws.json("GetLogEvents", events({"one\n"}, "f/1"));
    aws.json("GetLogEvents", events({}, "f/1"));
  }
  static Json build(const std::string& status) {
    Json phase{{"phaseType", "BUILD"}, {"phaseStatus", status}};
    if (status == "FAILED") phase["contexts"] = Json::array({Json{{"message", "make exited with 2"}}});
    return {{"builds",
             Json::array({Json{{"id", "site:1"},
                               {"buildStatus", status},
                               {"phases", Json::array({phase})},
                               {"logs", {{"groupName", "/aws/codebuild/site"}, {"streamName", "s1"}}}}})}};
  }
  static Json events(const std::vector<std::string>& lines, const std::string& token) {
    auto list = Json::array();
    for (const auto& line : lines) list.push_back({{"message", line}});
    return {{"events", list}, {"nextForwardToken", token}};
  }
};

}  // namespace

TEST_CASE("aws codebuild: a build that ends well, its log once") {
  CodeBuildWorld world;
  world.aws.json("BatchGetBuilds", CodeBuildWorld::build("SUCCEEDED"));
  CHECK(world.host.run().message == "");
  CHECK(world.host.outputs.at("aws-build-id") == "site:1");
  CHECK(has(world.host.text, "\none\n"));
  CHECK(world.host.text.find("one") == world.host.text.rfind("one"));
  const auto request = world.aws.last("StartBuild")->body();
  CHECK(request["projectName"] == "site");
  CHECK(request["sourceVersion"] == "c0ffee");
  CHECK(request["sourceTypeOverride"] == "GITHUB");
  CHECK(request["sourceLocationOverride"] == "https://git.test/o/r.git");
  const auto variables = request["environmentVariablesOverride"].dump();
  CHECK(has(variables, R"({"name":"GITHUB_SHA","value":"c0ffee","type":"PLAINTEXT"})"));
  CHECK_FALSE(has(variables, "not to be handed on"));
  CHECK_FALSE(has(variables, "STAGE"));
  CHECK(world.aws.last("GetLogEvents")->body()["nextToken"] == "f/1");
}

TEST_CASE("aws codebuild: overrides") {
  CodeBuildWorld world;
  world.aws.json("BatchGetBuilds", CodeBuildWorld::build("SUCCEEDED"));
  world.host.with.insert({{"disable-source-override", "true"},
                          {"disable-github-env-vars", "true"},
                          {"env-vars-for-codebuild", "STAGE, NONE"},
                          {"buildspec-override", "b.yml"},
                          {"compute-type-override", "BUILD_GENERAL1_LARGE"},
                          {"artifacts-type-override", "NO_ARTIFACTS"},
                          {"hide-cloudwatch-logs", "true"}});
  CHECK(world.host.run().message == "");
  CHECK(world.aws.last("StartBuild")->body().dump() ==
        R"({"projectName":"site","buildspecOverride":"b.yml","computeTypeOverride":"BUILD_GENERAL1_LARGE",)"
        R"("artifactsOverride":{"type":"NO_ARTIFACTS"},"environmentVariablesOverride":)"
        R"([{"name":"STAGE","value":"prd","type":"PLAINTEXT"}]})");
  CHECK(world.aws.last("GetLogEvents") == nullptr);
  CHECK(world.host.slept == std::chrono::seconds(30));
}

TEST_CASE("aws codebuild: of a pull request the commit that was pushed") {
  CodeBuildWorld world;
  world.aws.json("BatchGetBuilds", CodeBuildWorld::build("SUCCEEDED"));
  world.host.contexts["github.event_name"] = "pull_request";
  const auto event = world.host.temp() / "event.json";
  std::ofstream(event) << R"({"pull_request":{"head":{"sha":"beef"}}})";
  world.host.env_["GITHUB_EVENT_PATH"] = event.string();
  world.host.run();
  CHECK(world.aws.last("StartBuild")->body()["sourceVersion"] == "beef");
}

TEST_CASE("aws codebuild: a failed build says in which phase and why") {
  CodeBuildWorld world;
  world.aws.json("BatchGetBuilds", CodeBuildWorld::build("FAILED"));
  const auto result = world.host.run();
  CHECK(result.outcome == Outcome::failure);
  CHECK(has(result.message, "Build status: FAILED (build site:1 of project site)"));
  CHECK(has(result.message, "BUILD: FAILED: make exited with 2"));
}

TEST_CASE("aws codebuild: a log that may not be read is no failure") {
  CodeBuildWorld world;
  FakeAws aws(world.host);
  aws.json("StartBuild", {{"build", {{"id", "site:1"}}}});
  aws.json("BatchGetBuilds", CodeBuildWorld::build("SUCCEEDED"));
  aws.refuse("GetLogEvents", "AccessDeniedException", "no");
  CHECK(world.host.run().message == "");
  CHECK(has(world.host.annotations.at(0).message, "logs:GetLogEvents"));
}

TEST_CASE("aws codebuild: a cancelled job stops its build, unless told not to") {
  CodeBuildWorld world;
  world.aws.json("StopBuild", {{"build", Json::object()}});
  world.host.http_.answer = [&, inner = world.host.http_.answer](const HttpRequest& request) {
    auto response = inner(request);
    if (world.aws.calls.back().operation == "BatchGetBuilds") world.host.stop_.request_stop();
    return response;
  };
  SUBCASE("stopped") {
    CHECK(world.host.run().outcome == Outcome::cancelled);
    REQUIRE(world.aws.last("StopBuild") != nullptr);
    CHECK(world.aws.last("StopBuild")->body()["id"] == "site:1");
    CHECK_FALSE(world.aws.last("StopBuild")->request.stop.stop_requested());
  }
  SUBCASE("left alone") {
    world.host.with["stop-on-signals"] = "";
    const auto result = world.host.run();
    CHECK(result.outcome == Outcome::cancelled);
    CHECK(has(result.message, "goes on"));
    CHECK(world.aws.last("StopBuild") == nullptr);
  }
}

TEST_CASE("aws codebuild: a project that is not there") {
  CodeBuildWorld world;
  FakeAws aws(world.host);
  aws.refuse("StartBuild", "ResourceNotFoundException", "Project cannot be found");
  CHECK(has(world.host.run().message, "build site: An error occurred (ResourceNotFoundException)"));
}

}  // namespace runner
