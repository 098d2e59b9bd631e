// What the program is made of: its surroundings, the signals, one command.
#include <iostream>
#include <optional>

#include "runner/cli/cli.hpp"
#include "runner/cli/command_tables.hpp"
#include "runner/cli/wipe_arguments.hpp"
#include "runner/exec/guard.hpp"
#include "runner/place/orphans.hpp"
#include "runner/signals.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/clients/ssh/home_program.hpp"
#include "steps/system/own_process.hpp"

int main(int argc, char** argv) {
  // before anything of a run: a script starts it many times
  if (argc > 0 && runner::aws::is_aws(argv[0])) return runner::aws::aws_main(argc, argv);
  if (argc > 0 && runner::is_ssh_program(argv[0])) return runner::ssh_main(argv);
  const std::vector<std::string> args(argv + 1, argv + argc);
  runner::wipe_secret_arguments(argc, argv);
  runner::forbid_core_files();
  std::optional<runner::Guard> guard;  // forks: before there are threads
  const auto command = runner::command_at(args);
  const bool lasts = command < args.size() && (args[command] == "run" || args[command] == "plan");
  if (lasts) guard.emplace();
  runner::become_reaper();
  std::optional<runner::Reaper> reaper;  // one a process: it ends whatever was started after it
  if (lasts) reaper.emplace(guard->pid());
  // A run goes on to its always() steps, a plan takes its private files away; every other command just ends.
  std::optional<runner::Signals> signals;
  if (lasts) signals.emplace();
  const auto http = runner::make_http();
  auto environment = runner::own_environment();
  auto folders = runner::default_folders(environment);
  std::error_code error;
  runner::Tools tools{.environment = std::move(environment),
                      .directory = std::filesystem::current_path(error),
                      .folders = std::move(folders),
                      .program = std::filesystem::read_symlink("/proc/self/exe", error),
                      .out = std::cout,
                      .err = std::cerr,
                      .http = *http,
                      .interrupts = signals ? signals->interrupts() : runner::Interrupts{},
                      .stopped_by = [&signals] { return signals ? signals->received() : 0; },
                      .guard = guard ? &*guard : nullptr,
                      .reaper = reaper ? &*reaper : nullptr,
                      .kill_times = {}};
  const int status = runner::run_cli(args, tools);
  std::cout.flush();
  if (!std::cout) return status == 0 ? 1 : status;
  return status;
}
