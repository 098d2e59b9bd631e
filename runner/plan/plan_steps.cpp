#include "runner/plan/plan_steps.hpp"

#include <algorithm>
#include <cctype>

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

// "run: set -e", "     make"
std::vector<std::string> script_lines(const std::string& script) {
  constexpr std::string_view kFirst = "run: ", kOthers = "     ";
  std::vector<std::string> lines;
  for (auto line : split_lines(script)) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(fmt::format("{}{}", lines.empty() ? kFirst : kOthers, line));
  }
  return lines;
}

// One step; `known` is what is known before it, with its own env.
class StepPlanner {
 public:
  StepPlanner(const RunRequest& request, const PlannedJob& job, PlanNotes& notes, PlanTargets* targets,
              const KnownActions& actions, const Step& step, KnownScope known)
      : request_(request),
        job_(job),
        notes_(notes),
        targets_(targets),
        actions_(actions),
        step_(step),
        known_(std::move(known)),
        action_(step.uses ? builtin_for(request, *step.uses) : nullptr) {
    add_known_env(known_, step.env);
    if (!known_.unset_env.empty()) {
      with_unset_ = known_;
      for (const auto& [name, text] : known_.unset_env) with_unset_->env[name] = text;
      set_contexts(*with_unset_);
    }
    if (!step_.uses) script_ = shown_text(step_.run);
  }

  PlannedStep plan(int number) {
    planned_ = {.step = &step_, .number = number, .name = name(), .kind = kind(), .effects = {}};
    planned_.status = status_of(step_, known_, job_, notes_);
    if (!step_.uses) planned_.effects = script_lines(script_);
    planned_.script_lines = planned_.effects.size();
    if (planned_.status == Planned::skipped) return std::move(planned_);
    notes_.will_read(known_, job_.environment,
                     {&step_.run, &step_.with, &step_.env, &step_.name, &step_.working_directory,
                      &step_.timeout_minutes, &step_.continue_on_error});
    if (!step_.uses) plan_script();
    if (action_ != nullptr) plan_action();
    if (step_.uses && action_ == nullptr) planned_.effects = actions_.effects(*step_.uses);
    if (targets_ != nullptr) note_unread();
    return std::move(planned_);
  }
  const LeftByStep& left() const { return left_; }  // for the steps behind it

 private:
  std::string name() const {
    if (step_.name) return shown_text(step_.name);
    return "Run " + first_line(step_.uses ? step_.uses->text : script_);
  }
  std::string kind() const {
    if (!step_.uses) return "run";
    if (action_ != nullptr) return "builtin";
    return step_.uses->docker() ? "docker" : actions_.kind(*step_.uses);
  }

  // What people see of a text or mapping.
  const KnownScope& shown_scope() const { return with_unset_ ? *with_unset_ : known_; }
  std::string shown_text(const Template& node) const {
    return known_text(node, shown_scope(), Unset::as_written);
  }

  void plan_action() {
    if (const auto remark = ref_remark(action_->spec, *step_.uses))
      notes_.problem(step_.uses->pos, "uses", remark->message, Severity::warning);
    for (auto& [pos, message] : unknown_inputs(action_->spec, *step_.uses, step_.with))
      notes_.problem(pos, "inputs", std::move(message), Severity::warning);
    auto with = given_inputs(known_, Unset::empty);
    auto written = reads_given_values(step_.with) ? given_inputs(shown_scope(), Unset::as_written) : with;
    const bool same = !with_unset_ && written == with;
    const auto inputs = inputs_of(std::move(with), known_);
    if (same) return plan_action(inputs, inputs);
    plan_action(inputs, inputs_of(std::move(written), shown_scope()));
  }

  // `shown`: with what is not set as it is written.
  void plan_action(const PlanInputs& inputs, const PlanInputs& shown) {
    if (action_->effects != nullptr) planned_.effects = action_->effects(shown);
    if (action_->requirements != nullptr) planned_.requirements = action_->requirements(shown);
    if (targets_ != nullptr && action_->differences != nullptr)
      planned_.effects =
          differences_of(request_, *action_, inputs, *targets_, std::move(planned_.effects), left_);
    if (step_.with.kind == Template::Kind::expression) return;
    check_inputs(inputs);
    check_problems(inputs, shown);
  }

  void note_unread() {
    for (const auto& effect : planned_.effects) {
      if (const auto at = effect.find(kUnread); at != effect.npos)
        notes_.problem(step_.uses ? step_.uses->pos : step_.run.pos, "targets",
                       fmt::format("{}: {}", planned_.name, trim(effect)), Severity::warning);
    }
  }

  NamedValues given_inputs(const KnownScope& known, Unset unset) const {
    NamedValues with;
    for (auto& [name, value] : known_map(step_.with, known, unset))
      with[name] = without_placeholder(std::move(value));
    return with;
  }

  PlanInputs inputs_of(NamedValues with, const KnownScope& known) const {
    return {request_, *action_, *step_.uses, std::move(with), known};
  }

  // What a secret or variable without a value brings about is told with that value.
  void check_inputs(const PlanInputs& inputs) {
    for (const auto& input : action_->spec.inputs) {
      if (!input.required && !input.target) continue;
      const auto* given = step_.with.find(input.name);
      const auto by = fmt::format("the input {} of {}", input.name, step_.uses->text);
      if (given != nullptr && notes_.needs(known_, job_.environment, {given}, by)) continue;
      if (!input.required || !inputs.input(input.name).empty()) continue;
      notes_.problem(
          given != nullptr ? given->pos : step_.pos, "inputs",
          fmt::format("{} needs the input \"{}\" ({}){}", step_.uses->text, input.name, input.doc,
                      given != nullptr ? fmt::format(": {} is empty", given->text) : ", which is not given"));
    }
  }

  void check_problems(const PlanInputs& inputs, const PlanInputs& shown) {
    if (action_->problems == nullptr) return;
    const auto found = action_->problems(inputs);  // may ask programs of this machine
    if (found.empty()) return;
    const auto certain = &shown == &inputs ? found : action_->problems(shown);
    for (const auto& text : found) {
      const bool by_unset =
          std::find(certain.begin(), certain.end(), text) == certain.end() &&
          notes_.needs(known_, job_.environment, {&step_.with, &step_.env}, step_.uses->text);
      if (!by_unset) notes_.problem(step_.uses->pos, "inputs", step_.uses->text + ": " + text);
    }
  }

  // The `aws` command lines of a script, where a shell reads it.
  void plan_script() {
    const auto& shell = step_.shell.value;
    if (!shell.empty() && !shell.starts_with("bash") && !shell.starts_with("sh")) return;
    if (script_.find("aws") == script_.npos) return;
    const auto lines =
        targets_ == nullptr ? aws::aws_effects(script_, shown_scope().env) : differences_in(script_);
    for (const auto& line : lines) notes_.needs_in(line, "what an aws command changes");
    planned_.effects.insert(planned_.effects.end(), lines.begin(), lines.end());
  }

  std::vector<std::string> differences_in(const std::string& script) {
    const auto env = planned_environment(request_, known_, *targets_);
    const auto& workspace = targets_->workspace(request_, known_.checkouts);
    const auto ignore = [](std::string_view) {};
    aws::Terminal terminal{.env = env,
                           .directory = workspace / known_text(step_.working_directory, known_),
                           .http = targets_->http,
                           .out = ignore,
                           .err = ignore,
                           .stop = targets_->stop,
                           .root = workspace,
                           .planned = true};
    return aws::aws_differences(script, terminal);
  }

  const RunRequest& request_;
  const PlannedJob& job_;
  PlanNotes& notes_;
  PlanTargets* targets_;
  const KnownActions& actions_;
  const Step& step_;
  KnownScope known_;
  std::optional<KnownScope> with_unset_;  // for people, where a value of env is missing
  std::string script_;                    // as people see it
  const BuiltinAction* action_;
  PlannedStep planned_;
  LeftByStep left_;
};

const Template& path_of_checkout(const Step& step) {
  static const Template none;
  const auto* path = step.with.find("path");
  return path == nullptr ? none : *path;
}

}  // namespace

void add_known_env(KnownScope& known, const Template& env) {
  for (auto& [name, value] : known_map(env, known)) {
    const auto* written = value.empty() ? env.find(name) : nullptr;
    if (written != nullptr && reads_given_values(*written))
      known.unset_env[name] = written->text;
    else
      known.unset_env.erase(name);
    known.env[name] = std::move(value);
  }
  set_contexts(known);
}

std::vector<PlannedStep> plan_steps(const RunRequest& request, const PlannedJob& job, KnownScope known,
                                    PlanNotes& notes, PlanTargets* targets, const KnownActions& actions) {
  std::vector<PlannedStep> steps;
  int number = 0;
  for (const auto& step : job.order.job->steps) {
    StepPlanner planner(request, job, notes, targets, actions, step, known);
    steps.push_back(planner.plan(++number));
    const auto& left = planner.left();
    if (checks_out(step) && step.with.find("ref") == nullptr)
      known.checkouts.push_back(known_text(path_of_checkout(step), known));
    if (left.env.empty() && left.outputs.empty()) continue;
    left.add_to(known, step.id.value);
    set_contexts(known);
  }
  return steps;
}

}  // namespace runner
