// steps/builtin/chat/action_slack_fields.hpp -- the fields of 8398a7/action-slack: what each tells of a run.
// The original asks GitHub for commit and job; here the repository and the run itself are asked.
#pragma once
#include <string>
#include <vector>

#include "steps/step.hpp"

namespace runner::chat {

struct SlackField {
  std::string title, variable, value;  // variable: AS_REPO ..., what a custom payload calls the value
};
std::vector<SlackField> action_slack_fields(
    const StepInputs& step);  // those of the input `fields`, in their order
std::vector<std::string> action_slack_field_problems(const StepInputs& step);

}  // namespace runner::chat
