// steps/clients/aws/ecs/deploy_inputs.hpp -- the inputs of aws-actions/amazon-ecs-deploy-task-definition as
// values and as the request that changes a service; what a definition changes, as lines.
#pragma once
#include <string>
#include <vector>

#include "steps/clients/aws/ecs/rollout.hpp"
#include "steps/step.hpp"

namespace runner::aws {

EcsTarget target_of(const StepInputs& step);
bool waits(const StepInputs& step);
int wait_minutes(const StepInputs& step);  // 30 unless given, at most 360
WaitLimits limits_of(const StepInputs& step);
std::vector<std::string> kept_keys(const StepInputs& step);
Environment environment_of(const StepInputs& step);  // the step's, with max-retries in it

// The request of UpdateService. Throws InputError.
Json update_request(const StepInputs& step, const EcsTarget& target, const std::string& definition_arn);

// Against what the service runs, or the newest of the family where `service` is null. A deploy does not need
// the right to read it: then a line says so.
std::vector<std::string> difference_lines(Client& ecs, const Json& wanted, const Json& service);

}  // namespace runner::aws
