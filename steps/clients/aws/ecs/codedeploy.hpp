// steps/clients/aws/ecs/codedeploy.hpp -- a blue/green deployment of an ECS service by CodeDeploy: the
// AppSpec with the new task definition in it, the deployment, the wait for its end.
#pragma once
#include <filesystem>
#include <string>

#include "steps/clients/aws/ecs/rollout.hpp"
#include "steps/step.hpp"

namespace runner::aws {

struct CodeDeployTarget {
  std::string application, group, description, config;
  std::filesystem::path appspec;
  std::string appspec_shown;
  std::string text() const;  // "deployment group D of application A"
};
CodeDeployTarget codedeploy_target(const StepInputs& step, const EcsTarget& target,
                                   const std::filesystem::path& workspace);

// JSON with every resource's task definition set; keys are found whatever their case. Throws Error.
std::string appspec_content(std::string_view text, const std::string& shown,
                            const std::string& task_definition_arn);

// Sets the output codedeploy-deployment-id. `wait`: also for its end, the group's own pauses on top of
// `limits`.
StepResult deploy_with_codedeploy(StepHost& host, Client& codedeploy, const CodeDeployTarget& target,
                                  const std::string& task_definition_arn, bool wait, WaitLimits limits);

}  // namespace runner::aws
