// runner/cli/habits.hpp -- what users of act and gh type first, answered with the command that does it here.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace runner {

struct Here {
  std::function<bool(const std::string& word)> is_workflow;
  std::function<std::string(const std::string& run)> workflow_of_run;  // "" when there is no such run
};

// The command line that was meant, "" when `args` is nothing of the kind. It shows no value that may be a
// secret.
std::string right_command(const std::vector<std::string>& args, const Here& here);

}  // namespace runner
