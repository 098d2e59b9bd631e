#include <sys/ioctl.h>
#include <unistd.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/history.hpp"
#include "steps/support/repository.hpp"

namespace runner {
namespace {

int terminal_columns(int fd) {
  winsize size{};
  return ::isatty(fd) == 1 && ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int history_command(const CommandLine& line, Tools& tools) {
  const auto journal = open_journal(tools.folders.state);
  const auto style = text_style(tools.out_fd, line.common.color, false);
  const auto repository = line.history.all ? "" : open_repository(tools.directory).slug;
  if (line.command == "runs") {
    return runs_command(*journal, {.most = static_cast<size_t>(line.history.limit), .repository = repository,
                                   .json = line.common.format == Format::json, .columns = terminal_columns(tools.out_fd)},
                        tools.out_fd, style);
  }
  return logs_command(*journal, {.run = line.history.run, .repository = repository,
                                 .query = {line.history.job, line.history.failed, line.history.follow}},
                      tools.out_fd, style);
}

}  // namespace runner
