// runner/cli/commands.hpp -- one function a subcommand. Each gives the exit status, and throws UsageError (2)
// or Error (1) for run_cli to tell.
#pragma once
#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"

namespace runner {

int overview_command(const CommandLine& line, Tools& tools);  // no command at all
int run_command(const CommandLine& line, Tools& tools);
int plan_command(const CommandLine& line, Tools& tools);
int validate_command(const CommandLine& line, Tools& tools);
int list_command(const CommandLine& line, Tools& tools);
int actions_command(const CommandLine& line, Tools& tools);
int completion_command(const CommandLine& line, Tools& tools);
int doctor_command(const CommandLine& line, Tools& tools);
int history_command(const CommandLine& line, Tools& tools);  // runs and logs

}  // namespace runner
