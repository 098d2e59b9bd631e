// aws-actions/amazon-ecs-deploy-task-definition: order of calls, waits, truthful ends.
#include <doctest/doctest.h>

#include "tests/support/fake_aws.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction amazon_ecs_deploy_task_definition();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;
using Json = FakeAws::Json;

const std::string kArn = "arn:aws:ecs:eu-west-1:1:task-definition/web:";

Json deployment(const std::string& id, const std::string& status, int revision, int running,
                const std::string& rollout = "IN_PROGRESS", int failed = 0) {
  return {{"id", id},
          {"status", status},
          {"taskDefinition", kArn + std::to_string(revision)},
          {"desiredCount", 2},
          {"runningCount", running},
          {"failedTasks", failed},
          {"rolloutState", rollout},
          {"rolloutStateReason", "because"}};
}

Json service(const std::vector<Json>& deployments, int running, const std::vector<std::string>& events = {}) {
  auto list = Json::array();
  for (const auto& text : events) list.insert(list.begin(), Json{{"id", text}, {"message", text}});
  return {{"serviceName", "web"},        {"status", "ACTIVE"},         {"desiredCount", 2},
          {"runningCount", running},     {"deployments", deployments}, {"events", list},
          {"taskDefinition", kArn + "7"}};
}

const Json kBefore =
    service({deployment("old", "PRIMARY", 7, 2, "COMPLETED")}, 2, {"(service web) was steady"});
const Json kUpdated = service({deployment("new", "PRIMARY", 8, 0), deployment("old", "ACTIVE", 7, 2)}, 2,
                              {"(service web) was steady"});
const Json kStable = service({deployment("new", "PRIMARY", 8, 2, "COMPLETED")}, 2,
                             {"(service web) was steady", "(service web) has started 2 tasks"});

struct EcsWorld {
  FakeHost host{amazon_ecs_deploy_task_definition()};
  FakeAws aws{host};
  EcsWorld() {
    std::ofstream(host.workspace() / "td.json")
        << R"({"family":"web","taskDefinitionArn":"x","networkMode":"","volumes":[],"cpu":256,
               "containerDefinitions":[{"name":"app","image":"app:2","environment":[{"name":"E","value":""}]}]})";
    host.with = {{"task-definition", "td.json"},
                 {"service", "web"},
                 {"cluster", "prd"},
                 {"wait-for-service-stability", "true"}};
    aws.json("DescribeTaskDefinition",
             {{"taskDefinition",
               {{"family", "web"},
                {"taskDefinitionArn", kArn + "7"},
                {"containerDefinitions", Json::array({Json{{"name", "app"}, {"image", "app:1"}}})}}}});
    aws.json("RegisterTaskDefinition", {{"taskDefinition", {{"taskDefinitionArn", kArn + "8"}}}});
    aws.json("UpdateService", {{"service", kUpdated}});
    aws.json("ListTasks", {{"taskArns", Json::array()}});
    services(kBefore);
  }
  void services(const Json& one) { aws.json("DescribeServices", {{"services", Json::array({one})}}); }
};

}  // namespace

TEST_CASE("aws deploy: registered, updated, waited for") {
  EcsWorld world;
  world.services(kUpdated);
  world.services(kStable);
  const auto result = world.host.run();
  CHECK(result.message == "");
  CHECK(world.aws.order() ==
        "DescribeServices DescribeTaskDefinition RegisterTaskDefinition UpdateService DescribeServices "
        "DescribeServices");
  const auto registered = world.aws.last("RegisterTaskDefinition")->body();
  CHECK(registered.dump() ==
        R"({"family":"web","cpu":"256","containerDefinitions":[{"name":"app","image":"app:2",)"
        R"("environment":[{"name":"E","value":""}]}]})");
  CHECK(has(world.host.annotations.at(0).message, "Ignoring property 'taskDefinitionArn'"));
  const auto update = world.aws.last("UpdateService")->body();
  CHECK(update["taskDefinition"] == kArn + "8");
  CHECK(update["forceNewDeployment"] == false);
  CHECK_FALSE(update.contains("desiredCount"));
  CHECK(world.host.outputs.at("task-definition-arn") == kArn + "8");
  CHECK(has(world.host.text, "different from web:7:"));
  CHECK(has(world.host.text, "app:1"));
  CHECK(has(world.host.text, "(service web) has started 2 tasks"));
  CHECK_FALSE(has(world.host.text, "was steady"));
  CHECK(world.host.text.find("different from") < world.host.text.find("Registered web:8"));
}

TEST_CASE("aws deploy: optional inputs reach the service") {
  EcsWorld world;
  world.host.with.insert({{"force-new-deployment", "TRUE"},
                          {"desired-count", "3"},
                          {"propagate-tags", "SERVICE"},
                          {"enable-ecs-managed-tags", "true"},
                          {"service-managed-ebs-volume-name", "data"},
                          {"service-managed-ebs-volume", R"({"roleArn":"arn:r","sizeInGiB":5})"}});
  world.host.with["wait-for-service-stability"] = "false";
  CHECK(world.host.run().message == "");
  CHECK(
      world.aws.last("UpdateService")->body().dump() ==
      R"({"cluster":"prd","service":"web","taskDefinition":")" + kArn +
          R"(8","forceNewDeployment":true,"desiredCount":3,"enableECSManagedTags":true,"propagateTags":"SERVICE",)"
          R"("volumeConfigurations":[{"name":"data","managedEBSVolume":{"roleArn":"arn:r","sizeInGiB":5}}]})");
  CHECK(world.host.slept == std::chrono::milliseconds(0));
}

TEST_CASE("aws deploy: no service: registered only") {
  EcsWorld world;
  world.host.with.erase("service");
  CHECK(world.host.run().message == "");
  CHECK(world.aws.order() == "DescribeTaskDefinition RegisterTaskDefinition");
}

TEST_CASE("aws deploy: a rollback is a failure that says what is live") {
  struct Case {
    const char* why;
    Json seen;
    const char* want;
  };
  const auto failed = deployment("new", "ACTIVE", 8, 0, "FAILED", 3);
  for (const auto& c :
       {Case{"the service says FAILED", service({deployment("back", "PRIMARY", 7, 2), failed}, 2),
             "Deployment new of web:8 failed: because"},
        Case{"FAILED without a way back", service({deployment("new", "PRIMARY", 8, 0, "FAILED", 3)}, 0),
             "nothing is live; web:8 has 0 of 2 tasks running"},
        Case{"gone after the rollback", service({deployment("back", "PRIMARY", 7, 2, "COMPLETED")}, 2),
             "Deployment new not found after stabilization"},
        Case{"another one took over",
             service({deployment("b", "PRIMARY", 9, 1), deployment("new", "ACTIVE", 8, 1)}, 2),
             "is no longer the one that the service is to reach: that is b of web:9"}}) {
    SUBCASE(c.why) {
      EcsWorld world;
      world.services(c.seen);
      world.aws.json("ListTasks", {{"taskArns", Json::array()}});
      const auto result = world.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK_MESSAGE(has(result.message, c.want), result.message);
      CHECK(has(result.message, "In the service web in cluster prd"));
    }
  }
}

TEST_CASE("aws deploy: why tasks stopped is told") {
  EcsWorld world;
  world.services(
      service({deployment("back", "PRIMARY", 7, 2), deployment("new", "ACTIVE", 8, 0, "FAILED", 3)}, 2));
  FakeHost host(amazon_ecs_deploy_task_definition());
  world.aws.json(
      "DescribeTasks",
      {{"tasks", Json::array({Json{{"taskDefinitionArn", kArn + "8"},
                                   {"stoppedReason", "Essential container in task exited"},
                                   {"containers", Json::array({Json{{"name", "app"}, {"exitCode", 1}}})}},
                              Json{{"taskDefinitionArn", kArn + "7"}, {"stoppedReason", "scaled in"}}})}});
  // an answer of its own for this case: the last one given stays
  world.host.http_.answer = [&, inner = world.host.http_.answer](const HttpRequest& request) {
    for (const auto& [name, value] : request.headers) {
      if (value.ends_with(".ListTasks"))
        return HttpResponse{200, {}, R"({"taskArns":["arn:aws:ecs:eu-west-1:1:task/prd/a"]})"};
    }
    return inner(request);
  };
  const auto message = world.host.run().message;
  CHECK(has(message, "live is web:7 (2 of 2 tasks running); web:8 has 0 of 2 tasks running"));
  CHECK(has(message, "A task stopped: Essential container in task exited; app: exit code 1"));
  CHECK_FALSE(has(message, "scaled in"));
}

TEST_CASE("aws deploy: the time limit, with what is live") {
  struct Case {
    const char* why;
    const char* given;
    int minutes;
  };
  for (const auto& c :
       {Case{"half an hour", "", 30}, Case{"as given", "2", 2}, Case{"six hours at most", "1000", 360}}) {
    SUBCASE(c.why) {
      EcsWorld world;
      world.host.with["wait-for-minutes"] = c.given;
      world.services(kUpdated);
      const auto result = world.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK(has(result.message, "Waiter has timed out"));
      CHECK(has(result.message, "live is web:7 (2 of 2 tasks running); web:8 has 0 of 2 tasks running"));
      CHECK(world.host.slept == std::chrono::minutes(c.minutes));
    }
  }
}

TEST_CASE("aws deploy: nothing is registered for a service that is not there") {
  EcsWorld world;
  SUBCASE("missing") {
    FakeHost& host = world.host;
    FakeAws aws(host);
    aws.json("DescribeServices",
             {{"services", Json::array()},
              {"failures", Json::array({Json{{"arn", "arn:svc"}, {"reason", "MISSING"}}})}});
    const auto message = host.run().message;
    CHECK(has(message, "arn:svc is MISSING"));
    CHECK(has(message, "Nothing was changed."));
    CHECK(aws.order() == "DescribeServices");
  }
  SUBCASE("no such cluster") {
    FakeAws aws(world.host);
    aws.refuse("DescribeServices", "ClusterNotFoundException", "Cluster not found.");
    const auto message = world.host.run().message;
    CHECK(has(message, "Cluster not found."));
    CHECK(has(message, "service web in cluster prd is not there: look at `cluster`"));
  }
  SUBCASE("on its way out") {
    FakeAws aws(world.host);
    auto draining = kBefore;
    draining["status"] = "DRAINING";
    aws.json("DescribeServices", {{"services", Json::array({draining})}});
    CHECK(has(world.host.run().message, "Service is DRAINING"));
  }
  SUBCASE("another controller") {
    FakeAws aws(world.host);
    auto external = kBefore;
    external["deploymentController"]["type"] = "EXTERNAL";
    aws.json("DescribeServices", {{"services", Json::array({external})}});
    CHECK(has(world.host.run().message, "Unsupported deployment controller: EXTERNAL"));
  }
}

TEST_CASE("aws deploy: a part that was done is said") {
  SUBCASE("registering is refused") {
    EcsWorld world;
    FakeAws aws(world.host);
    aws.json("DescribeServices", {{"services", Json::array({kBefore})}});
    aws.refuse("DescribeTaskDefinition", "AccessDeniedException", "no reading");
    aws.refuse("RegisterTaskDefinition", "ClientException", "Role is not valid");
    const auto message = world.host.run().message;
    CHECK(has(message, "Failed to register task definition in ECS: "));
    CHECK(has(message, "Role is not valid"));
    CHECK(has(message, "Nothing was changed."));
    CHECK(has(world.host.text, "could not be read to compare"));
  }
  SUBCASE("the update is refused") {
    EcsWorld world;
    FakeAws aws(world.host);
    aws.json("DescribeServices", {{"services", Json::array({kBefore})}});
    aws.json("DescribeTaskDefinition", {{"taskDefinition", {{"family", "web"}}}});
    aws.json("RegisterTaskDefinition", {{"taskDefinition", {{"taskDefinitionArn", kArn + "8"}}}});
    aws.refuse("UpdateService", "AccessDeniedException", "not authorized to perform: ecs:UpdateService");
    const auto message = world.host.run().message;
    CHECK(has(message, "needs a policy that allows ecs:UpdateService on service web in cluster prd"));
    CHECK(
        has(message, "web:8 is registered; the service web in cluster prd was not changed and is on web:7."));
  }
}

TEST_CASE("aws deploy: a task run first") {
  EcsWorld world;
  world.host.with.insert({{"run-task", "true"},
                          {"wait-for-task-stopped", "true"},
                          {"run-task-subnets", "s-1, s-2"},
                          {"run-task-container-overrides", R"([{"name":"app","command":["migrate"]}])"}});
  world.aws.json("RunTask",
                 {{"tasks", Json::array({Json{{"taskArn", "arn:aws:ecs:eu-west-1:1:task/prd/t1"}}})}});
  const auto task = [](const char* status, int code) {
    return Json{{"tasks", Json::array({Json{
                              {"taskArn", "arn:aws:ecs:eu-west-1:1:task/prd/t1"},
                              {"lastStatus", status},
                              {"containers", Json::array({Json{{"name", "app"}, {"exitCode", code}}})}}})}};
  };
  world.aws.json("DescribeTasks", task("RUNNING", 0));
  world.services(kStable);

  SUBCASE("well") {
    world.aws.json("DescribeTasks", task("STOPPED", 0));
    CHECK(world.host.run().message == "");
    const auto request = world.aws.last("RunTask")->body();
    CHECK(request["launchType"] == "FARGATE");
    CHECK(request["startedBy"] == "GitHub-Actions");
    CHECK(request["networkConfiguration"].dump() ==
          R"({"awsvpcConfiguration":{"subnets":["s-1","s-2"],"assignPublicIp":"DISABLED"}})");
    CHECK(request["overrides"]["containerOverrides"][0]["command"][0] == "migrate");
    CHECK(world.host.outputs.at("run-task-arn") == R"(["arn:aws:ecs:eu-west-1:1:task/prd/t1"])");
    CHECK(has(world.aws.order(), "DescribeTasks DescribeTasks UpdateService"));
  }
  SUBCASE("badly: the service stays as it is") {
    world.aws.json("DescribeTasks", task("STOPPED", 3));
    const auto message = world.host.run().message;
    CHECK(has(message, "Run task failed: [\"app in t1: exit code 3\"]"));
    CHECK(has(message, "was not changed and is on web:7"));
    CHECK(world.aws.last("UpdateService") == nullptr);
  }
}

TEST_CASE("aws deploy: by CodeDeploy") {
  EcsWorld world;
  auto by_codedeploy = kBefore;
  by_codedeploy["deploymentController"]["type"] = "CODE_DEPLOY";
  FakeAws aws(world.host);
  aws.json("DescribeServices", {{"services", Json::array({by_codedeploy})}});
  aws.json("DescribeTaskDefinition", {{"taskDefinition", {{"family", "web"}}}});
  aws.json("RegisterTaskDefinition", {{"taskDefinition", {{"taskDefinitionArn", kArn + "8"}}}});
  aws.json("GetDeploymentGroup",
           {{"deploymentGroupInfo",
             {{"blueGreenDeploymentConfiguration",
               {{"deploymentReadyOption", {{"waitTimeInMinutes", 10}}},
                {"terminateBlueInstancesOnDeploymentSuccess", {{"terminationWaitTimeInMinutes", 5}}}}}}}});
  aws.json("CreateDeployment", {{"deploymentId", "d-1"}});
  aws.json("GetDeployment", {{"deploymentInfo", {{"status", "InProgress"}}}});
  world.host.with["codedeploy-appspec"] = "spec.yaml";
  world.host.with["codedeploy-deployment-description"] = std::string(600, 'x');
  std::ofstream(world.host.workspace() / "spec.yaml")
      << "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n"
         "        TaskDefinition: <TASK_DEFINITION>\n        LoadBalancerInfo: {ContainerName: app, "
         "ContainerPort: 80}\n";

  SUBCASE("ends well") {
    aws.json("GetDeployment", {{"deploymentInfo", {{"status", "Succeeded"}}}});
    CHECK(world.host.run().message == "");
    CHECK(world.host.outputs.at("codedeploy-deployment-id") == "d-1");
    const auto request = aws.last("CreateDeployment")->body();
    CHECK(request["applicationName"] == "AppECS-prd-web");
    CHECK(request["deploymentGroupName"] == "DgpECS-prd-web");
    CHECK(request["description"].get<std::string>().size() == 512);
    const auto content = request["revision"]["appSpecContent"]["content"].get<std::string>();
    CHECK(has(content, R"("TaskDefinition":")" + kArn + "8\""));
    CHECK(has(content, R"("ContainerPort":80)"));
    CHECK(request["revision"]["appSpecContent"]["sha256"].get<std::string>().size() == 64);
    CHECK(has(world.host.text, "Deployment d-1: Succeeded"));
  }
  SUBCASE("fails: with its reason and what was done") {
    aws.json("GetDeployment",
             {{"deploymentInfo",
               {{"status", "Failed"},
                {"errorInformation", {{"code", "HEALTH_CONSTRAINTS"}, {"message", "too few"}}}}}});
    const auto message = world.host.run().message;
    CHECK(has(message, "Deployment d-1 of CodeDeploy ended as Failed: HEALTH_CONSTRAINTS: too few"));
    CHECK(has(message, "web:8 is registered"));
  }
  SUBCASE("takes too long: the group's own pauses count") {
    CHECK(has(world.host.run().message, "Waiter has timed out"));
    CHECK(world.host.slept == std::chrono::minutes(45));
  }
  SUBCASE("an AppSpec without resources") {
    std::ofstream(world.host.workspace() / "spec.yaml") << "version: 0.0\n";
    CHECK(has(world.host.run().message, "AppSpec file must include property 'resources'"));
  }
  SUBCASE("no AppSpec") {
    world.host.with["codedeploy-appspec"] = "none.yaml";
    CHECK(has(world.host.run().message, "AppSpec file does not exist: none.yaml"));
    CHECK(aws.last("CreateDeployment") == nullptr);
  }
}

TEST_CASE("aws deploy: a cancelled job says that the deployment goes on") {
  EcsWorld world;
  world.services(kUpdated);
  world.host.http_.answer = [&, inner = world.host.http_.answer](const HttpRequest& request) {
    auto response = inner(request);
    if (world.aws.calls.back().operation == "DescribeServices" && world.aws.last("UpdateService") != nullptr)
      world.host.stop_.request_stop();
    return response;
  };
  const auto result = world.host.run();
  CHECK(result.outcome == Outcome::cancelled);
  CHECK(has(result.message, "goes on there"));
}

}  // namespace runner
