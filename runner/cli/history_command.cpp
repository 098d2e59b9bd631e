// `runner runs` and `runner logs` from a command line.
#include <unistd.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/history.hpp"
#include "runner/report/text_reporter.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {
namespace {

// The repository whose runs are meant; empty: all of them, as outside of any repository.
std::string repository_here(const CommandLine& line, const Tools& tools) {
  if (line.history.all) return "";
  const auto repository = open_repository(tools.directory);
  return repository.git_dir.empty() ? "" : repository.slug;
}

}  // namespace

int history_command(const CommandLine& line, Tools& tools) {
  const auto journal = read_journal(tools.folders.state);
  auto style = text_style(tools.out_fd, line.common.color, !line.common.no_progress);
  style.quiet = line.common.quiet;
  style.verbose = line.common.verbose;
  const auto repository = repository_here(line, tools);
  if (line.command == "logs") {
    const LogQuery query{.job = line.history.job,
                         .failed_only = line.history.failed,
                         .follow = line.history.follow,
                         .timestamps = line.history.timestamps,
                         .json = line.common.format == Format::json,
                         .summary = line.history.summary};
    return logs_command(*journal, {.run = line.history.run, .repository = repository, .query = query},
                        tools.out_fd, style);
  }
  RunsOptions options{.most = static_cast<size_t>(line.history.limit),
                      .repository = repository,
                      .status = line.history.status,
                      .workflow = line.history.workflow,
                      .branch = line.history.branch,
                      .event = line.history.event};
  options.json = line.common.format == Format::json;
  if (::isatty(tools.out_fd) == 1) options.columns = terminal_size(tools.out_fd).columns;
  return runs_command(*journal, options, tools.out_fd, style);
}

}  // namespace runner
