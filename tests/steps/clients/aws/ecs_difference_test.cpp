#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/ecs/difference.hpp"

using runner::aws::task_definition_differences;
using Json = nlohmann::ordered_json;

TEST_CASE("aws ecs difference: a line for each field that registering would change") {
  const auto live = Json::parse(R"({
    "taskDefinitionArn": "arn:x:7", "revision": 7, "status": "ACTIVE", "family": "web", "cpu": "256",
    "networkMode": "awsvpc", "volumes": [], "requiresCompatibilities": ["FARGATE", "EC2"],
    "containerDefinitions": [
      {"name": "web", "image": "r/web:1", "cpu": 0, "essential": true, "mountPoints": [],
       "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
       "environment": [{"name": "MODE", "value": "a"}, {"name": "TOKEN", "value": "hunter2"}],
       "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/old"}}},
      {"name": "proxy", "image": "envoy:1"}]})");
  struct Case {
    const char* why;
    const char* change;  // a merge patch to the first container, or to the whole
    std::vector<std::string> want;
    bool whole = false;
  };
  for (
      const auto& c : {
          Case{"nothing", "{}", {}},
          Case{"the image", R"({"image": "r/web:2"})", {"container web: image: r/web:1 -> r/web:2"}},
          Case{
              "defaults left out are no change",
              R"({"cpu": null, "essential": null, "mountPoints": null, "portMappings": [{"containerPort": 80}]})",
              {}},
          Case{"a variable changed, one removed, one added; no value is shown",
               R"({"environment": [{"name": "TOKEN", "value": "hunter3"}, {"name": "NEW", "value": "v"}]})",
               {"container web: environment TOKEN: changed", "container web: environment NEW: added",
                "container web: environment MODE: removed"}},
          Case{"order of variables is no change",
               R"({"environment": [{"name": "TOKEN", "value": "hunter2"}, {"name": "MODE", "value": "a"}]})",
               {}},
          Case{"deep inside",
               R"({"logConfiguration": {"options": {"awslogs-group": "/new"}}})",
               {"container web: logConfiguration.options.awslogs-group: /old -> /new"}},
          Case{"a field that was not there", R"({"memory": 512})", {"container web: memory: 512 added"}},
          Case{"a port",
               R"({"portMappings": [{"containerPort": 8080}]})",
               {"container web: port 8080: added", "container web: port 80: removed"}},
          Case{"of the whole",
               R"({"cpu": "512", "family": "web", "requiresCompatibilities": ["EC2", "FARGATE"]})",
               {"cpu: 256 -> 512"},
               true},
          Case{"what an answer fills with nothing is no change",
               R"({"taskRoleArn": "", "ipcMode": "", "placementConstraints": []})",
               {},
               true},
          Case{
              "containers",
              R"({"containerDefinitions": [{"name": "web2", "image": "r/web:1"}, {"name": "proxy", "image": "envoy:1"}]})",
              {"container web2: added (image r/web:1)", "container web: removed"},
              true},
      }) {
    SUBCASE(c.why) {
      auto wanted = live;
      auto& target = c.whole ? wanted : wanted["containerDefinitions"][0];
      target.merge_patch(Json::parse(c.change));
      for (const auto* field : {"taskDefinitionArn", "revision", "status"}) wanted.erase(field);
      CHECK(task_definition_differences(live, wanted) == c.want);
    }
  }
}
