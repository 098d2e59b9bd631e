#include "steps/clients/aws/ecs/service.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/step_session.hpp"

namespace runner::aws {
namespace {

const Json& list_of(const Json& object, const char* name) {
  static const Json none = Json::array();
  const auto at = object.find(name);
  return at != object.end() && at->is_array() ? *at : none;
}

std::string count_text(const Json& deployment) {
  return fmt::format("{} of {} tasks running", number_of(deployment, "runningCount"),
                     number_of(deployment, "desiredCount"));
}

// "task stopped: essential container exited; app: exit code 1, OutOfMemoryError".
std::string reason_of(const Json& task) {
  auto text = text_of(task, "stoppedReason");
  for (const auto& container : list_of(task, "containers")) {
    std::string why;
    const auto code = container.find("exitCode");
    if (code != container.end() && code->is_number_integer() && *code != 0)
      why = fmt::format("exit code {}", code->get<int>());
    if (const auto reason = text_of(container, "reason"); !reason.empty())
      why += (why.empty() ? "" : ", ") + reason;
    if (!why.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", text_of(container, "name"), why);
  }
  return text;
}

}  // namespace

std::string EcsTarget::text() const { return fmt::format("service {} in cluster {}", service, cluster); }

std::string text_of(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

int number_of(const Json& object, const char* name) {
  if (!object.is_object()) return 0;
  const auto at = object.find(name);
  return at != object.end() && at->is_number() ? at->get<int>() : 0;
}

Json describe_service(Client& ecs, const EcsTarget& target) {
  const auto answer = ecs.call("DescribeServices",
                               {{"cluster", target.cluster}, {"services", Json::array({target.service})}});
  for (const auto& failure : list_of(answer, "failures")) {
    throw Error("{} is {} (the {} is not in this account and region)", text_of(failure, "arn"),
                text_of(failure, "reason"), target.text());
  }
  const auto& services = list_of(answer, "services");
  if (services.empty()) throw Error("the {} is not in this account and region", target.text());
  if (const auto status = text_of(services.front(), "status"); status != "ACTIVE")
    throw Error("Service is {}: the {} cannot be deployed to", status, target.text());
  return services.front();
}

Json primary_deployment(const Json& service) {
  for (const auto& deployment : list_of(service, "deployments")) {
    if (text_of(deployment, "status") == "PRIMARY") return deployment;
  }
  return Json::object();
}

Json deployment_of(const Json& service, std::string_view id) {
  for (const auto& deployment : list_of(service, "deployments")) {
    if (text_of(deployment, "id") == id) return deployment;
  }
  return {};
}

std::string live_text(const Json& service) {
  std::vector<std::string> live, rest;
  for (const auto& deployment : list_of(service, "deployments")) {
    const auto name = short_arn(text_of(deployment, "taskDefinition"));
    if (number_of(deployment, "runningCount") > 0)
      live.push_back(fmt::format("{} ({})", name, count_text(deployment)));
    else
      rest.push_back(fmt::format("{} has {}", name, count_text(deployment)));
  }
  const auto text =
      live.empty() ? std::string("nothing is live") : fmt::format("live is {}", fmt::join(live, " and "));
  return rest.empty() ? text : fmt::format("{}; {}", text, fmt::join(rest, "; "));
}

bool is_stable(const Json& service) {
  return list_of(service, "deployments").size() == 1 &&
         number_of(service, "runningCount") == number_of(service, "desiredCount");
}

std::vector<std::string> stopped_reasons(Client& ecs, const EcsTarget& target,
                                         const std::string& definition) {
  std::vector<std::string> reasons;
  try {
    const auto stopped = ecs.call(
        "ListTasks",
        {{"cluster", target.cluster}, {"serviceName", target.service}, {"desiredStatus", "STOPPED"}});
    const auto& arns = list_of(stopped, "taskArns");
    if (arns.empty()) return {};
    const auto tasks = ecs.call("DescribeTasks", {{"cluster", target.cluster}, {"tasks", arns}});
    for (const auto& task : list_of(tasks, "tasks")) {
      const auto of = text_of(task, "taskDefinitionArn");
      if (!definition.empty() && !of.empty() && of != definition) continue;
      const auto reason = reason_of(task);
      if (!reason.empty() && std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
        reasons.push_back(reason);
    }
  } catch (const std::exception& error) {
    reasons.push_back(fmt::format("the stopped tasks could not be read: {}", error.what()));
  }
  return reasons;
}

std::vector<std::string> ServiceEvents::news(const Json& service) {
  std::vector<std::string> fresh;
  for (const auto& event : list_of(service, "events")) {
    const auto id = text_of(event, "id");
    if (std::find(seen_.begin(), seen_.end(), id) != seen_.end()) continue;
    seen_.push_back(id);
    fresh.insert(fresh.begin(), text_of(event, "message"));
  }
  return fresh;
}

}  // namespace runner::aws
