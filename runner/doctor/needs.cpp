#include "runner/doctor/needs.hpp"

#include <cctype>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/doctor/known_programs.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/report/log_text.hpp"

namespace runner {
namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

// A value that fits the input, so that a workflow with required inputs can be planned.
std::string any_value(const Input& input) {
  if (!input.options.empty()) return input.options.front();
  if (input.type == "boolean") return "false";
  if (input.type == "number") return "0";
  return fmt::format("${{{{ inputs.{} }}}}", input.name);
}

RunOrder order_for(const Workflow& workflow, const Repository& repository, RunOrder order) {
  const auto file = repository.root / workflow.path;  // wherever in the repository the command was started
  std::error_code error;
  order.workflow = std::filesystem::exists(file, error) ? file.string() : file_name(workflow.path);
  const bool push = workflow.trigger("push") != nullptr;
  if (push || workflow.on.empty()) return order;
  for (const auto& input : workflow.on.front().inputs) {
    if (input.required && !input.fallback) order.event.inputs.emplace_back(input.name, any_value(input));
  }
  return order;
}

class Collector {
 public:
  explicit Collector(Needs& needs) : needs_(needs) {}

  void add(const Prepared& prepared, const std::string& file) {
    const auto& plan = prepared.plan;
    for (const auto& name : plan.unset_secrets) needs_.secrets[name].insert(file);
    for (const auto& name : variables_read(prepared.request.call.workflow->source)) {
      if (!is_set_variable(prepared.request, name)) needs_.variables[name].insert(file);
    }
    for (const auto& problem : plan.problems) {
      if (problem.severity == Severity::error)
        needs_.refused[one_line(place_text(problem.file, problem.pos) + ": " + problem.message)].insert(file);
    }
    for (const auto& job : plan.jobs) {
      provided_.clear();
      for (const auto& step : job.steps) add_step(step, fmt::format("{} ({})", file, job.order.job->id));
    }
  }

 private:
  void add_step(const PlannedStep& step, const std::string& by) {
    for (const auto& requirement : step.requirements) add_requirement(requirement, by);
    if (step.step->uses) {
      for (auto& program : programs_of_action(step.step->uses->action()))
        provided_.insert(std::move(program));
    } else {
      for (const auto& program : script_programs(step.step->run.text)) {
        if (provided_.contains(program)) continue;
        needs_.programs[program].insert(by);
        if (program.starts_with("docker")) needs_.engine.insert(by);
      }
    }
  }

  void add_requirement(const Requirement& requirement, const std::string& by) {
    using Kind = Requirement::Kind;
    switch (requirement.kind) {
      case Kind::program:
        needs_.programs[requirement.name].insert(by);
        break;
      case Kind::engine:
        needs_.engine.insert(by);
        break;
      case Kind::platform:
        needs_.platforms[requirement.name].insert(by);
        break;
      case Kind::ssh_host:
        needs_.ssh_hosts[requirement.name].insert(by);
        break;
      case Kind::registry:
        needs_.registries[requirement.name].insert(by);
        break;
    }
  }

  Needs& needs_;
  std::set<std::string> provided_;  // by earlier steps of the job
};

void collect_from(const WorkflowFile& file, const Repository& repository, const RunOrder& order,
                  const Machine& machine, Masker& masker, Needs& needs) {
  ++needs.workflows;
  const auto name = file_name(file.path);
  const auto read = read_workflow(file.path, file.source);
  if (read.workflow == nullptr) {
    needs.refused[fmt::format("{} is wrong: see `runner validate {}`", name, file.path)].insert(name);
    return;
  }
  try {
    Collector(needs).add(prepare(order_for(*read.workflow, repository, order), machine, masker), name);
  } catch (const UsageError& error) {
    needs.refused[one_line(fmt::format("{}: {}", name, error.what()))].insert(name);
  }
}

}  // namespace

std::set<std::string, IgnoringCase> variables_read(std::string_view source) {
  std::set<std::string, IgnoringCase> names;
  const auto is_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  };
  for (size_t open = source.find("${{"); open != source.npos; open = source.find("${{", open + 3)) {
    const auto inside = source.substr(open, source.find("}}", open) - open);
    for (size_t at = inside.find("vars."); at != inside.npos; at = inside.find("vars.", at + 5)) {
      if (is_name(inside[at - 1]) || inside[at - 1] == '.') continue;
      auto end = at + 5;
      while (end < inside.size() && is_name(inside[end])) ++end;
      if (end > at + 5) names.emplace(inside.substr(at + 5, end - at - 5));
    }
  }
  return names;
}

bool is_set_variable(const RunRequest& request, const std::string& name) {
  if (request.call.variables.common.contains(name)) return true;
  for (const auto& [environment, values] : request.call.variables.environments) {
    if (values.contains(name)) return true;
  }
  return false;
}

Needs collect_needs(const RunOrder& order, const Machine& machine, Masker& masker) {
  const auto repository = open_repository(order.directory);
  const auto files =
      order.workflow.empty()
          ? all_workflow_files(repository, repository.bare)
          : std::vector{find_workflow_file(order.workflow, order.directory, repository, repository.bare)};
  Needs needs;
  for (const auto& file : files) collect_from(file, repository, order, machine, masker, needs);
  return needs;
}

}  // namespace runner
