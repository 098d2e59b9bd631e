#include "runner/cli/cli.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <ostream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/cli/command_tables.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/eval.hpp"
#include "runner/cli/habits.hpp"
#include "runner/cli/man_page.hpp"
#include "runner/cli/options.hpp"
#include "runner/journal/journal.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/report/safe_text.hpp"
#include "runner/report/text_reporter.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

int eval(const CommandLine& line, Tools& tools) {
  const auto below = [&](const std::string& file) {
    return file.empty() || file == "-" ? file : (tools.directory / file).string();
  };
  return eval_command({line.eval.expression, below(line.eval.context), below(line.eval.batch)}, tools.out,
                      tools.err);
}

int version(const CommandLine& line, Tools& tools) {
  if (line.common.format == Format::json)
    tools.out << "{\"version\":\"" RUNNER_VERSION "\"}\n";
  else
    tools.out << "runner " RUNNER_VERSION "\n";
  return 0;
}

int help(const CommandLine& line, Tools& tools) {
  tools.out << (line.man ? man_page() : line.help);
  return 0;
}

struct Command {
  const char* name;
  int (*run)(const CommandLine&, Tools&);
};
constexpr std::array kCommands{Command{"", overview_command},
                               Command{"run", run_command},
                               Command{"plan", plan_command},
                               Command{"validate", validate_command},
                               Command{"list", list_command},
                               Command{"eval", eval},
                               Command{"actions", actions_command},
                               Command{"doctor", doctor_command},
                               Command{"runs", history_command},
                               Command{"logs", history_command},
                               Command{"completion", completion_command},
                               Command{"version", version},
                               Command{"help", help}};

void add_lines(std::vector<DefaultLine>& lines, const fs::path& file, bool of_repository) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return;
  const auto text = read_file(file);
  size_t number = 0;
  for (const auto line : split_lines(text))
    lines.push_back({fmt::format("{}:{}", file.string(), ++number), std::string(trim(line)), of_repository});
}

std::string variable(const Environment& environment, const char* name) {
  const auto at = environment.find(name);
  return at == environment.end() ? "" : at->second;
}

fs::path folder_of(const Environment& environment, const char* name, const char* below_home) {
  const auto set = variable(environment, name);
  return fs::path(set.empty() ? variable(environment, "HOME") + below_home : set) / "runner";
}

// .runnerrc of the user, then of the repository (or the folder) the command is started in.
std::vector<DefaultLine> default_lines(const Tools& tools) {
  std::vector<DefaultLine> lines;
  add_lines(lines, folder_of(tools.environment, "XDG_CONFIG_HOME", "/.config") / ".runnerrc", false);
  std::error_code error;
  for (auto folder = tools.directory;; folder = folder.parent_path()) {
    if (fs::exists(folder / ".runnerrc", error))
      add_lines(lines, folder / ".runnerrc", true);
    else if (!fs::exists(folder / ".git", error) && folder.has_relative_path())
      continue;
    return lines;
  }
}

void go_to(const std::string& directory, Tools& tools) {
  if (directory.empty()) return;
  tools.directory = fs::weakly_canonical(tools.directory / directory);
  if (!fs::is_directory(tools.directory))
    throw UsageError("-C: there is no folder {}", tools.directory.string());
}

bool is_workflow_here(const std::string& word, const fs::path& directory) try {
  std::error_code error;
  if (fs::is_regular_file(directory / word, error)) return word.ends_with(".yml") || word.ends_with(".yaml");
  const auto repository = open_repository(directory);
  find_workflow_file(word, directory, repository, repository.bare);
  return true;
} catch (const std::exception&) {
  return false;
}

std::string workflow_of_run(const std::string& number, const fs::path& state) {
  int64_t id = 0;
  std::from_chars(number.data(), number.data() + number.size(), id);
  const auto run = read_journal(state)->find(id);
  return run ? fs::path(run->workflow_path).filename().string() : "";
}

void answer_habits(const std::vector<std::string>& args, const Tools& tools) {
  const std::vector before(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(command_at(args)));
  const auto directory =
      before.empty() ? tools.directory : tools.directory / parse_command_line(before, {}).common.directory;
  const Here here{[&](const auto& word) { return is_workflow_here(word, directory); },
                  [&](const auto& number) { return workflow_of_run(number, tools.folders.state); }};
  const auto right = right_command(args, here);
  if (!right.empty()) throw UsageError("nothing was run; the command for that is: {}", right);
}

// Text for people; else it is for programs, whoever looks at it.
bool shows_text(const CommandLine& line) {
  return line.common.format == Format::text && line.command != "eval" && line.command != "completion" &&
         !line.man;
}

int columns_of(int fd) { return ::isatty(fd) == 1 ? terminal_size(fd).columns : 0; }

int run_line(const std::vector<std::string>& args, Tools& tools, SafeText& out) try {
  answer_habits(args, tools);
  auto line = parse_command_line(args, {});
  go_to(line.common.directory, tools);
  if (const auto defaults = default_lines(tools); !defaults.empty())
    line = parse_command_line(args, defaults);
  if (shows_text(line)) out.wrap(columns_of(tools.out_fd));
  for (const auto& command : kCommands) {
    if (line.command == command.name) return command.run(line, tools);
  }
  return 2;
} catch (const UsageError& error) {
  tools.err << "runner: " << error.what() << "\n";
  const int signal = tools.stopped_by ? tools.stopped_by() : 0;  // while it was still being prepared
  return signal == 0 ? 2 : 128 + signal;
} catch (const std::exception& error) {
  tools.err << "runner: " << error.what() << "\n";
  return 1;
}

}  // namespace

std::shared_ptr<Masker> make_masker() { return std::make_shared<Masker>(); }

Folders default_folders(const Environment& environment) {
  return {folder_of(environment, "XDG_STATE_HOME", "/.local/state"),
          folder_of(environment, "XDG_CACHE_HOME", "/.cache"), variable(environment, "HOME")};
}

int run_cli(const std::vector<std::string>& args, Tools& tools) {
  SafeText err(tools.err, *tools.masker, true);
  err.wrap(columns_of(tools.err_fd));
  SafeText out(tools.out, *tools.masker, ::isatty(tools.out_fd) == 1);
  return run_line(args, tools, out);
}

}  // namespace runner
