#include "runner/doctor/needs.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
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

// One way in which a workflow may be started.
struct Occasion {
  std::string event, ref;  // ref: "refs/heads/prod"; empty: where the repository is
  std::string text() const {
    return ref.empty() ? event : fmt::format("{} of {}", event, ref.substr(ref.find('/', 5) + 1));
  }
};

// Branches that filters and conditions name in full.
std::set<std::string> branches_named(const Workflow& workflow, const Trigger& trigger) {
  std::set<std::string> refs;
  for (const auto& filter : trigger.filters) {
    if (filter.key != "branches") continue;
    for (const auto& pattern : filter.patterns) {
      if (pattern.value.find_first_of("*?+[]!") == std::string::npos)
        refs.insert("refs/heads/" + pattern.value);
    }
  }
  const std::string_view source = workflow.source;
  constexpr std::string_view kRef = "'refs/heads/", kName = "ref_name == '";
  for (const auto prefix : {kRef, kName}) {
    for (auto at = source.find(prefix); at != source.npos; at = source.find(prefix, at + 1)) {
      const auto name = source.substr(at + prefix.size());
      const auto end = name.find('\'');
      if (end != name.npos && end > 0) refs.insert("refs/heads/" + std::string(name.substr(0, end)));
    }
  }
  return refs;
}

// The one that a plan without options takes is the first.
std::vector<Occasion> occasions(const Workflow& workflow) {
  std::vector<Occasion> all{{"", ""}};
  for (const auto& trigger : workflow.on) {
    if (trigger.event == "workflow_call") continue;
    all.push_back({trigger.event, ""});
    if (trigger.event != "push" && trigger.event != "workflow_dispatch") continue;
    for (const auto& ref : branches_named(workflow, trigger)) all.push_back({trigger.event, ref});
  }
  return all;
}

RunOrder order_for(const Workflow& workflow, const Repository& repository, const Occasion& occasion,
                   RunOrder order) {
  const auto file = repository.root / workflow.path;  // wherever in the repository the command was started
  std::error_code error;
  order.workflow = std::filesystem::exists(file, error) ? file.string() : file_name(workflow.path);
  order.event.name = occasion.event;
  if (occasion.event == "release") order.event.payload_text = R"({"release": {"tag_name": "v1.0.0"}})";
  if (!occasion.ref.empty())
    order.event.payload_text = nlohmann::json{{"ref", occasion.ref}}.dump(-1, ' ', true);
  const bool by_push = occasion.event.empty() && workflow.trigger("push") != nullptr;
  const auto* trigger = occasion.event.empty() && !workflow.on.empty() ? &workflow.on.front()
                                                                       : workflow.trigger(occasion.event);
  if (by_push || trigger == nullptr) return order;
  order.event.name = trigger->event;  // inputs alone would choose workflow_dispatch
  for (const auto& input : trigger->inputs) {
    if (input.required && !input.fallback) order.event.inputs.emplace_back(input.name, any_value(input));
  }
  return order;
}

class Collector {
 public:
  Collector(Needs& needs, std::string file) : needs_(needs), file_(std::move(file)) {}

  // `file`: with the occasion, where that is not the usual one.
  void add(const Prepared& prepared, const std::string& file) {
    const auto& plan = prepared.plan;
    const auto missing = [&](auto& needed, const std::vector<UnsetValue>& unset) {
      for (const auto& value : unset) {
        if (seen_.insert(value.name + " " + file_).second) needed[value.name].insert(file);
      }
    };
    missing(needs_.secrets, plan.unset_secrets);
    missing(needs_.variables, plan.unset_variables);
    for (const auto& problem : plan.problems) {
      if (problem.severity != Severity::error || is_unset_value(problem)) continue;
      const auto text = one_line(place_text(problem.file, problem.pos) + ": " + problem.message);
      if (seen_.insert(text).second) needs_.refused[text].insert(file);
    }
    for (const auto& job : plan.jobs) {
      provided_.clear();
      for (const auto& step : job.steps) add_step(step, fmt::format("{} ({})", file_, job.order.job->id));
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
  std::string file_;
  std::set<std::string, IgnoringCase> seen_;  // told of this file
  std::set<std::string> provided_;            // by earlier steps of the job
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
  Collector collector(needs, name);
  bool usual = true;
  for (const auto& occasion : occasions(*read.workflow)) {
    try {
      collector.add(prepare(order_for(*read.workflow, repository, occasion, order), machine, masker),
                    usual ? name : fmt::format("{} ({})", name, occasion.text()));
    } catch (const UsageError& error) {  // what was made up may not fit
      if (usual) needs.refused[one_line(fmt::format("{}: {}", name, error.what()))].insert(name);
    }
    usual = false;
  }
}

}  // namespace

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
