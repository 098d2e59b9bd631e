// steps/script/command.hpp -- reads one line a step printed as a workflow command, ::name k=v::data or
// ##[name k=v]data (execution.md 5.1). Pure: StepOutput carries commands out.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steps/step.hpp"

namespace runner {

enum class CommandKind {
  add_mask,
  add_matcher,
  add_path,
  debug,
  echo,
  end_group,
  error,
  group,
  notice,
  remove_matcher,
  save_state,
  set_env,
  set_output,
  stop_commands,
  warning,
  resume,  // the token that a stop-commands named
};

struct WorkflowCommand {
  CommandKind kind = CommandKind::debug;
  std::string name;                                                 // as it is registered, in lower case
  std::vector<std::pair<std::string, std::string>> properties;      // unescaped
  std::string data;                                                 // unescaped
  std::string_view property(std::string_view property_name) const;  // "" when absent; case is ignored
};

// Nothing: plain output. `resume_token`: of the stop-commands that is in force, else "".
std::optional<WorkflowCommand> parse_command(std::string_view line, std::string_view resume_token = "");
bool is_command_name(std::string_view name);

// The place a notice, warning or error names, after the checks of execution.md 5.2; without level. A `file`
// below `workspace` becomes relative to it.
Annotation annotation_of(const WorkflowCommand& command, std::string_view workspace);

}  // namespace runner
