#include "runner/plan/plan.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "runner/exec/builtin_host.hpp"
#include "runner/exec/job_graph.hpp"
#include "runner/exec/step_log.hpp"
#include "runner/plan/known.hpp"
#include "runner/plan/unsupported.hpp"

namespace runner {
namespace {

using expr::Value;

// What a built-in's effects() and problems() see.
class PlanInputs : public StepInputs {
 public:
  PlanInputs(const RunRequest& request, const BuiltinAction& action, const Uses& uses, NamedValues with,
             const KnownScope& known)
      : request_(request), version_(action_version(uses)), with_(std::move(with)), known_(known),
        fallbacks_(evaluated_fallbacks(action.spec, with_, known.scope)), env_(request.process) {
    for (const auto& [name, value] : known.env) env_[name] = value;
  }
  std::string input(std::string_view name) const override { return std::string(trim(raw_input(name))); }
  std::string raw_input(std::string_view name) const override {
    if (const auto at = with_.find(name); at != with_.end()) return at->second;
    const auto at = fallbacks_.find(name);
    return at == fallbacks_.end() ? "" : at->second;
  }
  bool given(std::string_view name) const override { return with_.contains(name); }
  ActionVersion version() const override { return version_; }
  const Environment& env() const override { return env_; }
  const Repository& repository() const override { return request_.repository; }
  std::string context(std::string_view path) const override {
    const auto dot = path.find('.');
    const auto* context = expr::find(known_.scope.contexts, path.substr(0, dot));
    if (context == nullptr || dot == std::string_view::npos) return "";
    return context->get(path.substr(dot + 1)).to_string();
  }

 private:
  const RunRequest& request_;
  ActionVersion version_;
  NamedValues with_;
  const KnownScope& known_;
  NamedValues fallbacks_;
  Environment env_;
};

class Planner {
 public:
  explicit Planner(const RunRequest& request) : request_(request), graph_(request, selected_jobs(request)) {}

  Plan plan() {
    // In an order in which needs come first; the plan itself keeps the file's order of jobs.
    std::map<const Job*, std::vector<PlannedJob>> planned;
    while (planned.size() < graph_.jobs().size()) {
      for (const auto* job : graph_.jobs()) {
        if (!planned.contains(job) && graph_.ready(*job)) planned[job] = plan_job(*job);
      }
    }
    for (const auto* job : graph_.jobs()) {
      for (auto& leg : planned[job]) {
        leg.leg.info.index = static_cast<int>(plan_.jobs.size());
        plan_.jobs.push_back(std::move(leg));
      }
    }
    tell_unset_secrets();
    tidy(plan_.problems);
    return std::move(plan_);
  }

 private:
  void problem(Pos pos, const char* rule, std::string message, Severity severity = Severity::error) {
    plan_.problems.push_back({request_.workflow->path, pos, severity, rule, std::move(message)});
  }

  std::vector<PlannedJob> plan_job(const Job& job) {
    auto unsupported = unsupported_features(request_.workflow->path, job);
    plan_.problems.insert(plan_.problems.end(), unsupported.begin(), unsupported.end());
    const auto scope = graph_.scope(job, false);
    auto status = job_status(job, scope);
    auto& result = graph_.result(job.id);
    result.done = true;
    result.shown = status == Planned::skipped ? Outcome::skipped : Outcome::success;
    status_[job.id] = status;
    if (status == Planned::skipped || !matrix_is_known(job)) {
      PlannedJob one;
      one.leg.job = &job;
      one.leg.info = {0, job.id, job.name && !job.name.has_expressions() ? job.name.text : job.id, job.needs};
      one.status = status;
      one.matrix_unknown = status != Planned::skipped;
      if (!one.matrix_unknown) return {std::move(one)};
      return {planned_leg(std::move(one), scope)};
    }
    std::vector<PlannedJob> legs;
    for (auto& leg : expand_job(request_, job, scope).plans) {
      PlannedJob planned;
      planned.leg = std::move(leg);
      planned.status = status;
      legs.push_back(planned_leg(std::move(planned), scope));
    }
    return legs;
  }

  Planned job_status(const Job& job, const expr::Scope& scope) {
    const auto references = expr::references(*job.condition.expression);
    const bool reads_needs = std::any_of(references.begin(), references.end(),
                                         [](const auto& reference) { return reference.starts_with("needs"); });
    const bool unknown_need = std::any_of(job.needs.begin(), job.needs.end(),
                                          [&](const auto& id) { return status_.at(id) == Planned::unknown; });
    if (reads_needs || expr::calls(*job.condition.expression, {"failure", "cancelled"})) return Planned::unknown;
    const bool runs = expr::evaluate(*job.condition.expression, scope).truthy();
    if (runs && unknown_need && !expr::calls(*job.condition.expression, {"always"})) return Planned::unknown;
    return runs ? Planned::will_run : Planned::skipped;
  }

  static bool matrix_is_known(const Job& job) {
    bool known = true;
    if (!job.strategy) return known;
    const auto& strategy = *job.strategy;
    for (const auto* part : {&strategy.matrix, &strategy.fail_fast, &strategy.max_parallel, &strategy.computed}) {
      for_each_expression(*part, [&](const Template& node) {
        for (const auto& reference : expr::references(*node.expression)) known = known && !reference.starts_with("needs");
      });
    }
    return known;
  }

  PlannedJob planned_leg(PlannedJob planned, const expr::Scope& job_scope) {
    KnownScope known{leg_scope(job_scope, planned.leg), {}};
    const auto& job = *planned.leg.job;
    check_labels(planned, known);
    const auto* environment = job.environment.kind == Template::Kind::mapping ? job.environment.find("name") : &job.environment;
    if (environment != nullptr && *environment) planned.environment = known_text(*environment, known);
    known.scope.contexts.emplace_back("secrets", secrets_of(planned.environment));
    for (auto& [name, value] : known.scope.contexts) {
      if (name == "vars") value = to_object(request_.variables.of(planned.environment));
    }
    known.scope.call = [](std::string_view, const std::vector<Value>&) -> Value { return true; };  // success(), always()
    add_env(known, request_.workflow->env);
    add_env(known, job.env);
    note_secrets(known, planned.environment, request_.workflow->env, job.env, job.outputs);
    int number = 0;
    for (const auto& step : job.steps) planned.steps.push_back(plan_step(step, ++number, known, planned));
    return planned;
  }

  void check_labels(PlannedJob& planned, const KnownScope& known) {
    const auto& job = *planned.leg.job;
    bool is_static = true;
    for_each_expression(job.runs_on, [&](const Template& node) { is_static = is_static && is_known(*node.expression, known); });
    if (planned.matrix_unknown && job.runs_on.has_expressions()) is_static = false;
    if (!is_static || job.uses) return;
    planned.runs_on = runs_on_labels(job, known.scope);
    const auto unserved = unserved_labels(request_, planned.runs_on);
    if (unserved.empty()) return;
    problem(job.runs_on.pos, "runs-on",
            fmt::format("this machine does not serve the label \"{0}\" of job \"{1}\": it serves ubuntu-*, linux, "
                        "self-hosted and its own architecture; --platform {0}=host makes it serve this one too",
                        unserved.front(), job.id));
  }

  Value secrets_of(const std::string& environment) const {
    auto secrets = request_.secrets.of(environment);
    secrets["GITHUB_TOKEN"] = request_.token;
    return to_object(secrets);
  }

  static void add_env(KnownScope& known, const Template& env) {
    for (auto& [name, value] : known_map(env, known)) known.env[name] = std::move(value);
    Value::Object members;
    for (const auto& [name, value] : known.env) members.emplace_back(name, value);
    std::erase_if(known.scope.contexts, [](const auto& context) { return context.first == "env"; });
    known.scope.contexts.emplace_back("env", Value::case_sensitive(std::move(members)));
  }

  PlannedStep plan_step(const Step& step, int number, KnownScope known, const PlannedJob& job) {
    PlannedStep planned{.step = &step, .number = number, .name = "", .kind = "run", .effects = {}};
    add_env(known, step.env);
    note_secrets(known, job.environment, step.run, step.with, step.env, step.name);
    planned.name = step.name ? known_text(step.name, known)
                             : "Run " + first_line(step.uses ? step.uses->text : known_text(step.run, known));
    const auto condition = known_condition(step.condition, known);
    planned.status = job.status == Planned::skipped || condition == false ? Planned::skipped
                     : !condition || job.status == Planned::unknown        ? Planned::unknown
                                                                           : Planned::will_run;
    if (!step.uses) {
      planned.effects = {"run: " + first_line(known_text(step.run, known))};
      return planned;
    }
    const auto* action = find_builtin(step.uses->action());
    planned.kind = action != nullptr ? "builtin" : step.uses->docker() ? "docker" : "javascript";
    if (action != nullptr) plan_action(step, *action, known, planned);
    return planned;
  }

  void plan_action(const Step& step, const BuiltinAction& action, const KnownScope& known, PlannedStep& planned) {
    NamedValues with;
    for (auto& [name, value] : known_map(step.with, known)) with[name] = std::move(value);
    const PlanInputs inputs(request_, action, *step.uses, std::move(with), known);
    if (planned.status == Planned::skipped) return;
    if (action.effects != nullptr) planned.effects = action.effects(inputs);
    if (step.with.kind == Template::Kind::expression) return;
    for (const auto& input : action.spec.inputs) {
      if (!input.required || !inputs.input(input.name).empty()) continue;
      const auto* given = step.with.find(input.name);
      problem(given != nullptr ? given->pos : step.pos, "inputs",
              fmt::format("{} needs the input \"{}\" ({}){}", step.uses->text, input.name, input.doc,
                          given != nullptr ? fmt::format(": {} is empty", given->text) : ", which is not given"));
    }
    if (action.problems == nullptr) return;
    for (auto& text : action.problems(inputs)) problem(step.uses->pos, "inputs", step.uses->text + ": " + text);
  }

  template <class... Templates>
  void note_secrets(const KnownScope& known, const std::string& environment, const Templates&... templates) {
    const auto note = [&](const Template& node) {
      for (const auto& name : expr::names_read(*node.expression, "secrets", known.scope)) {
        if (equal_ignoring_case(name, "GITHUB_TOKEN")) continue;
        plan_.secrets.insert(name);
        if (request_.secrets.of(environment).contains(name)) continue;
        if (plan_.unset_secrets.insert(name).second) unset_.emplace_back(name, node.pos);
      }
    };
    (for_each_expression(templates, note), ...);
  }

  void tell_unset_secrets() {
    for (const auto& [name, pos] : unset_) {
      problem(pos, "secrets", fmt::format("the secret {} is not set: it is read as an empty text (--secret {}=…, or a "
                                          "line in .secrets)", name, name), Severity::warning);
    }
  }

  const RunRequest& request_;
  JobGraph graph_;
  Plan plan_;
  std::map<std::string, Planned, IgnoringCase> status_;
  std::vector<std::pair<std::string, Pos>> unset_;
};

}  // namespace

std::string_view to_string(Planned planned) {
  switch (planned) {
    case Planned::will_run: return "will_run";
    case Planned::skipped: return "skipped";
    case Planned::unknown: return "unknown";
  }
  return "";
}

bool Plan::refused() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const auto& problem) { return problem.severity == Severity::error; });
}

Plan make_plan(const RunRequest& request) { return Planner(request).plan(); }

}  // namespace runner
