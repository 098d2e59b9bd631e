// steps/clients/aws/ecs/task_definition.hpp -- an ECS task definition as a file of the repository has it:
// read, changed as aws-actions/amazon-ecs-render-task-definition changes it, made fit to be registered. Pure
// but for reading the file.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/formats/yaml_json.hpp"
#include "steps/step.hpp"

namespace runner::aws {

// JSON or YAML. `shown` names it in messages: "Task definition file does not exist: <shown>". Throws Error.
nlohmann::ordered_json read_task_definition(const std::filesystem::path& file, const std::string& shown,
                                            YamlReader reader);

// With image, environment, secrets ... of the step's inputs put in. Throws InputError with the original's
// words.
nlohmann::ordered_json rendered_task_definition(nlohmann::ordered_json definition, const StepInputs& step);

// Without what is null or empty, but for `kept_keys`, and without what only the service gives; a warning for
// each of these goes to `warnings`.
nlohmann::ordered_json registrable_task_definition(nlohmann::ordered_json definition,
                                                   const std::vector<std::string>& kept_keys,
                                                   std::vector<std::string>& warnings);

}  // namespace runner::aws
