// aws-actions/amazon-ecs-render-task-definition: what is put in, what is left out, what is refused.
#include <doctest/doctest.h>

#include "tests/support/fake_aws.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction amazon_ecs_render_task_definition();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;
using Json = FakeAws::Json;

constexpr std::string_view kDefinition = R"({"family":"web","revision":7,"status":"ACTIVE","registeredBy":"x",
 "containerDefinitions":[
  {"name":"side","image":"side:1"},
  {"name":"app","image":"app:1","unknownKey":{"a":[1,2.5]},
   "environment":[{"name":"KEEP","value":"1"},{"name":"CHANGE","value":"old"}],
   "secrets":[{"name":"S","valueFrom":"arn:old"}],
   "environmentFiles":[{"value":"arn:old","type":"s3"}]}],
 "cpu":"256"})";

struct RenderWorld {
  FakeHost host{amazon_ecs_render_task_definition()};
  FakeAws aws{host, false};
  explicit RenderWorld(std::string_view text = kDefinition) {
    std::ofstream(host.workspace() / "td.json") << text;
    host.with = {{"task-definition", "td.json"}, {"container-name", "app"}, {"image", "app:2"}};
  }
  Json rendered() {
    const auto result = host.run();
    INFO(result.message);
    REQUIRE(result.outcome == Outcome::success);
    file = host.outputs.at("task-definition");
    return Json::parse(test::read_file(file));
  }
  std::string file;
};

}  // namespace

TEST_CASE("aws render: the file is the original's, byte for byte, and what it refuses is refused") {
  const auto rows = test::json_lines("aws/render_task_definition.jsonl");
  CHECK(rows.size() > 50);
  for (const auto& row : rows) {
    SUBCASE(row["why"].get<std::string>().c_str()) {
      RenderWorld world(row["file"].get<std::string>());
      world.host.with.clear();
      for (const auto& [name, value] : row["inputs"].items())
        world.host.with.insert_or_assign(name, value.get<std::string>());
      const auto result = world.host.run();
      const bool refused = row.contains("refused");
      CHECK((result.outcome == Outcome::success) == !refused);
      CHECK(world.host.outputs.contains("task-definition") == !refused);
      if (!refused)
        CHECK(test::read_file(world.host.outputs.at("task-definition")) == row["wrote"].get<std::string>());
      if (refused) CHECK_FALSE(result.message.empty());
    }
  }
}

TEST_CASE("aws render: the image of one container, the rest as it was") {
  RenderWorld world;
  const auto rendered = world.rendered();
  CHECK(rendered["containerDefinitions"][1]["image"] == "app:2");
  CHECK(rendered["containerDefinitions"][0]["image"] == "side:1");
  CHECK(rendered["containerDefinitions"][1]["unknownKey"].dump() == R"({"a":[1,2.5]})");
  for (const auto* gone : {"revision", "status", "registeredBy"}) CHECK_FALSE(rendered.contains(gone));
  CHECK(rendered.begin().key() == "family");
  CHECK(world.file.starts_with((world.host.temp() / "task-definition-").string()));
  CHECK(world.file.ends_with(".json"));
  CHECK(test::read_file(world.file).starts_with("{\n  \"family\": \"web\",\n"));
  CHECK(world.aws.calls.empty());
}

TEST_CASE("aws render: every input") {
  RenderWorld world;
  world.host.with.insert({{"environment-variables", "CHANGE=a=b\n\n  NEW= spaced \n"},
                          {"secrets", "S=arn:new\nT=arn:t"},
                          {"env-files", "arn:aws:s3:::b/x.env"},
                          {"docker-labels", "team=web=lost"},
                          {"log-configuration-log-driver", "awslogs"},
                          {"log-configuration-options", "awslogs-group=/ecs/web"},
                          {"command", "run  me"},
                          {"task-role-arn", "arn:aws:iam::123456789012:role/task"},
                          {"execution-role-arn", "arn:aws:iam::123456789012:role/path/exec"}});
  const auto rendered = world.rendered();
  const auto& app = rendered["containerDefinitions"][1];
  CHECK(app["environment"].dump() ==
        R"([{"name":"KEEP","value":"1"},{"name":"CHANGE","value":"a=b"},{"name":"NEW","value":" spaced"}])");
  CHECK(app["secrets"].dump() == R"([{"name":"S","valueFrom":"arn:new"},{"name":"T","valueFrom":"arn:t"}])");
  CHECK(app["environmentFiles"].dump() == R"([{"value":"arn:aws:s3:::b/x.env","type":"s3"}])");
  CHECK(app["dockerLabels"].dump() == R"({"team":"web"})");
  CHECK(app["logConfiguration"].dump() ==
        R"({"logDriver":"awslogs","options":{"awslogs-group":"/ecs/web"}})");
  CHECK(app["command"].dump() == R"(["run","","me"])");
  CHECK(rendered["taskRoleArn"] == "arn:aws:iam::123456789012:role/task");
  CHECK(rendered["executionRoleArn"] == "arn:aws:iam::123456789012:role/path/exec");
}

TEST_CASE("aws render: several containers, and YAML") {
  RenderWorld world(
      "family: web\ncontainerDefinitions:\n  - {name: a, image: x, cpu: 256}\n  - {name: b, image: y}\n");
  world.host.with["container-name"] = "a,b";
  const auto rendered = world.rendered();
  CHECK(rendered.dump() ==
        R"({"family":"web","containerDefinitions":[{"name":"a","image":"app:2","cpu":256},)"
        R"({"name":"b","image":"app:2"}]})");
}

TEST_CASE("aws render: a registered definition instead of a file") {
  RenderWorld world;
  world.host.env_["AWS_ACCESS_KEY_ID"] = "A";
  world.host.env_["AWS_SECRET_ACCESS_KEY"] = "B";
  world.host.env_["AWS_REGION"] = "eu-west-1";
  world.host.with.erase("task-definition");
  world.host.with["task-definition-family"] = "web";
  world.host.with["task-definition-revision"] = "6";
  world.aws.json("DescribeTaskDefinition", {{"taskDefinition", Json::parse(kDefinition)},
                                            {"tags", Json::array({Json{{"key", "k"}, {"value", "v"}}})}});
  const auto rendered = world.rendered();
  CHECK(world.aws.calls.at(0).body().dump() == R"({"taskDefinition":"web:6","include":["TAGS"]})");
  CHECK(rendered["tags"].dump() == R"([{"key":"k","value":"v"}])");
  CHECK(rendered["containerDefinitions"][1]["image"] == "app:2");
}

TEST_CASE("aws render: refusals") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char* want;
    std::string_view text = kDefinition;
  };
  for (const auto& c :
       {Case{"no such file", {{"task-definition", "x.json"}}, "Task definition file does not exist: x.json"},
        Case{"no such container",
             {{"container-name", "ap"}},
             "Could not find container definition with matching name: \"ap\" is none of side, app; did you "
             "mean"},
        Case{"names are not trimmed", {{"container-name", "app, side"}}, "\" side\""},
        Case{"a variable without =",
             {{"environment-variables", "OOPS"}},
             "Cannot parse the environment variable 'OOPS'. Environment variable pairs must be of the form "
             "NAME=value."},
        Case{"a secret without =", {{"secrets", "OOPS"}}, "must be of the form NAME=valueFrom"},
        Case{"a log driver that is none",
             {{"log-configuration-log-driver", "awslog"}},
             "'awslog' is not a valid"},
        Case{"a role that is none", {{"task-role-arn", "arn:aws:iam::1:role/x"}}, "is not the ARN of a role"},
        Case{"no containers", {}, "containerDefinitions section is not present", R"({"family":"web"})"},
        Case{"neither JSON nor YAML", {}, "line 2", "a: b\n}"},
        Case{"no image", {{"image", ""}}, "Input required and not supplied: image"}}) {
    SUBCASE(c.why) {
      RenderWorld world(c.text);
      for (const auto& [name, value] : c.with) world.host.with[name] = value;
      const auto result = world.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK_MESSAGE(has(result.message, c.want), result.message);
      CHECK_FALSE(world.host.outputs.contains("task-definition"));
    }
  }
}

}  // namespace runner
