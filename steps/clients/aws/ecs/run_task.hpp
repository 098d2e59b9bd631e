// steps/clients/aws/ecs/run_task.hpp -- a task run once with the definition that is about to be deployed: a
// migration before the service changes.
#pragma once
#include <string>

#include "steps/clients/aws/ecs/rollout.hpp"
#include "steps/step.hpp"

namespace runner::aws {

// The request of RunTask from the inputs run-task-*. Throws InputError for JSON that is none.
Json run_task_request(const StepInputs& step, const std::string& cluster,
                      const std::string& task_definition_arn);

// Sets the output run-task-arn. `wait`: for its end, too; a container's exit code other than 0 is a failure.
StepResult run_task_once(StepHost& host, Client& ecs, const Json& request, bool wait, WaitLimits limits);

// An input that is JSON; `empty` when it is not given. Throws InputError.
Json json_input(const StepInputs& step, const char* name, const char* empty);
// Items between commas.
Json comma_list(const std::string& text);

}  // namespace runner::aws
