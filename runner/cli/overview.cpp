// Bare `runner`: what is here, and what to type next.
#include <algorithm>
#include <filesystem>
#include <ostream>

#include <fmt/core.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/history.hpp"
#include "runner/cli/list_view.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

struct Hint {
  std::string command, text;
};

void write_hints(const std::vector<Hint>& hints, const Paint& paint, std::ostream& out) {
  int widest = 0;
  for (const auto& hint : hints) widest = std::max(widest, display_width(hint.command));
  for (const auto& hint : hints)
    out << "  " << paint.column(hint.command, widest) << "  " << hint.text << "\n";
}

// The file to show commands with: one that a push starts, else the first that is right.
std::string example(const std::vector<WorkflowFile>& files) {
  std::string first;
  for (const auto& file : files) {
    const auto workflow = read_workflow(file.path, file.source).workflow;
    const auto name = std::filesystem::path(file.path).filename().string();
    if (workflow && workflow->trigger("push") != nullptr) return shell_word(name);
    if (workflow && first.empty()) first = shell_word(name);
  }
  return first.empty() ? "WORKFLOW" : first;
}

int begin_here(const Repository& repository, const Paint& paint, std::ostream& out) {
  const auto folder = (repository.root / ".github/workflows").string();
  out << "runner runs GitHub Actions workflows on this machine; there is none under " << folder << "\n\n"
      << "To begin, go to a repository that has one, or name it:\n";
  write_hints({{"runner -C DIR", "what is in that repository"},
               {"runner plan FILE.yml", "what a run of that file would do; nothing is done"},
               {"runner doctor", "what this machine has and lacks"},
               {"runner help", "all commands"}},
              paint, out);
  return 0;
}

}  // namespace

int overview_command(const CommandLine& line, Tools& tools) {
  const auto style = text_style(tools.out_fd, line.common.color, false);
  const Paint paint(style);
  const auto repository = open_repository(tools.directory);
  const auto files = all_workflow_files(repository, repository.bare);
  if (files.empty()) return begin_here(repository, paint, tools.out);
  auto& out = tools.out;
  out << paint.bold(counted(files.size(), "workflow") + " here") << "\n";
  write_workflows(files, style, out);
  const auto newest =
      runs_text(*read_journal(tools.folders.state), {.most = 1, .repository = repository.slug}, style);
  if (!newest.empty()) out << "\n" << paint.bold("the newest run") << "\n" << newest;
  const auto name = example(files);
  std::vector<Hint> hints{{"runner plan " + name, "what a run would do; nothing is done"},
                          {"runner run " + name, "do it"}};
  if (!newest.empty()) hints.push_back({"runner logs", "the log of the newest run"});
  hints.push_back({"runner doctor", "what this machine lacks for the workflows here"});
  hints.push_back({"runner help", "all commands"});
  out << "\n";
  write_hints(hints, paint, out);
  return 0;
}

}  // namespace runner
