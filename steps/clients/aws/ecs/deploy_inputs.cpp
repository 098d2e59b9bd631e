#include "steps/clients/aws/ecs/deploy_inputs.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/ecs/difference.hpp"
#include "steps/clients/aws/ecs/run_task.hpp"
#include "steps/clients/aws/step_session.hpp"

namespace runner::aws {
namespace {

constexpr int kMostMinutes = 360;

}  // namespace

int wait_minutes(const StepInputs& step) {
  const int given = std::atoi(step.input("wait-for-minutes").c_str());
  return std::min(given == 0 ? 30 : given, kMostMinutes);
}

WaitLimits limits_of(const StepInputs& step) {
  WaitLimits limits{.whole = std::chrono::minutes(wait_minutes(step))};
  const int longest = std::atoi(step.input("wait-max-delay-seconds").c_str());
  if (longest > 0) limits.longest_pause = std::chrono::seconds(longest);
  return limits;
}

EcsTarget target_of(const StepInputs& step) {
  const auto cluster = step.input("cluster");
  return {cluster.empty() ? "default" : cluster, step.input("service")};
}

bool waits(const StepInputs& step) { return is_true(step.input("wait-for-service-stability")); }

std::vector<std::string> kept_keys(const StepInputs& step) {
  return comma_list(step.input("keep-null-value-keys")).get<std::vector<std::string>>();
}

Json update_request(const StepInputs& step, const EcsTarget& target, const std::string& arn) {
  Json request{{"cluster", target.cluster},
               {"service", target.service},
               {"taskDefinition", arn},
               {"forceNewDeployment", is_true(step.input("force-new-deployment"))}};
  if (const auto count = step.input("desired-count"); !count.empty())
    request["desiredCount"] = std::atoi(count.c_str());
  if (const auto managed = step.input("enable-ecs-managed-tags"); !managed.empty())
    request["enableECSManagedTags"] = is_true(managed);
  if (const auto tags = step.input("propagate-tags"); !tags.empty()) request["propagateTags"] = tags;
  if (const auto volume = step.input("service-managed-ebs-volume-name"); !volume.empty()) {
    request["volumeConfigurations"] = Json::array(
        {Json{{"name", volume}, {"managedEBSVolume", json_input(step, "service-managed-ebs-volume", "{}")}}});
  }
  return request;
}

std::vector<std::string> difference_lines(Client& ecs, const Json& wanted, const Json& service) {
  auto live_name = service.is_object() ? text_of(service, "taskDefinition") : "";
  if (live_name.empty()) live_name = text_of(wanted, "family");
  try {
    const auto live = ecs.call("DescribeTaskDefinition", {{"taskDefinition", live_name}})
                          .value("taskDefinition", Json::object());
    auto lines = task_definition_differences(live, wanted);
    const auto shown = text_of(live, "taskDefinitionArn");
    const auto name = short_arn(shown.empty() ? live_name : shown);
    for (auto& line : lines) line.insert(0, "  ");
    lines.insert(lines.begin(), lines.empty() ? fmt::format("the same as {}", name)
                                              : fmt::format("different from {}:", name));
    return lines;
  } catch (const ServiceError& error) {
    if (service.is_null() && error.code() == "ClientException") return {"the first of its family"};
    return {fmt::format("{} could not be read to compare: {}", short_arn(live_name), error.what())};
  }
}

Environment environment_of(const StepInputs& step) {
  auto env = step.env();
  if (const int retries = std::atoi(step.input("max-retries").c_str()); retries > 0)
    env["AWS_MAX_ATTEMPTS"] = std::to_string(retries + 1);
  return env;
}

}  // namespace runner::aws
