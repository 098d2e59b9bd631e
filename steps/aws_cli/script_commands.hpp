// steps/aws_cli/script_commands.hpp -- the `aws` command lines of a step's script and what they would do, for
// plans: as far as they can be read without running anything. What cannot be known is said, never guessed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "steps/aws_cli/aws_cli.hpp"
#include "steps/script/script_words.hpp"

namespace runner::aws {

struct ScriptCommand {
  std::vector<ScriptWord> words;         // after "aws"
  Environment env;                       // as far as it is known
  std::optional<std::string> directory;  // where it runs, from where the script starts; nothing: not known
  std::string condition{};               // "in a loop": it may run another number of times than once
};
std::vector<ScriptCommand> aws_commands(const std::string& script, const Environment& env);

// Effect lines from the words alone. `env`: what is known of the step's environment; a value that holds ${{
// is not.
std::vector<std::string> aws_effects(const std::string& script, const Environment& env);
// The same with the targets read, by plan_aws(). `terminal`: where the step would run; its env is the step's.
std::vector<std::string> aws_differences(const std::string& script, Terminal& terminal);

}  // namespace runner::aws
