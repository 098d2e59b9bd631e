// `runner completion`: the script of a shell, and what it asks while a command line is typed.
#include <filesystem>
#include <ostream>

#include <fmt/core.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/completion.hpp"
#include "runner/journal/journal.hpp"
#include "runner/order/event_payload.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/report/log_text.hpp"
#include "steps/catalog.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

struct ReadFile {
  std::string name;
  std::shared_ptr<const Workflow> workflow;  // null: it is wrong
};

std::vector<ReadFile> workflows_here(const fs::path& directory) {
  const auto repository = open_repository(directory);
  std::vector<ReadFile> all;
  for (const auto& file : all_workflow_files(repository, repository.bare))
    all.push_back({fs::path(file.path).filename().string(), read_workflow(file.path, file.source).workflow});
  return all;
}

Candidates workflow_names(const fs::path& directory) {
  Candidates all;
  for (const auto& [name, workflow] : workflows_here(directory))
    all.push_back({name, workflow ? workflow->name : ""});
  return all;
}

Candidates event_candidates(const fs::path& directory) {
  Candidates all;
  for (const auto& [name, workflow] : workflows_here(directory)) {
    for (const auto& trigger : workflow ? workflow->on : std::vector<Trigger>())
      all.push_back({trigger.event, name});
  }
  if (!all.empty()) return all;
  for (const auto& name : event_names()) all.push_back({name, ""});
  return all;
}

Candidates job_ids(const fs::path& directory, const std::string& wanted) {
  Candidates all;
  for (const auto& [name, workflow] : workflows_here(directory)) {
    const bool asked = wanted.empty() || fs::path(wanted).filename() == name ||
                       fs::path(name).stem() == wanted || (workflow && workflow->name == wanted);
    for (const auto& job : workflow&& asked ? workflow->jobs : std::vector<Job>())
      all.push_back({job.id, name});
  }
  return all;
}

Candidates newest_runs(const fs::path& directory, const fs::path& state) {
  Candidates all;
  for (const auto& run : read_journal(state)->runs(20, open_repository(directory).slug))
    all.push_back(
        {fmt::format("{}", run.id),
         fmt::format("{} {} {}", fs::path(run.workflow_path).filename().string(), run.status, run.title)});
  return all;
}

Candidates action_names() {
  Candidates all;
  for (const auto& action : builtin_actions()) all.push_back({action.spec.uses, action.spec.doc});
  return all;
}

// A name or a title may be whatever a file says: it is one line, and acts on nothing.
Candidates harmless_ones(Candidates candidates) {
  for (auto& candidate : candidates) candidate = {one_line(candidate.word), one_line(candidate.text)};
  return candidates;
}

// Of the command line that is typed, not of ours.
fs::path directory_of(const std::vector<std::string>& words, const fs::path& here) {
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "-C" || words[i] == "--directory") return here / words[i + 1];
  }
  return here;
}

}  // namespace

int completion_command(const CommandLine& line, Tools& tools) {
  const auto& [shell, words] = line.completion;
  if (words.empty()) {
    tools.out << completion_script(shell);
    return 0;
  }
  const auto directory = directory_of(words, tools.directory);
  const CompletionWorld here{.workflows = [&] { return workflow_names(directory); },
                             .events = [&] { return event_candidates(directory); },
                             .runs = [&] { return newest_runs(directory, tools.folders.state); },
                             .actions = action_names,
                             .jobs = [&](const auto& workflow) { return job_ids(directory, workflow); }};
  tools.out << written_for(shell, harmless_ones(complete(words, here)));
  return 0;
}

}  // namespace runner
