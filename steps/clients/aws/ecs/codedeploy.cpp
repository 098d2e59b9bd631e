#include "steps/clients/aws/ecs/codedeploy.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/sigv4.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestDescription = 512;
constexpr std::chrono::minutes kLongestWait{360};

Json& member_ignoring_case(Json& object, std::string_view name, const std::string& shown) {
  if (object.is_object()) {
    for (auto& [key, value] : object.items()) {
      if (equal_ignoring_case(key, name)) return value;
    }
  }
  throw Error("AppSpec file must include property '{}': {} does not", name, shown);
}

std::chrono::minutes minutes_at(const Json& group, const char* of, const char* name) {
  const auto settings = group.value("blueGreenDeploymentConfiguration", Json::object());
  return std::chrono::minutes(number_of(settings.value(of, Json::object()), name));
}

Json deployment_request(const CodeDeployTarget& target, const std::string& content) {
  Json request{{"applicationName", target.application},
               {"deploymentGroupName", target.group},
               {"revision",
                {{"revisionType", "AppSpecContent"},
                 {"appSpecContent", {{"content", content}, {"sha256", hex_sha256(content)}}}}}};
  if (!target.config.empty()) request["deploymentConfigName"] = target.config;
  if (!target.description.empty()) request["description"] = target.description.substr(0, kLongestDescription);
  return request;
}

std::string error_text(const Json& deployment) {
  const auto error = deployment.value("errorInformation", Json::object());
  const auto code = text_of(error, "code"), message = text_of(error, "message");
  if (code.empty() && message.empty()) return {};
  return fmt::format(": {}{}{}", code, code.empty() || message.empty() ? "" : ": ", message);
}

StepResult wait_for_end(StepHost& host, Client& codedeploy, const std::string& id, WaitLimits limits) {
  Pauses pauses(host, limits);
  for (std::string last;;) {
    const auto deployment =
        codedeploy.call("GetDeployment", {{"deploymentId", id}}).value("deploymentInfo", Json::object());
    const auto status = text_of(deployment, "status");
    if (status != last) host.log(fmt::format("Deployment {}: {}", id, status));
    last = status;
    if (status == "Succeeded") return {};
    if (status == "Failed" || status == "Stopped") {
      return failure(
          fmt::format("Deployment {} of CodeDeploy ended as {}{}. Traffic is on the tasks it was on "
                      "before, unless they had been replaced already.",
                      id, status, error_text(deployment)));
    }
    if (pauses.pause()) continue;
    if (host.stop().stop_requested())
      return {Outcome::cancelled,
              fmt::format("cancelled while deployment {} was {}, which goes on", id, status)};
    return failure(
        fmt::format("{{\"state\":\"TIMEOUT\",\"reason\":\"Waiter has timed out\"}}: deployment {} was "
                    "{} after {} minutes",
                    id, status, limits.whole.count() / 60));
  }
}

}  // namespace

std::string CodeDeployTarget::text() const {
  return fmt::format("deployment group {} of application {}", group, application);
}

CodeDeployTarget codedeploy_target(const StepInputs& step, const EcsTarget& target,
                                   const fs::path& workspace) {
  const auto or_else = [&](const char* name, std::string otherwise) {
    auto value = step.input(name);
    return value.empty() ? otherwise : value;
  };
  CodeDeployTarget result;
  result.application =
      or_else("codedeploy-application", fmt::format("AppECS-{}-{}", target.cluster, target.service));
  result.group =
      or_else("codedeploy-deployment-group", fmt::format("DgpECS-{}-{}", target.cluster, target.service));
  result.description = step.input("codedeploy-deployment-description");
  result.config = step.input("codedeploy-deployment-config");
  result.appspec_shown = or_else("codedeploy-appspec", "appspec.yaml");
  result.appspec = workspace / result.appspec_shown;
  return result;
}

std::string appspec_content(std::string_view text, const std::string& shown,
                            const std::string& task_definition_arn) {
  auto spec = parse_json_or_yaml(text, shown);
  auto& resources = member_ignoring_case(spec, "resources", shown);
  if (!resources.is_array()) throw Error("AppSpec file {}: 'resources' is not a list", shown);
  for (auto& resource : resources) {
    for (auto& [name, contents] : resource.items()) {
      auto& properties = member_ignoring_case(contents, "properties", shown);
      member_ignoring_case(properties, "taskDefinition", shown) = task_definition_arn;
    }
  }
  return spec.dump();
}

StepResult deploy_with_codedeploy(StepHost& host, Client& codedeploy, const CodeDeployTarget& target,
                                  const std::string& task_definition_arn, bool wait, WaitLimits limits) {
  const auto group = codedeploy
                         .call("GetDeploymentGroup", {{"applicationName", target.application},
                                                      {"deploymentGroupName", target.group}})
                         .value("deploymentGroupInfo", Json::object());
  if (!fs::is_regular_file(target.appspec))
    throw Error("AppSpec file does not exist: {}", target.appspec_shown);
  const auto content = appspec_content(read_file(target.appspec), target.appspec_shown, task_definition_arn);
  const auto started = codedeploy.call("CreateDeployment", deployment_request(target, content));
  const auto id = text_of(started, "deploymentId");
  host.set_output("codedeploy-deployment-id", id);
  host.log(fmt::format("Deployment {} started: {}", id, target.text()));
  if (!wait) return {};
  limits.whole +=
      minutes_at(group, "deploymentReadyOption", "waitTimeInMinutes") +
      minutes_at(group, "terminateBlueInstancesOnDeploymentSuccess", "terminationWaitTimeInMinutes");
  limits.whole = std::min<std::chrono::seconds>(limits.whole, kLongestWait);
  return wait_for_end(host, codedeploy, id, limits);
}

}  // namespace runner::aws
