#include "steps/clients/aws/ecs/run_task.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/step_session.hpp"

namespace runner::aws {
namespace {

void put_network(Json& request, const StepInputs& step) {
  const auto subnets = comma_list(step.input("run-task-subnets"));
  const auto groups = comma_list(step.input("run-task-security-groups"));
  if (subnets.empty() && groups.empty()) return;
  auto& network = request["networkConfiguration"]["awsvpcConfiguration"];
  network = Json::object();
  if (!subnets.empty()) network["subnets"] = subnets;
  if (!groups.empty()) network["securityGroups"] = groups;
  network["assignPublicIp"] = step.input("run-task-assign-public-IP");
}

std::string failures_text(const Json& tasks) {
  auto reasons = Json::array();
  for (const auto& task : tasks) {
    for (const auto& container : task.value("containers", Json::array())) {
      if (!container.contains("exitCode") || number_of(container, "exitCode") == 0) continue;
      const auto reason = text_of(container, "reason");
      reasons.push_back(fmt::format("{} in {}: exit code {}{}{}", text_of(container, "name"),
                                    short_arn(text_of(task, "taskArn")), number_of(container, "exitCode"),
                                    reason.empty() ? "" : ", ", reason));
    }
    const bool never_ran = text_of(task, "stopCode") == "TaskFailedToStart";
    if (never_ran) reasons.push_back(text_of(task, "stoppedReason"));
  }
  return reasons.empty() ? "" : "Run task failed: " + reasons.dump();
}

bool all_stopped(const Json& tasks) {
  for (const auto& task : tasks) {
    if (text_of(task, "lastStatus") != "STOPPED") return false;
  }
  return true;
}

StepResult wait_until_stopped(StepHost& host, Client& ecs, const Json& request, const Json& arns,
                              WaitLimits limits) {
  Pauses pauses(host, limits);
  while (true) {
    const auto answer = ecs.call("DescribeTasks", {{"cluster", request["cluster"]}, {"tasks", arns}});
    const auto tasks = answer.value("tasks", Json::array());
    if (all_stopped(tasks)) {
      if (auto why = failures_text(tasks); !why.empty()) return failure(why);
      host.log("The task has ended well");
      return {};
    }
    host.progress("wait for the task");
    if (pauses.pause()) continue;
    if (host.stop().stop_requested())
      return {Outcome::cancelled, "cancelled while the task ran, which goes on: " + arns.dump()};
    return failure(
        fmt::format("{{\"state\":\"TIMEOUT\",\"reason\":\"Waiter has timed out\"}}: the task {} has not "
                    "ended after {} minutes",
                    arns.dump(), limits.whole.count() / 60));
  }
}

}  // namespace

Json json_input(const StepInputs& step, const char* name, const char* empty) {
  const auto text = step.input(name);
  auto value = read_ordered_json(text.empty() ? empty : text);
  if (value.is_discarded()) throw InputError(fmt::format("{}: found {}, expected JSON", name, text));
  return value;
}

Json comma_list(const std::string& text) {
  auto items = Json::array();
  for (const auto part : split(text, ',')) {
    if (const auto item = trim(part); !item.empty()) items.push_back(std::string(item));
  }
  return items;
}

Json run_task_request(const StepInputs& step, const std::string& cluster,
                      const std::string& task_definition_arn) {
  Json request{{"cluster", cluster}, {"taskDefinition", task_definition_arn}};
  request["startedBy"] = step.input("run-task-started-by");
  const auto strategy = json_input(step, "run-task-capacity-provider-strategy", "[]");
  if (strategy.empty())
    request["launchType"] = step.input("run-task-launch-type");
  else
    request["capacityProviderStrategy"] = strategy;
  if (const auto overrides = json_input(step, "run-task-container-overrides", "[]"); !overrides.empty())
    request["overrides"]["containerOverrides"] = overrides;
  if (const auto tags = json_input(step, "run-task-tags", "[]"); !tags.empty()) request["tags"] = tags;
  if (const auto managed = step.input("enable-ecs-managed-tags"); !managed.empty())
    request["enableECSManagedTags"] = is_true(managed);
  put_network(request, step);
  if (const auto volume = step.input("run-task-managed-ebs-volume-name"); !volume.empty()) {
    request["volumeConfigurations"] = Json::array({Json{
        {"name", volume}, {"managedEBSVolume", json_input(step, "run-task-managed-ebs-volume", "{}")}}});
  }
  return request;
}

StepResult run_task_once(StepHost& host, Client& ecs, const Json& request, bool wait, WaitLimits limits) {
  const auto answer = ecs.call("RunTask", request);
  auto arns = Json::array();
  for (const auto& task : answer.value("tasks", Json::array())) arns.push_back(text_of(task, "taskArn"));
  host.set_output("run-task-arn", arns.dump());
  for (const auto& refused : answer.value("failures", Json::array()))
    return failure(fmt::format("{} is {}", text_of(refused, "arn"), text_of(refused, "reason")));
  for (const auto& arn : arns) host.log("Task running: " + arn.get<std::string>());
  return wait ? wait_until_stopped(host, ecs, request, arns, limits) : StepResult{};
}

}  // namespace runner::aws
