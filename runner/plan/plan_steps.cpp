#include "runner/plan/plan_steps.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/contexts/objects.hpp"
#include "runner/plan/plan_inputs.hpp"
#include "runner/plan/plan_targets.hpp"
#include "steps/action_ref.hpp"
#include "steps/aws_cli/script_commands.hpp"

namespace runner {
namespace {

using expr::Value;

void check_required(const Step& step, const BuiltinAction& action, const PlanInputs& inputs,
                    PlanNotes& notes) {
  for (const auto& input : action.spec.inputs) {
    if (!input.required || !inputs.input(input.name).empty()) continue;
    const auto* given = step.with.find(input.name);
    notes.problem(
        given != nullptr ? given->pos : step.pos, "inputs",
        fmt::format("{} needs the input \"{}\" ({}){}", step.uses->text, input.name, input.doc,
                    given != nullptr ? fmt::format(": {} is empty", given->text) : ", which is not given"));
  }
}

void plan_action(const RunRequest& request, const BuiltinAction& action, const KnownScope& known,
                 PlanNotes& notes, PlanTargets* targets, PlannedStep& planned, LeftByStep& left) {
  const auto& step = *planned.step;
  NamedValues with;
  for (auto& [name, value] : known_map(step.with, known)) with[name] = without_placeholder(std::move(value));
  const PlanInputs inputs(request, action, *step.uses, std::move(with), known);
  if (action.effects != nullptr) planned.effects = action.effects(inputs);
  if (action.requirements != nullptr) planned.requirements = action.requirements(inputs);
  if (targets != nullptr && action.differences != nullptr)
    planned.effects = differences_of(request, action, inputs, *targets, std::move(planned.effects), left);
  if (step.with.kind == Template::Kind::expression) return;
  check_required(step, action, inputs, notes);
  if (action.problems == nullptr) return;
  for (auto& text : action.problems(inputs))
    notes.problem(step.uses->pos, "inputs", step.uses->text + ": " + text);
}

// The `aws` command lines of a script, where a shell reads it.
void plan_script(const RunRequest& request, const Step& step, const KnownScope& known, PlanTargets* targets,
                 PlannedStep& planned) {
  const auto& shell = step.shell.value;
  if (!shell.empty() && !shell.starts_with("bash") && !shell.starts_with("sh")) return;
  const auto script = known_text(step.run, known);
  if (script.find("aws") == script.npos) return;
  auto lines = std::vector<std::string>();
  if (targets == nullptr) {
    lines = aws::aws_effects(script, known.env);
  } else {
    const auto env = planned_environment(request, known, *targets);
    const auto ignore = [](std::string_view) {};
    aws::Terminal terminal{.env = env,
                           .directory = request.repository.root / known_text(step.working_directory, known),
                           .http = targets->http,
                           .out = ignore,
                           .err = ignore,
                           .stop = targets->stop,
                           .root = request.repository.root};
    lines = aws::aws_differences(script, terminal);
  }
  planned.effects.insert(planned.effects.end(), lines.begin(), lines.end());
}

Planned status_of(const Step& step, const KnownScope& known, const PlannedJob& job, PlanNotes& notes) {
  if (job.status == Planned::skipped) return Planned::skipped;
  std::optional<bool> condition;
  try {
    condition = known_condition(step.condition, known);
  } catch (const expr::EvalError& error) {
    notes.will_fail(step.condition.pos, error.what());
  }
  if (condition == false) return Planned::skipped;
  return !condition || job.status == Planned::unknown ? Planned::unknown : Planned::will_run;
}

PlannedStep plan_step(const RunRequest& request, const Step& step, int number, KnownScope known,
                      const PlannedJob& job, PlanNotes& notes, PlanTargets* targets, LeftByStep& left) {
  PlannedStep planned{.step = &step, .number = number, .name = "", .kind = "run", .effects = {}};
  add_known_env(known, step.env);
  planned.name = step.name ? known_text(step.name, known)
                           : "Run " + first_line(step.uses ? step.uses->text : known_text(step.run, known));
  planned.status = status_of(step, known, job, notes);
  const auto* action = step.uses ? find_builtin(step.uses->action()) : nullptr;
  if (step.uses)
    planned.kind = action != nullptr ? "builtin" : step.uses->docker() ? "docker" : "javascript";
  else
    planned.effects = {"run: " + first_line(known_text(step.run, known))};
  if (planned.status == Planned::skipped) return planned;
  notes.will_read(known, job.environment,
                  {&step.run, &step.with, &step.env, &step.name, &step.working_directory,
                   &step.timeout_minutes, &step.continue_on_error});
  if (action != nullptr) {
    if (const auto remark = ref_remark(action->spec, *step.uses))
      notes.problem(step.uses->pos, "uses", remark->message, Severity::warning);
    plan_action(request, *action, known, notes, targets, planned, left);
  }
  if (!step.uses) plan_script(request, step, known, targets, planned);
  return planned;
}

// The contexts that steps change.
void set_contexts(KnownScope& known) {
  const auto set = [&](const char* name, Value value) {
    std::erase_if(known.scope.contexts, [&](const auto& context) { return context.first == name; });
    known.scope.contexts.emplace_back(name, std::move(value));
  };
  set("env", env_object(known.env));
  if (known.outputs.empty()) return;
  std::vector<StepRecord> steps;
  for (const auto& [id, values] : known.outputs) steps.push_back({id, {values.begin(), values.end()}});
  set("steps", steps_object(steps));
}

}  // namespace

void add_known_env(KnownScope& known, const Template& env) {
  for (auto& [name, value] : known_map(env, known)) known.env[name] = std::move(value);
  set_contexts(known);
}

std::vector<PlannedStep> plan_steps(const RunRequest& request, const PlannedJob& job, KnownScope known,
                                    PlanNotes& notes, PlanTargets* targets) {
  std::vector<PlannedStep> steps;
  int number = 0;
  for (const auto& step : job.order.job->steps) {
    LeftByStep left;
    steps.push_back(plan_step(request, step, ++number, known, job, notes, targets, left));
    if (left.env.empty() && left.outputs.empty()) continue;
    left.add_to(known, step.id.value);
    set_contexts(known);
  }
  return steps;
}

}  // namespace runner
