// `runner list`: the workflows here and what starts them; with a name, the jobs of one.
#include <ostream>

#include "parser/base/error.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/list_json.hpp"
#include "runner/cli/list_view.hpp"
#include "runner/cli/prepare.hpp"

namespace runner {
namespace {

int list_one(const CommandLine& line, const Repository& repository, const TextStyle& style, Tools& tools) {
  const auto file = find_workflow_file(line.name, tools.directory, repository, repository.bare);
  if (line.common.format == Format::json) {
    tools.out << workflows_json({file});
    return read_workflow(file.path, file.source).workflow == nullptr ? 2 : 0;
  }
  const auto result = read_workflow(file.path, file.source);
  tell(result.diagnostics, file.source, tools.err);
  if (result.workflow == nullptr) throw UsageError("{} is wrong", file.path);
  write_jobs(*result.workflow, style, tools.out);
  return 0;
}

}  // namespace

int list_command(const CommandLine& line, Tools& tools) {
  const auto style = text_style(tools.out_fd, line.common.color, false);
  const auto repository = open_repository(tools.directory);
  if (!line.name.empty()) return list_one(line, repository, style, tools);
  const auto files = all_workflow_files(repository, repository.bare);
  if (files.empty())
    tools.err << "there is no workflow under " << (repository.root / ".github/workflows").string() << "\n";
  if (line.common.format == Format::json)
    tools.out << workflows_json(files);
  else
    write_workflows(files, style, tools.out);
  return 0;
}

}  // namespace runner
