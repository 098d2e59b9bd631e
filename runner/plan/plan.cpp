#include "runner/plan/plan.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/lint/script_injection.hpp"
#include "runner/contexts/job_graph.hpp"
#include "runner/plan/known.hpp"
#include "runner/plan/plan_notes.hpp"
#include "runner/plan/plan_steps.hpp"
#include "runner/plan/unsupported.hpp"

namespace runner {
namespace {

using expr::Value;

class Planner {
 public:
  Planner(const RunRequest& request, PlanTargets* targets)
      : request_(request),
        targets_(targets),
        graph_(request, request.call, selected_jobs(request)),
        actions_(request.repository.bare ? "" : request.repository.root, request.process,
                 request.folders.user_home, request, request.remote_actions.get()) {}

  Plan plan() {
    notes_.problems(script_injections(*request_.call.workflow));
    // In an order in which needs come first; the plan itself keeps the file's order of jobs.
    std::map<const Job*, std::vector<PlannedJob>> planned;
    while (planned.size() < graph_.jobs().size()) {
      for (const auto* job : graph_.jobs()) {
        if (!planned.contains(job) && graph_.ready(*job)) planned[job] = plan_job(*job);
      }
    }
    for (const auto* job : graph_.jobs()) {
      for (auto& one : planned[job]) {
        one.order.info.index = static_cast<int>(plan_.jobs.size());
        plan_.jobs.push_back(std::move(one));
      }
    }
    if (!matrix_unknown_) refuse_unknown_keys();
    notes_.put_into(plan_);
    return std::move(plan_);
  }

 private:
  // -m, of a key that no job's matrix has.
  void refuse_unknown_keys() const {
    for (const auto& wanted : request_.matrix) {
      std::vector<std::string> keys;
      for (const auto& job : plan_.jobs) {
        const auto* values = job.order.matrix.object();
        if (values == nullptr) continue;
        for (const auto& value : *values) keys.push_back(value.first);
      }
      const bool known = std::any_of(keys.begin(), keys.end(),
                                     [&](const auto& key) { return equal_ignoring_case(key, wanted.first); });
      if (known) continue;
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      if (keys.empty()) throw UsageError("--matrix: no job that would run has a matrix");
      throw UsageError("--matrix: no matrix has the key \"{}\": there is {}{}", wanted.first,
                       fmt::join(keys, ", "), did_you_mean(wanted.first, keys));
    }
  }

  std::vector<PlannedJob> plan_job(const Job& job) {
    notes_.problems(unsupported_features(*request_.call.workflow, job, actions_));
    const auto scope = graph_.scope(job, false);
    auto status = job_status(job, scope);
    auto& result = graph_.result(job.id);
    result.done = true;
    result.shown = status == Planned::skipped ? Outcome::skipped : Outcome::success;
    status_[job.id] = status;
    if (status == Planned::skipped || !matrix_is_known(job)) {
      PlannedJob one;
      one.order.job = &job;
      one.order.info = {0, job.id, plain_job_name(job), values(job.needs)};
      one.status = status;
      one.matrix_unknown = status != Planned::skipped;
      matrix_unknown_ = matrix_unknown_ || !matrix_is_known(job);
      if (!one.matrix_unknown) return {std::move(one)};
      return {planned_leg(std::move(one))};
    }
    std::vector<PlannedJob> legs;
    for (auto& order : expand_job(request_, request_.call, job, scope).orders) {
      PlannedJob planned;
      planned.order = std::move(order);
      planned.status = status;
      legs.push_back(planned_leg(std::move(planned)));
    }
    return legs;
  }

  Planned job_status(const Job& job, const expr::Scope& scope) {
    const auto references = expr::references(*job.condition.expression);
    const bool reads_needs = std::any_of(references.begin(), references.end(), [](const auto& reference) {
      return reference.starts_with("needs");
    });
    const bool unknown_need = std::any_of(job.needs.begin(), job.needs.end(), [&](const auto& need) {
      return status_.at(need.value) == Planned::unknown;
    });
    if (reads_needs || expr::calls(*job.condition.expression, {"failure", "cancelled"}))
      return Planned::unknown;
    bool runs = false;
    try {
      runs = expr::evaluate(*job.condition.expression, scope).truthy();
    } catch (const expr::EvalError& error) {
      notes_.will_fail(job.condition.pos, error.what());
      return Planned::unknown;
    }
    if (runs && unknown_need && !expr::calls(*job.condition.expression, {"always"})) return Planned::unknown;
    return runs ? Planned::will_run : Planned::skipped;
  }

  static bool matrix_is_known(const Job& job) {
    bool known = true;
    if (!job.strategy) return known;
    const auto& strategy = *job.strategy;
    for (const auto* part :
         {&strategy.matrix, &strategy.fail_fast, &strategy.max_parallel, &strategy.computed}) {
      for_each_expression(*part, [&](const Template& node) {
        for (const auto& reference : expr::references(*node.expression))
          known = known && !reference.starts_with("needs");
      });
    }
    return known;
  }

  PlannedJob planned_leg(PlannedJob planned) {
    const auto& job = *planned.order.job;
    auto contexts = graph_.contexts(job);
    KnownScope known{leg_scope(contexts.scope(), planned.order), {}};
    check_labels(planned, known);
    const auto* environment =
        job.environment.kind == Template::Kind::mapping ? job.environment.find("name") : &job.environment;
    if (environment != nullptr && *environment) planned.environment = known_text(*environment, known);
    contexts.use_environment(planned.environment);
    known.scope = leg_scope(contexts.scope(), planned.order);
    known.scope.contexts.emplace_back("secrets", contexts.secrets());
    known.scope.call = [](std::string_view, const std::vector<Value>&) -> Value {
      return true;
    };  // success(), always()
    for (const auto& [name, value] : request_.extra_env) known.env[name] = value;
    add_known_env(known, request_.call.workflow->env);
    add_known_env(known, job.env);
    notes_.will_read(known, planned.environment,
                     {&request_.call.workflow->env, &job.env, &job.outputs, &job.environment});
    name_leg(planned, known);
    planned.checks_out = job.uses || checks_out(job);
    planned.steps = plan_steps(request_, planned, known, notes_, targets_, actions_);
    return planned;
  }

  // A name that reads what only the run can know is shown as it is written.
  static void name_leg(PlannedJob& planned, const KnownScope& known) {
    const auto& name = planned.order.job->name;
    bool all_known = true;
    for_each_expression(
        name, [&](const Template& node) { all_known = all_known && is_known(*node.expression, known); });
    if (!all_known) planned.order.info.name = known_text(name, known);
  }

  void check_labels(PlannedJob& planned, const KnownScope& known) {
    const auto& job = *planned.order.job;
    bool is_static = true;
    for_each_expression(job.runs_on, [&](const Template& node) {
      is_static = is_static && is_known(*node.expression, known);
    });
    if (planned.matrix_unknown && job.runs_on.has_expressions()) is_static = false;
    if (!is_static || job.uses) return;
    planned.runs_on = runs_on_labels(job, known.scope);
    const auto unserved = unserved_labels(request_, planned.runs_on);
    if (unserved.empty()) return;
    notes_.problem(
        job.runs_on.pos, "runs-on",
        fmt::format(
            "this machine does not serve the label \"{0}\" of job \"{1}\": it serves ubuntu-*, linux, "
            "self-hosted and its own architecture; --platform {0}=host makes it serve this one too",
            unserved.front(), job.id));
  }

  const RunRequest& request_;
  PlanTargets* targets_;
  JobGraph graph_;
  KnownActions actions_;
  Plan plan_;
  bool matrix_unknown_ = false;  // of some job, before the run
  std::map<std::string, Planned, IgnoringCase> status_;
  PlanNotes notes_{request_};
};

}  // namespace

std::string_view to_string(Planned planned) {
  switch (planned) {
    case Planned::will_run:
      return "will_run";
    case Planned::skipped:
      return "skipped";
    case Planned::unknown:
      return "unknown";
  }
  return "";
}

size_t Plan::errors() const {
  return static_cast<size_t>(std::count_if(problems.begin(), problems.end(), [](const auto& problem) {
    return problem.severity == Severity::error;
  }));
}

size_t Plan::unread_targets() const {
  return static_cast<size_t>(std::count_if(problems.begin(), problems.end(), is_unread_target));
}

bool is_unset_value(const Diagnostic& problem) { return problem.rule == "secrets" || problem.rule == "vars"; }

bool is_unread_target(const Diagnostic& problem) { return problem.rule == "targets"; }

Plan make_plan(const RunRequest& request, PlanTargets* targets) { return Planner(request, targets).plan(); }

}  // namespace runner
