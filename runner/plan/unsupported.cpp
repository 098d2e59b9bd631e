#include "runner/plan/unsupported.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/catalog.hpp"
#include "steps/script/shell.hpp"

namespace runner {
namespace {

bool is_present(const Template& node) {
  const bool empty = node.text.empty() && node.items.empty() && node.members.empty() && !node.expression;
  return node && node.kind != Template::Kind::null && !empty;
}

const char* step_kind_message(StepKind kind) {
  switch (kind) {
    case StepKind::wait:
    case StepKind::wait_all:
    case StepKind::cancel:
      return "steps that wait for or cancel background steps are not supported yet";
    case StepKind::parallel:
      return "parallel steps are not supported yet";
    default:
      return nullptr;
  }
}

}  // namespace

std::vector<Diagnostic> unsupported_features(const Workflow& workflow, const Job& job,
                                             const KnownActions& actions) {
  std::vector<Diagnostic> problems;
  const auto refuse = [&](Pos pos, const char* rule, std::string message) {
    problems.push_back({workflow.path, pos, Severity::error, rule, std::move(message)});
  };
  if (job.uses) refuse(job.uses->pos, "uses", "reusable workflows (jobs with `uses`) are not supported yet");
  if (is_present(job.container))
    refuse(job.container.pos, "container", "jobs in a container are not supported yet");
  if (is_present(job.services))
    refuse(job.services.pos, "container", "service containers are not supported yet");
  if (is_present(job.snapshot))
    refuse(job.snapshot.pos, "schema", "`snapshot` is not supported: there is no image to make here");
  const auto check_shell = [&](const std::string& shell, Pos pos) {
    if (auto problem = shell_problem(shell); !problem.empty()) refuse(pos, "shell-name", std::move(problem));
  };
  const auto& shell = job.defaults.shell.empty() ? workflow.defaults.shell : job.defaults.shell;
  for (const auto& step : job.steps) {
    if (const auto* message = step_kind_message(step.kind)) refuse(step.pos, "schema", message);
    if (step.background) refuse(step.pos, "schema", "background steps are not supported yet");
    if (step.uses) {
      if (auto problem = actions.problem(*step.uses); !problem.empty())
        refuse(step.uses->pos, "uses", std::move(problem));
    }
    const bool own_shell = !step.shell.value.empty();
    if (step.kind == StepKind::run)
      check_shell(own_shell ? step.shell.value : shell, own_shell ? step.shell.pos : step.pos);
  }
  return problems;
}

}  // namespace runner
