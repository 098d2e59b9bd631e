// steps/clients/aws/ecs/difference.hpp -- what registering a task definition would change against the one
// that is live: a line for each changed field. Pure. Values of environment variables are not shown: the live
// ones may be secrets that nobody here knows.
#pragma once
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace runner::aws {

// Both as DescribeTaskDefinition gives them or RegisterTaskDefinition takes them; what only the former has,
// and what is the service's default or empty, makes no difference. "container web: image a:1 -> a:2". Empty:
// the same.
std::vector<std::string> task_definition_differences(const nlohmann::ordered_json& live,
                                                     const nlohmann::ordered_json& wanted);
// The fields that are the service's to give: DescribeTaskDefinition has them, RegisterTaskDefinition refuses
// them.
const std::vector<std::string>& task_definition_answer_fields();

}  // namespace runner::aws
