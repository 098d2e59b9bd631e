// aws-actions/amazon-ecs-render-task-definition: puts image, environment and the like into a task definition,
// as a new file.
#include <random>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/ecs/task_definition.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/formats/javascript_json.hpp"
#include "steps/step.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace amazon_ecs_render_task_definition_action {
namespace {

namespace fs = std::filesystem;
using aws::Json;

// "family:revision", the ARN, or "" when the definition comes from a file.
std::string live_name(const StepInputs& step) {
  if (!step.input("task-definition").empty()) return {};
  if (auto arn = step.input("task-definition-arn"); !arn.empty()) return arn;
  const auto family = step.input("task-definition-family"), revision = step.input("task-definition-revision");
  return family.empty() || revision.empty() ? family : family + ":" + revision;
}

Json live_definition(const std::string& name, aws::World world) {
  aws::Session session({}, std::move(world));
  const auto answer =
      aws::Client(session, "ecs")
          .call("DescribeTaskDefinition", {{"taskDefinition", name}, {"include", Json::array({"TAGS"})}});
  auto definition = answer.value("taskDefinition", Json::object());
  if (const auto tags = answer.find("tags"); tags != answer.end() && !tags->empty())
    definition["tags"] = *tags;
  return definition;
}

fs::path new_file(const fs::path& folder) {
  std::random_device random;
  return folder / fmt::format("task-definition-{:08x}{:08x}.json", random(), random());
}

std::string missing(const StepInputs& step) {
  for (const auto* name : {"container-name", "image"}) {
    if (step.input(name).empty()) return fmt::format("Input required and not supplied: {}", name);
  }
  const bool revision_alone =
      !step.input("task-definition-revision").empty() && step.input("task-definition-family").empty();
  if (revision_alone) return "task-definition-revision needs task-definition-family: the revision of what?";
  if (step.input("task-definition").empty() && live_name(step).empty()) {
    return "Either task definition, task definition arn or task definition family must be provided";
  }
  return {};
}

// The same for a run and a plan: both have a workspace, a temp folder and outputs.
template <class Host>
fs::path render(Host& host) {
  const auto live = live_name(host);
  const auto shown = host.input("task-definition");
  auto definition = live.empty()
                        ? aws::read_task_definition(host.workspace() / shown, shown, YamlReader::last_key)
                        : live_definition(live, aws::world_of(host));
  definition = aws::rendered_task_definition(std::move(definition), host);
  auto file = new_file(host.temp());
  write_private_file(file, javascript_json(definition, 2));
  host.set_output("task-definition", file.string());
  return file;
}

StepResult run(StepHost& host) {
  if (auto why = missing(host); !why.empty()) return failure(why);
  try {
    const auto file = render(host);
    host.log(fmt::format("Rendered {}", file.string()));
    host.note(fmt::format("{} → {}", host.input("container-name"), host.input("image")));
    return {};
  } catch (const InputError& error) {
    return failure(error.what());
  } catch (const std::exception& error) {
    return failure(aws::explained(error, "", "task definition " + live_name(host)));
  }
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto live = live_name(step);
  return {fmt::format("render {}: container {} → {}", live.empty() ? step.input("task-definition") : live,
                      step.input("container-name"), step.input("image"))};
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  if (auto why = missing(host); !why.empty()) return lines;
  if (live_name(host).empty()) planned_file(host, host.input("task-definition"));
  render(host);
  return lines;
}

std::vector<std::string> problems(const StepInputs& step) {
  if (auto why = missing(step); !why.empty()) return {why};
  return {};
}

}  // namespace
}  // namespace amazon_ecs_render_task_definition_action

BuiltinAction amazon_ecs_render_task_definition() {
  using namespace amazon_ecs_render_task_definition_action;
  return {
      .spec = {.uses = "aws-actions/amazon-ecs-render-task-definition",
               .doc = "Puts an image into an ECS task definition, as a new file.",
               .inputs = {{.name = "task-definition", .doc = "file in the workspace, JSON or YAML"},
                          {.name = "task-definition-arn", .doc = "or the ARN of a registered one"},
                          {.name = "task-definition-family", .doc = "or its family"},
                          {.name = "task-definition-revision", .doc = "with the family; default: the newest"},
                          {.name = "container-name", .doc = "container to change; several with commas"},
                          {.name = "image", .doc = "its image"},
                          {.name = "environment-variables", .doc = "lines NAME=value"},
                          {.name = "env-files", .doc = "lines of ARNs in S3; replace those that are there"},
                          {.name = "secrets", .doc = "lines NAME=valueFrom"},
                          {.name = "log-configuration-log-driver", .doc = "as of docker"},
                          {.name = "log-configuration-options", .doc = "lines KEY=VALUE"},
                          {.name = "docker-labels", .doc = "lines KEY=VALUE"},
                          {.name = "command", .doc = "words with blanks between"},
                          {.name = "task-role-arn", .doc = "role of the containers"},
                          {.name = "execution-role-arn", .doc = "role that starts them"}},
               .outputs = {{"task-definition", "path of the new file"}},
               .first_major = 1,
               .last_major = 1},
      .run = run,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
